/**
 * Parcel: what one hop is given to carry, and which site queue it enters for that.
 */
import type { Address, Domain } from './address.ts'
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
  /** MAIL FROM for each recipient, in place of that of the job: then each has a transaction of its own. */
  readonly reversePathFor?: ((recipient: JobRecipient) => Address) | undefined
  /** The conversation is kept also when all goes well. */
  readonly keepsDialogue?: boolean
  /** Called as the conversation about the message begins: its final dot may soon come. */
  readonly nearFinalDot?: () => void
  /**
   * Called right before the write that holds the final dot. What it returns is called when the reply has come, and never
   * when the connection was lost before that: then the mark is for whoever commits the evidence to take away. `undefined`: our
   * lease may be over, and the message is cut off before its dot.
   */
  readonly enterFinalDot: () => (() => void) | undefined
}

/** What one mail site knows of one of our addresses: each such pair has a queue of its own. */
export interface Lane {
  readonly site: string
  /** @default all addresses together */
  readonly source?: string | undefined
}

/** Which site queue a delivery enters, and how much its site bears. */
export interface SiteQueueEntry extends Lane {
  readonly domain: Domain
  readonly limits: SiteLimits
  /** Another of our addresses could take its mail over. */
  readonly spare?: boolean
  /** Another lane of the domain was tried before. */
  readonly next?: boolean
  /** @default 'normal' */
  readonly priority?: Priority
}
