/**
 * The list of addresses that are not mailed: seen, written by the operator, and written by deliveries.
 */
import assert from 'node:assert/strict'
import { suite } from 'node:test'
import { requireAddress } from '../../../packages/core/src/model/address.ts'
import type { Suppression } from '../../../packages/core/src/model/settlement.ts'
import { DAY, FAILURE, START, settle } from '../queue-samples.ts'
import type { Harness } from './harness.ts'

const entry = (address: string, more: Partial<Suppression> = {}): Suppression => ({
  address: requireAddress(address, 'x'),
  origin: 'manual',
  failure: FAILURE,
  since: START,
  until: START + DAY,
  ...more,
})

export function describeSuppressions(q: Harness): void {
  const { add, another, claim, promise } = q

  suite('suppressions', () => {
    promise('are a list by address, page by page, whole or of one origin', async () => {
      const all = ['c@a.example', 'a@b.example', 'b@a.example', 'd@a.example'].map((address, index) =>
        entry(address, { origin: index % 2 === 0 ? 'manual' : 'bounce', note: `number ${index}` }),
      )
      await q.store.putSuppressions(all)
      const other = await another()
      const names = (found: readonly Suppression[]): string[] => found.map(({ address }) => address.local)
      const first = await other.suppressions({ limit: 3 }, START)
      assert.deepEqual(names(first), ['a', 'b', 'c'])
      assert.deepEqual(first[2], all[0])
      assert.deepEqual(names(await other.suppressions({ limit: 3, after: 'C@a.example' }, START)), ['d'])
      assert.deepEqual(names(await other.suppressions({ origin: 'bounce' }, START)), ['a', 'd'])
      assert.deepEqual(names(await other.suppressions({ origin: 'bounce', after: 'a@b.example' }, START)), ['d'])
      assert.deepEqual(await other.suppressions({ origin: 'complaint' }, START), [])
    })

    promise('that are over are not on the list', async () => {
      await q.store.putSuppressions([entry('a@a.example', { until: START + 10 }), entry('b@a.example')])
      const found = await q.store.suppressions({}, START + 10)
      assert.deepEqual(found, [entry('b@a.example')])
      assert.deepEqual(await q.store.suppressions({ origin: 'manual' }, START + 10), [entry('b@a.example')])
    })

    promise('written by the operator take the place of what stands, the last of one address counts', async () => {
      const [first, again] = [entry('a@a.example', { until: START + 9 * DAY }), entry('A@a.example', { note: 'again' })]
      await q.store.putSuppressions([first])
      await q.store.putSuppressions([entry('a@a.example', { note: 'not this' }), again])
      assert.deepEqual(await q.store.suppressions({}, START), [again])
      assert.equal(await q.store.unsuppress(first.address), true)
      assert.deepEqual(await q.store.suppressions({}, START), [])
    })

    promise('that follow from a delivery leave alone what lasts longer', async () => {
      const long = entry('reader@dest.example', { until: START + 9 * DAY })
      await q.store.putSuppressions([long])
      await add({ to: ['reader@dest.example'] })
      const [job] = await claim()
      assert.ok(job)
      const suppressions = [entry('reader@dest.example', { origin: 'bounce' })]
      assert.equal(await q.store.commit(settle(job, 'bounced', { suppressions }), [], []), true)
      assert.deepEqual(await q.store.suppression(long.address, START), long)
    })

    promise('written by another process while mail waits hold within 2 seconds', async () => {
      await add({ to: ['reader@dest.example', 'friend@dest.example'] })
      await (await another()).putSuppressions([entry('reader@dest.example')])
      await q.clock.advance(2_000)
      const [job] = await q.claim({ now: q.clock.now() })
      assert.deepEqual(
        job?.recipients.map(({ suppressed }) => suppressed?.code),
        [FAILURE.code, undefined],
      )
    })

    promise('written while mail waits count at its next claim', async () => {
      assert.deepEqual(await claim(), [])
      await q.store.putSuppressions([entry('reader@dest.example')])
      await add({ to: ['reader@dest.example'] })
      const [job] = await claim()
      assert.equal(job?.recipients[0]?.suppressed?.code, FAILURE.code)
    })
  })
}
