/**
 * Upkeep: what one of the owners does for all: the ring of segments goes on, and those in which nothing is under way are emptied.
 *
 * Policy. Of all owners one does it each ten seconds, whoever comes first. A segment that somebody reads at this moment is emptied
 * later. Partitions for outcomes are made a day ahead.
 */
import type { Clock } from '../../ambient/clock.ts'
import type { Connections } from './connection.ts'
import { SEGMENTS } from './fast-path/tables.ts'
import type { ServerClock } from './server-clock.ts'
import { SQL } from './sql.ts'

const DAY_MS = 86_400_000
const EVERY_MS = 10_000
const LOCK_NOT_AVAILABLE = '55P03'

export interface UpkeepParts {
  readonly connections: Connections
  readonly clock: Clock
  /** That is written to, as far as this process is an owner. */
  readonly segment: () => number | undefined
  readonly serverClock: ServerClock | undefined
}

export class Upkeep {
  readonly #parts: UpkeepParts
  #stop: (() => void) | undefined
  #day = 0
  #closed = false

  constructor(parts: UpkeepParts) {
    this.#parts = parts
  }

  async begin(): Promise<void> {
    const { connections, serverClock } = this.#parts
    // The first question may have to wait for its connection.
    for (let times = 0; times < 2; times++) await serverClock?.ask(connections)
    await this.#openDays()
    this.#arm()
  }

  close(): void {
    this.#closed = true
    this.#stop?.()
  }

  #arm(): void {
    if (this.#closed) return
    const work = async (): Promise<void> => {
      if (this.#parts.serverClock?.isOld) await this.#parts.serverClock.ask(this.#parts.connections)
      await this.#openDays()
      await this.#turnRing()
    }
    const again = (): void => {
      // What fails today is done at another time: the ring grows meanwhile.
      work()
        .catch(() => {})
        .finally(() => this.#arm())
    }
    this.#stop = this.#parts.clock.after(EVERY_MS, again, { idle: true })
  }

  /** The partition of this day and the next. */
  async #openDays(): Promise<void> {
    const { connections, clock } = this.#parts
    const now = clock.now()
    const day = Math.floor(now / DAY_MS)
    if (day === this.#day) return
    for (const at of [now, now + DAY_MS]) await connections.ask('lasting', SQL.openDay, at)
    this.#day = day
  }

  async #turnRing(): Promise<void> {
    const { connections, segment } = this.#parts
    const current = segment()
    if (current === undefined) return
    const mine = await connections.ask('passing', SQL.takeUpkeep)
    if (mine.length === 0) return
    await connections.ask('lasting', SQL.turnRing)
    for (let each = 0; each < SEGMENTS; each++) {
      if (each === current) continue
      try {
        await connections.ask('lasting', SQL.reclaim, each)
      } catch (error) {
        if ((error as { code?: unknown }).code !== LOCK_NOT_AVAILABLE) throw error
      }
    }
  }
}
