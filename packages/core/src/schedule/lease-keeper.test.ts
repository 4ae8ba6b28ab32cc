import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { beforeEach, test } from 'node:test'
import type { Job } from '../model/job.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { jobFor } from '../testing/parcel.ts'
import { LeaseKeeper } from './lease-keeper.ts'

const LEASE_MS = 60_000
const HOUR = 3_600_000
const ENDS = { lost: () => {}, overdue: () => {} }

let clock: FakeClock
/** What was renewed, renewal by renewal. */
let renewals: number[][]
let renewal: Promise<void> | undefined
let keeper: LeaseKeeper

beforeEach(() => {
  clock = new FakeClock(10 * HOUR)
  renewals = []
  renewal = undefined
  const renew = async (jobs: readonly Job[]): Promise<readonly number[]> => {
    renewals.push(jobs.map(({ id }) => id))
    await renewal
    return []
  }
  keeper = new LeaseKeeper({ clock, leaseMs: LEASE_MS, renew, trouble: () => {} })
})

const job = (id: number): Job => jobFor(Buffer.from('It works.'), ['you@dest.test'], { id })
const asked = (): { readonly monotonic: number; readonly wall: number } => ({
  monotonic: clock.monotonic(),
  wall: clock.now(),
})

test('what was leased a moment ago is not renewed before the next claim', async () => {
  keeper.keep(job(1), asked(), ENDS)
  assert.equal(await keeper.timeForClaim(), clock.now())
  assert.deepEqual(renewals, [])
})

test('a wall clock that was set forward while the claim was under way: its lease is renewed before the next claim', async () => {
  const before = asked()
  clock.step(HOUR)
  keeper.keep(job(1), before, ENDS)
  await keeper.timeForClaim()
  assert.deepEqual(renewals, [[1]])
})

test('so it is beside jobs that were leased before the clock was set back, and after it was set forward again', async () => {
  keeper.keep(job(1), asked(), ENDS)
  clock.step(-HOUR)
  keeper.keep(job(2), asked(), ENDS)
  clock.step(HOUR)
  await keeper.timeForClaim()
  assert.deepEqual(renewals, [[1, 2]])
})

test('so it is when others were renewed between its claim and the answer', async () => {
  keeper.keep(job(1), asked(), ENDS)
  const before = asked()
  clock.step(HOUR)
  const { promise, resolve } = Promise.withResolvers<void>()
  renewal = promise
  const renewed = keeper.check()
  keeper.keep(job(2), before, ENDS)
  resolve()
  await renewed
  await keeper.timeForClaim()
  assert.deepEqual(renewals, [[1], [1, 2]])
})
