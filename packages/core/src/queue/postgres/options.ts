/** Options: where a queue in PostgreSQL is, and what this process takes of it. */
import type { Clock } from '../../ambient/clock.ts'

/** Where the database is, and what this process takes of it. */
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
  /** How many octets of messages that are done may be kept. @default 1 GiB */
  readonly mostKept?: number
  /** How long an answer of the server is waited for before its connection is given up. @default 60000 */
  readonly answerWithinMs?: number
  /** How long what is accepted gathers before it is written; 0 is no longer than one turn of the event loop. @default 4 */
  readonly gatherMs?: number
  /** Whose time owners grow old by: the server's, or that of `clock`, for tests. @default 'server' */
  readonly time?: 'server' | 'clock'
  /** What waits and measures in this process. @default that of the system */
  readonly clock?: Clock
}
