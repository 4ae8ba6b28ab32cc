/**
 * Fact: everything worth telling. The whole observability surface: logs, metrics, diagnostics channels, listeners,
 * webhooks and `explain` are views of these. docs/facts.md is generated from this file.
 *
 * Policy. A fact is plain JSON: no Buffer, no Error, no secret, no message body. A *durable* fact is written by the queue in
 * the transaction that makes it true and is read with a cursor; the others are told once, to whoever listens.
 */
import type { Clearance } from './clearance.ts'
import type { DkimKeyStageFact } from './dkim-key-fact.ts'
import type { LeftFrom } from './egress.ts'
import type { LossCode, Stage, TlsSeen } from './evidence.ts'
import type { FailureCode, FailureScope, Permanence } from './failure.ts'
import type { AutoRepliedFact, ComplainedFact, ReturnedFact, SuppressedFact, UnsubscribedFact } from './late-fact.ts'
import type { OfMessage } from './of-message.ts'
import type { PaceHeldFact, SourceLostFact, WarmUpFact } from './pace-fact.ts'
import type { QueueId } from './queue-id.ts'

export type { DkimKeyStageFact } from './dkim-key-fact.ts'
export type {
  AutoRepliedFact,
  ComplainedFact,
  LateFact,
  ReturnedFact,
  SuppressedFact,
  UnsubscribedFact,
} from './late-fact.ts'
export { type OfMessage, ofMessage } from './of-message.ts'

interface OfRecipient extends OfMessage {
  /** As `local@domain`. */
  readonly recipient: string
  /** Counts from 1. */
  readonly attempt: number
  readonly host?: string
  readonly address?: string
  /** What the server said, on one line. */
  readonly reply?: string
  readonly tls?: TlsSeen
  /** Why TLS failed before plain text was used. */
  readonly fellBackToPlain?: string
  /** Of several addresses of ours, the one that it left from, and why that. */
  readonly leftFrom?: LeftFrom
}

interface OfFailure extends OfRecipient {
  readonly code: FailureCode
  readonly scope: FailureScope
  readonly permanence: Permanence
  readonly stage: Stage
  readonly rule: string
  readonly detail: string
  readonly remedy?: string
  readonly transcript?: readonly string[]
}

/** Durable. The message is on disk; from here on it is our responsibility. */
export interface QueuedFact extends OfMessage {
  readonly kind: 'queued'
  readonly from: string
  readonly recipients: readonly string[]
  /** The Message-ID header. */
  readonly header: string
  readonly sizeBytes: number
  readonly clearance: Clearance
  /** Set when its sender asked for it to be sent later: not before this, in ms since 1970. */
  readonly notBefore?: number
}
/** Durable. A server took responsibility with a 250. */
export interface DeliveredFact extends OfRecipient {
  readonly kind: 'delivered'
  /** What was said, where `queue.keepDialogues` asks for it; of several recipients it stands with the first. */
  readonly transcript?: readonly string[]
  /** From acceptance to this reply. */
  readonly tookMs: number
}
/** Durable. Not delivered this time; `nextAttemptAt` says when it is tried again. */
export interface DeferredFact extends OfFailure {
  readonly kind: 'deferred'
  readonly nextAttemptAt: number
}
/** Durable. Still not delivered after `delivery.retry.warnAfterMs`; told once for each recipient. */
export interface DelayedFact extends OfRecipient {
  readonly kind: 'delayed'
  readonly sinceMs: number
}
/** Durable. Refused for good; it is not tried again. */
export interface BouncedFact extends OfFailure {
  readonly kind: 'bounced'
}
/** Durable. Its time ran out; the code and reply are of the last attempt. */
export interface ExpiredFact extends OfFailure {
  readonly kind: 'expired'
}
/** Durable. Taken back by the user before it was delivered. */
export interface CancelledFact extends OfMessage {
  readonly kind: 'cancelled'
  readonly recipient: string
}
/** Durable. The process died, or the connection broke, between the final dot and the reply: it may arrive twice. RFC 1047 */
export interface UncertainFact extends OfMessage {
  readonly kind: 'uncertain'
  readonly recipients: readonly string[]
  readonly because: 'process-died' | 'connection-lost'
}
/** Durable. Kept in the queue and not delivered until released. */
export interface HeldFact extends OfMessage {
  readonly kind: 'held'
  readonly because: string
}
/** Durable. */
export interface ReleasedFact extends OfMessage {
  readonly kind: 'released'
}
/** Durable. What waits of a message goes out at another time, and expires as much later or sooner. */
export interface RescheduledFact extends OfMessage {
  readonly kind: 'rescheduled'
  readonly dueAt: number
  readonly expiresAt: number
}
/** Durable. A delivery status notification was queued as a message of its own. RFC 3464 */
export interface NoticeQueuedFact extends OfMessage {
  readonly kind: 'notice-queued'
  readonly notice: 'failure' | 'delay' | 'success'
  readonly noticeId: QueueId
  readonly to: string
}

