/**
 * BatchTiming: when the next batch goes to the writer thread. A transaction costs about as much as three of the messages in it, so
 * a batch that waits a few milliseconds for further calls saves work.
 *
 * Policy.
 * - One batch is under way at a time; what comes meanwhile is the next.
 * - The outcome of an attempt has nobody outside waiting for it: it waits up to `LAZY_MS` for other calls, or until so many
 *   wait that they fill a transaction.
 * - Everything else goes at once, but while acceptances come so fast that more of them are sure to come within `GAP_MS`,
 *   batches start no closer together than that.
 */
import type { Clock } from '../../../ambient/clock.ts'
import type { VerbName } from '../both/protocol.ts'

const LAZY_MS = 4
const LAZY_MOST = 32
const GAP_MS = 3
/** So many acceptances within a gap make it worth waiting for. */
const CROWD = 3
/** Over how long the rate is taken. */
const MEMORY_MS = 15

export class BatchTiming {
  readonly #clock: Clock
  readonly #post: () => void
  #underway = false
  #urgent = false
  #lazy = 0
  #acceptances = 0
  /** Acceptances in each millisecond, of late. */
  #rate = 0
  #postedAt = 0
  /** What the next batch waits for. */
  #planned: 'now' | 'gap' | 'lazy' | 'never' | undefined
  #stopWaiting: (() => void) | undefined

  constructor(clock: Clock, post: () => void) {
    this.#clock = clock
    this.#post = post
  }

  /** A call waits. */
  add(verb: VerbName): void {
    if (verb === 'settle') this.#lazy++
    else this.#urgent = true
    if (verb === 'enqueue') this.#acceptances++
    if (!this.#underway) this.#plan()
  }

  /** The batch that was under way is answered. */
  answered(): void {
    this.#underway = false
    this.#plan()
  }

  stop(): void {
    this.#stopWaiting?.()
    this.#planned = 'never'
  }

  #plan(): void {
    const urgent = this.#urgent || this.#lazy >= LAZY_MOST
    const again = this.#planned === undefined || (this.#planned === 'lazy' && urgent)
    if (!again || (!urgent && this.#lazy === 0)) return
    this.#stopWaiting?.()
    const waitMs = urgent ? this.#gapLeft() : LAZY_MS
    this.#planned = waitMs <= 0 ? 'now' : urgent ? 'gap' : 'lazy'
    if (waitMs > 0) this.#stopWaiting = this.#clock.after(waitMs, () => this.#go())
    else setImmediate(() => this.#go())
  }

  #gapLeft(): number {
    if (this.#rate * GAP_MS < CROWD) return 0
    // A timer is late by half a millisecond anyway.
    return Math.round(this.#postedAt + GAP_MS - this.#clock.monotonic())
  }

  #go(): void {
    if (this.#planned === 'never') return
    this.#planned = undefined
    this.#stopWaiting = undefined
    if (this.#underway) return
    const now = this.#clock.monotonic()
    const sinceMs = now - this.#postedAt
    // The rate fades with the time that passed, not with the number of batches.
    this.#rate = (this.#rate * MEMORY_MS + this.#acceptances) / (MEMORY_MS + sinceMs)
    this.#postedAt = now
    this.#acceptances = 0
    this.#lazy = 0
    this.#urgent = false
    this.#underway = true
    this.#post()
  }
}
