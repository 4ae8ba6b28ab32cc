/**
 * Blocklists: the lists that large receivers act upon, and what an answer of each means.
 *
 * Policy. A code that a list does not document is no listing, and 127.0.0.1 never is one (RFC 5782 §2.1): lists that have died,
 * and resolvers that answer everything, speak so. Each list has entries by which it is known to work: one that is always
 * listed, and one that never is.
 *
 * Not here: asking them (reputation.ts). RFC 5782 §2.1, §5.
 */
import { type FINDINGS_OF_HOST, say } from '../../language/findings-host.ts'
import type { CheckLevel } from '../../model/clearance.ts'

/** The key of a text of that kind. */
type FindingOf<Kind extends string> = Extract<keyof typeof FINDINGS_OF_HOST, `${Kind}.${string}`>

export interface Blocklist {
  readonly zone: string
  readonly lists: 'addresses' | 'domains'
  readonly families: readonly (4 | 6)[]
  /** How bad a listing is. */
  readonly level: CheckLevel
  readonly removal: string
  /** What each code says of what is listed. */
  readonly codes: Readonly<Record<string, FindingOf<'listing'>>>
  /** Codes by which this list alone refuses to answer. */
  readonly refusals: Readonly<Record<string, FindingOf<'refusal'>>>
  /** What stands in front of the zone for an entry that is always there, and for one that never is. */
  readonly tests: { readonly listed: string; readonly unlisted: string }
}

/** RFC 5782 §5: 127.0.0.2 is on every list of addresses, 127.0.0.1 on none. */
const ADDRESS_TESTS = { listed: '2.0.0.127', unlisted: '1.0.0.127' } as const
const LISTED = { '127.0.0.2': 'listing.listed' } as const

export const BLOCKLISTS: readonly Blocklist[] = [
  // https://www.spamhaus.org/zen/
  {
    zone: 'zen.spamhaus.org',
    lists: 'addresses',
    families: [4, 6],
    level: 'fail',
    removal: 'https://check.spamhaus.org/',
    codes: {
      '127.0.0.2': 'listing.sbl',
      '127.0.0.3': 'listing.css',
      '127.0.0.4': 'listing.xbl-host',
      '127.0.0.5': 'listing.xbl',
      '127.0.0.6': 'listing.xbl',
      '127.0.0.7': 'listing.xbl',
      '127.0.0.9': 'listing.drop',
      '127.0.0.10': 'listing.pbl-provider',
      '127.0.0.11': 'listing.pbl',
      '127.0.0.30': 'listing.bcl',
    },
    refusals: {},
    tests: ADDRESS_TESTS,
  },
  // https://www.spamcop.net/bl.shtml
  {
    zone: 'bl.spamcop.net',
    lists: 'addresses',
    families: [4],
    level: 'warn',
    removal: 'https://www.spamcop.net/bl.shtml',
    codes: LISTED,
    refusals: {},
    tests: ADDRESS_TESTS,
  },
  // https://www.barracudacentral.org/rbl
  {
    zone: 'b.barracudacentral.org',
    lists: 'addresses',
    families: [4],
    level: 'warn',
    removal: 'https://www.barracudacentral.org/rbl/removal-request',
    codes: LISTED,
    refusals: {},
    tests: ADDRESS_TESTS,
  },
  // https://psbl.org/
  {
    zone: 'psbl.surriel.com',
    lists: 'addresses',
    families: [4],
    level: 'warn',
    removal: 'https://psbl.org/remove',
    codes: LISTED,
    refusals: {},
    tests: ADDRESS_TESTS,
  },
  // https://www.spamhaus.org/dbl/
  {
    zone: 'dbl.spamhaus.org',
    lists: 'domains',
    families: [],
    level: 'fail',
    removal: 'https://check.spamhaus.org/',
    codes: {
      '127.0.1.2': 'listing.poor-domain',
      '127.0.1.4': 'listing.phishing',
      '127.0.1.5': 'listing.malware',
      '127.0.1.6': 'listing.command',
      '127.0.1.102': 'listing.abused',
      '127.0.1.103': 'listing.abused-redirector',
      '127.0.1.104': 'listing.abused-phishing',
      '127.0.1.105': 'listing.abused-malware',
      '127.0.1.106': 'listing.abused-command',
    },
    refusals: { '127.0.1.255': 'refusal.no-addresses' },
    tests: { listed: 'dbltest.com', unlisted: 'invalid' },
  },
  // https://uribl.com/refused.shtml
  {
    zone: 'black.uribl.com',
    lists: 'domains',
    families: [],
    level: 'warn',
    removal: 'https://admin.uribl.com/',
    codes: LISTED,
    refusals: { '127.0.0.1': 'refusal.this-resolver' },
    tests: { listed: 'test.uribl.com', unlisted: 'invalid' },
  },
]

/** Of all lists of Spamhaus, and of others who took it over. https://www.spamhaus.org/faqs/dnsbl-usage/ */
const REFUSALS: Readonly<Record<string, FindingOf<'refusal'>>> = {
  '127.255.255.252': 'refusal.misspelt',
  '127.255.255.254': 'refusal.public-resolver',
  '127.255.255.255': 'refusal.too-many',
}

/** What an answer of A records means. */
export type Meaning =
  | { readonly kind: 'listed'; readonly as: readonly string[]; readonly codes: readonly string[] }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'strange' }

export function meaningOf({ codes, refusals }: Blocklist, answers: readonly string[]): Meaning {
  const refusal = answers.find(code => code.startsWith('127.255.255.') || refusals[code] !== undefined)
  if (refusal !== undefined)
    return { kind: 'refused', why: say(refusals[refusal] ?? REFUSALS[refusal] ?? 'refusal.this-resolver') }
  const known = answers.filter(code => codes[code] !== undefined)
  if (known.length === 0) return { kind: 'strange' }
  return { kind: 'listed', codes: known, as: known.map(code => say(codes[code]!)) }
}
