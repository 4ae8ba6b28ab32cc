/**
 * KeptCounts: what waits, counted no more often than it is worth.
 *
 * Policy. Counting a queue of a million takes a good part of a second, of a database that has mail to take. An answer that took longer than
 * `CHEAP_MS` is kept for so many times as long as it took, and who asks while such a one is being found waits for that one. What
 * is cheap is counted each time.
 */
import type { Clock } from '../../ambient/clock.ts'
import type { QueueCounts } from '../store.ts'

const CHEAP_MS = 250
/** At most a twentieth of the time is spent on counting. */
const KEPT_TIMES = 20

export class KeptCounts {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #count: (now: number) => Promise<QueueCounts>
  #counting: Promise<QueueCounts> | undefined
  #until = Number.NEGATIVE_INFINITY
  /** How often something was changed by hand. */
  #changes = 0

  constructor(clock: Pick<Clock, 'monotonic'>, count: (now: number) => Promise<QueueCounts>) {
    this.#clock = clock
    this.#count = count
  }

  ask(now: number): Promise<QueueCounts> {
    const startedAt = this.#clock.monotonic()
    if (this.#counting !== undefined && startedAt < this.#until) return this.#counting
    const counting = this.#count(now)
    const changes = this.#changes
    counting.then(
      () => {
        if (changes === this.#changes) this.#found(counting, startedAt)
      },
      () => this.#forget(),
    )
    // While it was dear, it will be.
    if (this.#until > Number.NEGATIVE_INFINITY) {
      this.#counting = counting
      this.#until = Number.POSITIVE_INFINITY
    }
    return counting
  }

  /** Something was changed by hand: whoever did it looks at once. */
  forget(): void {
    this.#changes++
    this.#forget()
  }

  #forget(): void {
    this.#counting = undefined
    this.#until = Number.NEGATIVE_INFINITY
  }

  #found(counting: Promise<QueueCounts>, startedAt: number): void {
    const now = this.#clock.monotonic()
    const tookMs = now - startedAt
    const isDear = tookMs > CHEAP_MS
    this.#counting = isDear ? counting : undefined
    this.#until = isDear ? now + KEPT_TIMES * tookMs : Number.NEGATIVE_INFINITY
  }
}
