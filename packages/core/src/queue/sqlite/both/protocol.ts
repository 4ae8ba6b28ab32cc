/**
 * Protocol: what crosses between the store and its writer thread; each message has its one type here. What crosses with every
 * message of the queue goes packed (packed.ts); message bytes travel beside in transferred buffers: one for all that is small, and
 * one for each large message.
 */
import type { DmarcAddition, DmarcSums } from '../../../model/dmarc-count.ts'
import type { StandingRow } from '../../../model/standing.ts'
import type { StatisticsTally } from '../../../model/statistics.ts'
import type { DmarcQuery } from '../../dmarc-rows.ts'
import type { Erased } from '../../erasure.ts'
import type { HistoryQuery, MessagePage } from '../../history.ts'
import type { PackedJob, PackedMessage, PackedSettled } from '../../packed.ts'
import type { Entry, SuppressionRow, SuppressionsAsk, Telling, TlsCountRow, TlsDayRow } from '../../rows.ts'
import type { StatisticsQuery, StatisticsSums } from '../../statistics.ts'
import type { Rescheduling } from '../../store.ts'
import type { TlsDaysAsk, TlsNoteRow } from '../../tls-rows.ts'

export interface Filter {
  readonly domain?: string
  readonly from?: string
  readonly state?: string
  readonly account?: string
}

/** One message, or the next stretch of those that a filter finds. */
export interface Selection {
  readonly id?: string
  readonly filter?: Filter
  /** Message number to go on after. */
  readonly after: number
}

/** How far a stretch came; `after` is absent when there is no more. */
export interface Stretch<T> {
  readonly found: T
  readonly after?: number
}

/** Where a waiting job stands among those that wait. */
export interface WaitingKey {
  readonly domain: string
  readonly priority: number
  readonly due: number
  readonly id: number
}

/** A fact as it is kept. */
export interface FactRow {
  readonly number: number
  readonly json: string
}

export type HoldAnswer = 'taken' | 'kept' | 'no'

/** Every verb: what it takes and what it answers. */
export interface Verbs {
  /** `null`: it is new. The id of the first with its key: it is the same. `false`: the key is another message's. */
  enqueue: { ask: PackedMessage; answer: string | null | false }
  /** As `enqueue` answers for each; when one of them is `false`, none was added. */
  enqueueAll: { ask: readonly PackedMessage[]; answer: readonly (string | null | false)[] }
  findKeys: {
    ask: readonly string[]
    answer: readonly ({ readonly id: string; readonly digest: string | null } | null)[]
  }
  /** `false`: it is not there any more, or another process has claimed of it. */
  withdraw: { ask: { readonly id: string; readonly now: number }; answer: boolean }
  takeLeadership: {
    ask: { readonly now: number; readonly until: number; readonly monotonic: number }
    answer: HoldAnswer
  }
  giveUpLeadership: { ask: null; answer: null }
  claim: {
    ask: {
      readonly now: number
      readonly limit: number
      readonly perDomain: number
      readonly quotas: readonly (readonly [string, number])[]
      readonly until: number
      readonly exclude: readonly string[]
      readonly token: number
    }
    answer: readonly PackedJob[]
  }
  read: { ask: string; answer: Uint8Array<ArrayBuffer> | null }
  readBlock: { ask: { readonly id: string; readonly at: number }; answer: Uint8Array<ArrayBuffer> | null }
  renew: {
    ask: { readonly jobs: readonly number[]; readonly tokens: readonly number[]; readonly until: number }
    answer: readonly number[]
  }
  settle: { ask: PackedSettled; answer: 'lost' | 'open' | 'done' }
  giveBack: { ask: { readonly job: number; readonly token: number; readonly due: number }; answer: boolean }
  nextDue: { ask: readonly string[]; answer: number | null }
  version: { ask: null; answer: number }
  facts: { ask: { readonly after: number; readonly limit: number }; answer: readonly FactRow[] }
  history: { ask: string; answer: readonly FactRow[] }
  list: { ask: { readonly selection: Selection; readonly limit: number }; answer: Stretch<readonly Entry[]> }
  number: { ask: string; answer: number | null }
  show: { ask: string; answer: Entry | null }
  counts: {
    ask: null
    answer: {
      readonly messages: number
      readonly recipients: number
      readonly running: number
      readonly oldest: number | null
    }
  }
  countDue: {
    ask: { readonly now: number; readonly after: WaitingKey | null }
    answer: { readonly found: number; readonly after?: WaitingKey }
  }
  countHeld: { ask: number; answer: Stretch<number> }
  /** On the writer's thread only where the queue is in its memory. */
  messages: { ask: HistoryQuery; answer: MessagePage }
  hold: {
    ask: { readonly selection: Selection; readonly because: string; readonly now: number }
    answer: Stretch<number>
  }
  unhold: { ask: { readonly selection: Selection; readonly now: number }; answer: Stretch<number> }
  retry: { ask: { readonly selection: Selection; readonly now: number }; answer: Stretch<number> }
  reschedule: { ask: { readonly id: string; readonly due: number; readonly now: number }; answer: Rescheduling }
  cancel: { ask: { readonly selection: Selection; readonly now: number }; answer: Stretch<number> }
  suppression: { ask: { readonly address: string; readonly now: number }; answer: string | null }
  /** JSON of each. */
  suppressions: { ask: SuppressionsAsk; answer: readonly string[] }
  putSuppressions: { ask: readonly SuppressionRow[]; answer: null }
  unsuppress: { ask: string; answer: boolean }
  newestFact: { ask: null; answer: number }
  findByMessageId: {
    ask: { readonly messageId: string; readonly least: string; readonly below: string }
    answer: { readonly found: readonly string[]; readonly afterId?: string }
  }
  recordOnce: { ask: Telling; answer: boolean }
  countTls: { ask: readonly TlsCountRow[]; answer: null }
  tlsDays: { ask: TlsDaysAsk; answer: readonly TlsDayRow[] }
  noteTlsReport: { ask: TlsNoteRow; answer: null }
  claimTlsReport: { ask: { readonly note: TlsNoteRow; readonly dueAt: number }; answer: boolean }
  keptContent: { ask: { readonly id: string; readonly now: number }; answer: Uint8Array<ArrayBuffer> | null }
  /** Whether there is more whose time is over. */
  forgetContent: { ask: number; answer: boolean }
  addStatistics: { ask: readonly StatisticsTally[]; answer: null }
  /** Whether there is more to sum. */
  sumStatistics: { ask: { readonly today: number }; answer: boolean }
  /** On the writer's thread only where the queue is in its memory. */
  statistics: { ask: StatisticsQuery; answer: StatisticsSums }
  addDmarc: { ask: { readonly addition: DmarcAddition; readonly today: number }; answer: boolean | 'full' }
  dmarc: { ask: DmarcQuery; answer: DmarcSums }
  standings: { ask: { readonly changedSince: number; readonly restingAt: number }; answer: readonly StandingRow[] }
  putStandings: { ask: { readonly rows: readonly StandingRow[]; readonly now: number }; answer: readonly StandingRow[] }
  /** Messages that may be about an address, by their ids; on the writer's thread only where the queue is in its memory. */
  mentions: {
    ask: { readonly address: string; readonly after: number }
    answer: { readonly found: readonly string[]; readonly after?: number }
  }
  erase: { ask: { readonly address: string; readonly ids: readonly string[] }; answer: Erased }
  /** Empties the log beside the file, as far as nobody reads it. */
  emptyLog: { ask: null; answer: null }
  prune: { ask: { readonly before: number; readonly after: number }; answer: Stretch<number> }
  vacuum: { ask: null; answer: boolean }
  close: { ask: null; answer: null }
}
export type VerbName = keyof Verbs

