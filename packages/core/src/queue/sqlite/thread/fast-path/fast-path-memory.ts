/**
 * FastPathMemory: what stands on the fast path, as the process that delivers knows it: who waits in which order, and who is leased.
 *
 * Policy. What a transaction changes here is changed back when it is rolled back.
 *
 * Not here: the rows, and what the fast path is for (fast-path/).
 */
import { messageOf, type NewJob, type NewMessage, PRIORITIES } from '../../../rows.ts'

export interface FastPathMessage {
  readonly n: number
  readonly message: NewMessage
  /** The only one it has. */
  readonly job: NewJob
  /** Its `queued` fact: number and JSON. */
  readonly fact: number
  readonly queued: string
  lease: FastPathLease | undefined
}

export interface FastPathLease {
  readonly token: number
  readonly until: number
}

/** Of the transaction that runs. */
export interface Undoing {
  onRollback(undo: () => void): void
}

export interface FastPathDomain {
  readonly priority: number
  readonly domain: string
  readonly now: number
  readonly limit: number
}

export class FastPathMemory {
  readonly #byNumber = new Map<number, FastPathMessage>()
  readonly #numbers = new Map<string, number>()
  /** What waits, by priority and domain, in the order of its turns. */
  readonly #domains: readonly Map<string, Set<FastPathMessage>>[] = PRIORITIES.map(() => new Map())
  #cleared: number | undefined

  get size(): number {
    return this.#byNumber.size
  }

  /** Set while this process holds delivery: how often others had emptied the fast path. */
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
    for (const domains of this.#domains) domains.clear()
  }

  all(): readonly FastPathMessage[] {
    return [...this.#byNumber.values()]
  }

  numberOf(id: string): number | undefined {
    return this.#numbers.get(id)
  }

  /** The message of a job. */
  find(job: number): FastPathMessage | undefined {
    return this.#byNumber.get(messageOf(job))
  }

  /** The domains of a priority that have something waiting, in the order of their turns. */
  domains(priority: number): readonly string[] {
    return [...(this.#domains[priority] as Map<string, unknown>).keys()]
  }

  /** Leases what waits longest in a domain; the domain goes to the end of the line. */
  lease(undoing: Undoing, domain: FastPathDomain, lease: FastPathLease): readonly FastPathMessage[] {
    const domains = this.#domains[domain.priority] as Map<string, Set<FastPathMessage>>
    const waiting = domains.get(domain.domain)
    const taken: FastPathMessage[] = []
    for (const staged of waiting ?? []) {
      if (taken.length >= domain.limit) break
      if (staged.message.due <= domain.now) taken.push(staged)
    }
    for (const staged of taken) this.#setLease(undoing, staged, lease)
    if (waiting !== undefined && waiting.size > 0) {
      domains.delete(domain.domain)
      domains.set(domain.domain, waiting)
    }
    return taken
  }

  renew(undoing: Undoing, staged: FastPathMessage, until: number): void {
    const { lease } = staged
    if (lease === undefined) return
    staged.lease = { token: lease.token, until }
    undoing.onRollback(() => {
      staged.lease = lease
    })
  }

  /** What is under a lease that ran out. */
  lapsed(now: number): readonly FastPathMessage[] {
    return [...this.#byNumber.values()].filter(({ lease }) => lease !== undefined && lease.until <= now)
  }

  /** The first moment at which something that waits here, outside of these domains, could be claimed; or expires. */
  nextDue(exclude: ReadonlySet<string>): number | null {
    let next: number | null = null
    for (const domains of this.#domains) {
      for (const [domain, waiting] of domains) {
        for (const { message } of waiting) {
          const at = exclude.has(domain) ? message.expiresAt : Math.min(message.due, message.expiresAt)
          if (next === null || at < next) next = at
        }
      }
    }
    return next
  }

  /** What waits since then or longer, or is over. */
  old(since: number, now: number): readonly FastPathMessage[] {
    const old: FastPathMessage[] = []
    for (const domains of this.#domains) {
      for (const waiting of domains.values()) {
        for (const staged of waiting) {
          const { due, expiresAt } = staged.message
          if (due <= since || expiresAt <= now) old.push(staged)
        }
      }
    }
    return old
  }

  put(undoing: Undoing, staged: FastPathMessage): void {
    this.#byNumber.set(staged.n, staged)
    this.#numbers.set(staged.message.id, staged.n)
    if (staged.lease === undefined) this.#line(staged)
    undoing.onRollback(() => this.#remove(staged))
  }

  drop(undoing: Undoing, staged: FastPathMessage): void {
    this.#remove(staged)
    undoing.onRollback(() => {
      this.#byNumber.set(staged.n, staged)
      this.#numbers.set(staged.message.id, staged.n)
      if (staged.lease === undefined) this.#line(staged)
    })
  }

  #setLease(undoing: Undoing, staged: FastPathMessage, lease: FastPathLease): void {
    this.#unline(staged)
    staged.lease = lease
    undoing.onRollback(() => {
      staged.lease = undefined
      this.#line(staged)
    })
  }

  #remove(staged: FastPathMessage): void {
    this.#byNumber.delete(staged.n)
    this.#numbers.delete(staged.message.id)
    this.#unline(staged)
  }

  #line(staged: FastPathMessage): void {
    const domains = this.#domains[staged.message.priority] as Map<string, Set<FastPathMessage>>
    const { domain } = staged.job
    const waiting = domains.get(domain)
    if (waiting === undefined) domains.set(domain, new Set([staged]))
    else waiting.add(staged)
  }

  #unline(staged: FastPathMessage): void {
    const domains = this.#domains[staged.message.priority] as Map<string, Set<FastPathMessage>>
    const { domain } = staged.job
    const waiting = domains.get(domain)
    if (waiting?.delete(staged) && waiting.size === 0) domains.delete(domain)
  }
}
