/**
 * LostDots: final dots of a life as an owner that is over before what came of them was written: another took over, and finds no mark where
 * the line broke before one got through.
 *
 * Policy. When the server is heard again and all of that life is taken over, whatever another has, and may send or has sent again, is told
 * as `uncertain` (RFC 1047), once. What this process settled after all stands in no table of what waits, and is not told. Of so many dots.
 *
 * Not here: those of a process that died (takeover.ts).
 */
import type { Clock } from '../../ambient/clock.ts'
import { tellUncertain } from './claim.ts'
import type { Connections } from './connection.ts'
import { SQL } from './sql.ts'

const MOST = 20_000
const AT_ONCE = 500

export class LostDots {
  readonly #connections: Connections
  readonly #clock: Clock
  /** Jobs, by the number that the owner had. */
  readonly #jobs = new Map<number, readonly number[]>()
  #telling = false

  constructor(connections: Connections, clock: Clock) {
    this.#connections = connections
    this.#clock = clock
  }

  add(owner: number, jobs: readonly number[]): void {
    const there = [...this.#jobs.values()].reduce((sum, { length }) => sum + length, 0)
    if (jobs.length > 0 && there + jobs.length <= MOST) this.#jobs.set(owner, jobs)
  }

  /** The server answers. */
  heard(): void {
    if (this.#jobs.size === 0 || this.#telling) return
    this.#telling = true
    // What fails is done when it is heard the next time.
    void this.#tell()
      .catch(() => {})
      .finally(() => {
        this.#telling = false
      })
  }

  async #tell(): Promise<void> {
    const there = new Set((await this.#connections.ask<[number]>('passing', SQL.everyOwner)).map(([id]) => Number(id)))
    for (const [owner, jobs] of this.#jobs) {
      // It is not all taken over yet.
      if (there.has(owner)) continue
      for (let at = 0; at < jobs.length; at += AT_ONCE) {
        const some = jobs.slice(at, at + AT_ONCE)
        await this.#connections.transact('lasting', session =>
          tellUncertain(session, some, this.#clock.now(), SQL.untoldDots),
        )
      }
      this.#jobs.delete(owner)
    }
  }
}
