/**
 * SharedRate: as rate.ts, for relays that share their accounts: a limit holds for the sum of what all of them took.
 *
 * Policy. The counts stand in one place (shared-counts.ts). A relay asks there when it needs to, together for all who need it at that
 * moment, and an account that is busy is given some ahead, of what is left at most the half, which counts as used until it is given
 * back: after two seconds without use, and at the end. So the sum is never more than the limit, and less by what one has ahead while
 * another is refused; and a busy account is asked for once in many messages. What a relay was given that is killed is missing until its window ends. What is refused counts too, and is asked for
 * a second later. While the place cannot be reached each relay counts for itself.
 *
 * Not here: client addresses, which each relay counts for itself (rate.ts).
 */
import type { Clock } from '@postrider/core'
import { type Limited, type RateCounter, type RateLimits, WINDOWS } from './rate.ts'

/** What is to become of one count. */
export interface CountAsk {
  readonly name: string
  readonly windowMs: number
  readonly most: number
  /** Used, and told now. */
  readonly owed: number
  /** Given ahead, and not used. */
  readonly back: number
  /** To be given ahead. */
  readonly want: number
}

export interface CountAnswer {
  /** By all, without what is given now. */
  readonly used: number
  readonly given: number
  readonly endsInMs: number
}

/** Answers each, in their order. */
export type CountTogether = (asks: readonly CountAsk[]) => Promise<readonly CountAnswer[]>

interface Tally {
  readonly name: string
  readonly window: (typeof WINDOWS)[number]
  most: number
  /** Given ahead. */
  spare: number
  /** Used beyond it, and not told yet. */
  owed: number
  used: number
  endsAt: number
  askedAt: number
  usedAt: number
  want: number
}

/** Where a use stands among those that are told together. */
interface Turn {
  readonly tally: Tally
  readonly upTo: number
}

const MOST_TALLIES = 100_000
const TICK_MS = 1_000
const IDLE_MS = 2_000
const MOST_AHEAD = 1_000
const MOST_AT_ONCE = 1_000

export class SharedRate implements RateCounter {
  readonly #clock: Clock
  readonly #count: CountTogether
  readonly #tallies = new Map<string, Tally>()
  #running: Promise<unknown> = Promise.resolve()
  #coming: Promise<ReadonlyMap<Tally, number>> | undefined
  #stop: (() => void) | undefined
  #closed = false

  constructor({ clock, count }: { readonly clock: Clock; readonly count: CountTogether }) {
    this.#clock = clock
    this.#count = count
  }

  use(key: string, limits: RateLimits, points = 1): Limited | undefined | Promise<Limited | undefined> {
    const now = this.#clock.monotonic()
    const turns: Turn[] = []
    let broken: Limited | undefined
    for (const window of WINDOWS) {
      const most = window.of(limits)
      if (!most) continue
      const tally = this.#tallyOf(key, window, now)
      tally.most = most
      const ahead = Math.min(tally.spare, points)
      tally.spare -= ahead
      tally.owed += points - ahead
      tally.usedAt = now
      if (tally.used > most) broken = limitedBy(tally, now)
      else if (tally.owed > 0) turns.push({ tally, upTo: tally.owed })
    }
    this.#arm()
    if (broken !== undefined || turns.length === 0) return broken
    return this.#ask().then(before => this.#judge(turns, before))
  }

  giveBack(key: string, points = 1): void {
    const now = this.#clock.monotonic()
    for (const { ms } of WINDOWS) {
      const tally = this.#tallies.get(`${ms} ${key}`)
      if (tally !== undefined && tally.endsAt > now) tally.spare += points
    }
    this.#arm()
  }

