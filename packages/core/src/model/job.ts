/**
 * Job: one message for one destination domain, leased to one process, with the recipients that are still open.
 */
import type { Address, Domain } from './address.ts'
import type { Notify } from './envelope.ts'
import type { FailureCode } from './failure.ts'
import type { MessageFacts } from './message.ts'
import type { QueueId } from './queue-id.ts'
import type { Priority } from './submission.ts'

/** A recipient of a job. */
export interface JobRecipient {
  /** Its place among the recipients of the whole message, from 0: the key of every durable word about it. */
  readonly index: number
  readonly address: Address
  readonly notify?: readonly Notify[]
  readonly originalRecipient?: string
  /** A delay was already told to the sender or in facts. */
  readonly delayTold?: boolean
  /** The address proved not to exist, complained or unsubscribed: it is given up without asking again. Says what was said then. */
  readonly suppressed?: { readonly until: number; readonly code: FailureCode; readonly detail: string }
}

export interface Lease {
  /** Unknown to everyone but the holder; commit needs it. */
  readonly token: number
  /** Milliseconds since 1970. */
  readonly until: number
}

/** A message for one domain: what is claimed and tried at once. */
export interface Job {
  /** Of this job in this queue; not public. */
  readonly id: number
  readonly messageId: QueueId
  readonly domain: Domain
  readonly recipients: readonly JobRecipient[]
  readonly reversePath: Address | null
  readonly ret?: 'full' | 'headers'
  readonly envid?: string
  readonly requireTls: boolean
  /** MAIL FROM is a return address of ours. */
  readonly returnsToUs?: boolean
  readonly facts: MessageFacts
  /** Attempts made before this one. */
  readonly attempts: number
  readonly acceptedAt: number
  readonly expiresAt: number
  readonly priority: Priority
  readonly tags: Readonly<Record<string, string>>
  /** Who submitted the message, when the relay did. */
  readonly account?: string
  /** Of the addresses that it leaves from. */
  readonly pool?: string
  /** How long its bytes are kept when the message is done; absent: not at all. */
  readonly keepContentMs?: number
  readonly lease: Lease
}
