/**
 * Statistics: how many recipients had which outcome in an hour, by mail site and account, and how long deliveries took.
 *
 * Policy. What is counted is a list of numbers whose places are given here, so that sums are the same wherever they are made. Hours
 * and days are those of UTC.
 *
 * Not here: what counts (statistics/), how they are kept (queue/statistics.ts).
 */

/** What became of a recipient; an attempt that is deferred counts each time. */
export const COUNTED_OUTCOMES = [
  'accepted',
  'delivered',
  'deferred',
  'bounced',
  'expired',
  'suppressed',
  'complained',
] as const
/** What is counted. */
export type CountedOutcome = (typeof COUNTED_OUTCOMES)[number]

/** From acceptance to the 250 of the receiver: upper bounds of what is counted together. What took longer stands behind the last. */
export const LATENCY_BOUNDS_MS = [
  500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000, 1_800_000, 14_400_000,
] as const

/** What statistics are summed by. */
export const STATISTICS_KEYS = ['hour', 'day', 'site', 'account', 'outcome'] as const
/** What counts are told apart by. */
export type StatisticsKey = (typeof STATISTICS_KEYS)[number]

/** The places of outcomes, then those of latencies. */
export type Counts = readonly number[]

/** Counts of one hour. */
export interface StatisticsTally {
  /** Hours since 1970-01-01, UTC. */
  readonly hour: number
  readonly site: string
  readonly account: string
  readonly counts: Counts
}

/** The mail site of what had none: accepted, suppressed, complained, or for a domain without a mail host. */
export const NO_SITE = 'none'
/** All that has no row of its own. */
export const OTHER = 'other'

const HOUR_MS = 3_600_000

export function hourOf(at: number): number {
  return Math.floor(at / HOUR_MS)
}

/** Its first millisecond. */
export function startOfHour(hour: number): number {
  return hour * HOUR_MS
}

export function countsOf(outcome: CountedOutcome, recipients: number): Counts {
  const counts = Array.from({ length: COUNTED_OUTCOMES.length }, () => 0)
  counts[COUNTED_OUTCOMES.indexOf(outcome)] = recipients
  return counts
}

export function deliveredIn(tookMs: number): Counts {
  const bucket = LATENCY_BOUNDS_MS.findIndex(bound => tookMs <= bound)
  const place = COUNTED_OUTCOMES.length + (bucket < 0 ? LATENCY_BOUNDS_MS.length : bucket)
  const counts = Array.from({ length: place + 1 }, () => 0)
  counts[COUNTED_OUTCOMES.indexOf('delivered')] = 1
  counts[place] = 1
  return counts
}

export function addCounts(to: number[], more: Counts): void {
  for (let place = 0; place < more.length; place++) to[place] = (to[place] ?? 0) + more[place]!
}

/** Recipients of all outcomes. */
export function totalOf(counts: Counts): number {
  let total = 0
  for (let place = 0; place < COUNTED_OUTCOMES.length; place++) total += counts[place] ?? 0
  return total
}
