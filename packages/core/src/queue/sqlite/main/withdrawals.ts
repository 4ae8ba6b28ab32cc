/**
 * Withdrawals: messages that are being taken back, because their caller gave up while they were written.
 *
 * Policy. What this process claims of them meanwhile is not handed on.
 *
 * Not here: what taking back does (../thread/admin.ts).
 */
import type { Clock } from '../../../ambient/clock.ts'
import type { Job } from '../../../model/job.ts'
import type { QueueId } from '../../../model/queue-id.ts'
import type { ThreadClient } from './thread-client.ts'

export class Withdrawals {
  readonly #thread: ThreadClient
  readonly #clock: Clock
  readonly #underWay = new Set<QueueId>()

  constructor(thread: ThreadClient, clock: Clock) {
    this.#thread = thread
    this.#clock = clock
  }

  /** `false`: what is on disk stays there, as when another process is delivering it. */
  async withdraw(id: QueueId): Promise<boolean> {
    this.#underWay.add(id)
    try {
      return await this.#thread.ask('withdraw', { id, now: this.#clock.now() })
    } catch {
      // A disk that takes no cancellation, a thread that died: then the message counts.
      return false
    } finally {
      this.#underWay.delete(id)
    }
  }

  without(jobs: readonly Job[]): readonly Job[] {
    return this.#underWay.size === 0 ? jobs : jobs.filter(({ messageId }) => !this.#underWay.has(messageId))
  }
}
