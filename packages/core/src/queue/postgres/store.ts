/**
 * PostgresStore: QueueStore on PostgreSQL, for any number of processes on any number of machines.
 *
 * Policy.
 * - Leases alone decide who delivers what: `takeLeadership` says yes to everyone, and the leases of a process that died run out.
 *   The clocks of the machines have to agree within a small part of a lease.
 * - Bytes that were just enqueued here are kept for their first attempt; they may still be there when another process has
 *   delivered them.
 * - When a connection breaks during a commit, or the server stops waiting for its standby, an enqueue or a settlement is asked
 *   for again and finds what became of the first time (doubt.ts). An enqueue whose caller had to be told that nobody knows is
 *   taken back as soon as the server can be asked, for the caller will send it again. Other verbs are refused as unknown.
 *
 * Not here: SQL (sql.ts), connections (connection.ts), what rows look like (../encode.ts).
 */
import { Buffer } from 'node:buffer'
import { randomBytes, randomFillSync } from 'node:crypto'
import { type Clock, systemClock } from '../../ambient/clock.ts'
import type { Address, Domain } from '../../model/address.ts'
import type { ClaimRequest } from '../../model/claim-request.ts'
import { MailerError } from '../../model/error.ts'
import type { DurableFact, NumberedFact } from '../../model/fact.ts'
import type { Job } from '../../model/job.ts'
import { leastQueueId, type QueueId } from '../../model/queue-id.ts'
import type { Settlement, Suppression } from '../../model/settlement.ts'
import type { Submission } from '../../model/submission.ts'
import type { TlsDay, TlsReportNote, TlsTally } from '../../model/tls-result.ts'
import { BytesCache } from '../bytes-cache.ts'
import {
  duplicateKey,
  encodeSettlement,
  encodeSuppression,
  encodeSuppressionFilter,
  encodeTelling,
  suppressionKey,
} from '../encode.ts'
import { LeaseTimes } from '../lease-times.ts'
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
} from '../store.ts'
import { encodeNote } from '../tls-rows.ts'
import { Batches } from './batches.ts'
import { Calls } from './calls.ts'
import { claim } from './claims.ts'
import { Connections, OutcomeUnknown } from './connection.ts'
import { untilKnown } from './doubt.ts'
import { addAgain, addMessages, type Encoded, encode, heldBack, type Taken } from './intake.ts'
import { LaneList } from './lanes.ts'
import { counts, entries, find, Numbering, nextDue } from './looking.ts'
import { Signals } from './notify.ts'
import { cancel, hold, prune, retry, unhold, withdraw } from './operating.ts'
import { noteRest, rests } from './rests.ts'
import { prepareSchema } from './schema.ts'
import { type Answer, endLeases, type Settling, settleAgain, settleAll } from './settling.ts'
import { SQL } from './sql.ts'
import { findByMessageId, tellOnce } from './telling.ts'
import { countTls, tlsDays } from './tls.ts'
import { troubleOf } from './trouble.ts'

export interface PostgresQueueOptions {
  /** Such as `postgres://user:password@host/database`; PgBouncer only in session mode, and it has to let `options` through. */
  readonly connectionString: string
  /** Where the tables are, made when it is missing; each one is a queue of its own. @default 'postrider' */
  readonly schema?: string
  /** How many connections at most, beside one that listens. @default 10 */
  readonly connections?: number
  /** How much of what was just enqueued is kept in memory for its first attempt. @default 16 MiB */
  readonly cacheBytes?: number
  /** How long an answer of the server is waited for before its connection is given up. @default 60000 */
  readonly answerWithinMs?: number
  readonly clock?: Clock
}

const SCHEMA = 'postrider'
const CONNECTIONS = 10
const ANSWER_MS = 60_000
const TAKE_BACK_EVERY_MS = 5_000
const CACHE_BYTES = 16 * 2 ** 20
const DEFAULT_LIMIT = 100

