/**
 * QueueStore: the contract of every store. Both pass one suite, test/contract/queue-store.ts.
 *
 * Policy.
 * - What `enqueue` and `commit` resolved is on disk (fsynced) and survives SIGKILL and power loss; before that, nothing is.
 * - A message's bytes are stored once, a row stands for each recipient, and a job is one message for one domain.
 * - What `enqueue` has written is withheld until the caller's signal was asked a last time: no claim of this process returns it
 *   before. That is known in memory alone: when the process dies first, the message is one like all others.
 * - A claimed job is invisible to other claims until its lease ends. `commit` and `release` need the lease; a lost lease
 *   makes them answer `false` and change nothing.
 * - What follows from a delivery never takes the place of a suppression that lasts longer; the word of the operator always does.
 * - `commit` is all or nothing: recipient states, next attempt, suppressions, notices (as new messages) and facts.
 * - Only a leader claims. In a file there is one: when it is gone its leases are void at once. In PostgreSQL
 *   everyone is: the leases of one that died run out. The jobs of such leases that stood between final dot and reply are told
 *   as `uncertain` facts; in PostgreSQL as far as their marks got through (docs/decisions/0011).
 * - Claims are fair: no domain gets more than `perDomain` (or its quota) of one claim, and domains take turns; what has a
 *   higher priority goes first. Expired jobs come before all others, whatever their domain. The cost of a claim depends on
 *   what it returns, not on what waits.
 * - When nothing of a message is open any more its bytes are removed, unless they are to be kept (kept-content.ts); its facts stay for the retention time.
 * - A store error that is the machine's (disk full, file locked) is a MailerError: `queue-full` or `queue-unavailable`.
 *
 * Not here: when to try again (outcome/), how many run at once (schedule/).
 */
import type { Buffer } from 'node:buffer'
import type { Clock } from '../ambient/clock.ts'
import type { Address, Domain } from '../model/address.ts'
import type { ClaimRequest } from '../model/claim-request.ts'
import type { DurableFact, LateFact, NumberedFact } from '../model/fact.ts'
import type { Job } from '../model/job.ts'
import type { QueueId } from '../model/queue-id.ts'
import type { Settlement, Suppression, SuppressionOrigin } from '../model/settlement.ts'
import type { Shares, ShareWish } from '../model/share.ts'
import type { Submission } from '../model/submission.ts'
import type { TlsDay, TlsReportNote, TlsTally } from '../model/tls-result.ts'
import type { DmarcStore } from './dmarc-rows.ts'
import type { Erasure } from './erasure.ts'
import type { MessageHistory } from './history.ts'
import type { KeptContent } from './kept-content.ts'
import type { PaceStore } from './pace-store.ts'
import type { QueueEntry } from './queue-entry.ts'
import type { StatisticsStore } from './statistics.ts'

export type { QueueEntry, QueueEntryRecipient } from './queue-entry.ts'

export interface Enqueued {
  readonly id: QueueId
  /** The idempotency key was known with the same content: `id` is of the first one, and nothing was added. */
  readonly duplicate: boolean
}

/** The message that was accepted under an idempotency key. */
export interface KnownKey {
  readonly id: QueueId
  /** What the key stands for. */
  readonly digest: string
}

/** Of a caller that may give up. */
export interface EnqueueOptions {
  /**
   * Aborted before the write has begun: it never begins. Aborted later, but before this is answered: the message is taken
   * back, unless another process has claimed it already. Either way the promise rejects with the reason of the signal.
   */
  readonly signal?: AbortSignal
  /** Called when the write begins. */
  readonly begun?: () => void
  /**
   * How long a database that is away is asked again, and an answer is waited for. What was written and is answered later is
   * taken back. @default a database that is away is not asked again, and an answer is waited for as long as it takes
   */
  readonly withinMs?: number
}

/** Which messages that wait; a message has to fit every part that is given. */
export interface QueueFilter {
  /** Domain of a recipient that is open. */
  readonly domain?: string
  /** Part of the sender address. */
  readonly from?: string
  /** `waiting`: no attempt was made yet. `running`: an attempt is under way. `deferred`: an earlier attempt put it off. `held`: it waits for a release. */
  readonly state?: 'waiting' | 'running' | 'deferred' | 'held'
  /** The account of the relay that handed it over. */
  readonly account?: string
  /** The most messages of one page. @default 100 */
  readonly limit?: number
  /** Ids greater than this: the page that follows. */
  readonly after?: QueueId
}

/** Which messages an operation is for: one, or all that a filter finds. */
export type QueueSelection = QueueId | Omit<QueueFilter, 'limit' | 'after'>

