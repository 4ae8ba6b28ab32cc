/**
 * Restored: what becomes of a queue whose database came back from a dump, before any relay runs on it.
 *
 * Policy.
 * - The processes that owned something at the dump are not those of this database: they are declared dead and taken over, so that what
 *   they had under way waits in the tables and is held with all else. What waited then may have been sent since.
 * - One whose beats go on is a relay that runs on it: nothing is done then.
 * - Numbers go on far behind those of the dump, before anything is told, so that no fact and no mark of a final dot is ever taken for
 *   another of the time that is lost.
 * - Another server counts transactions from elsewhere: those of the dump are made its own, or nothing of the fast path is told until it
 *   has counted as far.
 * - Whoever is killed on the way leaves what the next call finishes.
 */
import type { Clock } from '../../ambient/clock.ts'
import { MailerError } from '../../model/error.ts'
import { SKIPPED_NUMBERS } from '../rows.ts'
import { hold } from './admin.ts'
import type { Connections } from './connection.ts'
import { SQL } from './sql.ts'
import { takeOverAll } from './takeover.ts'

/** Each beats once a second. */
const LISTENED_MS = 5_000

type Living = [id: number, beats: number]

/** @returns how many messages are held @throws MailerError `not-possible` while a relay runs on it */
export async function holdRestored(connections: Connections, clock: Clock, because: string): Promise<number> {
  await declareDead(connections, clock)
  await connections.ask('lasting', SQL.ownTransactions)
  await connections.ask('lasting', SQL.skipNumbers, SKIPPED_NUMBERS)
  const dead = await connections.ask<[id: number]>('passing', SQL.everyOwner)
  await takeOverAll(
    connections,
    dead.map(([id]) => id),
    clock.now(),
  )
  const held = await hold(connections, {}, because, clock.now())
  // It may have been started meanwhile, and have taken over some of it.
  if ((await connections.ask<Living>('passing', SQL.living)).length > 0) throw isRunning()
  return held
}

async function declareDead(connections: Connections, clock: Clock): Promise<void> {
  const then = await connections.ask<Living>('passing', SQL.living)
  if (then.length > 0) await clock.sleep(LISTENED_MS)
  const [ids, beats] = [then.map(([id]) => id), then.map(([, count]) => count)]
  const [others] = await connections.ask<[number]>('lasting', SQL.declareDead, ids, beats)
  if (others?.[0] !== 0) throw isRunning()
}

function isRunning(): MailerError {
  return new MailerError('not-possible', 'A relay runs on the queue that was restored.', {
    where: 'queue.url',
    found: 'a relay that delivers',
    wanted: 'a database that nobody uses yet',
    fix: 'stop every relay that uses it, and restore again: what it sent meanwhile may have been sent twice',
  })
}
