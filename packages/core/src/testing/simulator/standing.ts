/**
 * Standing: how one address or domain stands with a simulated provider: what it used of its quotas, and how far it is trusted.
 *
 * Policy. A quota is what is usual of somebody lately, times so much, and never less than what a stranger has; trust makes it less.
 * What was usual fades within weeks. Who goes over it is shut out for a while, and who goes on knocking, is complained about, or
 * asks for many that do not exist, is trusted less from the next day on; trust comes back slowly, day by day. Days begin when the
 * provider says, which is not when ours do.
 *
 * Not here: which quotas there are (table.ts), which of them a message meets (judge.ts).
 */

/** A quota as it was drawn. */
export interface DrawnQuota {
  readonly perMs: number
  readonly first: number
  /** 0: it does not grow. */
  readonly growth: number
  readonly restMs: number
}

/** What was drawn for all. */
export interface Temper {
  /** When its days begin. */
  readonly offsetMs: number
  /** What is left of trust after a bad day. */
  readonly shrink: number
  /** What is left of distrust after a good one. */
  readonly forgive: number
}

interface Meter {
  window: number
  used: number
  usual: number
  closedUntil: number
}

const DAY_MS = 86_400_000
/** What a day leaves of what was usual: a week-end or a holiday changes little. */
const FADE = 0.95
/** So much knocking is overlooked: what was under way cannot be called back. */
const OVERLOOKED = 10
const OVERLOOKED_PART = 0.1
const COMPLAINED = 0.003
const LEAST_COMPLAINTS = 2
const UNKNOWN = 0.1
const LEAST_UNKNOWN = 10
const LEAST_TRUST = 0.05
/** Below it nothing is taken. */
export const TRUSTED = 0.2

/** What was counted of somebody in a day. */
interface Day {
  taken: number
  knocks: number
  unknown: number
  complaints: number
}

const NO_DAY: Day = { taken: 0, knocks: 0, unknown: 0, complaints: 0 }

export class Standing {
  readonly #quotas: readonly DrawnQuota[]
  readonly #temper: Temper
  readonly #meters: Meter[]
  #day: number
  #counted: Day = { ...NO_DAY }
  #trust = 1

  constructor(quotas: readonly DrawnQuota[], temper: Temper, now: number) {
    this.#quotas = quotas
    this.#temper = temper
    this.#day = this.#windowOf(DAY_MS, now)
    this.#meters = quotas.map(({ perMs }) => ({
      window: this.#windowOf(perMs, now),
      used: 0,
      usual: 0,
      closedUntil: 0,
    }))
  }

  trustAt(now: number): number {
    this.#turn(now)
    return this.#trust
  }

  /** What it may have now of a quota. */
  allowed(index: number, now: number): number {
    this.#turn(now)
    const { first, growth } = this.#quotas[index] as DrawnQuota
    return Math.max(1, Math.floor(this.#trust * Math.max(first, growth * (this.#meters[index] as Meter).usual)))
  }

  /** Whether so many more are over it; who is, is shut out for a while, and counted as one who knocks. */
  isOver(index: number, count: number, now: number): boolean {
    const allowed = this.allowed(index, now)
    const meter = this.#meters[index] as Meter
    if (now >= meter.closedUntil && meter.used + count <= allowed) return false
    if (now >= meter.closedUntil) meter.closedUntil = now + (this.#quotas[index] as DrawnQuota).restMs
    else this.#counted.knocks++
    return true
  }

  take(count: number, now: number): void {
    this.#turn(now)
    for (const meter of this.#meters) meter.used += count
    this.#counted.taken += count
  }

  note(what: 'unknown' | 'complaints' | 'knocks', now: number): void {
    this.#turn(now)
    this.#counted[what]++
  }

  #windowOf(perMs: number, now: number): number {
    return Math.floor((now - this.#temper.offsetMs) / perMs)
  }

  #turn(now: number): void {
    const day = this.#windowOf(DAY_MS, now)
    if (day > this.#day) {
      this.#trust = this.#judged(day - this.#day)
      this.#day = day
      this.#counted = { ...NO_DAY }
    }
    for (const [index, { perMs }] of this.#quotas.entries()) {
      const meter = this.#meters[index] as Meter
      const window = this.#windowOf(perMs, now)
      if (window <= meter.window) continue
      meter.usual = Math.max(meter.used, meter.usual * FADE ** (((window - meter.window) * perMs) / DAY_MS))
      meter.used = 0
      meter.window = window
    }
  }

  #judged(days: number): number {
    const { shrink, forgive } = this.#temper
    const { taken, knocks, unknown, complaints } = this.#counted
    const faults = [
      knocks > Math.max(OVERLOOKED, taken * OVERLOOKED_PART),
      unknown >= LEAST_UNKNOWN && unknown > (taken + unknown) * UNKNOWN,
      complaints >= LEAST_COMPLAINTS && complaints > taken * COMPLAINED,
    ].filter(Boolean).length
    const trust = Math.max(LEAST_TRUST, this.#trust * shrink ** faults)
    return 1 - (1 - trust) * forgive ** (faults === 0 ? days : days - 1)
  }
}
