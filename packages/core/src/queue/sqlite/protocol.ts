/**
 * Protocol: what crosses between the store and its writer thread. Plain values, so that structured clone stays cheap;
 * message bytes travel beside them, packed into one transferred buffer for each batch.
 */

export const PRIORITIES = ['high', 'normal', 'low'] as const
export const RECIPIENT_STATES = ['waiting', 'deferred', 'delivered', 'bounced', 'expired', 'cancelled'] as const

/** Jobs of one message have ids `n * JOBS_PER_MESSAGE + place`; 2^39 messages stay exact numbers. */
export const JOBS_PER_MESSAGE = 16_384

export const jobBase = (n: number): number => n * JOBS_PER_MESSAGE
export const jobLast = (n: number): number => n * JOBS_PER_MESSAGE + (JOBS_PER_MESSAGE - 1)
export const messageOf = (job: number): number => Math.floor(job / JOBS_PER_MESSAGE)

/** Tuples, for they cross by the thousand: a key would be copied with each. */
export type NewMessage = readonly [
  id: string,
  sender: string,
  acceptedAt: number,
  due: number,
  expiresAt: number,
  size: number,
  priority: number,
  account: string | null,
  held: string | null,
  key: string | null,
  digest: string | null,
  /** JSON: MessageMeta. */
  meta: string,
  /** domain and its NewRecipients, again and again. */
  jobs: readonly (string | NewRecipients)[],
  recipients: number,
  /** JSON of the facts that this makes true. */
  facts: readonly string[],
  /** Its place in the bytes of the batch. */
  start: number,
  end: number,
]

/** place, local part, extra (JSON: RecipientExtra), again and again. */
export type NewRecipients = readonly (number | string | null)[]

export type Leased = readonly [
  job: number,
  domain: string,
  priority: number,
  attempts: number,
  expiresAt: number,
  id: string,
  acceptedAt: number,
  meta: string,
  /** place, local part, delay told (0, 1), extra, suppression (JSON), again and again. */
  recipients: readonly (number | string | null)[],
]

export type Settled = readonly [
  job: number,
  token: number,
  id: string,
  attempt: number,
  /** When what stays open is due again; `null` when nothing stays open. */
  next: number | null,
  /** place, state, delay told (0, 1), reply, again and again. */
  recipients: readonly (number | string | null)[],
  /** How many of them are in a final state. */
  finals: number,
  /** address, until, JSON, again and again. */
  suppressions: readonly (number | string)[],
  notices: readonly NewMessage[],
  /** message id, at, JSON, again and again. */
  facts: readonly (number | string)[],
]

export interface Entry {
  readonly id: string
  readonly sender: string
  readonly acceptedAt: number
  readonly expiresAt: number
  readonly size: number
  readonly priority: number
  readonly account: string | null
  readonly held: string | null
  readonly meta: string
  readonly due: number | null
  readonly recipients: readonly EntryRecipient[]
}

export interface EntryRecipient {
  readonly place: number
  readonly address: string
  readonly domain: string
  readonly running: boolean
  readonly state: number
  readonly attempts: number
  readonly reply: string | null
}

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

/** One day of one domain; `counts` holds policy (JSON), failure (JSON or ''), good, bad, again and again. */
export interface TlsDayRow {
  readonly day: number
  readonly domain: string
  readonly counts: readonly (number | string)[]
  /** JSON. */
  readonly report: string | null
}

/** How far a stretch came; `after` is absent when there is no more. */
export interface Stretch<T> {
  readonly found: T
  readonly after?: number
}

export type HoldAnswer = 'taken' | 'kept' | 'no'

/** Every verb: what it takes and what it answers. */
export interface Verbs {
  /** `null`: it is new. The id of the first with its key: it is the same. `false`: the key is another message's. */
  enqueue: { ask: NewMessage; answer: string | null | false }
  holdDelivery: { ask: { readonly now: number; readonly until: number }; answer: HoldAnswer }
  leaveDelivery: { ask: null; answer: null }
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
    answer: readonly Leased[]
  }
  read: { ask: string; answer: Uint8Array<ArrayBuffer> | null }
  renew: {
    ask: { readonly jobs: readonly number[]; readonly tokens: readonly number[]; readonly until: number }
    answer: readonly number[]
  }
  settle: { ask: Settled; answer: 'lost' | 'open' | 'done' }
  giveBack: { ask: { readonly job: number; readonly token: number; readonly due: number }; answer: boolean }
  nextDue: { ask: readonly string[]; answer: number | null }
  version: { ask: null; answer: number }
  facts: { ask: { readonly after: number; readonly limit: number }; answer: readonly (number | string)[] }
  history: { ask: string; answer: readonly (number | string)[] }
  list: { ask: { readonly selection: Selection; readonly limit: number }; answer: Stretch<readonly Entry[]> }
  number: { ask: string; answer: number | null }
  show: { ask: string; answer: Entry | null }
  counts: {
    ask: number
    answer: {
      readonly messages: number
      readonly recipients: number
      readonly due: number
      readonly running: number
      readonly held: number
      readonly oldest: number | null
    }
  }
  hold: {
    ask: { readonly selection: Selection; readonly because: string; readonly now: number }
    answer: Stretch<number>
  }
  unhold: { ask: { readonly selection: Selection; readonly now: number }; answer: Stretch<number> }
  retry: { ask: { readonly selection: Selection; readonly now: number }; answer: Stretch<number> }
  cancel: { ask: { readonly selection: Selection; readonly now: number }; answer: Stretch<number> }
  suppression: { ask: { readonly address: string; readonly now: number }; answer: string | null }
  unsuppress: { ask: string; answer: boolean }
  countTls: { ask: readonly (number | string)[]; answer: null }
  tlsDays: {
    ask: {
      readonly since: number
      readonly before: number
      readonly after: readonly [day: number, domain: string]
      readonly domain: string | null
      readonly dueAt: number | null
      readonly limit: number
    }
    answer: readonly TlsDayRow[]
  }
  noteTlsReport: { ask: readonly [day: number, domain: string, due: number | null, json: string]; answer: null }
  prune: { ask: { readonly before: number; readonly after: number }; answer: Stretch<number> }
  vacuum: { ask: null; answer: boolean }
  close: { ask: null; answer: null }
}
export type VerbName = keyof Verbs

/** One call: its number, its verb, what it takes. */
export type Call = readonly [seq: number, verb: VerbName, ask: unknown]

export interface Batch {
  readonly calls: readonly Call[]
  readonly bytes: Uint8Array
}

/** Why a call could not be done; `code` is one of MailerErrorCode. */
export interface Trouble {
  readonly code: 'queue-unavailable' | 'queue-full' | 'queue-newer'
  readonly message: string
  readonly fix: string
}

export type Answer = readonly [seq: number, value: unknown, trouble?: Trouble]

/** What the writer thread is started with. */
export interface WriterOptions {
  readonly path: string
  readonly maxBytes: number | null
  readonly busyMs: number
}
