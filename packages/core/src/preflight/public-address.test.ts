import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { isPublicAddress } from '../ambient/special-ranges.ts'
import type { Resolver } from '../dns/index.ts'
import { createFakeDns } from '../testing/fake-dns.ts'
import { TEST_RANGES } from '../testing/test-ranges.ts'
import type { ZoneLiteral } from '../testing/zone.ts'
import { findPublicAddresses, type Surroundings } from './public-address.ts'

const SERVERS: ZoneLiteral = {
  'ns1.google.com': { A: '216.239.32.10', AAAA: '2001:4860:4802:32::a' },
  'resolver1.opendns.com': { A: '208.67.222.222' },
}

/** The internet of this test is made of documentation addresses. */
const isGlobal = (address: string): boolean => isPublicAddress(address, TEST_RANGES)

/** What the world outside says to whoever asks a server directly. */
async function find(surroundings: Partial<Surroundings>, told: Readonly<Record<string, ZoneLiteral>> = {}) {
  const asked: string[] = []
  const found = await findPublicAddresses(
    { resolver: createFakeDns(SERVERS), signal: new AbortController().signal },
    {
      given: [],
      bound: [],
      ranges: TEST_RANGES,
      families: [4, 6],
      interfaces: () => ['127.0.0.1', '::1', 'fe80::1', '10.0.0.2'],
      askServer: (server): Resolver => {
        asked.push(server)
        return createFakeDns(told[server] ?? {})
      },
      ...surroundings,
    },
  )
  return { found: found.map(({ address, foundBy }) => `${address} ${foundBy}`), asked }
}

suite('the address that the world sees', () => {
  test('is the one that was given, and nobody is asked', async () => {
    const { found, asked } = await find({ given: ['127.0.0.1'] })
    assert.deepEqual(found, ['127.0.0.1 given'])
    assert.deepEqual(asked, [])
  })

  test('is the only global address of its family on this machine', async () => {
    const { found, asked } = await find({ interfaces: () => ['203.0.113.5', '2001:db8::5', 'fe80::1', '10.0.0.2'] })
    assert.deepEqual(found, ['203.0.113.5 interface', '2001:db8::5 interface'])
    assert.deepEqual(asked, [])
  })

  test('is the global address that we bind to, of that family alone', async () => {
    const interfaces = () => ['203.0.113.5', '203.0.113.6', '2001:db8::5']
    assert.deepEqual((await find({ bound: ['203.0.113.6'], interfaces })).found, ['203.0.113.6 interface'])
  })

  test('is told by a name server asked directly, when this machine is behind NAT', async () => {
    const { found, asked } = await find({}, { '216.239.32.10': { 'o-o.myaddr.l.google.com': { TXT: '203.0.113.9' } } })
    assert.deepEqual(found, ['203.0.113.9 dns-whoami'])
    assert.deepEqual(asked, ['216.239.32.10'])
  })

  test('is told by the second server when the first does not know, or says something that cannot be', async () => {
    const second = { '208.67.222.222': { 'myip.opendns.com': { A: '203.0.113.9' } } }
    for (const first of [
      {},
      { TXT: 'edns0-client-subnet 192.0.2.0/24' },
      { TXT: '10.0.0.2' },
      { fail: 'refused' as const },
    ]) {
      const { found } = await find({}, { ...second, '216.239.32.10': { 'o-o.myaddr.l.google.com': first } })
      assert.deepEqual(found, ['203.0.113.9 dns-whoami'])
    }
  })

  test('of several global ones is the one that is seen outside', async () => {
    const interfaces = () => ['2001:db8::5', '2001:db8::6']
    const told = { '2001:4860:4802:32::a': { 'o-o.myaddr.l.google.com': { TXT: '2001:db8::6' } } }
    assert.deepEqual((await find({ interfaces, families: [6] }, told)).found, ['2001:db8::6 dns-whoami'])
  })

  test('may stay unknown, and nobody outside is asked where that is not wanted', async () => {
    assert.deepEqual((await find({})).found, [])
    assert.deepEqual(await find({ askServer: undefined }), { found: [], asked: [] })
  })

  test('is none of documentation, whatever this machine calls itself', async () => {
    const interfaces = () => ['203.0.113.5', '2001:db8::5']
    const told = { '216.239.32.10': { 'o-o.myaddr.l.google.com': { TXT: '192.0.2.9' } } }
    assert.deepEqual((await find({ interfaces, ranges: undefined }, told)).found, [])
  })

  test('is none of the ranges that lead nowhere', () => {
    for (const address of [
      '10.1.2.3',
      '100.64.0.1',
      '127.0.0.1',
      '169.254.1.1',
      '172.31.0.1',
      '192.168.1.1',
      '224.0.0.1',
      '255.255.255.255',
      '::1',
      'fe80::1',
      'fd00::1',
      'ff02::1',
      'no',
    ])
      assert.ok(!isGlobal(address), address)
    for (const address of ['203.0.113.5', '8.8.8.8', '172.32.0.1', '2001:db8::1', '2a00:1450::1'])
      assert.ok(isGlobal(address), address)
  })
})
