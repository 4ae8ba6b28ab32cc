/**
 * Effects: what the row that a reply fits asks of our pace, with the name that the reply gives.
 *
 * Policy. `named` leaves it to the words of the reply whom it is about. A large provider counts by address, by sender, by
 * signature, by link and by Message-ID, and says which of these is over: only that waits. Where the words say none, it is
 * the address. A link that is not named cannot be found in other messages, so nothing but this message waits for it.
 *
 * Not here: the rows (rules/), who obeys (schedule/).
 */
import type { Effect, EffectKey } from '../model/effect.ts'
import type { FailureCode } from '../model/failure.ts'
import { MINUTE, type ReplyRule } from './rule.ts'

const NAME = '(?:[^\\[<"\\w]{0,3}[\\[<"\'(]\\s*([a-z0-9][a-z0-9.-]*\\.[a-z0-9-]{2,}))?'
/** Whom the words are about, the narrowest first. */
const NAMED: readonly (readonly [on: EffectKey, words: RegExp])[] = [
  ['message-id', /\bmessage-?ids?\b/i],
  ['link', new RegExp(`\\b(?:url|link)(?:s|'s)? ?(?:domains?)?${NAME}`, 'i')],
  ['signer', new RegExp(`\\bdkim(?: signing)? domain${NAME}`, 'i')],
  ['sender', new RegExp(`\\b(?:spf|from|sender|sending) domain${NAME}`, 'i')],
  ['sender', /\b(?:domain|sender|user|mail|mailbox) frequency\b/i],
]

/** They refuse our address, so that another of ours may do better. */
const OF_SOURCE: ReadonlySet<FailureCode> = new Set(['bad-reputation', 'blocklisted', 'reverse-dns'])
/** How long an address that is refused is left out, when nothing says how long. */
const LEFT_OUT_MS = 30 * MINUTE
const REST_MS = 10 * MINUTE

/** @param waitMs what the reply or its row says */
export function effectsOf(rule: ReplyRule, text: string, waitMs: number | undefined): readonly Effect[] {
  if (rule.effect === undefined) {
    if (rule.scope !== 'domain' || !OF_SOURCE.has(rule.code)) return []
    return [{ on: 'source', measure: { kind: 'rest', forMs: waitMs ?? LEFT_OUT_MS } }]
  }
  const { on, measure } = rule.effect
  if (measure !== 'rest' && measure.kind === 'cold-again')
    return [
      { on: 'source', measure: { kind: 'rest', forMs: waitMs ?? LEFT_OUT_MS } },
      { on: 'source', measure },
    ]
  const whom = on === 'named' ? namedIn(text) : { on }
  if (whom.on === 'link' && whom.name === undefined) return []
  return [
    {
      ...whom,
      measure: measure === 'rest' ? { kind: 'rest', forMs: waitMs ?? REST_MS } : measure,
    },
  ]
}

/** Whether the words say that it is about something narrower than our address. */
export function namesMessage(rule: ReplyRule, text: string): boolean {
  if (rule.effect === undefined) return false
  const on = rule.effect.on === 'named' ? namedIn(text).on : rule.effect.on
  return on !== 'site' && on !== 'source'
}

function namedIn(text: string): Pick<Effect, 'on' | 'name'> {
  for (const [on, words] of NAMED) {
    const found = words.exec(text)
    if (found === null) continue
    const name = found[1]?.toLowerCase()
    return name === undefined ? { on } : { on, name }
  }
  return { on: 'source' }
}
