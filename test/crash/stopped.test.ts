/**
 * A process that is stopped and wakes, on one queue file. For PostgreSQL: postgres-queue.test.ts.
 */
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '../../packages/core/src/ambient/clock.ts'
import { openSqliteQueue } from '../../packages/core/src/queue/index.ts'
import { tempFolder } from '../support/folder.ts'
import { assertNothingTwice } from './stopped-crash.ts'

test('in one file: a process that was stopped for longer than its lease sends nothing that another has sent', async t => {
  const path = join(tempFolder(t), 'queue.db')
  const store = await openSqliteQueue({ path, clock: systemClock })
  t.after(() => store.close())
  await assertNothingTwice(t, store, { path })
})
