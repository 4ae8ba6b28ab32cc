/**
 * QueueEntry: one message, waiting or done, as people see it.
 */
import type { Card, WayIn } from '../model/card.ts'
import type { QueueId } from '../model/queue-id.ts'
import type { RecipientState } from '../model/settlement.ts'
import type { Priority } from '../model/submission.ts'

/** One message, as `postrider queue list` shows it. */
export interface QueueEntry {
  /** The queue id. */
  readonly id: QueueId
  /** The reverse-path (MAIL FROM); empty for `<>`. */
  readonly from: string
  /** When it was on disk, in milliseconds since 1970. */
  readonly acceptedAt: number
  /** When what is not delivered is given up, in milliseconds since 1970. */
  readonly expiresAt: number
  /** Octets of the message as it is sent, signature included. */
  readonly sizeBytes: number
  /** What the queue takes first when several are due for one mail site. */
  readonly priority: Priority
  /** The labels it was sent with, by name. */
  readonly tags: Readonly<Record<string, string>>
  /** The account of the relay that handed it over; absent when a program of the SDK sent it without naming one. */
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
  /** Why it is held, in the words of who held it; absent when it is not. */
  readonly held?: string
  /** When the next of its jobs is due. */
  readonly dueAt?: number
  /** How it stands for each recipient, in the order of the envelope. */
  readonly recipients: readonly QueueEntryRecipient[]
}

/** How it stands for one recipient. */
export interface QueueEntryRecipient {
  /** As `local@domain`. */
  readonly address: string
  /** `waiting` for its turn, `running` an attempt, `deferred` until the next one, or how it ended. */
  readonly state: 'waiting' | 'running' | RecipientState
  /** How many delivery attempts were made. */
  readonly attempts: number
  /** Of the last attempt, on one line. */
  readonly lastReply?: string
}
