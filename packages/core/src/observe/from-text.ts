/** FromText: from which of several addresses of ours a message left, and why, as `explain` says it. */
import { say } from '../language/story.ts'
import type { LeftFrom } from '../model/egress.ts'

/** Nothing where there was no choice. */
export function fromText(left: LeftFrom | undefined): readonly string[] {
  return left === undefined ? [] : [say(`detail.from.${left.because}`, { address: left.address })]
}
