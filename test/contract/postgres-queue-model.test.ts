/**
 * PostgreSQL and a reference of a queue, under the same random commands of two processes that live and die; see
 * queue-model.test.ts.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findPostgres, NO_POSTGRES } from '../support/postgres.ts'
import { withPostgresQueues } from './postgres-queue.ts'
import { checkQueueModel } from './queue-model/check.ts'

/** `.ci/run` has a step of its own, which takes longer. */
const SHORT_MS = 1000 * Number(process.env.QUEUE_MODEL_SECONDS ?? 3)
const bin = findPostgres()

for (const keyed of [false, true]) {
  test(`PostgreSQL does what the reference does, ${keyed ? 'without' : 'with'} the fast path`, {
    skip: bin === undefined && NO_POSTGRES,
  }, async () => {
    const ran = await withPostgresQueues(bin as string, make =>
      checkQueueModel({ make, everybodyDelivers: true, keyed, withinMs: SHORT_MS }),
    )
    assert.ok(ran > 0)
  })
}
