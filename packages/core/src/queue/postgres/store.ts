/**
 * PostgresStore: QueueStore on PostgreSQL, for any number of processes on any number of machines.
 *
 * Policy.
 * - Everyone delivers: `takeLeadership` says yes to all. What one accepts and leases is its own until it is done, gives it back or is
 *   dead (owner.ts), whatever the clocks of the machines show.
 * - Bytes that were just enqueued here are kept for their first attempt; they may still be there when another process has
 *   delivered them.
 * - When a connection breaks during a commit, or the server stops waiting for its standby, an enqueue or a settlement is asked
 *   for again and finds what became of the first time (doubt.ts). An enqueue whose caller had to be told that nobody knows is
 *   taken back as soon as the server can be asked, for the caller will send it again. Other verbs are refused as unknown.
 *
 * Not here: SQL (sql.ts), connections (connection.ts), what rows look like (../encode.ts).
 */
import type { Buffer } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import { type Clock, systemClock } from '../../ambient/clock.ts'
import type { Address, Domain } from '../../model/address.ts'
import type { ClaimRequest } from '../../model/claim-request.ts'
import type { DurableFact, NumberedFact } from '../../model/fact.ts'
import type { Job } from '../../model/job.ts'
import { leastQueueId, type QueueId, unknownMessage } from '../../model/queue-id.ts'
import type { Settlement, Suppression } from '../../model/settlement.ts'
import type { Submission } from '../../model/submission.ts'
import type { TlsDay, TlsReportNote, TlsTally } from '../../model/tls-result.ts'
import { encodeSuppression, encodeSuppressionFilter, encodeTelling, suppressionKey } from '../encode.ts'
import type { HistoryQuery, MessagePage } from '../history.ts'
import type {
  Enqueued,
  EnqueueOptions,
  PausedSite,
  QueueCounts,
  QueueEntry,
  QueueFilter,
  QueueSelection,
  QueueServer,
  QueueStore,
  Rescheduling,
  SuppressionFilter,
  TlsDaysWanted,
} from '../store.ts'
import { encodeNote } from '../tls-rows.ts'
import { cancel, hold, prune, reschedule, retry, unhold } from './admin.ts'
import { Calls } from './calls.ts'
import { Connections } from './connection.ts'
import { Deliverer } from './deliverer.ts'
import { troubleOf } from './errors.ts'
import { listMessages } from './history.ts'
import { PostgresHosts } from './hosts.ts'
import { KeptCounts } from './kept-counts.ts'
import { findByMessageId, recordOnce } from './late-facts.ts'
import { Signals } from './notify.ts'
import { patiently } from './patience.ts'
import { notePausedSite, pausedSites } from './paused-sites.ts'
import { addCounts, counts, countsOfOwners, entries, find, Numbering, showOutcome } from './queries.ts'
import { hearOthers } from './recall.ts'
import { prepareSchema } from './schema.ts'
import { serverState } from './server.ts'
import { SQL } from './sql.ts'
import { countTls, tlsDays } from './tls-counts.ts'
import { Upkeep } from './upkeep.ts'

export interface PostgresQueueOptions {
  /**
   * Such as `postgres://user:password@host/database`, or with several hosts `one:5432,two:5432`, of which the one that can be
   * written to is used. It may lead through PgBouncer, also where that hands out its servers by the transaction.
   */
  readonly connectionString: string
  /**
   * The same database without the pooler: one connection that listens, and makes tables.
   * @default `connectionString`; behind a pooler nobody listens, and what others added is looked for each second
   */
  readonly directConnectionString?: string
  /** Where the tables are, made when it is missing; each one is a queue of its own. @default 'postrider' */
  readonly schema?: string
  /** How many connections at most, beside one that listens. @default 10 */
  readonly connections?: number
  /** How much of what was just enqueued is kept in memory for its first attempt. @default 16 MiB */
  readonly cacheBytes?: number
  /** How long an answer of the server is waited for before its connection is given up. @default 60000 */
  readonly answerWithinMs?: number
  /** How long what is accepted gathers before it is written; 0 is no longer than one turn of the event loop. @default 4 */
  readonly gatherMs?: number
  /** Whose time owners grow old by: the server's, or that of `clock`, for tests. @default 'server' */
  readonly time?: 'server' | 'clock'
  readonly clock?: Clock
}

const SCHEMA = 'postrider'
const CONNECTIONS = 10
const ANSWER_MS = 60_000
const GATHER_MS = 4
const CACHE_BYTES = 16 * 2 ** 20
const DEFAULT_LIMIT = 100

