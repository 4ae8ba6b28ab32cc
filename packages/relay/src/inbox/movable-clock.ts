/**
 * MovableClock: the time of a mailer that captures: that of the machine, and as much further as it was moved. It goes forward alone.
 *
 * Policy. What was to happen in the time that is passed over happens at once, in its order.
 */
import type { Clock } from '@postrider/core'

interface Timer {
  readonly at: number
  readonly fire: () => void
}

export class MovableClock implements Clock {
  readonly #machine: Clock
  readonly #timers = new Set<Timer>()
  #aheadMs = 0

  constructor(machine: Clock) {
    this.#machine = machine
  }

  /** How far it is ahead of the machine's. */
  get aheadMs(): number {
    return this.#aheadMs
  }

  now(): number {
    return this.#machine.now() + this.#aheadMs
  }

  monotonic(): number {
    return this.#machine.monotonic() + this.#aheadMs
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const abort = (): void => {
        cancel()
        reject(signal?.reason)
      }
      const cancel = this.after(ms, () => {
        signal?.removeEventListener('abort', abort)
        resolve()
      })
      signal?.addEventListener('abort', abort, { once: true })
    })
  }

  after(ms: number, call: () => void, options?: { readonly idle?: boolean }): () => void {
    const cancel = (): void => {
      this.#timers.delete(timer)
      stop()
    }
    const timer: Timer = {
      at: this.monotonic() + ms,
      fire: () => {
        cancel()
        call()
      },
    }
    const stop = this.#machine.after(ms, timer.fire, options)
    this.#timers.add(timer)
    return cancel
  }

  forward(ms: number): void {
    this.#aheadMs += ms
    const now = this.monotonic()
    const due = [...this.#timers].filter(({ at }) => at <= now).sort((a, b) => a.at - b.at)
    // One that fires may have cancelled another.
    for (const timer of due) if (this.#timers.has(timer)) timer.fire()
  }
}
