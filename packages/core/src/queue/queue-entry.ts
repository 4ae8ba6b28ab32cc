/**
 * QueueEntry: one message, waiting or done, as people see it.
 */
import type { Card, WayIn } from '../model/card.ts'
import type { QueueId } from '../model/queue-id.ts'
import type { RecipientState } from '../model/settlement.ts'
import type { Priority } from '../model/submission.ts'

/** One message, as `postrider queue list` shows it. */
export interface QueueEntry {
  readonly id: QueueId
  readonly from: string
  readonly acceptedAt: number
  readonly expiresAt: number
  readonly sizeBytes: number
  readonly priority: Priority
  readonly tags: Readonly<Record<string, string>>
  readonly account?: string
  /** The Message-ID header, with angle brackets. */
  readonly messageId?: string
  /** The way it came in; mail that we write ourselves has none. */
  readonly via?: WayIn
  /** What people know it by, unless `queue.cards` was off. */
  readonly card?: Card
  /** What comes back to its return address is passed on to `from`. */
  readonly passesOn?: boolean
  /** A person was taken out of it: what comes back to it is not told any more. */
  readonly erased?: boolean
  readonly held?: string
  /** When the next of its jobs is due. */
  readonly dueAt?: number
  readonly recipients: readonly QueueEntryRecipient[]
}

/** How it stands for one recipient. */
export interface QueueEntryRecipient {
  readonly address: string
  readonly state: 'waiting' | 'running' | RecipientState
  readonly attempts: number
  /** Of the last attempt, on one line. */
  readonly lastReply?: string
}
