/**
 * TlsRows: counts of TLS results and notes on their reports, as rows and as words.
 *
 * Not here: what is counted, and reports (tlsrpt/).
 */
import type { Domain } from '../model/address.ts'
import type { TlsDay, TlsReportNote, TlsTally } from '../model/tls-result.ts'
import type { TlsCountRow, TlsDayRow } from './rows.ts'
import type { TlsDaysWanted } from './store.ts'

/** Days that a report may still wait for its next try. */
export const REPORTING_DAYS = 4

export interface TlsDaysAsk {
  readonly since: number
  readonly before: number
  readonly after: readonly [day: number, domain: string]
  readonly domain: string | null
  readonly dueAt: number | null
  readonly limit: number
}

export interface TlsNoteRow {
  readonly day: number
  readonly domain: string
  readonly due: number | null
  readonly json: string
}

export function encodeTallies(tallies: readonly TlsTally[]): readonly TlsCountRow[] {
  return tallies.map(({ day, domain, policy, failure, good, bad }) => ({
    day,
    domain,
    policy: JSON.stringify(policy),
    failure: failure === undefined ? '' : JSON.stringify(failure),
    good,
    bad,
  }))
}

export function encodeWanted(wanted: TlsDaysWanted): TlsDaysAsk {
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
  const tallies = counts.map(
    ({ policy, failure, good, bad }): TlsTally => ({
      day,
      domain,
      policy: JSON.parse(policy),
      ...(failure === '' ? {} : { failure: JSON.parse(failure) }),
      good,
      bad,
    }),
  )
  return { day, domain, tallies, ...(report === null ? {} : { report: JSON.parse(report) as TlsReportNote }) }
}

export function encodeNote(note: TlsReportNote): TlsNoteRow {
  const due = note.state === 'waiting' ? (note.dueAt ?? note.at) : null
  return { day: note.day, domain: note.domain, due, json: JSON.stringify(note) }
}
