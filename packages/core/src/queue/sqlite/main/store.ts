/**
 * SqliteStore: QueueStore in one file, through a writer thread; it never blocks the event loop.
 *
 * Not here: what comes in (intake.ts), what stands beside messages (beside.ts), its leases and final dots (own-leases.ts), who hears of
 * work (work-signal.ts), answers that come in stretches (stretches.ts), SQL (sql.ts), transactions (writer.ts), what rows look like
 * (encode.ts).
 */
import type { Buffer } from 'node:buffer'
import type { Clock } from '../../../ambient/clock.ts'
import type { Domain } from '../../../model/address.ts'
import type { ClaimRequest } from '../../../model/claim-request.ts'
import type { DurableFact, NumberedFact } from '../../../model/fact.ts'
import type { Job } from '../../../model/job.ts'
import type { QueueId } from '../../../model/queue-id.ts'
import type { Settlement, Suppression } from '../../../model/settlement.ts'
import type { Submission } from '../../../model/submission.ts'
import { BytesCache } from '../../bytes-cache.ts'
import { decodeEntry } from '../../decode-entry.ts'
import { decodeJob, encodeSettlement, encodeTelling } from '../../encode.ts'
import type { HistoryQuery, MessagePage } from '../../history.ts'
import { packSettled, unpackJob } from '../../packed.ts'
import type {
  Enqueued,
  EnqueueOptions,
  KnownKey,
  QueueCounts,
  QueueEntry,
  QueueFilter,
  QueueSelection,
  QueueStore,
  Rescheduling,
} from '../../store.ts'
import { SqliteBeside } from './beside.ts'
import { Intake } from './intake.ts'
import { makeToken, OwnLeases } from './own-leases.ts'
import type { ReaderClient } from './reader-client.ts'
import { changeEach, counts, decodeFacts, findByMessageId, list, prune } from './stretches.ts'
import { asBuffer, type ThreadClient } from './thread-client.ts'
import { Withdrawals } from './withdrawals.ts'
import { WorkSignal } from './work-signal.ts'

const CACHE_BYTES = 16 * 2 ** 20

export interface SqliteStoreOptions {
  /** A file, made when it is missing, or `:memory:`. */
  readonly path: string
  readonly clock: Clock
  /** How much of what was just enqueued is kept in memory for its first attempt. @default 16 MiB */
  readonly cacheBytes?: number
}

export class SqliteStore extends SqliteBeside implements QueueStore {
  readonly #thread: ThreadClient
  readonly #cache: BytesCache
  readonly #leases: OwnLeases
  readonly #work: WorkSignal
  readonly #reader: ReaderClient | undefined
  readonly #withdrawals: Withdrawals
  readonly #intake: Intake

  /** @param reader where there is a file */
  constructor(thread: ThreadClient, reader: ReaderClient | undefined, { path, clock, cacheBytes }: SqliteStoreOptions) {
    super(thread, reader)
    this.#thread = thread
    this.#reader = reader
    this.#cache = new BytesCache(clock, cacheBytes ?? CACHE_BYTES)
    this.#leases = new OwnLeases(thread, clock, path)
    this.#work = new WorkSignal(thread, clock, path)
    this.#withdrawals = new Withdrawals(thread, clock)
    this.#intake = new Intake({ thread, cache: this.#cache, work: this.#work, withdrawals: this.#withdrawals })
  }

  enqueue(submission: Submission, options: EnqueueOptions = {}): Promise<Enqueued> {
    return this.#intake.enqueue(submission, options)
  }

  enqueueAll(submissions: readonly Submission[], options: EnqueueOptions = {}): Promise<readonly Enqueued[]> {
    return this.#intake.enqueueAll(submissions, options)
  }

  findKeys(keys: readonly string[], account: string | undefined): Promise<readonly (KnownKey | undefined)[]> {
    return this.#intake.findKeys(keys, account)
  }

  takeLeadership(now: number, leaseMs: number): Promise<boolean> {
    return this.#leases.takeLeadership(now, leaseMs)
  }

  async claim({ now, limit, perDomain, leaseMs, exclude, quotas = [] }: ClaimRequest): Promise<readonly Job[]> {
    const token = makeToken()
    const until = now + leaseMs
    const safeUntil = this.#leases.asking(leaseMs)
    const rows = await this.#thread.ask('claim', { now, limit, perDomain, until, exclude, quotas, token })
    const jobs = rows.map(row => decodeJob(unpackJob(row), token, until))
    const handedOn = this.#withdrawals.without(jobs)
    this.#leases.granted(handedOn, safeUntil)
    return handedOn
  }

