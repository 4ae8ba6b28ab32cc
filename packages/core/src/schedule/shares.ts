/**
 * SharesOfLanes: how many connections of each lane are this relay's, where several deliver from one queue.
 *
 * Policy. Each two seconds the relay says what it could use of the lanes on which it has mail, and hears what it gets; nobody asks for
 * a single connection. Until it heard, and when the queue is away for longer, it takes an even part, and one at least. So
 * all of them together exceed what a lane bears for a moment only: when a relay has just found that lane. A lane of which
 * another has everything is shut until it gives some back.
 *
 * Not here: how it is divided (queue/postgres/shares.ts), how wide a lane is for us (site-window.ts).
 */
import type { Clock } from '../ambient/clock.ts'
import type { Shares, ShareWish } from '../model/share.ts'

export interface SharesPorts {
  readonly clock: Clock
  readonly ask: (wishes: readonly ShareWish[]) => Promise<Shares>
  /** How many are in a lane, or wait for it. */
  readonly busy: (lane: string) => number
  readonly changed: () => void
}

interface Share {
  most: number
  got: number | undefined
  heardAt: number
  /** The queue knows of us. */
  told: boolean
}

/** What is found at one moment is asked for together. */
const SOON_MS = 50
const EVERY_MS = 2_000
/** The queue remembers it no longer. */
const KEPT_MS = 6_000

export class SharesOfLanes {
  readonly #ports: SharesPorts
  readonly #shares = new Map<string, Share>()
  /** Unknown until it was heard. */
  #relays = Number.POSITIVE_INFINITY
  #stop: (() => void) | undefined
  #asking = false
  #closed = false

  constructor(ports: SharesPorts) {
    this.#ports = ports
  }

  /** How many of so many connections are ours now. */
  of(lane: string, most: number): number {
    const now = this.#ports.clock.monotonic()
    let share = this.#shares.get(lane)
    if (share === undefined) {
      share = { most, got: undefined, heardAt: now, told: false }
      this.#shares.set(lane, share)
      this.#arm(SOON_MS)
    }
    share.most = most
    if (share.got !== undefined && now - share.heardAt < KEPT_MS) return Math.min(most, share.got)
    return Math.max(1, Math.floor(most / this.#relays))
  }

  close(): void {
    this.#closed = true
    this.#stop?.()
    this.#stop = undefined
    this.#shares.clear()
  }

  #arm(afterMs: number): void {
    if (this.#closed || this.#asking || this.#stop !== undefined) return
    const { clock } = this.#ports
    this.#stop = clock.after(
      afterMs,
      () => {
        this.#stop = undefined
        // Never rejects: what fails is asked again.
        void this.#ask()
      },
      { idle: true },
    )
  }

  async #ask(): Promise<void> {
    const { ask, clock, changed } = this.#ports
    const wishes = this.#wishes()
    const askedAt = clock.monotonic()
    this.#asking = true
    try {
      const { relays, got } = wishes.length > 0 ? await ask(wishes) : { relays: this.#relays, got: [] }
      this.#relays = Math.max(1, relays)
      for (const [at, { lane, want }] of wishes.entries()) {
        const share = this.#shares.get(lane)
        if (share === undefined) continue
        if (want === 0) this.#shares.delete(lane)
        else Object.assign(share, { got: got[at], heardAt: askedAt, told: true })
      }
      changed()
    } catch {
      // An even part is ours meanwhile.
    }
    this.#asking = false
    if (this.#shares.size > 0) this.#arm(EVERY_MS)
  }

  /** Twice of what there is, so that a lane can grow; those that have ended are given back. */
  #wishes(): readonly ShareWish[] {
    const wishes: ShareWish[] = []
    for (const [lane, { most, told, got }] of this.#shares) {
      const busy = this.#ports.busy(lane)
      // Nothing comes to a lane that is shut, whatever waits for it.
      const want = busy > 0 ? Math.min(most, 2 * busy + 1) : got === 0 ? 1 : 0
      if (want === 0 && !told) this.#shares.delete(lane)
      else wishes.push({ lane, most, want })
    }
    return wishes
  }
}
