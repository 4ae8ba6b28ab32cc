/**
 * Rate: how many messages and recipients an account, and how many connections a client address, may have in a minute, an
 * hour and a day.
 *
 * Policy. A window begins with the first use after the last one ended. What is refused counts too, so that a loop which
 * ignores refusals stays refused. 0 is no limit. Counters live in memory: a restart forgives. They go by monotonic time, so
 * that a clock which is set does not open or close a window. At most `MOST_KEYS` are counted; beyond, the window that ends
 * first goes, which is what a flood of addresses pays for.
 *
 * Not here: limits that hold for several relays (shared-rate.ts), failed logins (ban.ts), a spike above the usual volume (volume-baseline.ts).
 */
import type { Clock } from '@postrider/core'

export interface RateLimits {
  readonly perMinute?: number | undefined
  readonly perHour?: number | undefined
  readonly perDay?: number | undefined
}

/** Refused, and for how long. */
export interface Limited {
  readonly window: 'minute' | 'hour' | 'day'
  readonly limit: number
  readonly retryAfterMs: number
}

/** Counts what is used, and says which limit that breaks, if any. */
export interface RateCounter {
  use(key: string, limits: RateLimits, points?: number): Limited | undefined | Promise<Limited | undefined>
  /** Takes back what was counted. */
  giveBack(key: string, points?: number): void
}

/** Of each kind of window; an entry takes about 200 octets. */
const MOST_KEYS = 100_000

interface WindowKind {
  readonly name: Limited['window']
  readonly ms: number
  readonly of: (limits: RateLimits) => number | undefined
}

export const WINDOWS: readonly WindowKind[] = [
  { name: 'minute', ms: 60_000, of: limits => limits.perMinute },
  { name: 'hour', ms: 3_600_000, of: limits => limits.perHour },
  { name: 'day', ms: 86_400_000, of: limits => limits.perDay },
]

export class Rate implements RateCounter {
  readonly #clock: Clock
  readonly #windows = WINDOWS.map(window => ({ ...window, counts: new WindowCounts(window.ms) }))

  constructor({ clock }: { readonly clock: Clock }) {
    this.#clock = clock
  }

  /** Counts `points` of `key`, and says which limit that breaks, if any. */
  use(key: string, limits: RateLimits, points = 1): Limited | undefined {
    const now = this.#clock.monotonic()
    let broken: Limited | undefined
    for (const { name, of, counts } of this.#windows) {
      const limit = of(limits)
      if (!limit) continue
      const count = counts.add(key, points, now)
      count.isBroken = count.used > limit
      if (count.isBroken) broken = { window: name, limit, retryAfterMs: count.endsAt - now }
    }
    return broken
  }

  /** Takes back what was counted. */
  giveBack(key: string, points = 1): void {
    const now = this.#clock.monotonic()
    for (const { counts } of this.#windows) {
      const count = counts.find(key, now)
      if (count !== undefined) count.used -= points
    }
  }

  /** Whether a limit was broken by the last use of `key` and its window has not ended, without counting. */
  isBroken(key: string): boolean {
    const now = this.#clock.monotonic()
    return this.#windows.some(({ counts }) => counts.find(key, now)?.isBroken === true)
  }
}

interface Count {
  used: number
  isBroken: boolean
  readonly endsAt: number
}

/** Windows of one length: the order in which they were begun is the order in which they end. */
class WindowCounts {
  readonly #ms: number
  readonly #counts = new Map<string, Count>()
  /** Goes on where it stopped: a new iterator would step over all that was removed before it. */
  #oldest = this.#counts.entries()
  #first: [string, Count] | undefined

  constructor(ms: number) {
    this.#ms = ms
  }

  find(key: string, now: number): Count | undefined {
    const count = this.#counts.get(key)
    return count !== undefined && count.endsAt > now ? count : undefined
  }

  add(key: string, points: number, now: number): Count {
    this.#removeEnded(now)
    const known = this.#counts.get(key)
    if (known !== undefined) {
      known.used += points
      return known
    }
    if (this.#counts.size >= MOST_KEYS) this.#removeFirst()
    const begun: Count = { used: points, isBroken: false, endsAt: now + this.#ms }
    this.#counts.set(key, begun)
    return begun
  }

  #removeEnded(now: number): void {
    for (let first = this.#peek(); first !== undefined && first[1].endsAt <= now; first = this.#peek())
      this.#removeFirst()
  }

  #removeFirst(): void {
    const first = this.#peek()
    if (first !== undefined) this.#counts.delete(first[0])
    this.#first = undefined
  }

  #peek(): [string, Count] | undefined {
    if (this.#first === undefined && this.#counts.size > 0) {
      const { value, done } = this.#oldest.next()
      if (done) this.#oldest = this.#counts.entries()
      this.#first = done ? this.#oldest.next().value : value
    }
    return this.#first
  }
}

/** `5 in a minute; try again in 40 s`, for a reply. */
export function sayLimit({ limit, window, retryAfterMs }: Limited): string {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000))
  const wait = seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`
  return `${limit} in ${window === 'hour' ? 'an' : 'a'} ${window}; try again in ${wait}`
}
