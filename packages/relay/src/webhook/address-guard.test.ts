/** Where endpoints that come over HTTP may be. */
import assert from 'node:assert/strict'
import type { LookupAddress } from 'node:dns'
import { test } from 'node:test'
import { isPublicAddress, systemClock } from '@postrider/core'
import { guardedLookup, isForbidden } from './address-guard.ts'
import { openPoster } from './poster.ts'
import { endpoint } from './webhook.fixture.ts'

const INSIDE = {
  loopback: ['127.0.0.1', '::1', '0.0.0.0', '::'],
  private: ['10.0.0.1', '172.16.0.1', '192.168.1.1', 'fd00::1'],
  'link local': ['169.254.169.254', 'fe80::1'],
  'shared by a carrier': ['100.64.0.1'],
  'IPv4 in IPv6': ['::ffff:127.0.0.1', '::ffff:a9fe:a9fe'],
  'of NAT64': ['64:ff9b::10.0.0.1', '64:ff9b::7f00:1', '64:ff9b:1::1'],
}

for (const [what, addresses] of Object.entries(INSIDE))
  test(`an address that is ${what} is refused as a host, however it is written, and as what a name leads to`, async () => {
    for (const address of addresses) {
      const host = address.includes(':') ? `[${address}]` : address
      assert.equal(isForbidden(`https://${host}/x`, isPublicAddress), true, address)
      assert.match(String(await ask([address])), /no address of the public internet/)
    }
  })

test('a number that is an address is one', () => {
  for (const host of ['2130706433', '0x7f000001', '127.1', '0177.0.0.1'])
    assert.equal(isForbidden(`http://${host}/`, isPublicAddress), true, host)
  assert.equal(isForbidden('https://8.8.8.8/', isPublicAddress), false)
  assert.equal(isForbidden('https://hooks.example.com/', isPublicAddress), false)
})

test('of several addresses the connection goes to one that may be reached', async () => {
  assert.deepEqual(await ask(['10.0.0.1', '8.8.8.8', '::1']), ['8.8.8.8'])
})

test('a name is asked once, and what it answers later leads nowhere', async () => {
  await using hook = await endpoint()
  const { port } = new URL(hook.url)
  const answers = ['8.8.8.8', '127.0.0.1']
  let asked = 0
  const looked: string[] = []
  const lookup = guardedLookup(
    address => {
      looked.push(address)
      return isPublicAddress(address)
    },
    (_, done) => done(null, [{ address: answers[asked++] ?? '127.0.0.1', family: 4 }]),
  )
  const found = await new Promise(resolve => lookup('rebinding.example', { all: true }, (_, all) => resolve(all)))
  assert.deepEqual(found, [{ address: '8.8.8.8', family: 4 }])
  assert.equal(asked, 1)
  assert.match(
    String(await new Promise(resolve => lookup('rebinding.example', { all: true }, error => resolve(error)))),
    /no address/,
  )
  // The same by a real connection: localhost is a name that leads inside.
  const poster = await openPoster(systemClock, `http://localhost:${port}/`, isPublicAddress)
  await assert.rejects(poster.post('{}'), /no address of the public internet/)
  const literal = await openPoster(systemClock, hook.url, isPublicAddress)
  await assert.rejects(literal.post('{}'), /no address of the public internet/)
  await Promise.all([poster.close(), literal.close()])
  assert.equal(hook.received.length, 0)
  const allowed = await openPoster(systemClock, `http://localhost:${port}/`, () => true)
  assert.equal((await allowed.post('{}')).status, 204)
  await allowed.close()
})

function ask(addresses: readonly string[]): Promise<unknown> {
  const found = addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 }))
  const lookup = guardedLookup(isPublicAddress, (_, done) => done(null, found))
  return new Promise(resolve =>
    lookup('x.example', { all: true }, (error, all) =>
      resolve(error ?? (all as readonly LookupAddress[]).map(({ address }) => address)),
    ),
  )
}
