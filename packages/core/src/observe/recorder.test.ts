import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { test } from 'node:test'
import type { DeferredFact, DeliveredFact, Fact } from '../model/fact.ts'
import { makeQueueId } from '../model/queue-id.ts'
import { channelName } from './channels.ts'
import { logLine } from './log-line.ts'
import type { LogFields, Logger } from './logger.ts'
import { countInto, type Labels, METRICS, type MetricDescription, type Metrics } from './metrics.ts'
import { createRecorder } from './recorder.ts'

const messageId = makeQueueId(1_700_000_000_000)
const delivered: DeliveredFact = {
  kind: 'delivered',
  messageId,
  at: 1_700_000_001_500,
  recipient: 'joe@example.com',
  attempt: 1,
  host: 'mx.example.com',
  address: '192.0.2.1',
  reply: '250 2.6.0 Ok',
  tookMs: 1500,
}
const deferred: DeferredFact = {
  kind: 'deferred',
  messageId,
  at: 1_700_000_001_500,
  recipient: 'joe@example.com',
  attempt: 2,
  code: 'host-unreachable',
  scope: 'host',
  permanence: 'transient',
  stage: 'connect',
  rule: 'loss.connect-timeout',
  detail: 'no connection',
  remedy: 'egress.port-25',
  transcript: ['C: EHLO'],
  nextAttemptAt: 1_700_000_100_000,
}

interface Written {
  readonly level: string
  readonly fields: LogFields
  readonly message: string
}

function notebook(): { readonly logger: Logger; readonly written: Written[] } {
  const written: Written[] = []
  const at =
    (level: string) =>
    (fields: LogFields, message: string): void => {
      written.push({ level, fields, message })
    }
  const logger: Logger = {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => logger,
  }
  return { logger, written }
}

function meters(): { readonly metrics: Metrics; readonly seen: string[] } {
  const seen: string[] = []
  const note =
    ({ name, labels: declared }: MetricDescription) =>
    (value: number, labels: Labels = {}): void => {
      assert.deepEqual(Object.keys(labels), [...declared])
      seen.push([name, value, ...Object.values(labels)].join(' '))
    }
  const metrics: Metrics = {
    counter: description => ({ add: note(description) }),
    gauge: description => ({ set: note(description) }),
    histogram: description => ({ record: note(description) }),
  }
  return { metrics, seen }
}

test('the end of a pause is told as every time is told', () => {
  const until = Date.parse('2026-01-02T03:04:05Z')
  const { fields } = logLine({ kind: 'site-paused', at: until - 1000, site: 'mx.example.com', window: 1, until })
  assert.equal(fields.until, '2026-01-02T03:04:05.000Z')
})

test('a listener hears the facts of its kind, in order, until it stops', () => {
  const recorder = createRecorder()
  const heard: string[] = []
  const stop = recorder.on('delivered', fact => heard.push(fact.recipient))
  recorder.on('*', fact => heard.push(fact.kind))
  recorder.record(delivered)
  recorder.record(deferred)
  stop()
  stop()
  recorder.record(delivered)
  assert.deepEqual(heard, ['joe@example.com', 'delivered', 'deferred', 'delivered'])
})

test('a listener that throws breaks neither delivery nor the other listeners', () => {
  const { logger, written } = notebook()
  const { metrics, seen } = meters()
  const recorder = createRecorder({ logger, metrics })
  let heard = 0
  recorder.on('delivered', () => {
    throw new Error('mine')
  })
  recorder.on('delivered', () => heard++)
  recorder.record(delivered)
  assert.equal(heard, 1)
  assert.equal(written.at(-1)?.level, 'error')
  assert.ok(seen.includes(`${METRICS.listenerErrors.name} 1`))
})

test('an asynchronous listener that fails is no unhandled rejection', async () => {
  const { logger, written } = notebook()
  const recorder = createRecorder({ logger })
  recorder.on('delivered', async () => {
    throw new Error('mine')
  })
  recorder.record(delivered)
  await new Promise(setImmediate)
  assert.deepEqual(
    written.map(({ level }) => level),
    ['info', 'error'],
  )
})

test('a logger that throws does not break delivery', () => {
  const broken = (): void => {
    throw new Error('disk full')
  }
  const logger: Logger = { debug: broken, info: broken, warn: broken, error: broken, child: () => logger }
  const recorder = createRecorder({ logger })
  let heard = 0
  recorder.on('*', () => heard++)
  recorder.record(delivered)
  assert.equal(heard, 1)
})

test('a fact is published on the channel of its kind', () => {
  const heard: unknown[] = []
  const listen = (message: unknown): void => {
    heard.push(message)
  }
  const name = channelName('delivered')
  subscribe(name, listen)
  try {
    const recorder = createRecorder()
    recorder.record(delivered)
    recorder.record(deferred)
  } finally {
    unsubscribe(name, listen)
  }
  assert.deepEqual([name, heard], ['postrider:delivered', [delivered]])
})

test('a log line has the words of a maillog: to, relay, delay, dsn, status', () => {
  assert.deepEqual(logLine(delivered), {
    level: 'info',
    message: 'delivered',
    fields: {
      fact: 'delivered',
      id: messageId,
      to: 'joe@example.com',
      relay: 'mx.example.com[192.0.2.1]',
      attempt: 1,
      dsn: '2.6.0',
      status: 'sent',
      reply: '250 2.6.0 Ok',
      delay: 1.5,
      tls: undefined,
    },
  })
})

test('a log line of a failure says why and when next, and leaves the transcript out', () => {
  const { level, fields } = logLine(deferred)
  assert.equal(level, 'info')
  assert.deepEqual(
    [fields.relay, fields.dsn, fields.status, fields.rule, fields.remedy, fields.next, 'transcript' in fields],
    ['none', '4.0.0', 'deferred', 'loss.connect-timeout', 'egress.port-25', '2023-11-14T22:15:00.000Z', false],
  )
})

test('deliveries and failures are counted by state, code and rule, never by address', () => {
  const { metrics, seen } = meters()
  const count = countInto(metrics)
  const session: Fact = {
    kind: 'session-failed',
    at: 1,
    site: 'mx.example.com',
    host: 'mx.example.com',
    address: '192.0.2.1',
    code: 'connect-timeout',
    tookMs: 30_000,
  }
  for (const fact of [delivered, deferred, session]) count(fact)
  assert.deepEqual(seen, [
    'postrider_delivery_seconds 1.5',
    'postrider_recipients_total 1 delivered',
    'postrider_failures_total 1 host-unreachable loss.connect-timeout transient',
    'postrider_recipients_total 1 deferred',
    'postrider_session_open_seconds 30 failed',
    'postrider_sessions_total 1 failed plain connect-timeout',
  ])
  assert.ok(!seen.some(line => line.includes('@') || line.includes('example')))
})
