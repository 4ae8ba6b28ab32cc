/**
 * WayOut: of messages of the fast path into the tables of what waits, many in one transaction.
 *
 * Not here: which of them go (fast-path.ts), their rows (spill.ts).
 */
import type { Clock } from '../../../ambient/clock.ts'
import { Batches } from '../batches.ts'
import type { Connections, Session } from '../connection.ts'
import { untilKnown } from '../doubt.ts'
import type { Standing } from '../enqueue.ts'
import { isFenced } from '../errors.ts'
import { LaneList } from '../lanes.ts'
import type { Owner } from '../owner.ts'
import { SQL } from '../sql.ts'
import type { Born, BornMessages } from './born.ts'
import { type Leaving, spill } from './spill.ts'

export interface WayOutParts {
  readonly connections: Connections
  readonly clock: Clock
  readonly owner: Owner
  /** One came into the tables under its lease. */
  readonly leased: (born: Born, lease: NonNullable<Born['lease']>) => void
  /** One came into the tables that anybody may have from then on. */
  readonly waits: (due: number) => void
}

export class WayOut {
  readonly #parts: WayOutParts
  readonly #born: BornMessages
  readonly #spills: Batches<Leaving, boolean>

  constructor(parts: WayOutParts, born: BornMessages) {
    this.#parts = parts
    this.#born = born
    this.#spills = new Batches(
      all => this.#spill(all),
      ({ born }) => born.bytes.length,
    )
  }

  /** Answers whether it came there: else it was there already, or another took over. */
  async take(born: Born, standing?: Standing): Promise<boolean> {
    const { lease } = born
    const stands = standing ?? (lease === undefined ? { due: born.message.due } : { token: lease.token })
    const leaving = this.#spills.ask({ born, standing: stands })
    this.#born.leave(born, leaving)
    try {
      const moved = await leaving
      this.#born.drop(born)
      if (!moved) return false
      if ('due' in stands) this.#parts.waits(stands.due)
      else if (lease !== undefined) this.#parts.leased(born, lease)
      return true
    } catch (error) {
      born.leaving = undefined
      this.#born.queue(born)
      throw error
    }
  }

  async #spill(all: readonly Leaving[]): Promise<readonly boolean[]> {
    const { connections, clock, owner } = this.#parts
    const { id } = owner
    const write = async (session: Session): Promise<ReadonlySet<number>> => {
      const lanes = new LaneList()
      const added = await spill(session, id, all, lanes)
      lanes.queue(session)
      return added
    }
    const again = async (session: Session): Promise<ReadonlySet<number>> => {
      session.send(SQL.confirm)
      await write(session)
      const ids = all.map(({ born }) => born.message.id)
      const there = new Set((await session.run<[string]>(SQL.findIds, ids)).flat())
      return new Set(all.filter(({ born }) => there.has(born.message.id)).map(({ born }) => born.n))
    }
    try {
      const added = await untilKnown(
        clock,
        () => connections.transact('lasting', write),
        () => connections.transact('lasting', again),
      )
      return all.map(({ born }) => added.has(born.n))
    } catch (error) {
      if (!isFenced(error)) throw error
      owner.die()
      return all.map(() => false)
    }
  }
}
