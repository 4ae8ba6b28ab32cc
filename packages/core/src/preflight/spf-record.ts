/**
 * SpfRecord: the text of an SPF record: which terms it has, and the record to publish so that our addresses are covered.
 *
 * Policy. A domain has exactly one record (RFC 7208 §3.2), so advice never adds a second: our addresses go in front of what
 * is there, where they match before anything costs a look-up, and the rest stays as its owner wrote it, with what is wrong in
 * it mended. The doctor, `dns`, `init` and a first start say this same text, and what it takes the place of.
 *
 * Not here: what a record means (mailauth.ts), what its terms cost (spf-lookups.ts), the grammar (spf-term.ts).
 */
import { say } from '../language/findings-domain.ts'
import { isMeantAsSpf, mendSpf } from './spf-mend.ts'

const VERSION = /^v=spf1(?: |$)/i
const ALL = /^[+?~-]?all$/i
const REDIRECT = /^redirect=/i

export function isSpf(text: string): boolean {
  return VERSION.test(text)
}

/** The terms after the version. */
export function termsOf(record: string): string[] {
  return record.split(' ').slice(1).filter(Boolean)
}

/** `ip4:203.0.113.5` */
export function termFor(address: string): string {
  return address.includes(':') ? `ip6:${address}` : `ip4:${address}`
}

/** An SPF record to publish. */
export interface SpfAdvice {
  /** What to publish. */
  readonly record: string
  /** What it takes the place of; empty: nothing is there. */
  readonly replaces: readonly string[]
  /** What is different in words, but for our own addresses. */
  readonly changes: readonly string[]
}

/** What an SPF record has to allow. */
export interface SpfWish {
  /** Those that the record must cover. */
  readonly addresses: readonly string[]
  /** Named in a new record when no address is known. */
  readonly hostname?: string
  /** A name that the record leads to, and where no receiver finds a record. */
  readonly dead?: string | undefined
}

/**
 * One record that says what those that stand say, and covers our addresses.
 * @param published all TXT texts of the domain
 */
export function adviseSpf(published: readonly string[], { addresses, hostname, dead }: SpfWish): SpfAdvice {
  const replaces = published.filter(isMeantAsSpf)
  const mended = replaces.map(text => (dead === undefined ? mendSpf(text) : withoutDead(mendSpf(text), dead)))
  const changes = mended.flatMap(each => each.changes)
  if (replaces.length > 1) changes.push(say('spf.change.one-record', { count: replaces.length }))
  const own = addresses.map(termFor)
  if (replaces.length === 0 && own.length === 0 && hostname !== undefined) own.push(`a:${hostname}`)
  const terms = mended.map(each => each.terms)
  return { record: joined(terms, [...new Set(own)]), replaces, changes }
}

/** Our terms, then the owner's. */
function joined(records: readonly (readonly string[])[], ours: readonly string[]): string {
  const own = new Set(ours)
  const known = new Map<string, string>()
  for (const term of records.flat()) {
    const lower = term.toLowerCase()
    if (!own.has(lower.replace(/^[+?~-]/, '')) && !known.has(lower)) known.set(lower, term)
  }
  const kept = [...known.values()]
  // Of several records each may end with its own `all` or redirect: the first one holds, and stands last.
  const isEnd = (term: string): boolean => ALL.test(term) || REDIRECT.test(term)
  const ends = kept.filter(isEnd)
  const middle = records.length > 1 ? kept.filter(term => !isEnd(term)) : kept
  const end = records.length > 1 ? ends.slice(0, 1) : records.length === 0 ? ['~all'] : []
  return ['v=spf1', ...ours, ...middle, ...end].join(' ')
}

function withoutDead({ terms, changes }: ReturnType<typeof mendSpf>, dead: string): ReturnType<typeof mendSpf> {
  const kept = terms.filter(term => !leadsTo(term, dead))
  if (kept.length === terms.length) return { terms, changes }
  const gone = terms.filter(term => leadsTo(term, dead)).map(term => say('spf.change.dead', { term, domain: dead }))
  return { terms: ended(kept), changes: [...changes, ...gone] }
}

function leadsTo(term: string, name: string): boolean {
  const target = /^(?:[+?~-]?include:|redirect=)(.+?)\.?$/i.exec(term)?.[1]
  return target?.toLowerCase() === name.toLowerCase()
}

function ended(terms: readonly string[]): readonly string[] {
  return terms.some(term => ALL.test(term) || REDIRECT.test(term)) ? terms : [...terms, '~all']
}

/** The record without the terms that lead to a name where nothing can be read; undefined when no term of it does. */
export function withoutTarget(record: string, name: string): string | undefined {
  const terms = termsOf(record)
  const kept = terms.filter(term => !leadsTo(term, name))
  return kept.length === terms.length ? undefined : ['v=spf1', ...ended(kept)].join(' ')
}
