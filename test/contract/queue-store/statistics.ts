/**
 * Statistics: counts by hour, mail site and account, summed by day after a while.
 */
import assert from 'node:assert/strict'
import { suite } from 'node:test'
import {
  type CountedOutcome,
  countsOf,
  deliveredIn,
  NO_SITE,
  OTHER,
  type StatisticsTally,
} from '../../../packages/core/src/model/statistics.ts'
import type { QueueStore, StatisticsQuery } from '../../../packages/core/src/queue/index.ts'
import { LARGE_SITES, MOST_ACCOUNTS, MOST_SITES } from '../../../packages/core/src/queue/statistics.ts'
import { DAY, START } from '../queue-samples.ts'
import type { Harness } from './harness.ts'

const TODAY = START / DAY
const NOON = TODAY * 24 + 12
const A = 'mx.a.example'
const B = 'mx.b.example'

const tally = (outcome: CountedOutcome, wish: Partial<StatisticsTally> & { readonly times?: number } = {}) => {
  const { times = 1, ...more } = wish
  return { hour: NOON, site: A, account: '', counts: countsOf(outcome, times), ...more }
}
const ALL: StatisticsQuery = { from: (TODAY - 1000) * 24, before: (TODAY + 10) * 24, by: 'site', limit: 1000 }

/** Each row as its key and all recipients of it. */
async function rows(store: QueueStore, query: Partial<StatisticsQuery>): Promise<string[]> {
  const { rows: found } = await store.statistics({ ...ALL, ...query })
  return found.map(({ key, counts }) => `${key} ${counts.slice(0, 7).reduce((sum, count) => sum + count, 0)}`)
}

async function all(store: QueueStore, query: Partial<StatisticsQuery> = {}): Promise<number> {
  const { total } = await store.statistics({ ...ALL, ...query })
  return total.slice(0, 7).reduce((sum, count) => sum + count, 0)
}

