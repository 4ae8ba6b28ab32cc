/**
 * Report: the counts of a day for one domain as the JSON of RFC 8460 §4.4, key by key.
 *
 * Policy. The report id is made from day, domain and submitter, so that a report sent twice is known to be the same one.
 * `mx-host` is always a list, as the RFC's definition says; what readers make of its older example is read-report.ts's.
 *
 * Not here: the mail around it (report-mail.ts), reading (read-report.ts).
 */
import type { Buffer } from 'node:buffer'
import type { Domain } from '../model/address.ts'
import {
  startOfDay,
  type TlsDay,
  type TlsFailure,
  type TlsPolicy,
  type TlsPolicyType,
  type TlsResultType,
  type TlsTally,
} from '../model/tls-result.ts'

/** Who reports. */
export interface Submitter {
  /** The domain of the report's From address; also its `d=`. */
  readonly domain: Domain
  readonly organisation: string
  /** An address or URL. */
  readonly contact: string
}

export interface ReportedFailure {
  readonly 'result-type': TlsResultType
  readonly 'sending-mta-ip'?: string
  readonly 'receiving-mx-hostname'?: string
  readonly 'receiving-ip'?: string
  readonly 'failed-session-count': number
  readonly 'failure-reason-code'?: string
}

export interface ReportedPolicy {
  readonly policy: {
    readonly 'policy-type': TlsPolicyType
    readonly 'policy-string'?: readonly string[]
    readonly 'policy-domain': string
    readonly 'mx-host'?: readonly string[]
  }
  readonly summary: {
    readonly 'total-successful-session-count': number
    readonly 'total-failure-session-count': number
  }
  readonly 'failure-details'?: readonly ReportedFailure[]
}

export interface TlsReport {
  readonly 'organization-name': string
  readonly 'date-range': { readonly 'start-datetime': string; readonly 'end-datetime': string }
  readonly 'contact-info': string
  readonly 'report-id': string
  readonly policies: readonly ReportedPolicy[]
}

export function reportOf(
  { day, domain, tallies }: TlsDay,
  { organisation, contact, domain: by }: Submitter,
): TlsReport {
  const start = startOfDay(day)
  return {
    'organization-name': organisation,
    'date-range': { 'start-datetime': instant(start), 'end-datetime': instant(startOfDay(day + 1) - 1000) },
    'contact-info': contact,
    'report-id': `${instant(start).slice(0, 10)}_${domain}@${by}`,
    policies: grouped(tallies).map(reportedPolicy),
  }
}

/** RFC 8460 §5.2: always compressed, as reports of large senders are large. */
export async function compressed(report: TlsReport): Promise<Buffer> {
  const { gzipSync } = await import('node:zlib')
  return gzipSync(JSON.stringify(report))
}

/** RFC 3339, to the second. */
function instant(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}

/** The rows of each policy, together. */
function grouped(tallies: readonly TlsTally[]): readonly (readonly TlsTally[])[] {
  const groups = new Map<string, TlsTally[]>()
  for (const tally of tallies) {
    const key = JSON.stringify(tally.policy)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [tally])
    else group.push(tally)
  }
  return [...groups.values()]
}

function reportedPolicy(rows: readonly TlsTally[]): ReportedPolicy {
  const { policy } = rows[0] as TlsTally
  const sessions = rows.find(row => row.failure === undefined)
  const details = rows.flatMap(({ failure, bad }) => (failure === undefined ? [] : [reportedFailure(failure, bad)]))
  return {
    policy: policyText(policy),
    summary: {
      'total-successful-session-count': sessions?.good ?? 0,
      'total-failure-session-count': sessions?.bad ?? 0,
    },
    ...(details.length === 0 ? {} : { 'failure-details': details }),
  }
}

function policyText({ type, text, domain, mxHosts }: TlsPolicy): ReportedPolicy['policy'] {
  return {
    'policy-type': type,
    ...(text.length === 0 ? {} : { 'policy-string': text }),
    'policy-domain': domain,
    ...(mxHosts.length === 0 ? {} : { 'mx-host': mxHosts }),
  }
}

function reportedFailure(failure: TlsFailure, count: number): ReportedFailure {
  const { type, sendingAddress, mxHost, mxAddress, reason } = failure
  return {
    'result-type': type,
    ...(sendingAddress === undefined ? {} : { 'sending-mta-ip': sendingAddress }),
    ...(mxHost === undefined ? {} : { 'receiving-mx-hostname': mxHost }),
    ...(mxAddress === undefined ? {} : { 'receiving-ip': mxAddress }),
    'failed-session-count': count,
    ...(reason === undefined ? {} : { 'failure-reason-code': reason }),
  }
}
