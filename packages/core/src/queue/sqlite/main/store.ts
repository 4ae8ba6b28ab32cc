/**
 * SqliteStore: QueueStore in one file, through a writer thread; it never blocks the event loop.
 *
 * Policy. Bytes that were just enqueued here are kept for their first attempt. Other processes' work is noticed by asking
 * once a second whether the file changed, while someone listens.
 *
 * Not here: SQL (sql.ts), transactions (writer.ts), what rows look like (encode.ts).
 */
import { Buffer } from 'node:buffer'
import { randomFillSync } from 'node:crypto'
import type { Clock } from '../../../ambient/clock.ts'
import type { Address, Domain } from '../../../model/address.ts'
import type { ClaimRequest } from '../../../model/claim-request.ts'
import { MailerError } from '../../../model/error.ts'
import type { DurableFact, NumberedFact } from '../../../model/fact.ts'
import type { Job } from '../../../model/job.ts'
import { leastQueueId, type QueueId } from '../../../model/queue-id.ts'
import type { Settlement, Suppression } from '../../../model/settlement.ts'
import type { Submission } from '../../../model/submission.ts'
import type { TlsDay, TlsReportNote, TlsTally } from '../../../model/tls-result.ts'
import { BytesCache } from '../../bytes-cache.ts'
import {
  decodeEntry,
  decodeJob,
  duplicateKey,
  encodeSettlement,
  encodeSubmission,
  encodeSuppression,
  encodeSuppressionFilter,
  encodeTelling,
  suppressionKey,
} from '../../encode.ts'
import { LeaseTimes } from '../../lease-times.ts'
import { decodePausedSite, encodePausedSite } from '../../rows.ts'
import type {
  Enqueued,
  EnqueueOptions,
  PausedSite,
  QueueCounts,
  QueueEntry,
  QueueFilter,
  QueueSelection,
  QueueStore,
  SuppressionFilter,
  TlsDaysWanted,
} from '../../store.ts'
import { decodeDay, encodeNote, encodeTallies, encodeWanted } from '../../tls-rows.ts'
import { FinalDots } from '../final-dot-ledger.ts'
import type { Selection, Stretch, Verbs, WaitingKey } from '../protocol.ts'
import { troubleOf } from '../thread/errors.ts'
import { queueError, ThreadClient } from './thread-client.ts'

export interface SqliteQueueOptions {
  /** A file, made when it is missing, or `:memory:`. */
  readonly path: string
  readonly clock: Clock
  /** How large the file may grow. @default as large as its disk */
  readonly maxBytes?: number
  /** How much of what was just enqueued is kept in memory for its first attempt. @default 16 MiB */
  readonly cacheBytes?: number
  /** How long to wait for a process that keeps the file locked. @default 5000 */
  readonly busyMs?: number
}

const CACHE_BYTES = 16 * 2 ** 20
const BUSY_MS = 5_000
const LOOK_MS = 1_000
const DEFAULT_LIMIT = 100

/** @throws MailerError `queue-unavailable`, `queue-full`, `queue-newer` */
export async function openSqliteQueue(options: SqliteQueueOptions): Promise<QueueStore> {
  const { path, maxBytes, busyMs } = options
  const thread = await ThreadClient.open({ path, maxBytes: maxBytes ?? null, busyMs: busyMs ?? BUSY_MS })
  return new SqliteStore(thread, options)
}

class SqliteStore implements QueueStore {
  readonly #thread: ThreadClient
  readonly #path: string
  readonly #clock: Clock
  readonly #cache: BytesCache
  readonly #leases: LeaseTimes
  readonly #listeners = new Set<(dueAt?: number) => void>()
  /** Messages that are being taken back. */
  readonly #withdrawn = new Set<QueueId>()
  #dots: FinalDots | undefined
  /** Until when delivery is surely ours, by the monotonic clock. */
  #holdsUntil = -Infinity
  #stopLooking: (() => void) | undefined
  #version: number | undefined

  constructor(thread: ThreadClient, { path, clock, cacheBytes }: SqliteQueueOptions) {
    this.#thread = thread
    this.#path = path
    this.#clock = clock
    this.#cache = new BytesCache(clock, cacheBytes ?? CACHE_BYTES)
    this.#leases = new LeaseTimes(clock)
  }

