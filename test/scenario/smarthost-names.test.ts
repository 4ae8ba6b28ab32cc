/** A smarthost may be this machine, an address, or a name without dots, as containers and laptops have them. */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { createMailer } from '@postrider/core'
import { createFakeDns } from '@postrider/core/testing'
import { DRAFT, openWorld } from '../support/world.ts'

const OPTIONS = { hostname: 'out.sender.test', preflight: 'off', queue: { path: ':memory:' } } as const
const dns = createFakeDns({ mta: { A: ['10.0.0.9'] } })

suite('a smarthost', () => {
  const wanted: readonly (readonly [host: string, addresses: readonly string[]])[] = [
    ['localhost', ['127.0.0.1', '::1']],
    ['mailpit.localhost', ['127.0.0.1', '::1']],
    ['mta', ['10.0.0.9']],
    ['192.0.2.7', ['192.0.2.7']],
    ['[192.0.2.7]', ['192.0.2.7']],
    ['2001:DB8::7', ['2001:db8::7']],
    ['[2001:db8::7]', ['2001:db8::7']],
    ['[IPv6:2001:db8::7]', ['2001:db8::7']],
  ]
  for (const [host, addresses] of wanted) {
    test(`may be ${host}`, async () => {
      const options = { ...OPTIONS, routes: [{ domain: '*', host, port: 1025 }] }
      await using mailer = await createMailer(options, { resolver: dns, deliver: false })
      const route = await mailer.route('dest.test')
      assert.ok(route.kind === 'route', JSON.stringify(route))
      assert.deepEqual(
        route.hops.map(({ address, port }) => [address, port]),
        addresses.map(address => [address, 1025]),
      )
    })
  }

  for (const host of ['', 'not a host', '10.0.0.300', 'mta:25', '[mta]', 'fe80::1%eth0', 'http://mta']) {
    test(`may not be ${JSON.stringify(host)}`, async () => {
      const options = { ...OPTIONS, routes: [{ domain: '*', host }] }
      await assert.rejects(createMailer(options, { resolver: dns, deliver: false }), {
        code: 'invalid-option',
        message: /routes\.0\.host: found .*, wanted a host name, localhost or an IP address/,
      })
    })
  }

  test('that is an address takes the mail', async () => {
    await using world = await openWorld({ hosts: [{}] })
    const { port } = world.mx[0]!
    const mailer = await world.another({
      routes: [{ domain: '*', host: '127.0.0.11', port }],
      queue: { path: ':memory:' },
    })
    const outcome = await (await mailer.send({ ...DRAFT, to: 'you@elsewhere.test' })).settled()
    assert.equal(outcome.delivered, true)
    assert.equal(world.mx[0]!.messages.length, 1)
  })
})
