import assert from 'node:assert/strict'
import fs, { closeSync, fstatSync, mkdirSync, openSync, rmdirSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { test } from 'node:test'
import { FakeClock } from '../../../testing/fake-clock.ts'
import type { QueueStore } from '../../store.ts'
import { clock, open, refuses, submission, tempPath } from './store.fixture.ts'

const LEASE_MS = 1_000

/** Takes delivery over from a holder that is alive and silent, as one that was stopped is. */
async function takeOver(store: QueueStore, from: FakeClock): Promise<void> {
  assert.equal(await store.takeLeadership(from.now(), LEASE_MS), false)
  await from.advance(LEASE_MS)
  assert.equal(await store.takeLeadership(from.now(), LEASE_MS), true)
}

test('who cannot make a ledger of final dots leaves delivery, and marks nothing in a file that is not its own', async t => {
  const path = tempPath(t)
  const time = new FakeClock()
  const store = await open(t, path, { clock: time })
  const other = await open(t, path, { clock: time })
  await store.takeLeadership(time.now(), LEASE_MS)
  await store.enqueue({ ...submission(), expiresAt: time.now() + 1e9 })
  const request = { limit: 1, perDomain: 1, leaseMs: 1e6, exclude: [] }
  const [job] = await store.claim({ ...request, now: time.now() })
  assert.ok(job !== undefined && store.enterFinalDot(job) !== undefined)
  await takeOver(other, time)
  await other.close()

  mkdirSync(`${path}-dots-new`)
  await assert.rejects(store.takeLeadership(time.now(), LEASE_MS), refuses('queue-unavailable', /EISDIR/))
  const victims = Array.from({ length: 20 }, (_, at) => openSync(`${path}-victim-${at}`, 'w'))
  assert.equal(store.enterFinalDot(job), undefined)
  for (const victim of victims) assert.equal(fstatSync(victim).size, 0)
  for (const victim of victims) closeSync(victim)
  assert.deepEqual(await store.claim({ ...request, now: time.now() }), [])

  const heir = await open(t, path, { clock: time })
  rmdirSync(`${path}-dots-new`)
  assert.equal(await heir.takeLeadership(time.now(), LEASE_MS), true, 'at once: it was left')
})

test('a holder that is silent for the time of its lease is taken over from, whatever the wall clock shows', async t => {
  const path = tempPath(t)
  const time = new FakeClock()
  const [store, other] = [await open(t, path, { clock: time }), await open(t, path, { clock: time })]
  const hold = (of: QueueStore): Promise<boolean> => of.takeLeadership(time.now(), LEASE_MS)
  assert.equal(await hold(store), true)
  assert.equal(await hold(other), false)
  time.step(8 * 3_600_000)
  assert.equal(await hold(other), false, 'it is alive')
  await time.advance(LEASE_MS / 2)
  assert.equal(await hold(store), true)
  assert.equal(await hold(other), false)
  time.step(-3 * 86_400_000)
  await time.advance(LEASE_MS / 2)
  assert.equal(await hold(other), false, 'it was heard of a moment ago')
  await time.advance(LEASE_MS)
  assert.equal(await hold(other), true)
})

test('a holder that renews while the wall clock is set back is alive to who has not looked meanwhile', async t => {
  const path = tempPath(t)
  const time = new FakeClock()
  const [store, other] = [await open(t, path, { clock: time }), await open(t, path, { clock: time })]
  const hold = (of: QueueStore): Promise<boolean> => of.takeLeadership(time.now(), LEASE_MS)
  assert.equal(await hold(store), true)
  assert.equal(await hold(other), false)
  await time.advance(LEASE_MS / 2)
  assert.equal(await hold(store), true)
  // Now the wall clock shows what it showed at the first renewal.
  time.step(-LEASE_MS / 2)
  assert.equal(await hold(store), true)
  await time.advance(LEASE_MS / 2)
  assert.equal(await hold(other), false)
})

test('a holder that was stopped for the time of its lease sends no final dot when it wakes', async t => {
  const path = tempPath(t)
  const time = new FakeClock()
  const store = await open(t, path, { clock: time })
  await store.takeLeadership(time.now(), LEASE_MS)
  await store.enqueue({ ...submission(), expiresAt: time.now() + 1e9 })
  const [job] = await store.claim({ now: time.now(), limit: 1, perDomain: 1, leaseMs: 1e6, exclude: [] })
  assert.ok(job !== undefined)
  await time.advance(LEASE_MS)
  assert.equal(store.enterFinalDot(job), undefined)
  assert.equal(await store.takeLeadership(time.now(), LEASE_MS), true)
  assert.ok(store.enterFinalDot(job) !== undefined, 'nobody took it over')
})

test('a final dot that cannot be marked is not sent, and the reason is told', async t => {
  const store = await open(t, tempPath(t), { clock: new FakeClock() })
  await store.takeLeadership(0, LEASE_MS)
  await store.enqueue({ ...submission(), acceptedAt: 0, notBefore: 0 })
  const [job] = await store.claim({ now: 0, limit: 1, perDomain: 1, leaseMs: LEASE_MS, exclude: [] })
  assert.ok(job !== undefined)
  t.mock.method(fs, 'writeSync', () => {
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
  })
  syncBuiltinESMExports()
  t.after(() => {
    t.mock.restoreAll()
    syncBuiltinESMExports()
  })
  assert.throws(() => store.enterFinalDot(job), refuses('queue-full', /ENOSPC/))
})

test('what a process that only looks has written out as running, the one that delivers shows as it is', async t => {
  const path = tempPath(t)
  const [store, other] = [await open(t, path), await open(t, path)]
  await store.takeLeadership(clock.now(), LEASE_MS)
  const { id } = await store.enqueue(submission())
  // It cannot know whether the message is under way.
  assert.equal((await other.show(id))?.recipients[0]?.state, 'running')
  assert.equal((await store.show(id))?.recipients[0]?.state, 'waiting')
  assert.equal((await other.show(id))?.recipients[0]?.state, 'waiting')
})
