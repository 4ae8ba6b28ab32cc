/**
 * Suppress: which addresses are not mailed again for a while.
 *
 * Policy. Only where the reply left no doubt that the address is dead, not the sender unwanted (the reply rules say so), and
 * where a recipient complained or unsubscribed: one who is mailed again complains again, and providers count. Not for ever: mailboxes come
 * back, and domains are bought again.
 */
import { say } from '../language/suppressions.ts'
import type { Address } from '../model/address.ts'
import type { Failure, FailureCode } from '../model/failure.ts'
import type { QueueId } from '../model/queue-id.ts'
import type { RecipientSettlement, Suppression, SuppressionOrigin } from '../model/settlement.ts'
import { DAY, HOUR } from './rule.ts'

export interface SuppressPolicy {
  /** How long an address that does not exist is refused, in ms; 0 suppresses nothing. @default 30 days */
  readonly unknownMs: number
  /** How long a mailbox that is switched off is refused, in ms. @default 7 days */
  readonly disabledMs: number
  /** How long an address that complained is refused, in ms. @default 1 year */
  readonly complainedMs: number
  /** How long a domain that takes no mail is refused, in ms; DNS is asked again after that. @default 1 hour */
  readonly noDomainMs: number
}

export const DEFAULT_SUPPRESS: SuppressPolicy = {
  unknownMs: 30 * DAY,
  disabledMs: 7 * DAY,
  complainedMs: 365 * DAY,
  noDomainMs: HOUR,
}

/** Absent: 30 days, as for an unknown user. */
const PERIOD: Partial<Readonly<Record<FailureCode, keyof SuppressPolicy>>> = {
  'user-disabled': 'disabledMs',
  'no-such-domain': 'noDomainMs',
  'no-mail-host': 'noDomainMs',
  'null-mx': 'noDomainMs',
  'not-accepting': 'noDomainMs',
}

export function suppressions(
  settled: readonly RecipientSettlement[],
  policy: SuppressPolicy,
  { messageId, now }: { readonly messageId: QueueId; readonly now: number },
): readonly Suppression[] {
  const found: Suppression[] = []
  for (const { state, recipient, verdict } of settled) {
    if (state !== 'bounced' || verdict.kind !== 'failed' || !verdict.failure.suppress) continue
    const period = policy[PERIOD[verdict.failure.code] ?? 'unknownMs']
    if (period <= 0) continue
    const { address } = recipient
    const { failure } = verdict
    found.push({ address, origin: 'bounce', failure, since: now, until: now + period, messageId })
  }
  return found
}

interface Saying {
  readonly messageId: QueueId
  readonly now: number
}

/** Of a recipient that called our mail spam. */
export function suppressComplainer(address: Address, feedback: string, saying: Saying): Suppression {
  const rule = { code: 'complained', stage: 'final-dot', rule: 'feedback.complained' } as const
  return byRecipient({ address, origin: 'complaint' }, { ...rule, detail: say('complained', { feedback }) }, saying)
}

/** Of a recipient who unsubscribed by a way of ours: for as long as one that complained. */
export function suppressUnsubscribed(address: Address, saying: Saying): Suppression {
  const rule = { code: 'suppressed', stage: 'rcpt', rule: 'feedback.unsubscribed' } as const
  return byRecipient({ address, origin: 'unsubscribe' }, { ...rule, detail: say('unsubscribed') }, saying)
}

function byRecipient(
  whose: Pick<Suppression, 'address' | 'origin'>,
  why: Pick<Failure, 'code' | 'stage' | 'rule' | 'detail'>,
  { messageId, now }: Saying,
): Suppression {
  const failure: Failure = { scope: 'recipient', permanence: 'permanent', ...why, suppress: true }
  return { ...whose, failure, since: now, until: now + DEFAULT_SUPPRESS.complainedMs, messageId }
}

/** Of a recipient whose mail came back later. undefined where nothing is suppressed for this. */
export function suppressReturned(
  address: Address,
  failure: Failure,
  { policy, messageId, now }: { readonly policy: SuppressPolicy; readonly messageId: QueueId; readonly now: number },
): Suppression | undefined {
  const period = policy[PERIOD[failure.code] ?? 'unknownMs']
  if (period <= 0) return undefined
  return {
    address,
    origin: 'bounce',
    failure: { ...failure, suppress: true },
    since: now,
    until: now + period,
    messageId,
  }
}

export interface ByHand {
  /** Of an entry that comes from a list of elsewhere; else `manual`. */
  readonly origin: SuppressionOrigin
  readonly note: string | undefined
  readonly now: number
  readonly until: number
}

const CODE: Readonly<Record<SuppressionOrigin, FailureCode>> = {
  bounce: 'user-unknown',
  complaint: 'complained',
  unsubscribe: 'suppressed',
  manual: 'suppressed',
}

/** By the word of the operator. */
export function suppressByHand(address: Address, { origin, note, now, until }: ByHand): Suppression {
  const failure: Failure = {
    scope: 'recipient',
    permanence: 'permanent',
    code: CODE[origin],
    stage: 'rcpt',
    rule: 'operator.suppressed',
    detail: note === undefined ? say('listed') : say('listed-because', { note }),
    suppress: true,
  }
  return { address, origin, failure, since: now, until, ...(note !== undefined && { note }) }
}
