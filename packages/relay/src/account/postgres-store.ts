/**
 * PostgresStore: accounts in the database of the queue, shared by every relay on it and edited by `postrider user` from any of
 * their hosts. The only pg import here.
 *
 * Policy. A change is seen by the next login at every relay. Nobody waits long for an answer, because a client waits for it:
 * what takes longer than `ANSWER_MS` is trouble. A database that has the table is only read, so that a user without the right
 * to create tables can run on it.
 *
 * Not here: accounts in a file (sqlite-store.ts), the queue itself (the mailer's).
 */
import { MailerError } from '@postrider/core'
import type { Pool } from 'pg'
import { type AccountLimits, type AccountRecord, accountName } from './account.ts'
import { requireHash } from './secret.ts'
import type { EditableAccountStore } from './store.ts'

const SCHEMA_VERSION = 1
/** One query is one transaction. */
const SCHEMA = `
  CREATE SCHEMA IF NOT EXISTS postrider_relay;
  CREATE TABLE IF NOT EXISTS postrider_relay.schema_version (version integer NOT NULL);
  LOCK TABLE postrider_relay.schema_version IN EXCLUSIVE MODE;
  CREATE TABLE IF NOT EXISTS postrider_relay.account (
    name         text COLLATE "C" PRIMARY KEY,
    secret_hash  text NOT NULL,
    senders      text NOT NULL,
    rewrite_from text,
    limits       text
  );
  INSERT INTO postrider_relay.schema_version
    SELECT ${SCHEMA_VERSION} WHERE NOT EXISTS (SELECT FROM postrider_relay.schema_version)`
const VERSION = 'SELECT version FROM postrider_relay.schema_version'
const COLUMNS = 'name, secret_hash, senders, rewrite_from, limits'
const FIND = `SELECT ${COLUMNS} FROM postrider_relay.account WHERE name = $1`
const LIST = `SELECT ${COLUMNS} FROM postrider_relay.account ORDER BY name`
const ADD = `INSERT INTO postrider_relay.account (${COLUMNS}) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`
const CHANGE = `UPDATE postrider_relay.account SET secret_hash = coalesce($2, secret_hash), senders = coalesce($3, senders),
  rewrite_from = coalesce($4, rewrite_from), limits = coalesce($5, limits) WHERE name = $1`
const REMOVE = 'DELETE FROM postrider_relay.account WHERE name = $1'

const CONNECTIONS = 4
const ANSWER_MS = 5000
const IDLE_MS = 60_000
/** Schema or table is not there yet. */
const MISSING: ReadonlySet<unknown> = new Set(['42P01', '3F000'])
/** Made by another process at the same moment. */
const MADE_MEANWHILE: ReadonlySet<unknown> = new Set(['23505', '42P06', '42P07', '42710'])
const TRIES = 5

interface Row {
  readonly name: string
  readonly secret_hash: string
  readonly senders: string
  readonly rewrite_from: string | null
  readonly limits: string | null
}

/** @throws {MailerError} `queue-unavailable` when it cannot be used, `queue-newer` when a newer program made it */
export async function openPostgresAccounts(connectionString: string): Promise<EditableAccountStore> {
  const { default: pg } = await load()
  const pool = new pg.Pool({
    connectionString,
    max: CONNECTIONS,
    idleTimeoutMillis: IDLE_MS,
    connectionTimeoutMillis: ANSWER_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
    allowExitOnIdle: true,
    fallback_application_name: 'postrider',
  })
  // What a broken connection costs is told to whoever asks next.
  pool.on('error', () => {})
  try {
    await prepare(pool)
    return new PostgresStore(pool)
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

async function prepare(pool: Pool): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      if ((await versionOf(pool)) === undefined) await pool.query(SCHEMA)
      break
    } catch (error) {
      if (tried >= TRIES || !MADE_MEANWHILE.has((error as { readonly code?: unknown }).code)) throw error
    }
  }
  if (((await versionOf(pool)) ?? 0) <= SCHEMA_VERSION) return
  throw new MailerError(
    'queue-newer',
    'The accounts in the database were written by a newer version of this program.',
    {
      where: 'postrider_relay.account',
      fix: 'use the newer version',
    },
  )
}

async function versionOf(pool: Pool): Promise<number | undefined> {
  try {
    return (await pool.query<{ version: number }>(VERSION)).rows[0]?.version
  } catch (error) {
    if (MISSING.has((error as { readonly code?: unknown }).code)) return undefined
    throw error
  }
}

class PostgresStore implements EditableAccountStore {
  readonly #pool: Pool
  #closing: Promise<void> | undefined

  constructor(pool: Pool) {
    this.#pool = pool
  }

  async find(name: string): Promise<AccountRecord | undefined> {
    // PostgreSQL has no room for NUL, and nobody has such a name.
    if (name.includes('\0')) return undefined
    const [row] = (await this.#ask(FIND, accountName(name))).rows
    return row && toAccount(row)
  }

  async list(): Promise<readonly AccountRecord[]> {
    return (await this.#ask(LIST)).rows.map(toAccount)
  }

  async add(account: AccountRecord): Promise<boolean> {
    requireHash(account)
    const { secretHash, senders, rewriteFrom, limits } = toColumns(account)
    return (await this.#ask(ADD, accountName(account.name), secretHash, senders, rewriteFrom, limits)).rowCount > 0
  }

  async change(name: string, changes: Partial<Omit<AccountRecord, 'name'>>): Promise<boolean> {
    if (changes.secretHash !== undefined) requireHash({ name, secretHash: changes.secretHash })
    const { secretHash, senders, rewriteFrom, limits } = toColumns(changes)
    return (await this.#ask(CHANGE, accountName(name), secretHash, senders, rewriteFrom, limits)).rowCount > 0
  }

  async remove(name: string): Promise<boolean> {
    return (await this.#ask(REMOVE, accountName(name))).rowCount > 0
  }

  async close(): Promise<void> {
    this.#closing ??= this.#pool.end()
    await this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #ask(text: string, ...values: readonly (string | null)[]): Promise<{ rows: Row[]; rowCount: number }> {
    try {
      const { rows, rowCount } = await this.#pool.query<Row>({ text, values: [...values] })
      return { rows, rowCount: rowCount ?? 0 }
    } catch (error) {
      throw troubleOf(error)
    }
  }
}

/** Null is what is not given. */
function toColumns({ secretHash, senders, rewriteFrom, limits }: Partial<AccountRecord>) {
  return {
    secretHash: secretHash ?? null,
    senders: senders === undefined ? null : JSON.stringify(senders),
    rewriteFrom: rewriteFrom ?? null,
    limits: limits === undefined ? null : JSON.stringify(limits),
  }
}

function toAccount(row: Row): AccountRecord {
  return {
    name: row.name,
    secretHash: row.secret_hash,
    senders: JSON.parse(row.senders) as readonly string[],
    ...(row.rewrite_from === null ? {} : { rewriteFrom: row.rewrite_from }),
    ...(row.limits === null ? {} : { limits: JSON.parse(row.limits) as AccountLimits }),
  }
}

/** Never a word of the connection string: it may hold a password. */
function troubleOf(error: unknown): MailerError {
  if (MailerError.is(error)) return error
  const { message, code } = error as { readonly message?: string; readonly code?: string }
  return new MailerError('queue-unavailable', `The accounts in PostgreSQL cannot be used: ${message || code}`, {
    where: 'the PostgreSQL server of queue.url',
    fix: 'look at the server and the network to it',
    cause: error,
  })
}
