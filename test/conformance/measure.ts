/**
 * Measure: how a judge of replies does on one half of one corpus. Only counts leave here.
 *
 * `hard` is whether the address will not work again. Precision: of what the judge calls hard, how much is. Recall: of what
 * is hard, how much it calls so. Permanence and reason: how many of those that the table of reasons can judge are right.
 */

import { parseAddress } from '../../packages/core/src/model/address.ts'
import { classify } from '../../packages/core/src/outcome/index.ts'
import { evidenceOf, RECIPIENT } from '../support/replies.ts'
import { type Half, type Labelled, readJson } from './corpus.ts'
import { BOUNCEPARSER, HARD, KUMO, KUMO_HARD, SISIMAI } from './reasons.ts'
import { isTold } from './told.ts'

export interface Opinion {
  readonly hard: boolean
  readonly permanent: boolean
  readonly sameReason: (label: string) => boolean
  /** What decided, for the half that may be shown. */
  readonly because: string
}

export type Judge = (one: Labelled) => Opinion

/** Right of so many. */
export type Share = readonly [right: number, of: number]

export interface Figures {
  readonly replies: number
  readonly precision: Share
  readonly recall: Share
  /** The same without the replies whose words cannot carry their label (told.ts). */
  readonly precisionWhereTold: Share
  readonly recallWhereTold: Share
  readonly permanence: Share
  readonly reason: Share
}

export function measure(replies: readonly Labelled[], judge: Judge): Figures {
  const seen = replies.map(one => ({ one, opinion: judge(one), wanted: wantedOf(one) }))
  const judged = seen.filter(({ wanted }) => wanted !== undefined)
  const [precision, recall] = hardShares(seen)
  const [precisionWhereTold, recallWhereTold] = hardShares(seen.filter(({ one }) => isTold(one)))
  return {
    replies: replies.length,
    precision,
    recall,
    precisionWhereTold,
    recallWhereTold,
    permanence: [judged.filter(({ one, opinion }) => opinion.permanent === isPermanent(one)).length, judged.length],
    reason: [judged.filter(({ one, opinion }) => opinion.sameReason(one.label)).length, judged.length],
  }
}

function hardShares(
  seen: readonly { readonly one: Labelled; readonly opinion: Opinion }[],
): readonly [precision: Share, recall: Share] {
  const saidHard = seen.filter(({ opinion }) => opinion.hard)
  const both = saidHard.filter(({ one }) => one.hard).length
  return [
    [both, saidHard.length],
    [both, seen.filter(({ one }) => one.hard).length],
  ]
}

export function wantedOf({ corpus, label }: Labelled): (typeof SISIMAI)[string] {
  return (corpus === 'sisimai' ? SISIMAI : BOUNCEPARSER)[label]
}

export function isPermanent(one: Labelled): boolean {
  return one.reply.code >= 500 && wantedOf(one)?.permanence === 'permanent'
}

export function of(replies: readonly Labelled[], corpus: Labelled['corpus'], half: Half): readonly Labelled[] {
  return replies.filter(one => one.corpus === corpus && one.half === half)
}

export function ours(one: Labelled): Opinion {
  const address = parseAddress(one.recipient)
  const recipient = 'problem' in address ? RECIPIENT : { ...RECIPIENT, address }
  const [verdict] = classify(evidenceOf(one.host, one.stage, one.reply), [recipient])
  if (verdict?.kind !== 'failed') throw new Error('a 4yz or 5yz was not judged a failure')
  const { code, permanence, suppress, rule } = verdict.failure
  const permanent = permanence === 'permanent'
  return {
    hard: permanent && suppress && HARD.has(code),
    permanent,
    sameReason: () => wantedOf(one)?.codes.some(right => right === code) ?? false,
    because: `${code} by ${rule}`,
  }
}

/** What many senders do: the first digit, and nothing else. */
export function byDigit({ reply }: Labelled): Opinion {
  const permanent = reply.code >= 500
  return {
    hard: permanent,
    permanent,
    sameReason: label => permanent && /^user_?unknown$/.test(label),
    because: 'digit',
  }
}

export function kumo(): Judge {
  const rules = (readJson('kumomta/rules.json') as readonly { readonly class: string; readonly regex: string }[]).map(
    rule => ({ class: rule.class, regex: new RegExp(rule.regex) }),
  )
  return ({ line, reply }) => {
    const found = rules.find(({ regex }) => regex.test(line))?.class ?? 'Uncategorized'
    const permanent = reply.code >= 500
    return {
      hard: permanent && KUMO_HARD.has(found),
      permanent,
      sameReason: label => KUMO[found]?.includes(label) ?? false,
      because: found,
    }
  }
}

export function percent([right, of]: Share): string {
  return of === 0 ? '–' : `${((100 * right) / of).toFixed(0)} % (${right}/${of})`
}
