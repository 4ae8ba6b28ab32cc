/**
 * Open: a queue in one file, with its threads.
 *
 * Not here: what the store does (store.ts), how the file is made and prepared (../thread/open.ts).
 */
import { systemClock } from '../../../ambient/clock.ts'
import type { QueueStore } from '../../store.ts'
import type { TakeoverPlan } from '../both/protocol.ts'
import { ReaderClient } from './reader-client.ts'
import { SqliteStore, type SqliteStoreOptions } from './store.ts'
import { ThreadClient } from './thread-client.ts'

export interface SqliteQueueOptions extends SqliteStoreOptions {
  /** How large the file may grow. @default as large as its disk */
  readonly maxBytes?: number
  /** How many octets of messages that are done may be kept. @default a tenth of its disk, or of `maxBytes` */
  readonly mostKept?: number
  /** How long to wait for a process that keeps the file locked. @default 5000 */
  readonly busyMs?: number
  /** Hears that an older file is taken over, and what that needs, before it is begun. */
  readonly onTakeover?: (plan: TakeoverPlan) => void
}

const BUSY_MS = 5_000

/** @throws MailerError `queue-unavailable`, `queue-full`, `queue-newer` */
export async function openSqliteQueue(options: SqliteQueueOptions): Promise<QueueStore> {
  const { path, maxBytes, mostKept, busyMs = BUSY_MS, onTakeover } = options
  const thread = await ThreadClient.open(
    { path, maxBytes: maxBytes ?? null, busyMs, ...(mostKept !== undefined && { mostKept }) },
    { onTakeover },
  )
  // How long nobody has looked is a matter of the machine's time, whatever clock the store was given.
  const reader = path === ':memory:' ? undefined : new ReaderClient({ path, busyMs }, systemClock)
  return new SqliteStore(thread, reader, options)
}
