/**
 * Recall: to ask the other owners for what they have under way, so that it can be seen and changed as what waits.
 *
 * Policy. Each of them moves it into the tables, as it stands, and says so; one that is silent is not waited for: what it has
 * shows when it was taken over.
 */
import type { Clock } from '../../ambient/clock.ts'
import type { Connections } from './connection.ts'
import type { Signals } from './notify.ts'
import { SQL } from './sql.ts'

export interface Waiting {
  readonly connections: Pick<Connections, 'ask'>
  readonly signals: Pick<Signals, 'tell'>
  /** The number of this owner; 0 when it is none. */
  readonly me: number
  readonly clock: Clock
  /** `clock`: no time of that clock passes while it is waited. */
  readonly time: 'server' | 'clock'
}

/** So often it is asked at most whether they did. */
const LOOKS = 3_000
/** Most have answered by then. */
const LOOKS_AT_ONCE = 5
const PAUSE_MS = 10
/** A beat makes them look at the latest; who died a moment ago is not waited for any longer. */
const LONGEST_MS = 3_000

async function until(done: () => Promise<boolean>, { clock, time }: Waiting): Promise<void> {
  const end = clock.monotonic() + LONGEST_MS
  for (let look = 0; look < LOOKS; look++) {
    if (await done()) return
    if (time === 'clock' || look < LOOKS_AT_ONCE) continue
    if (clock.monotonic() >= end) return
    await clock.sleep(PAUSE_MS)
  }
}

/** Makes those of the others who had something under way say what they have now. */
export async function hearOthers(waiting: Waiting): Promise<void> {
  const { connections, signals, me } = waiting
  const busy = await connections.ask<[id: number, beats: number]>('passing', SQL.busyOwners, me)
  if (busy.length === 0) return
  signals.tell('recall')
  const [ids, beats] = [busy.map(([id]) => id), busy.map(([, count]) => count)]
  await until(async () => {
    const [left] = await connections.ask<[number]>('passing', SQL.notBeaten, ids, beats)
    return left?.[0] === 0
  }, waiting)
}

export async function recallOthers(waiting: Waiting): Promise<void> {
  const { connections, signals, me } = waiting
  const [row] = await connections.ask<[number]>('passing', SQL.recallNumber)
  const number = row?.[0] ?? 0
  const asked = await connections.ask('passing', SQL.askRecall, me, number)
  if (asked.length === 0) return
  signals.tell('recall')
  await until(async () => {
    const [left] = await connections.ask<[number]>('passing', SQL.notRecalled, me, number)
    return left?.[0] === 0
  }, waiting)
}
