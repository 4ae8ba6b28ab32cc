/**
 * SqliteStore: accounts in a file of their own, edited by `postrider user` while the relay runs.
 *
 * Policy. The file is opened by several processes; a change is seen by the next login. Statements are point look-ups of
 * some microseconds in a file that fits in the page cache, so they run on the event loop.
 */
import { chmodSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite'
import { MailerError } from '@postrider/core'
import { type AccountLimits, type AccountRecord, accountName } from './account.ts'
import { requireHash } from './secret.ts'
import type { EditableAccountStore } from './store.ts'

const SCHEMA_VERSION = 1
const BUSY_MS = 2_000
const BUSY_PAUSE_MS = 5
const SQLITE_BUSY = 5
const SCHEMA = `
  CREATE TABLE account (
    name         TEXT PRIMARY KEY,
    secret_hash  TEXT NOT NULL,
    senders      TEXT NOT NULL,
    rewrite_from TEXT,
    limits       TEXT
  ) STRICT, WITHOUT ROWID`

type Row = Record<string, SQLOutputValue>

/**
 * Opens the file, or makes it, readable by its owner only.
 * @throws {MailerError} `queue-unavailable` when it cannot be opened, `queue-newer` when a newer program wrote it
 */
export async function openAccountStore(path: string): Promise<EditableAccountStore> {
  if (path !== ':memory:') await mkdir(dirname(path), { recursive: true, mode: 0o750 })
  return new SqliteStore(openDatabase(path))
}

function openDatabase(path: string): DatabaseSync {
  try {
    const database = new DatabaseSync(path, { timeout: BUSY_MS })
    if (path !== ':memory:') chmodSync(path, 0o600)
    writeAhead(database)
    database.exec('PRAGMA synchronous = FULL')
    migrate(database, path)
    return database
  } catch (cause) {
    if (MailerError.is(cause)) throw cause
    throw new MailerError(
      'queue-unavailable',
      `the account file ${path} cannot be opened: ${(cause as Error).message}`,
      {
        where: path,
        fix: 'check that the folder exists and that this user may write to it',
        cause,
      },
    )
  }
}

/** SQLite asks for this lock once, whatever its timeout, and a `user add` beside the relay's first start may have it. */
function writeAhead(database: DatabaseSync): void {
  const never = new Int32Array(new SharedArrayBuffer(4))
  for (let waited = 0; ; waited += BUSY_PAUSE_MS) {
    try {
      database.exec('PRAGMA journal_mode = WAL')
      return
    } catch (error) {
      // The lowest octet says that it is busy; what stands above says with what.
      const isBusy = ((error as { errcode?: number }).errcode ?? 0) % 256 === SQLITE_BUSY
      if (!isBusy || waited >= BUSY_MS) throw error
      Atomics.wait(never, 0, 0, BUSY_PAUSE_MS)
    }
  }
}

function migrate(database: DatabaseSync, path: string): void {
  database.exec('BEGIN IMMEDIATE')
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0)
  if (version > SCHEMA_VERSION) {
    database.exec('ROLLBACK')
    throw new MailerError('queue-newer', `the account file ${path} was written by a newer version of this program`, {
      where: path,
      fix: 'use the newer version',
    })
  }
  if (version === 0) database.exec(`${SCHEMA}; PRAGMA user_version = ${SCHEMA_VERSION}`)
  database.exec('COMMIT')
}

class SqliteStore implements EditableAccountStore {
  readonly #database: DatabaseSync
  readonly #find: StatementSync
  readonly #list: StatementSync
  readonly #insert: StatementSync
  readonly #update: StatementSync
  readonly #remove: StatementSync
  #closed = false

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#find = database.prepare('SELECT * FROM account WHERE name = ?')
    this.#list = database.prepare('SELECT * FROM account ORDER BY name')
    this.#insert = database.prepare(
      'INSERT INTO account (name, secret_hash, senders, rewrite_from, limits) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    )
    this.#update = database.prepare(
      'UPDATE account SET secret_hash = ?, senders = ?, rewrite_from = ?, limits = ? WHERE name = ?',
    )
    this.#remove = database.prepare('DELETE FROM account WHERE name = ?')
  }

  async find(name: string): Promise<AccountRecord | undefined> {
    const row = this.#find.get(accountName(name))
    return row && toAccount(row)
  }

  async list(): Promise<readonly AccountRecord[]> {
    return this.#list.all().map(toAccount)
  }

  async add(account: AccountRecord): Promise<boolean> {
    requireHash(account)
    return this.#insert.run(accountName(account.name), ...toColumns(account)).changes > 0
  }

  async change(name: string, changes: Partial<Omit<AccountRecord, 'name'>>): Promise<boolean> {
    const account = await this.find(name)
    if (account === undefined) return false
    const changed = { ...account, ...changes }
    requireHash(changed)
    return this.#update.run(...toColumns(changed), account.name).changes > 0
  }

  async remove(name: string): Promise<boolean> {
    return this.#remove.run(accountName(name)).changes > 0
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#database.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

function toColumns(account: AccountRecord): [string, string, string | null, string | null] {
  return [
    account.secretHash,
    JSON.stringify(account.senders),
    account.rewriteFrom ?? null,
    account.limits ? JSON.stringify(account.limits) : null,
  ]
}

function toAccount(row: Row): AccountRecord {
  return {
    name: String(row.name),
    secretHash: String(row.secret_hash),
    senders: JSON.parse(String(row.senders)) as readonly string[],
    ...(row.rewrite_from === null ? {} : { rewriteFrom: String(row.rewrite_from) }),
    ...(row.limits === null ? {} : { limits: JSON.parse(String(row.limits)) as AccountLimits }),
  }
}
