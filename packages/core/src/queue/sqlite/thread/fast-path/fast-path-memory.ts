/**
 * StageMemory: what stands on the stage, as the process that delivers knows it: who waits in which order, and who is leased.
 *
 * Policy. What a transaction changes here is changed back when it is rolled back.
 *
 * Not here: the rows, and what the stage is for (stage.ts).
 */
import { messageOf, type NewMessage, PRIORITIES } from '../../../rows.ts'

export interface Staged {
  readonly n: number
  readonly message: NewMessage
  /** The number of its `queued` fact. */
  readonly fact: number
  lease: StagedLease | undefined
}

export interface StagedLease {
  readonly token: number
  readonly until: number
}

/** Of the transaction that runs. */
export interface Undoing {
  onRollback(undo: () => void): void
}

export interface StagedLane {
  readonly priority: number
  readonly domain: string
  readonly now: number
  readonly limit: number
}

export class StageMemory {
  readonly #byNumber = new Map<number, Staged>()
  readonly #numbers = new Map<string, number>()
  /** What waits, by priority and domain, in the order of its turns. */
  readonly #lanes: readonly Map<string, Set<Staged>>[] = PRIORITIES.map(() => new Map())
  #cleared: number | undefined

  get size(): number {
    return this.#byNumber.size
  }

  /** Set while this process holds delivery: how often others had emptied the stage. */
  get cleared(): number | undefined {
    return this.#cleared
  }

  open(cleared: number): void {
    this.forget()
    this.#cleared = cleared
  }

  setCleared(undoing: Undoing, cleared: number): void {
    const before = this.#cleared
    this.#cleared = cleared
    undoing.onRollback(() => {
      this.#cleared = before
    })
  }

  /** This process no longer holds delivery: what it knew means nothing. */
  forget(): void {
    this.#cleared = undefined
    this.#byNumber.clear()
    this.#numbers.clear()
    for (const lanes of this.#lanes) lanes.clear()
  }

  all(): readonly Staged[] {
    return [...this.#byNumber.values()]
  }

  numberOf(id: string): number | undefined {
    return this.#numbers.get(id)
  }

  /** The message of a job. */
  find(job: number): Staged | undefined {
    return this.#byNumber.get(messageOf(job))
  }

  /** The domains of a priority that have something waiting, in the order of their turns. */
  lanes(priority: number): readonly string[] {
    return [...(this.#lanes[priority] as Map<string, unknown>).keys()]
  }

  /** Leases what waits longest in a lane; the lane goes to the end of the line. */
  lease(undoing: Undoing, lane: StagedLane, lease: StagedLease): readonly Staged[] {
    const lanes = this.#lanes[lane.priority] as Map<string, Set<Staged>>
    const waiting = lanes.get(lane.domain)
    const taken: Staged[] = []
    for (const staged of waiting ?? []) {
      if (taken.length >= lane.limit) break
      if (staged.message[3] <= lane.now) taken.push(staged)
    }
    for (const staged of taken) this.#setLease(undoing, staged, lease)
    if (waiting !== undefined && waiting.size > 0) {
      lanes.delete(lane.domain)
      lanes.set(lane.domain, waiting)
    }
    return taken
  }

  renew(undoing: Undoing, staged: Staged, until: number): void {
    const { lease } = staged
    if (lease === undefined) return
    staged.lease = { token: lease.token, until }
    undoing.onRollback(() => {
      staged.lease = lease
    })
  }

  /** What is under a lease that ran out. */
  lapsed(now: number): readonly Staged[] {
    return [...this.#byNumber.values()].filter(({ lease }) => lease !== undefined && lease.until <= now)
  }

  /** The first moment at which something that waits here, outside of these domains, could be claimed; or expires. */
  nextDue(exclude: ReadonlySet<string>): number | null {
    let next: number | null = null
    for (const lanes of this.#lanes) {
      for (const [domain, waiting] of lanes) {
        for (const { message } of waiting) {
          const at = exclude.has(domain) ? message[4] : Math.min(message[3], message[4])
          if (next === null || at < next) next = at
        }
      }
    }
    return next
  }

  /** What waits since then or longer, or is over. */
  old(since: number, now: number): readonly Staged[] {
    const old: Staged[] = []
    for (const lanes of this.#lanes) {
      for (const waiting of lanes.values()) {
        for (const staged of waiting) {
          const [, , , due, expiresAt] = staged.message
          if (due <= since || expiresAt <= now) old.push(staged)
        }
      }
    }
    return old
  }

  put(undoing: Undoing, staged: Staged): void {
    this.#byNumber.set(staged.n, staged)
    this.#numbers.set(staged.message[0], staged.n)
    if (staged.lease === undefined) this.#line(staged)
    undoing.onRollback(() => this.#remove(staged))
  }

  drop(undoing: Undoing, staged: Staged): void {
    this.#remove(staged)
    undoing.onRollback(() => {
      this.#byNumber.set(staged.n, staged)
      this.#numbers.set(staged.message[0], staged.n)
      if (staged.lease === undefined) this.#line(staged)
    })
  }

  #setLease(undoing: Undoing, staged: Staged, lease: StagedLease): void {
    this.#unline(staged)
    staged.lease = lease
    undoing.onRollback(() => {
      staged.lease = undefined
      this.#line(staged)
    })
  }

  #remove(staged: Staged): void {
    this.#byNumber.delete(staged.n)
    this.#numbers.delete(staged.message[0])
    this.#unline(staged)
  }

  #line(staged: Staged): void {
    const [, , , , , , priority, , , , , , jobs] = staged.message
    const lanes = this.#lanes[priority] as Map<string, Set<Staged>>
    const domain = jobs[0] as string
    const waiting = lanes.get(domain)
    if (waiting === undefined) lanes.set(domain, new Set([staged]))
    else waiting.add(staged)
  }

  #unline(staged: Staged): void {
    const [, , , , , , priority, , , , , , jobs] = staged.message
    const lanes = this.#lanes[priority] as Map<string, Set<Staged>>
    const waiting = lanes.get(jobs[0] as string)
    if (waiting?.delete(staged) && waiting.size === 0) lanes.delete(jobs[0] as string)
  }
}
