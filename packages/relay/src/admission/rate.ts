/**
 * Rate: how many messages and recipients an account, and how many connections a client address, may have in a minute, an
 * hour and a day. The only rate-limiter-flexible import.
 *
 * Policy. A window begins with the first use after the last one ended. What is refused counts too, so that a loop which
 * ignores refusals stays refused. 0 is no limit. Counters live in memory: a restart forgives.
 *
 * Not here: failed logins (ban.ts), a spike above the habit (volume-baseline.ts).
 */
import { createRequire } from 'node:module'
import type { Clock } from '@postrider/core'
import type { RateLimiterMemory as Limiter, RateLimiterRes } from 'rate-limiter-flexible'

/** By its part: the door of the package loads the clients of a dozen databases. */
const RateLimiterMemory = createRequire(import.meta.url)(
  'rate-limiter-flexible/lib/RateLimiterMemory.js',
) as typeof Limiter

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

interface Window {
  readonly name: Limited['window']
  readonly seconds: number
  readonly of: (limits: RateLimits) => number | undefined
}

const WINDOWS: readonly Window[] = [
  { name: 'minute', seconds: 60, of: limits => limits.perMinute },
  { name: 'hour', seconds: 3600, of: limits => limits.perHour },
  { name: 'day', seconds: 86_400, of: limits => limits.perDay },
]
/** One limiter serves keys with different limits: it only counts, and the limit is compared here. */
const UNCOMPARED = Number.MAX_SAFE_INTEGER

export class Rate {
  readonly #counters: ReadonlyMap<Window['name'], Limiter>
  /** Key to when the longest window that it broke ends. */
  readonly #broken = new Map<string, number>()

  readonly #clock: Clock

  constructor({ name, clock }: { readonly name: string; readonly clock: Clock }) {
    this.#clock = clock
    this.#counters = new Map(
      WINDOWS.map(window => [
        window.name,
        new RateLimiterMemory({ keyPrefix: `${name}.${window.name}`, points: UNCOMPARED, duration: window.seconds }),
      ]),
    )
  }

  /** Counts `points` of `key`, and says which limit that breaks, if any. */
  async use(key: string, limits: RateLimits, points = 1): Promise<Limited | undefined> {
    let broken: Limited | undefined
    for (const window of WINDOWS) {
      const limit = window.of(limits)
      if (!limit) continue
      const used: RateLimiterRes = await this.#counters.get(window.name)!.penalty(key, points)
      if (used.consumedPoints > limit) broken = { window: window.name, limit, retryAfterMs: used.msBeforeNext }
    }
    if (broken) this.#broken.set(key, this.#clock.now() + broken.retryAfterMs)
    else if (this.#broken.size > 0) this.#broken.delete(key)
    return broken
  }

  /** Whether a limit was broken by the last use of `key` and its window has not ended, without counting. */
  isBroken(key: string): boolean {
    const until = this.#broken.get(key)
    if (until === undefined) return false
    if (until > this.#clock.now()) return true
    this.#broken.delete(key)
    return false
  }
}

/** `5 in a minute; try again in 40 s`, for a reply. */
export function sayLimit({ limit, window, retryAfterMs }: Limited): string {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000))
  const wait = seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`
  return `${limit} in ${window === 'hour' ? 'an' : 'a'} ${window}; try again in ${wait}`
}