/** @throws MailerError `queue-unavailable`, `queue-newer`, `invalid-option` */
export async function openPostgresQueue(options: PostgresQueueOptions): Promise<QueueStore> {
  const { connectionString, schema = SCHEMA, connections = CONNECTIONS } = options
  let opened: Connections | undefined
  try {
    const { answerWithinMs = ANSWER_MS } = options
    const place = { connectionString, schema, connections: Math.max(1, Math.ceil(connections / 2)), answerWithinMs }
    opened = await Connections.open(place, query => prepareSchema(query, schema))
    const store = new PostgresStore(opened, options)
    await store.listen()
    return store
  } catch (error) {
    opened?.destroy()
    throw troubleOf(error)
  }
}

class PostgresStore implements QueueStore {
  readonly #connections: Connections
  readonly #signals: Signals
  readonly #numbering: Numbering
  readonly #clock: Clock
  readonly #cache: BytesCache
  readonly #leaseTimes: LeaseTimes
  readonly #listeners = new Set<(dueAt?: number) => void>()
  /** Leases of this process: closing gives them back. */
  readonly #leases = new Map<number, number>()
  readonly #calls = new Calls()
  readonly #enqueues: Batches<Encoded, Taken>
  readonly #settlements: Batches<Settling, Answer>
  readonly #takingBack = new Set<() => void>()
  /** By which others tell our notes apart. */
  readonly #teller: string
  #closing: Promise<void> | undefined

  constructor(connections: Connections, { clock = systemClock, cacheBytes }: PostgresQueueOptions) {
    this.#connections = connections
    this.#clock = clock
    this.#leaseTimes = new LeaseTimes(clock)
    this.#numbering = new Numbering(connections)
    this.#cache = new BytesCache(clock, cacheBytes ?? CACHE_BYTES)
    this.#teller = randomBytes(9).toString('base64url')
    this.#signals = new Signals({ connections, clock, name: this.#teller, news: () => this.#nudge() })
    this.#enqueues = new Batches(
      messages => this.#add(messages),
      ({ bytes }) => bytes.length,
    )
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

  listen(): Promise<void> {
    return this.#signals.connect()
  }

  async enqueue(submission: Submission, options: EnqueueOptions = {}): Promise<Enqueued> {
    const { signal } = options
    const enqueued = await this.#calls.run(async () => {
      const taken = await this.#enqueues.askUnlessGivenUp(encode(submission), options)
      if (taken === undefined) return undefined
      if (taken === false) throw duplicateKey(submission)
      if (taken !== null) return { id: taken as QueueId, duplicate: true }
      if (signal?.aborted && (await this.#withdraw(submission.id))) return undefined
      this.#cache.set(submission.id, submission.message.bytes as Buffer)
      this.#added()
      return { id: submission.id, duplicate: false }
    })
    if (enqueued === undefined) throw signal?.reason
    return enqueued
  }

  /** `false`: what was written stays, as when somebody is delivering it. */
  #withdraw(id: QueueId): Promise<boolean> {
    return withdraw(this.#connections, id, this.#clock.now()).catch(() => false)
  }

  takeLeadership(): Promise<boolean> {
    return this.#calls.run(async () => true)
  }

