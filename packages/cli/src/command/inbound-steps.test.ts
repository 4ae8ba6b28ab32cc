import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { DurableFact } from '@postrider/core'
import { type Seen, wayOf } from './inbound-steps.ts'

const SITE = { at: 0, site: 'mail.abc.test', host: 'mail.abc.test', address: '192.0.2.1', tookMs: 1 } as const

const failed = (code: Seen['sessions'][number]['code'] & string): Seen['sessions'][number] => ({
  kind: 'session-failed',
  ...SITE,
  stage: code === 'connect-refused' ? 'connect' : 'starttls',
  code,
  detail: 'why',
})

const deferred = (code: 'tls-required' | 'no-mail-host'): DurableFact => ({
  kind: 'deferred',
  at: 0,
  messageId: '01JD3Z8K2M4Q6S8V0XYZ' as DurableFact['messageId'],
  recipient: 'b@abc.test',
  code,
  scope: 'domain',
  attempt: 1,
  permanence: 'transient',
  stage: 'route',
  rule: 'loss',
  detail: 'the MTA-STS policy allows mx.example',
  nextAttemptAt: 1,
})

suite('the way of one mail to port 25', () => {
  const FIXES = {
    'tls-dane-mismatch': /TLSA/,
    'tls-name-mismatch': /certificate for the name/,
    'tls-expired': /certificate for the name/,
    'tls-untrusted': /certificate for the name/,
    'starttls-missing': /STARTTLS/,
    'starttls-refused': /STARTTLS/,
    'tls-handshake': /STARTTLS/,
  } as const
  for (const [code, fix] of Object.entries(FIXES) as [keyof typeof FIXES, RegExp][])
    test(`${code} is told as TLS of a host that was reached`, () => {
      const { steps } = wayOf({ hosts: ['mail.abc.test'], sessions: [failed(code)], outcome: deferred('tls-required') })
      assert.deepEqual(
        steps.map(({ step, level }) => `${step} ${level}`),
        ['mx ok', 'connection ok', 'tls fail'],
      )
      assert.equal(steps[2]?.found, 'mail.abc.test [192.0.2.1]: why')
      assert.match(steps[2]?.fix ?? '', fix)
    })

  test('a host that was not reached is told as the connection', () => {
    const { steps } = wayOf({
      hosts: ['mail.abc.test'],
      sessions: [failed('connect-refused')],
      outcome: deferred('no-mail-host'),
    })
    assert.deepEqual(
      steps.map(({ step, level }) => `${step} ${level}`),
      ['mx ok', 'connection fail'],
    )
  })

  test('a policy that allows no MX is told as TLS, and no MX as that', () => {
    const policy = wayOf({ hosts: [], sessions: [], outcome: deferred('tls-required') }).steps
    assert.deepEqual([policy.length, policy[0]?.step, policy[0]?.level], [1, 'tls', 'fail'])
    assert.match(policy[0]?.fix ?? '', /MTA-STS/)
    const offered = wayOf({ hosts: ['mx.example'], sessions: [], outcome: deferred('tls-required') }).steps
    assert.deepEqual(
      offered.map(({ step, level }) => `${step} ${level}`),
      ['mx ok', 'tls fail'],
    )
    const none = wayOf({ hosts: [], sessions: [], outcome: deferred('no-mail-host') }).steps
    assert.deepEqual([none.length, none[0]?.step], [1, 'mx'])
  })
})
