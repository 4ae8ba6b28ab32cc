/**
 * Intake: messages on their way into the file, one or several together.
 *
 * Policy. The bytes of what is small are kept for its first attempt. One whose caller gave up while it was written is taken back; several
 * that came together stay together.
 */

import { LARGE_BYTES } from '../../../model/message-buffer.ts'
import type { QueueId } from '../../../model/queue-id.ts'
import type { Submission } from '../../../model/submission.ts'
import type { BytesCache } from '../../bytes-cache.ts'
import { duplicateKey, encodeSubmission, storedKey } from '../../encode.ts'
import { packMessage } from '../../packed.ts'
import type { Enqueued, EnqueueOptions, KnownKey } from '../../store.ts'
import type { ThreadClient } from './thread-client.ts'
import type { Withdrawals } from './withdrawals.ts'
import type { WorkSignal } from './work-signal.ts'

export interface IntakeParts {
  readonly thread: ThreadClient
  readonly cache: BytesCache
  readonly work: WorkSignal
  readonly withdrawals: Withdrawals
}

export class Intake {
  readonly #it: IntakeParts

  constructor(parts: IntakeParts) {
    this.#it = parts
  }

  async enqueue(submission: Submission, options: EnqueueOptions): Promise<Enqueued> {
    const { thread, work, withdrawals } = this.#it
    const { signal } = options
    const keep = this.#keeping(submission)
    signal?.throwIfAborted()
    const answer = await thread.ask('enqueue', packMessage(encodeSubmission(submission, thread)), options)
    if (answer === false) throw duplicateKey(submission)
    if (answer !== null) return { id: answer as QueueId, duplicate: true }
    // A claim that was answered together with this is looked at after this line, and nothing may come in between.
    if (signal?.aborted && (await withdrawals.withdraw(submission.id))) throw signal.reason
    keep()
    work.tell()
    return { id: submission.id, duplicate: false }
  }

  async enqueueAll(submissions: readonly Submission[], options: EnqueueOptions): Promise<readonly Enqueued[]> {
    const { thread, work } = this.#it
    options.signal?.throwIfAborted()
    const keeping = submissions.map(submission => this.#keeping(submission))
    const packed = submissions.map(submission => packMessage(encodeSubmission(submission, thread)))
    const answers = await thread.ask('enqueueAll', packed, options)
    const refused = submissions[answers.indexOf(false)]
    if (refused !== undefined) throw duplicateKey(refused)
    const enqueued = submissions.map(({ id }, at): Enqueued => {
      const known = answers[at]
      if (typeof known === 'string') return { id: known as QueueId, duplicate: true }
      keeping[at]?.()
      return { id, duplicate: false }
    })
    work.tell()
    return enqueued
  }

  async findKeys(keys: readonly string[], account: string | undefined): Promise<readonly (KnownKey | undefined)[]> {
    const found = await this.#it.thread.ask(
      'findKeys',
      keys.map(key => storedKey(account, key)),
    )
    return found.map(known => (known === null ? undefined : { id: known.id as QueueId, digest: known.digest ?? '' }))
  }

  /** Large ones are read while they are sent, and may be given away. */
  #keeping({ id, message: { bytes } }: Submission): () => void {
    return bytes.length < LARGE_BYTES ? () => this.#it.cache.set(id, bytes) : () => undefined
  }
}
