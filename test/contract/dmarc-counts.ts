/**
 * describeDmarcCounts: what every store of the queue does with DMARC aggregate reports. Part of the queue contract.
 */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import type { DmarcAddition, DmarcRow } from '../../packages/core/src/model/dmarc-count.ts'
import {
  DMARC_DAYS_KEPT,
  DMARC_REPORTS_A_DAY,
  DMARC_REPORTS_OF_ONE,
  DMARC_ROWS_A_DAY,
  MOST_COUNTED,
} from '../../packages/core/src/queue/dmarc-rows.ts'
import type { QueueStore } from '../../packages/core/src/queue/index.ts'
import { FakeClock } from '../../packages/core/src/testing/fake-clock.ts'
import { DAY, START } from './queue-samples.ts'
import type { QueueUnderTest } from './queue-store/harness.ts'

const TODAY = START / DAY
const ALL = { since: 0, before: TODAY + 1000 }
const row = (wish: Partial<DmarcRow> = {}): DmarcRow => ({
  source: '192.0.2.1',
  dkim: true,
  spf: true,
  disposition: 'none',
  count: 1,
  ...wish,
})
const report = (id: string, wish: Partial<DmarcAddition> = {}): DmarcAddition => ({
  reporter: 'google.com',
  id,
  day: TODAY,
  domain: 'a.example',
  policy: 'none',
  rows: [row()],
  ...wish,
})

