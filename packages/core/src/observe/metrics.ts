/**
 * Metrics: counters, gauges and histograms as an interface, so that core depends on no metrics library; and the ones that
 * are kept. Their names are API.
 *
 * Policy. Labels come from closed lists (states, codes, rule ids), never from addresses or domains: a series for each
 * stranger would fill any store.
 *
 * Not here: exposing them over HTTP (the relay).
 */
import type { Fact } from '../model/fact.ts'

export type Labels = Readonly<Record<string, string>>

export interface Counter {
  add(value: number, labels?: Labels): void
}
export interface Gauge {
  set(value: number, labels?: Labels): void
}
export interface Histogram {
  record(value: number, labels?: Labels): void
}

export interface MetricDescription {
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
  /** Of a histogram: upper bounds, in the unit of its name. */
  readonly buckets?: readonly number[]
}

export interface Metrics {
  counter(description: MetricDescription): Counter
  gauge(description: MetricDescription): Gauge
  histogram(description: MetricDescription): Histogram
}

const nothing = (): void => {}

export const noMetrics: Metrics = {
  counter: () => ({ add: nothing }),
  gauge: () => ({ set: nothing }),
  histogram: () => ({ record: nothing }),
}

/** From a cached connection to the last day of a message. */
const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600, 14400, 86400, 432000] as const

export type MetricName =
  | 'queued'
  | 'recipients'
  | 'failures'
  | 'deliverySeconds'
  | 'sessions'
  | 'sessionSeconds'
  | 'siteWindows'
  | 'preflight'
  | 'leasesLost'
  | 'queueErrors'
  | 'internalErrors'
  | 'listenerErrors'

export const METRICS: Readonly<Record<MetricName, MetricDescription>> = {
  queued: { name: 'postrider_messages_queued_total', help: 'Messages accepted into the queue.', labels: [] },
  recipients: {
    name: 'postrider_recipients_total',
    help: 'What became of recipients, once for each attempt.',
    labels: ['state'],
  },
  failures: {
    name: 'postrider_failures_total',
    help: 'Attempts that failed, by failure code and by the rule that judged them.',
    labels: ['code', 'rule', 'permanence'],
  },
  deliverySeconds: {
    name: 'postrider_delivery_seconds',
    help: 'From acceptance to the 250 of the receiver.',
    labels: [],
    buckets: SECONDS,
  },
  sessions: {
    name: 'postrider_sessions_total',
    help: 'Connections to mail hosts; `tls` is how the certificate was verified, or `plain`; `code` why none was had.',
    labels: ['result', 'tls', 'code'],
  },
  sessionSeconds: {
    name: 'postrider_session_open_seconds',
    help: 'From dialling to a session that is ready, or to giving up.',
    labels: ['result'],
    buckets: SECONDS,
  },
  siteWindows: {
    name: 'postrider_site_window_changes_total',
    help: 'Mail sites slowed, paused or opened again.',
    labels: ['change'],
  },
  preflight: { name: 'postrider_preflight_total', help: 'Warnings and refusals of preflight.', labels: ['result'] },
  leasesLost: {
    name: 'postrider_leases_lost_total',
    help: 'Attempts cut off because their lease was lost.',
    labels: [],
  },
  queueErrors: { name: 'postrider_queue_errors_total', help: 'Failed uses of the queue.', labels: ['doing'] },
  internalErrors: { name: 'postrider_internal_errors_total', help: 'Faults of this program.', labels: ['doing'] },
  listenerErrors: {
    name: 'postrider_listener_errors_total',
    help: 'Errors thrown by listeners, loggers and metrics of the embedder.',
    labels: [],
  },
}

/** The function that counts a fact. Instruments are made once. */
export function countInto(metrics: Metrics): (fact: Fact) => void {
  const queued = metrics.counter(METRICS.queued)
  const recipients = metrics.counter(METRICS.recipients)
  const failures = metrics.counter(METRICS.failures)
  const deliverySeconds = metrics.histogram(METRICS.deliverySeconds)
  const sessions = metrics.counter(METRICS.sessions)
  const sessionSeconds = metrics.histogram(METRICS.sessionSeconds)
  const siteWindows = metrics.counter(METRICS.siteWindows)
  const preflight = metrics.counter(METRICS.preflight)
  const leasesLost = metrics.counter(METRICS.leasesLost)
  const queueErrors = metrics.counter(METRICS.queueErrors)
  const internalErrors = metrics.counter(METRICS.internalErrors)

  return fact => {
    switch (fact.kind) {
      case 'queued':
        return queued.add(1)
      case 'delivered':
        deliverySeconds.record(fact.tookMs / 1000)
        return recipients.add(1, { state: fact.kind })
      case 'deferred':
      case 'bounced':
      case 'expired':
        failures.add(1, { code: fact.code, rule: fact.rule, permanence: fact.permanence })
        return recipients.add(1, { state: fact.kind })
      case 'delayed':
      case 'cancelled':
      case 'complained':
      case 'suppressed':
        return recipients.add(1, { state: fact.kind })
      case 'uncertain':
        return recipients.add(fact.recipients.length, { state: fact.kind })
      case 'session-opened':
      case 'session-failed': {
        const result = fact.kind === 'session-opened' ? 'opened' : 'failed'
        sessionSeconds.record(fact.tookMs / 1000, { result })
        return sessions.add(1, { result, tls: fact.tls?.verified ?? 'plain', code: fact.code ?? '' })
      }
      case 'site-narrowed':
      case 'site-paused':
      case 'site-widened':
        return siteWindows.add(1, { change: fact.kind.slice('site-'.length) })
      case 'preflight-warned':
      case 'preflight-refused':
        return preflight.add(1, { result: fact.kind.slice('preflight-'.length) })
      case 'lease-lost':
        return leasesLost.add(1)
      case 'queue-error':
        return queueErrors.add(1, { doing: fact.doing })
      case 'internal-error':
        return internalErrors.add(1, { doing: fact.doing })
      case 'held':
      case 'released':
      case 'rescheduled':
      case 'notice-queued':
      case 'routed':
      case 'sts-policy-changed':
      case 'webhook-dropped':
        return
    }
    fact satisfies never
  }
}
