/**
 * Reply rules: all rows in the order in which they are asked, and the row that a reply fits.
 *
 * Policy. The order of evidence: the host and its own codes, then words that name a cause, then the enhanced status, then
 * words that only hint, then vague statuses, then the basic code. Every 4yz and 5yz fits the last row of its digit.
 * Only rows of the provider and the basic code are asked; which those are is found once for each pair.
 *
 * Not here: what a row means for a recipient (classify.ts).
 */
import { type ProviderId, providerOf } from '../provider/index.ts'
import { fits, fitsCode, type ReplyRule, type Said } from './rule.ts'
import { ASIA_RULES } from './rules/asia.ts'
import { BASIC_RULES, CODE_RULES } from './rules/basic.ts'
import { LOGIN_RULES, SENDER_STATUS_RULES, STATUS_RULES, VAGUE_STATUS_RULES } from './rules/enhanced.ts'
import { FRENCH_RULES } from './rules/french.ts'
import { GOOGLE_RULES } from './rules/google.ts'
import { GOOGLE_RECIPIENT_RULES } from './rules/google-recipient.ts'
import { GOOGLE_SESSION_RULES } from './rules/google-session.ts'
import { HINT_RULES } from './rules/hints.ts'
import { MESSAGE_RULES } from './rules/message.ts'
import { MICROSOFT_RULES } from './rules/microsoft.ts'
import { OTHER_RULES } from './rules/others.ts'
import { RECIPIENT_RULES } from './rules/recipient.ts'
import { SENDER_RULES } from './rules/sender.ts'
import { YAHOO_RULES } from './rules/yahoo.ts'

export const REPLY_RULES: readonly ReplyRule[] = [
  ...GOOGLE_RULES,
  ...GOOGLE_RECIPIENT_RULES,
  ...GOOGLE_SESSION_RULES,
  ...YAHOO_RULES,
  ...MICROSOFT_RULES,
  ...ASIA_RULES,
  ...FRENCH_RULES,
  ...OTHER_RULES,
  ...LOGIN_RULES,
  ...SENDER_RULES,
  ...SENDER_STATUS_RULES,
  ...RECIPIENT_RULES,
  ...MESSAGE_RULES,
  ...STATUS_RULES,
  ...CODE_RULES,
  ...HINT_RULES,
  ...VAGUE_STATUS_RULES,
  ...BASIC_RULES,
]

/** Of the rows that know nothing but the digits. */
export const BASIC_RULE_IDS: ReadonlySet<string> = new Set(BASIC_RULES.map(({ id }) => id))

/** Bounded: providers × 200 codes. */
const candidates = new Map<string, readonly ReplyRule[]>()

/** The first row that fits, or undefined for a code below 400 or above 599. */
export function findRule(said: Said, host: string): ReplyRule | undefined {
  const provider = providerOf(host)?.id
  return rowsFor(provider, said.code).find(rule => fits(rule, said))
}

function rowsFor(provider: ProviderId | undefined, code: number): readonly ReplyRule[] {
  if (code < 400 || code > 599) return []
  const key = `${provider ?? ''} ${code}`
  const known = candidates.get(key)
  if (known !== undefined) return known
  const rows = REPLY_RULES.filter(
    rule => fitsCode(rule, code) && (rule.of === undefined || (provider !== undefined && rule.of.includes(provider))),
  )
  candidates.set(key, rows)
  return rows
}
