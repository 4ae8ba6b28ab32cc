/**
 * PostgresStore: QueueStore on PostgreSQL, for any number of processes on any number of machines.
 *
 * Policy.
 * - Everyone delivers: `takeLeadership` says yes to all. What one accepts and leases is its own until it is done, gives it back or is
 *   dead (owner.ts), whatever the clocks of the machines show; all times are the server's (server-clock.ts).
 * - Bytes that were just enqueued here are kept for their first attempt; they may still be there when another process has
 *   delivered them.
 * - When a connection breaks during a commit, or the server stops waiting for its standby, an enqueue or a settlement is asked
 *   for again and finds what became of the first time (doubt.ts). An enqueue whose caller had to be told that nobody knows is
 *   taken back as soon as the server can be asked, for the caller will send it again. Other verbs are refused as unknown.
 *
 * Not here: what stands beside messages (beside.ts), SQL (sql.ts), connections (connection.ts), what rows look like (../encode.ts).
 */
import type { Buffer } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import { type Clock, systemClock } from '../../ambient/clock.ts'
import type { Address, Domain } from '../../model/address.ts'
import type { ClaimRequest } from '../../model/claim-request.ts'
import type { DurableFact, NumberedFact } from '../../model/fact.ts'
import type { Job } from '../../model/job.ts'
import type { QueueId } from '../../model/queue-id.ts'
import type { Settlement, Suppression } from '../../model/settlement.ts'
import type { Shares, ShareWish } from '../../model/share.ts'
import type { Submission } from '../../model/submission.ts'
import type { Erased } from '../erasure.ts'
import type { HistoryQuery, MessagePage } from '../history.ts'
import { KEPT_BYTES } from '../kept-content.ts'
import type {
  Enqueued,
  EnqueueOptions,
  KnownKey,
  QueueCounts,
  QueueEntry,
  QueueFilter,
  QueueSelection,
  QueueServer,
  QueueStore,
  Rescheduling,
} from '../store.ts'
import { prune } from './admin.ts'
import { PostgresBeside } from './beside.ts'
import { Calls } from './calls.ts'
import type { Connections } from './connection.ts'
import { Deliverer } from './deliverer.ts'
import { findKeys } from './enqueue.ts'
import { Signals } from './notify.ts'
import { Operator } from './operator.ts'
import type { PostgresQueueOptions } from './options.ts'
import { type Attempt, patiently } from './patience.ts'
import { Numbering } from './queries.ts'
import { holdRestored } from './restored.ts'
import { serverState } from './server.ts'
import { ServerClock } from './server-clock.ts'
import { share } from './shares.ts'
import { Upkeep } from './upkeep.ts'

const GATHER_MS = 4
const CACHE_BYTES = 16 * 2 ** 20

export class PostgresStore extends PostgresBeside implements QueueStore {
  readonly clock: Clock | undefined
  readonly #connections: Connections
  readonly #clock: Clock
  readonly #machine: Clock
  readonly #signals: Signals
  readonly #numbering: Numbering
  readonly #deliverer: Deliverer
  readonly #listeners = new Set<(dueAt?: number) => void>()
  readonly #calls: Calls
  readonly #upkeep: Upkeep
  readonly #operator: Operator
  /** By which others tell our notes apart. */
  readonly #name: string
  #closing: Promise<void> | undefined

