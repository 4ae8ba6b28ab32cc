/**
 * PostgresStore: the relay's store in the database of the queue, shared by every relay on it and edited by `postrider user` from any of
 * their hosts. The only pg import here.
 *
 * Policy. Nobody waits long for an answer, because a client may wait for it: what takes longer than `ANSWER_MS` is trouble. A database
 * that has all tables is only read and written, so that a user without the right to create tables can run on it. Of several hosts
 * the one that can be written to is used, as by the queue.
 *
 * Not here: the file (sqlite.ts), the queue itself (the mailer's).
 */
import { MailerError } from '@postrider/core'
import type { ClientConfig, Pool, PoolClient } from 'pg'
import { STEPS, VERSION } from './schema.ts'
import type { Ask, Durability, RelayStore, Row, Value } from './store.ts'

const NOW_MS = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint'
const VERSION_TABLE = `
  CREATE SCHEMA IF NOT EXISTS postrider_relay;
  CREATE TABLE IF NOT EXISTS postrider_relay.schema_version (version integer NOT NULL);
  LOCK TABLE postrider_relay.schema_version IN EXCLUSIVE MODE`
const READ_VERSION = 'SELECT version FROM postrider_relay.schema_version'
const WRITE_VERSION = `
  DELETE FROM postrider_relay.schema_version;
  INSERT INTO postrider_relay.schema_version VALUES (${VERSION})`

const CONNECTIONS = 4
const ANSWER_MS = 5000
const IDLE_MS = 60_000
const INT8 = 20
const READ_ONLY = '25006'
/** Schema or table is not there yet. */
const MISSING: ReadonlySet<unknown> = new Set(['42P01', '3F000'])
/** Made by another process at the same moment. */
const MADE_MEANWHILE: ReadonlySet<unknown> = new Set(['23505', '42P06', '42P07', '42710'])
const TRIES = 5

/** @throws {MailerError} `queue-unavailable` when it cannot be used, `queue-newer` when a newer program made it */
export async function openPostgresStore(connectionString: string): Promise<RelayStore> {
  const { default: pg } = await load()
  const { PostgresHosts } = await import('@postrider/core/postgres')
  const hosts = new PostgresHosts(connectionString)
  const Client = class extends pg.Client {
    constructor(config?: ClientConfig) {
      super({ ...config, ...hosts.options })
      hosts.made(this)
    }
  }
  const pool = new pg.Pool({
    Client,
    max: CONNECTIONS,
    idleTimeoutMillis: IDLE_MS,
    connectionTimeoutMillis: ANSWER_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
    allowExitOnIdle: true,
    fallback_application_name: 'postrider',
    // What is counted here, milliseconds included, fits in a number.
    types: { getTypeParser: (type, format) => (type === INT8 ? Number : pg.types.getTypeParser(type, format)) },
  })
  // What a broken connection costs is told to whoever asks next.
  pool.on('error', () => {})
  pool.on('connect', client => client.on('error', () => {}))
  const lend: Lend = () => hosts.lend(() => pool.connect())
  try {
    await prepare(lend)
    return new PostgresStore(pool, lend)
  } catch (error) {
    await pool.end()
    throw troubleOf(error)
  }
}

async function load(): Promise<typeof import('pg')> {
  try {
    return await import('pg')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    throw new MailerError('queue-unavailable', 'Accounts in PostgreSQL need the package pg, which is not installed.', {
      where: 'pg',
      fix: 'npm install pg',
      cause,
    })
  }
}

/** A connection to a server that can be written to. */
type Lend = () => Promise<PoolClient>

async function prepare(lend: Lend): Promise<void> {
  for (let tried = 1; ; tried++) {
    const version = await versionOf(lend)
    if (version === VERSION) return
    if (version > VERSION) throw newer()
    try {
      return await transact(lend, 'lasting', migrate)
    } catch (error) {
      if (tried >= TRIES || !MADE_MEANWHILE.has((error as { readonly code?: unknown }).code)) throw error
    }
  }
}

