/** queue/: durable, or it did not happen. Postgres has an entry of its own, so that `pg` stays optional. */
export { queuedFact } from './encode.ts'
export {
  type HistoryQuery,
  MESSAGE_STATES,
  type MessageHistory,
  type MessagePage,
  type MessageState,
} from './history.ts'
export { openSqliteQueue, type SqliteQueueOptions } from './sqlite/main/open.ts'
export type {
  Enqueued,
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
