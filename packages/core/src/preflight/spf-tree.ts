/**
 * SpfTree: the SPF record of a domain as a whole, whoever sends: what it costs, whether all of it can be read, and what it
 * lets pass.
 *
 * Not here: whether our addresses are covered (spf.ts), how the tree is walked (spf-lookups.ts).
 */
import { say } from '../language/findings-domain.ts'
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
  const crowds = crowded.map(({ text, domain: of, crowd }) =>
    say('spf.lookups.found.crowd', { text, domain: of, count: crowd ?? 0 }),
  )
  const found = say('spf.lookups.found', { lookups, voids, tree: printTree(tree) || 'none', crowds: crowds.join('') })
  const cheap = lookups <= MAX_LOOKUPS && voids <= MAX_VOIDS
  const cost = check('spf.lookups', {
    level: cheap && crowded.length === 0 ? 'ok' : 'warn',
    found,
    wanted: say('spf.lookups.wanted.crowds', { most: MAX_LOOKUPS, voids: MAX_VOIDS, addresses: MAX_BEHIND_MX }),
    fix: cheap
      ? crowded.map(({ text, domain: of }) => say('spf.lookups.fix.crowd', { domain: of, term: text })).join('\n')
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
      wanted: say('spf.includes.wanted'),
      fix:
        mended === undefined
          ? say('spf.includes.fix', { above: problem.above })
          : txtChange(domain, { record: mended, replaces: [record] }),
    }),
  ]
}

function costFix(domain: Domain, tree: SpfTree): string {
  const cheaper = cheaperSpf(tree)
  if ('record' in cheaper) return txtChange(domain, { record: cheaper.record, replaces: [tree.record ?? ''] })
  const terms = cheaper.costly.join(', ')
  return say('spf.lookups.fix', { terms })
}

/** RFC 7208 §5.5: it should not be published. */
function checkPointers({ domain, record = '' }: SpfTree): Check | undefined {
  const terms = termsOf(record)
  const kept = terms.filter(term => !/^[+?~-]?ptr(?::|$)/i.test(term))
  if (kept.length === terms.length) return undefined
  return check('spf.ptr', {
    level: 'warn',
    found: `${domain} TXT: ${record}`,
    wanted: say('spf.ptr.wanted'),
    fix: txtChange(domain, { record: ['v=spf1', ...kept].join(' '), replaces: [record] }),
  })
}
