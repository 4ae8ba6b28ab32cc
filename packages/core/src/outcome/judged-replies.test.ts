/** What single replies must mean where code, status and words pull in different directions. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { requireAddress, requireDomain } from '../model/address.ts'
import type { Stage } from '../model/evidence.ts'
import { FAILURE_CODES, type Failure } from '../model/failure.ts'
import type { EnhancedStatus } from '../model/reply.ts'
import { classify } from './classify.ts'
import { REPLY_RULES } from './reply-rules.ts'

const name = requireDomain('mx.example.com', 'test')
const joe = { index: 0, address: requireAddress('joe@example.com', 'test') }
const LINE = /^(\d{3}) (?:([245])\.(\d{1,3})\.(\d{1,3}) ?)?(.*)$/

function judge(stage: Stage, line: string): Failure {
  const [, code, klass, subject, detail, text = ''] = LINE.exec(line) ?? []
  const enhanced = klass && {
    class: Number(klass) as EnhancedStatus['class'],
    subject: Number(subject),
    detail: Number(detail),
  }
  const reply = { code: Number(code), ...(enhanced && { enhanced }), lines: [text] }
  const [verdict] = classify(
    {
      kind: 'evidence',
      hop: {
        host: name,
        address: '192.0.2.1',
        family: 4,
        port: 25,
        preference: 10,
        tls: { level: 'opportunistic', sources: ['default'], sni: name },
        implicitTls: false,
        departure: { hostname: name },
        limits: { connections: 1, messagesPerConnection: 1, recipientsPerTransaction: 1 },
      },
      answers: [{ recipient: 0, stage, reply }],
      sessionReused: false,
      tookMs: 1,
    },
    [joe],
  )
  assert.equal(verdict?.kind, 'failed')
  return (verdict as { failure: Failure }).failure
}

function brief({ code, scope, permanence, suppress }: Failure): string {
  return `${code} ${scope} ${permanence}${suppress ? ' suppress' : ''}`
}

test('5.1.10 from any host is "recipient not found", and that address is suppressed', () => {
  for (const line of ['550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found', '550 5.1.10 no']) {
    assert.equal(brief(judge('rcpt', line)), 'user-unknown recipient permanent suppress', line)
  }
})

test('null-mx is believed where the host says so about the domain (RFC 7505 §4)', () => {
  for (const line of ['550 5.1.10 Recipient address has null MX', '556 5.1.10 Domain does not accept mail (nullMX)']) {
    assert.equal(brief(judge('rcpt', line)), 'null-mx recipient permanent suppress', line)
  }
})

/** They speak of one recipient or its domain, whoever says them, and whatever else is said beside. */
const OF_RECIPIENT = [
  'user-unknown',
  'user-disabled',
  'user-moved',
  'mailbox-full',
  'mailbox-busy',
  'recipient-refused',
  'relay-denied',
  'too-many-recipients',
  'null-mx',
  'no-such-domain',
  'no-mail-host',
] as const

test('a reply to RCPT that speaks of the recipient has its scope, so that no site is slowed for it', () => {
  for (const code of OF_RECIPIENT) assert.ok(code in FAILURE_CODES)
  for (const { id, code, scope, stages } of REPLY_RULES) {
    if (!(OF_RECIPIENT as readonly string[]).includes(code)) continue
    assert.ok(scope === 'recipient' || (scope === undefined && stages?.join() === 'rcpt'), id)
  }
  const statuses = fc.tuple(fc.constantFrom(4, 5), fc.nat(9), fc.nat(40)).map(parts => parts.join('.'))
  const words = fc.constantFrom('User unknown', 'mailbox full', 'has moved', 'relaying denied', 'no such domain', 'x')
  fc.assert(
    fc.property(fc.integer({ min: 450, max: 599 }), statuses, words, (code, status, text) => {
      const failure = judge('rcpt', `${code} ${status} ${text}`)
      if ((OF_RECIPIENT as readonly string[]).includes(failure.code)) assert.equal(failure.scope, 'recipient')
    }),
  )
})

test('"STARTTLS first" from a mail host is about TLS, not about a login (RFC 3207 §4)', () => {
  const failure = judge('mail', '530 5.7.0 Must issue a STARTTLS command first')
  assert.equal(brief(failure), 'tls-required host transient')
  assert.equal(failure.remedy, 'tls.offered')
})

test('a mail host that wants a login where none was tried does not "refuse our login"', () => {
  const failure = judge('mail', '530 5.7.1 Authentication required')
  assert.equal(failure.code, 'login-failed')
  assert.doesNotMatch(failure.detail, /smarthost/)
})

test('5.3.2 with a 5yz is a host that takes no mail, not one that asks to come back', () => {
  assert.equal(judge('mail', '554 5.3.2 no').code, 'not-accepting')
  assert.equal(judge('mail', '521 5.3.2 does not accept mail').code, 'not-accepting')
  assert.equal(judge('mail', '453 4.3.2 shutting down').code, 'host-busy')
})

test('"Recipient address rejected" with 5.4.1 is a recipient that is not there, whatever the digits before it', () => {
  for (const code of [541, 550, 554]) {
    const failure = judge('rcpt', `${code} 5.4.1 Recipient address rejected: Access denied. AS(201806281)`)
    assert.equal(brief(failure), 'user-unknown recipient permanent suppress', String(code))
  }
})

test('4.2.1 is a mailbox that is busy, and only 5.2.1 one that is switched off', () => {
  assert.equal(brief(judge('rcpt', '450 4.2.1 mailbox busy')), 'mailbox-busy recipient transient')
  assert.equal(brief(judge('rcpt', '450 4.2.1 x')), 'mailbox-busy recipient transient')
  assert.equal(judge('rcpt', '550 5.2.1 x').code, 'user-disabled')
  assert.equal(judge('rcpt', '450 4.2.1 account disabled').code, 'user-disabled')
})
