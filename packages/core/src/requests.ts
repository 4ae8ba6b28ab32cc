/**
 * Requests: what is asked of a mailer besides sending, and what it answers.
 */
import type { QueueId } from './model/queue-id.ts'
import type { ReportWishes } from './preflight/index.ts'

export interface TlsResultsRequest {
  /** Today and those before it. @default 7 */
  readonly days?: number
  readonly domain?: string
  /** @default 1000 */
  readonly limit?: number
}

export interface PreflightRequest extends ReportWishes {
  readonly signal?: AbortSignal
}

export interface FeedbackOptions {
  /** Whether the recipient is not mailed any more. @default true */
  readonly suppress?: boolean
}

/** What became of a feedback report. */
export interface Feedback {
  /** What the report calls itself, such as `abuse`. */
  readonly type: string
  /**
   * `complained`: recorded now; `known`: it was before; `no-complaint`: a report of another kind, such as `not-spam`. Nothing is
   * recorded of a message that is not in the history, or when the report does not say which of its recipients it was.
   */
  readonly result: 'complained' | 'known' | 'no-complaint' | 'unknown-message' | 'unknown-recipient'
  readonly messageId?: QueueId
  readonly recipient?: string
}