  constructor(connections: Connections, options: PostgresQueueOptions) {
    const calls = new Calls()
    super(connections, calls)
    this.#calls = calls
    const { clock: machine = systemClock, cacheBytes = CACHE_BYTES, gatherMs = GATHER_MS, time = 'server' } = options
    const { mostKept = KEPT_BYTES } = options
    const serverClock = time === 'server' ? new ServerClock(machine) : undefined
    const clock = serverClock ?? machine
    this.#connections = connections
    this.#clock = clock
    this.#machine = machine
    this.clock = serverClock
    this.#numbering = new Numbering(connections)
    this.#name = randomBytes(9).toString('base64url')
    this.#signals = new Signals({ connections, clock, name: this.#name, news: what => this.#deliverer.heard(what) })
    this.#deliverer = new Deliverer({
      connections,
      clock,
      name: this.#name,
      time,
      heardTime: (theirs, asked) => serverClock?.heard(theirs, asked),
      gatherMs,
      cacheBytes,
      mostKept,
      signals: () => this.#signals,
      nudge: dueAt => {
        for (const call of this.#listeners) call(dueAt)
      },
    })
    this.#operator = new Operator({ connections, clock, deliverer: this.#deliverer, numbering: this.#numbering })
    this.#upkeep = new Upkeep({ connections, clock, serverClock, segment: () => this.#deliverer.segment })
  }

  async begin(): Promise<void> {
    await this.#upkeep.begin()
    await this.#signals.connect()
  }

  enqueue(submission: Submission, options: EnqueueOptions = {}): Promise<Enqueued> {
    const attempt: Attempt<Enqueued> = each => this.#deliverer.intake.enqueue(submission, each)
    return this.#given(options, attempt)
  }

  enqueueAll(submissions: readonly Submission[], options: EnqueueOptions = {}): Promise<readonly Enqueued[]> {
    const attempt: Attempt<readonly Enqueued[]> = each => this.#deliverer.intake.enqueueAll(submissions, each)
    return this.#given(options, attempt)
  }

  /** @throws the reason of the signal, as it is, when it was given up */
  async #given<T>(options: EnqueueOptions, attempt: Attempt<T>): Promise<T> {
    const done = await this.#calls.run(() => patiently(this.#clock, options, attempt))
    if (done === undefined) throw options.signal?.reason
    return done
  }

  findKeys(keys: readonly string[], account: string | undefined): Promise<readonly (KnownKey | undefined)[]> {
    return this.#calls.run(() => findKeys(this.#connections, keys, account))
  }

  takeLeadership(): Promise<boolean> {
    return this.#calls.run(() => this.#deliverer.lead())
  }

  claim(request: ClaimRequest): Promise<readonly Job[]> {
    return this.#calls.run(() => this.#deliverer.claim(request))
  }

  read(id: QueueId): Promise<Buffer | undefined> {
    return this.#calls.run(() => this.#deliverer.contents.read(id))
  }

  readBlock(id: QueueId, at: number): Promise<Buffer | undefined> {
    return this.#calls.run(() => this.#deliverer.contents.readBlock(id, at))
  }

  renew(jobs: readonly Job[], until: number): Promise<readonly number[]> {
    return this.#calls.run(() => this.#deliverer.renew(jobs, until))
  }

  commit(settlement: Settlement, notices: readonly Submission[], told: readonly DurableFact[]): Promise<boolean> {
    return this.#calls.run(() => this.#deliverer.commit(settlement, notices, told))
  }

  release(job: Job, dueAt: number): Promise<boolean> {
    return this.#calls.run(() => this.#deliverer.release(job, dueAt))
  }

  share(wishes: readonly ShareWish[]): Promise<Shares> {
    return this.#calls.run(() => share(this.#connections, this.#deliverer.id, wishes))
  }

  nearFinalDot(job: Job): void {
    this.#deliverer.nearFinalDot(job)
  }

  enterFinalDot(job: Job): (() => void) | undefined {
    return this.#deliverer.enterFinalDot(job)
  }

  nextDue(exclude: readonly Domain[]): Promise<number | undefined> {
    return this.#calls.run(() => this.#deliverer.nextDue(exclude))
  }

  onWork(call: (dueAt?: number) => void): () => void {
    this.#listeners.add(call)
    return () => {
      this.#listeners.delete(call)
    }
  }

  facts(after: number, limit: number): Promise<readonly NumberedFact[]> {
    return this.#calls.run(() => this.#numbering.facts(after, limit))
  }

  history(id: QueueId): Promise<readonly NumberedFact[]> {
    return this.#calls.run(() => this.#operator.history(id))
  }

  newestFact(): Promise<number> {
    return this.#calls.run(() => this.#numbering.newest())
  }

  findByMessageId(messageId: string, since: number, before: number): Promise<readonly QueueId[]> {
    return this.#calls.run(() => this.#operator.findByMessageId(messageId, since, before))
  }

  recordOnce(facts: Parameters<QueueStore['recordOnce']>[0], suppressions: readonly Suppression[]): Promise<boolean> {
    return this.#calls.run(() => this.#operator.recordOnce(facts, suppressions))
  }

  list(filter: QueueFilter): Promise<readonly QueueEntry[]> {
    return this.#calls.run(() => this.#operator.list(filter))
  }

  show(id: QueueId): Promise<QueueEntry | undefined> {
    return this.#calls.run(() => this.#operator.show(id))
  }

  messages(query: HistoryQuery): Promise<MessagePage> {
    return this.#calls.run(() => this.#operator.messages(query))
  }

  counts(now: number): Promise<QueueCounts> {
    return this.#calls.run(() => this.#operator.counts(now))
  }

  hold(which: QueueSelection, because: string, now: number): Promise<number> {
    return this.#calls.run(() => this.#operator.hold(which, because, now))
  }

  /** Of a database that was restored. @throws MailerError `not-possible` while a relay runs on it */
  holdRestored(because: string): Promise<number> {
    return this.#calls.run(() => holdRestored(this.#connections, this.#clock, because))
  }

  unhold(which: QueueSelection, now: number): Promise<number> {
    return this.#calls.run(() => this.#operator.unhold(which, now))
  }

  retry(which: QueueSelection, now: number): Promise<number> {
    return this.#calls.run(() => this.#operator.retry(which, now))
  }

  reschedule(id: QueueId, due: number, now: number): Promise<Rescheduling> {
    return this.#calls.run(() => this.#operator.reschedule(id, due, now))
  }

  cancel(which: QueueSelection, now: number): Promise<number> {
    return this.#calls.run(() => this.#operator.cancel(which, now))
  }

  erase(person: Address): Promise<Erased> {
    return this.#calls.run(() => this.#operator.erase(person))
  }

  server(): Promise<QueueServer> {
    return this.#calls.run(() => serverState(this.#connections, this.#machine))
  }

  prune(before: number): Promise<number> {
    return this.#calls.run(async () => {
      // What nobody read until now is numbered a little at a time.
      await this.#numbering.run()
      return prune(this.#connections, before)
    })
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await this.#calls.finish()
    this.#deliverer.stop()
    // What cannot be given back is taken over.
    const given = await this.#deliverer.leave().then(
      () => true,
      () => false,
    )
    if (given) this.#signals.tell()
    this.#forget()
    await this.#signals.close()
    await this.#connections.close()
  }

  destroy(reason: unknown): void {
    this.#calls.cut(reason)
    this.#deliverer.stop()
    this.#forget()
    // Never rejects: telling and ending catch their own failures.
    void this.#signals.close()
    this.#connections.destroy()
  }

  #forget(): void {
    this.#upkeep.close()
    this.#listeners.clear()
    this.#deliverer.forget()
  }
}