/** An attempt begins: where it goes, and how safely. */
export interface RoutedFact extends OfMessage {
  readonly kind: 'routed'
  readonly domain: string
  readonly site: string
  readonly hosts: readonly string[]
}
/** A connection to a mail host was opened, or could not be. */
export interface SessionFact {
  readonly kind: 'session-opened' | 'session-failed'
  readonly at: number
  readonly site: string
  readonly host: string
  readonly address: string
  readonly tls?: TlsSeen
  readonly stage?: Stage
  readonly code?: LossCode
  readonly detail?: string
  readonly tookMs: number
}
/** The window of a mail site was slowed, paused or opened again. */
export interface SiteWindowFact {
  readonly kind: 'site-narrowed' | 'site-paused' | 'site-widened'
  readonly at: number
  readonly site: string
  /** Which of our addresses it is about. */
  readonly source?: string
  readonly window: number
  readonly until?: number
  readonly because?: string
}
/** A message waits for the pace of its site, without an attempt; told once. */
export interface WaitingFact extends OfMessage {
  readonly kind: 'waiting'
  readonly domain: string
  readonly site: string
  readonly until: number
  readonly because: string
}
/** An MTA-STS policy appeared, changed or ended for a domain. RFC 8461 */
export interface StsFact {
  readonly kind: 'sts-policy-changed'
  readonly at: number
  readonly domain: string
  readonly mode: string
  readonly id: string
}
/** Preflight found something that receivers will hold against this sender. */
export interface PreflightFact {
  readonly kind: 'preflight-warned' | 'preflight-refused'
  readonly at: number
  readonly from: string
  readonly clearance: Clearance
}
/** A lease ran out or was taken while its job was running; the attempt was cut off. */
export interface LeaseLostFact extends OfMessage {
  readonly kind: 'lease-lost'
}
/** The store could not be used; delivery waits and tries again. */
export interface QueueErrorFact {
  readonly kind: 'queue-error'
  readonly at: number
  readonly doing: string
  readonly detail: string
}

/** A queue file of an older version is brought to the newest schema: what that needs, told before it is begun. */
export interface QueueTakeoverFact {
  readonly kind: 'queue-takeover'
  readonly at: number
  readonly from: number
  readonly to: number
  /** Of the disk, at most. */
  readonly octets: number
  /** About. */
  readonly withinMs: number
}

/** A person was erased from the history, and by whom; the address is not told. */
export interface ErasedFact {
  readonly kind: 'erased'
  readonly at: number
  readonly by: string
  readonly messages: number
  readonly contents: number
  /** Messages about the address that were left as they are, because they wait. */
  readonly open: number
}

/** Something broke in this program, not in the queue and not on the network: a fault to report. The job is tried again. */
export interface InternalErrorFact {
  readonly kind: 'internal-error'
  readonly at: number
  readonly doing: string
  readonly detail: string
}

/** Events that a webhook endpoint will not be told, because it did not take them in time; `postrider webhooks replay` tells them all the same. */
export interface WebhookDroppedFact {
  /** Tells this fact from the others. */
  readonly kind: 'webhook-dropped'
  /** When they were dropped, in milliseconds since 1970. */
  readonly at: number
  /** Scheme, host and port: the path is often a secret. */
  readonly endpoint: string
  /** The id of the endpoint, as `postrider webhooks list` shows it. */
  readonly endpointId: string
  /** The place right before the first event of the range. */
  readonly after: string
  /** The place of its last event. */
  readonly through: string
  /** How many events of the range were dropped. */
  readonly count: number
  /** `age`: not taken for three days. `number`: too many waited. `gone`: the queue has it no more. */
  readonly because: 'age' | 'number' | 'gone'
}

/** Written in the transaction that makes it true, and read with a cursor. */
export type DurableFact =
  | QueuedFact
  | DeliveredFact
  | DeferredFact
  | DelayedFact
  | BouncedFact
  | ExpiredFact
  | CancelledFact
  | UncertainFact
  | ComplainedFact
  | ReturnedFact
  | AutoRepliedFact
  | UnsubscribedFact
  | SuppressedFact
  | HeldFact
  | ReleasedFact
  | RescheduledFact
  | NoticeQueuedFact

/** What a program around the mailer tells of itself. */
export type OutsideFact = WebhookDroppedFact | DkimKeyStageFact

/** Everything that is told. */
export type Fact =
  | DurableFact
  | RoutedFact
  | SessionFact
  | SiteWindowFact
  | PaceHeldFact
  | WaitingFact
  | WarmUpFact
  | SourceLostFact
  | StsFact
  | PreflightFact
  | LeaseLostFact
  | QueueErrorFact
  | QueueTakeoverFact
  | ErasedFact
  | InternalErrorFact
  | WebhookDroppedFact
  | DkimKeyStageFact

/** What a listener asks for. */
export type FactKind = Fact['kind']

/** A durable fact with its place in the log of its queue. */
export interface NumberedFact {
  /** Grows with each fact of the queue; numbers may be missing. Ask for what comes after it with `after`. */
  readonly number: number
  /** What happened. */
  readonly fact: DurableFact
}
