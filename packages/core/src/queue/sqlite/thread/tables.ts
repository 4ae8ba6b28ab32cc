/**
 * Tables: the columns of the queue file, by the names that rows have in the program, and what they hold. The one place that lists
 * them beside the schema.
 *
 * Not here: the schema and why it is so (migrations.ts), what is asked of it (sql.ts).
 */

/** What a column holds; with `?` it may be NULL. */
interface Kinds {
  readonly integer: number
  readonly 'integer?': number | null
  readonly text: string
  readonly 'text?': string | null
  readonly blob: Uint8Array<ArrayBuffer>
}

export type Columns = Readonly<Record<string, keyof Kinds>>
export type Row<C extends Columns> = { readonly [K in keyof C]: Kinds[C[K]] }

export const TABLES = {
  message: {
    n: 'integer',
    id: 'text',
    sender: 'text',
    acceptedAt: 'integer',
    expiresAt: 'integer',
    size: 'integer',
    priority: 'integer',
    jobs: 'integer',
    open: 'integer',
    account: 'text?',
    held: 'text?',
    key: 'text?',
    digest: 'text?',
    meta: 'text',
  },
  content: { n: 'integer', bytes: 'blob' },
  /** Of messages that are done. */
  kept: { n: 'integer', until: 'integer', size: 'integer', bytes: 'blob' },
  content_block: { id: 'integer', bytes: 'blob' },
  job: {
    id: 'integer',
    domain: 'text',
    priority: 'integer',
    state: 'integer',
    due: 'integer',
    expiresAt: 'integer',
    attempts: 'integer',
    token: 'integer?',
    leaseUntil: 'integer?',
  },
  recipient: {
    job: 'integer',
    place: 'integer',
    local: 'text',
    state: 'integer',
    attempts: 'integer',
    delayTold: 'integer',
    reply: 'text?',
    extra: 'text?',
  },
  fact: { number: 'integer', message: 'integer', at: 'integer', json: 'text' },
  /** The domains that have something waiting. */
  lane: { domain: 'text', priority: 'integer', due: 'integer', turn: 'integer' },
  /** The fast path. */
  stage: {
    n: 'integer',
    id: 'text',
    sender: 'text',
    acceptedAt: 'integer',
    expiresAt: 'integer',
    size: 'integer',
    priority: 'integer',
    account: 'text?',
    meta: 'text',
    domain: 'text',
    recipients: 'text',
    fact: 'integer',
    queued: 'text',
  },
  /** Who delivers; `cleared` counts how often another process than the leader emptied the fast path. */
  delivery: { holder: 'text?', until: 'integer', locked: 'integer', cleared: 'integer' },
  tally: { messages: 'integer', recipients: 'integer', lastFact: 'integer', lastMessage: 'integer' },
  suppression: { address: 'text', until: 'integer', json: 'text' },
  tls_count: { day: 'integer', domain: 'text', policy: 'text', failure: 'text', good: 'integer', bad: 'integer' },
  tls_report: { day: 'integer', domain: 'text', due: 'integer?', json: 'text' },
  /** Counts of an hour, or of the whole day (24), and a mail site. */
  statistics: { day: 'integer', hour: 'integer', site: 'text', total: 'integer', accounts: 'text' },
  /** What receivers report of mail in our name. */
  dmarc_count: {
    day: 'integer',
    domain: 'text',
    reporter: 'text',
    source: 'text',
    result: 'text',
    count: 'integer',
  },
  dmarc_report: { reporter: 'text', id: 'text', day: 'integer', domain: 'text', policy: 'text' },
  /** How we stand with mail sites. */
  standing: { site: 'text', key: 'text', version: 'integer', until: 'integer', changed: 'integer', body: 'text' },
} as const

export type TableName = keyof typeof TABLES
export type TableRow<N extends TableName> = Row<(typeof TABLES)[N]>
