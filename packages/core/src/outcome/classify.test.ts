import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { requireAddress, requireDomain } from '../model/address.ts'
import { type Evidence, LOSS_CODES, type LossCode, STAGES, type Stage } from '../model/evidence.ts'
import type { Failure } from '../model/failure.ts'
import type { JobRecipient } from '../model/job.ts'
import type { Reply } from '../model/reply.ts'
import { NO_ROUTE_REASONS, type NoRoute, type NoRouteReason } from '../model/route.ts'
import { hopTo } from '../testing/parcel.ts'
import { classify, classifySuppressed, expiredVerdicts } from './classify.ts'
import { REPLY_RULES } from './reply-rules.ts'

const domain = requireDomain('example.com', 'test')
const joe: JobRecipient = { index: 3, address: requireAddress('joe@example.com', 'test') }
const ann: JobRecipient = { index: 7, address: requireAddress('ann@example.com', 'test') }

function seen(parts: Partial<Evidence>, host = 'mx.example.com'): Evidence {
  const name = requireDomain(host, 'test')
  return {
    kind: 'evidence',
    hop: hopTo({ name, address: '192.0.2.1', port: 25 }),
    answers: [],
    sessionReused: false,
    tookMs: 1,
    ...parts,
  }
}

function nowhere(reason: NoRouteReason): NoRoute {
  return { kind: 'no-route', domain, reason, detail: '', skipped: [], policy: { dane: 'usable' } }
}

function failureOf(evidence: Evidence | NoRoute, attempts = 0): Failure {
  const [verdict] = classify(evidence, [joe], { attempts, forMs: 0 })
  assert.equal(verdict?.kind, 'failed')
  return (verdict as { failure: Failure }).failure
}

function answered(stage: Stage, code: number, text: string, host?: string): Evidence {
  return seen({ answers: [{ recipient: 3, stage, reply: { code, lines: [text] } }] }, host)
}

function lost(stage: Stage, code: LossCode): Evidence {
  return seen({ loss: { stage, code, detail: '' } })
}

test('a 250 after the final dot is accepted, and says by whom', () => {
  const tls = { protocol: 'TLSv1.3', cipher: 'x', verified: 'none', resumed: false } as const
  const reply: Reply = { code: 250, lines: ['queued'] }
  const evidence = seen({ tls, answers: [{ recipient: 3, stage: 'final-dot', reply }] })
  assert.deepEqual(classify(evidence, [joe]), [
    { kind: 'accepted', recipient: 3, reply, host: 'mx.example.com', address: '192.0.2.1', tls },
  ])
})

test('why TLS failed before plain text was used stands in every verdict', () => {
  const fellBackToPlain = 'STARTTLS was refused'
  for (const code of [250, 550]) {
    const answers = [{ recipient: 3, stage: 'final-dot', reply: { code, lines: ['x'] } }] as const
    const [verdict] = classify(seen({ answers, fellBackToPlain }), [joe])
    assert.equal(verdict?.fellBackToPlain, fellBackToPlain)
  }
})

test('a 250 to RCPT accepts nothing (RFC 5321 §4.1.1.4)', () => {
  assert.deepEqual(classify(answered('rcpt', 250, 'ok'), [joe]), [])
})

test('the last answer to a recipient is the one that counts', () => {
  const answers = [
    { recipient: 3, stage: 'rcpt', reply: { code: 250, lines: ['ok'] } },
    { recipient: 3, stage: 'final-dot', reply: { code: 451, lines: ['later'] } },
  ] as const
  assert.equal(failureOf(seen({ answers })).permanence, 'transient')
})

test('a 5yz is permanent and a 4yz transient (RFC 5321 §4.2.1)', () => {
  assert.equal(failureOf(answered('rcpt', 599, 'x')).permanence, 'permanent')
  assert.equal(failureOf(answered('rcpt', 499, 'x')).permanence, 'transient')
})

test('a 552 to RCPT is transient (RFC 5321 §4.5.3.1.10)', () => {
  const failure = failureOf(answered('rcpt', 552, 'no'))
  assert.deepEqual([failure.code, failure.permanence], ['too-many-recipients', 'transient'])
})

test('a 552 to RCPT that says that the mailbox is full is permanent', () => {
  const failure = failureOf(answered('rcpt', 552, 'mailbox full'))
  assert.deepEqual([failure.code, failure.permanence], ['mailbox-full', 'permanent'])
})

