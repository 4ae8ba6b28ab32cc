/**
 * PausedSites: which mail sites get nothing for a while, told by the process that delivers. Runs inside the writer's transaction.
 *
 * Policy. One process delivers from a file, so a site has one row; they end when another process takes over (leadership.ts).
 *
 * Not here: when a site rests (schedule/site-window.ts).
 */
import type { PausedSiteRow } from '../../rows.ts'
import type { WriterTransaction } from './transaction.ts'

export function notePausedSite({ sql }: WriterTransaction, row: PausedSiteRow): null {
  const [, since] = row
  sql.endPausedSitesUntil.run(since)
  sql.notePausedSite.run(...row)
  return null
}

export function endPausedSite({ sql }: WriterTransaction, site: string): null {
  sql.endPausedSite.run(site)
  return null
}

export function pausedSites({ sql }: WriterTransaction, now: number): readonly PausedSiteRow[] {
  return sql.pausedSites.all(now) as unknown as PausedSiteRow[]
}
