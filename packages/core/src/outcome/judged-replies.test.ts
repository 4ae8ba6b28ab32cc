/** What single replies must mean where code, status and words pull in different directions. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FAILURE_CODES } from '../language/failures.ts'
import { requireAddress, requireDomain } from '../model/address.ts'
import type { Stage } from '../model/evidence.ts'
import type { Failure } from '../model/failure.ts'
import type { EnhancedStatus } from '../model/reply.ts'
import { hopTo } from '../testing/parcel.ts'
import { classify, type Tried } from './classify.ts'
import { REPLY_RULES } from './reply-rules.ts'
import { HOUR } from './rule.ts'

const name = requireDomain('mx.example.com', 'test')
const joe = { index: 0, address: requireAddress('joe@example.com', 'test') }
const LINE = /^(\d{3}) (?:([245])\.(\d{1,3})\.(\d{1,3}) ?)?(.*)$/

function judge(stage: Stage, line: string, tried?: Tried): Failure {
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
      hop: hopTo({ name, address: '192.0.2.1', port: 25 }),
      answers: [{ recipient: 0, stage, reply }],
      sessionReused: false,
      tookMs: 1,
    },
    [joe],
    tried,
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

/** What the first try, the tries of some hours, and those of two days are told. */
function overTime(stage: Stage, line: string): string {
  const tries: readonly Tried[] = [
    { attempts: 0, forMs: 0 },
    { attempts: 5, forMs: 6 * HOUR },
    { attempts: 1, forMs: 40 * HOUR },
    { attempts: 9, forMs: 13 * HOUR },
    { attempts: 20, forMs: 48 * HOUR },
  ]
  return tries.map(tried => (judge(stage, line, tried).permanence === 'permanent' ? 'p' : 't')).join('')
}

test('a 5yz that refuses our address is held for hours and several tries, and then given up', () => {
  for (const line of [
    '554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org',
    '550 5.7.25 The IP address sending this message does not have a PTR record',
    '554 Poor reputation of your IP',
    '504 5.5.2 <mail>: Helo command rejected: need fully-qualified hostname',
  ])
    assert.equal(overTime('rcpt', line), 'tttpp', line)
})

test('a 5yz greeting or EHLO is held, whatever it says, unless the host takes no mail at all', () => {
  assert.equal(overTime('greeting', '554 no'), 'tttpp')
  assert.equal(overTime('ehlo', '550 no'), 'tttpp')
  assert.equal(overTime('greeting', '521 no'), 'ppppp')
})

test('greylisting, overload and rates said with a 5yz never end by themselves', () => {
  for (const line of ['550 Greylisted, try again in 5 minutes', '550 Too many messages from your server'])
    assert.equal(overTime('rcpt', line), 'ttttt', line)
})

test('a 4yz that says again and again for a day that there is no such user is final, and suppresses nobody', () => {
  const line = '450 4.1.1 Recipient address rejected: User unknown in local recipient table'
  assert.equal(overTime('rcpt', line), 'ttttp')
  assert.equal(judge('rcpt', line, { attempts: 20, forMs: 48 * HOUR }).suppress, false)
  assert.equal(overTime('rcpt', '452 4.2.2 mailbox full'), 'ttttt')
})

test('what refuses the recipient or the message is final at once', () => {
  for (const line of ['550 5.1.1 User unknown', '552 5.3.4 Message too large', '550 5.7.1 DMARC policy'])
    assert.equal(overTime('rcpt', line), 'ppppp', line)
})

test('words go before the status that stands beside them', () => {
  assert.equal(judge('rcpt', '550 5.1.1 mailbox full').code, 'mailbox-full')
  assert.equal(judge('rcpt', '550 5.1.1 blocked by Spamhaus').code, 'blocklisted')
  assert.equal(brief(judge('rcpt', '550 5.1.1 temporary lookup failure')), 'remote-trouble recipient transient')
  assert.equal(brief(judge('rcpt', '550 5.2.1 joe... User Unknown')), 'user-unknown recipient permanent suppress')
  assert.equal(brief(judge('rcpt', '552 5.1.1 account is overquota')), 'mailbox-full recipient permanent')
})

test('a stated wait is greylisting only where nothing else is named; rates and full mailboxes keep their name', () => {
  assert.equal(brief(judge('rcpt', '451 4.7.1 Greylisted, too many messages')), 'greylisted recipient transient')
  assert.equal(brief(judge('rcpt', '451 4.3.2 Please try again in 10 minutes')), 'greylisted recipient transient')
  const rate = judge('mail', '421 4.7.28 unusual rate of mail, try again in 300 seconds')
  assert.deepEqual([brief(rate), rate.retryAfterMs], ['rate-limited domain transient', 300_000])
  assert.equal(judge('rcpt', '421 4.7.28 unusual rate of unsolicited mail').code, 'rate-limited')
  assert.equal(judge('rcpt', '452 4.2.2 Mailbox full, try again in 2 hours').code, 'mailbox-full')
  assert.equal(judge('greeting', '421 Too busy, try again in 5 minutes').code, 'host-busy')
  assert.equal(judge('rcpt', '451 Server overloaded, try again in 5 minutes').code, 'host-busy')
})