test('a 421 is transient and about the host, wherever it stands', () => {
  for (const stage of ['greeting', 'ehlo', 'mail', 'rcpt', 'data', 'final-dot'] as const) {
    const failure = failureOf(answered(stage, 421, 'closing'))
    assert.deepEqual([failure.scope, failure.permanence], ['host', 'transient'], stage)
  }
})

test('a loss is transient for everyone not yet answered, and changes no answer', () => {
  const evidence = seen({
    answers: [{ recipient: 3, stage: 'rcpt', reply: { code: 550, lines: ['no such user'] } }],
    loss: { stage: 'rcpt', code: 'reset', detail: '' },
  })
  const verdicts = classify(evidence, [joe, ann])
  assert.deepEqual(
    verdicts.map(verdict => verdict.kind === 'failed' && [verdict.recipient, verdict.failure.code]),
    [
      [3, 'user-unknown'],
      [7, 'connection-lost'],
    ],
  )
})

test('whatever breaks the wait after the final dot leaves the delivery uncertain (RFC 1047)', () => {
  for (const code of Object.keys(LOSS_CODES) as LossCode[]) {
    const failure = failureOf(lost('final-dot', code))
    assert.deepEqual([failure.code, failure.permanence], ['delivery-uncertain', 'transient'], code)
  }
})

test('who was not reached because we were told to stop gets no verdict', () => {
  assert.deepEqual(classify(lost('mail', 'aborted'), [joe]), [])
})

test('a failure of TLS that a policy demands is transient (RFC 8461 §5, RFC 7672 §2.2)', () => {
  for (const code of ['starttls-missing', 'tls-name-mismatch', 'tls-dane-mismatch', 'tls-untrusted'] as const) {
    const failure = failureOf(lost('tls', code))
    assert.deepEqual([failure.code, failure.scope, failure.permanence], ['tls-required', 'host', 'transient'], code)
  }
})

test('a host without REQUIRETLS is given up, and another may be tried (RFC 8689 §4.2.1)', () => {
  const failure = failureOf(lost('ehlo', 'requiretls-missing'))
  assert.deepEqual([failure.code, failure.scope, failure.permanence], ['requiretls-unsupported', 'host', 'permanent'])
})

test('what the host cannot carry is permanent and about the message', () => {
  for (const code of ['size-exceeded', 'smtputf8-missing', 'eightbit-missing'] as const) {
    const failure = failureOf(lost('ehlo', code))
    assert.deepEqual([failure.scope, failure.permanence], ['message', 'permanent'], code)
  }
})

test('a login that fails waits for the operator, whatever the digit', () => {
  const failure = failureOf(seen({ refusal: { stage: 'auth', reply: { code: 535, lines: ['no'] } } }))
  assert.deepEqual([failure.code, failure.permanence, failure.remedy], ['login-failed', 'transient', 'route.login'])
})

test('a refused session is the answer to everyone', () => {
  const evidence = seen({ refusal: { stage: 'greeting', reply: { code: 554, lines: ['No SMTP service here'] } } })
  assert.equal(classify(evidence, [joe, ann]).length, 2)
  assert.equal(failureOf(evidence).scope, 'host')
})

test('DNS says for good only what it says plainly', () => {
  const permanent = (Object.keys(NO_ROUTE_REASONS) as NoRouteReason[]).filter(
    reason => failureOf(nowhere(reason)).permanence === 'permanent',
  )
  assert.deepEqual(permanent.sort(), [
    'loops-back',
    'mx-unusable',
    'no-mail-host',
    'no-such-domain',
    'null-mx',
    'private-only',
    'requiretls-impossible',
  ])
})

test('a reason that no table knows is not permanent', () => {
  assert.equal(failureOf(nowhere('from-the-future' as NoRouteReason)).permanence, 'transient')
  assert.equal(failureOf(lost('mail', 'from-the-future' as LossCode)).permanence, 'transient')
})

test('a doubtful refusal is believed the second time', () => {
  const evidence = answered('rcpt', 550, 'Mailbox unavailable or access denied', 'mx3.qq.com')
  assert.equal(failureOf(evidence, 0).permanence, 'transient')
  const second = failureOf(evidence, 1)
  assert.deepEqual([second.permanence, second.suppress], ['permanent', false])
})

