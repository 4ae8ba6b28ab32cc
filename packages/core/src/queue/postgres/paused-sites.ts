/**
 * PausedSites: which mail sites get nothing for a while, told by each process of its own deliveries.
 *
 * Policy. Processes send from different addresses, so one may be let in where another has to wait: each has rows of its own,
 * and a reader sees the longest. Rows of a process that died end by themselves.
 *
 * Not here: when a site rests (schedule/pace.ts).
 */
import type { PausedSite } from '../store.ts'
import type { Connections } from './connection.ts'
import { SQL } from './sql.ts'

export interface PauseNote {
  readonly teller: string
  readonly site: string
  readonly pause: PausedSite | undefined
}

export async function notePausedSite(connections: Connections, { teller, site, pause }: PauseNote): Promise<void> {
  if (pause === undefined) {
    await connections.ask('passing', SQL.endRest, site, teller)
    return
  }
  const { since, until, because } = pause
  await connections.ask('passing', SQL.endRestsUntil, since)
  await connections.ask('passing', SQL.noteRest, site, teller, since, until, because)
}

export async function pausedSites(connections: Connections, now: number): Promise<readonly PausedSite[]> {
  type PauseRow = [site: string, since: number, until: number, because: string]
  const rows = await connections.ask<PauseRow>('passing', SQL.rests, now)
  return rows.map(([site, since, until, because]) => ({ site, since, until, because }))
}
