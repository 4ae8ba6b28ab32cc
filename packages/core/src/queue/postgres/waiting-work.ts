/**
 * WaitingWork: whether it is worth asking the database for work: when the next of what waits in the tables is due, as far as
 * this process knows.
 *
 * Policy. What this process put there it knows; of what others put there it hears (notify.ts), and looks by itself every
 * minute, for news can be lost. A relay that delivers what it accepts asks the database for nothing else.
 */
import type { Clock } from '../../ambient/clock.ts'
import type { Domain } from '../../model/address.ts'

const LOOK_EVERY_MS = 60_000

export class WaitingWork {
  readonly #clock: Clock
  #known: { readonly exclude: string; due: number; readonly lookedAt: number } | undefined
  #news = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Counts what was heard: what is asked before and answered after means nothing. */
  get news(): number {
    return this.#news
  }

  /** When the next is due outside of these domains; `undefined` is not known, infinity is never. */
  due(exclude: readonly Domain[]): number | undefined {
    const known = this.#known
    if (
      known === undefined ||
      known.exclude !== exclude.join() ||
      this.#clock.monotonic() - known.lookedAt > LOOK_EVERY_MS
    )
      return undefined
    return known.due
  }

  looked(exclude: readonly Domain[], due: number | undefined, news: number): void {
    if (news !== this.#news) return
    this.#known = { exclude: exclude.join(), due: due ?? Number.POSITIVE_INFINITY, lookedAt: this.#clock.monotonic() }
  }

  /** Something was added that is due then. */
  added(due: number): void {
    this.#news++
    if (this.#known !== undefined) this.#known.due = Math.min(this.#known.due, due)
  }

  /** Anything may have changed. */
  forget(): void {
    this.#news++
    this.#known = undefined
  }
}