export function describeStatistics(q: Harness): void {
  const { another, promise } = q

  suite('statistics', () => {
    promise('add up, whoever counts, and are asked for by each of their parts', async () => {
      const other = await another()
      await q.store.addStatistics([
        tally('delivered', { counts: deliveredIn(300), account: 'shop' }),
        tally('deferred', { times: 2, account: 'forum' }),
        tally('accepted', { times: 9, site: NO_SITE, account: 'shop' }),
      ])
      await other.addStatistics([
        tally('delivered', { counts: deliveredIn(70_000), account: 'shop' }),
        tally('bounced', { site: B, hour: NOON + 1, account: 'shop' }),
        tally('delivered', { counts: deliveredIn(10), hour: NOON - 24 }),
      ])
      assert.deepEqual(await rows(q.store, {}), [`${NO_SITE} 9`, `${A} 5`, `${B} 1`])
      assert.deepEqual(await rows(q.store, { by: 'account' }), ['shop 12', 'forum 2', ' 1'])
      const start = START + DAY / 2
      assert.deepEqual(await rows(q.store, { by: 'hour' }), [
        `${start - DAY} 1`,
        `${start} 13`,
        `${start + 3_600_000} 1`,
      ])
      assert.deepEqual(await rows(q.store, { by: 'day' }), [`${START - DAY} 1`, `${START} 14`])
      const outcomes = await rows(q.store, { by: 'outcome' })
      assert.deepEqual(outcomes.slice(0, 4), ['accepted 9', 'delivered 3', 'deferred 2', 'bounced 1'])
      assert.deepEqual(await rows(q.store, { site: A, by: 'account' }), ['forum 2', 'shop 2', ' 1'])
      assert.deepEqual(await rows(q.store, { account: 'shop' }), [`${NO_SITE} 9`, `${A} 2`, `${B} 1`])
      assert.deepEqual(await rows(q.store, { from: NOON, before: NOON + 1 }), [`${NO_SITE} 9`, `${A} 4`])
      const { total } = await q.store.statistics({ ...ALL, site: A, account: 'shop' })
      assert.deepEqual(total, [0, 2, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1])
    })

    promise('survive another opening of the store', async () => {
      await q.store.addStatistics([tally('bounced')])
      await q.store.close()
      q.store = await q.queue.open(q.clock)
      assert.equal(await all(q.store), 1)
    })

    promise('keep hours for today and two days before, and sum older ones by day, each once', async () => {
      const days = [0, -1, -2, -3, -4]
      await q.store.addStatistics(
        days.flatMap(day => [
          tally('delivered', { hour: NOON + day * 24, counts: deliveredIn(1) }),
          tally('bounced', { hour: NOON + 1 + day * 24 }),
        ]),
      )
      await q.store.sumStatistics(TODAY)
      await q.store.sumStatistics(TODAY)
      const { rows: hours } = await q.store.statistics({ ...ALL, by: 'hour' })
      assert.deepEqual(
        hours.map(({ key, step }) => [(Number(key) - START) / 3_600_000, step]),
        [
          [-4 * 24, 'day'],
          [-3 * 24, 'day'],
          ...[-2, -1, 0].flatMap(day => [
            [day * 24 + 12, 'hour'],
            [day * 24 + 13, 'hour'],
          ]),
        ],
      )
      assert.equal(await all(q.store), 10)
      // What comes late goes to its day with the next sum.
      await q.store.addStatistics([tally('expired', { hour: NOON - 3 * 24 })])
      await q.store.sumStatistics(TODAY)
      assert.deepEqual((await rows(q.store, { by: 'hour' })).slice(0, 2), [
        `${START - 4 * DAY} 2`,
        `${START - 3 * DAY} 3`,
      ])
      assert.deepEqual(await rows(q.store, { by: 'day', from: (TODAY - 3) * 24 + 5 }), [
        `${START - 3 * DAY} 3`,
        ...[-2, -1, 0].map(day => `${START + day * DAY} 2`),
      ])
    })

    promise('of a day that is summed keep the largest sites of the day, and the others together', async () => {
      const sites = Array.from({ length: LARGE_SITES + 50 }, (_, at) => `mx${at}.example`)
      const hour = NOON - 3 * 24
      for (const later of [0, 1, 2])
        await q.store.addStatistics(
          sites.map((site, at) =>
            tally('bounced', { site, hour: hour + later, times: at < 50 ? 1 : 2, account: 'shop' }),
          ),
        )
      await q.store.sumStatistics(TODAY)
      const found = await rows(q.store, {})
      assert.equal(found.length, LARGE_SITES + 1)
      assert.equal(found.at(-1), `${OTHER} ${50 * 3}`)
      assert.ok(found.slice(0, -1).every(row => row.endsWith(' 6')))
      assert.deepEqual(await rows(q.store, { limit: 10 }), [
        ...found.slice(0, 10),
        `${OTHER} ${50 * 3 + (LARGE_SITES - 10) * 6}`,
      ])
      assert.deepEqual(await rows(q.store, { by: 'account' }), [`shop ${50 * 3 + LARGE_SITES * 6}`])
    })

    promise('are forgotten after 400 days', async () => {
      await q.store.addStatistics([
        tally('bounced', { hour: NOON - 401 * 24 }),
        tally('bounced', { hour: NOON - 399 * 24 }),
      ])
      await q.store.sumStatistics(TODAY)
      assert.equal(await all(q.store), 1)
    })

    promise('are bounded: sites of an hour and accounts of a row that are too many count as other', async () => {
      const sites = Array.from({ length: MOST_SITES + 20 }, (_, at) => tally('bounced', { site: `mx${at}.example` }))
      await q.store.addStatistics(sites.slice(0, 600))
      await q.store.addStatistics(sites)
      await q.store.addStatistics(sites.slice(-40))
      const found = await rows(q.store, {})
      assert.equal(found.length, MOST_SITES + 1)
      assert.equal(found.at(-1), `${OTHER} 40`)
      assert.equal(await all(q.store), 600 + MOST_SITES + 20 + 40)
      const accounts = Array.from({ length: MOST_ACCOUNTS + 5 }, (_, at) => `a${at}`)
      const tallies = accounts.map(account => tally('bounced', { account, hour: NOON + 1 }))
      await q.store.addStatistics(tallies)
      await q.store.addStatistics(tallies)
      const by = await rows(q.store, { by: 'account', from: NOON + 1 })
      assert.equal(by.length, MOST_ACCOUNTS + 1)
      assert.equal(by.at(-1), `${OTHER} 10`)
    })

    promise('that two processes add to at once lose nothing, while a third sums', async () => {
      const [one, two] = [await another(), await another()]
      await Promise.all(
        Array.from({ length: 10 }, (_, at) => [
          one.addStatistics([tally('bounced', { hour: NOON - 72, account: `a${at}` })]),
          two.addStatistics([tally('bounced', { hour: NOON - 72 })]),
          q.store.sumStatistics(TODAY),
        ]).flat(),
      )
      await q.store.sumStatistics(TODAY)
      assert.deepEqual(await rows(q.store, { by: 'hour' }), [`${START - 3 * DAY} 20`])
    })

    promise('take any name of a site or an account as it is', async () => {
      const names = ['__proto__', 'a b', 'constructor', '"', "'; DROP TABLE", '漢字']
      await q.store.addStatistics(names.map(name => tally('bounced', { site: name, account: name })))
      for (const by of ['site', 'account'] as const)
        assert.deepEqual((await rows(q.store, { by })).toSorted(), names.map(name => `${name} 1`).toSorted())
      assert.equal(await all(q.store, { site: "'; DROP TABLE" }), 1)
    })
  })
}
