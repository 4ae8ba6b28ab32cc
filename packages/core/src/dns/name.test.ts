import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { normalName, reverseName } from './name.ts'

suite('a name that is asked', () => {
  test('is lower case and has no final dot', () => {
    assert.equal(normalName('MX.Example.COM.'), 'mx.example.com')
    assert.equal(normalName('_25._tcp.mx.example.com'), '_25._tcp.mx.example.com')
    assert.equal(normalName('.'), '.')
  })

  test('has labels of 1 to 63 octets and at most 253 octets in all (RFC 1035 §2.3.4)', () => {
    assert.ok(normalName(`${'a'.repeat(63)}.test`))
    assert.equal(normalName(`${'a'.repeat(64)}.test`), undefined)
    assert.equal(normalName('a..test'), undefined)
    assert.equal(normalName('.test'), undefined)
    const long = `${'a'.repeat(49)}.`.repeat(5)
    assert.ok(normalName(`${long}abc`))
    assert.equal(normalName(`${long}abcd`), undefined)
  })

  test('has no space, control character, backslash or octet outside ASCII', () => {
    for (const name of ['a b.test', 'a\n.test', 'a\\046b.test', 'münchen.test', 'a\0.test'])
      assert.equal(normalName(name), undefined)
  })

  test('is the same when it is made normal twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), text => {
        const name = normalName(text)
        if (name !== undefined) assert.equal(normalName(name), name)
      }),
    )
  })
})

suite('a reverse name', () => {
  test('of an IPv4 address has its octets backwards', () => {
    assert.equal(reverseName('192.0.2.1'), '1.2.0.192.in-addr.arpa')
  })

  test('of an IPv6 address has its nibbles backwards, zeros included', () => {
    assert.equal(reverseName('2001:db8::1'), `1.${'0.'.repeat(23)}8.b.d.0.1.0.0.2.ip6.arpa`)
    assert.equal(reverseName('::'), `${'0.'.repeat(32)}ip6.arpa`)
    assert.equal(reverseName('::ffff:192.0.2.1'), `1.0.2.0.0.0.0.c.f.f.f.f.${'0.'.repeat(20)}ip6.arpa`)
  })

  test('is none for what is no address', () => {
    for (const text of ['', 'example.com', '192.0.2', '192.0.2.256', '1:2:3', 'g::1', '::1]/'])
      assert.equal(reverseName(text), undefined)
  })
})
