import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type ReceivedFacts, receivedLine } from './received.ts'

const facts: ReceivedFacts = {
  hostname: 'mail.abc.mail',
  id: 'a1-2.3',
  now: Date.UTC(2026, 0, 5, 12),
  extended: true,
  utf8: false,
  authenticated: true,
  tls: { protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' },
}

suite('receivedLine', () => {
  test('tells protocol, TLS, id and time, and neither who nor from where', () => {
    assert.equal(
      receivedLine(facts),
      'Received: by mail.abc.mail (Postrider) with ESMTPSA id a1-2.3\r\n' +
        '\ttls TLS_AES_256_GCM_SHA384 (TLSv1.3);\r\n\tMon, 05 Jan 2026 12:00:00 +0000\r\n',
    )
  })
  test('the protocol name follows RFC 3848 and RFC 6531 §4.3', () => {
    const { tls: _, ...plain } = facts
    const name = (line: string): string | undefined => /with (\S+)/.exec(line)?.[1]
    assert.equal(name(receivedLine({ ...plain, authenticated: false })), 'ESMTP')
    assert.equal(name(receivedLine(plain)), 'ESMTPA')
    assert.equal(name(receivedLine({ ...facts, utf8: true })), 'UTF8SMTPSA')
    assert.equal(name(receivedLine({ ...plain, extended: false })), 'SMTP')
  })
  test('client and user are shown when asked for, as words that cannot break the header', () => {
    const line = receivedLine({
      ...facts,
      client: { hello: 'evil\r\nBcc: x@y (', address: '192.0.2.1' },
      login: 'bob@abc.mail',
    })
    assert.match(line, /^Received: from evil\?\?Bcc:\?x@y\?\? \(\[192\.0\.2\.1\]\)\r\n\tby /)
    assert.match(line, /\(authenticated as bob@abc\.mail\)/)
    assert.ok(
      receivedLine({ ...facts, client: { hello: '', address: '2001:db8::1' } }).includes(
        'from unknown ([IPv6:2001:db8::1])',
      ),
    )
  })
  test('every line is shorter than 998 octets and is ASCII', () => {
    const line = receivedLine({
      ...facts,
      client: { hello: 'ü'.repeat(5000), address: '192.0.2.1' },
      login: 'x'.repeat(5000),
    })
    assert.ok(line.split('\r\n').every(part => part.length < 998))
    assert.match(line, /^[\t\r\n\x20-\x7e]+$/)
  })
})
