/**
 * Requests: what is asked of a mailer besides sending, and what it answers.
 */
import type { TakenReport } from '../flow/take-report.ts'
import type { QueueId } from '../model/queue-id.ts'
import type { ReportOptions } from '../preflight/index.ts'
import type { AcceptEnvelope } from './read-envelope.ts'
import type { AcceptOptions } from './receipt.ts'

export type { Feedback, TakeFeedbackOptions } from '../flow/complaint.ts'

export type { TakenRecipient, TakenReport } from '../flow/take-report.ts'

/** Of a mail that tells about mail. */
export interface ReportRequest {
  /** The address it came to: with a return address of ours it is certain of which message and recipient it is. */
  readonly to?: string
  /** Of which kinds something may follow; of any other the kind alone is told. @default all */
  readonly kinds?: readonly TakenReport['kind'][]
}

/** A mail that came in, and where it goes. */
export interface ForwardRequest {
  /** The address of yours that it came to. */
  readonly to: string
  /** Where it goes on to, each as `local@domain`. */
  readonly recipients: readonly string[]
  /** Who is told when it cannot be delivered. */
  readonly operator: string
  /** Its MAIL FROM; null is the null reverse-path. */
  readonly from: string | null
  /** The client that brought it, and what that called itself. */
  readonly client: { readonly address: string; readonly helo: string }
  /** Seals what it forwards with the DKIM key of this domain (ARC, RFC 8617), so that receivers may believe what was found of it here. @default no seal */
  readonly seal?: string
}

/** Of a mail that came in: its MAIL FROM, and the client that brought it. */
export type AuthenticateRequest = Pick<ForwardRequest, 'from' | 'client'>

/** The mail with what was found of it as its first field (Authentication-Results), or why it should be refused. */
export type AuthenticatedMail =
  | { readonly result: 'acceptable'; readonly dmarc: string; readonly mail: Uint8Array }
  | { readonly result: 'unusable' | 'dmarc-reject' | 'try-later' }

/** What became of it: the id of the message that carries it, or why nothing carries it. */
export type ForwardedMail =
  | { readonly result: 'forwarded'; readonly id: QueueId; readonly dmarc: string }
  | { readonly result: 'loop' | 'unusable' | 'dmarc-reject' | 'try-later' }

/** Which of the last days, and which domain. */
export interface DmarcRequest {
  /** Today and those before it. @default 30 */
  readonly days?: number
  /** The From domain that reports are about. By default every domain that there are reports of. */
  readonly domain?: string
}

/** Which days and which domain. */
export interface TlsResultsRequest {
  /** Today and those before it. @default 7 */
  readonly days?: number
  /** The recipient domain. By default all of them. */
  readonly domain?: string
  /** The most rows, of one domain and day each. @default 1000 */
  readonly limit?: number
}

/** What a preflight looks at, and when it gives up. */
export interface PreflightRequest extends ReportOptions {
  /** Ends the checks early: throws `aborted`. */
  readonly signal?: AbortSignal
}

/** A sender: the reverse-path, `null` for `<>`, and the authors. */
export interface SenderAddresses {
  /** The reverse-path (MAIL FROM), whose domain SPF is asked of; `null` for `<>`: the HELO name is asked instead. */
  readonly envelopeFrom: string | null
  /** The addresses of the From field, whose domains DKIM and DMARC are asked of. */
  readonly from: readonly string[]
}

/** Of the batch as a whole. */
export interface BatchOptions extends Pick<AcceptOptions, 'idempotencyKey' | 'signal' | 'startWithinMs'> {
  /** What `idempotencyKey` stands for, in place of the messages. */
  readonly fingerprint?: string
}

/** A ready RFC 5322 message, as `accept` takes one. */
export interface BatchMessage {
  /** The whole message, header and body, with CRLF or LF line ends. */
  readonly raw: Uint8Array
  /** Its reverse-path and recipients. */
  readonly envelope: AcceptEnvelope
  /** As for `accept`; the key and the signal are those of the whole batch. */
  readonly options?: Omit<AcceptOptions, 'idempotencyKey' | 'fingerprint' | 'signal' | 'startWithinMs'>
  /** Where it stands in what the key stands for, when not all of that is given. @default its place in the list */
  readonly place?: number
}

export interface EraseOptions {
  /** Who asks for it, for the fact `erased`. @default 'the program' */
  readonly by?: string
  /** Lifts the suppression of the address too: it may be mailed again. @default false */
  readonly suppressions?: boolean
}
