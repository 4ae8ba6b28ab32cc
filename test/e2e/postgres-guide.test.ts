/**
 * docs/postgres.md and examples/compose: the statements and commands that are printed there are run, and the relays of the compose file
 * are started as processes, with what it says of them, on a primary and a standby on loopback.
 */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openPostgresQueue } from '@postrider/core/postgres'
import { createTransport } from 'nodemailer'
import { parse } from 'yaml'
import { type Child, runProgram, startProgram } from '../support/child.ts'
import { tempFolder } from '../support/folder.ts'
import {
  findPostgres,
  freePort,
  NO_POSTGRES,
  type PostgresServer,
  startPostgres,
  startStandby,
} from '../support/postgres.ts'
import { type } from '../support/terminal.ts'

const ROOT = join(import.meta.dirname, '../..')
const PROGRAM = join(ROOT, 'packages/cli/bin/postrider.js')
const GUIDE = readFileSync(join(ROOT, 'docs/postgres.md'), 'utf8')
const COMPOSE = join(ROOT, 'examples/compose')
const PASSWORD = 'a long one'

interface Service {
  readonly image: string
  readonly environment?: Readonly<Record<string, string>>
  readonly command?: readonly string[]
  readonly secrets?: readonly string[]
  readonly volumes: readonly string[]
}

interface Composition {
  readonly services: Readonly<Record<string, Service>>
  readonly volumes: Readonly<Record<string, null>>
  readonly secrets: Readonly<Record<string, { readonly file: string }>>
}

const composition = parse(readFileSync(join(COMPOSE, 'compose.yaml'), 'utf8'), { merge: true }) as Composition

/** The blocks of code of one language. */
const blocks = (language: string): readonly string[] =>
  [...GUIDE.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))].map(([, code]) => code as string)

test('the services of the compose file have what they name: three relays, a primary, a standby', () => {
  const { services, volumes, secrets } = composition
  assert.deepEqual(Object.keys(services), ['primary', 'standby', 'relay-1', 'relay-2', 'relay-3'])
  for (const [name, service] of Object.entries(services)) {
    for (const volume of service.volumes) {
      const [from = ''] = volume.split(':')
      assert.ok(from.startsWith('./') ? readFileSync(join(COMPOSE, from)) : from in volumes, `${name}: ${volume}`)
    }
    for (const secret of service.secrets ?? []) assert.ok(secret in secrets, `${name}: ${secret}`)
  }
})

