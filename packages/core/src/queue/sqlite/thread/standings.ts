/**
 * Standings: how we stand with mail sites. Runs inside the writer's transaction.
 *
 * Not here: what a standing says (model/standing.ts), the promise (pace-store.ts).
 */
import type { StandingKey, StandingRow } from '../../../model/standing.ts'
import { STANDING_KEPT_MS } from '../../pace-store.ts'
import type { Verbs } from '../both/protocol.ts'
import type { WriterTransaction } from './transaction.ts'

export function standings({ sql }: WriterTransaction, ask: Verbs['standings']['ask']): readonly StandingRow[] {
  return sql.standings.all(ask.changedSince, ask.restingAt) as readonly StandingRow[]
}

export function putStandings({ sql }: WriterTransaction, ask: Verbs['putStandings']['ask']): readonly StandingRow[] {
  const { rows, now } = ask
  const inTheWay: StandingRow[] = []
  sql.dropStandings.run(now - STANDING_KEPT_MS)
  for (const row of rows) {
    const [stands] = sql.standing.all(row.site, row.key)
    if (stands === undefined || stands.version === row.version - 1) sql.putStanding.run({ ...row, changed: now })
    else inTheWay.push({ ...stands, key: stands.key as StandingKey })
  }
  return inTheWay
}
