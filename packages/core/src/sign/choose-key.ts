/**
 * ChooseKey: which of our keys sign for these authors.
 *
 * Policy. The keys of one domain: one that aligns with the domain of an author, as DMARC's relaxed alignment has it (RFC 7489
 * §3.1.1). The same domain goes before the nearest one above it, that before the nearest one below it, and that before another of
 * the same organisation; of two that are as near, the one that stands first. One signature that aligns is all that a receiver
 * asks for, and each costs the message half a kilobyte. Of the domain's keys the first of each algorithm signs (RFC 8463 §3),
 * and beside it the key that it replaces or that replaces it: that is how a selector is changed without a gap.
 *
 * Not here: what an organisation's domain is (ambient/public-suffix.ts), whether DMARC then passes (preflight/).
 */
import { organisationalDomain } from '../ambient/public-suffix.ts'
import type { Address, Domain } from '../model/address.ts'
import type { DkimKey } from '../model/dkim-key.ts'

const ALIGNMENTS = ['same', 'parent', 'child', 'sibling'] as const
type Alignment = (typeof ALIGNMENTS)[number]

/** Of so many domains the answer is remembered. */
const MOST_REMEMBERED = 1_000
/** By a list of keys, which never changes, and the domain of a sole author: it is asked twice for every message. */
const remembered = new WeakMap<readonly DkimKey[], Map<Domain, readonly DkimKey[]>>()

/** @returns the keys that sign, in their order; empty when none aligns */
export function chooseKeys(from: readonly Address[], keys: readonly DkimKey[]): readonly DkimKey[] {
  const [author, ...others] = from
  if (author === undefined || others.length > 0) return chosenOf(from, keys)
  const before = remembered.get(keys)
  const known = before === undefined || before.size >= MOST_REMEMBERED ? new Map<Domain, readonly DkimKey[]>() : before
  if (known !== before) remembered.set(keys, known)
  const chosen = known.get(author.domain) ?? chosenOf(from, keys)
  known.set(author.domain, chosen)
  return chosen
}

function chosenOf(from: readonly Address[], keys: readonly DkimKey[]): readonly DkimKey[] {
  const domain = nearestDomain(from, keys)
  if (domain === undefined) return []
  const ours = keys.filter(key => key.domain === domain)
  const first = ours.filter((key, place) => ours.findIndex(({ algorithm }) => algorithm === key.algorithm) === place)
  return ours.filter(
    key => first.includes(key) || first.some(one => one.replaces === key.selector || key.replaces === one.selector),
  )
}

function nearestDomain(from: readonly Address[], keys: readonly DkimKey[]): Domain | undefined {
  let nearest: { readonly domain: Domain; readonly rank: number; readonly labels: number } | undefined
  for (const { domain } of keys) {
    for (const author of from) {
      const alignment = alignmentOf(domain, author.domain)
      if (alignment === undefined) continue
      const rank = ALIGNMENTS.indexOf(alignment)
      const labels = Math.abs(labelsOf(domain) - labelsOf(author.domain))
      if (nearest === undefined || rank < nearest.rank || (rank === nearest.rank && labels < nearest.labels))
        nearest = { domain, rank, labels: alignment === 'sibling' ? 0 : labels }
    }
  }
  return nearest?.domain
}

function labelsOf(domain: Domain): number {
  return domain.split('.').length
}

function alignmentOf(key: Domain, author: Domain): Alignment | undefined {
  if (key === author) return 'same'
  if (author.startsWith('[')) return undefined
  if (author.endsWith(`.${key}`)) return 'parent'
  if (key.endsWith(`.${author}`)) return 'child'
  // Only names that share two labels can be of one organisation; the others need no look at the list.
  if (lastTwoLabels(key) !== lastTwoLabels(author)) return undefined
  const organisation = organisationalDomain(key)
  return organisation !== undefined && organisation === organisationalDomain(author) ? 'sibling' : undefined
}

function lastTwoLabels(domain: Domain): string {
  return domain.slice(domain.lastIndexOf('.', domain.lastIndexOf('.') - 1) + 1)
}
