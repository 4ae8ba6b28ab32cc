/**
 * The mark of a final dot that went with the database server, in PostgreSQL: who takes the job over says that it may have been
 * delivered.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Job } from '../../packages/core/src/model/job.ts'
import { openPostgresQueue } from '../../packages/core/src/postgres.ts'
import { FakeClock } from '../../packages/core/src/testing/fake-clock.ts'
import { findPostgres, NO_POSTGRES, startPostgres } from '../support/postgres.ts'
import { LEASE_MS, makeSubmission, START } from './queue-samples.ts'
import { settled } from './queue-store/harness.ts'

const bin = findPostgres()
/** No timer of ours passes by itself. */
const INSTANT = { time: 'clock', gatherMs: 0 } as const

test('a final dot whose mark was lost with the server is told as uncertain by who takes the job over', {
  skip: bin === undefined && NO_POSTGRES,
}, async t => {
  const server = await startPostgres(bin as string)
  t.after(() => server.remove())
  const connectionString = await server.database()
  const store = await openPostgresQueue({ connectionString, clock: new FakeClock(START), ...INSTANT })
  t.after(() => store.destroy(new Error('the test is over')))
  const { id } = makeSubmission()
  await store.enqueue({ ...makeSubmission(), id })
  const request = { limit: 9, perDomain: 9, leaseMs: LEASE_MS, exclude: [] }
  const [job] = (await store.claim({ ...request, now: START })) as [Job]
  assert.ok(store.enterFinalDot(job) !== undefined)
  await settled(async () => (await server.query('SELECT FROM postrider.final_dot', connectionString)).length === 1)
  await server.stop('immediate')
  store.destroy(new Error('killed'))
  await server.start()
  const clock = new FakeClock(START)
  const heir = await openPostgresQueue({ connectionString, clock, ...INSTANT })
  t.after(() => heir.close())
  // It says each second that it lives, and in time finds that the other one does not.
  let jobs: readonly Job[] = []
  while (jobs.length === 0) {
    await clock.advance(1_000)
    await heir.takeLeadership(clock.now(), LEASE_MS)
    jobs = await heir.claim({ ...request, now: clock.now() })
    assert.ok(clock.now() < START + LEASE_MS)
  }
  const told = (await heir.history(id)).map(({ fact }) => fact.kind)
  assert.deepEqual(told, ['queued', 'uncertain'])
})
