/**
 * SqliteStore: the relay's store in a file, which `postrider user` and others open beside the relay.
 *
 * Policy. Statements are look-ups and small changes of some microseconds in a file that fits in the page cache, so they run on
 * the event loop; whoever writes often writes `passing`, which waits for no disk. One transaction at a time; what is asked
 * meanwhile waits for its end.
 */
import { chmodSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { type Clock, MailerError, systemClock } from '@postrider/core'
import { STEPS, VERSION } from './schema.ts'
import type { Ask, Durability, RelayStore, Row, Value } from './store.ts'

const BUSY_MS = 2_000
const BUSY_PAUSE_MS = 5
const SQLITE_BUSY = 5

/**
 * Opens the file, or makes it, readable by its owner only.
 * @throws {MailerError} `queue-unavailable` when it cannot be opened, `queue-newer` when a newer program wrote it
 */
export async function openSqliteStore(path: string, clock: Pick<Clock, 'now'> = systemClock): Promise<RelayStore> {
  try {
    if (path !== ':memory:') await mkdir(dirname(path), { recursive: true, mode: 0o750 })
    return new SqliteStore(openDatabase(path, clock), path)
  } catch (cause) {
    throw troubleOf(cause, path)
  }
}

function openDatabase(path: string, clock: Pick<Clock, 'now'>): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_MS })
  if (path !== ':memory:') chmodSync(path, 0o600)
  writeAhead(database)
  database.exec('PRAGMA synchronous = FULL')
  database.function('now_ms', () => clock.now())
  migrate(database, path)
  return database
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
  if (version > VERSION) {
    database.exec('ROLLBACK')
    throw new MailerError('queue-newer', `${path} was written by a newer version of this program`, {
      where: path,
      fix: 'use the newer version',
    })
  }
  for (const step of STEPS.slice(version)) database.exec(tablesOf(step))
  database.exec(`PRAGMA user_version = ${VERSION}`)
  database.exec('COMMIT')
}

/** Types are held to, and a row stands where its key does. */
function tablesOf(step: string): string {
  return dialect(step).replaceAll(/\n {2}\)/g, '\n  ) STRICT, WITHOUT ROWID')
}

function dialect(statement: string): string {
  return statement
    .replaceAll('postrider_relay.', '')
    .replaceAll(' COLLATE "C"', '')
    .replaceAll(/\bbigint\b/g, 'INTEGER')
    .replaceAll(/\$(?=\d)/g, '?')
}

class SqliteStore implements RelayStore {
  readonly #database: DatabaseSync
  readonly #path: string
  readonly #statements = new Map<string, StatementSync>()
  #last: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor(database: DatabaseSync, path: string) {
    this.#database = database
    this.#path = path
  }

  readonly ask: Ask = (statement, ...values) => this.#inTurn(async () => this.#run(statement, values))

  transact<T>(durability: Durability, work: (ask: Ask) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      if (durability === 'passing') this.#database.exec('PRAGMA synchronous = NORMAL')
      try {
        this.#database.exec('BEGIN IMMEDIATE')
        const value = await work(async (statement, ...values) => this.#run(statement, values))
        this.#database.exec('COMMIT')
        return value
      } finally {
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
        if (durability === 'passing') this.#database.exec('PRAGMA synchronous = FULL')
      }
    })
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#last
    this.#database.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #run<R extends Row>(statement: string, values: readonly Value[]): readonly R[] {
    let prepared = this.#statements.get(statement)
    if (prepared === undefined) {
      prepared = this.#database.prepare(dialect(statement))
      this.#statements.set(statement, prepared)
    }
    return prepared.all(...values) as unknown as readonly R[]
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new MailerError('closed', `${this.#path} is closed`))
    const turn = this.#last.then(work).catch((cause: unknown) => {
      throw troubleOf(cause, this.#path)
    })
    this.#last = turn.catch(() => undefined)
    return turn
  }
}

function troubleOf(cause: unknown, path: string): MailerError {
  if (MailerError.is(cause)) return cause
  return new MailerError('queue-unavailable', `${path} cannot be used: ${(cause as Error).message}`, {
    where: path,
    fix: 'check that the folder exists, that its disk has room, and that this user may write to it',
    cause,
  })
}
