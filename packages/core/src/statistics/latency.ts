/**
 * Latency: what a histogram of latencies says: medians and the like, and its buckets.
 *
 * Policy. Within a bucket all are taken to be spread evenly; what took longer than the last bound is told as that bound.
 */
import { COUNTED_OUTCOMES, type Counts, LATENCY_BOUNDS_MS } from '../model/statistics.ts'

/** From acceptance to the 250 of the receiver. */
export interface LatencySummary {
  /** Half of the recipients took no longer, in milliseconds. */
  readonly p50Ms: number
  /** 95 % took no longer, in milliseconds. */
  readonly p95Ms: number
  /** 99 % took no longer, in milliseconds. */
  readonly p99Ms: number
  /** How many took at most so long, and longer than the bucket before; the last has no bound. */
  readonly buckets: readonly { readonly withinMs?: number; readonly recipients: number }[]
}

/** Absent when nothing was delivered. */
export function latencyOf(counts: Counts): LatencySummary | undefined {
  const buckets = [...LATENCY_BOUNDS_MS, undefined].map((withinMs, at) => ({
    ...(withinMs !== undefined && { withinMs }),
    recipients: counts[COUNTED_OUTCOMES.length + at] ?? 0,
  }))
  const all = buckets.reduce((sum, { recipients }) => sum + recipients, 0)
  if (all === 0) return undefined
  const within = (share: number): number => withinOf(buckets, share * all)
  return { p50Ms: within(0.5), p95Ms: within(0.95), p99Ms: within(0.99), buckets }
}

function withinOf(buckets: LatencySummary['buckets'], rank: number): number {
  let before = 0
  let least = 0
  for (const { withinMs, recipients } of buckets) {
    if (withinMs === undefined) break
    if (before + recipients >= rank && recipients > 0)
      return Math.round(least + ((withinMs - least) * (rank - before)) / recipients)
    before += recipients
    least = withinMs
  }
  return least
}
