/**
 * Settlement: every durable consequence of one attempt. Made only by outcome/settle.ts, written whole or not at all.
 */
import type { Address } from './address.ts'
import type { Failure } from './failure.ts'
import type { Job, JobRecipient } from './job.ts'
import type { QueueId } from './queue-id.ts'
import type { Verdict } from './verdict.ts'

export type RecipientState = 'delivered' | 'deferred' | 'bounced' | 'expired' | 'cancelled'

/** What becomes of one recipient. */
export interface RecipientSettlement {
  readonly recipient: JobRecipient
  readonly state: Exclude<RecipientState, 'cancelled'>
  readonly verdict: Verdict
  /** The sender is to be told of the delay now, for the first time. */
  readonly delayDue: boolean
}

export const SUPPRESSION_ORIGINS = ['bounce', 'complaint', 'unsubscribe', 'manual'] as const
/** What led to a suppression. */
export type SuppressionOrigin = (typeof SUPPRESSION_ORIGINS)[number]

/** An address that is not mailed any more, until then. */
export interface Suppression {
  /** The recipient. */
  readonly address: Address
  /** What its mail host said, a complaint, the word of the recipient by our List-Unsubscribe, or that of the operator. */
  readonly origin: SuppressionOrigin
  /** What later messages to it are told. */
  readonly failure: Failure
  /** When it was added, in milliseconds since 1970. */
  readonly since: number
  /** When it is mailed again, in milliseconds since 1970. */
  readonly until: number
  /** The message that led to it. */
  readonly messageId?: QueueId
  /** Why, in the words of the operator. */
  readonly note?: string
}

/** A delivery status notification that is due. RFC 3464 */
export interface NoticeDue {
  readonly kind: 'failure' | 'delay' | 'success'
  readonly to: Address
  readonly recipients: readonly RecipientSettlement[]
}

export interface Settlement {
  readonly job: Job
  readonly at: number
  readonly recipients: readonly RecipientSettlement[]
  /** When the recipients that stay deferred are tried next; absent when none stays. */
  readonly nextAttemptAt?: number
  readonly suppressions: readonly Suppression[]
  readonly notices: readonly NoticeDue[]
}
