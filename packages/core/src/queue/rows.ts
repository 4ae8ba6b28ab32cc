/**
 * Rows: what the stores keep of messages, jobs and settlements, as plain values between words and tables.
 *
 * Not here: how words become rows (encode.ts), the tables (migrations.ts of each store).
 */
import type { PausedSite } from './store.ts'

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
  suppressions: readonly SuppressionRow[],
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

/** One day of one domain; `counts` holds policy (JSON), failure (JSON or ''), good, bad, again and again. */
export interface TlsDayRow {
  readonly day: number
  readonly domain: string
  readonly counts: readonly (number | string)[]
  /** JSON. */
  readonly report: string | null
}

export type SuppressionRow = readonly [address: string, until: number, json: string]

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

export type PausedSiteRow = readonly [site: string, since: number, until: number, because: string]

export function encodePausedSite({ site, since, until, because }: PausedSite): PausedSiteRow {
  return [site, since, until, because]
}

export function decodePausedSite([site, since, until, because]: PausedSiteRow): PausedSite {
  return { site, since, until, because }
}
