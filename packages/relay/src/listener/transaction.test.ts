import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { parsePath } from './command.ts'
import { readMailParameters, readRcptParameters } from './transaction.ts'

const limits = { messageBytes: 1000, secure: true }
const mail = (text: string, secure = true): unknown =>
  readMailParameters(parsePath(`FROM:<a@b> ${text}`, 'FROM')!.parameters, { ...limits, secure })
const rcpt = (text: string): unknown => readRcptParameters(parsePath(`TO:<a@b> ${text}`, 'TO')!.parameters)
const code = (answer: unknown): number | undefined => (answer as { code?: number }).code

suite('MAIL parameters', () => {
  test('are read', () => {
    assert.deepEqual(mail('SIZE=999 BODY=8BITMIME SMTPUTF8 REQUIRETLS RET=HDRS ENVID=a+2Bb'), {
      sizeBytes: 999,
      eightBit: true,
      utf8: true,
      requireTls: true,
      ret: 'headers',
      envid: 'a+b',
    })
    assert.deepEqual(mail(''), {})
  })
  test('a size above the limit is refused before the message (RFC 1870 §6.1)', () => {
    assert.equal(code(mail('SIZE=1001')), 552)
  })
  test('AUTH is taken and forgotten (RFC 4954 §5)', () => {
    assert.deepEqual(mail('AUTH=<>'), {})
  })
  test('REQUIRETLS needs TLS here (RFC 8689 §3)', () => {
    assert.equal(code(mail('REQUIRETLS', false)), 530)
  })
  test('what is malformed is 501, what is unknown 555', () => {
    for (const text of [
      'SIZE=x',
      'BODY=BINARYMIME',
      'SMTPUTF8=1',
      'RET=ALL',
      'ENVID=a+2',
      'ENVID=+0D+0A',
      'REQUIRETLS=1',
    ]) {
      assert.equal(code(mail(text)), 501, text)
    }
    assert.equal(code(mail('FUTURERELEASE=10')), 555)
  })
})

suite('RCPT parameters', () => {
  test('are read', () => {
    assert.deepEqual(rcpt('NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;Bob+40example.com'), {
      notify: ['success', 'failure'],
      originalRecipient: 'rfc822;Bob@example.com',
    })
  })
  test('NOTIFY=NEVER stands alone (RFC 3461 §4.1)', () => {
    assert.deepEqual(rcpt('NOTIFY=NEVER'), { notify: ['never'] })
    assert.equal(code(rcpt('NOTIFY=NEVER,DELAY')), 501)
  })
  test('ORCPT without a type or with a line break is refused', () => {
    assert.equal(code(rcpt('ORCPT=bob@example.com')), 501)
    assert.equal(code(rcpt('ORCPT=rfc822;a+0D+0Ab')), 501)
  })
})
