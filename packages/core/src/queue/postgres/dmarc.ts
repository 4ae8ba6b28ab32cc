/**
 * Dmarc: counts of DMARC aggregate reports, added by any number of processes, one at a time.
 *
 * Not here: what rows mean, and how many there may be (../dmarc-rows.ts).
 */
import type { DmarcAddition, DmarcReports, DmarcSums } from '../../model/dmarc-count.ts'
import {
  DMARC_DAYS_KEPT,
  DMARC_REPORTS_A_DAY,
  DMARC_REPORTS_OF_ONE,
  DMARC_ROWS_A_DAY,
  type DmarcCountRow,
  type DmarcQuery,
  decodeDmarcSum,
  dmarcRows,
  MOST_COUNTED,
  MOST_COUNTS,
  reportKey,
  withinDay,
} from '../dmarc-rows.ts'
import type { Connections } from './connection.ts'
import { push } from './enqueue.ts'
import { named } from './sql.ts'

const SQL = named({
  lockDmarc: 'SELECT pg_advisory_xact_lock(1886614376, 1)',
  dropDmarcCounts: 'DELETE FROM dmarc_count WHERE day < $1',
  dropDmarcReports: 'DELETE FROM dmarc_report WHERE day < $1',
  dmarcReportsOfDay: `SELECT count(*) FILTER (WHERE day = $3), count(*) FILTER (WHERE day = $3 AND reporter = $1),
      count(*) FILTER (WHERE reporter = $1 AND id = $2)
    FROM dmarc_report WHERE day = $3 OR (reporter = $1 AND id = $2)`,
  putDmarcReport: 'INSERT INTO dmarc_report (reporter, id, day, domain, policy) VALUES ($1, $2, $3, $4, $5)',
  dmarcRowsOfDay: 'SELECT domain, reporter, source, result FROM dmarc_count WHERE day = $1',
  putDmarcCounts: `INSERT INTO dmarc_count (day, domain, reporter, source, result, count)
    SELECT * FROM unnest($1::integer[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[])
    ON CONFLICT (day, domain, reporter, source, result) DO UPDATE
      SET count = least(dmarc_count.count + excluded.count, ${MOST_COUNTED})`,
  dmarcSums: `SELECT domain, reporter, source, result, sum(least(count, ${MOST_COUNTED}))::bigint, min(day), max(day)
    FROM dmarc_count
    WHERE day >= $1 AND day < $2 AND ($3::text IS NULL OR domain = $3) GROUP BY 1, 2, 3, 4
    ORDER BY 5 DESC, 1, 2, 3, 4 LIMIT $4`,
  dmarcReports: `SELECT domain, count(*), count(DISTINCT day), (array_agg(policy ORDER BY day DESC))[1] FROM dmarc_report
    WHERE day >= $1 AND day < $2 AND ($3::text IS NULL OR domain = $3) GROUP BY 1 ORDER BY 1`,
})

export function addDmarc(connections: Connections, addition: DmarcAddition, today: number): Promise<boolean | 'full'> {
  const { day, domain, policy } = addition
  return connections.transact('lasting', async session => {
    await session.run(SQL.lockDmarc)
    session.send(SQL.dropDmarcCounts, today - DMARC_DAYS_KEPT)
    session.send(SQL.dropDmarcReports, today - DMARC_DAYS_KEPT)
    const key = reportKey(addition)
    type Counts = [reports: number, ofOne: number, known: number]
    const [[reports = 0, ofOne = 0, known = 0] = []] = await session.run<Counts>(SQL.dmarcReportsOfDay, ...key, day)
    if (known > 0) return false
    if (reports >= DMARC_REPORTS_A_DAY || ofOne >= DMARC_REPORTS_OF_ONE) return 'full' as const
    session.send(SQL.putDmarcReport, ...key, day, domain, policy)
    type Key = [domain: string, reporter: string, source: string, result: string]
    const there = new Set((await session.run<Key>(SQL.dmarcRowsOfDay, day)).map(row => JSON.stringify(row)))
    const isThere = (row: DmarcCountRow): boolean =>
      there.has(JSON.stringify([row.domain, row.reporter, row.source, row.result]))
    const columns: unknown[][] = [[], [], [], [], [], []]
    for (const row of withinDay(dmarcRows(addition), { room: DMARC_ROWS_A_DAY - there.size, isThere }))
      push(columns, row.day, row.domain, row.reporter, row.source, row.result, row.count)
    session.send(SQL.putDmarcCounts, ...columns)
    return true
  })
}

export async function dmarc(connections: Connections, { since, before, domain }: DmarcQuery): Promise<DmarcSums> {
  type Sum = [string, string, string, string, count: number, firstDay: number, lastDay: number]
  const wanted = [since, before, domain ?? null]
  const sums = await connections.ask<Sum>('passing', SQL.dmarcSums, ...wanted, MOST_COUNTS)
  const reports = await connections.ask<[string, number, number, string]>('passing', SQL.dmarcReports, ...wanted)
  return {
    counts: sums.map(([name, reporter, source, result, count, firstDay, lastDay]) =>
      decodeDmarcSum({ domain: name, reporter, source, result, count, firstDay, lastDay }),
    ),
    reports: reports.map(
      ([name, count, days, policy]): DmarcReports => ({ domain: name, reports: count, days, policy }),
    ),
  }
}
