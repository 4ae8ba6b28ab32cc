/**
 * Postgres: a real server for tests, started by the test itself in a temporary folder, on a socket and a loopback port of its
 * own, and ended with it.
 *
 * Policy. The server is that of the machine (POSTGRES_BIN, PATH, or Debian's folder); where none is, tests say so and are
 * skipped. It refuses to run as root, so that root starts it as the user `nobody`. Each test has a database of its own, copied
 * from one template. The server waits for its disk, as in earnest.
 */
import { chownSync, existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import pg from 'pg'
import { type Child, runProgram, startProgram } from './child.ts'

const DEBIAN = '/usr/lib/postgresql'
export const NOBODY = { uid: 65_534, gid: 65_534 } as const

/** The folder of `initdb` and `postgres`, if the machine has them. @throws when POSTGRES_WANTED is set and it has not */
export function findPostgres(): string | undefined {
  const given = process.env.POSTGRES_BIN
  const debian = existsSync(DEBIAN)
    ? readdirSync(DEBIAN)
        .sort((one, other) => Number(other) - Number(one))
        .map(version => join(DEBIAN, version, 'bin'))
    : []
  const folders = [...(given ? [given] : []), ...debian, ...(process.env.PATH ?? '').split(delimiter)]
  for (const folder of folders) {
    if (existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
      return dirname(realpathSync(join(folder, 'postgres')))
  }
  if (process.env.POSTGRES_WANTED) throw new Error(NO_POSTGRES)
  return undefined
}

export const NO_POSTGRES = 'no PostgreSQL server is installed on this machine (apt-get install postgresql-15)'

export interface PostgresServer {
  readonly port: number
  /** A connection string for a new, empty database. */
  database(template?: string): Promise<string>
  drop(connectionString: string): Promise<void>
  query(sql: string, connectionString?: string): Promise<readonly (readonly unknown[])[]>
  /** A transaction that stays open until it is told to commit. */
  hold(connectionString: string, statements: readonly string[]): Promise<HeldTransaction>
  /** `immediate` is the death of the server: nothing is finished, nothing is written. */
  stop(how: 'fast' | 'immediate'): Promise<void>
  /** SIGKILL to all of its processes at once. */
  kill(): Promise<void>
  /** Makes a primary of a standby. */
  promote(): Promise<void>
  start(): Promise<void>
  /** Of its first process, the parent of all others. */
  pid(): number
  remove(): Promise<void>
}

export interface HeldTransaction {
  query(sql: string): Promise<void>
  commit(): Promise<void>
}

export function asServerUser(program: string, args: readonly string[]): { command: string; args: readonly string[] } {
  if (process.getuid?.() !== 0) return { command: program, args }
  const { uid, gid } = NOBODY
  return { command: 'setpriv', args: [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', program, ...args] }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended meanwhile.
  }
}

function childrenOf(parent: number): readonly number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => {
      try {
        return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]) === parent
      } catch {
        // It ended meanwhile.
        return false
      }
    })
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

export async function ask(connectionString: string, sql: string): Promise<readonly (readonly unknown[])[]> {
  const client = new pg.Client({ connectionString })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows as unknown[][]
  } finally {
    await client.end()
  }
}

async function hold(connectionString: string, statements: readonly string[]): Promise<HeldTransaction> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  for (const sql of ['BEGIN', ...statements]) await client.query(sql)
  return {
    query: async sql => void (await client.query(sql)),
    commit: async () => {
      await client.query('COMMIT')
      await client.end()
    },
  }
}

/** A server of its own: `initdb`, or a copy of another one that follows it. */
export async function startPostgres(bin: string): Promise<PostgresServer> {
  const folder = await serverFolder()
  const options = ['-D', join(folder, 'data'), '--auth=trust', '--username=postrider', '--encoding=UTF8', '--locale=C']
  await runAsServer(bin, 'initdb', [...options, '--no-sync'], folder)
  return runServer({ bin, folder, port: await freePort() })
}

/** A standby that follows by streaming, until it is promoted. */
export async function startStandby(bin: string, primary: PostgresServer): Promise<PostgresServer> {
  const folder = await serverFolder()
  const from = ['--host=127.0.0.1', `--port=${primary.port}`, '--username=postrider', '--no-sync', '--checkpoint=fast']
  await runAsServer(bin, 'pg_basebackup', ['-D', join(folder, 'data'), '-R', ...from], folder)
  return runServer({ bin, folder, port: await freePort() })
}

async function serverFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'postrider-pg-'))
  if (process.getuid?.() === 0) chownSync(folder, NOBODY.uid, NOBODY.gid)
  return folder
}

async function runAsServer(bin: string, program: string, options: readonly string[], cwd: string): Promise<void> {
  const { command, args } = asServerUser(join(bin, program), options)
  const { code, stderr, stdout } = await runProgram(command, { args, cwd })
  if (code !== 0) throw new Error(`${program} failed: ${stdout}${stderr}`)
}

interface ServerPlace {
  readonly bin: string
  readonly folder: string
  readonly port: number
}

async function runServer({ bin, folder, port }: ServerPlace): Promise<PostgresServer> {
  const data = join(folder, 'data')
  const urlOf = (name: string): string => `postgres://postrider@127.0.0.1:${port}/${name}`
  let child: Child | undefined
  let count = 0

  const query: PostgresServer['query'] = (sql, connectionString = urlOf('postgres')) => ask(connectionString, sql)
  const start = async (): Promise<void> => {
    const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`]
    const more = ['max_connections=200', 'shared_buffers=64MB', 'log_destination=stderr', 'autovacuum_naptime=5']
    const args = ['-D', data, ...[...settings, ...more].flatMap(setting => ['-c', setting])]
    const run = asServerUser(join(bin, 'postgres'), args)
    child = startProgram(run.command, { args: run.args, cwd: folder })
    for (let tried = 0; ; tried++) {
      try {
        await query('SELECT 1')
        return
      } catch (error) {
        if (tried === 400) throw new Error(`the server did not start: ${child.stderr()}`, { cause: error })
        await new Promise(resolve => setTimeout(resolve, 25))
      }
    }
  }
  // The first process of the server itself: setpriv has become it.
  const pid = (): number => Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0])
  const stop = async (how: 'fast' | 'immediate'): Promise<void> => {
    if (child === undefined) return
    process.kill(pid(), how === 'fast' ? 'SIGINT' : 'SIGQUIT')
    await child.ended()
    child = undefined
  }
  await start()
  return {
    port,
    query,
    pid,
    start,
    stop,
    kill: async () => {
      const first = pid()
      for (const each of [first, ...childrenOf(first)]) kill(each)
      await child?.ended()
      child = undefined
    },
    promote: () => runAsServer(bin, 'pg_ctl', ['promote', '-D', data, '-w'], folder),
    hold,
    database: async template => {
      const name = `test_${++count}`
      await query(
        `CREATE DATABASE ${name}${template === undefined ? '' : ` TEMPLATE ${new URL(template).pathname.slice(1)}`}`,
      )
      return urlOf(name)
    },
    drop: async url => void (await query(`DROP DATABASE ${new URL(url).pathname.slice(1)} WITH (FORCE)`)),
    remove: async () => {
      await stop('immediate')
      await rm(folder, { recursive: true, force: true })
    },
  }
}
