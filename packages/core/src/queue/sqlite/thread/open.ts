/**
 * Open: one queue file, made if it is missing, brought to the newest schema, and the lock file of the one that delivers.
 *
 * Policy. WAL and synchronous=FULL: what was committed is on disk. The file is made readable by its owner only, and SQLite
 * gives the files beside it the same mode. The page cache is small: what waits belongs on disk, not in memory. What
 * is deleted is overwritten where that costs no page more, so that an erasure finds few traces. A file that is some other database is refused.
 *
 * Not here: transactions (writer.ts).
 */
import { closeSync, existsSync, linkSync, openSync, statfsSync, unlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { MailerError } from '../../../model/error.ts'
import { KEPT_SHARE } from '../../kept-content.ts'
import { migrate } from '../../migrate.ts'
import { isBusy } from '../both/errors.ts'
import type { Opening, WriterOptions } from '../both/protocol.ts'
import { MIGRATIONS } from './migrations.ts'
import { planTakeover, requireRoomFor } from './takeover-plan.ts'
import type { OpenQueue } from './transaction.ts'

/** "PstR", in the header of the file. */
const APPLICATION_ID = 0x50737452
const CACHE_KIB = 8 * 1024
/** Messages that come and go between two checkpoints never touch the database file. */
const CHECKPOINT_PAGES = 4_000
const WAL_LIMIT_BYTES = 64 * 2 ** 20
const BUSY_PAUSE_MS = 5
/** Beyond `maxBytes`, for what is no message: about 2 MiB. */
const RESERVED_PAGES = 512

/** @param tell hears that an older file is taken over, before it is */
export function openQueue(
  { path, maxBytes, mostKept, busyMs, holder }: WriterOptions,
  tell: (opening: Opening) => void,
): OpenQueue {
  const inMemory = path === ':memory:'
  if (!inMemory && existsSync(`${path}.restore`)) throw halfRestored(path)
  if (!inMemory) makePrivate(path, holder)
  const db = new DatabaseSync(path, { timeout: busyMs })
  try {
    prepareFile(db, { path, busyMs, tell })
  } catch (error) {
    db.close()
    throw error
  }
  const lock = inMemory ? undefined : new LeaderLock(`${path}-holder`, holder)
  return {
    db,
    path,
    makeRoom: roomOf(db, maxBytes),
    lock: () => lock?.take() ?? true,
    unlock: () => lock?.giveBack(),
    mostKept: mostKept ?? roomToKeep(path, maxBytes),
    close: () => {
      lock?.close()
      db.close()
    },
  }
}

/** A share of the disk, and of what the queue may grow to. */
function roomToKeep(path: string, maxBytes: number | null): number {
  if (path === ':memory:') return 64 * 2 ** 20
  const { blocks, bsize } = statfsSync(dirname(path))
  return KEPT_SHARE * Math.min(blocks * bsize, maxBytes ?? Number.POSITIVE_INFINITY)
}

/** Outcomes, and whatever empties a full queue, find room in it. */
function roomOf(db: DatabaseSync, maxBytes: number | null): OpenQueue['makeRoom'] {
  if (maxBytes === null) return () => {}
  const { page_size } = db.prepare('PRAGMA page_size').get() as { page_size: number }
  const most = Math.max(1, Math.floor(maxBytes / page_size))
  let current: string | undefined
  return wanted => {
    if (wanted === current) return
    current = wanted
    db.exec(`PRAGMA max_page_count = ${wanted === 'messages' ? most : most + RESERVED_PAGES}`)
  }
}

/**
 * A file that is there is never opened for this, because closing it would end every lock that this process has on it
 * (POSIX, fcntl): another queue of this process may be open on the same file. A new one gets its name when it is closed.
 */
function makePrivate(path: string, holder: string): void {
  if (existsSync(path)) return
  const fresh = `${path}-${holder}`
  makeEmpty(fresh)
  try {
    linkSync(fresh, path)
  } catch {
    // Someone else was first, or the file system knows no links, or a link points to where nothing is yet.
    if (!existsSync(path)) makeEmpty(path)
  } finally {
    unlinkSync(fresh)
  }
}

function makeEmpty(path: string): void {
  closeSync(openSync(path, 'a', 0o600))
}

interface Preparing {
  readonly path: string
  readonly busyMs: number
  readonly tell: (opening: Opening) => void
}

function prepareFile(db: DatabaseSync, { path, busyMs, tell }: Preparing): void {
  // Before the first table is made, or never; on a queue that is there, even asking for it would be a write.
  if (countTables(db) === 0) db.exec('PRAGMA auto_vacuum = INCREMENTAL')
  writeAhead(db, busyMs)
  db.exec(`PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0; PRAGMA secure_delete = FAST;
    PRAGMA cache_size = -${CACHE_KIB}; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}; PRAGMA journal_size_limit = ${WAL_LIMIT_BYTES}`)
  // Several processes may open a new file at once: the first one makes the tables, the others find them.
  db.exec('BEGIN IMMEDIATE')
  try {
    const { application_id } = db.prepare('PRAGMA application_id').get() as { application_id: number }
    const { user_version } = db.prepare('PRAGMA user_version').get() as { user_version: number }
    if (application_id !== APPLICATION_ID && countTables(db) > 0) throw foreign(path)
    const plan = path === ':memory:' ? undefined : planTakeover(db, user_version, MIGRATIONS.length)
    if (plan !== undefined) {
      tell({ takingOver: plan })
      requireRoomFor(plan, path, freeBytes(path))
    }
    migrate({
      name: path,
      version: user_version,
      migrations: MIGRATIONS,
      apply: (sql, version) =>
        db.exec(`${sql}; PRAGMA user_version = ${version}; PRAGMA application_id = ${APPLICATION_ID}`),
    })
    db.exec('COMMIT')
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}

function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(dirname(path))
  return bavail * bsize
}

/**
 * SQLite makes a new file WAL by a read that becomes a write, and there it never waits for a lock, because two that did
 * would wait for each other. So we wait, and ask again.
 */
function writeAhead(db: DatabaseSync, busyMs: number): void {
  const never = new Int32Array(new SharedArrayBuffer(4))
  for (let waited = 0; ; waited += BUSY_PAUSE_MS) {
    try {
      db.exec('PRAGMA journal_mode = WAL')
      return
    } catch (error) {
      if (!isBusy(error) || waited >= busyMs) throw error
      Atomics.wait(never, 0, 0, BUSY_PAUSE_MS)
    }
  }
}

function countTables(db: DatabaseSync): number {
  return (db.prepare('SELECT count(*) AS tables FROM sqlite_schema').get() as { tables: number }).tables
}

function foreign(path: string): MailerError {
  return new MailerError('queue-unavailable', `${path} is a database, but not a queue of this program.`, {
    where: 'queue.path',
    found: path,
    wanted: 'a queue file, or a path where none is yet',
    fix: 'give another queue.path',
  })
}

/** Some of its files are in place, and others not yet. */
function halfRestored(path: string): MailerError {
  return new MailerError('queue-unavailable', `A restore of ${path} was broken off.`, {
    where: 'queue.path',
    found: `${path}.restore`,
    wanted: 'a queue that is restored as a whole',
    fix: 'run `postrider restore` again: it goes on where it ended',
  })
}

/** An exclusive transaction on an empty database: the system ends it with the process, however that ends. */
class LeaderLock {
  readonly #path: string
  readonly #holder: string
  #db: DatabaseSync | undefined

  constructor(path: string, holder: string) {
    this.#path = path
    this.#holder = holder
  }

  take(): boolean {
    if (this.#db === undefined) {
      makePrivate(this.#path, this.#holder)
      this.#db = new DatabaseSync(this.#path, { timeout: 0 })
    }
    if (this.#db.isTransaction) return true
    try {
      // Nothing is ever written: no journal beside it.
      this.#db.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
      return true
    } catch (error) {
      // Someone living has it.
      if (isBusy(error)) return false
      throw error
    }
  }

  giveBack(): void {
    if (this.#db?.isTransaction) this.#db.exec('ROLLBACK')
  }

  close(): void {
    this.#db?.close()
    this.#db = undefined
  }
}
