/**
 * SubmissionRooms: what the first flow needs, from the rooms that have it.
 *
 * Policy. Ready bytes are completed and made 7-bit before they are signed, so that no hop has a reason to change them.
 */
import type { Buffer } from 'node:buffer'
import type { Clock } from './ambient/clock.ts'
import { compose, prepareRaw, sevenBit } from './compose/index.ts'
import type { ResolvedOptions } from './config/index.ts'
import type { SubmissionRooms } from './flow/submission.ts'
import type { Address } from './model/address.ts'
import type { DkimKey } from './model/dkim-key.ts'
import { MailerError } from './model/error.ts'
import type { RawMessage } from './model/message.ts'
import type { Recorder } from './observe/index.ts'
import type { Preflight } from './preflight/index.ts'
import { type QueueStore, queuedFact } from './queue/index.ts'
import { sign } from './sign/index.ts'

export interface SubmissionParts {
  readonly options: ResolvedOptions
  readonly clock: Clock
  readonly preflight: Preflight
  readonly chooseKeys: (from: readonly Address[]) => readonly DkimKey[]
  readonly store: QueueStore
  readonly recorder: Recorder
}

export function submissionRooms({
  options,
  clock,
  preflight,
  chooseKeys,
  store,
  recorder,
}: SubmissionParts): SubmissionRooms {
  const { hostname, limits } = options
  const { allowFiles } = options.compose
  return {
    compose: (draft, now, signal) => compose(draft, { now, hostname, allowFiles, limits }, signal),
    clear: (sender, signal) => preflight.clear(sender, signal),
    chooseKeys,
    sign,
    enqueue: submission => store.enqueue(submission),
    queuedFact,
    record: recorder.record,
    now: () => clock.now(),
  }
}

/**
 * Ready bytes to a message that may be signed and sent.
 * @param trace whole header lines with CRLF to stand above everything
 * @throws MailerError `invalid-message`, `message-too-large`
 */
export function prepare(
  bytes: Buffer,
  trace: string | undefined,
  { hostname, limits }: ResolvedOptions,
  now: number,
): RawMessage {
  if (bytes.length > limits.messageBytes) {
    throw new MailerError(
      'message-too-large',
      `message: found ${bytes.length} octets, wanted at most ${limits.messageBytes}`,
      {
        where: 'message',
        found: `${bytes.length} octets`,
        wanted: `at most ${limits.messageBytes}`,
        fix: 'send less, or raise limits.messageBytes',
      },
    )
  }
  return sevenBit(prepareRaw(bytes, { now, hostname, ...(trace === undefined ? {} : { trace }) }))
}
