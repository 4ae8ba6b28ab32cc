/**
 * Protocol: what crosses between the store and its writer thread; each message has its one type here. What crosses with every
 * message of the queue goes packed (packed.ts); message bytes travel beside in transferred buffers: one for all that is small, and
 * one for each large message.
 */
import type { HistoryQuery, MessagePage } from '../../history.ts'
import type { PackedJob, PackedMessage, PackedSettled } from '../../packed.ts'
import type { Entry, SuppressionRow, SuppressionsAsk, Telling, TlsCountRow, TlsDayRow } from '../../rows.ts'
import type { PausedSite, Rescheduling } from '../../store.ts'
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
  notePausedSite: { ask: PausedSite; answer: null }
  endPausedSite: { ask: string; answer: null }
  pausedSites: { ask: number; answer: readonly PausedSite[] }
  prune: { ask: { readonly before: number; readonly after: number }; answer: Stretch<number> }
  vacuum: { ask: null; answer: boolean }
  close: { ask: null; answer: null }
}
export type VerbName = keyof Verbs

/** Whoever asked these must know whether it was done: what was under way when the thread died may be on disk. */
export const CHANGING: ReadonlySet<VerbName> = new Set<VerbName>([
  'enqueue',
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

/** The first word of the thread. */
export type Opening = { readonly opened: true } | { readonly refused: StoreError }

/** What the writer thread is started with. */
export interface WriterOptions {
  readonly path: string
  readonly maxBytes: number | null
  readonly busyMs: number
  /** Its name in the row of the leader and of files on their way, unlike any other; node:crypto would cost this thread a megabyte. */
  readonly holder: string
}

/** What the thread that looks back is started with. */
export interface ReaderOptions {
  readonly path: string
  readonly busyMs: number
}

export type Look = readonly [seq: number, query: HistoryQuery]
export type LookAnswer =
  | readonly [seq: number, page: MessagePage]
  | readonly [seq: number, page: null, refused: StoreError]
