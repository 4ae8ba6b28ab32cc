/**
 * Deliverer: this process's part in delivery from a queue in PostgreSQL: what it owns on the fast path and in the tables, and the
 * verbs that bring a message from its acceptance to its outcome.
 *
 * Not here: how a message comes in (intake.ts), what it does in the tables of what waits (table-path.ts), what people ask (operator.ts).
 */
import type { Buffer } from 'node:buffer'
import type { Clock } from '../../ambient/clock.ts'
import type { Domain } from '../../model/address.ts'
import type { ClaimRequest } from '../../model/claim-request.ts'
import type { DurableFact } from '../../model/fact.ts'
import type { Job } from '../../model/job.ts'
import type { QueueId } from '../../model/queue-id.ts'
import type { Settlement } from '../../model/settlement.ts'
import type { Submission } from '../../model/submission.ts'
import { encodeSettlement } from '../encode.ts'
import { LeaseTimes } from '../lease-times.ts'
import type { QueueEntry } from '../store.ts'
import type { Connections } from './connection.ts'
import { Contents, numberOf } from './contents.ts'
import { encode } from './enqueue.ts'
import { type BornCounts, jobOf } from './fast-path/born.ts'
import { FastPath, type FastPathParts } from './fast-path/fast-path.ts'
import { Intake } from './intake.ts'
import { LostDots } from './lost-dots.ts'
import { MarkChannel } from './mark-channel.ts'
import type { News, Signals } from './notify.ts'
import { Owner } from './owner.ts'
import { recallOthers, type Waiting } from './recall.ts'
import { TablePath } from './table-path.ts'
import { takeOverAll } from './takeover.ts'

export interface DelivererParts {
  readonly connections: Connections
  readonly signals: () => Signals
  readonly clock: Clock
  readonly name: string
  readonly time: 'server' | 'clock'
  readonly heardTime: (theirs: number, asked: number) => void
  readonly gatherMs: number
  readonly cacheBytes: number
  readonly mostKept: number
  /** There may be something to do here, now or then. */
  readonly nudge: (dueAt?: number) => void
}

export class Deliverer {
  readonly #parts: DelivererParts
  readonly #connections: Connections
  readonly #clock: Clock
  readonly contents: Contents
  readonly #leaseTimes: LeaseTimes
  readonly #owner: Owner
  readonly #fast: FastPath
  readonly #tables: TablePath
  readonly #marks: MarkChannel
  readonly intake: Intake
  #takingOver: Promise<void> = Promise.resolve()

