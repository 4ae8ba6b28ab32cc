/**
 * Tls: the counts of TLS results and the notes on their reports, in rows and in words. Runs inside the writer's transaction,
 * but for the last part, which is the store's end.
 *
 * Policy. Counts are written without fsync: what a power failure takes from a statistic nobody misses. They are kept as long
 * as the history of messages, and until their reports have had their tries.
 *
 * Not here: what is counted, and reports (tlsrpt/).
 */
import type { Domain } from '../../model/address.ts'
import { dayOf, type TlsDay, type TlsReportNote, type TlsTally } from '../../model/tls-result.ts'
import type { TlsDaysWanted } from '../store.ts'
import type { Desk } from './desk.ts'
import type { TlsDayRow, Verbs } from './protocol.ts'

/** Days that a report may still wait for its next try. */
const REPORTING_DAYS = 4

export function countTls({ sql }: Desk, flat: Verbs['countTls']['ask']): null {
  for (let at = 0; at < flat.length; at += 6) {
    const [day, domain, policy, failure, good, bad] = flat.slice(at, at + 6)
    sql.countTls.run(day!, domain!, policy!, failure!, good!, bad!)
  }
  return null
}

export function tlsDays({ sql }: Desk, ask: Verbs['tlsDays']['ask']): readonly TlsDayRow[] {
  const { since, before, after, domain, dueAt, limit } = ask
  const days = sql.tlsDays.all(since, before, ...after, domain, dueAt, limit) as unknown as [number, string][]
  return days.map(([day, name]) => ({
    day,
    domain: name,
    counts: (sql.tlsCounts.all(day, name) as unknown as (number | string)[][]).flat(),
    report: (sql.tlsReport.get(day, name) as unknown as [string] | undefined)?.[0] ?? null,
  }))
}

export function noteTlsReport({ sql }: Desk, note: Verbs['noteTlsReport']['ask']): null {
  sql.noteTlsReport.run(...note)
  return null
}

export function pruneTls({ sql }: Desk, before: number): void {
  const day = dayOf(before) - REPORTING_DAYS
  sql.dropTlsCounts.run(day)
  sql.dropTlsReports.run(day)
}

export function encodeTallies(tallies: readonly TlsTally[]): readonly (number | string)[] {
  return tallies.flatMap(({ day, domain, policy, failure, good, bad }) => [
    day,
    domain,
    JSON.stringify(policy),
    failure === undefined ? '' : JSON.stringify(failure),
    good,
    bad,
  ])
}

export function encodeWanted(wanted: TlsDaysWanted): Verbs['tlsDays']['ask'] {
  const { since, before, domain, dueAt, after, limit } = wanted
  return {
    since,
    before,
    after: after === undefined ? [-1, ''] : [after.day, after.domain],
    domain: domain ?? null,
    dueAt: dueAt ?? null,
    limit,
  }
}

export function decodeDay({ day, domain: name, counts, report }: TlsDayRow): TlsDay {
  const domain = name as Domain
  const tallies: TlsTally[] = []
  for (let at = 0; at < counts.length; at += 4) {
    const [policy, failure, good, bad] = counts.slice(at, at + 4) as [string, string, number, number]
    tallies.push({
      day,
      domain,
      policy: JSON.parse(policy),
      ...(failure === '' ? {} : { failure: JSON.parse(failure) }),
      good,
      bad,
    })
  }
  return { day, domain, tallies, ...(report === null ? {} : { report: JSON.parse(report) as TlsReportNote }) }
}

export function encodeNote(note: TlsReportNote): Verbs['noteTlsReport']['ask'] {
  return [note.day, note.domain, note.state === 'waiting' ? (note.dueAt ?? note.at) : null, JSON.stringify(note)]
}
