/**
 * SqliteQueue: a new queue in a file of its own, for the contract and the model.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqliteQueue } from '../../packages/core/src/queue/index.ts'
import { MOST_KEPT, type QueueUnderTest } from './queue-store/harness.ts'

/** @param cacheBytes 0 reads every message from the file, whoever delivered it */
export async function makeSqlite(cacheBytes?: number): Promise<QueueUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'postrider-queue-'))
  return {
    open: clock =>
      openSqliteQueue({
        path: join(folder, 'queue.db'),
        clock,
        mostKept: MOST_KEPT,
        ...(cacheBytes !== undefined && { cacheBytes }),
      }),
    remove: () => rm(folder, { recursive: true }),
    // The lock of a process that died is free at once, and its marks are in a file before it goes on.
    silentMs: 0,
    marked: async () => true,
  }
}
