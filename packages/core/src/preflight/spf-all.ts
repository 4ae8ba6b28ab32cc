/**
 * SpfAll: what an SPF record says of hosts that it does not name.
 *
 * Policy. The last word is that of `all`, or of the record that `redirect` leads to; without either it is neutral (RFC 7208
 * §4.7). `+all` lets every host of the world pass, which filters hold against the domain; neutral protects nothing.
 */
import type { Check } from '../model/clearance.ts'
import { txtChange } from './record-text.ts'
import { check } from './report.ts'
import type { SpfTree } from './spf-lookups.ts'
import { termsOf } from './spf-record.ts'

const ALL = /^([+?~-]?)all$/i

/** Undefined where the record cannot be read, which other checks tell. */
export function checkSpfAll(tree: SpfTree): Check | undefined {
  const { domain, record, terms } = tree
  if (record === undefined) return undefined
  const all = termsOf(record).find(term => ALL.test(term))
  const redirect = all === undefined ? terms.find(({ text }) => /^redirect=/i.test(text)) : undefined
  // A macro in it depends on the message.
  if (redirect !== undefined) return redirect.tree === undefined ? undefined : checkSpfAll(redirect.tree)
  const qualifier = all === undefined ? '?' : (ALL.exec(all)?.[1] ?? '') || '+'
  const kept = termsOf(record).filter(term => term !== all)
  return check('spf.all', {
    level: qualifier === '+' ? 'warn' : qualifier === '?' ? 'note' : 'ok',
    found: `${domain} TXT: ${record}`,
    wanted: 'a record that ends with ~all or -all',
    fix: txtChange(domain, { record: ['v=spf1', ...kept, '~all'].join(' '), replaces: [record] }),
  })
}
