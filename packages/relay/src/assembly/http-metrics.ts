/**
 * HttpMetrics: how many requests each HTTP part answered, by the first digit of the status.
 */
import type { Prometheus } from '../admin/index.ts'

const REQUESTS = {
  name: 'postrider_http_requests_total',
  help: 'HTTP requests that were answered, by the part that listens and the first digit of the status.',
  labels: ['part', 'status'],
}

export function countAnswers(metrics: Pick<Prometheus, 'counter'>, part: 'http' | 'public'): (status: number) => void {
  const counter = metrics.counter(REQUESTS)
  return status => counter.add(1, { part, status: `${Math.floor(status / 100)}xx` })
}
