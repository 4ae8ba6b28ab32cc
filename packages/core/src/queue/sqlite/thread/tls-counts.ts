/**
 * TlsCounts: the counts of TLS results and the notes on their reports. Runs inside the writer's transaction.
 *
 * Policy. Counts are written without fsync: what a power failure takes from a statistic nobody misses. They are kept as long
 * as the history of messages, and until their reports have had their tries.
 *
 * Not here: what rows look like (tls-rows.ts), what is counted, and reports (tlsrpt/).
 */
import { dayOf } from '../../../model/tls-result.ts'
import type { TlsDayRow } from '../../rows.ts'
import { REPORTING_DAYS } from '../../tls-rows.ts'
import type { Verbs } from '../protocol.ts'
import type { WriterTransaction } from './transaction.ts'

export function countTls({ sql }: WriterTransaction, flat: Verbs['countTls']['ask']): null {
  for (let at = 0; at < flat.length; at += 6) {
    const [day, domain, policy, failure, good, bad] = flat.slice(at, at + 6)
    sql.countTls.run(day!, domain!, policy!, failure!, good!, bad!)
  }
  return null
}

export function tlsDays({ sql }: WriterTransaction, ask: Verbs['tlsDays']['ask']): readonly TlsDayRow[] {
  const { since, before, after, domain, dueAt, limit } = ask
  const days = sql.tlsDays.all(since, before, ...after, domain, dueAt, limit) as unknown as [number, string][]
  return days.map(([day, name]) => ({
    day,
    domain: name,
    counts: (sql.tlsCounts.all(day, name) as unknown as (number | string)[][]).flat(),
    report: (sql.tlsReport.get(day, name) as unknown as [string] | undefined)?.[0] ?? null,
  }))
}

export function noteTlsReport({ sql }: WriterTransaction, note: Verbs['noteTlsReport']['ask']): null {
  sql.noteTlsReport.run(...note)
  return null
}

export function pruneTls({ sql }: WriterTransaction, before: number): void {
  const day = dayOf(before) - REPORTING_DAYS
  sql.dropTlsCounts.run(day)
  sql.dropTlsReports.run(day)
}
