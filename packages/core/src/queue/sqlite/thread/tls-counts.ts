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
import type { Verbs } from '../both/protocol.ts'
import type { WriterTransaction } from './transaction.ts'

export function countTls({ sql }: WriterTransaction, counts: Verbs['countTls']['ask']): null {
  for (const count of counts) sql.countTls.run(count)
  return null
}

export function tlsDays({ sql }: WriterTransaction, ask: Verbs['tlsDays']['ask']): readonly TlsDayRow[] {
  const { since, before, after, domain, dueAt, limit } = ask
  return sql.tlsDays.all(since, before, ...after, domain, dueAt, limit).map(({ day, domain }) => ({
    day,
    domain,
    counts: sql.tlsCounts.all(day, domain),
    report: sql.tlsReport.get(day, domain)?.json ?? null,
  }))
}

export function noteTlsReport({ sql }: WriterTransaction, note: Verbs['noteTlsReport']['ask']): null {
  sql.noteTlsReport.run(note)
  return null
}

export function claimTlsReport({ sql }: WriterTransaction, { note, dueAt }: Verbs['claimTlsReport']['ask']): boolean {
  const known = sql.tlsReport.get(note.day, note.domain)
  if (known !== undefined && (known.due === null || known.due > dueAt)) return false
  sql.noteTlsReport.run(note)
  return true
}

export function pruneTls({ sql }: WriterTransaction, before: number): void {
  const day = dayOf(before) - REPORTING_DAYS
  sql.dropTlsCounts.run(day)
  sql.dropTlsReports.run(day)
}