  async read(id: QueueId): Promise<Buffer | undefined> {
    const known = this.#cache.get(id)
    if (known !== undefined) return known
    return asBuffer(await this.#thread.ask('read', id))
  }

  async readBlock(id: QueueId, at: number): Promise<Buffer | undefined> {
    return asBuffer(await this.#thread.ask('readBlock', { id, at }))
  }

  renew(jobs: readonly Job[], until: number): Promise<readonly number[]> {
    return this.#leases.renew(jobs, until)
  }

  async commit(
    settlement: Settlement,
    notices: readonly Submission[],
    facts: readonly DurableFact[],
  ): Promise<boolean> {
    const settled = encodeSettlement(settlement, notices, facts, this.#thread.copying)
    const answer = await this.#thread.ask('settle', packSettled(settled))
    this.#leases.ended(settlement.job)
    if (answer === 'lost') return false
    // What is deferred waits long, and is read from the file when its time comes.
    if (answer === 'done' || settlement.nextAttemptAt !== undefined) this.#cache.delete(settled.id as QueueId)
    if (notices.length > 0) this.#work.tell()
    if (settlement.nextAttemptAt !== undefined) this.#work.tell(settlement.nextAttemptAt)
    return true
  }

  async release(job: Job, dueAt: number): Promise<boolean> {
    const given = await this.#thread.ask('giveBack', { job: job.id, token: job.lease.token, due: dueAt })
    this.#leases.ended(job)
    if (given) this.#work.tell(dueAt)
    return given
  }

  enterFinalDot(job: Job): (() => void) | undefined {
    return this.#leases.enterFinalDot(job)
  }

  async nextDue(exclude: readonly Domain[]): Promise<number | undefined> {
    return (await this.#thread.ask('nextDue', exclude)) ?? undefined
  }

  onWork(call: (dueAt?: number) => void): () => void {
    return this.#work.listen(call)
  }

  async facts(after: number, limit: number): Promise<readonly NumberedFact[]> {
    return decodeFacts(await this.#thread.ask('facts', { after, limit }))
  }

  async history(id: QueueId): Promise<readonly NumberedFact[]> {
    return decodeFacts(await this.#thread.ask('history', id))
  }

  newestFact(): Promise<number> {
    return this.#thread.ask('newestFact', null)
  }

  findByMessageId(messageId: string, since: number, before: number): Promise<readonly QueueId[]> {
    return findByMessageId(this.#thread, { messageId, since, before })
  }

  recordOnce(facts: Parameters<QueueStore['recordOnce']>[0], suppressions: readonly Suppression[]): Promise<boolean> {
    return this.#thread.ask('recordOnce', encodeTelling(facts, suppressions))
  }

  list(filter: QueueFilter): Promise<readonly QueueEntry[]> {
    return list(this.#thread, filter)
  }

  async show(id: QueueId): Promise<QueueEntry | undefined> {
    const entry = await this.#thread.ask('show', id)
    return entry === null ? undefined : decodeEntry(entry)
  }

  messages(query: HistoryQuery): Promise<MessagePage> {
    return this.#reader?.ask('messages', query) ?? this.#thread.ask('messages', query)
  }

  counts(now: number): Promise<QueueCounts> {
    return counts(this.#thread, now)
  }

  hold(which: QueueSelection, because: string, now: number): Promise<number> {
    return changeEach(which, selection => this.#thread.ask('hold', { selection, because, now }))
  }

  async unhold(which: QueueSelection, now: number): Promise<number> {
    const changed = await changeEach(which, selection => this.#thread.ask('unhold', { selection, now }))
    if (changed > 0) this.#work.tell()
    return changed
  }

  async retry(which: QueueSelection, now: number): Promise<number> {
    const changed = await changeEach(which, selection => this.#thread.ask('retry', { selection, now }))
    if (changed > 0) this.#work.tell()
    return changed
  }

  async reschedule(id: QueueId, due: number, now: number): Promise<Rescheduling> {
    const answer = await this.#thread.ask('reschedule', { id, due, now })
    if (answer === 'rescheduled') this.#work.tell(due)
    return answer
  }

  async cancel(which: QueueSelection, now: number): Promise<number> {
    const changed = await changeEach(which, selection => this.#thread.ask('cancel', { selection, now }))
    if (changed > 0) this.#cache.clear()
    return changed
  }

  prune(before: number): Promise<number> {
    return prune(this.#thread, before)
  }

  async close(): Promise<void> {
    this.#letGo()
    await this.#thread.ask('giveUpLeadership', null).catch(() => {})
    await Promise.all([this.#thread.close(), this.#reader?.close()])
    this.#leases.close()
  }

  destroy(reason: unknown): void {
    this.#letGo()
    this.#reader?.destroy(reason)
    this.#thread.destroy(reason)
    this.#leases.close()
  }

  #letGo(): void {
    this.#work.close()
    this.#cache.clear()
  }
}
