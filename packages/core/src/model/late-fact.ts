/**
 * LateFact: what comes true of a message beside any attempt: others tell it, often long after the 250.
 *
 * Not here: the other facts, and what becomes of them (fact.ts).
 */
import type { Stage } from './evidence.ts'
import type { FailureCode, FailureScope, Permanence } from './failure.ts'
import type { OfMessage } from './of-message.ts'
import type { QueueId } from './queue-id.ts'

/** Durable. A recipient called the message spam: its mail host sent a feedback report. RFC 5965 */
export interface ComplainedFact extends OfMessage {
  readonly kind: 'complained'
  readonly recipient: string
  /** What the report calls it, such as `abuse` or `fraud`. */
  readonly feedback: string
  /** The program that wrote the report. */
  readonly reporter?: string
}
/** Durable. A server that had taken the message could not deliver it after all, and returned it. RFC 3464 */
export interface ReturnedFact extends OfMessage {
  readonly kind: 'returned'
  readonly recipient: string
  readonly code: FailureCode
  readonly scope: FailureScope
  readonly permanence: Permanence
  readonly stage: Stage
  readonly rule: string
  readonly detail: string
  /** Who could not deliver it, or who says so. */
  readonly host?: string
  readonly reply?: string
  readonly remedy?: string
  /** Whether the address that it came to proves that it is about this message. */
  readonly proven: boolean
  /** The message that carries it on to the sender, whose MAIL FROM that address took the place of. */
  readonly passedOn?: QueueId
}
/** Durable. A program answered for the recipient; that says nothing of the address; `challenge` wants a person. RFC 3834, RFC 8098 */
export interface AutoRepliedFact extends OfMessage {
  readonly kind: 'auto-replied'
  readonly recipient: string
  readonly what: 'absence' | 'challenge' | 'read'
  /** The message that carries it on to the sender. */
  readonly passedOn?: QueueId
}
/** Durable. The recipient wants no more of it: its program asked the link of List-Unsubscribe, or wrote to its address. RFC 2369, RFC 8058 */
export interface UnsubscribedFact extends OfMessage {
  readonly kind: 'unsubscribed'
  readonly recipient: string
}
/** Durable. The address proved not to exist, complained or unsubscribed; later messages to it are refused until then. */
export interface SuppressedFact extends OfMessage {
  readonly kind: 'suppressed'
  readonly recipient: string
  readonly until: number
  readonly rule: string
}

export type LateFact = ComplainedFact | ReturnedFact | AutoRepliedFact | UnsubscribedFact | SuppressedFact
