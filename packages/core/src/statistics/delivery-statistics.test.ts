import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Domain } from '../model/address.ts'
import type { Job } from '../model/job.ts'
import type { RecipientSettlement, Settlement } from '../model/settlement.ts'
import { COUNTED_OUTCOMES, type StatisticsTally } from '../model/statistics.ts'
import type { Verdict } from '../model/verdict.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { DeliveryStatistics } from './delivery-statistics.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 5, 2, 10)

function open(clock: FakeClock, fail = { times: 0 }) {
  const written: StatisticsTally[] = []
  const summed: number[] = []
  const troubles: unknown[] = []
  const statistics = new DeliveryStatistics({
    clock,
    store: {
      addStatistics: async tallies => {
        if (fail.times-- > 0) throw new Error('locked')
        written.push(...tallies)
      },
      sumStatistics: async today => void summed.push(today),
    },
    onTrouble: error => troubles.push(error),
  })
  return { statistics, written, summed, troubles }
}

const failed = (rule: string): Verdict => ({
  kind: 'failed',
  recipient: 0,
  failure: {
    scope: 'recipient',
    permanence: 'permanent',
    code: 'user-unknown',
    stage: 'rcpt',
    rule,
    detail: '',
    suppress: false,
  },
})
const TAKEN = { kind: 'accepted', recipient: 0 } as Verdict
const settlement = (
  states: readonly (readonly [RecipientSettlement['state'], Verdict])[],
  account?: string,
): Settlement => {
  const recipient = { index: 0, address: { local: 'you', domain: 'b.example' as Domain } }
  return {
    job: { acceptedAt: START - 1_500, account } as Job,
    at: START,
    recipients: states.map(([state, verdict]) => ({ state, verdict, recipient, delayDue: false })),
    suppressions: [],
    notices: [],
  }
}

/** As `site account outcome×n`. */
const told = (tallies: readonly StatisticsTally[]): string[] =>
  tallies.map(({ site, account, counts }) => {
    const outcomes = COUNTED_OUTCOMES.flatMap((name, at) => (counts[at] ? [`${name}×${counts[at]}`] : []))
    return [site, account, ...outcomes].join(' ')
  })

test('recipients count by site and account; one that nobody was asked about has no site', async () => {
  const clock = new FakeClock(START)
  const { statistics, written } = open(clock)
  statistics.count('accepted', 3, 'shop')
  statistics.settled(
    settlement(
      [
        ['delivered', TAKEN],
        ['delivered', TAKEN],
        ['deferred', failed('smtp.450')],
        ['bounced', failed('queue.suppressed')],
      ],
      'shop',
    ),
    'mx.example',
  )
  statistics.settled(settlement([['bounced', failed('dns.null-mx')]]))
  await statistics.close()
  assert.deepEqual(told(written), [
    'none shop accepted×3 suppressed×1',
    'mx.example shop delivered×2 deferred×1',
    'none  bounced×1',
  ])
  // 1.5 seconds: within two.
  assert.deepEqual(written[1]?.counts.slice(COUNTED_OUTCOMES.length), [0, 0, 2])
})

test('an hour that begins has rows of its own', async () => {
  const clock = new FakeClock(START + HOUR - 1)
  const { statistics, written } = open(clock)
  statistics.count('accepted', 1)
  await clock.advance(1)
  statistics.count('accepted', 1)
  await statistics.flush()
  assert.deepEqual(
    written.map(({ hour }) => hour),
    [START / HOUR, START / HOUR + 1],
  )
})

test('what cannot be written is told, and comes with the next batch', async () => {
  const clock = new FakeClock(START)
  const { statistics, written, troubles } = open(clock, { times: 1 })
  statistics.count('accepted', 1)
  await clock.advance(30_000)
  statistics.count('accepted', 1)
  await clock.advance(30_000)
  assert.equal(troubles.length, 1)
  assert.deepEqual(told(written), ['none  accepted×2'])
})

test('the first that writes on a day has the days before summed, and one that only ends does not', async () => {
  const clock = new FakeClock(START)
  const { statistics, summed } = open(clock)
  for (let hours = 0; hours < 30; hours++) {
    statistics.count('accepted', 1)
    await clock.advance(HOUR)
  }
  const today = Math.floor(START / HOUR / 24)
  assert.deepEqual(summed, [today, today + 1])
  const short = open(clock)
  short.statistics.count('accepted', 1)
  await short.statistics.close()
  assert.deepEqual(short.summed, [])
})
