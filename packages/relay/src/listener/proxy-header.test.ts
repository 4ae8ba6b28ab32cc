import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { readProxyHeader } from './proxy-header.ts'

const v1 = (line: string): Buffer => Buffer.from(`${line}\r\nEHLO`)
function v2(command: number, family: number, addresses: Buffer, version = 2): Buffer {
  const fixed = Buffer.from('0d0a0d0a000d0a515549540a', 'hex')
  const length = Buffer.alloc(2)
  length.writeUInt16BE(addresses.length)
  return Buffer.concat([fixed, Buffer.from([version * 16 + command, family]), length, addresses, Buffer.from('EHLO')])
}
const v4Addresses = Buffer.from('c0000201' + 'c6336401' + 'd431' + '024b', 'hex')

suite('version 1', () => {
  test('names the client', () => {
    assert.deepEqual(readProxyHeader(v1('PROXY TCP4 192.0.2.1 198.51.100.1 54321 587')), {
      kind: 'header',
      length: 45,
      source: { address: '192.0.2.1', port: 54321 },
    })
    const six = readProxyHeader(v1('PROXY TCP6 2001:db8::1 2001:db8::2 1 2'))
    assert.equal(six.kind === 'header' && six.source?.address, '2001:db8::1')
  })
  test('UNKNOWN names nobody', () => {
    assert.deepEqual(readProxyHeader(v1('PROXY UNKNOWN')), { kind: 'header', length: 15 })
  })
  test('a wrong family, address or port is invalid', () => {
    for (const line of [
      'PROXY TCP4 2001:db8::1 198.51.100.1 1 2',
      'PROXY TCP4 192.0.2.999 198.51.100.1 1 2',
      'PROXY TCP4 192.0.2.1 198.51.100.1 99999 2',
      'PROXY TCP4 192.0.2.1 198.51.100.1 1 2 extra',
      'PROXY UDP4 192.0.2.1 198.51.100.1 1 2',
      'EHLO x',
    ]) {
      assert.equal(readProxyHeader(v1(line)).kind, 'invalid', line)
    }
  })
  test('a line without end is invalid from 107 octets on', () => {
    assert.equal(readProxyHeader(Buffer.from(`PROXY TCP4 ${'1'.repeat(96)}`)).kind, 'invalid')
  })
})

suite('version 2', () => {
  test('names the client', () => {
    assert.deepEqual(readProxyHeader(v2(1, 0x11, v4Addresses)), {
      kind: 'header',
      length: 28,
      source: { address: '192.0.2.1', port: 54321 },
    })
    const six = Buffer.concat([
      Buffer.from('20010db8000000000000000000000001', 'hex'),
      Buffer.alloc(16),
      Buffer.from('d431024b', 'hex'),
    ])
    const read = readProxyHeader(v2(1, 0x21, six))
    assert.equal(read.kind === 'header' && read.source?.address, '2001:db8:0:0:0:0:0:1')
    assert.equal(read.kind === 'header' && read.source?.port, 54321)
  })
  test('options behind the addresses belong to the header', () => {
    const read = readProxyHeader(v2(1, 0x11, Buffer.concat([v4Addresses, Buffer.from('040001ff', 'hex')])))
    assert.equal(read.kind === 'header' && read.length, 32)
  })
  test('LOCAL and other families name nobody', () => {
    assert.deepEqual(readProxyHeader(v2(0, 0, Buffer.alloc(0))), { kind: 'header', length: 16 })
    assert.deepEqual(readProxyHeader(v2(1, 0x31, Buffer.alloc(8))), { kind: 'header', length: 24 })
  })
  test('another version, an unknown command or too few addresses are invalid', () => {
    assert.equal(readProxyHeader(v2(1, 0x11, v4Addresses, 3)).kind, 'invalid')
    assert.equal(readProxyHeader(v2(2, 0x11, v4Addresses)).kind, 'invalid')
    assert.equal(readProxyHeader(v2(1, 0x11, Buffer.alloc(4))).kind, 'invalid')
  })
})

test('a header is incomplete until its last octet', () => {
  for (const whole of [v1('PROXY TCP4 192.0.2.1 198.51.100.1 54321 587'), v2(1, 0x11, v4Addresses)]) {
    const header = readProxyHeader(whole)
    const length = header.kind === 'header' ? header.length : 0
    assert.ok(length > 0)
    for (let end = 0; end < length; end++) {
      assert.equal(readProxyHeader(whole.subarray(0, end)).kind, 'incomplete', `${end} octets`)
    }
  }
})

test('no octets make it throw', () => {
  const signature = Buffer.from('0d0a0d0a000d0a515549540a', 'hex')
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), octets => {
      readProxyHeader(Buffer.from(octets))
      readProxyHeader(Buffer.concat([signature, octets]))
      readProxyHeader(Buffer.concat([Buffer.from('PROXY '), octets]))
    }),
  )
})