async function migrate(client: PoolClient): Promise<void> {
  await client.query(VERSION_TABLE)
  const version = (await client.query<{ version: number }>(READ_VERSION)).rows[0]?.version ?? 0
  if (version > VERSION) throw newer()
  for (const step of STEPS.slice(version)) await client.query(step)
  await client.query(WRITE_VERSION)
}

/** 0: nothing is there yet. */
async function versionOf(lend: Lend): Promise<number> {
  try {
    return (await query<{ version: number }>(lend, READ_VERSION))[0]?.version ?? 0
  } catch (error) {
    if (MISSING.has((error as { readonly code?: unknown }).code)) return 0
    throw error
  }
}

/** One statement on a connection of its own. */
async function query<R extends Row>(lend: Lend, text: string, values: readonly Value[] = []): Promise<readonly R[]> {
  const client = await lend()
  let broken = true
  try {
    const { rows } = await client.query<R>({ text, values: [...values] })
    broken = false
    return rows
  } catch (error) {
    broken = !isAnswer(error)
    throw error
  } finally {
    client.release(broken)
  }
}

/** The server said no, and may be asked again; not one that only reads since a moment. */
function isAnswer(error: unknown): boolean {
  const { severity, code } = error as { readonly severity?: string; readonly code?: string }
  return severity === 'ERROR' && code !== READ_ONLY
}

async function transact<T>(lend: Lend, durability: Durability, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await lend()
  let broken = true
  try {
    await client.query(durability === 'passing' ? 'BEGIN; SET LOCAL synchronous_commit = off' : 'BEGIN')
    const value = await work(client)
    await client.query('COMMIT')
    broken = false
    return value
  } catch (error) {
    const rolledBack = await client.query('ROLLBACK').then(
      () => true,
      () => false,
    )
    broken = !rolledBack || (error as { readonly code?: string }).code === READ_ONLY
    throw error
  } finally {
    client.release(broken)
  }
}

class PostgresStore implements RelayStore {
  readonly #pool: Pool
  readonly #lend: Lend
  #closing: Promise<void> | undefined

  constructor(pool: Pool, lend: Lend) {
    this.#pool = pool
    this.#lend = lend
  }

  readonly ask: Ask = async (statement, ...values) => {
    try {
      return await query(this.#lend, textOf(statement), values)
    } catch (error) {
      throw troubleOf(error)
    }
  }

  async transact<T>(durability: Durability, work: (ask: Ask) => Promise<T>): Promise<T> {
    try {
      return await transact(this.#lend, durability, client =>
        work((statement, ...values) => asked(client, statement, values)),
      )
    } catch (error) {
      throw troubleOf(error)
    }
  }

  async close(): Promise<void> {
    this.#closing ??= this.#pool.end()
    await this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

function textOf(statement: string): string {
  return statement.replaceAll('now_ms()', NOW_MS)
}

async function asked<R extends Row>(
  on: PoolClient,
  statement: string,
  values: readonly Value[],
): Promise<readonly R[]> {
  return (await on.query<R>({ text: textOf(statement), values: [...values] })).rows
}

function newer(): MailerError {
  return new MailerError(
    'queue-newer',
    'What the relay keeps in the database was written by a newer version of this program.',
    {
      where: 'postrider_relay.schema_version',
      fix: 'use the newer version',
    },
  )
}

/** Never a word of the connection string: it may hold a password. */
function troubleOf(error: unknown): MailerError {
  if (MailerError.is(error)) return error
  const { message, code } = error as { readonly message?: string; readonly code?: string }
  return new MailerError('queue-unavailable', `What the relay keeps in PostgreSQL cannot be used: ${message || code}`, {
    where: 'the PostgreSQL server of queue.url',
    fix: 'look at the server and the network to it',
    cause: error,
  })
}