const bin = findPostgres()
if (bin === undefined) test('the guide to PostgreSQL', { skip: NO_POSTGRES })
else
  suite('the guide to PostgreSQL', () => {
    let server: PostgresServer
    before(async () => {
      server = await startPostgres(bin)
    })
    after(() => server.remove())

    test('the statements of the guide set up a database and a standby that is waited for, and its commands work there', async t => {
      const [setUp, standby] = blocks('sql') as [string, string]
      for (const sql of setUp.trim().split('\n')) await server.query(sql)
      const cwd = tempFolder(t)
      const [yaml = ''] = blocks('yaml')
      writeFileSync(join(cwd, 'password'), `${PASSWORD}\n`, { mode: 0o600 })
      writeFileSync(
        join(cwd, 'postrider.yaml'),
        `hostname: mail.sender.test\n${yaml
          .replace(/db-1.*$/m, `127.0.0.1:${server.port}/mail`)
          .replace('/etc/postrider/db-password', join(cwd, 'password'))}`,
      )
      for (const line of blocks('sh').flatMap(code => code.trim().split('\n'))) {
        const [, ...words] = line.split(' ')
        const at = words.findIndex(word => word.startsWith('--'))
        const flags = at < 0 ? {} : { [(words[at] as string).slice(2)]: words[at + 1] as string }
        const said = await type((at < 0 ? words : words.slice(0, at)).join(' '), { cwd, flags, stdin: 'a password\n' })
        assert.equal(said.code, 0, `${line}: ${said.err}`)
      }
      const follower = await startStandby(bin, server)
      t.after(() => follower.remove())
      for (const sql of standby.trim().split('\n')) await server.query(sql)
      t.after(() => server.query('ALTER SYSTEM RESET synchronous_standby_names'))
      while ((await server.query(`SELECT FROM pg_stat_replication WHERE sync_state = 'quorum'`)).length === 0)
        await sleep(20)
      await server.query('ALTER SYSTEM RESET synchronous_standby_names')
      await server.query('SELECT pg_reload_conf()')
      await server.query('DROP DATABASE mail')
      await server.query('DROP ROLE mail')
    })

    test('the relays of the compose file accept into one queue, and one that is drained leaves nothing undone', async t => {
      const folder = tempFolder(t)
      for (const name of Object.keys(composition.secrets)) writeFileSync(join(folder, name), `${PASSWORD}\n`)
      const script = readFileSync(join(COMPOSE, 'init.sh'), 'utf8').replaceAll('/run/secrets', folder)
      const env = { PATH: `${bin}:${process.env.PATH}`, PGHOST: '127.0.0.1', PGPORT: String(server.port) }
      const made = await runProgram('sh', {
        args: ['-c', script],
        env: { ...env, POSTGRES_USER: 'postrider', PGDATA: folder },
      })
      assert.equal(made.code, 0, made.stderr)
      assert.match(readFileSync(join(folder, 'pg_hba.conf'), 'utf8'), /^host replication replicator/)
      const standby = await startStandby(bin, server)
      t.after(() => standby.remove())
      const hosts = { primary: server.port, standby: standby.port }
      const relays = await Promise.all(
        ['relay-1', 'relay-2', 'relay-3'].map(name =>
          startRelay(composition.services[name]?.environment ?? {}, hosts, folder),
        ),
      )
      t.after(() => Promise.all(relays.map(({ child }) => child.stop())))
      for (const { port } of relays) assert.match(await send(port), /^250 /)
      const connectionString = `postgres://postrider@127.0.0.1:${server.port}/mail`
      const queue = await openPostgresQueue({ connectionString })
      t.after(() => queue.close())
      assert.equal((await queue.list({})).length, 3)
      const drained = await relays[2]?.child.stop()
      assert.equal(drained?.code, 0, drained?.stderr ?? '')
      assert.equal((await queue.list({})).length, 3)
      const owners = await server.query('SELECT name FROM postrider.owner', connectionString)
      assert.equal(owners.length, 2, 'it is no owner any more')
      assert.match(await send(relays[0]?.port ?? 0), /^250 /)
    })
  })

/** As the container would, but for ports, hosts and the way out. */
async function startRelay(
  environment: Readonly<Record<string, string>>,
  hosts: Readonly<Record<string, number>>,
  secrets: string,
): Promise<{ readonly child: Child; readonly port: number }> {
  const port = await freePort()
  const cwd = tempFolder()
  const given = Object.entries(environment).map(([key, value]) => [
    key,
    value
      .replace('/run/secrets', secrets)
      .replace(/(primary|standby):5432/g, (_, host: string) => `127.0.0.1:${hosts[host]}`)
      .replace('[::]:587/starttls', `127.0.0.1:${port}/plain`),
  ])
  const child = startProgram(process.execPath, {
    args: ['--conditions=@postrider/source', PROGRAM, 'serve'],
    cwd,
    env: {
      ...Object.fromEntries(given),
      POSTRIDER_QUEUE_PATH: join(cwd, 'queue.db'),
      POSTRIDER_PREFLIGHT: 'off',
      POSTRIDER_RELAY_SENDERS: '*@sender.test',
      POSTRIDER_RELAY_TRUSTED_NETWORKS: '127.0.0.0/8',
      POSTRIDER_DNS_SERVERS: '127.0.0.1:9',
    },
  })
  for (let tried = 0; ; tried++) {
    try {
      const client = createTransport({ host: '127.0.0.1', port })
      await client.verify()
      return { child, port }
    } catch (error) {
      if (tried === 400)
        throw new Error(`the relay did not start: ${child.stdout()}${child.stderr()}`, { cause: error })
      await sleep(50)
    }
  }
}

async function send(port: number): Promise<string> {
  const client = createTransport({ host: '127.0.0.1', port })
  try {
    return String((await client.sendMail({ from: 'me@sender.test', to: 'you@dest.test', text: 'It works.' })).response)
  } finally {
    client.close()
  }
}
