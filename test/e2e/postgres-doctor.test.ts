/**
 * The server of a queue in PostgreSQL as the doctor sees it, TLS to it, and its password, which nobody is told.
 */
import assert from 'node:assert/strict'
import { chmodSync, chownSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { type Clock, systemClock } from '@postrider/core'
import { openPostgresQueue } from '@postrider/core/postgres'
import { createRelay } from '@postrider/relay'
import { createTransport } from 'nodemailer'
import { databaseFindings } from '../../packages/cli/src/checkup/database.ts'
import { makeSubmission } from '../contract/queue-samples.ts'
import { authority } from '../support/certs.ts'
import { tempFolder } from '../support/folder.ts'
import { findPostgres, NO_POSTGRES, type PostgresServer, startPostgres, startStandby } from '../support/postgres.ts'
import { type } from '../support/terminal.ts'

const bin = findPostgres()
const PASSWORD = 's3cr/t wörd'

if (bin === undefined) test('the server of a queue', { skip: NO_POSTGRES })
else
  suite('the server of a queue', () => {
    let server: PostgresServer
    before(async () => {
      server = await startPostgres(bin)
    })
    after(() => server.remove())

    const levels = async (connectionString: string, clock: Clock = systemClock): Promise<Record<string, string>> => {
      const store = await openPostgresQueue({ connectionString, clock })
      const found = databaseFindings(await store.server?.())
      await store.close()
      return Object.fromEntries(found.map(({ id, level, found: what }) => [id.split('.')[1], `${level} ${what}`]))
    }

    /** A role that owns nothing but its database. */
    async function role(name: string, password = PASSWORD): Promise<string> {
      await server.query(`CREATE ROLE ${name} LOGIN PASSWORD '${password}'`)
      const url = await server.database()
      await server.query(`ALTER DATABASE ${new URL(url).pathname.slice(1)} OWNER TO ${name}`)
      return url.replace('postrider@', `${name}@`)
    }

    test('what one failure would lose, who reads along, and what the role may do beyond its tables', async t => {
      const url = await role('plain')
      const alone = await levels(url)
      assert.match(alone.durability ?? '', /^warn PostgreSQL \d+.*there is no standby/)
      assert.deepEqual([alone.transport, alone.role?.slice(0, 2)], ['ok the server is on this machine', 'ok'])
      assert.match(alone.clock ?? '', /^ok /)
      assert.match(
        (await levels(url, { ...systemClock, now: () => Date.now() + 180_000 })).clock ?? '',
        /^warn 180 s behind/,
      )
      assert.match((await levels(await server.database())).role ?? '', /^warn postrider has SUPERUSER, CREATEDB/)
      const standby = await startStandby(bin, server)
      t.after(() => standby.remove())
      assert.match((await levels(url)).durability ?? '', /^warn .*may be behind/)
      await set('synchronous_standby_names', '*')
      t.after(() => set('synchronous_standby_names', ''))
      while ((await server.query(`SELECT FROM pg_stat_replication WHERE sync_state = 'sync'`)).length === 0);
      assert.match((await levels(url)).durability ?? '', /^ok .*each commit waits for a standby/)
      await set('full_page_writes', 'off')
      t.after(() => set('full_page_writes', 'on'))
      assert.match((await levels(url)).durability ?? '', /^fail .*a power cut/)
    })

    async function set(name: string, value: string): Promise<void> {
      await server.query(`ALTER SYSTEM SET ${name} = '${value}'`)
      await server.query('SELECT pg_reload_conf()')
      while ((await server.query(`SHOW ${name}`))[0]?.[0] !== value);
    }

    test('TLS is verified against the authority in queue.url, and another one is refused', async t => {
      const url = await role('tls')
      const folder = tempFolder(t)
      const ours = authority(join(folder, 'ours'))
      const { key, chain } = ours.issue({ file: 'db', names: ['127.0.0.1'] })
      chmodSync(folder, 0o755)
      chmodSync(key, 0o600)
      if (process.getuid?.() === 0) chownSync(key, 65_534, 65_534)
      await server.query(`ALTER SYSTEM SET ssl_cert_file = '${chain}'`)
      await server.query(`ALTER SYSTEM SET ssl_key_file = '${key}'`)
      await set('ssl', 'on')
      t.after(() => set('ssl', 'off'))
      const verified = (caFile: string): string => `${url}?sslmode=verify-full&sslrootcert=${caFile}`
      const store = await openPostgresQueue({ connectionString: verified(ours.caFile) })
      await store.enqueue(makeSubmission())
      await store.close()
      const other = authority(join(folder, 'other'))
      await assert.rejects(openPostgresQueue({ connectionString: verified(other.caFile) }), {
        code: 'queue-unavailable',
      })
    })

    test('the password of the database stands in no output of a command, no reply and no line of the log', async t => {
      const url = await role('secret')
      const cwd = tempFolder(t)
      const file = join(cwd, 'password')
      writeFileSync(file, `${PASSWORD}\n`, { mode: 0o600 })
      const env = {
        POSTRIDER_HOSTNAME: 'mail.sender.test',
        POSTRIDER_QUEUE_URL: url,
        POSTRIDER_QUEUE_PASSWORD_FILE: file,
      }
      const said: (string | undefined)[] = []
      const commands = async (): Promise<void> => {
        for (const line of ['queue list', 'user list', 'tlsrpt show']) {
          for (const json of [false, true]) {
            const ended = await type(line, { cwd, env, json }).catch((error: unknown) => ({
              out: String(error),
              err: JSON.stringify(error),
            }))
            said.push(ended.out, ended.err)
          }
        }
      }
      await commands()
      said.push(JSON.stringify(await levels(url)))
      const log = (...given: readonly unknown[]): void => void said.push(JSON.stringify(given))
      const logger = { debug: log, info: log, warn: log, error: log, child: () => logger }
      const encoded = encodeURIComponent(PASSWORD)
      const relay = await createRelay(
        {
          hostname: 'mail.sender.test',
          preflight: 'off',
          queue: { url: url.replace('secret@', `secret:${encoded}@`), path: join(cwd, 'queue.db') },
          relay: { listen: ['127.0.0.1:0/plain'], senders: ['*@sender.test'], trustedNetworks: ['127.0.0.0/8'] },
        },
        { deliver: false, logger },
      )
      t.after(() => relay.close({ withinMs: 0 }))
      const [bound] = await relay.listen()
      await server.stop('immediate')
      const client = createTransport({ host: '127.0.0.1', port: bound?.port ?? 0 })
      const refused = await client
        .sendMail({ from: 'me@sender.test', to: 'you@dest.test', text: 'x' })
        .catch((error: unknown) => String(error))
      assert.match(String(refused), /451/)
      said.push(String(refused))
      await commands()
      await server.start()
      for (const secret of [PASSWORD, encoded, 's3cr', encodeURI(PASSWORD)])
        assert.equal(
          said.find(text => text?.includes(secret)),
          undefined,
        )
    })
  })
