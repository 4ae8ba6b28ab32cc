/**
 * TlsRows: counts of TLS results and notes on their reports, as rows and as words.
 *
 * Not here: what is counted, and reports (tlsrpt/).
 */
import type { Domain } from '../model/address.ts'
import type { TlsDay, TlsReportNote, TlsTally } from '../model/tls-result.ts'
import type { TlsDayRow } from './rows.ts'
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

export type TlsNoteRow = readonly [day: number, domain: string, due: number | null, json: string]

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

export function encodeNote(note: TlsReportNote): TlsNoteRow {
  return [note.day, note.domain, note.state === 'waiting' ? (note.dueAt ?? note.at) : null, JSON.stringify(note)]
}
