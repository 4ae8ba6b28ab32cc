/**
 * Deliverer: this process's part in delivery from a queue in PostgreSQL: what it owns on the fast path and in the tables, and the
 * verbs that bring a message from its acceptance to its outcome.
 *
 * Policy. A lease that it holds is kept by its own memory and ends, to all others, with its life as an owner (owner.ts). It asks
 * the database for work only when it has reason to think that some waits there.
 *
 * Not here: what people ask (store.ts), the statements (sql.ts).
 */
import type { Buffer } from 'node:buffer'
import type { Clock } from '../../ambient/clock.ts'
import { type Domain, printAddress } from '../../model/address.ts'
import type { ClaimRequest } from '../../model/claim-request.ts'
import { type CancelledFact, type DurableFact, ofMessage } from '../../model/fact.ts'
import type { Job } from '../../model/job.ts'
import type { QueueId } from '../../model/queue-id.ts'
import type { Settlement } from '../../model/settlement.ts'
import type { Submission } from '../../model/submission.ts'
import { BytesCache } from '../bytes-cache.ts'
import { duplicateKey, encodeSettlement } from '../encode.ts'
import { LeaseTimes } from '../lease-times.ts'
import type { Enqueued, EnqueueOptions, QueueEntry } from '../store.ts'
import { withdraw } from './admin.ts'
import { Batches } from './batches.ts'
import { claim, voidLeases } from './claim.ts'
import { type Connections, OutcomeUnknown } from './connection.ts'
import { untilKnown } from './doubt.ts'
import { type Encoded, encode } from './enqueue.ts'
import { Enqueuer } from './enqueuer.ts'
import { isFenced } from './errors.ts'
import { type BornCounts, jobOf } from './fast-path/born.ts'
import { FastPath, type FastPathParts } from './fast-path/fast-path.ts'
import { LaneList } from './lanes.ts'
import type { News, Signals } from './notify.ts'
import { Owner } from './owner.ts'
import { nextDue } from './queries.ts'
import { recallOthers, type Waiting } from './recall.ts'
import { type Answer, endLeases, type Settling, settleAgain, settleAll } from './settle.ts'
import { MARKS, SQL } from './sql.ts'
import { TableLeases } from './table-leases.ts'
import { takeOver } from './takeover.ts'
import { WaitingWork } from './waiting-work.ts'

/** Of a large message, read at once. */
const BLOCK_OCTETS = 1024 * 1024

export interface DelivererParts {
  readonly connections: Connections
  readonly signals: () => Signals
  readonly clock: Clock
  readonly name: string
  readonly time: 'server' | 'clock'
  readonly gatherMs: number
  readonly cacheBytes: number
  /** There may be something to do here, now or then. */
  readonly nudge: (dueAt?: number) => void
}

export class Deliverer {
  readonly #parts: DelivererParts
  readonly #connections: Connections
  readonly #clock: Clock
  readonly #cache: BytesCache
  readonly #leaseTimes: LeaseTimes
  readonly #owner: Owner
  readonly #fast: FastPath
  readonly #leases = new TableLeases()
  readonly #waiting: WaitingWork
  readonly #enqueuer: Enqueuer
  readonly #settlements: Batches<Settling, Answer>
  #takingOver: Promise<void> = Promise.resolve()