/** How much waits. */
export interface QueueCounts {
  /** Messages with at least one open recipient. */
  readonly messages: number
  /** Open ones. */
  readonly recipients: number
  /** Jobs (a message for one domain) that could be claimed now. */
  readonly due: number
  /** Jobs. */
  readonly running: number
  /** Messages. */
  readonly held: number
  /** When the oldest of them came in, in milliseconds since 1970; absent when nothing waits. */
  readonly oldestAcceptedAt?: number
}

/** What became of it, or why it was not done. */
export type Rescheduling = 'rescheduled' | 'running' | 'done' | 'unknown'

/** A mail site that gets nothing until then, because of what it said. */
export interface PausedSite {
  /** The mail site: the set of MX hosts that a domain shares with others, or the name of a large provider. */
  readonly site: string
  /** Which of our addresses, when there are several. */
  readonly source?: string
  /** When the pause began, in milliseconds since 1970. */
  readonly since: number
  /** When it is tried again, in milliseconds since 1970. */
  readonly until: number
  /** The reply that led to it, on one line. */
  readonly because: string
}

/** Which suppressions, by address. */
export interface SuppressionFilter {
  /** Only those of this origin. By default all. */
  readonly origin?: SuppressionOrigin
  /** The most entries of one page. @default 100 */
  readonly limit?: number
  /** Addresses after this one, in lower case: the page that follows. */
  readonly after?: string
}

/** Which days of TLS counts. */
export interface TlsDaysWanted {
  /** Days since 1970, UTC: from this one on, and before that one. */
  readonly since: number
  readonly before: number
  readonly domain?: Domain
  /** Only those without a report, or with one that waits for a try that is due at this time. */
  readonly dueAt?: number
  /** Those that follow this one: the next page. */
  readonly after?: { readonly day: number; readonly domain: Domain }
  readonly limit: number
}

/** A server that keeps a queue, as it sees itself and us. */
export interface QueueServer {
  /** As the server gives it, such as `15.14`. */
  readonly version: string
  /** How far its clock, by which all who share the queue go, is ahead of that of this machine. */
  readonly aheadMs: number
  /** It writes so that a power cut loses nothing it acknowledged. */
  readonly survivesPowerLoss: boolean
  /** What it acknowledges is on a standby as well. */
  readonly waitsForStandby: boolean
  /** How many follow it now. */
  readonly standbys: number
  /** How many of them it waits for; undefined when our user may not see it. */
  readonly synchronousStandbys?: number
  /** How we reach it: on this machine, by TLS, or readable by everyone on the way. */
  readonly transport: 'local' | 'tls' | 'plain'
  /** The role that we are logged in as. */
  readonly role: string
  /** Attributes of the role that a queue has no need of, such as SUPERUSER. */
  readonly rights: readonly string[]
}

/** What keeps the queue. Both stores, SQLite and PostgreSQL, pass one suite of contract tests. */
export interface QueueStore extends DmarcStore, Erasure, KeptContent, MessageHistory, PaceStore, StatisticsStore {
  /** That all its users share, by which its times are given and told; undefined: the clock of whoever opened it. */
  readonly clock?: Clock | undefined
  /**
   * Takes responsibility for a message and writes its `queued` fact (and `held`). Idempotent by `idempotencyKey`, within an
   * account, for as long as the history of the first message is kept. A message that was taken back is told as `cancelled`,
   * and leaves its key to others.
   * @throws MailerError `duplicate-key`, `queue-full`, `queue-unavailable`; the reason of the signal
   */
  enqueue(submission: Submission, options?: EnqueueOptions): Promise<Enqueued>
  /**
   * The same for several, all of them or none, in one transaction. Each key stands for one of them. A signal counts until the write
   * begins: what is written then stays.
   */
  enqueueAll(submissions: readonly Submission[], options?: EnqueueOptions): Promise<readonly Enqueued[]>
  /** What these keys of an account stand for, each in its place. */
  findKeys(keys: readonly string[], account: string | undefined): Promise<readonly (KnownKey | undefined)[]>

