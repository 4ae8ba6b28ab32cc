/**
 * Open: a queue in one file, with its threads.
 *
 * Not here: what the store does (store.ts), how the file is made and prepared (../thread/open.ts).
 */
import { systemClock } from '../../../ambient/clock.ts'
import type { QueueStore } from '../../store.ts'
import { ReaderClient } from './reader-client.ts'
import { SqliteStore, type SqliteStoreOptions } from './store.ts'
import { ThreadClient } from './thread-client.ts'

export interface SqliteQueueOptions extends SqliteStoreOptions {
  /** How large the file may grow. @default as large as its disk */
  readonly maxBytes?: number
  /** How long to wait for a process that keeps the file locked. @default 5000 */
  readonly busyMs?: number
}

const BUSY_MS = 5_000

/** @throws MailerError `queue-unavailable`, `queue-full`, `queue-newer` */
export async function openSqliteQueue(options: SqliteQueueOptions): Promise<QueueStore> {
  const { path, maxBytes, busyMs = BUSY_MS } = options
  const thread = await ThreadClient.open({ path, maxBytes: maxBytes ?? null, busyMs })
  // How long nobody has looked is a matter of the machine's time, whatever clock the store was given.
  const reader = path === ':memory:' ? undefined : new ReaderClient({ path, busyMs }, systemClock)
  return new SqliteStore(thread, reader, options)
}
