/**
 * DnsError: what happened to a question, not what to do about it.
 *
 * Policy. `nxdomain` and `nodata` are answers (a server said so, and `authentic` tells whether DNSSEC proves it); all other
 * codes mean that nothing is known. Nobody may take "nothing is known" for "there is none". An absence is an ordinary
 * answer, and is cached: it carries no stack.
 */
import { StacklessError } from '../ambient/stackless-error.ts'
import type { Question } from './record.ts'

export const DNS_ERROR_CODES = {
  nxdomain: 'The name does not exist. RFC 8020',
  nodata: 'The name exists, without records of this type. RFC 2308 §2.2',
  servfail: 'The server could not find out.',
  bogus: 'The server says that DNSSEC validation failed (RFC 8914).',
  refused: 'The server does not answer us.',
  timeout: 'No answer within the deadline.',
  unreachable: 'The server could not be reached, or broke off.',
  malformed: 'The answer cannot be read.',
  'cname-chain': 'CNAMEs in a loop, or more of them than anyone needs.',
  'bad-name': 'The name cannot be asked: a label is empty or longer than 63 octets, or the name longer than 253.',
  closed: 'The resolver was closed.',
} as const
export type DnsErrorCode = keyof typeof DNS_ERROR_CODES

export interface DnsErrorDetail {
  readonly detail?: string
  /** Of `nxdomain` and `nodata`: proved by DNSSEC. */
  readonly authentic?: boolean
  /** Seconds that this may be remembered. RFC 2308 §5 */
  readonly ttl?: number
  /** From the name asked to the name that is missing. */
  readonly names?: readonly string[]
  readonly cause?: unknown
}

export class DnsError extends StacklessError {
  override readonly name: string = 'DnsError'
  readonly code: DnsErrorCode
  readonly question: Question
  readonly detail: string
  readonly authentic: boolean
  readonly ttl: number
  readonly names: readonly string[]

  constructor(code: DnsErrorCode, question: Question, about: DnsErrorDetail = {}) {
    const detail = about.detail ?? DNS_ERROR_CODES[code]
    super(
      `${question.name} ${question.type}: ${code} (${detail})`,
      about.cause === undefined ? {} : { cause: about.cause },
    )
    this.code = code
    this.question = question
    this.detail = detail
    this.authentic = about.authentic ?? false
    this.ttl = about.ttl ?? 0
    this.names = about.names ?? [question.name]
  }
}

/** The server answered that there is nothing. */
export function isAbsence(error: unknown): error is DnsError & { readonly code: 'nxdomain' | 'nodata' } {
  return error instanceof DnsError && (error.code === 'nxdomain' || error.code === 'nodata')
}
