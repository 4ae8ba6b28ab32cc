/**
 * Blocklists: the lists that large receivers act upon, and what an answer of each means.
 *
 * Policy. A code that a list does not document is no listing, and 127.0.0.1 never is one (RFC 5782 §2.1): lists that have died,
 * and resolvers that answer everything, speak so. Each list has entries by which it is known to work: one that is always
 * listed, and one that never is.
 *
 * Not here: asking them (reputation.ts). RFC 5782 §2.1, §5.
 */
import type { CheckLevel } from '../../model/clearance.ts'

export interface Blocklist {
  readonly zone: string
  readonly lists: 'addresses' | 'domains'
  readonly families: readonly (4 | 6)[]
  /** How bad a listing is. */
  readonly level: CheckLevel
  readonly removal: string
  /** What each code says of what is listed. */
  readonly codes: Readonly<Record<string, string>>
  /** Codes by which this list alone refuses to answer. */
  readonly refusals: Readonly<Record<string, string>>
  /** What stands in front of the zone for an entry that is always there, and for one that never is. */
  readonly tests: { readonly listed: string; readonly unlisted: string }
}

/** RFC 5782 §5: 127.0.0.2 is on every list of addresses, 127.0.0.1 on none. */
const ADDRESS_TESTS = { listed: '2.0.0.127', unlisted: '1.0.0.127' } as const
const LISTED = { '127.0.0.2': 'listed' } as const

export const BLOCKLISTS: readonly Blocklist[] = [
  // https://www.spamhaus.org/zen/
  {
    zone: 'zen.spamhaus.org',
    lists: 'addresses',
    families: [4, 6],
    level: 'fail',
    removal: 'https://check.spamhaus.org/',
    codes: {
      '127.0.0.2': 'SBL, a source of spam',
      '127.0.0.3': 'CSS, a source of poor mail',
      '127.0.0.4': 'XBL, a host that others use',
      '127.0.0.5': 'XBL',
      '127.0.0.6': 'XBL',
      '127.0.0.7': 'XBL',
      '127.0.0.9': 'DROP, a network of criminals',
      '127.0.0.10': 'PBL, a range for clients, as its provider says',
      '127.0.0.11': 'PBL, a range for clients',
      '127.0.0.30': 'BCL, a host that commands others',
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
      '127.0.1.2': 'a domain of poor reputation',
      '127.0.1.4': 'phishing',
      '127.0.1.5': 'malware',
      '127.0.1.6': 'a domain that commands hosts of others',
      '127.0.1.102': 'a good domain that is abused',
      '127.0.1.103': 'a redirector that is abused',
      '127.0.1.104': 'a good domain that is abused for phishing',
      '127.0.1.105': 'a good domain that is abused for malware',
      '127.0.1.106': 'a good domain that is abused to command hosts of others',
    },
    refusals: { '127.0.1.255': 'it takes no addresses' },
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
    refusals: { '127.0.0.1': 'it does not answer this resolver' },
    tests: { listed: 'test.uribl.com', unlisted: 'invalid' },
  },
]

/** Of all lists of Spamhaus, and of others who took it over. https://www.spamhaus.org/faqs/dnsbl-usage/ */
const REFUSALS: Readonly<Record<string, string>> = {
  '127.255.255.252': 'the name of the list is misspelt',
  '127.255.255.254': 'it does not answer a public resolver',
  '127.255.255.255': 'this resolver asks it for too many',
}

/** What an answer of A records means. */
export type Meaning =
  | { readonly kind: 'listed'; readonly as: readonly string[]; readonly codes: readonly string[] }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'strange' }

export function meaningOf({ codes, refusals }: Blocklist, answers: readonly string[]): Meaning {
  const refusal = answers.find(code => code.startsWith('127.255.255.') || refusals[code] !== undefined)
  if (refusal !== undefined)
    return { kind: 'refused', why: refusals[refusal] ?? REFUSALS[refusal] ?? 'it does not answer this resolver' }
  const known = answers.filter(code => codes[code] !== undefined)
  if (known.length === 0) return { kind: 'strange' }
  return { kind: 'listed', codes: known, as: known.map(code => codes[code]!) }
}
