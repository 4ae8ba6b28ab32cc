/**
 * Rests: which mail sites get nothing for a while, told by the process that delivers. Runs inside the writer's transaction.
 *
 * Policy. One process delivers from a file, so a site has one row; they end when another process takes over (holding.ts).
 *
 * Not here: when a site rests (schedule/pace.ts).
 */
import type { RestRow } from '../../rows.ts'
import type { Desk } from './transaction.ts'

export function noteRest({ sql }: Desk, row: RestRow): null {
  const [, since] = row
  sql.endRestsUntil.run(since)
  sql.noteRest.run(...row)
  return null
}

export function endRest({ sql }: Desk, site: string): null {
  sql.endRest.run(site)
  return null
}

export function rests({ sql }: Desk, now: number): readonly RestRow[] {
  return sql.rests.all(now) as unknown as RestRow[]
}
