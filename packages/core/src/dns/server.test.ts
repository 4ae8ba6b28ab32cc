import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { MailerError } from '../model/error.ts'
import { isLocalValidator, parseServer, printServer } from './server.ts'

suite('a server as it is written', () => {
  test('is an address with or without a port, or an https URL', () => {
    assert.deepEqual(parseServer('192.0.2.1'), { kind: 'udp', address: '192.0.2.1', family: 4, port: 53 })
    assert.deepEqual(parseServer('192.0.2.1:5300'), { kind: 'udp', address: '192.0.2.1', family: 4, port: 5300 })
    assert.deepEqual(parseServer('2001:db8::1'), { kind: 'udp', address: '2001:db8::1', family: 6, port: 53 })
    assert.deepEqual(parseServer('[2001:db8::1]:5300'), { kind: 'udp', address: '2001:db8::1', family: 6, port: 5300 })
    const url = 'https://dns.example/dns-query'
    assert.deepEqual(parseServer(url), { kind: 'doh', url, hostname: 'dns.example' })
  })

  test('is printed as it was', () => {
    for (const text of ['192.0.2.1:5300', '[2001:db8::1]:53', 'https://[::1]:8443/q'])
      assert.equal(printServer(parseServer(text)), text)
  })

  test('is refused with found, wanted and fix when it is none', () => {
    for (const text of [
      '',
      'dns.example',
      '192.0.2.1:0',
      '192.0.2.1:65536',
      '192.0.2.1:x',
      'http://dns.example/',
      'https://',
    ]) {
      assert.throws(
        () => parseServer(text),
        (error: unknown) =>
          MailerError.is(error) &&
          error.code === 'invalid-option' &&
          error.found === JSON.stringify(text) &&
          error.fix !== undefined,
      )
    }
  })

  test('validates where we can believe it on loopback alone, and not as the forwarder of Docker', () => {
    for (const text of ['127.0.0.1', '127.53.0.1:5300', '[::1]:53', 'https://127.0.0.1/dns-query']) {
      assert.equal(isLocalValidator(parseServer(text)), true, text)
    }
    for (const text of ['127.0.0.11', '192.0.2.1', '10.0.0.1', 'https://127.evil.example/']) {
      assert.equal(isLocalValidator(parseServer(text)), false, text)
    }
  })
})
