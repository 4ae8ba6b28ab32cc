import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noExtensions, parseExtensions } from './extensions.ts'

function offers(...lines: readonly string[]): ReturnType<typeof parseExtensions> {
  return parseExtensions({ code: 250, lines: ['mx.example', ...lines] })
}

test('a server that lists nothing offers nothing', () => {
  assert.deepEqual(offers(), noExtensions)
})

test('keywords are found whatever their case', () => {
  const found = offers('pipelining', '8BitMime', 'SMTPUTF8', 'STARTTLS', 'ENHANCEDSTATUSCODES', 'DSN', 'REQUIRETLS')
  assert.deepEqual(found, {
    ...noExtensions,
    pipelining: true,
    eightBitMime: true,
    smtpUtf8: true,
    startTls: true,
    enhancedStatusCodes: true,
    dsn: true,
    requireTls: true,
  })
})

test('SIZE without a number, or with one that is none, sets no limit (RFC 1870 §4)', () => {
  assert.equal(offers('SIZE 1000').size, 1000)
  assert.equal(offers('SIZE').size, 0)
  assert.equal(offers('SIZE banana').size, 0)
  assert.equal(offers().size, undefined)
})

test('AUTH lists mechanisms, also in its old form with an equals sign', () => {
  assert.deepEqual(offers('AUTH plain LOGIN', 'AUTH=LOGIN XOAUTH2').auth, ['PLAIN', 'LOGIN', 'XOAUTH2'])
})

test('LIMITS are read, and those that make no sense are not (RFC 9422 §3)', () => {
  assert.deepEqual(offers('LIMITS MAILMAX=5 RCPTMAX=20 RCPTDOMAINMAX=1').limits, {
    mailMax: 5,
    rcptMax: 20,
    rcptDomainMax: 1,
  })
  assert.deepEqual(offers('LIMITS MAILMAX=0 RCPTMAX=many OTHER=3').limits, {})
})

test('the name of the server is not an extension', () => {
  assert.equal(parseExtensions({ code: 250, lines: ['PIPELINING'] }).pipelining, false)
})
