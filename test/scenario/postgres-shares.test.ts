/** Shares of what a mail site bears, among relays on one queue in PostgreSQL. */
import assert from 'node:assert/strict'
import { after, before, suite, type TestContext, test } from 'node:test'
import { openPostgresQueue, type QueueStore } from '@postrider/core/postgres'
import { FakeClock } from '../../packages/core/src/testing/fake-clock.ts'
import { LEASE_MS, START } from '../contract/queue-samples.ts'
import { findPostgres, NO_POSTGRES, type PostgresServer, startPostgres } from '../support/postgres.ts'

const bin = findPostgres()

if (bin === undefined) test('shares in PostgreSQL', { skip: NO_POSTGRES })
else
  suite('shares in PostgreSQL', () => {
    let server: PostgresServer
    before(async () => {
      server = await startPostgres(bin)
    })
    after(() => server.remove())

    async function relays(t: TestContext, count: number): Promise<readonly QueueStore[]> {
      const connectionString = await server.database()
      const stores: QueueStore[] = []
      t.after(async () => {
        for (const store of stores) store.destroy(new Error('the test is over'))
        await server.drop(connectionString)
      })
      for (let at = 0; at < count; at++) {
        const store = await openPostgresQueue({ connectionString, clock: new FakeClock(START), time: 'clock' })
        stores.push(store)
        await store.takeLeadership(START, LEASE_MS)
      }
      return stores
    }

    const ask = async (store: QueueStore | undefined, want: number, most = 20, lane = 'mx.example'): Promise<number> =>
      (await store?.share?.([{ lane, most, want }]))?.got[0] ?? Number.NaN

    test('one relay has all that a site bears; a second one gets its part as the first one asks again', async t => {
      const [one, two] = await relays(t, 2)
      assert.equal(await ask(one, 20), 20)
      // Nobody gets what another still has.
      assert.equal(await ask(two, 20), 0)
      assert.equal(await ask(one, 20), 10)
      assert.equal(await ask(two, 20), 10)
      // Who wants little leaves the rest.
      assert.equal(await ask(two, 3), 3)
      assert.equal(await ask(one, 20), 17)
      // Who wants none any more leaves everything.
      assert.equal(await ask(two, 0), 0)
      assert.equal(await ask(one, 9), 20)
    })

    test('sites are divided apart from each other, in one question, and it is told how many deliver', async t => {
      const [one, two] = await relays(t, 2)
      assert.equal(await ask(two, 4, 4, 'b'), 4)
      const wishes = [
        { lane: 'b', most: 4, want: 4 },
        { lane: "it's a lane", most: 6, want: 1 },
      ]
      assert.deepEqual(await one?.share?.(wishes), { relays: 2, got: [0, 6] })
    })

    test('more relays than a site bears: each has one or none', async t => {
      const all = await relays(t, 3)
      for (let round = 0; round < 3; round++) for (const store of all) await ask(store, 2, 2)
      const got = await Promise.all(all.map(store => ask(store, 2, 2)))
      assert.deepEqual([...got].sort(), [0, 1, 1])
    })

    test('a relay that says nothing for six seconds has no share any more', async t => {
      const [one, two] = await relays(t, 2)
      assert.equal(await ask(one, 20), 20)
      assert.equal(await ask(two, 20), 0)
      const end = Date.now() + 60_000
      while ((await ask(two, 20)) !== 20 && Date.now() < end) await new Promise(resolve => setTimeout(resolve, 200))
      assert.equal(await ask(two, 20), 20)
    })

    test('whatever they want and when: together they never have more than the site bears', async t => {
      const all = await relays(t, 4)
      const had = all.map(() => 0)
      // The same each time.
      let seed = 7
      const draw = (below: number): number => {
        seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
        return Math.floor((seed / 2 ** 31) * below)
      }
      for (let step = 0; step < 150; step++) {
        const who = draw(4)
        // At once, as they may.
        const other = (who + 1 + draw(3)) % 4
        const [got, too] = await Promise.all([ask(all[who], draw(25), 20), ask(all[other], draw(25), 20)])
        had[who] = got
        had[other] = too
        const together = had.reduce((sum, each) => sum + each, 0)
        assert.ok(together <= 20, `${had} after ${step} steps`)
      }
    })
  })
