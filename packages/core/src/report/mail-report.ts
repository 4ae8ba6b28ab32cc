/**
 * MailReport: mail that tells about mail, as plain values: what came back, who complained, who answers by itself, and what
 * others saw of mail that is said to be ours.
 *
 * Policy. A report is what a stranger wrote: nothing in it is believed here, and nothing is judged.
 *
 * Not here: reading them (read-mail-report.ts), what a returned message means (outcome/returned.ts), what follows (flow/take-report.ts).
 */
import type { ReportedRecipient } from '../model/reported-recipient.ts'
import type { AuthenticationReport } from './dmarc-report.ts'
import type { Traces } from './traces.ts'

/** What the address it came to is for, where that is known. */
export type Purpose = 'bounce' | 'unsubscribe' | 'feedback'

/** What there is of the message that it is about. */
export interface AboutMessage {
  readonly traces: Traces
  /** Recipients that its header names. */
  readonly to: readonly string[]
}

export interface ReturnedReport {
  readonly kind: 'returned'
  readonly recipients: readonly ReportedRecipient[]
  readonly reporter: string
  readonly about?: AboutMessage
}

export interface ComplaintReport {
  readonly kind: 'complaint'
  /** `abuse`, `fraud`, `virus`, `other`, `not-spam`, `auth-failure`, `opt-out` and others, in lower case. */
  readonly type: string
  /** The program that wrote it. */
  readonly userAgent: string
  /** As they are written there; often made unreadable. */
  readonly recipients: readonly string[]
  readonly mailFrom?: string
  /** Where the message came from, as its receiver saw it. RFC 5965 §3.2 */
  readonly source?: string
  /** When the receiver got it, in ms. */
  readonly arrivedAt?: number
  readonly about?: AboutMessage
  /** The header of the message it is about. */
  readonly original: string
}

export interface AutoReplyReport {
  readonly kind: 'auto-reply'
  /** `challenge`: it wants a person to prove that it is one. `read`: a receipt (RFC 8098). */
  readonly what: 'absence' | 'challenge' | 'read'
  readonly from: string
  readonly about?: AboutMessage
}

/** Somebody wants no more of it, by the mail address of List-Unsubscribe. RFC 2369 §3.2 */
export interface UnsubscribeReport {
  readonly kind: 'unsubscribe'
  readonly from: string
  readonly about?: AboutMessage
}

/** A DMARC aggregate report. RFC 7489 §7.2, RFC 9990 */
export interface DmarcReport {
  readonly kind: 'dmarc'
  readonly report: AuthenticationReport
}

/** What receivers saw of our TLS. RFC 8460: tlsrpt/ reads it. */
export interface TlsReport {
  readonly kind: 'tls'
  /** The mail, or the file itself. */
  readonly bytes: Uint8Array
}

export interface NoReport {
  readonly kind: 'other'
  readonly because: string
}

export type MailReport =
  | ReturnedReport
  | ComplaintReport
  | AutoReplyReport
  | UnsubscribeReport
  | DmarcReport
  | TlsReport
  | NoReport
