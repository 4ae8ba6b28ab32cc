/**
 * ChooseKey: which of our keys sign for these authors.
 *
 * Policy. Every key whose domain aligns with the domain of an author, as DMARC's relaxed alignment has it (RFC 7489 §3.1.1):
 * the same domain, one above or below it, or one of the same organisation. Two keys of one domain both sign: that is how a
 * selector is changed without a gap. The closest domains come first.
 *
 * Not here: what an organisation's domain is (ambient/public-suffix.ts), whether DMARC then passes (preflight/).
 */
import { organisationalDomain } from '../ambient/public-suffix.ts'
import type { Address, Domain } from '../model/address.ts'
import type { DkimKey } from '../model/dkim-key.ts'

const ALIGNMENTS = ['same', 'parent', 'child', 'sibling'] as const
type Alignment = (typeof ALIGNMENTS)[number]

/** @returns the keys that align, closest first; empty when none does */
export function chooseKeys(from: readonly Address[], keys: readonly DkimKey[]): readonly DkimKey[] {
  const chosen: { readonly key: DkimKey; readonly rank: number }[] = []
  for (const key of keys) {
    let rank: number = ALIGNMENTS.length
    for (const { domain } of from) {
      const alignment = alignmentOf(key.domain, domain)
      if (alignment) rank = Math.min(rank, ALIGNMENTS.indexOf(alignment))
    }
    if (rank < ALIGNMENTS.length) chosen.push({ key, rank })
  }
  return chosen.sort((a, b) => a.rank - b.rank).map(({ key }) => key)
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