export function describeDmarcCounts(name: string, make: () => Promise<QueueUnderTest>): void {
  suite(`the queue contract of DMARC reports, ${name}`, () => {
    let queue: QueueUnderTest
    let store: QueueStore

    beforeEach(async () => {
      queue = await make()
      store = await queue.open(new FakeClock(START))
    })
    afterEach(async () => {
      await store.close()
      await queue.remove()
    })

    test('rows are summed by reporter, source and result, the largest first, with the days they are of', async () => {
      const rows = [row({ count: 3 }), row({ count: 4 }), row({ source: '2001:db8::1', spf: false, count: 90 })]
      assert.equal(await store.addDmarc(report('1', { rows }), TODAY), true)
      assert.equal(await store.addDmarc(report('2', { day: TODAY + 1, policy: 'reject' }), TODAY), true)
      assert.equal(await store.addDmarc(report('3', { day: TODAY + 1, policy: 'reject', rows: [] }), TODAY), true)
      assert.deepEqual(await store.dmarc(ALL), {
        counts: [
          {
            ...{ domain: 'a.example', reporter: 'google.com', source: '2001:db8::1', count: 90 },
            ...{ dkim: true, spf: false, disposition: 'none', firstDay: TODAY, lastDay: TODAY },
          },
          {
            ...{ domain: 'a.example', reporter: 'google.com', source: '192.0.2.1', count: 8 },
            ...{ dkim: true, spf: true, disposition: 'none', firstDay: TODAY, lastDay: TODAY + 1 },
          },
        ],
        reports: [{ domain: 'a.example', reports: 3, days: 2, policy: 'reject' }],
      })
    })

    test('a report counts once, by its writer and its id', async () => {
      assert.equal(await store.addDmarc(report('1'), TODAY), true)
      assert.equal(await store.addDmarc(report('1'), TODAY), false)
      assert.equal(await store.addDmarc(report('1', { reporter: 'yahoo.com' }), TODAY), true)
      const { counts } = await store.dmarc(ALL)
      assert.deepEqual(
        counts.map(({ reporter, count }) => [reporter, count]),
        [
          ['google.com', 1],
          ['yahoo.com', 1],
        ],
      )
    })

    test('one domain, and some days, can be asked for', async () => {
      await store.addDmarc(report('1'), TODAY)
      await store.addDmarc(report('2', { domain: 'b.example', day: TODAY - 3 }), TODAY)
      const domains = async (query: object): Promise<readonly string[]> =>
        (await store.dmarc({ ...ALL, ...query })).reports.map(({ domain }) => domain)
      assert.deepEqual(await domains({}), ['a.example', 'b.example'])
      assert.deepEqual(await domains({ domain: 'b.example' }), ['b.example'])
      assert.deepEqual(await domains({ since: TODAY }), ['a.example'])
      assert.deepEqual(await domains({ before: TODAY }), ['b.example'])
    })

    test('of what a day has no room for the sum is kept, not who it was; further reports are not taken', async () => {
      const sources = Array.from({ length: DMARC_ROWS_A_DAY + 500 }, (_, at) =>
        row({ source: `10.0.${at >> 8}.${at & 255}` }),
      )
      assert.equal(await store.addDmarc(report('1', { rows: sources }), TODAY), true)
      assert.equal(await store.addDmarc(report('2', { rows: [row({ count: 7 }), row({ dkim: false })] }), TODAY), true)
      const { counts } = await store.dmarc(ALL)
      assert.equal(
        counts.reduce((sum, { count }) => sum + count, 0),
        DMARC_ROWS_A_DAY + 508,
      )
      assert.equal(counts.length, DMARC_ROWS_A_DAY + 2)
      assert.deepEqual(
        counts.filter(({ source }) => source === '').map(({ reporter, count }) => [reporter, count]),
        [
          ['', 507],
          ['', 1],
        ],
      )
      const day = TODAY - 1
      const ids = Array.from({ length: DMARC_REPORTS_A_DAY }, (_, at) => `${at}`)
      const by = (at: number): string => `reporter ${Math.floor(at / DMARC_REPORTS_OF_ONE)}`
      await Promise.all(ids.map((id, at) => store.addDmarc(report(id, { day, reporter: by(at) }), TODAY)))
      assert.equal(await store.addDmarc(report('one more', { day }), TODAY), 'full')
      assert.equal(await store.addDmarc(report('of another day'), TODAY), true)
    })

    test('one reporter does not fill a day for the others', async () => {
      const ids = Array.from({ length: DMARC_REPORTS_OF_ONE }, (_, at) => `${at}`)
      await Promise.all(ids.map(id => store.addDmarc(report(id, { reporter: 'loud' }), TODAY)))
      assert.equal(await store.addDmarc(report('one more', { reporter: 'loud' }), TODAY), 'full')
      assert.equal(await store.addDmarc(report('0', { reporter: 'loud' }), TODAY), false)
      assert.equal(await store.addDmarc(report('one more'), TODAY), true)
    })

    test('a thousand reporters that one sender made up fill no more than their day', async () => {
      const names = Array.from({ length: 1000 }, (_, at) => `${at}.invented.example`)
      const sources = Array.from({ length: 5 }, (_, at) => row({ source: `10.0.0.${at}` }))
      const answers: unknown[] = []
      for (const reporter of names) answers.push(await store.addDmarc(report('1', { reporter, rows: sources }), TODAY))
      assert.equal(answers.filter(answer => answer === true).length, DMARC_REPORTS_A_DAY)
      assert.equal(answers.filter(answer => answer === 'full').length, 1000 - DMARC_REPORTS_A_DAY)
      const { counts } = await store.dmarc(ALL)
      // The rows of that day, and the sum of the rest, which names nobody.
      assert.equal(counts.length, DMARC_ROWS_A_DAY + 1)
      assert.equal(
        counts.reduce((sum, { count }) => sum + count, 0),
        DMARC_REPORTS_A_DAY * 5,
      )
      assert.equal(await store.addDmarc(report('of another day', { day: TODAY + 1 }), TODAY), true)
    })

    test('counts that nobody could have sent stay small enough to be summed', async () => {
      const rows = Array.from({ length: 9100 }, () => row({ count: 1e12 }))
      assert.equal(await store.addDmarc(report('1', { rows }), TODAY), true)
      assert.equal(await store.addDmarc(report('2', { rows: [row({ count: 3 })] }), TODAY), true)
      assert.deepEqual(
        (await store.dmarc(ALL)).counts.map(({ count }) => count),
        [MOST_COUNTED],
      )
      const sources = Array.from({ length: DMARC_ROWS_A_DAY + 5 }, (_, at) =>
        row({ source: `10.0.${at >> 8}.${at & 255}`, count: 1e12 }),
      )
      assert.equal(await store.addDmarc(report('3', { rows: sources, day: TODAY + 1 }), TODAY), true)
      const sum = (await store.dmarc({ ...ALL, since: TODAY + 1 })).counts.reduce((all, { count }) => all + count, 0)
      assert.equal(sum, MOST_COUNTED)
    })

    test('what is older than 400 days is forgotten', async () => {
      await store.addDmarc(report('1'), TODAY)
      await store.addDmarc(report('2', { day: TODAY + DMARC_DAYS_KEPT }), TODAY + DMARC_DAYS_KEPT)
      assert.equal((await store.dmarc(ALL)).counts[0]?.count, 2)
      await store.addDmarc(report('3', { day: TODAY + DMARC_DAYS_KEPT + 1 }), TODAY + DMARC_DAYS_KEPT + 1)
      assert.equal((await store.dmarc(ALL)).counts[0]?.count, 2)
      assert.equal(await store.addDmarc(report('1', { day: TODAY + DMARC_DAYS_KEPT }), TODAY + DMARC_DAYS_KEPT), true)
    })
  })
}