  /** Gives back what was given ahead. */
  async close(): Promise<void> {
    this.#closed = true
    this.#stop?.()
    for (const tally of this.#tallies.values()) tally.usedAt = Number.NEGATIVE_INFINITY
    await this.#ask()
  }

  #tallyOf(name: string, window: Tally['window'], now: number): Tally {
    const id = `${window.ms} ${name}`
    const known = this.#tallies.get(id)
    if (known !== undefined && known.endsAt > now) return known
    // What was given in a window that is over is worth nothing.
    const begun = { spare: 0, owed: 0, used: 0, want: 0, most: 0, askedAt: Number.NEGATIVE_INFINITY }
    const tally: Tally = { name, window, ...begun, endsAt: now + window.ms, usedAt: now }
    this.#tallies.delete(id)
    if (this.#tallies.size >= MOST_TALLIES) this.#tallies.delete(this.#tallies.keys().next().value as string)
    this.#tallies.set(id, tally)
    return tally
  }

  #judge(turns: readonly Turn[], before: ReadonlyMap<Tally, number>): Limited | undefined {
    const now = this.#clock.monotonic()
    const over = turns.find(({ tally, upTo }) => (before.get(tally) ?? 0) + upTo > tally.most)
    return over && limitedBy(over.tally, now)
  }

  /** Once for all who ask meanwhile: what each count was before what is told. Never rejects. */
  #ask(): Promise<ReadonlyMap<Tally, number>> {
    this.#coming ??= this.#running.then(() => {
      this.#coming = undefined
      const asking = this.#exchange()
      this.#running = asking
      return asking
    })
    return this.#coming
  }

  /** What is told is settled when it begins: what is used meanwhile waits for the next one. */
  async #exchange(): Promise<ReadonlyMap<Tally, number>> {
    const now = this.#clock.monotonic()
    const told = Array.from(this.#due(now), (tally): readonly [Tally, CountAsk] => [tally, this.#told(tally, now)])
    const before = new Map<Tally, number>()
    for (let at = 0; at < told.length; at += MOST_AT_ONCE) {
      const some = told.slice(at, at + MOST_AT_ONCE)
      // Where it cannot be asked, mail is not taken for long either.
      const answers = await this.#count(some.map(([, ask]) => ask)).catch(() => undefined)
      const answeredAt = this.#clock.monotonic()
      for (const [place, [tally, ask]] of some.entries())
        before.set(tally, heard(tally, ask, answers?.[place], answeredAt))
    }
    return before
  }

  *#due(now: number): Generator<Tally> {
    for (const tally of this.#tallies.values())
      if (tally.owed > 0 || (tally.spare > 0 && now - tally.usedAt >= IDLE_MS)) yield tally
  }

  #told(tally: Tally, now: number): CountAsk {
    const { name, window, most, owed, spare: back } = tally
    const isBusy = owed > 0 && now - tally.askedAt < TICK_MS && !this.#closed
    tally.want = isBusy ? Math.min(MOST_AHEAD, Math.max(2, tally.want * 2)) : 0
    if (owed > 0) tally.askedAt = now
    tally.owed = 0
    tally.spare = 0
    return { name, windowMs: window.ms, most, owed, back, want: tally.want }
  }

  #arm(): void {
    if (this.#stop !== undefined || this.#closed) return
    const tick = (): void => {
      this.#stop = undefined
      const now = this.#clock.monotonic()
      for (const [id, tally] of this.#tallies) if (tally.endsAt <= now) this.#tallies.delete(id)
      // Never rejects.
      if (this.#due(now).next().done === false) void this.#ask()
      if (this.#tallies.values().some(({ spare, owed }) => spare > 0 || owed > 0)) this.#arm()
    }
    this.#stop = this.#clock.after(TICK_MS, tick, { idle: true })
  }
}

/** What was used before what is told now. */
function heard(tally: Tally, { owed, back }: CountAsk, answer: CountAnswer | undefined, now: number): number {
  if (answer === undefined) {
    tally.used += owed
    tally.spare += back
    return tally.used - owed
  }
  tally.used = answer.used
  tally.spare += answer.given
  tally.endsAt = now + answer.endsInMs
  return answer.used - owed
}

function limitedBy({ window: { name }, most, endsAt }: Tally, now: number): Limited {
  return { window: name, limit: most, retryAfterMs: Math.max(0, endsAt - now) }
}