test('a provider is known by its mail host, never by the recipient domain', () => {
  const text = 'Ip frequency limited'
  assert.equal(failureOf(answered('rcpt', 550, text, 'mx3.qq.com')).rule, 'qq.frequency')
  assert.equal(failureOf(answered('rcpt', 550, text, 'notqq.com')).rule, 'words.rate')
})

test('only the answer to RCPT condemns an address, or one after it in which the address stands', () => {
  assert.equal(failureOf(answered('rcpt', 550, '5.1.1 User unknown')).suppress, true)
  assert.equal(failureOf(answered('final-dot', 550, '5.1.1 User unknown')).suppress, false)
  assert.equal(failureOf(answered('final-dot', 554, 'Rcpt <JOE@example.com> does not exist')).suppress, true)
  for (const other of ['ann@example.com', 'bigjoe@example.com', 'joe@example.com.tw'])
    assert.equal(failureOf(answered('final-dot', 554, `Rcpt <${other}> does not exist`)).suppress, false, other)
})

test('an unknown sender is not taken for an unknown recipient', () => {
  for (const text of ['5.1.1 User unknown', 'Sender address does not exist', 'sender unknown']) {
    const failure = failureOf(answered('mail', 550, text))
    assert.deepEqual([failure.code, failure.suppress], ['policy-refused', false], text)
  }
})

test('an enhanced status whose class contradicts the code is read all the same', () => {
  const failure = failureOf(answered('final-dot', 421, '5.7.32 not aligned', 'smtp.google.com'))
  assert.deepEqual([failure.rule, failure.permanence], ['google.alignment', 'transient'])
})

test('a time that the reply names goes before the one of the rule', () => {
  const failure = failureOf(answered('rcpt', 451, 'Greylisted, try again in 120 seconds'))
  assert.deepEqual([failure.rule, failure.retryAfterMs], ['words.greylist', 120_000])
})

test('the transcript comes along with a failure', () => {
  const evidence = { ...answered('rcpt', 550, 'no'), transcript: ['C: RCPT', 'S: 550 no'] }
  assert.deepEqual(failureOf(evidence).transcript, evidence.transcript)
})

test('a suppressed address is given up without asking, and not suppressed for longer', () => {
  const suppressed = { ...joe, suppressed: { until: 2000, code: 'user-disabled' as const, detail: 'no such user' } }
  const [verdict] = classifySuppressed([suppressed, ann], 1000)
  assert.ok(verdict?.kind === 'failed')
  assert.deepEqual([verdict.failure.code, verdict.failure.suppress], ['user-disabled', false])
  assert.equal(classifySuppressed([suppressed], 2000).length, 0)
})

test('a job that ran out of time untried is expired', () => {
  const [verdict] = expiredVerdicts([joe])
  assert.equal(verdict?.kind === 'failed' && verdict.failure.code, 'expired')
})

const reply = fc.record({
  code: fc.integer({ min: 100, max: 700 }),
  enhanced: fc.option(
    fc.record({
      class: fc.constantFrom(2 as const, 4 as const, 5 as const),
      subject: fc.integer({ min: 0, max: 999 }),
      detail: fc.integer({ min: 0, max: 999 }),
    }),
  ),
  lines: fc.array(fc.oneof(fc.string(), fc.constantFrom('user unknown', 'spam', '5.7.28 [TSS09]', 'mailbox full'))),
})

test('whatever a host says, classify answers, and calls nothing below 500 permanent unless a row says so', () => {
  const saidSo = new Set(REPLY_RULES.filter(({ permanence }) => permanence === 'permanent').map(({ id }) => id))
  const hosts = ['mx.example.com', 'smtp.google.com', 'mta5.am0.yahoodns.net', 'mx3.qq.com', 'mx01.mail.icloud.com']
  fc.assert(
    fc.property(
      reply,
      fc.constantFrom(...STAGES),
      fc.constantFrom(...hosts),
      fc.nat(3),
      (said, stage, host, attempts) => {
        const { enhanced, ...rest } = said
        const answer = { recipient: 3, stage, reply: { ...rest, ...(enhanced && { enhanced }) } }
        for (const verdict of classify(seen({ answers: [answer] }, host), [joe, ann], { attempts, forMs: 0 })) {
          if (verdict.kind !== 'failed') continue
          const { permanence, rule, suppress } = verdict.failure
          assert.ok(permanence === 'transient' || said.code >= 500 || saidSo.has(rule), rule)
          assert.ok(!suppress || permanence === 'permanent')
        }
      },
    ),
    { numRuns: 500 },
  )
})