/** @throws MailerError `queue-unavailable`, `queue-newer`, `invalid-option` */
export async function openPostgresQueue(options: PostgresQueueOptions): Promise<QueueStore> {
  const { connectionString, schema = SCHEMA, connections = CONNECTIONS } = options
  let opened: Connections | undefined
  try {
    const { answerWithinMs = ANSWER_MS } = options
    const hosts = new PostgresHosts(connectionString)
    const direct = options.directConnectionString
    const place = {
      hosts,
      ...(direct !== undefined && { direct: new PostgresHosts(direct) }),
      schema,
      connections: Math.max(1, Math.ceil(connections / 2)),
      answerWithinMs,
    }
    opened = await Connections.open(place, query => prepareSchema(query, schema))
    const store = new PostgresStore(opened, options)
    await store.begin()
    return store
  } catch (error) {
    opened?.destroy()
    throw troubleOf(error)
  }
}

class PostgresStore implements QueueStore {
  readonly #connections: Connections
  readonly #clock: Clock
  readonly #signals: Signals
  readonly #numbering: Numbering
  readonly #deliverer: Deliverer
  readonly #listeners = new Set<(dueAt?: number) => void>()
  readonly #calls = new Calls()
  readonly #upkeep: Upkeep
  readonly #kept: KeptCounts
  /** By which others tell our notes apart. */
  readonly #name: string
  #closing: Promise<void> | undefined