  constructor(parts: DelivererParts) {
    const { connections, clock, cacheBytes, gatherMs, name, time } = parts
    this.#parts = parts
    this.#connections = connections
    this.#clock = clock
    this.#cache = new BytesCache(clock, cacheBytes)
    this.#leaseTimes = new LeaseTimes(clock)
    this.#waiting = new WaitingWork(clock)
    this.#enqueuer = new Enqueuer(connections, clock)
    this.#owner = new Owner({
      connections,
      clock,
      name,
      time,
      counts: () => this.#fast.counts(),
      lost: () => this.#lost(),
      // What fails here is asked for again by the next beat.
      recall: number => void this.#recalled(number).catch(() => {}),
      marksLost: () => this.#markAgain(),
      silent: owners => {
        this.#takingOver = this.#takingOver.then(() => this.#takeOver(owners)).catch(() => {})
      },
    })
    const leased: FastPathParts['leased'] = (born, lease) =>
      this.#leases.granted({ id: jobOf(born), lease }, born.marked ? 'marked' : 'unmarked')
    this.#fast = new FastPath({ connections, clock, owner: this.#owner, gatherMs, leased })
    this.#settlements = new Batches(
      all =>
        untilKnown(
          clock,
          () => connections.transact('lasting', session => settleAll(session, all)),
          () => connections.transact('lasting', session => settleAgain(session, all)),
        ),
      ({ notices }) => notices.reduce((sum, { bytes }) => sum + bytes.length, 0),
    )
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
  async lead(): Promise<void> {
    await this.#owner.appear()
    try {
      await this.#owner.beatAnew()
    } catch (error) {
      if (!isFenced(error)) throw error
      await this.#owner.appear()
    }
    await this.#takingOver
  }

  /** `undefined`: its caller gave up, and it is not there, or was taken back. */
  async enqueue(submission: Submission, options: EnqueueOptions): Promise<Enqueued | undefined> {
    const encoded = encode(submission)
    if (!this.#fast.takes(encoded)) return this.#enqueueToWait(submission, encoded, options)
    const n = await this.#fast.nextNumber()
    try {
      const accepted = await this.#fast.accept({ ...encoded, n }, options, () => this.#cancelled(submission))
      if (accepted === 'given-up') return undefined
      if (accepted === 'fenced') return this.#enqueueToWait(submission, { ...encoded, n }, options, 'again')
    } catch (error) {
      if (error instanceof OutcomeUnknown) this.#enqueuer.takeBack([{ ...encoded, n }])
      throw error
    }
    this.#parts.nudge()
    return { id: submission.id, duplicate: false }
  }

  /** The facts of a message that was taken back. */
  #cancelled({ id, envelope, tags, account }: Submission): readonly CancelledFact[] {
    const of = ofMessage({ messageId: id, tags, account }, this.#clock.now())
    return envelope.recipients.map(({ address }) => ({ kind: 'cancelled', recipient: printAddress(address), ...of }))
  }

  async claim(request: ClaimRequest): Promise<readonly Job[]> {
    await this.#owner.appear()
    await this.#lapse(request.now)
    const safeUntil = this.#leaseTimes.asking(request.leaseMs)
    const life = this.id
    const jobs = await this.#claimAll(request)
    // Leases of a life that is over are another's.
    if (this.id !== life) return []
    for (const job of jobs) this.#leaseTimes.granted(job, safeUntil)
    return jobs
  }

  async read(id: QueueId): Promise<Buffer | undefined> {
    const known = this.#fast.bytesOf(id) ?? this.#cache.get(id)
    if (known !== undefined) return known
    const read = (): Promise<readonly [Buffer][]> => this.#connections.ask<[Buffer]>('passing', SQL.content, id)
    const [row] = await read()
    if (row !== undefined || (await this.numberOf(id)) !== undefined) return row?.[0]
    await this.recall()
    return (await read())[0]?.[0]
  }

  async readBlock(id: QueueId, at: number): Promise<Buffer | undefined> {
    const known = this.#fast.bytesOf(id) ?? this.#cache.get(id)
    if (known !== undefined) return known.length > at ? known.subarray(at) : undefined
    const read = (): Promise<readonly [Buffer][]> =>
      this.#connections.ask<[Buffer]>('passing', SQL.contentBlock, id, at + 1, BLOCK_OCTETS)
    const [row] = await read()
    if (row === undefined && (await this.numberOf(id)) === undefined) await this.recall()
    const [block] = row ?? (await read())[0] ?? []
    return block === undefined || block.length === 0 ? undefined : block
  }

  async renew(jobs: readonly Job[], until: number): Promise<readonly number[]> {
    // A lease is its owner's life: to renew it is to live.
    await this.#owner.live()
    const safeUntil = this.#leaseTimes.asking(until - this.#clock.now())
    const lost: number[] = []
    for (const job of jobs) {
      if (this.#fast.renew(job, until) || this.#leases.renew(job, until)) this.#leaseTimes.renewed(job, safeUntil)
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
    const answer = await this.#settlements.ask({ settled, notices: notices.map(encode) })
    this.#letLease(job)
    if (answer === 'lost') return false
    if (answer === 'done' || nextAttemptAt !== undefined) this.#cache.delete(job.messageId)
    if (notices.length > 0) this.added(settlement.at)
    if (nextAttemptAt !== undefined) {
      this.added(nextAttemptAt)
      this.#parts.nudge(nextAttemptAt)
    }
    return true
  }

  async release(job: Job, dueAt: number): Promise<boolean> {
    const given = await this.#fast.release(job, dueAt)
    const done = given ?? (await this.#giveBack([[job.id, job.lease.token, dueAt]])) === 1
    this.#letLease(job)
    this.#waiting.added(dueAt)
    if (done) this.#parts.nudge(dueAt)
    return done
  }

  enterFinalDot(job: Job): (() => void) | undefined {
    // Neither the lease nor its owner may be over.
    if (!this.#leaseTimes.covers(job) || !this.#owner.relied) return undefined
    const place = this.#fast.mark(job)
    if (place === undefined) {
      this.#leases.mark(job)
      this.#parts.signals().send(SQL.mark, [job.id], [job.lease.token])
    } else this.#parts.signals().send(MARKS[place.segment] as (typeof MARKS)[number], [place.n])
    return () => {}
  }

  async nextDue(exclude: readonly Domain[]): Promise<number | undefined> {
    const { news } = this.#waiting
    let due = this.#waiting.due(exclude)
    if (due === undefined) {
      due = (await nextDue(this.#connections, exclude)) ?? Number.POSITIVE_INFINITY
      if (this.#owner.alive) this.#waiting.looked(exclude, due, news)
    }
    const next = Math.min(due, this.#fast.nextDue(new Set(exclude)) ?? Number.POSITIVE_INFINITY)
    return next === Number.POSITIVE_INFINITY ? undefined : next
  }
  async #enqueueToWait(
    submission: Submission,
    encoded: Encoded,
    options: EnqueueOptions,
    how: 'new' | 'again' = 'new',
  ): Promise<Enqueued | undefined> {
    // Of one process they stand in the order in which they came, whichever way they went.
    const numbered =
      this.#owner.alive && encoded.n === undefined ? { ...encoded, n: await this.#fast.nextNumber() } : encoded
    const taken = await (how === 'new' ? this.#enqueuer.add(numbered, options) : this.#enqueuer.addAgain(numbered))
    if (taken === undefined) return undefined
    if (taken === false) throw duplicateKey(submission)
    if (taken !== null) return { id: taken as QueueId, duplicate: true }
    if (options.signal?.aborted) {
      // What was written stays when somebody is delivering it already, or when it cannot be taken back.
      const gone = await withdraw(this.#connections, submission.id, this.#clock.now()).catch(() => false)
      if (gone) return undefined
    }
    this.#cache.set(submission.id, submission.message.bytes as Buffer)
    this.added(encoded.message.due)
    return { id: submission.id, duplicate: false }
  }

  async #claimAll(request: ClaimRequest): Promise<readonly Job[]> {
    const jobs = await this.#fast.claim(request)
    const limit = request.limit - jobs.length
    const due = this.#waiting.due(request.exclude)
    if (limit <= 0 || (due !== undefined && due > request.now)) return jobs
    const left = { ...request, limit, quotas: quotasLeft(request, jobs) }
    return [...jobs, ...(await this.#claimWaiting(left))]
  }

  async #claimWaiting(request: ClaimRequest): Promise<readonly Job[]> {
    const { news } = this.#waiting
    try {
      const token = this.#owner.makeToken()
      const jobs = await claim(this.#connections, request, { owner: this.#owner.id, token })
      for (const job of jobs) this.#leases.granted(job, 'unmarked')
      // What is left of it is asked for next.
      if (jobs.length > 0) this.#waiting.forget()
      else if (news === this.#waiting.news) {
        const due = await nextDue(this.#connections, request.exclude)
        this.#waiting.looked(request.exclude, due, news)
      }
      return jobs
    } catch (error) {
      if (!isFenced(error)) throw error
      this.#owner.die()
      return []
    }
  }

  /** Leases that ran out by the time of whoever holds them: everybody may have them. */
  async #lapse(now: number): Promise<void> {
    await this.#fast.lapse(now)
    const gone = this.#leases.lapsed(now)
    if (gone.length === 0) return
    const jobs = gone.map(({ job }) => job)
    const tokens = gone.map(({ token }) => token)
    // Our own marks we know, wherever they are on their way.
    const doubtful = gone.filter(({ marked }) => marked).map(({ job }) => job)
    await voidLeases(this.#connections, { jobs, tokens, now, doubtful })
    for (const { job, token } of gone) this.#leases.ended(job, token)
    this.#waiting.forget()
  }

  async leave(): Promise<void> {
    if (!this.#owner.alive) return
    await this.#fast.empty('free')
    const now = this.#clock.now()
    const leases = this.#leases.all().map(({ job, token }): Return => [job, token, now])
    if (leases.length > 0) await this.#giveBack(leases)
    if (this.#fast.counts().messages === 0) await this.#owner.disappear()
  }

  /** How many leases were still held. */
  async #giveBack(leases: readonly Return[]): Promise<number> {
    // One that a server forgets as it falls over would stay leased for as long as we live.
    return await this.#connections.transact('lasting', async session => {
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

  /** For others to say or to give what they have. */
  get waiting(): Waiting {
    const { connections, clock, time, signals } = this.#parts
    return { connections, signals: signals(), me: this.id, clock, time }
  }

  /** Everything that anybody has under way stands in the tables after this. */
  async recall(): Promise<void> {
    await this.#fast.empty()
    await recallOthers(this.waiting)
    this.#waiting.forget()
  }

  /** Others asked for it. */
  async #recalled(number: number): Promise<void> {
    await this.#fast.empty()
    await this.#owner.recalled(number)
    this.#waiting.forget()
    this.#parts.nudge()
  }

  async #takeOver(owners: readonly number[]): Promise<void> {
    for (const owner of owners) {
      if (await takeOver(this.#connections, owner, this.#clock.now())) this.added(0)
    }
  }

  /** The server lost its marks: those whose outcome is still open count. */
  async #markAgain(): Promise<void> {
    for (const { n, segment } of this.#fast.marked())
      await this.#connections.ask('lasting', MARKS[segment] as (typeof MARKS)[number], [n])
    const marked = this.#leases.all().filter(lease => lease.marked)
    if (marked.length > 0) {
      const jobs = marked.map(({ job }) => job)
      await this.#connections.ask(
        'lasting',
        SQL.mark,
        jobs,
        marked.map(({ token }) => token),
      )
    }
  }

  /** Another has taken over: nothing that was ours is. */
  #lost(): void {
    this.#fast.forget()
    this.#leases.forget()
    this.#leaseTimes.forgetAll()
    this.#waiting.forget()
  }

  /** Of a message that stands in the tables or is done. */
  async numberOf(id: QueueId): Promise<number | undefined> {
    return (await this.#connections.ask<[number]>('passing', SQL.messageNumber, id))[0]?.[0]
  }

  /** The same, also of one that another has under way. */
  async numberAnywhere(id: QueueId): Promise<number | undefined> {
    const n = this.#fast.numberOf(id) ?? (await this.numberOf(id))
    if (n !== undefined) return n
    await this.recall()
    return await this.numberOf(id)
  }

  #letLease(job: Job): void {
    this.#leases.ended(job.id, job.lease.token)
    this.#leaseTimes.ended(job)
  }

  /** Everything that this process has stands in the tables after this. */
  emptyOut(): Promise<void> {
    return this.#fast.empty()
  }

  /** Bytes may be of what is cancelled. */
  forgetBytes(): void {
    this.#cache.clear()
  }

  /** Something was added to what waits. */
  added(due: number): void {
    this.#waiting.added(due)
    this.#parts.nudge()
    this.#parts.signals().tell()
  }

  heard(what: News): void {
    // What fails is followed by another beat.
    if (what === 'recall') void this.#owner.beat().catch(() => {})
    else {
      this.#waiting.forget()
      this.#parts.nudge()
    }
    // Marks that were sent while nobody listened did not arrive.
    if (what === 'again') void this.#markAgain().catch(() => {})
  }

  /** No more beats. */
  stop(): void {
    this.#owner.stop()
  }

  forget(): void {
    this.#enqueuer.close()
    this.#cache.clear()
    this.#lost()
  }
}

/** A lease to be given back, and when its job is due then. */
type Return = readonly [job: number, token: number, due: number]

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
