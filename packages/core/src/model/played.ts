/**
 * Played: what is to become of a recipient whose mail goes nowhere, and who takes such mail in place of the network.
 */
import type { Job, JobRecipient } from './job.ts'
import type { MessageContent } from './message.ts'

export const PLAYED_OUTCOMES = [
  'delivered',
  'bounced',
  'complained',
  'suppressed',
  'deferred',
  'greylisted',
  'slow',
  'uncertain',
  'tls-refused',
] as const
type PlayedOutcome = (typeof PLAYED_OUTCOMES)[number]

export function isPlayedOutcome(text: string): text is PlayedOutcome {
  return (PLAYED_OUTCOMES as readonly string[]).includes(text)
}

/** What becomes of mail in place of the network. */
export interface Played {
  /** What the attempt ends as. */
  readonly outcome: PlayedOutcome
  /** Of a reply that bounces or defers. @default 550, 451 */
  readonly code?: number
  /** How often it is deferred, before it is delivered. @default for ever */
  readonly times?: number
  /** How long `slow` takes. @default 10000 */
  readonly ms?: number
}

/** Takes all mail of a mailer in place of the network: nothing is dialled. */
export interface Capture {
  /** What is to become of a recipient, at each attempt. */
  outcomeOf(recipient: JobRecipient, job: Job): Played
  /** Called at each attempt, before it is answered. What it throws is an attempt that was not made. */
  take(job: Job, content: MessageContent): Promise<void>
}
