/**
 * SiteWindow: how many deliveries at once one mail site bears just now. After the idea of Postfix's SCHEDULER_README.
 *
 * Policy.
 * - The window starts small and grows by one with every success up to the site's own limit; once there was trouble it
 *   grows by one in as many successes as it is wide.
 * - Only failures that speak of the host or of everything for the domain count as trouble. A refused recipient or message
 *   shows that the site is well.
 * - Trouble takes one from the window; "slow down" halves it. When it repeats without a success between, the site pausedSites:
 *   longer each time, and never shorter than the site itself asked for.
 * - After a rest one delivery tries the ground: its failure is the next rest, its success opens the window again.
 *
 * Times are those of the monotonic clock.
 *
 * Not here: who waits (lanes.ts), when one message is tried again (outcome/retry.ts).
 */
import type { Random } from '../ambient/random.ts'
import { type Failure, reasonOf } from '../model/failure.ts'

export interface SiteWindowOptions {
  /** Deliveries at once to a site that is new to us. @default 5 */
  readonly startWindow: number
  /** The first rest of a site in trouble. @default 60_000 */
  readonly pauseMs: number
  /** Rests double up to this. @default 1_800_000 */
  readonly longestPauseMs: number
}

export const SITE_WINDOW_DEFAULTS: SiteWindowOptions = {
  startWindow: 5,
  pauseMs: 60_000,
  longestPauseMs: 30 * 60_000,
}

export interface SiteWindowChange {
  readonly kind: 'site-narrowed' | 'site-paused' | 'site-widened'
  readonly until?: number
  readonly because?: string
  /** It is our address that they refuse, or cannot be reached from: another may do better. */
  readonly moves?: true
  /** So many at once proved to be too many. */
  readonly learnt?: number
}

/** What a site says when it is well but wants less. */
const OF_SOURCE: ReadonlySet<string> = new Set(['bad-reputation', 'blocklisted', 'reverse-dns'])
const SLOW_DOWN: ReadonlySet<string> = new Set(['rate-limited', 'too-many-connections', 'host-busy'])
/** Trouble in a row that closes a site, whatever its window. */
const LEAST_PATIENCE = 2
const MOST_PATIENCE = 5
/** A site may ask for longer than our longest rest, within reason. */
const LONGEST_ASKED_MS = 4 * 3_600_000

export class SiteWindow {
  readonly #options: SiteWindowOptions
  readonly #random: Random
  #ceiling: number
  /** Not whole: it grows in fractions after trouble. */
  #window: number
  #failures = 0
  #pauses = 0
  #pausedUntil = 0
  /** Trouble was told and its end was not. */
  #troubled = false
  #gentle = false

  constructor(ceiling: number, options: SiteWindowOptions, random: Random) {
    this.#options = options
    this.#random = random
    this.#ceiling = Math.max(1, ceiling)
    this.#window = Math.min(options.startWindow, this.#ceiling)
  }

  get window(): number {
    return Math.floor(this.#window)
  }

  get pausedUntil(): number {
    return this.#pausedUntil
  }

  /** Nothing is remembered that a new site would not start with, or better. */
  get calm(): boolean {
    return !this.#troubled
  }

  /** It was known before we began, or another relay heard it. */
  rest(until: number): void {
    if (until <= this.#pausedUntil) return
    this.#pausedUntil = until
    this.#pauses = Math.max(1, this.#pauses)
    this.#window = 1
    this.#gentle = true
    this.#troubled = true
  }

  /** The site's own limit may change with what is learned of it. */
  limit(connections: number): void {
    this.#ceiling = Math.max(1, connections)
    this.#window = Math.min(this.#window, this.#ceiling)
  }

  succeeded(now: number): SiteWindowChange | undefined {
    // What was under way when the rest began proves nothing about it.
    if (now < this.#pausedUntil) return undefined
    this.#failures = 0
    this.#pauses = 0
    const step = this.#gentle && this.#window >= this.#options.startWindow ? 1 / this.#window : 1
    this.#window = Math.min(this.#ceiling, this.#window + step)
    if (!this.#troubled || this.window < Math.min(this.#options.startWindow, this.#ceiling)) return undefined
    this.#troubled = false
    return { kind: 'site-widened' }
  }

  failed(failure: Failure, now: number): SiteWindowChange | undefined {
    if (failure.scope === 'recipient' || failure.scope === 'message') {
      this.#failures = 0
      return undefined
    }
    if (now < this.#pausedUntil) return this.#prolong(failure, now)
    if (failure.effects?.some(({ measure }) => measure.kind === 'reconnect')) return undefined
    this.#gentle = true
    this.#troubled = true
    const fewer = failure.effects?.find(({ measure }) => measure.kind === 'fewer-connections')
    if (fewer !== undefined && this.#window >= 2) {
      this.#window = this.#window - 1
      this.#ceiling = Math.max(1, this.window)
      return { kind: 'site-narrowed', because: reasonOf(failure), learnt: this.#ceiling }
    }
    this.#failures++
    const slowDown = SLOW_DOWN.has(failure.code)
    const patience = this.#patience(slowDown || OF_SOURCE.has(failure.code))
    this.#window = Math.max(1, slowDown ? this.#window / 2 : this.#window - 1)
    if (failure.retryAfterMs === undefined && this.#failures < patience) {
      return { kind: 'site-narrowed', because: reasonOf(failure) }
    }
    return this.#pause(failure, now)
  }

  #patience(isPlain: boolean): number {
    // After a rest the first one that fails is enough.
    if (this.#pauses > 0) return 1
    return isPlain ? LEAST_PATIENCE : Math.min(MOST_PATIENCE, Math.max(LEAST_PATIENCE, this.window))
  }

  #pause(failure: Failure, now: number): SiteWindowChange {
    const { pauseMs, longestPauseMs } = this.#options
    const own = Math.min(longestPauseMs, pauseMs * 2 ** this.#pauses)
    // Sites that failed together should not come back together.
    const jittered = own * (0.9 + 0.2 * this.#random())
    const asked = failure.retryAfterMs ?? restOfSource(failure)
    // What is asked for a quota of the hour is asked for that of a day, too, and each refusal costs trust.
    const longer = asked === undefined ? jittered : asked * 2 ** this.#pauses
    this.#pausedUntil = now + Math.round(Math.min(longer, LONGEST_ASKED_MS))
    this.#pauses++
    this.#failures = 0
    this.#window = 1
    return { kind: 'site-paused', until: this.#pausedUntil, ...whyOf(failure) }
  }

  #prolong(failure: Failure, now: number): SiteWindowChange | undefined {
    const until = now + Math.min(failure.retryAfterMs ?? 0, LONGEST_ASKED_MS)
    if (until <= this.#pausedUntil) return undefined
    this.#pausedUntil = until
    return { kind: 'site-paused', until, ...whyOf(failure) }
  }
}

/** How long an address that is refused is left out, where nothing else says it. */
function restOfSource({ effects = [] }: Failure): number | undefined {
  for (const { on, measure } of effects) if (on === 'source' && measure.kind === 'rest') return measure.forMs
  return undefined
}

function whyOf(failure: Failure): Pick<SiteWindowChange, 'because' | 'moves'> {
  const moves = failure.scope === 'host' || OF_SOURCE.has(failure.code)
  return { because: reasonOf(failure), ...(moves && { moves }) }
}
