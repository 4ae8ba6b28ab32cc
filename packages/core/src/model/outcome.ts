/**
 * Outcome: how a message ended for each of its recipients.
 */
import type { TlsSeen } from './evidence.ts'
import type { FailureCode } from './failure.ts'
import type { QueueId } from './queue-id.ts'

/** How a message ended. */
export interface Outcome {
  /** The queue id, as in the receipt. */
  readonly id: QueueId
  /** Every recipient was delivered. */
  readonly delivered: boolean
  /** One entry for each recipient of the envelope, in its order. */
  readonly recipients: readonly RecipientOutcome[]
}

/** How it ended for one recipient. */
export interface RecipientOutcome {
  /** As `local@domain`, as it was given in the envelope. */
  readonly address: string
  /** `expired`: nothing but transient failures until `expiresAt`. `cancelled`: taken out of the queue by a person or program. */
  readonly state: 'delivered' | 'bounced' | 'expired' | 'cancelled'
  /** How many delivery attempts were made; 0 when it was given up before the first. */
  readonly attempts: number
  /** When it ended, in milliseconds since 1970. */
  readonly at: number
  /** What the server said, on one line. */
  readonly reply?: string
  /** What decided, such as `google.rate`; of a failure only. */
  readonly rule?: string
  /** Why it was not delivered, one of docs/failures.md; absent when it was. */
  readonly code?: FailureCode
  /** The failure in a sentence, in English; absent when it was delivered. */
  readonly detail?: string
  /** The mail host of the last attempt; absent when no host was reached. */
  readonly host?: string
  /** What TLS the last attempt had; absent when it went in plain text or no host was reached. */
  readonly tls?: TlsSeen
}
