/**
 * SpfLookups: what an SPF record costs whoever evaluates it, term by term, as a tree.
 *
 * Policy. The whole record is counted, as for a sender that matches nothing: 10 look-ups and 2 void ones are the most
 * (RFC 7208 §4.6.4), and beyond them every receiver says permerror for some of its senders. A term with a macro counts and
 * is not followed, because what it expands to depends on the message.
 *
 * Not here: whether our addresses are covered (spf.ts).
 */
import { say } from '../language/findings-domain.ts'
import { type Asking, askAddresses, askMx, askTxt } from './ask.ts'
import { isSpf, termsOf } from './spf-record.ts'

export const MAX_LOOKUPS = 10
export const MAX_VOIDS = 2
export const MAX_BEHIND_MX = 10
/** More than that is a loop or an attack. */
const MAX_RECORDS = 40

export interface SpfTerm {
  readonly text: string
  /** Look-ups of this term with everything below it. */
  readonly lookups: number
  /** Those that find nothing. */
  readonly voids: number
  readonly tree?: SpfTree
  /** Addresses behind an `mx`, of the family that has most. */
  readonly crowd?: number
}

export interface SpfTree {
  readonly domain: string
  readonly lookups: number
  readonly voids: number
  /** Those that cost anything. */
  readonly terms: readonly SpfTerm[]
  readonly record?: string
  /** Why it could not be counted to the end: what is wrong, at which name, in whose record. */
  readonly problem?: SpfProblem
}

export interface SpfProblem {
  readonly what: string
  readonly at: string
  readonly above: string
}

interface Walk {
  readonly asking: Asking
  records: number
}

export async function countLookups(asking: Asking, domain: string): Promise<SpfTree> {
  return walk({ asking, records: 0 }, domain, [])
}

async function walk(state: Walk, domain: string, above: readonly string[]): Promise<SpfTree> {
  const broken = (what: string, voids = 0): SpfTree => {
    const problem = { what, at: domain, above: above.at(-1) ?? domain }
    return { domain, lookups: 0, voids, terms: [], problem }
  }
  if (above.includes(domain)) return broken(say('spf.flaw.includes-itself', { path: [...above, domain].join(' > ') }))
  if (++state.records > MAX_RECORDS) return broken(say('spf.flaw.records', { most: MAX_RECORDS }))
  const asked = await askTxt(state.asking, domain)
  // What cannot be asked now may well be there.
  if (asked.kind === 'unknown') return { domain, lookups: 0, voids: 0, terms: [] }
  const record = asked.kind === 'found' ? asked.values.find(isSpf) : undefined
  if (record === undefined) return broken(say('spf.flaw.no-record', { domain }), asked.kind === 'absent' ? 1 : 0)

  const terms: SpfTerm[] = []
  let voids = 0
  let problem: SpfProblem | undefined
  for (const text of termsOf(record)) {
    const counted = await countTerm(state, { text, domain, above: [...above, domain] })
    if (counted === undefined) continue
    voids += counted.voids
    problem ??= counted.problem
    terms.push(counted)
  }
  const lookups = terms.reduce((sum, term) => sum + term.lookups, 0)
  return { domain, record, lookups, voids, terms, ...(problem === undefined ? {} : { problem }) }
}

interface Term {
  readonly text: string
  readonly domain: string
  readonly above: readonly string[]
}

async function countTerm(
  state: Walk,
  { text, domain, above }: Term,
): Promise<(SpfTerm & { readonly problem?: SpfProblem | undefined }) | undefined> {
  const [, kind = '', target = domain] =
    /^[+?~-]?(include|a|mx|ptr|exists|redirect)(?:[:=]([^/]+))?(?:\/|$)/i.exec(text) ?? []
  const name = target.toLowerCase().replace(/\.$/, '')
  switch (kind.toLowerCase()) {
    case 'include':
    case 'redirect': {
      if (name.includes('%')) return { text, lookups: 1, voids: 0 }
      const tree = await walk(state, name, above)
      return { text, lookups: 1 + tree.lookups, tree, voids: tree.voids, problem: tree.problem }
    }
    case 'a':
      return { text, lookups: 1, voids: name.includes('%') ? 0 : await countVoids(state.asking, name) }
    case 'mx':
      return { text, lookups: 1, ...(name.includes('%') ? { voids: 0 } : await countMx(state.asking, name)) }
    case 'ptr':
    case 'exists':
      return { text, lookups: 1, voids: 0 }
    default:
      return undefined
  }
}

/** A void look-up is one that finds nothing; trouble is not nothing. */
async function countVoids(asking: Asking, name: string): Promise<number> {
  const [v4, v6] = await Promise.all([askAddresses(asking, name, 4), askAddresses(asking, name, 6)])
  return v4.kind === 'absent' && v6.kind === 'absent' ? 1 : 0
}

/** RFC 7208 §4.6.4: more than 10 addresses behind an `mx` are a permanent error, to those who count them all. */
async function countMx(asking: Asking, name: string): Promise<Pick<SpfTerm, 'voids' | 'crowd'>> {
  const mx = await askMx(asking, name)
  if (mx.kind !== 'found') return { voids: mx.kind === 'absent' ? 1 : 0 }
  const hosts = mx.values.slice(0, MAX_BEHIND_MX + 1)
  const families = ([4, 6] as const).map(async family => {
    const asked = await Promise.all(hosts.map(({ host }) => askAddresses(asking, host, family)))
    return asked.reduce((sum, each) => sum + (each.kind === 'found' ? each.values.length : 0), 0)
  })
  return { voids: 0, crowd: Math.max(mx.values.length, ...(await Promise.all(families))) }
}

/** The terms of a record, and of those below it, with too many addresses behind them. */
export function crowdedTerms({ domain, terms }: SpfTree): readonly (SpfTerm & { readonly domain: string })[] {
  return terms.flatMap(term => [
    ...((term.crowd ?? 0) > MAX_BEHIND_MX ? [{ ...term, domain }] : []),
    ...(term.tree === undefined ? [] : crowdedTerms(term.tree)),
  ])
}

/** `include:_spf.example.net 3 (include:a.example.net 1, include:b.example.net 1), mx 1` */
export function printTree({ terms }: SpfTree): string {
  return terms
    .map(({ text, lookups, tree }) =>
      tree?.terms.length ? `${text} ${lookups} (${printTree(tree)})` : `${text} ${lookups}`,
    )
    .join(', ')
}

/** The record without the terms that find nothing, when that is enough; else which terms cost most. */
export function cheaperSpf(tree: SpfTree): { readonly record: string } | { readonly costly: readonly string[] } {
  const { record = '', terms } = tree
  const useless = terms.filter(term => term.tree === undefined && term.voids > 0)
  const saved = useless.reduce((sum, { lookups }) => sum + lookups, 0)
  const voids = tree.voids - useless.reduce((sum, term) => sum + term.voids, 0)
  if (useless.length > 0 && tree.lookups - saved <= MAX_LOOKUPS && voids <= MAX_VOIDS) {
    const kept = termsOf(record).filter(text => !useless.some(term => term.text === text))
    return { record: ['v=spf1', ...kept].join(' ') }
  }
  return { costly: [...terms].sort((a, b) => b.lookups - a.lookups).map(({ text, lookups }) => `${text} (${lookups})`) }
}
