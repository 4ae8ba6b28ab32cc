import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Address, type Domain, requireAddress } from '../model/address.ts'
import type { Notify } from '../model/envelope.ts'
import { MailerError } from '../model/error.ts'
import { auth, authAnswer, ehlo, helo, mail, rcpt, xtext } from './command.ts'

const joe = requireAddress('joe@example.org', 'test')

test('MAIL and RCPT without parameters are what RFC 5321 §4.1.1 says', () => {
  assert.equal(mail(joe, {}), 'MAIL FROM:<joe@example.org>\r\n')
  assert.equal(rcpt(joe), 'RCPT TO:<joe@example.org>\r\n')
})

test('the null reverse-path is <> (RFC 5321 §4.5.5)', () => {
  assert.equal(mail(null, { size: 10 }), 'MAIL FROM:<> SIZE=10\r\n')
})

test('every MAIL parameter is written as its own RFC says', () => {
  assert.equal(
    mail(joe, { size: 5, eightBit: true, smtpUtf8: true, requireTls: true, ret: 'headers', envid: 'a+b=c d' }),
    'MAIL FROM:<joe@example.org> SIZE=5 BODY=8BITMIME SMTPUTF8 REQUIRETLS RET=HDRS ENVID=a+2Bb+3Dc+20d\r\n',
  )
})

test('an ENVID that RFC 3461 §4.4 does not allow is left out', () => {
  assert.equal(mail(joe, { envid: 'ü' }), 'MAIL FROM:<joe@example.org>\r\n')
  assert.equal(mail(joe, { envid: 'x'.repeat(101) }), 'MAIL FROM:<joe@example.org>\r\n')
})

test('NOTIFY and ORCPT are written as RFC 3461 §4.1 and §4.2 say', () => {
  assert.equal(
    rcpt(joe, { notify: ['success', 'failure'], originalRecipient: 'rfc822;joe+tag@example.org' }),
    'RCPT TO:<joe@example.org> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;joe+2Btag@example.org\r\n',
  )
})

test('NOTIFY=NEVER stands alone (RFC 3461 §4.1)', () => {
  assert.equal(rcpt(joe, { notify: ['failure', 'never'] }), 'RCPT TO:<joe@example.org> NOTIFY=NEVER\r\n')
})

test('an internationalised original recipient is written in ASCII (RFC 6533 §3)', () => {
  assert.equal(
    rcpt(joe, { originalRecipient: 'utf-8;grüße@example.org' }),
    'RCPT TO:<joe@example.org> ORCPT=utf-8;gr\\x{FC}\\x{DF}e@example.org\r\n',
  )
})

test('an original recipient that xtext cannot carry is left out', () => {
  assert.equal(rcpt(joe, { originalRecipient: 'rfc822;ü@example.org' }), 'RCPT TO:<joe@example.org>\r\n')
  assert.equal(rcpt(joe, { originalRecipient: 'no type' }), 'RCPT TO:<joe@example.org>\r\n')
})

test('AUTH carries base64 (RFC 4954 §4)', () => {
  assert.equal(auth('PLAIN', '\0u\0p'), 'AUTH PLAIN AHUAcA==\r\n')
  assert.equal(auth('LOGIN'), 'AUTH LOGIN\r\n')
  assert.equal(authAnswer('u'), 'dQ==\r\n')
  assert.equal(authAnswer(''), '\r\n')
})

test('a CR, LF or NUL in a name or address is refused with a typed error', () => {
  const evil = 'x>\r\nRCPT TO:<victim@example.org'
  for (const write of [
    () => ehlo(`a\r\nMAIL FROM:<>` as Domain),
    () => helo('a\0' as Domain),
    () => mail({ local: evil, domain: joe.domain }, {}),
    () => rcpt({ local: 'a\n', domain: joe.domain }),
  ])
    assert.throws(write, error => MailerError.is(error) && error.code === 'invalid-header')
})

test('xtext is printable ASCII without + and =, and can be undone (RFC 3461 §4)', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.integer({ min: 0, max: 127 }).map(code => String.fromCharCode(code)) }), text => {
      const written = xtext(text)
      assert.match(written, /^(?:[\x21-\x2a\x2c-\x3c\x3e-\x7e]|\+[0-9A-F]{2})*$/)
      assert.equal(
        written.replace(/\+(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
        text,
      )
    }),
  )
})

test('whatever the values are, what gets out is one line', () => {
  const text = fc.string({ unit: 'binary', maxLength: 40 })
  const address = fc.record({ local: text, domain: text }) as fc.Arbitrary<Address>
  const notify = fc.array(fc.constantFrom<Notify>('never', 'success', 'failure', 'delay'))
  fc.assert(
    fc.property(address, text, notify, (to, other, wanted) => {
      for (const write of [
        () => mail(to, { size: 1, ret: 'full', envid: other }),
        () => rcpt(to, { notify: wanted, originalRecipient: `rfc822;${other}` }),
        () => rcpt(to, { originalRecipient: `utf-8;${other}` }),
        () => ehlo(other as Domain),
        () => auth('PLAIN', other),
      ]) {
        let line: string
        try {
          line = write()
        } catch (error) {
          assert.ok(MailerError.is(error))
          continue
        }
        assert.equal(line.search(/[\r\n\0]/), line.length - 2)
        assert.ok(line.endsWith('\r\n'))
      }
    }),
  )
})
