/** Mailers whose queue is in PostgreSQL, as one that is configured so, and as one that is handed a store. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { openPostgresQueue } from '@postrider/core/postgres'
import { createRelay, type Relay } from '@postrider/relay'
import { createTransport } from 'nodemailer'
import { tempFolder } from '../support/folder.ts'
import { findPostgres, NO_POSTGRES, type PostgresServer, startPostgres } from '../support/postgres.ts'
import { type } from '../support/terminal.ts'
import { DRAFT, openWorld } from '../support/world.ts'

const bin = findPostgres()
const COUNT = 100

if (bin === undefined) test('mailers on PostgreSQL', { skip: NO_POSTGRES })
else
  suite('mailers on PostgreSQL', () => {
    let server: PostgresServer
    before(async () => {
      server = await startPostgres(bin)
    })
    after(() => server.remove())

    test('two mailers with one queue.url deliver together, each message once', async () => {
      const options = { queue: { url: await server.database() } }
      await using world = await openWorld({ options })
      const other = await world.another(options)
      const drafts = Array.from({ length: COUNT }, (_, at) => ({ ...DRAFT, subject: `Hello ${at}` }))
      const sent = await Promise.all([world.mailer.sendMany(drafts), other.sendMany(drafts)])
      assert.ok(sent.flat().every(({ ok }) => ok))
      await world.mx[0]?.waitFor(2 * COUNT)
      await Promise.all([world.mailer.idle(), other.idle()])
      assert.equal((await other.queue.counts()).messages, 0)
      const ids = world.mx[0]?.messages.map(({ content }) => /^Message-ID: (.*)\r$/im.exec(content.toString())?.[1])
      assert.equal(ids?.length, 2 * COUNT)
      assert.equal(new Set(ids).size, 2 * COUNT)
    })

    test('what one mailer accepted and left behind another one delivers', async () => {
      const options = { queue: { url: await server.database() } }
      await using world = await openWorld({ options, seams: { deliver: false } })
      const { id } = await world.mailer.send(DRAFT)
      await world.mailer.close()
      const other = await world.another({}, { deliver: true })
      await world.mx[0]?.waitFor(1)
      await other.idle()
      const { facts } = await other.explain(id)
      assert.deepEqual(
        facts.map(({ fact }) => fact.kind),
        ['queued', 'delivered'],
      )
    })

    test('relays on one queue.url share the users that `postrider user` makes, each with a folder of its own', async t => {
      const url = await server.database()
      const cwd = tempFolder(t)
      const env = { POSTRIDER_HOSTNAME: 'mail.sender.test', POSTRIDER_QUEUE_URL: url }
      assert.equal((await type('user add forum', { cwd, env, stdin: 'secret\n' })).code, 0)
      assert.match((await type('user list', { cwd, env })).out, /forum +database/)
      assert.equal(existsSync(join(cwd, 'accounts.db')), false)
      const start = async (name: string): Promise<{ relay: Relay; port: number }> => {
        const folder = tempFolder(t)
        const queue = { url, path: join(folder, name, 'queue.db') }
        const relay = { listen: ['127.0.0.1:0/plain'], senders: ['*@sender.test'] }
        const it = await createRelay({ hostname: name, preflight: 'off', queue, relay }, { deliver: false })
        t.after(() => it.close({ withinMs: 0 }))
        const [bound] = await it.listen()
        assert.deepEqual(readdirSync(join(folder, name)).sort(), ['certificates'])
        return { relay: it, port: bound?.port ?? 0 }
      }
      const relays = await Promise.all(['one.sender.test', 'two.sender.test'].map(start))
      const send = async (port: number): Promise<string> => {
        const auth = { user: 'forum', pass: 'secret' }
        const client = createTransport({ host: '127.0.0.1', port, auth })
        const message = { from: 'forum@sender.test', to: 'you@dest.test', text: 'It works.' }
        try {
          return (await client.sendMail(message)).response
        } finally {
          client.close()
        }
      }
      for (const { port } of relays) assert.match(await send(port), /^250 /)
      assert.equal((await relays[0]?.relay.mailer.queue.counts())?.messages, 2)
      assert.equal((await type('user remove forum', { cwd, env })).code, 0)
      for (const { port } of relays) await assert.rejects(send(port), /535/)
    })

    test('a store that is handed in is used, and closed with the mailer', async () => {
      const store = await openPostgresQueue({ connectionString: await server.database() })
      await using world = await openWorld({ seams: { store } })
      const receipt = await world.mailer.send(DRAFT)
      await receipt.settled()
      assert.equal((await store.show(receipt.id))?.recipients[0]?.state, 'delivered')
      await world.mailer.close()
      await assert.rejects(store.facts(0, 1), { code: 'closed' })
    })
  })
