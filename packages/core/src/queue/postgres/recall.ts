/**
 * Recall: to ask the other owners for what they have under way, so that it can be seen and changed as what waits.
 *
 * Policy. Each of them moves it into the tables, as it stands, and says so; one that is silent is not waited for: what it has
 * shows when it was taken over.
 */
import type { Connections } from './connection.ts'
import type { Signals } from './notify.ts'
import { SQL } from './sql.ts'

/** So often it is asked whether they did; each time is a round trip, and a beat makes them look at the latest. */
const LOOKS = 3_000

/** Makes those of the others who had something under way say what they have now. */
export async function hearOthers(connections: Connections, signals: Signals, me: number): Promise<void> {
  const busy = await connections.ask<[id: number, beats: number]>('passing', SQL.busyOwners, me)
  if (busy.length === 0) return
  signals.tell('recall')
  const [ids, beats] = [busy.map(([id]) => id), busy.map(([, count]) => count)]
  for (let look = 0; look < LOOKS; look++) {
    const [left] = await connections.ask<[number]>('passing', SQL.notBeaten, ids, beats)
    if (left?.[0] === 0) return
  }
}

export async function recallOthers(connections: Connections, signals: Signals, me: number): Promise<void> {
  const [row] = await connections.ask<[number]>('passing', SQL.recallNumber)
  const number = row?.[0] ?? 0
  const asked = await connections.ask('passing', SQL.askRecall, me, number)
  if (asked.length === 0) return
  signals.tell('recall')
  for (let look = 0; look < LOOKS; look++) {
    const [left] = await connections.ask<[number]>('passing', SQL.notRecalled, me, number)
    if (left?.[0] === 0) return
  }
}
