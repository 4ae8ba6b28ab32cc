/**
 * Why nothing goes to a mail site for now: told by the process that delivers, seen by all.
 */
import assert from 'node:assert/strict'
import { suite } from 'node:test'
import type { PausedSite } from '../../../packages/core/src/queue/index.ts'
import { LEASE_MS, START } from '../queue-samples.ts'
import type { Harness } from './harness.ts'

const rest = (site: string, until: number, since: number = START): PausedSite => ({
  site,
  since,
  until,
  because: `${site} is slow`,
})

export function describeRests(q: Harness): void {
  const { another, promise } = q

  suite('sites that rest', () => {
    promise('are seen by another process, the longest rest first, until they end', async () => {
      const [short, long] = [rest('a.example', START + 10), rest('b.example', START + 20)]
      await q.store.notePausedSite(short.site, short)
      await q.store.notePausedSite(long.site, long)
      const other = await another()
      assert.deepEqual(await other.pausedSites(START), [long, short])
      assert.deepEqual(await other.pausedSites(START + 10), [long])
      await q.store.notePausedSite(long.site, undefined)
      assert.deepEqual(await other.pausedSites(START), [short])
    })

    promise('stand with the last word of the process that told them, and go when they are over', async () => {
      await q.store.notePausedSite('a.example', rest('a.example', START + 10))
      const again = rest('a.example', START + 40, START + 5)
      await q.store.notePausedSite('a.example', again)
      assert.deepEqual(await q.store.pausedSites(START), [again])
      await q.store.notePausedSite('b.example', rest('b.example', START + 90, START + 50))
      // Even for one whose clock is late: what is over is not kept.
      assert.deepEqual(
        (await q.store.pausedSites(START)).map(({ site }) => site),
        ['b.example'],
      )
    })

    promise("are nobody else's any more when the process that told them is gone", async () => {
      const leaving = q.store
      await leaving.notePausedSite('a.example', rest('a.example', START + 1_000_000))
      const other = await another()
      await leaving.close()
      q.store = other
      q.others = []
      assert.deepEqual(await other.pausedSites(START), [])
      assert.equal(await other.takeLeadership(START, LEASE_MS), true)
      assert.deepEqual(await other.pausedSites(START), [])
    })
  })
}
