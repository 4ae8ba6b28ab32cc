/**
 * KeptContent: the bytes of messages that are done, where whoever sent them wants them kept for a while.
 *
 * Policy. Nothing is kept that nobody asked for: reset links are secrets. What is kept never takes more than its room: for more, the
 * oldest goes. When its time is over it is not shown any more, and removed within the hour. What was cancelled is not kept.
 *
 * Not here: whose is kept, and how long (flow/submission.ts).
 */
import type { Buffer } from 'node:buffer'
import type { QueueId } from '../model/queue-id.ts'

/** In a file: this share of the disk that it is on, or of what the queue may grow to. */
export const KEPT_SHARE = 0.1
/** In a database, whose disk is not ours to see. */
export const KEPT_BYTES: number = 2 ** 30

export interface KeptContent {
  /** The bytes of a message that is done, when they are kept. */
  keptContent(id: QueueId, now: number): Promise<Buffer | undefined>
  /** Removes what is kept of all whose time is over. */
  forgetContent(now: number): Promise<void>
}
