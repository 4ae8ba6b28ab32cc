/**
 * TablePath: this process's part in the tables of what waits: what it claimed there, until its settlement or its return.
 *
 * Policy. A lease that it holds is kept by its own memory and ends, to all others, with its life as an owner (owner.ts). It asks
 * the database for work only when it has reason to think that some waits there.
 *
 * Not here: what never came into these tables (fast-path/), the statements (sql.ts).
 */
import type { Clock } from '../../ambient/clock.ts'
import type { Domain } from '../../model/address.ts'
import type { ClaimRequest } from '../../model/claim-request.ts'
import type { Job } from '../../model/job.ts'
import { Batches } from './batches.ts'
import { claim, voidLeases } from './claim.ts'
import type { Connections } from './connection.ts'
import { untilKnown } from './doubt.ts'
import { isFenced, OutcomeUnknown } from './errors.ts'
import { LaneList } from './lanes.ts'
import type { Owner } from './owner.ts'
import { nextDue } from './queries.ts'
import { type Answer, endLeases, type Settling, settleAgain, settleAll } from './settle.ts'
import { SQL, type Statement } from './sql.ts'
import { TableLeases } from './table-leases.ts'
import { WaitingWork } from './waiting-work.ts'

export interface TablePathParts {
  readonly connections: Connections
  readonly clock: Clock
  readonly owner: Owner
  /** How many octets of messages that are done may be kept. */
  readonly mostKept: number
  /** Sends a statement whose answer nobody waits for. */
  readonly send: (statement: Statement, ...values: readonly unknown[]) => void
}

/** A lease to be given back, and when its job is due then. */
type Return = readonly [job: number, token: number, due: number]

export class TablePath {
  readonly leases: TableLeases = new TableLeases()
  readonly waiting: WaitingWork
  readonly #parts: TablePathParts
  /** Tokens of claims of which nobody knows whether they were done. */
  readonly #unknown = new Set<number>()
  readonly #settlements: Batches<Settling, Answer>

  constructor(parts: TablePathParts) {
    const { connections, clock, mostKept } = parts
    this.#parts = parts
    this.waiting = new WaitingWork(clock)
    this.#settlements = new Batches(
      all =>
        untilKnown(
          clock,
          () => connections.transact('lasting', session => settleAll(session, all, mostKept)),
          () => connections.transact('lasting', session => settleAgain(session, all, mostKept)),
        ),
      ({ notices }) => notices.reduce((sum, { bytes }) => sum + bytes.length, 0),
    )
  }

  /** What is left of a claim beside what was found elsewhere. */
  async claim(whole: ClaimRequest, beside: readonly Job[]): Promise<readonly Job[]> {
    const { connections, owner } = this.#parts
    await this.#endUnknown(whole.now)
    const limit = whole.limit - beside.length
    const due = this.waiting.due(whole.exclude)
    if (limit <= 0 || (due !== undefined && due > whole.now)) return []
    const request = { ...whole, limit, quotas: quotasLeft(whole, beside) }
    const { news } = this.waiting
    const token = owner.makeToken()
    try {
      const jobs = await claim(connections, request, { owner: owner.id, token })
      for (const job of jobs) this.leases.granted(job, { marked: false })
      // What is left of it is asked for next.
      if (jobs.length > 0) this.waiting.forget()
      else if (news === this.waiting.news) {
        this.waiting.looked(request.exclude, await nextDue(connections, request.exclude), news)
      }
      return jobs
    } catch (error) {
      if (error instanceof OutcomeUnknown) this.#unknown.add(token)
      if (!isFenced(error)) throw error
      owner.die()
      return []
    }
  }

  /** What a claim leased of which nobody knew is due again: nothing of it was sent, and no one would end it while we live. */
  async #endUnknown(now: number): Promise<void> {
    const { connections, owner } = this.#parts
    for (const token of this.#unknown) {
      // Shared by every claim: to have it alone is to know that this one has ended.
      await connections.ask('lasting', SQL.waitForOwner, owner.id)
      for (;;) {
        const leases = await connections.ask<[job: number, token: number]>('passing', SQL.leasesOf, token, token)
        if (leases.length === 0) break
        await voidLeases(connections, { jobs: leases.map(([job]) => job), tokens: leases.map(([, its]) => its), now })
      }
      this.#unknown.delete(token)
      this.waiting.forget()
    }
  }

  async nextDue(exclude: readonly Domain[]): Promise<number> {
    const { connections, owner } = this.#parts
    const { news } = this.waiting
    const known = this.waiting.due(exclude)
    if (known !== undefined) return known
    const due = (await nextDue(connections, exclude)) ?? Number.POSITIVE_INFINITY
    if (owner.alive) this.waiting.looked(exclude, due, news)
    return due
  }

  settle(settling: Settling): Promise<Answer> {
    return this.#settlements.ask(settling)
  }

  /** Leases that ran out by the time of whoever holds them: everybody may have them. */
  async lapse(now: number): Promise<void> {
    const gone = this.leases.lapsed(now)
    if (gone.length === 0) return
    const jobs = gone.map(({ job }) => job)
    const tokens = gone.map(({ token }) => token)
    // Our own marks we know, wherever they are on their way.
    const doubtful = gone.filter(({ marked }) => marked).map(({ job }) => job)
    await voidLeases(this.#parts.connections, { jobs, tokens, now, doubtful })
    for (const { job, token } of gone) this.leases.ended(job, token)
    this.waiting.forget()
  }

  /** Whether it was still held. */
  async giveBack({ id, lease }: Job, due: number): Promise<boolean> {
    return (await this.#giveBack([[id, lease.token, due]])) === 1
  }

  async giveAllBack(): Promise<void> {
    const now = this.#parts.clock.now()
    const leases = this.leases.all().map(({ job, token }): Return => [job, token, now])
    if (leases.length > 0) await this.#giveBack(leases)
  }

  mark(job: Job): void {
    this.leases.mark(job)
    this.#parts.send(SQL.mark, [job.id], [job.lease.token])
  }

  /** The server lost its marks. */
  async markAgain(): Promise<void> {
    const marked = this.leases.all().filter(lease => lease.marked)
    if (marked.length === 0) return
    const jobs = marked.map(({ job }) => job)
    const tokens = marked.map(({ token }) => token)
    await this.#parts.connections.ask('lasting', SQL.mark, jobs, tokens)
  }

  forget(): void {
    this.#unknown.clear()
    this.leases.forget()
    this.waiting.forget()
  }

  /** How many leases were still held. */
  async #giveBack(leases: readonly Return[]): Promise<number> {
    // One that a server forgets as it falls over would stay leased for as long as we live.
    return await this.#parts.connections.transact('lasting', async session => {
      const lanes = new LaneList()
      const kept = await endLeases(
        session,
        leases.map(([job, token, due]) => ({ job, token, next: due, finals: 0, counts: 0 })),
      )
      for (const [, domain, priority, due, state] of kept.values()) if (state === 0) lanes.add(domain, priority, due)
      lanes.queue(session)
      return kept.size
    })
  }
}

/** What each domain may still get of a claim that these jobs are a part of. */
function quotasLeft(
  { quotas = [], perDomain }: ClaimRequest,
  jobs: readonly Job[],
): readonly (readonly [Domain, number])[] {
  if (jobs.length === 0) return quotas
  const left = new Map(quotas)
  for (const { domain } of jobs) left.set(domain, (left.get(domain) ?? perDomain) - 1)
  return [...left]
}
