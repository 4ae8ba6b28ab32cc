/**
 * describeTlsCounts: what every store of the queue does with the counts of TLS results (RFC 8460). Part of the queue contract.
 */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import type { Domain } from '../../packages/core/src/model/address.ts'
import type { TlsPolicy, TlsReportNote, TlsTally } from '../../packages/core/src/model/tls-result.ts'
import type { QueueStore } from '../../packages/core/src/queue/index.ts'
import { FakeClock } from '../../packages/core/src/testing/fake-clock.ts'
import { DAY, START } from './queue-samples.ts'
import type { QueueUnderTest } from './queue-store/harness.ts'

const TODAY = START / DAY
const A = 'a.example' as Domain
const B = 'b.example' as Domain
const POLICY: TlsPolicy = { type: 'no-policy-found', text: [], domain: A, mxHosts: [] }
const sessions = (wish: Partial<TlsTally> = {}): TlsTally => ({
  day: TODAY,
  domain: A,
  policy: POLICY,
  good: 1,
  bad: 0,
  ...wish,
})
const note = (wish: Partial<TlsReportNote> = {}): TlsReportNote => ({
  day: TODAY,
  domain: A,
  state: 'sent',
  at: START,
  tries: 1,
  sentTo: ['mailto:a@a.example'],
  ...wish,
})
const ALL = { since: 0, before: TODAY + 100, limit: 100 } as const

export function describeTlsCounts(name: string, make: () => Promise<QueueUnderTest>): void {
  suite(`the queue contract of TLS counts, ${name}`, () => {
    let queue: QueueUnderTest
    let clock: FakeClock
    let store: QueueStore

    beforeEach(async () => {
      clock = new FakeClock(START)
      queue = await make()
      store = await queue.open(clock)
    })
    afterEach(async () => {
      await store.close()
      await queue.remove()
    })

    test('counts of the same day, domain, policy and failure add up', async () => {
      const failure = { type: 'certificate-expired', mxHost: 'mx.a.example' } as const
      await store.countTls([sessions({ good: 2 }), sessions({ failure, good: 0, bad: 1 })])
      await store.countTls([sessions({ good: 3, bad: 1 }), sessions({ failure, good: 0, bad: 4 })])
      const [day, ...more] = await store.tlsDays(ALL)
      assert.deepEqual(more, [])
      assert.deepEqual(day, {
        day: TODAY,
        domain: A,
        tallies: [sessions({ good: 5, bad: 1 }), sessions({ failure, good: 0, bad: 5 })],
      })
    })

    test('another policy, another reason and another day are rows of their own', async () => {
      const failure = { type: 'validation-failure', reason: 'one' } as const
      await store.countTls([
        sessions(),
        sessions({ policy: { ...POLICY, type: 'sts', text: ['mode: testing'] } }),
        sessions({ failure, good: 0, bad: 1 }),
        sessions({ failure: { ...failure, reason: 'two' }, good: 0, bad: 1 }),
        sessions({ day: TODAY + 1 }),
      ])
      const days = await store.tlsDays(ALL)
      assert.deepEqual(
        days.map(({ day, tallies }) => [day - TODAY, tallies.length]),
        [
          [0, 4],
          [1, 1],
        ],
      )
    })

    test('counts survive another opening of the store', async () => {
      await store.countTls([sessions()])
      await store.close()
      store = await queue.open(clock)
      assert.equal((await store.tlsDays(ALL)).length, 1)
    })

    test('days come in order, page by page, and only those that are wanted', async () => {
      await store.countTls([
        sessions({ day: TODAY + 1 }),
        sessions({ domain: B }),
        sessions(),
        sessions({ day: TODAY - 5 }),
        sessions({ day: TODAY + 2 }),
      ])
      const wanted = { since: TODAY - 1, before: TODAY + 2 }
      const names = async (limit: number, after?: { day: number; domain: Domain }): Promise<string[]> =>
        (await store.tlsDays({ ...wanted, limit, ...(after && { after }) })).map(
          ({ day, domain }) => `${day - TODAY} ${domain}`,
        )
      assert.deepEqual(await names(2), ['0 a.example', '0 b.example'])
      assert.deepEqual(await names(2, { day: TODAY, domain: B }), ['1 a.example'])
      assert.deepEqual(
        (await store.tlsDays({ ...ALL, domain: B })).map(({ domain }) => domain),
        [B],
      )
    })

    test('what is due has no report yet, or one whose next try has come', async () => {
      await store.countTls([sessions(), sessions({ domain: B }), sessions({ day: TODAY + 1 })])
      await store.noteTlsReport(note())
      await store.noteTlsReport(note({ domain: B, state: 'waiting', dueAt: START + 10 }))
      const due = async (dueAt: number): Promise<string[]> =>
        (await store.tlsDays({ ...ALL, dueAt })).map(({ day, domain }) => `${day - TODAY} ${domain}`)
      assert.deepEqual(await due(START), ['1 a.example'])
      assert.deepEqual(await due(START + 10), ['0 b.example', '1 a.example'])
      await store.noteTlsReport(note({ domain: B, state: 'given-up', tries: 2 }))
      assert.deepEqual(await due(START + 10), ['1 a.example'])
      const [, b] = await store.tlsDays(ALL)
      assert.deepEqual(b?.report, note({ domain: B, state: 'given-up', tries: 2 }))
    })

    test('of those who would send a report one may, and no other before its next try', async () => {
      const other = await queue.open(clock)
      try {
        await store.countTls([sessions()])
        const begun = note({ state: 'waiting', tries: 0, sentTo: [], dueAt: START + 100 })
        const claims = await Promise.all([store, other].map(each => each.claimTlsReport(begun, START)))
        assert.deepEqual(claims.toSorted(), [false, true])
        assert.equal(await other.claimTlsReport(begun, START + 99), false)
        assert.equal(await other.claimTlsReport({ ...begun, dueAt: START + 200 }, START + 100), true)
        await store.noteTlsReport(note())
        assert.equal(await other.claimTlsReport(begun, START + 1_000_000), false)
      } finally {
        await other.close()
      }
    })

    test('prune removes old counts, and never those whose report may still be tried', async () => {
      await store.countTls([sessions({ day: TODAY - 30 }), sessions({ day: TODAY - 2 }), sessions()])
      await store.noteTlsReport(note({ day: TODAY - 30 }))
      await store.prune(START)
      assert.deepEqual(
        (await store.tlsDays(ALL)).map(({ day }) => day - TODAY),
        [-2, 0],
      )
      await store.countTls([sessions({ day: TODAY - 30 })])
      assert.equal((await store.tlsDays(ALL))[0]?.report, undefined)
    })
  })
}
