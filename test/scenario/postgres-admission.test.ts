/**
 * Relays on one database count together: what an account may send is what it may send through all of them, and who fails to log in at
 * one and at another is kept out by both.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, suite, type TestContext, test } from 'node:test'
import { systemClock } from '@postrider/core'
import { createRelay } from '@postrider/relay'
import { connectRaw, plain, type RawClient } from '../../packages/relay/src/testing/raw-client.ts'
import { tempFolder } from '../support/folder.ts'
import { findPostgres, NO_POSTGRES, type PostgresServer, startPostgres } from '../support/postgres.ts'
import { type } from '../support/terminal.ts'

const bin = findPostgres()
const LIMIT = 20

if (bin === undefined) test('relays that count together in PostgreSQL', { skip: NO_POSTGRES })
else
  suite('relays that count together in PostgreSQL', () => {
    let server: PostgresServer
    before(async () => {
      server = await startPostgres(bin)
    })
    after(() => server.remove())

    async function ports(t: TestContext, relay: object): Promise<readonly [number, number, string]> {
      const url = await server.database()
      const cwd = tempFolder(t)
      const env = { POSTRIDER_HOSTNAME: 'mail.sender.test', POSTRIDER_QUEUE_URL: url }
      assert.equal((await type('user add forum', { cwd, env, stdin: 'secret\n' })).code, 0)
      const start = async (name: string): Promise<number> => {
        const queue = { url, path: join(cwd, name, 'queue.db') }
        const settings = { listen: ['127.0.0.1:0/plain'], senders: ['*@sender.test'], ...relay }
        const it = await createRelay({ hostname: name, preflight: 'off', queue, relay: settings }, { deliver: false })
        t.after(() => it.close({ withinMs: 0 }))
        return (await it.listen())[0]?.port ?? 0
      }
      return [await start('one.sender.test'), await start('two.sender.test'), url]
    }

    async function greeted(t: TestContext, port: number): Promise<RawClient> {
      const client = await connectRaw({ port })
      t.after(() => client.destroy())
      if (!(await client.reply()).startsWith('220')) return client
      client.send('EHLO client.test\r\n')
      await client.reply()
      return client
    }

    test('of a limit of messages, no more are taken by both together, however fast they come', async t => {
      const [one, two, url] = await ports(t, { limits: { account: { messagesPerMinute: LIMIT } } })
      const send = async (port: number): Promise<number> => {
        const client = await greeted(t, port)
        client.send(`AUTH PLAIN ${plain('forum', 'secret')}\r\n`)
        assert.match(await client.reply(), /^235/)
        let taken = 0
        for (let n = 0; n < LIMIT; n++) {
          client.send('MAIL FROM:<forum@sender.test>\r\n')
          const reply = await client.reply()
          if (reply.startsWith('250')) taken++
          else assert.match(reply, /^45\d .*Too many messages: 20 in a minute/)
          client.send('RSET\r\n')
          await client.reply()
        }
        return taken
      }
      const taken = await Promise.all([send(one), send(two), send(one), send(two)])
      const sum = taken.reduce((before, each) => before + each, 0)
      // What one was given ahead while the other was refused is missing.
      assert.ok(sum <= LIMIT && sum >= LIMIT / 2, `${sum} were taken`)
      const rows = await server.query(`SELECT what, name FROM postrider_relay.rate_count WHERE span = 60000`, url)
      assert.deepEqual(rows, [['messages', 'forum']])
    })

    test('an address that fails to log in at one and at the other is kept out by both, within two seconds', async t => {
      const [one, two] = await ports(t, { ban: { failures: 4 } })
      const fail = async (port: number): Promise<void> => {
        const client = await greeted(t, port)
        client.send(`AUTH PLAIN ${plain('forum', 'wrong')}\r\n`)
        assert.match(await client.reply(), /^535/)
      }
      for (const port of [one, two, one, two]) await fail(port)
      const isBanned = async (port: number): Promise<boolean> => {
        const client = await connectRaw({ port })
        t.after(() => client.destroy())
        return !(await client.reply()).startsWith('220')
      }
      // Which of them counted the fourth first is chance; the machine may be busy.
      const begun = systemClock.monotonic()
      while (!((await isBanned(one)) && (await isBanned(two)))) {
        assert.ok(systemClock.monotonic() - begun < 60_000, 'it is not banned at both')
        await systemClock.sleep(100)
      }
    })

    test('a ban outlives the relay that made it', async t => {
      const [one, , url] = await ports(t, { ban: { failures: 1, firstMs: 3_600_000 } })
      const client = await greeted(t, one)
      client.send(`AUTH PLAIN ${plain('forum', 'wrong')}\r\n`)
      assert.match(await client.reply(), /^535/)
      while ((await server.query('SELECT FROM postrider_relay.failed_login', url)).length === 0)
        await systemClock.sleep(50)
      const relay = {
        listen: ['127.0.0.1:0/plain'],
        senders: ['*@sender.test'],
        ban: { failures: 1, firstMs: 3_600_000 },
      }
      const queue = { url, path: join(tempFolder(t), 'queue.db') }
      const heir = await createRelay(
        { hostname: 'three.sender.test', preflight: 'off', queue, relay },
        { deliver: false },
      )
      t.after(() => heir.close({ withinMs: 0 }))
      const port = (await heir.listen())[0]?.port ?? 0
      let reply = '220'
      while (reply.startsWith('220')) {
        const again = await connectRaw({ port })
        t.after(() => again.destroy())
        reply = await again.reply()
        await systemClock.sleep(50)
      }
      assert.match(reply, /^[45]/)
    })
  })
