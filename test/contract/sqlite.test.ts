/**
 * The queue contract on SQLite, on a real file.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqliteQueue } from '../../packages/core/src/queue/index.ts'
import type { QueueUnderTest } from './queue-store/harness.ts'
import { describeQueueStore } from './queue-store.ts'
import { describeTlsCounts } from './tls-counts.ts'

async function make(): Promise<QueueUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'postrider-queue-'))
  return {
    open: clock => openSqliteQueue({ path: join(folder, 'queue.db'), clock }),
    remove: () => rm(folder, { recursive: true }),
  }
}

describeQueueStore('SQLite', make)
describeTlsCounts('SQLite', make)
