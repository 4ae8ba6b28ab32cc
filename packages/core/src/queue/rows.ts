/**
 * Rows: what the stores keep of messages, jobs and settlements, as plain values between words and tables.
 *
 * Not here: how words become rows (encode.ts), rows without names (packed.ts), the tables (migrations.ts of each store).
 */

export const PRIORITIES = ['high', 'normal', 'low'] as const
export const RECIPIENT_STATES = ['waiting', 'deferred', 'delivered', 'bounced', 'expired', 'cancelled'] as const

/** Jobs of one message have ids `n * JOBS_PER_MESSAGE + place`; 2^39 messages stay exact numbers. */
export const JOBS_PER_MESSAGE = 16_384

/** By so many the numbers of a queue that is restored go on: more than any accepts between two backups. */
export const SKIPPED_NUMBERS = 100_000_000

export const jobBase = (n: number): number => n * JOBS_PER_MESSAGE
export const jobLast = (n: number): number => n * JOBS_PER_MESSAGE + (JOBS_PER_MESSAGE - 1)
export const messageOf = (job: number): number => Math.floor(job / JOBS_PER_MESSAGE)

export interface NewMessage {
  readonly id: string
  readonly sender: string
  readonly acceptedAt: number
  readonly due: number
  readonly expiresAt: number
  readonly size: number
  readonly priority: number
  readonly account: string | null
  readonly held: string | null
  readonly key: string | null
  readonly digest: string | null
  /** JSON: MessageMeta, without what stands in `about`. */
  readonly meta: string
  /** JSON: About. No delivery needs it: it goes into the rows, and is not read with a claim. */
  readonly about: string
  readonly jobs: readonly NewJob[]
  /** How many there are in all jobs. */
  readonly recipients: number
  /** JSON of the facts that this makes true. */
  readonly facts: readonly string[]
  /** Its place in the bytes of the batch. */
  readonly start: number
  readonly end: number
}

/** What a row has of it. */
export function wholeMeta({ meta, about }: Pick<NewMessage, 'meta' | 'about'>): string {
  return about === NO_ABOUT ? meta : `${meta.slice(0, -1)},${about.slice(1)}`
}

/** Also of what is read from a row, where it stands in `meta`. */
export const NO_ABOUT = '{}'

/** Of one message to one domain. */
export interface NewJob {
  readonly domain: string
  readonly recipients: readonly NewRecipient[]
}

export interface NewRecipient {
  readonly place: number
  readonly local: string
  /** JSON: RecipientExtra. */
  readonly extra: string | null
}

export interface LeasedJob {
  readonly job: number
  readonly domain: string
  readonly priority: number
  readonly attempts: number
  readonly expiresAt: number
  readonly id: string
  readonly acceptedAt: number
  readonly meta: string
  readonly recipients: readonly LeasedRecipient[]
}

export interface LeasedRecipient extends NewRecipient {
  /** 0 or 1. */
  readonly delayTold: number
  /** JSON: Suppression. */
  readonly suppressed: string | null
}

export interface Settled {
  readonly job: number
  readonly token: number
  readonly id: string
  readonly attempt: number
  /** When what stays open is due again; `null` when nothing stays open. */
  readonly next: number | null
  readonly recipients: readonly SettledRecipient[]
  /** How many of them are in a final state. */
  readonly finals: number
  readonly suppressions: readonly SuppressionRow[]
  readonly notices: readonly NewMessage[]
  readonly facts: readonly ToldFact[]
  /** Until when its bytes are kept when it is done; 0: they are not. */
  readonly keepUntil: number
}

export interface SettledRecipient {
  readonly place: number
  readonly state: number
  /** 0 or 1. */
  readonly delayTold: number
  readonly reply: string
}

/** A fact, and the id of the message it is told of. */
export interface ToldFact {
  readonly id: string
  readonly at: number
  readonly json: string
}

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

export type EntryHead = Omit<Entry, 'due' | 'recipients'>

/** A job as an entry needs it. */
export interface EntryJob {
  readonly domain: string
  readonly state: number
  readonly due: number
}

/** A recipient as the tables have it, with its job. */
export interface EntryRow {
  readonly job: EntryJob
  readonly place: number
  readonly local: string
  readonly state: number
  readonly attempts: number
  readonly reply: string | null
}

export function makeEntry(head: EntryHead, jobs: readonly EntryJob[], rows: readonly EntryRow[]): Entry {
  let due: number | null = null
  for (const job of jobs) if (job.state === 0 && (due === null || job.due < due)) due = job.due
  const recipients = rows.map(({ job, place, local, state, attempts, reply }): EntryRecipient => {
    const running = job.state === 1 && state < 2
    return { place, address: `${local}@${job.domain}`, domain: job.domain, running, state, attempts, reply }
  })
  recipients.sort((one, other) => one.place - other.place)
  return { ...head, due, recipients }
}

/** Of one policy and one failure. */
export interface TlsCount {
  /** JSON. */
  readonly policy: string
  /** JSON, or '' for what went well. */
  readonly failure: string
  readonly good: number
  readonly bad: number
}

export interface TlsCountRow extends TlsCount {
  readonly day: number
  readonly domain: string
}

/** One day of one domain. */
export interface TlsDayRow {
  readonly day: number
  readonly domain: string
  readonly counts: readonly TlsCount[]
  /** JSON. */
  readonly report: string | null
}

export interface SuppressionRow {
  readonly address: string
  readonly until: number
  readonly json: string
}

export interface SuppressionsAsk {
  readonly origin: string | null
  readonly after: string
  readonly limit: number
  readonly now: number
}

/** Facts of one message beside any attempt, and suppressions that follow from them. */
export interface Telling {
  readonly id: string
  readonly facts: readonly {
    readonly kind: string
    readonly recipient: string
    readonly at: number
    readonly json: string
  }[]
  readonly suppressions: readonly SuppressionRow[]
}
