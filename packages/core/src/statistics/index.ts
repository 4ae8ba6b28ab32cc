/** statistics/: how many, where and how fast. */
export { DeliveryStatistics } from './delivery-statistics.ts'
export { type LatencySummary, latencyOf } from './latency.ts'
