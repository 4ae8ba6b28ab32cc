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
  /** Where RCPT TO goes. */
  readonly address: Address
  /** NOTIFY of RFC 3461 §4.1; absent: not given. */
  readonly notify?: readonly Notify[]
  /** ORCPT of RFC 3461 §4.2, such as `rfc822;name@example.com`; absent: not given. */
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
  /** The queue id of the message. */
  readonly messageId: QueueId
  /** The recipient domain, whose route is taken. */
  readonly domain: Domain
  /** Those of the message in this domain that are not done. */
  readonly recipients: readonly JobRecipient[]
  /** MAIL FROM; `null` is `<>`. */
  readonly reversePath: Address | null
  /** RET of RFC 3461 §4.3; absent: not given. */
  readonly ret?: 'full' | 'headers'
  /** ENVID of RFC 3461 §4.4, as plain text; absent: not given. */
  readonly envid?: string
  /** Whether REQUIRETLS is asked for (RFC 8689). */
  readonly requireTls: boolean
  /** MAIL FROM is a return address of ours. */
  readonly returnsToUs?: boolean
  /** What an attempt must know of the message: its size, and whether it needs 8BITMIME or SMTPUTF8. */
  readonly facts: MessageFacts
  /** Attempts made before this one. */
  readonly attempts: number
  /** When the message was on disk, in milliseconds since 1970. */
  readonly acceptedAt: number
  /** When it is given up, in milliseconds since 1970. */
  readonly expiresAt: number
  /** What is taken first of what is due for one mail site. */
  readonly priority: Priority
  /** The labels the message was sent with. */
  readonly tags: Readonly<Record<string, string>>
  /** Who submitted the message, when the relay did. */
  readonly account?: string
  /** Of the addresses that it leaves from. */
  readonly pool?: string
  /** How long its bytes are kept when the message is done; absent: not at all. */
  readonly keepContentMs?: number
  /** Proof that this process has the job; every settlement needs it. */
  readonly lease: Lease
}
