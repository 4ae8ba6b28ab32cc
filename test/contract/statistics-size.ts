/**
 * StatisticsSize: days of a busy mailer, counted and summed as they go: of a million messages a month to 10,000 sites by Zipf's law, of
 * 20 accounts.
 */
import { countsOf, deliveredIn, type StatisticsTally } from '../../packages/core/src/model/statistics.ts'
import type { QueueStore, StatisticsQuery } from '../../packages/core/src/queue/index.ts'

const SITES = 10_000
const ACCOUNTS = 20
const FIRST_DAY = 20_000
/** A million in 30 days. */
export const PER_HOUR: number = Math.round(1_000_000 / 30 / 24)

/** Numbers from 0 to 1, the same each time. */
function chance(): () => number {
  let state = 42
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Chooses sites by Zipf's law. */
function zipf(fraction: () => number): () => string {
  const sums: number[] = []
  for (let rank = 1, sum = 0; rank <= SITES; rank++) {
    sum += 1 / rank
    sums.push(sum)
  }
  const all = sums.at(-1)!
  return () => {
    const wanted = fraction() * all
    let [low, high] = [0, SITES - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if (sums[middle]! < wanted) low = middle + 1
      else high = middle
    }
    return `mx${low}.mail.example.net`
  }
}

/** Each hour is one batch; the days before are summed as a day begins. */
export async function countDays(store: QueueStore, days: number): Promise<{ readonly largestBatchMs: number }> {
  const fraction = chance()
  const site = zipf(fraction)
  let largestBatchMs = 0
  for (let hour = FIRST_DAY * 24; hour < (FIRST_DAY + days) * 24; hour++) {
    const tallies: StatisticsTally[] = []
    for (let at = 0; at < PER_HOUR; at++) {
      const account = `account${Math.floor(fraction() * ACCOUNTS)}`
      const luck = fraction()
      const counts =
        luck < 0.93 ? deliveredIn(fraction() ** 4 * 600_000) : countsOf(luck < 0.98 ? 'deferred' : 'bounced', 1)
      tallies.push({ hour, site: site(), account, counts })
    }
    const began = performance.now()
    await store.addStatistics(tallies)
    if (hour % 24 === 0) await store.sumStatistics(hour / 24)
    largestBatchMs = Math.max(largestBatchMs, performance.now() - began)
  }
  return { largestBatchMs }
}

export const ALL_DAYS: Pick<StatisticsQuery, 'from' | 'before'> = {
  from: FIRST_DAY * 24,
  before: (FIRST_DAY + 1000) * 24,
}