  constructor(connections: Connections, options: PostgresQueueOptions) {
    const { clock = systemClock, cacheBytes = CACHE_BYTES, gatherMs = GATHER_MS, time = 'server' } = options
    this.#connections = connections
    this.#clock = clock
    this.#kept = new KeptCounts(clock, now => this.#count(now))
    this.#numbering = new Numbering(connections)
    this.#name = randomBytes(9).toString('base64url')
    this.#signals = new Signals({ connections, clock, name: this.#name, news: what => this.#deliverer.heard(what) })
    this.#deliverer = new Deliverer({
      connections,
      clock,
      name: this.#name,
      time,
      gatherMs,
      cacheBytes,
      signals: () => this.#signals,
      nudge: dueAt => {
        for (const call of this.#listeners) call(dueAt)
      },
    })
    this.#upkeep = new Upkeep({ connections, clock, segment: () => this.#deliverer.segment })
  }

  async begin(): Promise<void> {
    await this.#upkeep.begin()
    await this.#signals.connect()
  }

  async enqueue(submission: Submission, options: EnqueueOptions = {}): Promise<Enqueued> {
    const enqueued = await this.#calls.run(() =>
      patiently(this.#clock, options, each => this.#deliverer.enqueue(submission, each)),
    )
    if (enqueued === undefined) throw options.signal?.reason
    return enqueued
  }

  takeLeadership(): Promise<boolean> {
    return this.#calls.run(async () => {
      await this.#deliverer.lead()
      return true
    })
  }

  claim(request: ClaimRequest): Promise<readonly Job[]> {
    return this.#calls.run(() => this.#deliverer.claim(request))
  }

  read(id: QueueId): Promise<Buffer | undefined> {
    return this.#calls.run(() => this.#deliverer.read(id))
  }

  readBlock(id: QueueId, at: number): Promise<Buffer | undefined> {
    return this.#calls.run(() => this.#deliverer.readBlock(id, at))
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
    return this.#calls.run(async () => {
      const n = await this.#deliverer.numberAnywhere(id)
      return n === undefined ? [] : this.#numbering.history(n)
    })
  }

  newestFact(): Promise<number> {
    return this.#calls.run(() => this.#numbering.newest())
  }

  findByMessageId(messageId: string, since: number, before: number): Promise<readonly QueueId[]> {
    return this.#calls.run(async () => {
      await this.#deliverer.recall()
      const found = await findByMessageId(this.#connections, messageId, leastQueueId(since), leastQueueId(before))
      return found as QueueId[]
    })
  }

  recordOnce(facts: Parameters<QueueStore['recordOnce']>[0], suppressions: readonly Suppression[]): Promise<boolean> {
    return this.#calls.run(async () => {
      const telling = encodeTelling(facts, suppressions)
      const n = await this.#deliverer.numberAnywhere(telling.id as QueueId)
      if (n === undefined) return false
      // One that is under way here is told of as any other, and what is done is told before what comes now.
      await this.#deliverer.emptyOut()
      await this.#numbering.run()
      return recordOnce(this.#connections, n, telling)
    })
  }

  list({ limit = DEFAULT_LIMIT, after, ...filter }: QueueFilter): Promise<readonly QueueEntry[]> {
    return this.#calls.run(async () => {
      await this.#deliverer.recall()
      const from = after === undefined ? 0 : await this.#deliverer.numberOf(after)
      if (from === undefined) throw unknownMessage(String(after), 'filter.after')
      return entries(this.#connections, await find(this.#connections, filter, from, limit))
    })
  }

  show(id: QueueId): Promise<QueueEntry | undefined> {
    return this.#calls.run(async () => {
      const known = (await this.#deliverer.numberOf(id)) !== undefined
      if (!known) await this.#deliverer.recall()
      const n = (await this.#connections.ask<[number]>('passing', SQL.messageInTables, id))[0]?.[0]
      if (n !== undefined) return (await entries(this.#connections, [n]))[0]
      return showOutcome(this.#connections, id)
    })
  }

  messages(query: HistoryQuery): Promise<MessagePage> {
    const underWay = (): readonly QueueEntry[] => this.#deliverer.underWay()
    return this.#calls.run(() => listMessages({ connections: this.#connections, clock: this.#clock, underWay }, query))
  }

  counts(now: number): Promise<QueueCounts> {
    return this.#calls.run(() => this.#kept.ask(now))
  }

  async #count(now: number): Promise<QueueCounts> {
    const owner = this.#deliverer.id
    await hearOthers(this.#deliverer.waiting)
    return addCounts(await counts(this.#connections, now), [
      this.#deliverer.counts(),
      await countsOfOwners(this.#connections, owner),
    ])
  }

  hold(which: QueueSelection, because: string, now: number): Promise<number> {
    return this.#calls.run(() => this.#deliverer.recall().then(() => hold(this.#connections, which, because, now)))
  }

  unhold(which: QueueSelection, now: number): Promise<number> {
    return this.#calls.run(() =>
      this.#deliverer
        .recall()
        .then(() => unhold(this.#connections, which, now))
        .then(changed => this.#changed(changed)),
    )
  }

  retry(which: QueueSelection, now: number): Promise<number> {
    return this.#calls.run(() =>
      this.#deliverer
        .recall()
        .then(() => retry(this.#connections, which, now))
        .then(changed => this.#changed(changed)),
    )
  }

  reschedule(id: QueueId, due: number, now: number): Promise<Rescheduling> {
    return this.#calls.run(async () => {
      await this.#deliverer.recall()
      const answer = await reschedule(this.#connections, { id, due, now })
      if (answer === 'rescheduled') this.#changed(1)
      if (answer !== 'done') return answer
      return (await this.#deliverer.numberAnywhere(id)) === undefined ? 'unknown' : 'done'
    })
  }

  cancel(which: QueueSelection, now: number): Promise<number> {
    return this.#calls.run(async () => {
      await this.#deliverer.recall()
      const changed = await cancel(this.#connections, which, now)
      this.#kept.forget()
      if (changed > 0) this.#deliverer.forgetBytes()
      return changed
    })
  }

  suppression(address: Address, now: number): Promise<Suppression | undefined> {
    return this.#calls.run(async () => {
      const key = suppressionKey(address)
      const [row] = await this.#connections.ask<[string]>('passing', SQL.suppression, key, now)
      return row === undefined ? undefined : (JSON.parse(row[0]) as Suppression)
    })
  }

  suppressions(filter: SuppressionFilter, now: number): Promise<readonly Suppression[]> {
    return this.#calls.run(async () => {
      const { origin, after, limit } = encodeSuppressionFilter(filter, now)
      const rows = await (origin === null
        ? this.#connections.ask<[string]>('passing', SQL.listSuppressions, after, now, limit)
        : this.#connections.ask<[string]>('passing', SQL.listSuppressionsOf, after, now, limit, origin))
      return rows.map(([json]) => JSON.parse(json) as Suppression)
    })
  }

  putSuppressions(entries: readonly Suppression[]): Promise<void> {
    return this.#calls.run(async () => {
      const rows = entries.map(encodeSuppression)
      const column = (name: 'address' | 'until' | 'json'): unknown[] => rows.map(row => row[name])
      await this.#connections.ask('lasting', SQL.putSuppressions, column('address'), column('until'), column('json'))
    })
  }

  unsuppress(address: Address): Promise<boolean> {
    return this.#calls.run(async () => {
      const rows = await this.#connections.ask('lasting', SQL.unsuppress, suppressionKey(address))
      return rows.length > 0
    })
  }

  countTls(tallies: readonly TlsTally[]): Promise<void> {
    return this.#calls.run(() => countTls(this.#connections, tallies))
  }

  tlsDays(wanted: TlsDaysWanted): Promise<readonly TlsDay[]> {
    return this.#calls.run(() => tlsDays(this.#connections, wanted))
  }

  noteTlsReport(note: TlsReportNote): Promise<void> {
    return this.#calls.run(async () => {
      const { day, domain, due, json } = encodeNote(note)
      await this.#connections.ask('passing', SQL.noteTlsReport, day, domain, due, json)
    })
  }

  notePausedSite(site: string, pause: PausedSite | undefined): Promise<void> {
    return this.#calls.run(() => notePausedSite(this.#connections, { teller: this.#name, site, pause }))
  }

  pausedSites(now: number): Promise<readonly PausedSite[]> {
    return this.#calls.run(() => pausedSites(this.#connections, now))
  }

  server(): Promise<QueueServer> {
    return this.#calls.run(() => serverState(this.#connections))
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
    await this.#connections.ask('passing', SQL.endRests, this.#name).catch(() => {})
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

  #changed(messages: number): number {
    this.#kept.forget()
    if (messages > 0) this.#deliverer.added(0)
    return messages
  }

  #forget(): void {
    this.#upkeep.close()
    this.#listeners.clear()
    this.#deliverer.forget()
  }
}
