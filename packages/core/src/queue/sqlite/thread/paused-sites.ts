/**
 * PausedSites: which mail sites get nothing for a while, told by the process that delivers. Runs inside the writer's transaction.
 *
 * Policy. One process delivers from a file, so a site has one row; they end when another process takes over (leadership.ts).
 *
 * Not here: when a site rests (schedule/site-window.ts).
 */
import type { PausedSite } from '../../store.ts'
import type { WriterTransaction } from './transaction.ts'

export function notePausedSite({ sql }: WriterTransaction, pause: PausedSite): null {
  sql.endPausedSitesUntil.run(pause.since)
  sql.notePausedSite.run(pause)
  return null
}

export function endPausedSite({ sql }: WriterTransaction, site: string): null {
  sql.endPausedSite.run(site)
  return null
}

export function pausedSites({ sql }: WriterTransaction, now: number): readonly PausedSite[] {
  return sql.pausedSites.all(now)
}
