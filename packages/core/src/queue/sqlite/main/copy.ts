/**
 * Copy: a copy of a database while others write to it, and a copy of a queue made ready to take the place of one that is lost.
 *
 * Policy. A copy is that of one moment: it is made in one go, under a lock that keeps nobody from writing. In a queue that comes back
 * everything is held: what waited then may have been sent since. Its numbers go on far behind those it had, so that no fact and no mark
 * of a final dot is ever taken for another of the time that is lost.
 *
 * Not here: which files belong together, and where they go (the relay's assembly/).
 */
import { closeSync, fsyncSync, openSync } from 'node:fs'
import { backup, DatabaseSync } from 'node:sqlite'
import { systemClock } from '../../../ambient/clock.ts'
import { SKIPPED_NUMBERS } from '../../rows.ts'
import { openSqliteQueue } from './open.ts'

const BUSY_MS = 5_000
const ALL_AT_ONCE = 2 ** 31 - 1

/** @param to a new file, readable by its owner only. It is on disk when this resolves. */
export async function copyDatabase(path: string, to: string): Promise<void> {
  closeSync(openSync(to, 'wx', 0o600))
  const source = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS })
  try {
    await backup(source, to, { rate: ALL_AT_ONCE })
  } finally {
    source.close()
  }
  sync(to)
}

/**
 * Makes a copy of a queue ready: brings it to the newest schema and holds all that waits.
 * @returns how many messages
 * @throws MailerError `queue-unavailable`, `queue-full`, `queue-newer`
 */
export async function holdCopy(path: string, because: string): Promise<number> {
  await (await openSqliteQueue({ path, clock: systemClock })).close()
  // First: what is told of holding it has numbers of its own, too.
  change(
    path,
    `UPDATE tally SET last_fact = last_fact + ${SKIPPED_NUMBERS}, last_message = last_message + ${SKIPPED_NUMBERS}`,
  )
  const store = await openSqliteQueue({ path, clock: systemClock })
  let held = 0
  try {
    held = await store.hold({}, because, systemClock.now())
  } finally {
    await store.close()
  }
  // One file is all of it.
  change(path, 'PRAGMA journal_mode = DELETE')
  sync(path)
  return held
}

function change(path: string, statement: string): void {
  const db = new DatabaseSync(path)
  try {
    db.exec(statement)
  } finally {
    db.close()
  }
}

function sync(path: string): void {
  const file = openSync(path, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
