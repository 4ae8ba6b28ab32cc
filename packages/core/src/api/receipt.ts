/**
 * Receipt: what a sender holds after its message is on disk, and what it can learn from it later.
 */
import type { WayIn } from '../model/card.ts'
import type { Clearance } from '../model/clearance.ts'
import type { PassOnTo, ReturnPathUse, UnsubscribeUse } from '../model/envelope.ts'
import type { NumberedFact } from '../model/fact.ts'
import type { RawMessage } from '../model/message.ts'
import type { Outcome } from '../model/outcome.ts'
import type { QueueId } from '../model/queue-id.ts'
import type { Priority } from '../model/submission.ts'
import type { StoryLine } from '../observe/index.ts'
import type { QueueEntry } from '../queue/index.ts'

/** How a message is sent, besides what it says. */
export interface SendOptions {
  /**
   * Sending the same draft again with the same key is one message; another draft is refused (`duplicate-key`). Any string up
   * to 255 characters, known for as long as the history of the first message is kept (`queue.keepHistoryMs`).
   */
  readonly idempotencyKey?: string
  /** Not delivered before this moment. @default now */
  readonly notBefore?: Date | number
  /** Given up after this moment. @default notBefore + delivery.retry.expireAfterMs */
  readonly expiresAt?: Date | number
  /** What the queue takes first when several messages are due for the same mail site: `high`, `normal` or `low`. @default 'normal' */
  readonly priority?: Priority
  /** It leaves from addresses of this pool (`egress.sources[].pool`). @default from those of none */
  readonly pool?: string
  /** `false`: its bytes are not kept when it is done, whatever `queue.keepContentMs` says. @default true */
  readonly keepContent?: boolean
  /** Whether it gets a List-Unsubscribe of ours, in place of `feedback.unsubscribe`. */
  readonly unsubscribe?: UnsubscribeUse
  /** Of whom or what it is, in Feedback-ID: a name that many messages share. */
  readonly feedbackId?: string
  /** Gives up: `aborted`, and the message is not delivered. Without effect once there is a receipt. */
  readonly signal?: AbortSignal
}

/** How a ready message is taken. */
export interface AcceptOptions extends SendOptions {
  /** Free labels by name, carried in facts and never sent. Values are strings. */
  readonly tags?: Readonly<Record<string, string>>
  /** What `idempotencyKey` stands for, in place of the bytes, where these are composed anew for each try. */
  readonly fingerprint?: string
  /** Who submitted it; carried in facts. */
  readonly account?: string
  /** The way it came in, kept with its history. @default 'sdk' */
  readonly via?: WayIn
  /** Accept, and do not deliver until released; the text says why. */
  readonly hold?: string
  /** Whether it leaves with a return address of ours, in place of `returnPath.use`. */
  readonly returnPath?: ReturnPathUse
  /** Who gets what comes back to it, as a mail, in place of `returnPath.passOn`. */
  readonly passOn?: PassOnTo
  /** Lines of our own to put before the message, such as Received; each ends in CRLF. May be made of the id it gets. */
  readonly prepend?: string | ((id: QueueId) => string)
  /**
   * Gives up (`aborted`) when the message is not ready to be written by then, because of DNS, signing or a busy queue. Once its
   * write to a file has begun it is waited for; a database that does not answer is given up then too (`queue-unavailable`, or
   * `queue-outcome-unknown` and what was written is taken back). @default as long as it takes
   */
  readonly startWithinMs?: number
  /**
   * Looks at the completed message before it is cleared and signed. What it throws is what `accept` throws; what it returns is
   * taken in place of what was given.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: most checks return nothing at all
  readonly check?: (message: RawMessage) => Replacement | undefined | void
}

/** What is taken in place of what was given to `accept`; it is not checked again. */
export interface Replacement {
  /** The whole message in place of the one that was given. By default that one stays. */
  readonly raw?: Uint8Array
  /** The reverse-path. */
  readonly from?: string
}

/** What a sender holds when its message is on disk. */
export interface Receipt {
  /** The queue id, which names the message in the queue, in facts and in every command: 20 letters and digits that sort by time. */
  readonly id: QueueId
  /** The Message-ID header, with angle brackets. */
  readonly messageId: string
  /** As `local@domain`, in envelope order. */
  readonly recipients: readonly string[]
  /** What preflight found of the sender. Anything that is certainly wrong stands here under `preflight: 'warn'`. */
  readonly clearance: Clearance
  /** The idempotency key was known; this is the receipt of the first message. */
  readonly duplicate: boolean
  /**
   * Waits until every recipient is delivered or given up.
   * @throws MailerError `aborted` when the signal aborts, `closed` when the mailer is closed before.
   */
  settled(options?: { readonly signal?: AbortSignal }): Promise<Outcome>
}

/** One of `sendMany`: the receipt, or why this draft was not accepted. The others are not affected. */
export type SendResult =
  | { readonly ok: true; readonly receipt: Receipt }
  | { readonly ok: false; readonly error: unknown }

/** What `explain` tells. */
export interface Story {
  /** The message as it stands now, with each recipient. */
  readonly entry: QueueEntry
  /** Every durable fact of the message, oldest first. */
  readonly facts: readonly NumberedFact[]
  /** The same for people, with what happens next and why. */
  readonly lines: readonly StoryLine[]
}
