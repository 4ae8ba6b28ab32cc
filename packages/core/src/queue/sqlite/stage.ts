/**
 * Stage: what the process that delivers accepted a moment ago and is about to deliver. Such a message is one row of a small
 * table and its bytes; its claim and its lease are in memory alone; and when its attempt settles it for good, its rows are
 * written once, as they stay. Only what is not delivered at once is written out to where it can wait and be found.
 *
 * Policy.
 * - On the stage stands what has one job, is due at once, and has no key: by the holder of delivery, up to `MOST`.
 * - What was not claimed within `PATIENCE_MS`, or is given back or deferred, is written out. So is everything before anyone
 *   looks at the queue or changes it by hand: all other verbs know nothing of the stage.
 * - When the holder dies, its successor finds the rows, and all is due again. What stands here had one lease at most, so that
 *   a mark of its final dot needs no token to count.
 * - Another process that looks writes everything out as running, for it cannot know what is; the holder sees that it did
 *   (`delivery.cleared`), and puts right what is not.
 *
 * Not here: which verbs look (writer.ts), the order of claims (claims.ts).
 */
import { jobBase, messageOf, type NewMessage, PRIORITIES } from '../rows.ts'
import type { Desk } from './desk.ts'
import { readStage, type Staged, writeStaged } from './staged.ts'
import type { Standing } from './writing.ts'

const MOST = 1_000
const PATIENCE_MS = 1_000

export class Stage {
  readonly #byNumber = new Map<number, Staged>()
  readonly #numbers = new Map<string, number>()
  /** What waits, by priority and domain, in the order of its turns. */
  readonly #lanes: readonly Map<string, Set<Staged>>[] = PRIORITIES.map(() => new Map())
  /** Set while this process holds delivery: how often others had emptied the stage. */
  #cleared: number | undefined

  get size(): number {
    return this.#byNumber.size
  }

  /** This process became the holder, and what another one left here is written out. */
  open(desk: Desk): void {
    this.#forget()
    this.#cleared = desk.delivery()[3]
  }

