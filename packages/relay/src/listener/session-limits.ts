/**
 * SessionLimits: how the wire treats a client: how many mistakes it may make, and how long it may be silent.
 *
 * Policy. A client that is logged in may be silent for the five minutes of RFC 5321 §4.5.3.2.7 and longer, because programs
 * keep connections; before that little is owed to it. Inside a message silence and the whole are bounded (§4.5.3.2.5).
 * While an answer of ours is due no time counts against the client.
 *
 * Not here: what a mistake is (commands.ts), limits of accounts (admission/).
 */
import type { Clock } from '@postrider/core'
import type { Phase } from './phase.ts'

export interface WireLimits {
  /** Mistakes after which answers come late. */
  readonly softErrors: number
  /** Mistakes after which the connection ends. */
  readonly hardErrors: number
  readonly errorDelayMs: number
  /** Silence allowed to a client that is logged in. */
  readonly idleMs: number
  readonly idleBeforeLoginMs: number
  /** Time to log in. */
  readonly loginWithinMs: number
  /** Silence allowed inside a message. */
  readonly bodyIdleMs: number
  /** Time for a whole message. */
  readonly bodyMs: number
}

/** A closed connection that its client does not close has this long. */
const LINGER_MS = 5000

export class SessionLimits {
  readonly #limits: WireLimits
  readonly #clock: Clock
  readonly #startedAt: number
  #heardAt: number
  #bodySince = 0
  #mistakes = 0

  constructor(limits: WireLimits, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
    this.#startedAt = clock.monotonic()
    this.#heardAt = this.#startedAt
  }

  get mistakes(): number {
    return this.#mistakes
  }

  heard(): void {
    this.#heardAt = this.#clock.monotonic()
  }

  bodyBegins(): void {
    this.#bodySince = this.#clock.monotonic()
  }

  /** A further mistake: one too many, or when its answer is due; undefined is now. */
  mistake(signal: AbortSignal): 'end' | Promise<void> | undefined {
    this.#mistakes++
    if (this.#mistakes >= this.#limits.hardErrors) return 'end'
    return this.#mistakes > this.#limits.softErrors ? this.#clock.sleep(this.#limits.errorDelayMs, signal) : undefined
  }

  /** Whether the client has been silent, or busy without result, for too long. */
  isOver(phase: Phase, known: boolean): boolean {
    const now = this.#clock.monotonic()
    const silent = now - this.#heardAt
    const { idleMs, idleBeforeLoginMs, loginWithinMs, bodyIdleMs, bodyMs } = this.#limits
    if (phase === 'closed') return silent > LINGER_MS
    if (phase === 'login' || phase === 'handing') return false
    if (phase === 'body') return silent > bodyIdleMs || now - this.#bodySince > bodyMs
    if (known) return silent > idleMs
    return silent > idleBeforeLoginMs || now - this.#startedAt > loginWithinMs
  }
}
