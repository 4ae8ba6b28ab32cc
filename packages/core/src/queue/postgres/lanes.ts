/**
 * Lanes: those in which jobs will wait when a transaction commits. They are queued in one statement, the last before the
 * commit, so that their rows are held for as short as can be.
 */
import type { Session } from './connection.ts'
import { SQL } from './sql.ts'

export class LaneList {
  readonly #lanes = new Map<string, [domain: string, priority: number, due: number]>()

  add(domain: string, priority: number, due: number): void {
    const key = `${priority}${domain}`
    const known = this.#lanes.get(key)
    if (known === undefined || due < known[2]) this.#lanes.set(key, [domain, priority, due])
  }

  queue(session: Session): void {
    if (this.#lanes.size === 0) return
    const lanes = [...this.#lanes.values()]
    const column = (at: 0 | 1 | 2): unknown[] => lanes.map(lane => lane[at])
    session.send(SQL.queueLanes, column(0), column(1), column(2))
  }
}
