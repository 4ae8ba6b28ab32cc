/**
 * Clock: time, handed in. The only place that reads the system's clock or arms its timers.
 */
import { setTimeout as sleep } from 'node:timers/promises'

/** What time it is, and waiting: the only source of both in this package. */
export interface Clock {
  /** Whole milliseconds since 1970. */
  now(): number
  /** Milliseconds of a clock that never goes backwards, for durations. */
  monotonic(): number
  /** Resolves after `ms`, or at once with a rejection (the signal's reason) when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Calls back once after `ms`; the returned function cancels it. Does not keep the process alive when `idle` is set. */
  after(ms: number, call: () => void, options?: { readonly idle?: boolean }): () => void
}

/** setTimeout fires at once for anything longer. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** The clock of the system. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (ms, signal) => {
    await sleep(Math.min(Math.max(ms, 0), LONGEST_TIMER_MS), undefined, signal ? { signal } : {})
  },
  after: (ms, call, options) => {
    const timer = setTimeout(call, Math.min(Math.max(ms, 0), LONGEST_TIMER_MS))
    if (options?.idle) timer.unref()
    return () => clearTimeout(timer)
  },
}
