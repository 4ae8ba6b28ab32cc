/**
 * Alarm: what the loop of the scheduler sleeps on.
 *
 * Policy. A sleep ends when its time is over by the monotonic clock, when there may be something to do, when what was said to
 * fall due meanwhile falls due, or for good. What falls due does so by the wall clock.
 */
import type { Clock } from '../ambient/clock.ts'

export class Alarm {
  readonly #clock: Clock
  #nudged = false
  /** The earliest time that something was said to fall due since the last reset. */
  #dueAt = Infinity
  #ended = false
  #wake: (() => void) | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** There may be something to do: now, or at `dueAt`. */
  nudge(dueAt: number = -Infinity): void {
    if (dueAt > this.#clock.now()) {
      if (dueAt >= this.#dueAt) return
      this.#dueAt = dueAt
    } else this.#nudged = true
    this.#wake?.()
  }

  /** What was said until now is being looked at. */
  reset(): void {
    this.#nudged = false
    this.#dueAt = Infinity
  }

  /** Nobody sleeps any more. */
  end(): void {
    this.#ended = true
    this.#wake?.()
  }

  async sleep(ms: number): Promise<void> {
    const until = this.#clock.monotonic() + ms
    while (!this.#nudged && !this.#ended) {
      const left = Math.min(until - this.#clock.monotonic(), this.#dueAt - this.#clock.now())
      if (left <= 0) return
      await new Promise<void>(resolve => {
        const cancel = this.#clock.after(Math.ceil(left), resolve, { idle: true })
        this.#wake = () => {
          cancel()
          resolve()
        }
      })
      this.#wake = undefined
    }
  }

  /** Sleeps whatever happens, short of the end: news does not mend a store. */
  async sleepThrough(ms: number): Promise<void> {
    for (const until = this.#clock.monotonic() + ms; this.#clock.monotonic() < until && !this.#ended; ) {
      this.reset()
      await this.sleep(until - this.#clock.monotonic())
    }
  }
}
