/**
 * SpfAll: what an SPF record says of hosts that it does not name.
 *
 * Policy. The last word is that of `all`, or of the record that `redirect` leads to; without either it is neutral (RFC 7208
 * §4.7). `+all` lets every host of the world pass, which filters hold against the domain, and so does a network of a large part
 * of the world, in the record itself or in one that it includes; neutral protects nothing.
 */
import { say } from '../language/findings-domain.ts'
import type { Check } from '../model/clearance.ts'
import { txtChange } from './record-text.ts'
import { check } from './report.ts'
import type { SpfTree } from './spf-lookups.ts'
import { termsOf } from './spf-record.ts'

/** Nobody has more: the largest networks that one owner has are /8, and /19 in IPv6. */
const LEAST_PREFIX = { 4: 8, 6: 16 } as const

const ALL = /^([+?~-]?)all$/i

/** Undefined where the record cannot be read, which other checks tell. */
export function checkSpfAll(tree: SpfTree): Check | undefined {
  const { domain, record, terms } = tree
  if (record === undefined) return undefined
  const open = openTerms(tree)
  if (open.length > 0) return tooOpen(tree, open)
  const all = termsOf(record).find(term => ALL.test(term))
  const redirect = all === undefined ? terms.find(({ text }) => /^redirect=/i.test(text)) : undefined
  // A macro in it depends on the message.
  if (redirect !== undefined) return redirect.tree === undefined ? undefined : checkSpfAll(redirect.tree)
  const qualifier = all === undefined ? '?' : (ALL.exec(all)?.[1] ?? '') || '+'
  const kept = termsOf(record).filter(term => term !== all)
  return check('spf.all', {
    level: qualifier === '+' ? 'warn' : qualifier === '?' ? 'note' : 'ok',
    found: `${domain} TXT: ${record}`,
    wanted: say('spf.all.wanted'),
    fix: txtChange(domain, { record: ['v=spf1', ...kept, '~all'].join(' '), replaces: [record] }),
  })
}

interface OpenTerm {
  readonly text: string
  readonly domain: string
}

/** What lets a large part of the world pass, here and in what is included. */
function openTerms({ domain, record = '', terms }: SpfTree): readonly OpenTerm[] {
  const own = termsOf(record).filter(isWide)
  const below = terms.flatMap(({ text, tree }) => {
    if (tree?.record === undefined || !/^\+?include:/i.test(text)) return []
    const all = termsOf(tree.record).filter(term => /^\+?all$/i.test(term))
    return [...all.map(term => ({ text: term, domain: tree.domain })), ...openTerms(tree)]
  })
  return [...own.map(text => ({ text, domain })), ...below]
}

/** A network with few bits, whose hosts pass. */
function isWide(term: string): boolean {
  const [, six] = /^\+?ip6:[^/]+\/(\d+)$/i.exec(term) ?? []
  if (six !== undefined) return Number(six) < LEAST_PREFIX[6]
  const [, four, other] = /^\+?(?:ip4:[^/]+|(?:a|mx)(?::[^/]+)?)(?:\/(\d+))?(?:\/\/(\d+))?$/i.exec(term) ?? []
  return (
    (four !== undefined && Number(four) < LEAST_PREFIX[4]) || (other !== undefined && Number(other) < LEAST_PREFIX[6])
  )
}

function tooOpen({ domain, record = '' }: SpfTree, open: readonly OpenTerm[]): Check {
  const kept = termsOf(record).filter(term => !isWide(term))
  const ends = kept.some(term => ALL.test(term) || /^redirect=/i.test(term))
  const mended = ['v=spf1', ...kept, ...(ends ? [] : ['~all'])].join(' ')
  const others = open.filter(term => term.domain !== domain)
  const asked = others.map(term => say('spf.all.fix.owner', { domain: term.domain, text: term.text }))
  return check('spf.all', {
    level: 'warn',
    found: say('spf.all.found.open', {
      domain,
      record,
      terms: open.map(term => say('spf.all.found.term', { term: term.text, domain: term.domain })),
    }),
    wanted: say('spf.all.wanted.networks'),
    fix: others.length === open.length ? asked.join('\n') : txtChange(domain, { record: mended, replaces: [record] }),
  })
}