  constructor(parts: DelivererParts) {
    const { connections, clock, cacheBytes, gatherMs, heardTime, mostKept, name, time } = parts
    this.#parts = parts
    this.#connections = connections
    this.#clock = clock
    const bytesOf = (id: QueueId): Buffer | undefined => this.#fast.bytesOf(id)
    this.contents = new Contents({ connections, clock, cacheBytes, bytesOf, recall: () => this.recall() })
    this.#leaseTimes = new LeaseTimes(clock)
    this.#owner = new Owner({
      connections,
      clock,
      name,
      time,
      heardTime: (theirs, asked) => {
        heardTime(theirs, asked)
        this.#marks.heard()
      },
      counts: () => this.#fast.counts(),
      lost: owner => this.#lost(owner),
      // What fails here is asked for again by the next beat.
      recall: number => void this.#recalled(number).catch(() => {}),
      marksLost: () => this.#marks.again(),
      silent: owners => {
        this.#takingOver = this.#takingOver.then(() => this.#takeOver(owners)).catch(() => {})
      },
    })
    this.#marks = new MarkChannel(
      (statement, ...values) => this.#parts.signals().send(statement, ...values),
      () => this.#fast.marks.again().then(() => this.#tables.markAgain()),
      new LostDots(connections, clock),
    )
    const { send } = this.#marks
    this.#tables = new TablePath({ connections, clock, owner: this.#owner, mostKept, send })
    const leased: FastPathParts['leased'] = (born, lease) =>
      this.#tables.leases.granted({ id: jobOf(born), lease }, born)
    const waits: FastPathParts['waits'] = due => this.added(due)
    this.#fast = new FastPath({ connections, clock, owner: this.#owner, gatherMs, leased, waits, send })
    this.intake = new Intake({
      connections,
      clock,
      owner: this.#owner,
      fast: this.#fast,
      cache: this.contents.cache,
      nudge: () => this.#parts.nudge(),
      added: due => this.added(due),
    })
  }

  /** Its number as an owner; 0 when it is none. */
  get id(): number {
    return this.#owner.alive ? this.#owner.id : 0
  }

  get segment(): number | undefined {
    return this.#owner.alive ? this.#owner.segment : undefined
  }

  /** What it has under way on the fast path. */
  underWay(): readonly QueueEntry[] {
    return this.#fast.entries()
  }

  counts(): BornCounts {
    return this.#fast.counts()
  }

  /** Becomes an owner, or stays one; whom it found silent it has succeeded after this. */
  async lead(): Promise<true> {
    await this.#owner.lead()
    await this.#takingOver
    return true
  }

  async claim(request: ClaimRequest): Promise<readonly Job[]> {
    await this.#owner.appear()
    await this.#fast.lapse(request.now)
    await this.#tables.lapse(request.now)
    const safeUntil = this.#leaseTimes.asking(request.leaseMs)
    const life = this.id
    const fast = await this.#fast.claim(request)
    // What is known to be ours goes out whatever the tables say; they are asked again.
    const asked = this.#tables.claim(request, fast)
    const jobs = [...fast, ...(await (fast.length === 0 ? asked : asked.catch(() => [])))]
    // Leases of a life that is over are another's.
    if (this.id !== life) return []
    for (const job of jobs) this.#leaseTimes.granted(job, safeUntil)
    return jobs
  }

  async renew(jobs: readonly Job[], until: number): Promise<readonly number[]> {
    // A lease is its owner's life: to renew it is to live.
    await this.#owner.live()
    const safeUntil = this.#leaseTimes.asking(until - this.#clock.now())
    const lost: number[] = []
    for (const job of jobs) {
      if (this.#fast.renew(job, until) || this.#tables.leases.renew(job, until))
        this.#leaseTimes.renewed(job, safeUntil)
      else {
        this.#leaseTimes.ended(job)
        lost.push(job.id)
      }
    }
    return lost
  }

  async commit(settlement: Settlement, notices: readonly Submission[], told: readonly DurableFact[]): Promise<boolean> {
    const { job, nextAttemptAt } = settlement
    // Bytes of notices travel with the notices.
    const settled = encodeSettlement(settlement, [], told, { pack: () => 0 })
    if (notices.length === 0) {
      const written = await this.#fast.settle(job, settled, settlement.at)
      if (written !== undefined) {
        this.#leaseTimes.ended(job)
        return written
      }
    } else await this.#fast.moveOut(job)
    const answer = await this.#tables.settle({ settled, notices: notices.map(encode) })
    this.#letLease(job)
    if (answer === 'lost') return false
    if (answer === 'done' || nextAttemptAt !== undefined) this.contents.cache.delete(job.messageId)
    if (notices.length > 0) this.added(settlement.at)
    if (nextAttemptAt !== undefined) this.added(nextAttemptAt)
    return true
  }

  async release(job: Job, dueAt: number): Promise<boolean> {
    const given = await this.#fast.release(job, dueAt)
    const done = given ?? (await this.#tables.giveBack(job, dueAt))
    this.#letLease(job)
    // What leaves the fast path is told of as it does.
    if (given !== undefined) return given
    this.#tables.waiting.added(dueAt)
    if (done) this.#parts.nudge(dueAt)
    return done
  }

  nearFinalDot(job: Job): void {
    this.#fast.marks.near(job)
  }

  enterFinalDot(job: Job): (() => void) | undefined {
    // Neither the lease nor its owner may be over, and the mark must get there.
    if (!this.#leaseTimes.covers(job) || !this.#owner.relied || !this.#marks.isOpen) return undefined
    if (!this.#fast.marks.enter(job)) this.#tables.mark(job)
    return () => {}
  }

  async nextDue(exclude: readonly Domain[]): Promise<number | undefined> {
    const due = await this.#tables.nextDue(exclude)
    const next = Math.min(due, this.#fast.nextDue(new Set(exclude)) ?? Number.POSITIVE_INFINITY)
    return next === Number.POSITIVE_INFINITY ? undefined : next
  }

  async leave(): Promise<void> {
    if (!this.#owner.alive) return
    await this.#fast.empty('free')
    await this.#tables.giveAllBack()
    if (this.#fast.counts().messages === 0) await this.#owner.disappear()
  }

  /** For others to say or to give what they have. */
  get waiting(): Waiting {
    const { connections, clock, time, signals } = this.#parts
    return { connections, signals: signals(), me: this.id, clock, time }
  }

  /** Everything that anybody has under way stands in the tables after this. */
  async recall(): Promise<void> {
    await this.#fast.empty()
    await recallOthers(this.waiting)
    this.#tables.waiting.forget()
  }

  /** Others asked for it. */
  async #recalled(number: number): Promise<void> {
    await this.#fast.empty()
    await this.#owner.recalled(number)
    this.#tables.waiting.forget()
    this.#parts.nudge()
  }

  async #takeOver(owners: readonly number[]): Promise<void> {
    if (await takeOverAll(this.#connections, owners, this.#clock.now())) this.added(0)
  }

  /** Another has taken over: nothing that was ours is. */
  #lost(owner = 0): void {
    this.#marks.forget(owner, [...this.#fast.dotted(), ...this.#tables.leases.dotted()])
    this.#fast.forget()
    this.#tables.forget()
    this.#leaseTimes.forgetAll()
  }

  /** Of a message that is known, also of one that another has under way. */
  async numberAnywhere(id: QueueId): Promise<number | undefined> {
    const n = this.#fast.numberOf(id) ?? (await numberOf(this.#connections, id))
    if (n !== undefined) return n
    await this.recall()
    return await numberOf(this.#connections, id)
  }

  #letLease(job: Job): void {
    this.#tables.leases.ended(job.id, job.lease.token)
    this.#leaseTimes.ended(job)
  }

  /** Everything that this process has stands in the tables after this. */
  emptyOut(): Promise<void> {
    return this.#fast.empty()
  }

  /** Something was added to what waits: there is nothing to do before it is due. */
  added(due: number): void {
    this.#tables.waiting.added(due)
    this.#parts.nudge(due)
    this.#parts.signals().tell()
  }

  heard(what: News): void {
    // What fails is followed by another beat.
    if (what === 'recall') void this.#owner.beat().catch(() => {})
    else {
      this.#tables.waiting.forget()
      this.#parts.nudge()
    }
    // Marks that were sent while nobody listened did not arrive.
    if (what === 'again') void this.#marks.again().catch(() => {})
  }

  /** No more beats. */
  stop(): void {
    this.#owner.stop()
  }

  forget(): void {
    this.intake.close()
    this.contents.cache.clear()
    this.#lost()
  }
}
