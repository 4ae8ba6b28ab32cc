/**
 * SpfRecord: the text of an SPF record: which terms it has, and the record to publish so that our addresses are covered.
 *
 * Policy. A domain has exactly one record (RFC 7208 §3.2), so a fix never adds a second: our addresses go in front of what
 * is there, where they match before anything costs a look-up, and the rest stays as its owner wrote it. What no reader
 * understands is left out, because one such term makes the whole record void (RFC 7208 §4.6).
 *
 * Not here: what a record means (mailauth.ts), what its terms cost (spf-lookups.ts). RFC 7208 §12.
 */
import { isIPv4, isIPv6 } from 'node:net'

const VERSION = /^v=spf1(?: |$)/i
const MECHANISM =
  /^[+?~-]?(?:all|(?:include|exists):.+|(?:a|mx)(?::[^/]+)?(?:\/\d{1,2})?(?:\/\/\d{1,3})?|ptr(?::.+)?)$/i
const NETWORK = /^[+?~-]?ip([46]):([^/]+)(?:\/(\d{1,3}))?$/i
const MODIFIER = /^[a-z][a-z0-9\-_.]*=[\x21-\x7e]*$/i
const ALL = /^[+?~-]?all$/i
const REDIRECT = /^redirect=/i

export function isSpf(text: string): boolean {
  return VERSION.test(text)
}

/** The terms after the version. */
export function termsOf(record: string): string[] {
  return record.split(' ').slice(1).filter(Boolean)
}

/** Whether the term follows the grammar; macros inside it are not looked at. */
export function isTerm(term: string): boolean {
  const [, family, network, prefix] = NETWORK.exec(term) ?? []
  if (network === undefined) return MECHANISM.test(term) || MODIFIER.test(term)
  const most = family === '4' ? 32 : 128
  return (family === '4' ? isIPv4(network) : isIPv6(network)) && Number(prefix ?? 0) <= most
}

/** `ip4:203.0.113.5` */
export function termFor(address: string): string {
  return address.includes(':') ? `ip6:${address}` : `ip4:${address}`
}

/**
 * One record that says what all of `records` say, and covers `addresses`.
 * @param records the SPF records the domain has now: none, one, or by mistake several
 */
export function mergeSpf(records: readonly string[], addresses: readonly string[]): string {
  const ours = [...new Set(addresses.map(termFor))]
  const kept: string[] = []
  for (const term of records.flatMap(termsOf)) {
    const bare = term.replace(/^[+?~-]/, '').toLowerCase()
    const known = ours.includes(bare) || kept.some(other => other.toLowerCase() === term.toLowerCase())
    if (isTerm(term) && !known) kept.push(term)
  }
  // Of several records each may end with its own `all` or redirect: the first one holds, and stands last.
  const ends = kept.filter(term => ALL.test(term) || REDIRECT.test(term))
  const middle = records.length > 1 ? kept.filter(term => !ends.includes(term)) : kept
  const end = records.length > 1 ? ends.slice(0, 1) : records.length === 0 ? ['~all'] : []
  return ['v=spf1', ...ours, ...middle, ...end].join(' ')
}

/** The record without the terms that lead to a name where nothing can be read; undefined when no term of it does. */
export function withoutTarget(record: string, name: string): string | undefined {
  const leads = (term: string): boolean => {
    const target = /^(?:[+?~-]?include:|redirect=)(.+?)\.?$/i.exec(term)?.[1]
    return target?.toLowerCase() === name.toLowerCase()
  }
  const terms = termsOf(record)
  const kept = terms.filter(term => !leads(term))
  if (kept.length === terms.length) return undefined
  const ends = kept.some(term => ALL.test(term) || REDIRECT.test(term))
  return ['v=spf1', ...kept, ...(ends ? [] : ['~all'])].join(' ')
}
