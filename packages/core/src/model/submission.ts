/**
 * Submission: everything the queue accepts for one message, ready to be delivered.
 */
import type { Card, WayIn } from './card.ts'
import type { Clearance } from './clearance.ts'
import type { Envelope } from './envelope.ts'
import type { RawMessage } from './message.ts'
import type { QueueId } from './queue-id.ts'

/** Lower is sooner: a password reset before a digest. */
export type Priority = 'high' | 'normal' | 'low'

export interface Submission {
  readonly id: QueueId
  readonly envelope: Envelope
  readonly message: RawMessage
  readonly clearance: Clearance
  /** Milliseconds since 1970, like every time in this package. */
  readonly acceptedAt: number
  readonly notBefore: number
  readonly expiresAt: number
  readonly priority: Priority
  readonly tags: Readonly<Record<string, string>>
  /** Accepting the same key twice is one message. */
  readonly idempotencyKey?: string
  /** What the key stands for, when the bytes alone cannot tell, as a draft that is composed twice gets two Message-IDs. */
  readonly idempotencyDigest?: string
  /** Accepted but not to be delivered until released. */
  readonly held?: boolean
  /** Why it is held, for people. */
  readonly holdReason?: string
  /** Who submitted it, when the relay did. */
  readonly account?: string
  /** Of the addresses that it leaves from. */
  readonly pool?: string
  /** The way it came in; mail that we write ourselves has none. */
  readonly via?: WayIn
  /** What people know it by, kept with its history. */
  readonly card?: Card
  /** How long its bytes are kept when it is done; absent: not at all. */
  readonly keepContentMs?: number
}
