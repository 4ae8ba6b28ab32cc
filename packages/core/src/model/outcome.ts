/**
 * Outcome: how a message ended for each of its recipients.
 */
import type { TlsSeen } from './evidence.ts'
import type { FailureCode } from './failure.ts'
import type { QueueId } from './queue-id.ts'

/** How a message ended. */
export interface Outcome {
  readonly id: QueueId
  /** Every recipient was delivered. */
  readonly delivered: boolean
  readonly recipients: readonly RecipientOutcome[]
}

/** How it ended for one recipient. */
export interface RecipientOutcome {
  readonly address: string
  readonly state: 'delivered' | 'bounced' | 'expired' | 'cancelled'
  readonly attempts: number
  readonly at: number
  /** What the server said, on one line. */
  readonly reply?: string
  /** What decided, such as `google.rate`; of a failure only. */
  readonly rule?: string
  readonly code?: FailureCode
  readonly detail?: string
  readonly host?: string
  readonly tls?: TlsSeen
}
