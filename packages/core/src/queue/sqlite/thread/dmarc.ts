/**
 * Dmarc: counts of DMARC aggregate reports. Runs inside the writer's transaction.
 *
 * Not here: what rows mean, and how many there may be (../../dmarc-rows.ts).
 */
import type { DmarcSums } from '../../../model/dmarc-count.ts'
import {
  DMARC_DAYS_KEPT,
  DMARC_REPORTS_A_DAY,
  DMARC_REPORTS_OF_ONE,
  DMARC_ROWS_A_DAY,
  decodeDmarcSum,
  dmarcRows,
  MOST_COUNTS,
  reportKey,
  withinDay,
} from '../../dmarc-rows.ts'
import type { Verbs } from '../both/protocol.ts'
import type { WriterTransaction } from './transaction.ts'

export function addDmarc(
  { sql }: WriterTransaction,
  { addition, today }: Verbs['addDmarc']['ask'],
): Verbs['addDmarc']['answer'] {
  const { day, domain, policy } = addition
  sql.dropDmarcCounts.run(today - DMARC_DAYS_KEPT)
  sql.dropDmarcReports.run(today - DMARC_DAYS_KEPT)
  const [reporter, id] = reportKey(addition)
  if (sql.dmarcReport.get(reporter, id) !== undefined) return false
  const { reports, ofOne } = sql.dmarcReportsOfDay.one(day, reporter)
  if (reports >= DMARC_REPORTS_A_DAY || ofOne >= DMARC_REPORTS_OF_ONE) return 'full'
  sql.putDmarcReport.run({ reporter, id, day, domain, policy })
  const isThere: Parameters<typeof withinDay>[1]['isThere'] = row =>
    sql.dmarcCount.get(row.day, row.domain, row.reporter, row.source, row.result) !== undefined
  const room = DMARC_ROWS_A_DAY - sql.dmarcRowsOfDay.one(day).rows
  for (const row of withinDay(dmarcRows(addition), { room, isThere })) sql.putDmarcCount.run(row)
  return true
}

export function dmarc({ sql }: WriterTransaction, { since, before, domain: name }: Verbs['dmarc']['ask']): DmarcSums {
  const domain = name ?? null
  return {
    counts: sql.dmarcSums.all(since, before, domain, MOST_COUNTS).map(decodeDmarcSum),
    reports: sql.dmarcReports.all(since, before, domain).map(({ last: _, ...reports }) => reports),
  }
}
