/**
 * Extensions: what a server said it can do, from its reply to EHLO. RFC 5321 §4.1.1.1.
 *
 * Policy. Unknown keywords and malformed values are ignored: a server that says `SIZE banana` has no size limit.
 *
 * Not here: what is done with them (session.ts, transaction.ts).
 */
import type { Reply } from '../model/reply.ts'

export interface Extensions {
  /** Octets; 0 is offered without a limit. RFC 1870 §4 */
  readonly size?: number
  /** RFC 2920 */
  readonly pipelining: boolean
  /** RFC 6152 */
  readonly eightBitMime: boolean
  /** RFC 6531 */
  readonly smtpUtf8: boolean
  /** RFC 3207 */
  readonly startTls: boolean
  /** RFC 2034 */
  readonly enhancedStatusCodes: boolean
  /** RFC 8689 */
  readonly requireTls: boolean
  /** RFC 3461 */
  readonly dsn: boolean
  /** SASL mechanisms, upper case. RFC 4954 */
  readonly auth: readonly string[]
  /** RFC 9422 */
  readonly limits: {
    /** Transactions in one session. */
    readonly mailMax?: number
    /** Recipients in one transaction. */
    readonly rcptMax?: number
    /** Domains among the recipients of one transaction. */
    readonly rcptDomainMax?: number
  }
}

/** What is known of a server that only understood HELO. */
export const noExtensions: Extensions = {
  pipelining: false,
  eightBitMime: false,
  smtpUtf8: false,
  startTls: false,
  enhancedStatusCodes: false,
  requireTls: false,
  dsn: false,
  auth: [],
  limits: {},
}

/** The first line of the reply is the server's name. */
export function parseExtensions(reply: Reply): Extensions {
  const offered = new Map<string, string>()
  for (const line of reply.lines.slice(1)) {
    // `AUTH=PLAIN` is how some servers repeat AUTH for clients of the last century.
    const [, keyword = '', value = ''] = /^([a-zA-Z0-9-]+)(?:[ =]+(.*))?$/.exec(line.trim()) ?? []
    const name = keyword.toUpperCase()
    offered.set(name, name === 'AUTH' && offered.has(name) ? `${offered.get(name)} ${value}` : value.trim())
  }
  const size = offered.has('SIZE') ? (countOf(offered.get('SIZE') || '0') ?? 0) : undefined
  return {
    ...(size === undefined ? {} : { size }),
    pipelining: offered.has('PIPELINING'),
    eightBitMime: offered.has('8BITMIME'),
    smtpUtf8: offered.has('SMTPUTF8'),
    startTls: offered.has('STARTTLS'),
    enhancedStatusCodes: offered.has('ENHANCEDSTATUSCODES'),
    requireTls: offered.has('REQUIRETLS'),
    dsn: offered.has('DSN'),
    auth: [...new Set((offered.get('AUTH') ?? '').toUpperCase().split(/\s+/).filter(Boolean))],
    limits: parseLimits(offered.get('LIMITS') ?? ''),
  }
}

/** RFC 9422 §3: `RCPTMAX=20 MAILMAX=5`; a limit of zero means nothing. */
function parseLimits(text: string): Extensions['limits'] {
  const limits: { mailMax?: number; rcptMax?: number; rcptDomainMax?: number } = {}
  for (const word of text.split(/\s+/)) {
    const [name = '', value = ''] = word.split('=')
    const count = countOf(value)
    if (count === undefined || count === 0) continue
    if (/^mailmax$/i.test(name)) limits.mailMax = count
    else if (/^rcptmax$/i.test(name)) limits.rcptMax = count
    else if (/^rcptdomainmax$/i.test(name)) limits.rcptDomainMax = count
  }
  return limits
}

function countOf(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
