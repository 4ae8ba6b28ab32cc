/**
 * Metrics: counters, gauges and histograms as an interface, so that core depends on no metrics library; and the ones that
 * are kept. Their names are API.
 *
 * Policy. Labels come from closed lists (states, codes, rule ids), never from addresses or domains: a series for each
 * stranger would fill any store.
 *
 * Not here: exposing them over HTTP (the relay).
 */
import type { Fact, SessionFact } from '../model/fact.ts'

/** From closed lists, never an address or a domain of a stranger. */
export type Labels = Readonly<Record<string, string>>

/** Only goes up. */
export interface Counter {
  /** Adds a value from 0. */
  add(value: number, labels?: Labels): void
}
/** Goes up and down. */
export interface Gauge {
  /** The value now. */
  set(value: number, labels?: Labels): void
}
/** Counts values by their size. */
export interface Histogram {
  /** One value that was seen. */
  record(value: number, labels?: Labels): void
}

/** What a metric is called and what it counts. */
export interface MetricDescription {
  /** As Prometheus shows it, such as `postrider_recipients_total`. */
  readonly name: string
  /** What it counts, in a sentence. */
  readonly help: string
  /** The names of its labels; none has values without a bound. */
  readonly labels: readonly string[]
  /** Of a histogram: upper bounds, in the unit of its name. */
  readonly buckets?: readonly number[]
}

/** Makes the metrics that are kept; the shape of most metrics libraries, so that an adapter is three lines. */
export interface Metrics {
  /** Called once for each counter, when the mailer opens. */
  counter(description: MetricDescription): Counter
  /** Called once for each gauge. */
  gauge(description: MetricDescription): Gauge
  /** Called once for each histogram. */
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
  | 'held'
  | 'sourcesLost'
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
  held: {
    name: 'postrider_pace_held_total',
    help: 'Senders, signing domains, links and Message-IDs held at one mail site, as it asked, and messages that wait for their turn.',
    labels: ['of'],
  },
  sourcesLost: {
    name: 'postrider_sources_lost',
    help: 'Addresses of egress that this machine does not have.',
    labels: [],
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

function sessionCounter(metrics: Metrics): (fact: SessionFact) => void {
  const sessions = metrics.counter(METRICS.sessions)
  const sessionSeconds = metrics.histogram(METRICS.sessionSeconds)
  return ({ kind, tookMs, tls, code = '' }) => {
    const result = kind === 'session-opened' ? 'opened' : 'failed'
    sessionSeconds.record(tookMs / 1000, { result })
    sessions.add(1, { result, tls: tls?.verified ?? 'plain', code })
  }
}

const PACE = [
  'site-narrowed',
  'site-paused',
  'site-widened',
  'pace-held',
  'waiting',
  'warm-up',
  'source-lost',
  'source-found',
] as const
type PaceFact = Extract<Fact, { kind: (typeof PACE)[number] }>

function isOfPace(fact: Fact): fact is PaceFact {
  return (PACE as readonly string[]).includes(fact.kind)
}

function paceCounter(metrics: Metrics): (fact: PaceFact) => void {
  const siteWindows = metrics.counter(METRICS.siteWindows)
  const held = metrics.counter(METRICS.held)
  const sourcesLost = metrics.gauge(METRICS.sourcesLost)
  const lost = new Set<string>()
  return fact => {
    if (fact.kind === 'warm-up') return
    if (fact.kind === 'source-lost' || fact.kind === 'source-found') {
      if (fact.kind === 'source-lost') lost.add(fact.address)
      else lost.delete(fact.address)
      return sourcesLost.set(lost.size)
    }
    if (fact.kind === 'waiting') held.add(1, { of: 'message' })
    else if (fact.kind === 'pace-held') held.add(1, { of: fact.key.slice(0, fact.key.indexOf(' ')) })
    else siteWindows.add(1, { change: fact.kind.slice('site-'.length) })
  }
}

/** The function that counts a fact. Instruments are made once. */
export function countInto(metrics: Metrics): (fact: Fact) => void {
  const [queued, recipients] = [metrics.counter(METRICS.queued), metrics.counter(METRICS.recipients)]
  const failures = metrics.counter(METRICS.failures)
  const deliverySeconds = metrics.histogram(METRICS.deliverySeconds)
  const countSession = sessionCounter(metrics)
  const countPace = paceCounter(metrics)
  const [preflight, leasesLost] = [metrics.counter(METRICS.preflight), metrics.counter(METRICS.leasesLost)]
  const [queueErrors, internalErrors] = [metrics.counter(METRICS.queueErrors), metrics.counter(METRICS.internalErrors)]

  return fact => {
    if (isOfPace(fact)) return countPace(fact)
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
      case 'returned':
      case 'auto-replied':
      case 'unsubscribed':
      case 'suppressed':
        return recipients.add(1, { state: fact.kind })
      case 'uncertain':
        return recipients.add(fact.recipients.length, { state: fact.kind })
      case 'session-opened':
      case 'session-failed':
        return countSession(fact)
      case 'preflight-warned':
      case 'preflight-refused':
        return preflight.add(1, { result: fact.kind.slice('preflight-'.length) })
      case 'lease-lost':
        return leasesLost.add(1)
      case 'queue-error':
      case 'internal-error':
        return (fact.kind === 'queue-error' ? queueErrors : internalErrors).add(1, { doing: fact.doing })
      case 'held':
      case 'released':
      case 'rescheduled':
      case 'notice-queued':
      case 'routed':
      case 'sts-policy-changed':
      case 'webhook-dropped':
      case 'dkim-key-stage':
      case 'erased':
      case 'queue-takeover':
        return
    }
    fact satisfies never
  }
}
