/**
 * Intake: which way a message goes as it is accepted: onto the fast path of this process, or into the tables of what waits.
 *
 * Not here: what the fast path takes (fast-path/), how many are written in one transaction (enqueuer.ts, fast-path/tick.ts).
 */
import type { Buffer } from 'node:buffer'
import type { Clock } from '../../ambient/clock.ts'
import { printAddress } from '../../model/address.ts'
import { type CancelledFact, ofMessage } from '../../model/fact.ts'
import type { QueueId } from '../../model/queue-id.ts'
import type { Submission } from '../../model/submission.ts'
import type { BytesCache } from '../bytes-cache.ts'
import { duplicateKey } from '../encode.ts'
import type { Enqueued, EnqueueOptions } from '../store.ts'
import { withdraw } from './admin.ts'
import type { Connections } from './connection.ts'
import { type Encoded, encode } from './enqueue.ts'
import { Enqueuer } from './enqueuer.ts'
import { OutcomeUnknown } from './errors.ts'
import type { FastPath } from './fast-path/fast-path.ts'
import type { Owner } from './owner.ts'

export interface IntakeParts {
  readonly connections: Connections
  readonly clock: Clock
  readonly owner: Owner
  readonly fast: FastPath
  readonly cache: BytesCache
  /** There is something to do here. */
  readonly nudge: () => void
  /** There is something to do for everyone. */
  readonly added: (due: number) => void
}

export class Intake {
  readonly #parts: IntakeParts
  readonly #enqueuer: Enqueuer

  constructor(parts: IntakeParts) {
    this.#parts = parts
    this.#enqueuer = new Enqueuer(parts.connections, parts.clock)
  }

  /** `undefined`: its caller gave up, and it is not there, or was taken back. */
  async enqueue(submission: Submission, options: EnqueueOptions): Promise<Enqueued | undefined> {
    const encoded = encode(submission)
    if (!this.#parts.fast.takes(encoded)) return this.#enqueueToWait(submission, encoded, options)
    const n = await this.#parts.fast.nextNumber()
    try {
      const accepted = await this.#parts.fast.accept({ ...encoded, n }, options, () => this.#cancelled(submission))
      if (accepted === 'given-up') return undefined
      if (accepted === 'fenced') return this.#enqueueToWait(submission, { ...encoded, n }, options, 'again')
    } catch (error) {
      if (error instanceof OutcomeUnknown) this.#enqueuer.takeBack([{ ...encoded, n }])
      throw error
    }
    this.#parts.nudge()
    return { id: submission.id, duplicate: false }
  }

  /** All of them or none. `undefined`: their caller gave up before. */
  async enqueueAll(
    submissions: readonly Submission[],
    options: EnqueueOptions,
  ): Promise<readonly Enqueued[] | undefined> {
    const { cache, added } = this.#parts
    const encoded: Encoded[] = []
    for (const submission of submissions) encoded.push(await this.#numbered(encode(submission)))
    if (options.signal?.aborted) return undefined
    const taken = await this.#enqueuer.addAll(encoded, options)
    const refused = submissions[taken.indexOf(false)]
    if (refused !== undefined) throw duplicateKey(refused)
    return submissions.map(({ id, message }, at): Enqueued => {
      const known = taken[at]
      if (typeof known === 'string') return { id: known as QueueId, duplicate: true }
      cache.set(id, message.bytes as Buffer)
      added(encoded[at]?.message.due ?? 0)
      return { id, duplicate: false }
    })
  }

  /** Of one process they stand in the order in which they came, whichever way they went. */
  async #numbered(encoded: Encoded): Promise<Encoded> {
    const { owner, fast } = this.#parts
    return owner.alive && encoded.n === undefined ? { ...encoded, n: await fast.nextNumber() } : encoded
  }

  /** The facts of a message that was taken back. */
  #cancelled({ id, envelope, tags, account }: Submission): readonly CancelledFact[] {
    const of = ofMessage({ messageId: id, tags, account }, this.#parts.clock.now())
    return envelope.recipients.map(({ address }) => ({ kind: 'cancelled', recipient: printAddress(address), ...of }))
  }

  async #enqueueToWait(
    submission: Submission,
    encoded: Encoded,
    options: EnqueueOptions,
    how: 'new' | 'again' = 'new',
  ): Promise<Enqueued | undefined> {
    const numbered = await this.#numbered(encoded)
    const taken = await (how === 'new' ? this.#enqueuer.add(numbered, options) : this.#enqueuer.addAgain(numbered))
    if (taken === undefined) return undefined
    if (taken === false) throw duplicateKey(submission)
    if (taken !== null) return { id: taken as QueueId, duplicate: true }
    if (options.signal?.aborted) {
      // What was written stays when somebody is delivering it already, or when it cannot be taken back.
      const gone = await withdraw(this.#parts.connections, submission.id, this.#parts.clock.now()).catch(() => false)
      if (gone) return undefined
    }
    this.#parts.cache.set(submission.id, submission.message.bytes as Buffer)
    this.#parts.added(encoded.message.due)
    return { id: submission.id, duplicate: false }
  }

  close(): void {
    this.#enqueuer.close()
  }
}
