/**
 * Parcel: what one hop is given to carry, and which site queue it enters for that.
 */
import type { Domain } from './address.ts'
import type { Job, JobRecipient } from './job.ts'
import type { MessageContent } from './message.ts'
import type { SiteLimits } from './route.ts'
import type { Priority } from './submission.ts'

export interface Parcel {
  readonly job: Job
  /** Those of the job that are still open. */
  readonly recipients: readonly JobRecipient[]
  /** The message, with CRLF line ends. */
  readonly content: MessageContent
  /** The mail site, for facts. @default the host of the hop */
  readonly site?: string
  /**
   * Called right before the write that holds the final dot. What it returns is called when the reply has come, and never
   * when the connection was lost before that: then the mark is for whoever commits the evidence to take away. `undefined`: our
   * lease may be over, and the message is cut off before its dot.
   */
  readonly enterFinalDot: () => (() => void) | undefined
}

/** Which site queue a delivery enters, and how much its site bears. */
export interface SiteQueueEntry {
  readonly site: string
  readonly domain: Domain
  readonly limits: SiteLimits
  /** @default 'normal' */
  readonly priority?: Priority
}
