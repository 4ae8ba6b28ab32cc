/**
 * SpfTree: the SPF record of a domain as a whole, whoever sends: what it costs, whether all of it can be read, and what it
 * lets pass.
 *
 * Not here: whether our addresses are covered (spf.ts), how the tree is walked (spf-lookups.ts).
 */
import type { Domain } from '../model/address.ts'
import type { Check } from '../model/clearance.ts'
import type { Asking } from './ask.ts'
import { txtChange } from './record-text.ts'
import { check } from './report.ts'
import { checkSpfAll } from './spf-all.ts'
import {
  cheaperSpf,
  countLookups,
  crowdedTerms,
  MAX_BEHIND_MX,
  MAX_LOOKUPS,
  MAX_VOIDS,
  printTree,
  type SpfTree,
} from './spf-lookups.ts'
import { termsOf, withoutTarget } from './spf-record.ts'

/** For the doctor: the cost of the whole record, with its tree, whether all of it can be read, and its last word. */
export async function checkSpfTree(asking: Asking, domain: Domain): Promise<readonly Check[]> {
  const tree = await countLookups(asking, domain)
  if (tree.terms.length === 0 && tree.problem !== undefined) return []
  const { lookups, voids, problem, record = '' } = tree
  const crowded = crowdedTerms(tree)
  const crowds = crowded.map(({ text, domain: of, crowd }) => `; behind ${text} of ${of} are ${crowd} addresses`)
  const found = `look-ups: ${lookups}, void: ${voids}; ${printTree(tree) || 'none'}${crowds.join('')}`
  const cheap = lookups <= MAX_LOOKUPS && voids <= MAX_VOIDS
  const cost = check('spf.lookups', {
    level: cheap && crowded.length === 0 ? 'ok' : 'warn',
    found,
    wanted: `at most ${MAX_LOOKUPS} look-ups, ${MAX_VOIDS} of them void, ${MAX_BEHIND_MX} addresses behind an mx (RFC 7208 §4.6.4)`,
    fix: cheap
      ? crowded
          .map(
            ({ text, domain: of }) =>
              `in the record of ${of}, name the networks of ${text} with ip4: and ip6: in its place`,
          )
          .join('\n')
      : costFix(domain, tree),
  })
  const told = [cost, checkSpfAll(tree), checkPointers(tree)].filter(each => each !== undefined)
  if (problem === undefined || cost.level !== 'ok') return told
  const mended = withoutTarget(record, problem.at)
  return [
    ...told,
    check('spf.includes', {
      level: 'warn',
      found: `${record}: ${problem.what}`,
      wanted: 'a record at every name that is included',
      fix:
        mended === undefined
          ? `ask the owner of ${problem.above} to take it out`
          : txtChange(domain, { record: mended, replaces: [record] }),
    }),
  ]
}

function costFix(domain: Domain, tree: SpfTree): string {
  const cheaper = cheaperSpf(tree)
  if ('record' in cheaper) return txtChange(domain, { record: cheaper.record, replaces: [tree.record ?? ''] })
  const terms = cheaper.costly.join(', ')
  return `take out what no mail comes from, or name its networks with ip4: and ip6:, which cost nothing: ${terms}`
}

/** RFC 7208 §5.5: it should not be published. */
function checkPointers({ domain, record = '' }: SpfTree): Check | undefined {
  const terms = termsOf(record)
  const kept = terms.filter(term => !/^[+?~-]?ptr(?::|$)/i.test(term))
  if (kept.length === terms.length) return undefined
  return check('spf.ptr', {
    level: 'warn',
    found: `${domain} TXT: ${record}`,
    wanted: 'a record without ptr',
    fix: txtChange(domain, { record: ['v=spf1', ...kept].join(' '), replaces: [record] }),
  })
}
