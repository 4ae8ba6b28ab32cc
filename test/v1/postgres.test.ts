/**
 * Our own routes where relays share a queue in PostgreSQL: each tells what became of the mail of all.
 */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { FROM, TO } from '../resend/world.ts'
import { tempFolder } from '../support/folder.ts'
import { findPostgres, NO_POSTGRES, type PostgresServer, startPostgres } from '../support/postgres.ts'
import { reader } from './event-reader.ts'
import { startV1World } from './world.ts'

const bin = findPostgres()

if (bin === undefined) test('our own routes on PostgreSQL', { skip: NO_POSTGRES })
else
  suite('our own routes on PostgreSQL', () => {
    let server: PostgresServer
    before(async () => {
      server = await startPostgres(bin)
    })
    after(() => server.remove())

    test('who listens at one relay hears of what another accepted, and goes on at a third with the last id', async t => {
      const options = { queue: { url: await server.database() }, relay: { folder: tempFolder(t) } }
      await using one = await startV1World(options, { deliver: false })
      let last = ''
      const ids: string[] = []
      {
        await using two = await startV1World(options, { deliver: false })
        using stream = await reader(two, '/v1/events')
        for (let n = 0; n < 3; n++)
          ids.push((await one.relay.mailer.send({ from: FROM, to: TO, subject: `${n}`, text: 'x' })).id)
        last = (await stream.next())?.id ?? ''
        assert.ok(last.endsWith(ids[0] ?? '') && last.length <= 40)
      }
      await using three = await startV1World(options, { deliver: false })
      // A key is in the database too: it is good at each of them.
      using stream = await reader(three, '/v1/events', { headers: { 'last-event-id': last }, key: one.operator })
      assert.deepEqual(
        (await stream.take(2)).map(({ data }) => data.data.messageId),
        ids.slice(1),
      )
    })

    test('messages are listed, held and taken back, and test addresses have their outcome', async t => {
      const relay = { folder: tempFolder(t) }
      await using world = await startV1World({ queue: { url: await server.database() }, relay })
      using stream = await reader(world, '/v1/events?kinds=complained,bounced')
      const to = ['complained@resend.dev', 'bounced@resend.dev']
      const { id } = await world.relay.mailer.send({ from: FROM, to, subject: 'x', text: 'x' })
      const told = (await stream.take(2)).map(({ event }) => event)
      assert.deepEqual(told.sort(), ['message.bounced', 'message.complained'])
      assert.deepEqual(await world.relay.mailer.suppressions.list(), [])
      assert.equal((await world.ask('GET', `/v1/messages/${id}/story`)).status, 200)
      const notBefore = Date.now() + 3_600_000
      const later = await world.relay.mailer.send({ from: FROM, to: TO, subject: 'x', text: 'x' }, { notBefore })
      assert.equal((await world.ask('GET', '/v1/messages')).body.messages[0].id, later.id)
      assert.match((await world.ask('GET', `/v1/messages/${later.id}/raw`)).body, /Subject: x/)
      assert.deepEqual((await world.ask('POST', '/v1/queue/cancel', { body: { all: true } })).body.messages, 1)
    })
  })