  /** Whether this process holds delivery and all that it knows of the stage is so. */
  isOpen(desk: Desk): boolean {
    if (this.#cleared === undefined) return false
    const [, , , cleared] = desk.delivery()
    if (!desk.isHolder()) this.#forget()
    else if (cleared !== this.#cleared) this.#reconcile(desk, cleared)
    return this.#cleared !== undefined
  }

  /** Takes a message that `writeMessage` would take, and answers whether it did. */
  take(desk: Desk, n: number, message: NewMessage): boolean {
    const [id, sender, acceptedAt, due, expiresAt, size, priority, account, held, key, , meta, jobs] = message
    if (key !== null || held !== null || jobs.length !== 2 || due !== acceptedAt || this.size >= MOST) return false
    if (!this.isOpen(desk)) return false
    const twin = this.#byNumber.get(this.#numbers.get(id) ?? -1)
    // An id that is there twice is refused by the table.
    if (twin !== undefined) this.writeOut(desk, twin)
    if (twin !== undefined || desk.sql.messageNumber.get(id) !== undefined) return false
    const [domain, recipients] = jobs as [string, unknown]
    const [queued] = message[14] as [string]
    const fact = desk.nextFact()
    const json = JSON.stringify(recipients)
    desk.sql.addStaged.run(
      n,
      id,
      sender,
      acceptedAt,
      expiresAt,
      size,
      priority,
      account,
      meta,
      domain,
      json,
      fact,
      queued,
    )
    this.#put(desk, { n, message, fact, lease: undefined })
    return true
  }

  numberOf(id: string): number | undefined {
    return this.#numbers.get(id)
  }

  /** The domains of a priority that have something waiting, in the order of their turns. */
  lanes(priority: number): readonly string[] {
    return [...(this.#lanes[priority] as Map<string, unknown>).keys()]
  }

  /** Leases what waits longest in a lane; the lane goes to the end of the line. */
  lease(
    desk: Desk,
    lane: { readonly priority: number; readonly domain: string; readonly now: number; readonly limit: number },
    lease: { readonly token: number; readonly until: number },
  ): readonly Staged[] {
    const lanes = this.#lanes[lane.priority] as Map<string, Set<Staged>>
    const waiting = lanes.get(lane.domain)
    const taken: Staged[] = []
    for (const staged of waiting ?? []) {
      if (taken.length >= lane.limit) break
      if (staged.message[3] <= lane.now) taken.push(staged)
    }
    for (const staged of taken) this.#setLease(desk, staged, lease)
    if (waiting !== undefined && waiting.size > 0) {
      lanes.delete(lane.domain)
      lanes.set(lane.domain, waiting)
    }
    return taken
  }

  /** What stands here under this lease. `undefined`: it does not stand here. `false`: it does, but the lease is lost. */
  leased(desk: Desk, job: number, token: number): Staged | false | undefined {
    if (!this.isOpen(desk)) return undefined
    const staged = this.#byNumber.get(messageOf(job))
    if (staged === undefined) return undefined
    return staged.lease?.token === token ? staged : false
  }

  renew(desk: Desk, staged: Staged, until: number): void {
    const { lease } = staged
    if (lease === undefined) return
    staged.lease = { token: lease.token, until }
    desk.onRollback(() => {
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

  /** Writes out what waited too long, or is over. */
  writeOld(desk: Desk, now: number): void {
    const old: Staged[] = []
    for (const lanes of this.#lanes) {
      for (const waiting of lanes.values()) {
        for (const staged of waiting) {
          const [, , , due, expiresAt] = staged.message
          if (due <= now - PATIENCE_MS || expiresAt <= now) old.push(staged)
        }
      }
    }
    for (const staged of old) this.writeOut(desk, staged)
  }

  /** Writes everything out, as it stands. */
  writeAll(desk: Desk): void {
    if (this.#cleared !== undefined && this.isOpen(desk)) {
      for (const staged of [...this.#byNumber.values()]) this.writeOut(desk, staged)
    } else if (!desk.isHolder()) {
      const rows = readStage(desk)
      if (rows.length === 0) return
      const [, until] = desk.delivery()
      for (const staged of rows) writeStaged(desk, staged, { state: 1, attempts: 0, lease: { token: null, until } })
      desk.sql.clearedOnce.run()
    }
  }

  /** Writes out one message: running while it is under a lease, else waiting; or as it is said. */
  writeOut(desk: Desk, staged: Staged, standing?: Standing): void {
    const { lease } = staged
    writeStaged(desk, staged, standing ?? { state: lease === undefined ? 0 : 1, attempts: 0, lease })
    this.#drop(desk, staged)
  }

  /** This process no longer holds delivery: what it knew means nothing. */
  #forget(): void {
    this.#cleared = undefined
    this.#byNumber.clear()
    this.#numbers.clear()
    for (const lanes of this.#lanes) lanes.clear()
  }

  /** What another process wrote out as running is told as it is. */
  #reconcile(desk: Desk, cleared: number): void {
    const before = this.#cleared
    this.#cleared = cleared
    desk.onRollback(() => {
      this.#cleared = before
    })
    for (const staged of [...this.#byNumber.values()]) {
      const { n, lease, message } = staged
      if (desk.sql.isStaged.get(n) !== undefined) continue
      const job = jobBase(n)
      // Under a token of its own its row can be found by those who end leases.
      const token = lease?.token ?? -1
      desk.sql.adopt.run(token, lease?.until ?? 0, job)
      if (lease === undefined) {
        const held = (desk.sql.leased.get(job, token) as unknown as [string, number, number] | undefined)?.[2]
        desk.sql.putBack.run(held === 1 ? 2 : 0, message[3], 0, job)
        if (held !== 1) desk.queueLane(message[12][0] as string, message[6], message[3])
      }
      this.#drop(desk, staged)
    }
  }

  #put(desk: Desk, staged: Staged): void {
    this.#byNumber.set(staged.n, staged)
    this.#numbers.set(staged.message[0], staged.n)
    if (staged.lease === undefined) this.#line(staged)
    desk.onRollback(() => this.#remove(staged))
  }

  #drop(desk: Desk, staged: Staged): void {
    this.#remove(staged)
    desk.onRollback(() => {
      this.#byNumber.set(staged.n, staged)
      this.#numbers.set(staged.message[0], staged.n)
      if (staged.lease === undefined) this.#line(staged)
    })
  }

  #setLease(desk: Desk, staged: Staged, lease: NonNullable<Staged['lease']>): void {
    this.#unline(staged)
    staged.lease = lease
    desk.onRollback(() => {
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
