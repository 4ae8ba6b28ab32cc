/**
 * Classify: from what was seen to what it means. The only judge.
 *
 * Policy. A 5yz is permanent and a 4yz transient (RFC 5321 §4.2.1), unless a row of the reply rules knows the host better or
 * the words better: what refuses our address or session is held for hours, since its operator can mend it;
 * 552 to RCPT means "too many recipients" (RFC 5321 §4.5.3.1.10). A host that breaks off is transient for everyone not yet
 * answered. A connection lost between the final dot and the reply leaves it open whether the message was taken
 * (RFC 1047). Nothing unknown is ever permanent. Who was not reached because we were told to stop gets no verdict.
 *
 * Not here: when to try again (retry.ts), what to tell the sender (notice.ts), which hop is next (next-hop.ts).
 */
import { FAILURE_CODES } from '../language/failures.ts'
import { REPLY_HINTS } from '../language/reply-hints.ts'
import { type Address, printAddress } from '../model/address.ts'
import { leftFrom } from '../model/egress.ts'
import type { Evidence, Loss, RecipientAnswer, Stage } from '../model/evidence.ts'
import type { Failure, FailureCode, FailureScope } from '../model/failure.ts'
import type { JobRecipient } from '../model/job.ts'
import type { EnhancedStatus, Reply } from '../model/reply.ts'
import type { NoRoute } from '../model/route.ts'
import type { Failed, Verdict } from '../model/verdict.ts'
import { effectsOf, namesMessage } from './effects.ts'
import { lossJudgement, ROUTE_JUDGEMENTS } from './judgements.ts'
import { findRule } from './reply-rules.ts'
import { HOUR, type ReplyRule, SECOND } from './rule.ts'
import { statedWait } from './stated-wait.ts'
import { wordsOf } from './wording/index.ts'