  /** Becomes (or stays) the one that delivers, for `leaseMs`. `false` when another living process is; never in PostgreSQL. */
  takeLeadership(now: number, leaseMs: number): Promise<boolean>
  /** Leases due jobs. The leader only; others get none. */
  claim(request: ClaimRequest): Promise<readonly Job[]>
  /** The bytes of a message that still has open recipients. */
  read(id: QueueId): Promise<Buffer | undefined>
  /** Of a large message, its octets from `at` on, as many as are cheap to read at once; `undefined` when there are none. */
  readBlock(id: QueueId, at: number): Promise<Buffer | undefined>
  /** Prolongs leases. Resolves with the ids of jobs whose lease is lost. */
  renew(jobs: readonly Job[], until: number): Promise<readonly number[]>
  /** Writes every consequence of an attempt. `false`: the lease was lost, nothing was written. */
  commit(settlement: Settlement, notices: readonly Submission[], facts: readonly DurableFact[]): Promise<boolean>
  /** Gives a job back, due at `dueAt`; the attempt does not count. */
  release(job: Job, dueAt: number): Promise<boolean>
  /**
   * The final dot of this job may soon come: a store that writes marks with something else may mark it from now on. One that dies
   * before the dot has told a doubt too many, never one too few.
   */
  nearFinalDot?(job: Job): void
  /**
   * Marks that the final dot of this job is about to be sent; the returned function is called when a reply has come.
   * The mark counts until `commit` or `release` ended the lease, because a process that dies in between cannot remember
   * the reply. Synchronous and without fsync: it must survive the death of the process, not of the machine. PostgreSQL is
   * sent the mark ahead of the dot, and its answer is not waited for.
   * `undefined`, and no mark: by our own monotonic clock the lease may be over, renewed or not, and the dot may not be sent.
   * @throws when the mark cannot be written
   */
  enterFinalDot(job: Job): (() => void) | undefined
  /**
   * Divides what lanes bear among the relays that deliver from this queue; a lane that is wished for no more is given back. Where only
   * one delivers, all is his, and nobody asks.
   */
  share?(wishes: readonly ShareWish[]): Promise<Shares>
  /** When the next job falls due, or undefined when none waits. */
  nextDue(exclude: readonly Domain[]): Promise<number | undefined>
  /**
   * Calls back when this or another process may have added work; with the time it is due, when this process knows that it is
   * later. The returned function stops it.
   */
  onWork(call: (dueAt?: number) => void): () => void

  /** Durable facts with a number greater than `after`, oldest first. */
  facts(after: number, limit: number): Promise<readonly NumberedFact[]>
  /** Every durable fact of one message, oldest first. */
  history(id: QueueId): Promise<readonly NumberedFact[]>

  /** The number of the newest durable fact; 0 when there never was one. */
  newestFact(): Promise<number>
  /** Messages with this Message-ID that were accepted in this time, oldest first. Looks at every message of that time. */
  findByMessageId(messageId: string, since: number, before: number): Promise<readonly QueueId[]>
  /**
   * Writes what came true of a message beside any attempt, and the suppressions that follow. `false`, and nothing is written:
   * no such message, or the first fact was written before of the same recipient.
   */
  recordOnce(facts: readonly LateFact[], suppressions: readonly Suppression[]): Promise<boolean>

  /** Messages that wait, oldest first. */
  list(filter: QueueFilter): Promise<readonly QueueEntry[]>
  /** Also of messages that are done, while their history is kept. */
  show(id: QueueId): Promise<QueueEntry | undefined>
  /** How much waits. */
  counts(now: number): Promise<QueueCounts>
  /** Stops delivery of what waits until released. Resolves with the number of messages changed, as do the next four. */
  hold(which: QueueSelection, because: string, now: number): Promise<number>
  /** Lets go what was held. */
  unhold(which: QueueSelection, now: number): Promise<number>
  /** Makes waiting jobs due now. */
  retry(which: QueueSelection, now: number): Promise<number>
  /** Lets what waits of a message go out at that time, and expire as much later or sooner; nothing while any of it runs. */
  reschedule(id: QueueId, due: number, now: number): Promise<Rescheduling>
  /** Takes back all open recipients that are not being delivered at this moment. */
  cancel(which: QueueSelection, now: number): Promise<number>

  /** The suppression in force for an address, if any. */
  suppression(address: Address, now: number): Promise<Suppression | undefined>
  /** Those in force, by address. */
  suppressions(filter: SuppressionFilter, now: number): Promise<readonly Suppression[]>
  /** Writes these in the place of what stands of their addresses, all or none. */
  putSuppressions(entries: readonly Suppression[]): Promise<void>
  /** Whether there was one to lift. */
  unsuppress(address: Address): Promise<boolean>
  /** Adds to what is counted. It need not survive the machine, only the process. */
  countTls(tallies: readonly TlsTally[]): Promise<void>
  /** Days of domains with counts, ordered by day and domain. */
  tlsDays(wanted: TlsDaysWanted): Promise<readonly TlsDay[]>
  /** Replaces what is known of the report for a day and a domain. As durable as counts. */
  noteTlsReport(note: TlsReportNote): Promise<void>
  /**
   * The same, for one of all who send reports: `false`, and nothing is written, when the report is settled, or its next try is later
   * than `dueAt`.
   */
  claimTlsReport(note: TlsReportNote, dueAt: number): Promise<boolean>
  /** The server that keeps the queue; a file has none. */
  server?(): Promise<QueueServer>
  /** Removes history older than `before`, gives free pages back. */
  prune(before: number): Promise<number>

  /** Finishes what was asked, then lets go of everything. */
  close(): Promise<void>
  /** Lets go at once. */
  destroy(reason: unknown): void
}