  claim(request: ClaimRequest): Promise<readonly Job[]> {
    return this.#calls.run(async () => {
      const safeUntil = this.#leaseTimes.asking(request.leaseMs)
      const jobs = await claim(this.#connections, request, makeToken())
      for (const job of jobs) {
        this.#leases.set(job.id, job.lease.token)
        this.#leaseTimes.granted(job, safeUntil)
      }
      return jobs
    })
  }

  read(id: QueueId): Promise<Buffer | undefined> {
    return this.#calls.run(async () => {
      const known = this.#cache.get(id)
      return known ?? (await this.#connections.ask<[Buffer]>('passing', SQL.content, id))[0]?.[0]
    })
  }

  renew(jobs: readonly Job[], until: number): Promise<readonly number[]> {
    return this.#calls.run(async () => {
      const safeUntil = this.#leaseTimes.asking(until - this.#clock.now())
      const ids = jobs.map(({ id }) => id)
      const tokens = jobs.map(({ lease }) => lease.token)
      const kept = new Set((await this.#connections.ask<[number]>('passing', SQL.renew, ids, tokens, until)).flat())
      for (const job of jobs) {
        if (kept.has(job.id)) this.#leaseTimes.renewed(job, safeUntil)
        else this.#leaseTimes.ended(job)
      }
      return ids.filter(id => !kept.has(id))
    })
  }

  commit(settlement: Settlement, notices: readonly Submission[], told: readonly DurableFact[]): Promise<boolean> {
    return this.#calls.run(async () => {
      const { job } = settlement
      // Bytes of notices travel with the notices.
      const settled = encodeSettlement(settlement, [], told, { pack: () => 0 })
      const answer = await this.#settlements.ask({ settled, notices: notices.map(encode) })
      this.#letLease(job)
      if (answer === 'lost') return false
      if (answer === 'done' || settlement.nextAttemptAt !== undefined) this.#cache.delete(job.messageId)
      if (notices.length > 0 || settlement.nextAttemptAt !== undefined) this.#added()
      if (settlement.nextAttemptAt !== undefined) this.#nudge(settlement.nextAttemptAt)
      return true
    })
  }

  release(job: Job, dueAt: number): Promise<boolean> {
    return this.#calls.run(async () => {
      const given = await this.#giveBack([[job.id, job.lease.token, dueAt]])
      this.#letLease(job)
      if (given === 1) this.#nudge(dueAt)
      return given === 1
    })
  }

  enterFinalDot(job: Job): (() => void) | undefined {
    if (!this.#leaseTimes.covers(job)) return undefined
    this.#signals.mark(job.id, job.lease.token)
    return () => {}
  }

  nextDue(exclude: readonly Domain[]): Promise<number | undefined> {
    return this.#calls.run(() => nextDue(this.#connections, exclude))
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
    return this.#calls.run(() => this.#numbering.history(id))
  }

  newestFact(): Promise<number> {
    return this.#calls.run(() => this.#numbering.newest())
  }

  findByMessageId(messageId: string, since: number, before: number): Promise<readonly QueueId[]> {
    return this.#calls.run(async () => {
      const found = await findByMessageId(this.#connections, messageId, leastQueueId(since), leastQueueId(before))
      return found as QueueId[]
    })
  }

  recordOnce(facts: Parameters<QueueStore['recordOnce']>[0], suppressions: readonly Suppression[]): Promise<boolean> {
    return this.#calls.run(() => tellOnce(this.#connections, encodeTelling(facts, suppressions)))
  }

  list({ limit = DEFAULT_LIMIT, after, ...filter }: QueueFilter): Promise<readonly QueueEntry[]> {
    return this.#calls.run(async () => {
      const from = after === undefined ? 0 : await this.#numberOf(after)
      if (from === undefined) {
        throw new MailerError('unknown-message', `No message ${after} is in the queue or its history.`, {
          found: String(after),
        })
      }
      return entries(this.#connections, await find(this.#connections, filter, from, limit))
    })
  }

  show(id: QueueId): Promise<QueueEntry | undefined> {
    return this.#calls.run(async () => {
      const n = await this.#numberOf(id)
      return n === undefined ? undefined : (await entries(this.#connections, [n]))[0]
    })
  }

  counts(now: number): Promise<QueueCounts> {
    return this.#calls.run(() => counts(this.#connections, now))
  }

  hold(which: QueueSelection, because: string, now: number): Promise<number> {
    return this.#calls.run(() => hold(this.#connections, which, because, now))
  }

  unhold(which: QueueSelection, now: number): Promise<number> {
    return this.#calls.run(() => unhold(this.#connections, which, now).then(changed => this.#changed(changed)))
  }

  retry(which: QueueSelection, now: number): Promise<number> {
    return this.#calls.run(() => retry(this.#connections, which, now).then(changed => this.#changed(changed)))
  }

  cancel(which: QueueSelection, now: number): Promise<number> {
    return this.#calls.run(async () => {
      const changed = await cancel(this.#connections, which, now)
      if (changed > 0) this.#cache.clear()
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
      const column = (place: 0 | 1 | 2): unknown[] => rows.map(row => row[place])
      await this.#connections.ask('lasting', SQL.putSuppressions, column(0), column(1), column(2))
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
    return this.#calls.run(
      async () => void (await this.#connections.ask('passing', SQL.noteTlsReport, ...encodeNote(note))),
    )
  }

  notePausedSite(site: string, rest: PausedSite | undefined): Promise<void> {
    return this.#calls.run(() => noteRest(this.#connections, { teller: this.#teller, site, rest }))
  }

  pausedSites(now: number): Promise<readonly PausedSite[]> {
    return this.#calls.run(() => rests(this.#connections, now))
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
    const leases = [...this.#leases].map(([id, token]): Return => [id, token, this.#clock.now()])
    // What cannot be given back comes back by itself.
    if (leases.length > 0) await this.#giveBack(leases).catch(() => {})
    await this.#connections.ask('passing', SQL.endRests, this.#teller).catch(() => {})
    if (leases.length > 0) this.#signals.tell()
    this.#forget()
    await this.#signals.close()
    await this.#connections.close()
  }

  destroy(reason: unknown): void {
    this.#calls.cut(reason)
    this.#forget()
    // Never rejects: telling and ending catch their own failures.
    void this.#signals.close()
    this.#connections.destroy()
  }

  async #add(messages: readonly Encoded[]): Promise<readonly Taken[]> {
    const run = (add: typeof addMessages): Promise<readonly Taken[]> =>
      this.#connections.transact('lasting', async session => {
        const lanes = new LaneList()
        const taken = await add(session, messages, lanes)
        lanes.queue(session)
        return taken
      })
    try {
      return await untilKnown(
        this.#clock,
        () => run(addMessages),
        () => run(addAgain),
      )
    } catch (error) {
      if (error instanceof OutcomeUnknown) this.#takeBack(messages)
      throw error
    }
  }

  /** Its callers were told that nobody knows: as soon as anybody does, it is made to be not there. */
  #takeBack(messages: readonly Encoded[]): void {
    const again = async (): Promise<void> => {
      try {
        // What is being committed at this moment is waited for; what never came is added where no claim finds it.
        await this.#connections.transact('lasting', session =>
          addAgain(session, messages.map(heldBack), new LaneList()),
        )
        const now = this.#clock.now()
        for (const { message } of messages) await cancel(this.#connections, message[0] as QueueId, now)
      } catch {
        this.#takeBack(messages)
      }
    }
    const stop = this.#clock.after(
      TAKE_BACK_EVERY_MS,
      () => {
        this.#takingBack.delete(stop)
        void this.#calls.run(again).catch(() => {})
      },
      { idle: true },
    )
    this.#takingBack.add(stop)
  }

  /** How many leases were still held. */
  async #giveBack(leases: readonly Return[]): Promise<number> {
    return await this.#connections.transact('passing', async session => {
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

  #letLease(job: Job): void {
    const { id, lease } = job
    if (this.#leases.get(id) === lease.token) this.#leases.delete(id)
    this.#leaseTimes.ended(job)
  }

  async #numberOf(id: QueueId): Promise<number | undefined> {
    return (await this.#connections.ask<[number]>('passing', SQL.messageNumber, id))[0]?.[0]
  }

  #changed(messages: number): number {
    if (messages > 0) this.#added()
    return messages
  }

  #added(): void {
    this.#nudge()
    this.#signals.tell()
  }

  #nudge(dueAt?: number): void {
    for (const call of this.#listeners) call(dueAt)
  }

  #forget(): void {
    for (const stop of this.#takingBack) stop()
    this.#takingBack.clear()
    this.#listeners.clear()
    this.#cache.clear()
    this.#leases.clear()
    this.#leaseTimes.forgetAll()
  }
}

/** A lease to be given back, and when its job is due then. */
type Return = readonly [job: number, token: number, due: number]

/** Never 0. */
function makeToken(): number {
  return randomFillSync(Buffer.allocUnsafe(6)).readUIntLE(0, 6) || 1
}