/** Longer replies are matched by their beginning only. */
const MAX_MATCHED_CHARACTERS = 1000
const STATUS = /^[\s#]*([245])\.(\d{1,3})\.(\d{1,3})\b[\s:-]*/
/** As qmail and its relatives write it, behind the text. */
const STATUS_BEHIND = /\(#?([245])\.(\d{1,3})\.(\d{1,3})\)/

/** What was tried before: some refusals are doubted at first, and some that may pass do not pass. */
export interface Tried {
  /** Attempts made before this one. */
  readonly attempts: number
  /** Since the message was accepted. */
  readonly forMs: number
}

const NEVER: Tried = { attempts: 0, forMs: 0 }
/** How long a refusal of our address or session is tried again: long enough for its operator to see it and to act. */
const HELD: Tried = { attempts: 3, forMs: 12 * HOUR }
/** When "for now" has been said so often that it is an answer; so it is when another server has given up. */
export const AT_LAST: Tried = { attempts: 5, forMs: 24 * HOUR }

/** One verdict for each recipient of whom something is known. */
export function classify(
  seen: Evidence | NoRoute,
  recipients: readonly JobRecipient[],
  tried: Tried = NEVER,
): readonly Verdict[] {
  if (seen.kind === 'no-route') return classifyNoRoute(seen, recipients)
  const rest = failureOfRest(seen, tried)
  const verdicts: Verdict[] = []
  const answers = lastAnswers(seen.answers)
  for (const { index, address } of recipients) {
    const answer = answers.get(index)
    if (answer !== undefined && isFinal(answer)) verdicts.push(judgeAnswer(seen, answer, { tried, address }))
    else if (rest !== undefined) verdicts.push(failed(seen, index, rest))
  }
  return verdicts
}

/** Of a job whose time ran out and which could not be attempted once more, because its lane is paused. */
export function expiredVerdicts(recipients: readonly JobRecipient[]): readonly Verdict[] {
  return recipients.map(({ index }) => unasked(index, 'expired', 'queue.expired', FAILURE_CODES.expired))
}

/** Of the recipients that need no attempt, because their address proved not to exist, or complained, a while ago. */
export function classifySuppressed(recipients: readonly JobRecipient[], now: number): readonly Verdict[] {
  const verdicts: Verdict[] = []
  for (const { index, suppressed } of recipients) {
    if (suppressed === undefined || suppressed.until <= now) continue
    const { code, detail } = suppressed
    verdicts.push(unasked(index, code, 'queue.suppressed', detail || FAILURE_CODES[code]))
  }
  return verdicts
}

/** Nobody was asked, so nothing new is learnt: the suppression is not prolonged. */
function unasked(recipient: number, code: FailureCode, rule: string, detail: string): Failed {
  const failure: Failure = {
    scope: 'recipient',
    permanence: 'permanent',
    code,
    stage: 'route',
    rule,
    detail,
    suppress: false,
  }
  return { kind: 'failed', recipient, failure }
}

function classifyNoRoute(seen: NoRoute, recipients: readonly JobRecipient[]): readonly Verdict[] {
  // A reason that this version does not know is not a reason to give up.
  const judged = ROUTE_JUDGEMENTS[seen.reason] ?? ROUTE_JUDGEMENTS['dns-failed']
  const failure: Failure = {
    ...judged,
    scope: 'domain',
    stage: 'route',
    rule: `route.${seen.reason}`,
    detail: seen.detail || FAILURE_CODES[judged.code],
  }
  return recipients.map(({ index }) => ({ kind: 'failed', recipient: index, failure }))
}

/** What is true of all who got no answer of their own: the session was refused, or lost. */
function failureOfRest(seen: Evidence, tried: Tried): Failure | undefined {
  if (seen.refusal !== undefined) return judgeReply(seen, seen.refusal, { tried })
  return seen.loss === undefined ? undefined : judgeLoss(seen, seen.loss)
}

function judgeLoss(seen: Evidence, loss: Loss): Failure | undefined {
  const judged = lossJudgement(loss)
  if (judged === undefined) return undefined
  const transcript = loss.transcript ?? seen.transcript
  return {
    ...judged,
    stage: loss.stage,
    rule: `loss.${loss.code}`,
    detail: loss.detail || FAILURE_CODES[judged.code],
    ...(transcript && { transcript }),
  }
}

function lastAnswers(answers: readonly RecipientAnswer[]): ReadonlyMap<number, RecipientAnswer> {
  const last = new Map<number, RecipientAnswer>()
  for (const answer of answers) last.set(answer.recipient, answer)
  return last
}

/** A 2yz says yes only after the final dot; before it, it says: go on. RFC 5321 §4.1.1.4 */
function isFinal({ stage, reply }: RecipientAnswer): boolean {
  return reply.code >= 400 || stage === 'final-dot'
}

function judgeAnswer(seen: Evidence, answer: RecipientAnswer, asked: Asked): Verdict {
  const { recipient, reply } = answer
  if (reply.code >= 200 && reply.code < 300) {
    return {
      kind: 'accepted',
      recipient,
      reply,
      ...wayOf(seen),
      ...(seen.dsnPassedOn && { dsnPassedOn: true }),
      ...(seen.keepsDialogue && seen.transcript && { transcript: seen.transcript }),
    }
  }
  return failed(seen, recipient, judgeReply(seen, answer, asked))
}

function failed(seen: Evidence, recipient: number, failure: Failure): Failed {
  return { kind: 'failed', recipient, failure, ...wayOf(seen) }
}

/** From where to where, over the TLS that was seen, or why over plain text where TLS was tried. */
function wayOf({ hop, tls, fellBackToPlain }: Evidence) {
  const left = leftFrom(hop)
  return {
    host: hop.host,
    address: hop.address,
    ...(tls && { tls }),
    ...(fellBackToPlain !== undefined && { fellBackToPlain }),
    ...(left && { leftFrom: left }),
  }
}

type Said = Pick<RecipientAnswer, 'stage' | 'reply'>
type Heard = Pick<Evidence, 'transcript'> & { readonly hop: { readonly host: string } }

interface Asked {
  readonly tried: Tried
  /** Of whom it was said, where it was said of one. */
  readonly address?: Address
}

/** What a reply means, whoever heard it. */
export function judgeReply(seen: Heard, { stage, reply }: Said, { tried, address }: Asked): Failure {
  const { enhanced, text } = readable(reply)
  const rule = findRule({ code: reply.code, enhanced, stage, text, words: wordsOf(text) }, seen.hop.host)
  const transcript = seen.transcript && { transcript: seen.transcript }
  if (rule === undefined) {
    // A 1yz or 3yz where an answer was due, or a number that is no code: it cannot mean anything.
    const judged = { code: 'protocol-trouble', permanence: 'transient', suppress: false } as const
    const detail = FAILURE_CODES[judged.code]
    return { ...judged, scope: scopeOf(stage), stage, rule: 'rfc5321.unexpected', reply, detail, ...transcript }
  }
  const permanence = permanenceOf(rule, stage, { reply, tried })
  const wait = permanence === 'transient' ? waitOf(rule, text) : undefined
  const effects = effectsOf(rule, text, waitOf(rule, text))
  return {
    code: rule.code,
    // What is said of a sender or a link slows nobody else.
    scope: namesMessage(rule, text) ? 'message' : (rule.scope ?? scopeOf(stage)),
    permanence,
    stage,
    rule: rule.id,
    reply,
    detail: REPLY_HINTS[rule.id] ?? FAILURE_CODES[rule.code],
    // RCPT names somebody; an answer to the whole message does so only where the address stands in it.
    suppress:
      permanence === 'permanent' &&
      rule.suppress === true &&
      reply.code >= 500 &&
      (stage === 'rcpt' || (address !== undefined && names(text, address))),
    ...(wait !== undefined && { retryAfterMs: wait }),
    ...(rule.tryOtherFamily && { tryOtherFamily: true }),
    ...(rule.remedy && { remedy: rule.remedy }),
    ...(effects.length > 0 && { effects }),
    ...transcript,
  }
}

/** Whether the address stands in the text, as a word of its own, in whatever case. */
function names(text: string, address: Address): boolean {
  const written = printAddress(address).toLowerCase()
  return text
    .toLowerCase()
    .split(/[\s<>()[\]"',;:]+/)
    .some(word => word.replace(/\.$/, '') === written)
}

/** A 5yz here refuses the session: another host or a later time may do better. After Postfix smtp_skip_5xx_greeting. */
const SESSION: readonly Stage[] = ['greeting', 'ehlo']

/** RFC 5321 §4.2.1, unless the row knows better. */
function permanenceOf(
  rule: ReplyRule,
  stage: Stage,
  { reply, tried }: { readonly reply: Reply; readonly tried: Tried },
): Failure['permanence'] {
  const refused = reply.code >= 500 && reply.code <= 599
  const kind = rule.permanence === 'by-code' && SESSION.includes(stage) ? 'held' : rule.permanence
  switch (kind) {
    case 'transient':
    case 'permanent':
      return kind
    case 'by-code':
      return refused ? 'permanent' : 'transient'
    case 'doubtful':
      return refused && tried.attempts > 0 ? 'permanent' : 'transient'
    case 'held':
      return refused && isWorn(tried, HELD) ? 'permanent' : 'transient'
    case 'at-last':
      return refused || isWorn(tried, AT_LAST) ? 'permanent' : 'transient'
  }
  return kind satisfies never
}

function isWorn(tried: Tried, enough: Tried): boolean {
  return tried.attempts >= enough.attempts && tried.forMs >= enough.forMs
}

/** What the reply says goes before what the row knows; only a row that says "at once" is about something else. */
function waitOf(rule: ReplyRule, text: string): number | undefined {
  if (rule.retryAfterMs !== undefined && rule.retryAfterMs <= 10 * SECOND) return rule.retryAfterMs
  return statedWait(text) ?? rule.retryAfterMs
}

/** All lines as one text, and the enhanced status, which may stand in the text when its class contradicts the code. */
function readable(reply: Reply): { readonly enhanced: EnhancedStatus | undefined; readonly text: string } {
  const found =
    reply.enhanced === undefined
      ? (STATUS.exec(reply.lines[0] ?? '') ?? STATUS_BEHIND.exec(reply.lines.join(' ')))
      : null
  const enhanced =
    reply.enhanced ??
    (found === null
      ? undefined
      : { class: Number(found[1]) as EnhancedStatus['class'], subject: Number(found[2]), detail: Number(found[3]) })
  const text = reply.lines.map(line => line.replace(STATUS, '').trim()).join(' ')
  return { enhanced, text: text.slice(0, MAX_MATCHED_CHARACTERS) }
}

/** Whom a failure at this stage speaks about, when no row says better. After Postfix smtp_trouble(3). */
function scopeOf(stage: Stage): FailureScope {
  switch (stage) {
    case 'route':
      return 'domain'
    case 'connect':
    case 'greeting':
    case 'ehlo':
    case 'starttls':
    case 'tls':
    case 'auth':
      return 'host'
    case 'rcpt':
      return 'recipient'
    case 'mail':
    case 'data':
    case 'body':
    case 'final-dot':
      return 'message'
  }
  return stage satisfies never
}
