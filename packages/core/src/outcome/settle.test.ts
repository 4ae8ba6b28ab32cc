import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seededRandom } from '../ambient/random.ts'
import { requireAddress, requireDomain } from '../model/address.ts'
import type { Failure } from '../model/failure.ts'
import type { Job, JobRecipient } from '../model/job.ts'
import { makeQueueId } from '../model/queue-id.ts'
import type { Settlement } from '../model/settlement.ts'
import type { Verdict } from '../model/verdict.ts'
import { DAY, HOUR, MINUTE } from './rule.ts'
import { DEFAULT_SETTLE, type SettlePolicy, settle } from './settle.ts'
import { factsOf } from './tell.ts'

const START = 1_700_000_000_000
const policy: SettlePolicy = { ...DEFAULT_SETTLE, retry: { ...DEFAULT_SETTLE.retry, jitter: 0 }, notices: 'sender' }

function recipient(index: number, more: Partial<JobRecipient> = {}): JobRecipient {
  return { index, address: requireAddress(`user${index}@example.com`, 'test'), ...more }
}

function jobOf(recipients: readonly JobRecipient[], more: Partial<Job> = {}): Job {
  return {
    id: 1,
    messageId: makeQueueId(START),
    domain: requireDomain('example.com', 'test'),
    recipients,
    reversePath: requireAddress('sender@example.org', 'test'),
    requireTls: false,
    facts: {
      sizeBytes: 100,
      eightBit: false,
      smtpUtf8: false,
      longestLine: 70,
      messageId: '<a@example.org>',
      tlsRequiredNo: false,
    },
    attempts: 0,
    acceptedAt: START,
    expiresAt: START + 5 * DAY,
    priority: 'normal',
    tags: {},
    lease: { token: 1, until: START + HOUR },
    ...more,
  }
}

function accepted(index: number): Verdict {
  const reply = { code: 250, enhanced: { class: 2, subject: 0, detail: 0 }, lines: ['Ok'] } as const
  return { kind: 'accepted', recipient: index, reply, host: 'mx.example.com', address: '192.0.2.1' }
}

function failed(index: number, parts: Partial<Failure> = {}): Verdict {
  const failure: Failure = {
    scope: 'recipient',
    permanence: 'transient',
    code: 'remote-trouble',
    stage: 'rcpt',
    rule: 'rfc5321.4yz',
    detail: 'trouble',
    suppress: false,
    ...parts,
  }
  return { kind: 'failed', recipient: index, failure, host: 'mx.example.com', address: '192.0.2.1' }
}

const gone = { permanence: 'permanent', code: 'user-unknown', suppress: true } as const

function settled(job: Job, verdicts: readonly Verdict[], now = START, rules = policy): Settlement {
  return settle(job, verdicts, { policy: rules, now, random: seededRandom(1) })
}

const states = ({ recipients }: Settlement): readonly string[] => recipients.map(({ state }) => state)
const kinds = (settlement: Settlement): readonly string[] => factsOf(settlement).map(({ kind }) => kind)

test('a fact says why TLS failed before plain text was used', () => {
  const fellBackToPlain = 'STARTTLS was refused'
  const [fact] = factsOf(settled(jobOf([recipient(0)]), [{ ...accepted(0), fellBackToPlain }], START))
  assert.ok(fact?.kind === 'delivered' && fact.fellBackToPlain === fellBackToPlain)
})

test('accepted is delivered, permanent is bounced, transient is deferred', () => {
  const job = jobOf([recipient(0), recipient(1), recipient(2)])
  const result = settled(job, [accepted(0), failed(1, gone), failed(2)])
  assert.deepEqual(states(result), ['delivered', 'bounced', 'deferred'])
  assert.equal(result.nextAttemptAt, START + MINUTE)
})

test('a recipient without a verdict is not settled', () => {
  const result = settled(jobOf([recipient(0), recipient(1)]), [accepted(1)])
  assert.deepEqual(
    result.recipients.map(one => one.recipient.index),
    [1],
  )
})

test('what is still deferred when its time is up is expired', () => {
  const job = jobOf([recipient(0)])
  assert.deepEqual(states(settled(job, [failed(0)], job.expiresAt)), ['expired'])
  assert.equal(settled(job, [failed(0)], job.expiresAt).nextAttemptAt, undefined)
  assert.deepEqual(states(settled(job, [accepted(0)], job.expiresAt + 1)), ['delivered'])
})

test('recipients that stay are tried together, when the first of them is due', () => {
  const result = settled(jobOf([recipient(0), recipient(1)]), [failed(0), failed(1, { retryAfterMs: HOUR })])
  assert.equal(result.nextAttemptAt, START + MINUTE)
})

test('a failure of the whole domain holds all of them back as long as it asks', () => {
  const result = settled(jobOf([recipient(0), recipient(1)]), [
    failed(0),
    failed(1, { scope: 'domain', retryAfterMs: HOUR }),
  ])
  assert.equal(result.nextAttemptAt, START + HOUR)
})

test('"at once" is honoured when the attempt got somewhere, so that it cannot spin', () => {
  const tooMany = failed(1, { code: 'too-many-recipients', retryAfterMs: 0 })
  const job = jobOf([recipient(0), recipient(1)])
  assert.equal(settled(job, [accepted(0), tooMany]).nextAttemptAt, START)
  assert.equal(settled(job, [failed(0), tooMany]).nextAttemptAt, START + MINUTE)
})

