/**
 * A store and a reference of it, under the same random commands of two processes that live and die. For some seconds here; for
 * as long as one likes by `npm run proof -- queue-model`.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findPostgres } from '../support/postgres.ts'
import { withPostgresQueues } from './postgres-queue.ts'
import { checkQueueModel } from './queue-model/check.ts'
import { makeSqlite } from './sqlite-queue.ts'

const SHORT_MS = 8_000

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

// Where it was asked for, as in `npm run test:postgres`: the contract runs there each time.
if (process.env.POSTGRES_WANTED)
  test('PostgreSQL does what the reference does', async () => {
    const ran = await withPostgresQueues(findPostgres() as string, make =>
      checkQueueModel({ make, everybodyDelivers: true, keyed: false, withinMs: SHORT_MS }),
    )
    assert.ok(ran > 0)
  })
