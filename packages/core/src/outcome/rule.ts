/**
 * Rule: one row of the reply tables, and whether a reply fits it.
 *
 * Policy. A row fits when everything it names fits: provider, basic code, enhanced status, stage, text. The first row that
 * fits decides. `permanence: 'by-code'` leaves the word to the first digit (RFC 5321 §4.2.1); a provider whose digits are
 * known to lie has it written in the row. `doubtful` is a refusal that is sometimes false: transient the first time. `held`
 * refuses us, not the recipient or the message: a 5yz is tried again for hours, while the operator can mend it. `at-last` is
 * about what does not change by waiting: a 4yz that is said again and again for a day is final.
 *
 * Not here: the rows (rules/), their order (reply-rules.ts), what else a verdict needs (classify.ts).
 */

import type { Remedy } from '../language/remedies.ts'
import type { EffectKey, Measure } from '../model/effect.ts'
import type { Stage } from '../model/evidence.ts'
import type { FailureCode, FailureScope, Permanence } from '../model/failure.ts'
import type { EnhancedStatus } from '../model/reply.ts'
import type { ProviderId } from '../provider/index.ts'
import type { Says, Words } from './wording/index.ts'

export const SECOND: number = 1000
export const MINUTE: number = 60 * SECOND
export const HOUR: number = 60 * MINUTE
export const DAY: number = 24 * HOUR

export interface ReplyRule {
  /** Stable; in facts, logs, docs/failures.md. */
  readonly id: string
  /** Whose mail host said it; absent: anyone. */
  readonly of?: readonly ProviderId[]
  /** 550 is that code, 45 is 450 to 459, 5 is every 5yz; absent: every 4yz and 5yz. */
  readonly codes?: readonly number[]
  /** `5.1.1`; `*` stands for any class or detail: `*.7.28`, `5.7.*`. Absent: any status or none. */
  readonly enhanced?: readonly string[]
  readonly stages?: readonly Stage[]
  /** Matched against all lines joined by a space, without code and status. */
  readonly text?: RegExp
  /** What the words say, in whatever language (wording/); of several, all. */
  readonly says?: readonly Says[]
  /** What the words must not say. */
  readonly unless?: readonly Says[]
  readonly code: FailureCode
  /** Absent: what the stage says. */
  readonly scope?: FailureScope
  readonly permanence: Permanence | 'by-code' | 'doubtful' | 'held' | 'at-last'
  /** Of a transient failure, unless the reply itself names a time. */
  readonly retryAfterMs?: number
  /** Of a permanent failure: the address should not be mailed again. */
  readonly suppress?: true
  readonly tryOtherFamily?: true
  readonly remedy?: Remedy
  /** What it asks of our pace: `named` reads in the words whom it is about, `rest` is as long as the wait. */
  readonly effect?: { readonly on: EffectKey | 'named'; readonly measure: Measure | 'rest' }
  /** Where the row is from. */
  readonly source: string
}

/** What a rule is held against. */
export interface Said {
  readonly code: number
  readonly enhanced: EnhancedStatus | undefined
  readonly stage: Stage
  readonly text: string
  readonly words: Words
}

/** Whether everything but provider and basic code fits: those two choose the rows that are asked at all. */
export function fits(rule: ReplyRule, said: Said): boolean {
  if (rule.enhanced !== undefined && !rule.enhanced.some(pattern => fitsStatus(pattern, said.enhanced))) return false
  if (rule.stages !== undefined && !rule.stages.includes(said.stage)) return false
  if (rule.text !== undefined && !rule.text.test(said.text)) return false
  if (rule.says !== undefined && !rule.says.every(what => said.words.says(what))) return false
  return rule.unless === undefined || !rule.unless.some(what => said.words.says(what))
}

export function fitsCode(rule: ReplyRule, code: number): boolean {
  if (rule.codes === undefined) return code >= 400 && code <= 599
  return rule.codes.some(wanted =>
    wanted < 10 ? wanted === Math.floor(code / 100) : wanted < 100 ? wanted === Math.floor(code / 10) : wanted === code,
  )
}

function fitsStatus(pattern: string, status: EnhancedStatus | undefined): boolean {
  if (status === undefined) return false
  const [klass, subject, detail] = pattern.split('.')
  return (
    (klass === '*' || Number(klass) === status.class) &&
    (subject === '*' || Number(subject) === status.subject) &&
    (detail === '*' || Number(detail) === status.detail)
  )
}
