/**
 * RelayStore: where the relay keeps things of its own: a file, or the database of the queue when relays share one.
 *
 * Policy. Statements are written once, in what SQLite and PostgreSQL both understand: `$1` are values, tables stand in
 * `postrider_relay`, whole numbers are `bigint`, `now_ms()` is the time by the clock that all who share the store share. What a
 * room keeps here is read and written in that room, in one file that owns its statements.
 *
 * Not here: the tables (schema.ts), messages and their facts (the mailer's queue, which knows nothing of this).
 */

export type Value = string | number | null
export type Row = Readonly<Record<string, Value>>

/** What the statement gives, row by row; with RETURNING what it changed. */
export type Ask = <R extends Row>(statement: string, ...values: readonly Value[]) => Promise<readonly R[]>

/**
 * `lasting`: on disk when it resolves. `passing`: may be forgotten when the machine fails, together with everything passing that came
 * after it, and not when only the process does.
 */
export type Durability = 'lasting' | 'passing'

export interface RelayStore extends AsyncDisposable {
  /** One statement, lasting. @throws {MailerError} `queue-unavailable` */
  readonly ask: Ask
  /** All that `work` asks, or nothing of it when it throws. @throws {MailerError} `queue-unavailable` */
  transact<T>(durability: Durability, work: (ask: Ask) => Promise<T>): Promise<T>
  close(): Promise<void>
}
