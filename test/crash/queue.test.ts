/**
 * The death of processes that use one queue file. For PostgreSQL: postgres-queue.test.ts.
 */
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { systemClock } from '../../packages/core/src/ambient/clock.ts'
import { openSqliteQueue } from '../../packages/core/src/queue/index.ts'
import { tempFolder } from '../support/folder.ts'
import { assertSound } from '../support/sound.ts'
import { describeQueueCrash, type QueuePlace } from './queue-crash.ts'
import { describeUnanswered } from './unanswered-crash.ts'

const make = async (t: TestContext): Promise<QueuePlace> => {
  const path = join(tempFolder(t), 'queue.db')
  return {
    queue: { path },
    open: async () => {
      const store = await openSqliteQueue({ path, clock: systemClock })
      t.after(() => store.close())
      return store
    },
    // Whoever takes delivery succeeds at once.
    succeed: async () => {},
    assertSound: store => assertSound(path, store),
  }
}

describeQueueCrash('SQLite', make)
describeUnanswered('SQLite', make)
