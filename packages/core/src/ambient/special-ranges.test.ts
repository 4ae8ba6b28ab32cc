import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { isPublicAddress, printSpecial, SPECIAL_RANGES, specialRange } from './special-ranges.ts'

suite('the special-purpose address ranges (RFC 6890)', () => {
  for (const { network, prefix, name } of SPECIAL_RANGES)
    test(`${network}/${prefix} is ${name}, and not of the public internet`, () => {
      assert.ok(!isPublicAddress(network))
      assert.ok(specialRange(network))
    })

  test('have their ends where the registries say', () => {
    for (const address of [
      '10.255.255.255',
      '100.127.255.255',
      '172.31.255.255',
      '192.0.0.255',
      '192.0.2.255',
      '198.19.255.255',
      '239.255.255.255',
      '255.255.255.255',
      '::ffff:8.8.8.8',
      '::8.8.8.8',
      '2001:1ff:ffff::1',
      '2001:db8:ffff::1',
      '2002:808:808::1',
      '3fff:fff::1',
      'fdff::1',
      'febf::1%eth0',
      '4000::1',
      '1::1',
    ])
      assert.ok(!isPublicAddress(address), address)
    for (const address of [
      '1.1.1.1',
      '9.255.255.255',
      '11.0.0.0',
      '100.63.255.255',
      '100.128.0.0',
      '172.15.255.255',
      '172.32.0.0',
      '192.0.1.0',
      '192.0.3.0',
      '198.17.255.255',
      '198.20.0.0',
      '223.255.255.255',
      '2001:200::1',
      '2001:db9::1',
      '2003::1',
      '2a00:1450::1',
      '3fff:1000::1',
    ])
      assert.ok(isPublicAddress(address), address)
  })

  test('of NAT64 are those of the IPv4 address in it (RFC 6052)', () => {
    for (const address of ['64:ff9b::10.0.0.1', '64:ff9b::7f00:1', '64:ff9b::1', '64:ff9b::a9fe:a9fe', '64:ff9b::'])
      assert.ok(!isPublicAddress(address), address)
    for (const address of ['64:ff9b::8.8.8.8', '64:ff9b::101:101', '64:FF9B:0:0::0808:0808'])
      assert.ok(isPublicAddress(address), address)
  })

  test('hold nothing that is no address', () => {
    for (const text of ['', 'a.test', '1.2.3', '1.2.3.4/24', ':::']) {
      assert.equal(specialRange(text), undefined)
      assert.ok(!isPublicAddress(text))
    }
  })

  test('are told with what they are for', () => {
    assert.equal(
      printSpecial('192.0.2.2', specialRange('192.0.2.2')!),
      '192.0.2.2 is of 192.0.2.0/24, documentation (TEST-NET-1) (RFC 5737)',
    )
  })

  test('are those of the table that is handed in', () => {
    const table = SPECIAL_RANGES.filter(range => !range.documentation)
    assert.ok(isPublicAddress('192.0.2.2', table))
    assert.ok(!isPublicAddress('10.0.0.1', table))
  })
})