/** Whoever asked these must know whether it was done: what was under way when the thread died may be on disk. */
export const CHANGING: ReadonlySet<VerbName> = new Set<VerbName>([
  'enqueue',
  'enqueueAll',
  'withdraw',
  'settle',
  'giveBack',
  'hold',
  'unhold',
  'retry',
  'reschedule',
  'cancel',
  'putSuppressions',
  'unsuppress',
  'recordOnce',
  'addDmarc',
  'erase',
])

/** One call: its number, its verb, what it takes. */
export type Call<V extends VerbName = VerbName> = readonly [seq: number, verb: V, ask: Verbs[V]['ask']]

/** Octet `at` of part `part` has the place `part * PART_OCTETS + at`. */
export const PART_OCTETS: number = 2 ** 40

export interface Batch {
  readonly calls: readonly Call[]
  /** First what is small, packed into one; then what is large, each as it was given away. */
  readonly parts: readonly Uint8Array<ArrayBuffer>[]
}

/** Why a call could not be done; `code` is one of MailerErrorCode. */
export interface StoreError {
  readonly code: 'queue-unavailable' | 'queue-full' | 'queue-newer'
  readonly message: string
  readonly fix: string
}

export type Answer = readonly [seq: number, value: Verbs[VerbName]['answer'], refused?: StoreError]

/** What it needs to bring an older file to the newest schema. */
export interface TakeoverPlan {
  readonly from: number
  readonly to: number
  /** Of the disk, at most. */
  readonly octets: number
  /** About. */
  readonly withinMs: number
}

/** The first words of the thread: before an older file is taken over, that it is; and how it went. */
export type Opening =
  | { readonly takingOver: TakeoverPlan }
  | { readonly opened: true }
  | { readonly refused: StoreError }

/** What the writer thread is started with. */
export interface WriterOptions {
  readonly path: string
  readonly maxBytes: number | null
  /** How many octets of messages that are done may be kept. @default a share of the disk */
  readonly mostKept?: number
  readonly busyMs: number
  /** Its name in the row of the leader and of files on their way, unlike any other; node:crypto would cost this thread a megabyte. */
  readonly holder: string
}

/** What the thread that looks back is started with. */
export interface ReaderOptions {
  readonly path: string
  readonly busyMs: number
}

/** The verbs that are asked of the thread that looks back. */
export type LookName = 'messages' | 'statistics' | 'mentions'
export type Look<V extends LookName = LookName> = readonly [seq: number, verb: V, ask: Verbs[V]['ask']]
export type LookAnswer =
  | readonly [seq: number, found: Verbs[LookName]['answer']]
  | readonly [seq: number, found: null, refused: StoreError]