  async enqueue(submission: Submission, options: EnqueueOptions = {}): Promise<Enqueued> {
    const { signal } = options
    signal?.throwIfAborted()
    const answer = await this.#thread.ask('enqueue', encodeSubmission(submission, this.#thread), options)
    if (answer === false) throw duplicateKey(submission)
    if (answer !== null) return { id: answer as QueueId, duplicate: true }
    // A claim that was answered together with this is looked at after this line, and nothing may come in between.
    if (signal?.aborted && (await this.#withdraw(submission.id))) throw signal.reason
    this.#cache.set(submission.id, submission.message.bytes)
    this.#nudge()
    return { id: submission.id, duplicate: false }
  }

  /** `false`: what is on disk stays there, as when another process is delivering it. */
  async #withdraw(id: QueueId): Promise<boolean> {
    this.#withdrawn.add(id)
    try {
      return await this.#thread.ask('withdraw', { id, now: this.#clock.now() })
    } catch {
      // A disk that takes no cancellation, a thread that died: then the message counts.
      return false
    } finally {
      this.#withdrawn.delete(id)
    }
  }

  async takeLeadership(now: number, leaseMs: number): Promise<boolean> {
    const safeUntil = this.#leases.asking(leaseMs)
    const ask = { now, until: now + leaseMs, monotonic: this.#clock.monotonic() }
    const answer = await this.#thread.ask('takeLeadership', ask)
    if (answer === 'taken' || (answer === 'kept' && this.#dots === undefined)) await this.#beginLedger()
    this.#holdsUntil = answer === 'no' ? -Infinity : safeUntil
    return answer !== 'no'
  }

  /** Who cannot mark final dots does not deliver: another process may be able to. */
  async #beginLedger(): Promise<void> {
    const before = this.#dots
    this.#dots = undefined
    this.#leases.forgetAll()
    try {
      this.#dots = new FinalDots(this.#path)
    } catch (error) {
      await this.#thread.ask('giveUpLeadership', null)
      throw queueError(troubleOf(error, this.#path), this.#path, error)
    } finally {
      before?.close()
    }
  }

  async claim({ now, limit, perDomain, leaseMs, exclude, quotas = [] }: ClaimRequest): Promise<readonly Job[]> {
    const token = makeToken()
    const until = now + leaseMs
    const safeUntil = this.#leases.asking(leaseMs)
    const rows = await this.#thread.ask('claim', { now, limit, perDomain, until, exclude, quotas, token })
    const jobs = rows.map(row => decodeJob(row, token, until))
    const handedOn = this.#withdrawn.size === 0 ? jobs : jobs.filter(({ messageId }) => !this.#withdrawn.has(messageId))
    for (const job of handedOn) this.#leases.granted(job, safeUntil)
    return handedOn
  }

  async read(id: QueueId): Promise<Buffer | undefined> {
    const known = this.#cache.get(id)
    if (known !== undefined) return known
    const bytes = await this.#thread.ask('read', id)
    return bytes === null ? undefined : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  async renew(jobs: readonly Job[], until: number): Promise<readonly number[]> {
    const safeUntil = this.#leases.asking(until - this.#clock.now())
    const tokens = jobs.map(job => job.lease.token)
    const lost = await this.#thread.ask('renew', { jobs: jobs.map(job => job.id), tokens, until })
    const gone = new Set(lost)
    for (const job of jobs) {
      if (gone.has(job.id)) this.#leases.ended(job)
      else this.#leases.renewed(job, safeUntil)
    }
    return lost
  }

  async commit(
    settlement: Settlement,
    notices: readonly Submission[],
    facts: readonly DurableFact[],
  ): Promise<boolean> {
    const { job } = settlement
    const answer = await this.#thread.ask('settle', encodeSettlement(settlement, notices, facts, this.#thread))
    this.#endLease(job)
    if (answer === 'lost') return false
    // What is deferred waits long, and is read from the file when its time comes.
    if (answer === 'done' || settlement.nextAttemptAt !== undefined) this.#cache.delete(job.messageId)
    if (notices.length > 0) this.#nudge()
    if (settlement.nextAttemptAt !== undefined) this.#nudge(settlement.nextAttemptAt)
    return true
  }

  async release(job: Job, dueAt: number): Promise<boolean> {
    const given = await this.#thread.ask('giveBack', { job: job.id, token: job.lease.token, due: dueAt })
    this.#endLease(job)
    if (given) this.#nudge(dueAt)
    return given
  }

  enterFinalDot(job: Job): (() => void) | undefined {
    if (this.#dots === undefined || !this.#leases.isBefore(this.#holdsUntil) || !this.#leases.covers(job))
      return undefined
    this.#dots.enter(job.id, job.lease.token)
    return () => {}
  }

  async nextDue(exclude: readonly Domain[]): Promise<number | undefined> {
    return (await this.#thread.ask('nextDue', exclude)) ?? undefined
  }

  onWork(call: (dueAt?: number) => void): () => void {
    this.#listeners.add(call)
    // The first look, now, is what later ones are compared with. Never rejects: it catches all.
    if (this.#stopLooking === undefined && this.#path !== ':memory:') void this.#lookNow()
    return () => {
      this.#listeners.delete(call)
      if (this.#listeners.size > 0) return
      this.#stopLooking?.()
      this.#stopLooking = undefined
    }
  }

  async facts(after: number, limit: number): Promise<readonly NumberedFact[]> {
    return numbered(await this.#thread.ask('facts', { after, limit }))
  }

  async history(id: QueueId): Promise<readonly NumberedFact[]> {
    return numbered(await this.#thread.ask('history', id))
  }

  newestFact(): Promise<number> {
    return this.#thread.ask('newestFact', null)
  }

  async findByMessageId(messageId: string, since: number, before: number): Promise<readonly QueueId[]> {
    const found: string[] = []
    const below = leastQueueId(before)
    for (let least: string | undefined = leastQueueId(since); least !== undefined; ) {
      const stretch: Verbs['findByMessageId']['answer'] = await this.#thread.ask('findByMessageId', {
        messageId,
        least,
        below,
      })
      found.push(...stretch.found)
      least = stretch.afterId
    }
    return found as QueueId[]
  }

  recordOnce(facts: Parameters<QueueStore['recordOnce']>[0], suppressions: readonly Suppression[]): Promise<boolean> {
    return this.#thread.ask('recordOnce', encodeTelling(facts, suppressions))
  }

  async list({ limit = DEFAULT_LIMIT, after, ...filter }: QueueFilter): Promise<readonly QueueEntry[]> {
    const entries: QueueEntry[] = []
    let from: number | undefined = after === undefined ? 0 : await this.#numberOf(after)
    while (from !== undefined && entries.length < limit) {
      const ask = { selection: { filter, after: from }, limit: limit - entries.length }
      const stretch: Stretch<readonly Parameters<typeof decodeEntry>[0][]> = await this.#thread.ask('list', ask)
      entries.push(...stretch.found.map(decodeEntry))
      from = stretch.after
    }
    return entries
  }

  async show(id: QueueId): Promise<QueueEntry | undefined> {
    const entry = await this.#thread.ask('show', id)
    return entry === null ? undefined : decodeEntry(entry)
  }

  async counts(now: number): Promise<QueueCounts> {
    const { oldest, ...counts } = await this.#thread.ask('counts', null)
    const [due, held] = [await this.#countDue(now), await this.#countHeld()]
    return { ...counts, due, held, ...(oldest !== null && { oldestAcceptedAt: oldest }) }
  }

  hold(which: QueueSelection, because: string, now: number): Promise<number> {
    return this.#each(which, selection => this.#thread.ask('hold', { selection, because, now }))
  }

  async unhold(which: QueueSelection, now: number): Promise<number> {
    const changed = await this.#each(which, selection => this.#thread.ask('unhold', { selection, now }))
    if (changed > 0) this.#nudge()
    return changed
  }

  async retry(which: QueueSelection, now: number): Promise<number> {
    const changed = await this.#each(which, selection => this.#thread.ask('retry', { selection, now }))
    if (changed > 0) this.#nudge()
    return changed
  }

  async cancel(which: QueueSelection, now: number): Promise<number> {
    const changed = await this.#each(which, selection => this.#thread.ask('cancel', { selection, now }))
    if (changed > 0) this.#cache.clear()
    return changed
  }

  async suppression(address: Address, now: number): Promise<Suppression | undefined> {
    const json = await this.#thread.ask('suppression', { address: suppressionKey(address), now })
    return json === null ? undefined : (JSON.parse(json) as Suppression)
  }

  async suppressions(filter: SuppressionFilter, now: number): Promise<readonly Suppression[]> {
    const found = await this.#thread.ask('suppressions', encodeSuppressionFilter(filter, now))
    return found.map(json => JSON.parse(json) as Suppression)
  }

  async putSuppressions(entries: readonly Suppression[]): Promise<void> {
    await this.#thread.ask('putSuppressions', entries.map(encodeSuppression))
  }

  unsuppress(address: Address): Promise<boolean> {
    return this.#thread.ask('unsuppress', suppressionKey(address))
  }

  async countTls(tallies: readonly TlsTally[]): Promise<void> {
    await this.#thread.ask('countTls', encodeTallies(tallies))
  }

  async tlsDays(wanted: TlsDaysWanted): Promise<readonly TlsDay[]> {
    return (await this.#thread.ask('tlsDays', encodeWanted(wanted))).map(decodeDay)
  }

  async noteTlsReport(note: TlsReportNote): Promise<void> {
    await this.#thread.ask('noteTlsReport', encodeNote(note))
  }

  async notePausedSite(site: string, rest: PausedSite | undefined): Promise<void> {
    if (rest === undefined) await this.#thread.ask('endPausedSite', site)
    else await this.#thread.ask('notePausedSite', encodePausedSite(rest))
  }

  async pausedSites(now: number): Promise<readonly PausedSite[]> {
    return (await this.#thread.ask('pausedSites', now)).map(decodePausedSite)
  }

  async prune(before: number): Promise<number> {
    let removed = 0
    for (let after: number | undefined = 0; after !== undefined; ) {
      const stretch: Stretch<number> = await this.#thread.ask('prune', { before, after })
      removed += stretch.found
      after = stretch.after
    }
    while (await this.#thread.ask('vacuum', null));
    return removed
  }

  async close(): Promise<void> {
    this.#letGo()
    await this.#thread.ask('giveUpLeadership', null).catch(() => {})
    await this.#thread.close()
    this.#dots?.close()
    this.#dots = undefined
  }

  destroy(reason: unknown): void {
    this.#letGo()
    this.#thread.destroy(reason)
    this.#dots?.close()
    this.#dots = undefined
  }

  #letGo(): void {
    this.#stopLooking?.()
    this.#stopLooking = undefined
    this.#listeners.clear()
    this.#cache.clear()
  }

  async #each(which: QueueSelection, change: (selection: Selection) => Promise<Stretch<number>>): Promise<number> {
    if (typeof which === 'string') return (await change({ id: which, after: 0 })).found
    let changed = 0
    for (let after: number | undefined = 0; after !== undefined; ) {
      const stretch: Stretch<number> = await change({ filter: which, after })
      changed += stretch.found
      after = stretch.after
    }
    return changed
  }

  /** In stretches, so that acceptance is not kept waiting by who counts a million. */
  async #countDue(now: number): Promise<number> {
    let due = 0
    for (let after: WaitingKey | null | undefined = null; after !== undefined; ) {
      const stretch: Verbs['countDue']['answer'] = await this.#thread.ask('countDue', { now, after })
      due += stretch.found
      after = stretch.after
    }
    return due
  }

  async #countHeld(): Promise<number> {
    let held = 0
    for (let after: number | undefined = 0; after !== undefined; ) {
      const stretch: Stretch<number> = await this.#thread.ask('countHeld', after)
      held += stretch.found
      after = stretch.after
    }
    return held
  }

  async #numberOf(id: QueueId): Promise<number> {
    const n = await this.#thread.ask('number', id)
    if (n !== null) return n
    throw new MailerError('unknown-message', `No message ${id} is in the queue or its history.`, { found: id })
  }

  #endLease(job: Job): void {
    this.#leases.ended(job)
    this.#dots?.leave(job.id)
  }

  #nudge(dueAt?: number): void {
    for (const call of this.#listeners) call(dueAt)
  }

  #look(): void {
    // Never rejects: it catches all.
    this.#stopLooking = this.#clock.after(LOOK_MS, () => void this.#lookNow(), { idle: true })
  }

  async #lookNow(): Promise<void> {
    try {
      const version = await this.#thread.ask('version', null)
      if (this.#version !== undefined && this.#version !== version) this.#nudge()
      this.#version = version
    } catch {
      // The verb that matters to someone will tell; this one only looks.
    }
    if (this.#listeners.size > 0) this.#look()
  }
}

const TOKEN_OCTETS = 6
/** One call for randomness serves a hundred claims. */
const chance = { octets: Buffer.alloc(100 * TOKEN_OCTETS), used: 100 * TOKEN_OCTETS }

/** Never 0, which is an empty slot of the ledger. */
function makeToken(): number {
  if (chance.used === chance.octets.length) {
    randomFillSync(chance.octets)
    chance.used = 0
  }
  chance.used += TOKEN_OCTETS
  return chance.octets.readUIntLE(chance.used - TOKEN_OCTETS, TOKEN_OCTETS) || 1
}

function numbered(flat: readonly (number | string)[]): readonly NumberedFact[] {
  const facts: NumberedFact[] = []
  for (let at = 0; at < flat.length; at += 2) {
    facts.push({ number: flat[at] as number, fact: JSON.parse(flat[at + 1] as string) as DurableFact })
  }
  return facts
}
