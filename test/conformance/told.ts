/**
 * Told: whether the words of a reply can carry its label, hard or not, at all.
 *
 * Policy. No judge is asked, and nothing but labels is looked at. Out are wordings that are labelled hard in one place and
 * not in another: who sees the words alone is wrong once. Out is `filtered`, which Sisimai gives to "User unknown" by the status
 * field 5.2.1 or the command it was said to (libsisimai.org/en/reason, filtered); and BounceParser's `domain_error`, which is a
 * domain that is not there as well as a relay that refuses. Both are decided by what stands elsewhere in the mail.
 */
import { type Labelled, labelledReplies, wordingOf } from './corpus.ts'

const BY_THE_REST_OF_THE_MAIL: ReadonlySet<string> = new Set(['filtered', 'domain_error'])

let contested: ReadonlySet<string> | undefined

export function isTold({ line, label }: Labelled): boolean {
  contested ??= findContested()
  return !BY_THE_REST_OF_THE_MAIL.has(label) && !contested.has(wordingOf(line))
}

function findContested(): ReadonlySet<string> {
  const hard = new Set<string>()
  const soft = new Set<string>()
  for (const one of labelledReplies()) (one.hard ? hard : soft).add(wordingOf(one.line))
  return new Set([...hard].filter(wording => soft.has(wording)))
}
