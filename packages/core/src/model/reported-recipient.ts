/**
 * ReportedRecipient: what a report of another mail server says of one recipient of a message that it had taken. Unjudged.
 */
import type { Stage } from './evidence.ts'
import type { EnhancedStatus, Reply } from './reply.ts'

/** RFC 3464 §2.3.3 */
export const ACTIONS = ['failed', 'delayed', 'delivered', 'relayed', 'expanded'] as const
export type Action = (typeof ACTIONS)[number]

/** What is said of one recipient. */
export interface ReportedRecipient {
  /** Whom it could not reach, as written; `''` where it does not say. */
  readonly address: string
  /** Whom we wrote to, where it says that too. RFC 3464 §2.3.1 */
  readonly original?: string
  readonly action: Action
  /** RFC 3464 §2.3.4 */
  readonly status?: EnhancedStatus
  /** What a server said, where it was a server that said it. */
  readonly reply?: Reply
  /** Everything that is said of the cause, on one line. */
  readonly diagnostic: string
  /** Who said it: the host that refused, else the one that reports. */
  readonly host?: string
  /** To which command. */
  readonly stage?: Stage
}
