/** queue/: durable, or it did not happen. Postgres has an entry of its own, so that `pg` stays optional. */
export { queuedFact } from './encode.ts'
export type { Erased, Erasure } from './erasure.ts'
export type {
  HistoryQuery,
  MessageHistory,
  MessagePage,
} from './history.ts'
export type { PaceStore, StandingsWanted } from './pace-store.ts'
export type { TakeoverPlan } from './sqlite/both/protocol.ts'
export { openSqliteQueue, type SqliteQueueOptions } from './sqlite/main/open.ts'
export type { StatisticsQuery, StatisticsSums } from './statistics.ts'
export type {
  Enqueued,
  KnownKey,
  PausedSite,
  QueueCounts,
  QueueEntry,
  QueueEntryRecipient,
  QueueFilter,
  QueueSelection,
  QueueServer,
  QueueStore,
  Rescheduling,
  SuppressionFilter,
  TlsDaysWanted,
} from './store.ts'
