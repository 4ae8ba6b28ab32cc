/**
 * SQLite and a reference of a queue, under the same random commands of two processes that live and die. For some seconds here; for
 * as long as one likes by `npm run proof -- queue-model`. For PostgreSQL: postgres-queue-model.test.ts.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkQueueModel } from './queue-model/check.ts'
import { makeSqlite } from './sqlite-queue.ts'

/** `.ci/run` has a step of its own, which takes longer. */
const SHORT_MS = 1000 * Number(process.env.QUEUE_MODEL_SECONDS ?? 3)

test('SQLite does what the reference does, with the fast path', async () => {
  assert.ok(
    (await checkQueueModel({ make: () => makeSqlite(0), everybodyDelivers: false, keyed: false, withinMs: SHORT_MS })) >
      0,
  )
})

test('SQLite does what the reference does, without the fast path', async () => {
  assert.ok(
    (await checkQueueModel({ make: () => makeSqlite(0), everybodyDelivers: false, keyed: true, withinMs: SHORT_MS })) >
      0,
  )
})
