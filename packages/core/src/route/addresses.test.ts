import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { FoundAddress } from '../dns/index.ts'
import type { Domain } from '../model/address.ts'
import { type AddressPolicy, chooseAddresses, familiesOf, isPrivateAddress } from './addresses.ts'

const at = (address: string): FoundAddress => ({ address, family: address.includes(':') ? 6 : 4 })
const policy = (more: Partial<AddressPolicy> = {}, local: readonly string[] = []): AddressPolicy => ({
  ipFamily: 'auto',
  allowPrivateAddresses: false,
  egress: { hostname: 'us.test' as Domain, sources: local.map(address => ({ address, weight: 1 })) },
  ...more,
})
const chosen = (found: readonly string[], how = policy()): string[] =>
  chooseAddresses('mx.test', found.map(at), how).addresses.map(each => each.address)

suite('an address of a mail host', () => {
  test('is refused when it is not one of the internet', () => {
    for (const address of [
      '0.0.0.0',
      '10.1.2.3',
      '100.64.0.1',
      '127.0.0.1',
      '169.254.169.254',
      '172.16.0.1',
      '172.31.255.255',
      '192.0.0.1',
      '192.168.1.1',
      '198.18.0.1',
      '224.0.0.1',
      '255.255.255.255',
      '::',
      '::1',
      '::127.0.0.1',
      '::ffff:127.0.0.1',
      '::ffff:192.0.2.1',
      '::ffff:7f00:1',
      '64:ff9b::7f00:1',
      '64:ff9b::10.0.0.1',
      '64:ff9b:1::1',
      '100::1',
      'fc00::1',
      'fd12:3456::1',
      'fe80::1',
      'fec0::1',
      'ff02::1',
    ]) {
      assert.equal(isPrivateAddress(at(address)), true, address)
    }
  })

  test('is taken when it is', () => {
    for (const address of [
      '8.8.8.8',
      '100.63.255.255',
      '100.128.0.1',
      '172.15.0.1',
      '172.32.0.1',
      '192.0.2.1',
      '2a00:1450::1b',
      '2001:db8::1',
      '64:ff9b::808:808',
    ]) {
      assert.equal(isPrivateAddress(at(address)), false, address)
    }
  })

  test('is private only as long as that is not allowed', () => {
    const { addresses, skipped } = chooseAddresses('mx.test', [at('127.0.0.1'), at('8.8.8.8')], policy())
    assert.deepEqual(
      [addresses.map(each => each.address), skipped.map(each => each.because)],
      [['8.8.8.8'], ['private-address']],
    )
    assert.deepEqual(chosen(['127.0.0.1'], policy({ allowPrivateAddresses: true })), ['127.0.0.1'])
  })
})

suite('the families of addresses', () => {
  const both = ['2001:db8::1', '8.8.8.8']

  test('are both tried, IPv4 first, unless one is asked for', () => {
    assert.deepEqual(chosen(both), ['8.8.8.8', '2001:db8::1'])
    assert.deepEqual(chosen(both, policy({ ipFamily: 4 })), ['8.8.8.8'])
    assert.deepEqual(chosen(both, policy({ ipFamily: 6 })), ['2001:db8::1'])
  })

  test('are those that mail can leave from', () => {
    assert.deepEqual(familiesOf(policy({}, ['192.0.2.9'])), [4])
    assert.deepEqual(familiesOf(policy({}, ['2001:db8::9', '192.0.2.9'])), [4, 6])
    assert.deepEqual(familiesOf(policy({ ipFamily: 6 }, ['192.0.2.9'])), [])
    const { skipped } = chooseAddresses('mx.test', both.map(at), policy({}, ['192.0.2.9']))
    assert.deepEqual(
      skipped.map(each => each.because),
      ['no-egress-of-this-family'],
    )
  })
})
