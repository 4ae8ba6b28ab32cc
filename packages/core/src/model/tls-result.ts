/**
 * TlsResult: what one session, or the lack of one, showed of the TLS that a domain asks for, as TLSRPT counts it; and the
 * counts of a day. RFC 8460 §4.
 *
 * Policy. A session counts for one policy: the one that was applied. The counts of a day are plain JSON.
 */
import type { Domain } from './address.ts'

/** RFC 8460 §4.2 */
export const TLS_POLICY_TYPES = ['tlsa', 'sts', 'no-policy-found'] as const
export type TlsPolicyType = (typeof TLS_POLICY_TYPES)[number]

/** RFC 8460 §4.3 */
export const TLS_RESULT_TYPES = {
  'starttls-not-supported': 'The mail host did not offer STARTTLS.',
  'certificate-host-mismatch': 'The certificate is for another name than that of the mail host.',
  'certificate-expired': 'The certificate has expired.',
  'certificate-not-trusted': 'The certificate leads to no authority, or fits no TLSA record.',
  'validation-failure': 'TLS failed for a reason that has no word of its own; the reason code tells more.',
  'tlsa-invalid': 'None of the TLSA records can be used.',
  'dnssec-invalid': 'The look-up of the TLSA records failed, or DNSSEC did not validate.',
  'dane-required': 'The sender demands DANE, and the mail host has no TLSA records.',
  'sts-policy-fetch-error': 'The MTA-STS policy could not be fetched from its host.',
  'sts-policy-invalid': 'The MTA-STS record or policy has a mistake in it.',
  'sts-webpki-invalid': 'The certificate of the MTA-STS policy host is not valid for its name.',
} as const
export type TlsResultType = keyof typeof TLS_RESULT_TYPES

/** The policy that was applied. */
export interface TlsPolicy {
  /** `sts`, `tlsa` or `no-policy-found` (RFC 8460 §4.2). */
  readonly type: TlsPolicyType
  /** TLSA records, or the lines of the policy file. RFC 8460 §4.3 */
  readonly text: readonly string[]
  /** The TLSA base domain for DANE, the next-hop domain for all others. RFC 8460 §1.1 */
  readonly domain: Domain
  /** The patterns of an MTA-STS policy. */
  readonly mxHosts: readonly string[]
}

/** What went wrong with TLS, and how often (RFC 8460 §4.4). */
export interface TlsFailure {
  /** One of RFC 8460 §4.3, such as `certificate-expired`. */
  readonly type: TlsResultType
  /** The mail host and its address; absent where no host is to blame. */
  readonly mxHost?: string
  /** The address that was connected to. */
  readonly mxAddress?: string
  /** Ours. */
  readonly sendingAddress?: string
  /** A word or two that tell more. */
  readonly reason?: string
}

export interface TlsResult {
  /** Whose TLSRPT record says where this is reported. */
  readonly reportTo: readonly Domain[]
  readonly policy: TlsPolicy
  /** Whether the session was as safe as the policy asks. */
  readonly good: boolean
  /** What went wrong; of a good session, what else is wrong with the policy. */
  readonly failures: readonly TlsFailure[]
}

/** How often something was seen on one day (UTC) for one domain. */
export interface TlsTally {
  /** Days since 1970-01-01, UTC. */
  readonly day: number
  /** Whose TLSRPT record counts. */
  readonly domain: Domain
  /** The policy that the sessions were held to. */
  readonly policy: TlsPolicy
  /** Absent: `good` and `bad` are sessions. Present: `bad` is how often this was seen, and `good` is 0. */
  readonly failure?: TlsFailure
  /** Sessions that succeeded; 0 in a row of a failure. */
  readonly good: number
  /** Sessions that failed; in a row of a failure, how often that was seen. */
  readonly bad: number
}

/** What became of the report for a domain and a day. */
export interface TlsReportNote {
  /** Days since 1970-01-01, UTC. */
  readonly day: number
  /** The domain that the report is for. */
  readonly domain: Domain
  /** `unwanted`: the domain publishes no TLSRPT record. */
  readonly state: 'sent' | 'unwanted' | 'waiting' | 'given-up'
  /** When this was noted, in milliseconds since 1970. */
  readonly at: number
  /** How often it was tried to be sent. */
  readonly tries: number
  /** When `waiting`: not before this. */
  readonly dueAt?: number
  /** Which of the places that want it have it. */
  readonly sentTo: readonly string[]
  /** What went wrong, for people. */
  readonly detail?: string
}

/** Everything that is known of a domain and a day. */
export interface TlsDay {
  /** Days since 1970-01-01, UTC. */
  readonly day: number
  /** The recipient domain. */
  readonly domain: Domain
  /** What was seen, by policy and failure. */
  readonly tallies: readonly TlsTally[]
  /** What became of the report to the domain; absent when none was tried yet. */
  readonly report?: TlsReportNote
}

const DAY_MS = 86_400_000

export function dayOf(at: number): number {
  return Math.floor(at / DAY_MS)
}

/** Its first millisecond. */
export function startOfDay(day: number): number {
  return day * DAY_MS
}
