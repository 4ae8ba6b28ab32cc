import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requireDomain } from '../model/address.ts'
import { MailerError } from '../model/error.ts'
import type { DurableFact } from '../model/fact.ts'
import type { Job } from '../model/job.ts'
import type { QueueId } from '../model/queue-id.ts'
import type { Settlement } from '../model/settlement.ts'
import type { Submission } from '../model/submission.ts'
import type { Verdict } from '../model/verdict.ts'
import { type DeliveryPorts, deliver } from './delivery.ts'

const domain = requireDomain('example.com', 'test')
const job: Job = {
  id: 1,
  messageId: '0'.repeat(20) as QueueId,
  domain,
  recipients: [{ index: 0, address: { local: 'user', domain } }],
  reversePath: null,
  requireTls: false,
  facts: { sizeBytes: 4, eightBit: false, smtpUtf8: false, longestLine: 2, messageId: '', tlsRequiredNo: false },
  attempts: 0,
  acceptedAt: 0,
  expiresAt: 1000,
  priority: 'normal',
  tags: {},
  lease: { token: 1, until: 1000 },
}
const failed: Verdict = {
  kind: 'failed',
  recipient: 0,
  failure: {
    scope: 'domain',
    permanence: 'permanent',
    code: 'null-mx',
    stage: 'route',
    rule: 'test',
    detail: '',
    suppress: false,
  },
}
const fact: DurableFact = { kind: 'released', messageId: job.messageId, at: 5 }

function ports(log: string[], committed = true): DeliveryPorts {
  const settlement: Settlement = {
    job,
    at: 5,
    recipients: [],
    suppressions: [],
    notices: [{ kind: 'failure', to: { local: 'sender', domain }, recipients: [] }],
  }
  return {
    findRoute: async () => ({
      kind: 'no-route',
      domain,
      reason: 'null-mx',
      detail: '',
      skipped: [],
      policy: { dane: 'usable' },
    }),
    read: async () => undefined,
    enterSiteQueue: (_route, run) => run(),
    transmit: () => Promise.reject(new Error('not reached')),
    enterFinalDot: () => () => {},
    classify: () => [failed],
    better: (_known, next) => next,
    mayTryHop: () => false,
    routed: () => log.push('routed'),
    countTls: () => {},
    judgeUnasked: () => [],
    judgeNeverTried: () => [failed],
    opensAt: () => undefined,
    observe: () => {},
    settle: () => {
      log.push('settle')
      return settlement
    },
    factsOf: () => [fact],
    makeNotice: async () => {
      log.push('notice')
      return {} as Submission
    },
    noticeFact: () => ({ kind: 'released', messageId: job.messageId, at: 6 }),
    commit: async () => {
      log.push('commit')
      return committed
    },
    release: async () => {
      log.push('release')
      return true
    },
    record: told => log.push(`told ${told.kind}`),
    now: () => 5,
    sleep: async ms => {
      log.push(`slept ${ms}`)
    },
  }
}

test('an attempt is settled, then committed with its notices, and only then told', async () => {
  const log: string[] = []
  await deliver(job, ports(log), new AbortController().signal)
  assert.deepEqual(log, ['routed', 'settle', 'notice', 'commit', 'told released', 'told released'])
})

test('what could not be committed because the lease was lost is not told as done', async () => {
  const log: string[] = []
  await deliver(job, ports(log, false), new AbortController().signal)
  assert.deepEqual(log.at(-1), 'told lease-lost')
  assert.ok(!log.includes('told released'))
})

test('a job of which nothing was attempted goes back and the attempt does not count', async () => {
  const log: string[] = []
  await deliver(job, { ...ports(log), classify: () => [] }, new AbortController().signal)
  assert.deepEqual(log, ['routed', 'release'])
})

test('a job whose time is up while its site queue is shut is settled without an attempt', async () => {
  const log: string[] = []
  await deliver(job, { ...ports(log), classify: () => [], now: () => job.expiresAt }, new AbortController().signal)
  assert.ok(log.includes('commit'))
  assert.ok(!log.includes('release'))
})

test('a recipient that is judged unasked is not routed', async () => {
  const log: string[] = []
  await deliver(job, { ...ports(log), judgeUnasked: () => [failed] }, new AbortController().signal)
  assert.ok(!log.includes('routed'))
  assert.ok(log.includes('commit'))
})

test('an outcome that cannot be written is written again, and the message is not sent again for that', async () => {
  const log: string[] = []
  const used = ports(log)
  let writes = 0
  const commit: DeliveryPorts['commit'] = async (...written) => {
    if (++writes < 4) throw new MailerError('queue-unavailable', 'locked')
    return used.commit(...written)
  }
  await deliver(job, { ...used, commit }, new AbortController().signal)
  assert.deepEqual(
    log.filter(line => line.startsWith('slept')),
    ['slept 250', 'slept 500', 'slept 1000'],
  )
  assert.equal(log.filter(line => line === 'routed').length, 1)
  assert.equal(log.filter(line => line === 'told queue-error').length, 3)
  assert.ok(log.includes('told released'))
  assert.ok(!log.includes('release'))
})

test('who waits to write an outcome stops when told to, or when the queue is closed', async () => {
  const used = ports([])
  const stop = new AbortController()
  const commit = () => Promise.reject(new MailerError('queue-full', 'no room'))
  const sleep = async () => stop.abort()
  await assert.rejects(deliver(job, { ...used, commit, sleep }, stop.signal), { code: 'queue-full' })
  const closed = () => Promise.reject(new MailerError('closed', 'the queue is closed'))
  await assert.rejects(deliver(job, { ...used, commit: closed }, new AbortController().signal), { code: 'closed' })
})

test('a notice that cannot be made is told, and what was delivered is still committed', async () => {
  const log: string[] = []
  const makeNotice = () => Promise.reject(new Error('no sense'))
  await deliver(job, { ...ports(log), makeNotice }, new AbortController().signal)
  assert.deepEqual(log, ['routed', 'settle', 'told internal-error', 'commit', 'told released'])
})
