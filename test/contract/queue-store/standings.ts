/**
 * How we stand with mail sites: written over what the writer knew, seen by all, and there when its writer is gone.
 */
import assert from 'node:assert/strict'
import { suite } from 'node:test'
import type { StandingRow } from '../../../packages/core/src/model/standing.ts'
import { START } from '../queue-samples.ts'
import type { Harness } from './harness.ts'

const row = (site: string, version: number, until: number = 0): StandingRow => ({
  site,
  key: 'source 192.0.2.1',
  version,
  until,
  body: JSON.stringify({ learnt: { until, connections: version } }),
})

export function describeStandings(q: Harness): void {
  const { another, promise } = q

  suite('how we stand with mail sites', () => {
    promise('is seen by another process, the longest rest first', async () => {
      const [short, long, none] = [
        row('a.example', 1, START + 10),
        row('b.example', 1, START + 20),
        row('c.example', 1),
      ]
      assert.deepEqual(await q.store.putStandings([short, long, none], START), [])
      const other = await another()
      assert.deepEqual(await other.standings({}), [long, short, none])
      assert.deepEqual(await other.standings({ restingAt: START + 10 }), [long])
      const site: StandingRow = { ...row('a.example', 1), key: 'site' }
      assert.deepEqual(await other.putStandings([site], START), [])
      assert.deepEqual(await q.store.standings({ restingAt: -1 }), [long, short, site, none])
    })

    promise(
      'is written over the version that was known, and whoever comes second is shown what stands there',
      async () => {
        assert.deepEqual(await q.store.putStandings([row('a.example', 1)], START), [])
        const other = await another()
        assert.deepEqual(await other.putStandings([row('a.example', 2), row('b.example', 1)], START), [])
        const late = await q.store.putStandings(
          [row('a.example', 2, 7), row('c.example', 1), row('b.example', 1)],
          START,
        )
        assert.deepEqual(
          late.toSorted((one, two) => one.site.localeCompare(two.site)),
          [row('a.example', 2), row('b.example', 1)],
        )
        assert.deepEqual(await q.store.putStandings([row('a.example', 3, 7)], START), [])
        assert.deepEqual(
          (await q.store.standings({})).map(({ site, version }) => [site, version]),
          [
            ['a.example', 3],
            ['b.example', 1],
            ['c.example', 1],
          ],
        )
      },
    )

    promise('of rows that were removed meanwhile, what comes is taken as it is', async () => {
      assert.deepEqual(await q.store.putStandings([row('a.example', 5)], START), [])
      assert.deepEqual(await q.store.standings({}), [row('a.example', 5)])
      assert.deepEqual(await q.store.putStandings([], START), [])
    })

    promise('outlives the process that wrote it', async () => {
      const leaving = q.store
      await leaving.putStandings([row('a.example', 1, START + 1_000_000)], START)
      const other = await another()
      await leaving.close()
      q.store = other
      q.others = []
      assert.deepEqual(await other.standings({ restingAt: START }), [row('a.example', 1, START + 1_000_000)])
    })
  })
}
