/**
 * Fake clock: time that moves only when a test says so.
 *
 * Policy. Timers fire in the order of their time, each with the clock standing at it; after each, whatever it woke may run
 * before the next one fires, so that chains of sleeps work. It shows whole milliseconds only, as a real one does. The wall
 * clock can be set without any time passing, as an administrator or NTP does it.
 */
import type { Clock } from '../ambient/clock.ts'

interface Timer {
  readonly at: number
  readonly call: () => void
}

interface Watcher {
  readonly ms: number
  readonly resolve: () => void
}

/** Time that moves only when a test says so. */
export class FakeClock implements Clock {
  #elapsed = 0
  /** What the wall clock showed when nothing had elapsed, as it is set now. */
  #start: number
  #timers: Timer[] = []
  #watchers: Watcher[] = []

  /** @param now milliseconds since 1970 */
  constructor(now: number = Date.UTC(2026, 0, 5, 12)) {
    this.#start = now
  }

  /** Milliseconds since 1970, as the wall clock is set. */
  now(): number {
    return this.#start + this.#elapsed
  }

  /** Milliseconds since it was made. */
  monotonic(): number {
    return this.#elapsed
  }

  /** Sets the wall clock forward, or back when `ms` is negative. No time passes: no timer fires. */
  step(ms: number): void {
    this.#start += ms
  }

  /** Resolves when so much time was moved on. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const cancel = this.after(ms, () => {
        signal?.removeEventListener('abort', abort)
        resolve()
      })
      const abort = (): void => {
        cancel()
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', abort, { once: true })
    })
  }

  /** Calls when so much time was moved on. Returns what cancels it. */
  after(ms: number, call: () => void): () => void {
    const timer: Timer = { at: this.#elapsed + Math.max(0, Math.ceil(ms)), call }
    const place = this.#timers.findIndex(other => other.at > timer.at)
    if (place < 0) this.#timers.push(timer)
    else this.#timers.splice(place, 0, timer)
    const met = this.#watchers.filter(watcher => watcher.ms <= ms)
    this.#watchers = this.#watchers.filter(watcher => watcher.ms > ms)
    for (const watcher of met) watcher.resolve()
    return () => {
      this.#timers = this.#timers.filter(other => other !== timer)
    }
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#timers.length
  }

  /** Resolves when a timer waits that has at least `ms` to go: the code under test has come to where it waits. */
  armed(ms: number): Promise<void> {
    if (this.#timers.some(timer => timer.at - this.#elapsed >= ms)) return Promise.resolve()
    return new Promise(resolve => this.#watchers.push({ ms, resolve }))
  }

  /** Moves time on, and fires what falls due on the way. */
  async advance(ms: number): Promise<void> {
    const target = this.#elapsed + Math.ceil(ms)
    for (let timer = this.#timers[0]; timer !== undefined && timer.at <= target; timer = this.#timers[0]) {
      this.#timers.shift()
      this.#elapsed = Math.max(this.#elapsed, timer.at)
      timer.call()
      await new Promise(resolve => setImmediate(resolve))
    }
    this.#elapsed = target
    await new Promise(resolve => setImmediate(resolve))
  }
}
