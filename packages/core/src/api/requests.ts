/**
 * Requests: what is asked of a mailer besides sending, and what it answers.
 */
import type { ReportOptions } from '../preflight/index.ts'

export type { Feedback, FeedbackOptions } from '../flow/complaint.ts'

export interface TlsResultsRequest {
  /** Today and those before it. @default 7 */
  readonly days?: number
  readonly domain?: string
  /** @default 1000 */
  readonly limit?: number
}

export interface PreflightRequest extends ReportOptions {
  readonly signal?: AbortSignal
}

/** A sender: the reverse-path, `null` for `<>`, and the authors. */
export interface SenderAddresses {
  readonly envelopeFrom: string | null
  readonly from: readonly string[]
}