test('a delay is told once, after four hours', () => {
  const job = jobOf([recipient(0), recipient(1, { delayTold: true })])
  const early = settled(job, [failed(0), failed(1)], START + 3 * HOUR)
  assert.deepEqual(kinds(early), ['deferred', 'deferred'])
  const late = settled(job, [failed(0), failed(1)], START + 4 * HOUR)
  assert.deepEqual(kinds(late), ['deferred', 'delayed', 'deferred'])
  assert.deepEqual(
    late.notices.map(({ kind, recipients }) => [kind, recipients.length]),
    [['delay', 1]],
  )
})

test('nobody gets a notice about a message from <> (RFC 5321 §6.1)', () => {
  assert.deepEqual(settled(jobOf([recipient(0)], { reversePath: null }), [failed(0, gone)]).notices, [])
})

test('without notices the settlement says so by having none', () => {
  const job = jobOf([recipient(0)])
  assert.deepEqual(settled(job, [failed(0, gone)], START, { ...policy, notices: 'nobody' }).notices, [])
})

test('NOTIFY is obeyed for each recipient (RFC 3461 §4.1)', () => {
  const job = jobOf([
    recipient(0, { notify: ['never'] }),
    recipient(1, { notify: ['success'] }),
    recipient(2, { notify: ['failure', 'delay'] }),
    recipient(3),
    recipient(4, { notify: ['success'] }),
    recipient(5),
  ])
  const verdicts = [0, 1, 2, 3].map(index => failed(index, gone)).concat([accepted(4), accepted(5)])
  assert.deepEqual(
    settled(job, verdicts).notices.map(({ kind, recipients }) => [kind, recipients.map(one => one.recipient.index)]),
    [
      ['failure', [2, 3]],
      ['success', [4]],
    ],
  )
})

test('success that the next host promised to report is not reported here (RFC 3461 §5.2.1)', () => {
  const passedOn = { ...accepted(0), dsnPassedOn: true } as Verdict
  assert.deepEqual(settled(jobOf([recipient(0, { notify: ['success'] })]), [passedOn]).notices, [])
})

test('only an address that is dead is suppressed, and not for ever', () => {
  const job = jobOf([recipient(0), recipient(1), recipient(2), recipient(3)])
  const result = settled(job, [
    failed(0, gone),
    failed(1, { permanence: 'permanent', code: 'mailbox-full' }),
    failed(2, { ...gone, code: 'user-disabled' }),
    failed(3, { ...gone, code: 'null-mx', scope: 'domain' }),
  ])
  assert.deepEqual(
    result.suppressions.map(({ address, until }) => [address.local, until - START]),
    [
      ['user0', 30 * DAY],
      ['user2', 7 * DAY],
      ['user3', HOUR],
    ],
  )
})

test('a period of 0 suppresses nothing', () => {
  const rules = { ...policy, suppress: { ...policy.suppress, unknownMs: 0 } }
  assert.deepEqual(settled(jobOf([recipient(0)]), [failed(0, gone)], START, rules).suppressions, [])
})

test('the facts tell all that follows: who, where, what was said, what is next', () => {
  const job = jobOf([recipient(0), recipient(1)], { tags: { kind: 'reset' }, attempts: 2 })
  const [delivered, deferred] = factsOf(settled(job, [accepted(0), failed(1)], START + 5000))
  assert.deepEqual(delivered, {
    kind: 'delivered',
    messageId: job.messageId,
    at: START + 5000,
    tags: { kind: 'reset' },
    recipient: 'user0@example.com',
    attempt: 3,
    host: 'mx.example.com',
    address: '192.0.2.1',
    reply: '250 2.0.0 Ok',
    tookMs: 5000,
  })
  assert.equal(deferred?.kind === 'deferred' && deferred.nextAttemptAt, START + 5000 + 15 * MINUTE)
})

test('an uncertain delivery is told besides being deferred (RFC 1047)', () => {
  const verdict = failed(0, { code: 'delivery-uncertain', stage: 'final-dot', scope: 'host' })
  assert.deepEqual(kinds(settled(jobOf([recipient(0)]), [verdict])), ['uncertain', 'deferred'])
})

test('a suppression is told after the bounce that caused it', () => {
  assert.deepEqual(kinds(settled(jobOf([recipient(0)]), [failed(0, gone)])), ['bounced', 'suppressed'])
})

test('every recipient with a verdict is settled exactly once, and every settled one is told', () => {
  const verdict = fc.constantFrom('none', 'accepted', 'transient', 'permanent', 'wait')
  fc.assert(
    fc.property(fc.array(verdict, { maxLength: 20 }), fc.nat(6 * DAY), (fates, age) => {
      const job = jobOf(fates.map((_, index) => recipient(index * 3)))
      const verdicts = fates.flatMap((fate, index) => {
        if (fate === 'none') return []
        if (fate === 'accepted') return [accepted(index * 3)]
        if (fate === 'wait') return [failed(index * 3, { retryAfterMs: 2 * DAY, scope: 'domain' })]
        return [failed(index * 3, fate === 'permanent' ? gone : {})]
      })
      const result = settled(job, verdicts, START + age)
      const indexes = result.recipients.map(one => one.recipient.index)
      assert.deepEqual(
        indexes,
        verdicts.map(one => one.recipient),
      )
      const deferred = result.recipients.some(one => one.state === 'deferred')
      assert.equal(result.nextAttemptAt !== undefined, deferred)
      if (result.nextAttemptAt !== undefined) assert.ok(result.nextAttemptAt <= job.expiresAt)
      const told = factsOf(result).filter(({ kind }) => !['delayed', 'suppressed', 'uncertain'].includes(kind))
      assert.equal(told.length, indexes.length)
    }),
  )
})
