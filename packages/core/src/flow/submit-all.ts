/**
 * SubmitAll: several messages into the queue together: all of them, or none.
 *
 * Policy. Each goes through the steps of one (submission.ts), at once with the others; then one transaction takes them. A few are
 * completed in each turn of the event loop: what is signed on threads is given out, and taken back, while the others are made. With the
 * first that cannot be taken the others are given up; what was given to be signed by then is signed in vain.
 *
 * Not here: the steps (submission.ts), what one key stands for (api/batch.ts).
 */
import { joined } from '../ambient/deadline.ts'
import { yieldEvery } from '../ambient/yield-every.ts'
import type { Submission } from '../model/submission.ts'
import { placed } from './placed-error.ts'
import {
  cleared,
  completed,
  composed,
  type DraftSubmission,
  type RawSubmission,
  type SubmissionPorts,
  type Submitted,
  type Writing,
  within,
} from './submission.ts'

/** Some tenths of a millisecond's worth: as long as a signature takes. */
const COMPLETED_PER_TURN = 4

export interface Together {
  readonly all: readonly (DraftSubmission | RawSubmission)[]
  /** What their keys stand for; asked when they are composed, and so found to be drafts. */
  readonly digest?: () => string
}

/**
 * Takes all of these or none.
 * @throws MailerError of the first that cannot be taken, with its place; the reason of the signal, which is no fault of any
 */
export async function submitAll(
  { all, digest }: Together,
  ports: SubmissionPorts,
  writing: Writing,
): Promise<readonly Submitted[]> {
  const { signal: given } = writing
  const failed = new AbortController()
  using either = joined(given, failed.signal)
  const { signal } = either
  const turns = yieldEvery(COMPLETED_PER_TURN)
  const made = async (one: DraftSubmission | RawSubmission): Promise<Submission> => {
    // A draft takes its turn when it is composed.
    if ('draft' in one) return cleared(await composed(one, ports, signal), ports, signal)
    await turns()
    signal.throwIfAborted()
    return cleared(completed(one, ports), ports, signal)
  }
  const ready = await Promise.all(
    all.map((one, place) =>
      made(one).catch((error: unknown) => {
        failed.abort(error)
        throw given.aborted ? given.reason : placed(error, place)
      }),
    ),
  )
  const digests = digest === undefined ? {} : { idempotencyDigest: digest() }
  const submissions = ready.map(submission => ({ ...submission, ...digests }))
  const enqueued = await ports.enqueueAll(submissions, {
    signal: given,
    begun: writing.begun,
    ...within(writing.leftMs?.()),
  })
  return submissions.map((submission, at) => {
    const { id, duplicate } = enqueued[at] as Omit<Submitted, 'submission'>
    if (!duplicate) ports.record(ports.queuedFact(submission))
    return { submission, id, duplicate }
  })
}
