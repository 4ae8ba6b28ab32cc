import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Domain } from '../model/address.ts'
import type { Egress, Source } from '../model/egress.ts'
import type { Hop } from '../model/route.ts'
import type { FetchPolicy } from './index.ts'
import { forever, order, PLAIN, RELAX, REQUIRE, reason, route, world } from './router.fixture.ts'

const from =
  (...sources: readonly Source[]) =>
  (): Egress => ({ hostname: 'us.test' as Domain, sources })

/** Where mail for sixty domains leaves from. */
async function locals(...sources: readonly Source[]): Promise<readonly (string | undefined)[]> {
  const it = world({ egress: from(...sources) })
  const found: (string | undefined)[] = []
  for (let index = 0; index < 60; index++) {
    it.dns.set(`x${index}.test`, { MX: '10 d.test' })
    found.push((await route(it, `x${index}.test`)).hops[0]?.departure.localAddress)
  }
  return found
}

suite('a route that is kept', () => {
  test('asks nothing again until its shortest TTL ends', async () => {
    const it = world()
    await route(it, 'example.test')
    const asked = it.dns.queries.length
    await it.clock.advance(99_999)
    await route(it, 'example.test')
    assert.equal(it.dns.queries.length, asked)
    await it.clock.advance(1)
    await route(it, 'example.test')
    assert.ok(it.dns.queries.length > asked)
  })

  test('is looked up once for all who ask at once', async () => {
    const it = world()
    await Promise.all(Array.from({ length: 20 }, () => route(it, 'one.test')))
    assert.equal(it.dns.queries.filter(query => query.type === 'MX').length, 1)
  })

  test('shuffles hosts of one preference for each use, keeps their addresses together, and the others behind (RFC 5321 §5.1)', async () => {
    const it = world()
    const seen = new Set<string>()
    for (let count = 0; count < 200; count++) {
      const found = await route(it, 'example.test')
      assert.equal(found.hops.at(-1)?.host, 'd.test')
      assert.equal(found.hops.length, 6)
      const places = found.hops.flatMap((hop, index) => (hop.host === 'b.test' ? [index] : []))
      assert.equal((places[1] ?? 0) - (places[0] ?? 0), 1)
      seen.add(order(found))
    }
    assert.equal(seen.size, 6)
  })

  test('is forgotten on request', async () => {
    const it = world()
    await route(it, 'one.test')
    it.router.forget()
    it.dns.set('one.test', { MX: '0 .' })
    assert.equal(await reason(it, 'one.test'), 'null-mx')
  })

  test('that failed for now is not kept', async () => {
    const it = world()
    it.dns.set('one.test', { fail: 'timeout' })
    assert.equal(await reason(it, 'one.test'), 'dns-failed')
    it.dns.set('one.test', { MX: '10 d.test' })
    assert.equal(await reason(it, 'one.test'), 'route')
  })

  test('of a domain that does not exist is kept for half a minute', async () => {
    const it = world()
    assert.equal(await reason(it, 'new.test'), 'no-such-domain')
    it.dns.set('new.test', { MX: '10 d.test' })
    await it.clock.advance(29_999)
    assert.equal(await reason(it, 'new.test'), 'no-such-domain')
    await it.clock.advance(1)
    assert.equal(await reason(it, 'new.test'), 'route')
  })

  test('lets one who waits go without ending the look-up of the others', async () => {
    const it = world()
    it.dns.set('slow.test', { fail: 'silent' })
    const leaving = new AbortController()
    const left = it.router.findRoute('slow.test' as Domain, PLAIN, leaving.signal)
    const stayed = it.router.findRoute('slow.test' as Domain, PLAIN, forever)
    leaving.abort(new Error('gone'))
    await assert.rejects(left, { message: 'gone' })
    await it.router.close()
    await assert.rejects(stayed, { message: 'the router was closed' })
  })
})

suite('what a route demands', () => {
  test('of Google is TLS, and its limits', async () => {
    const found = await route(world(), 'gmail.test')
    const [hop] = found.hops
    assert.deepEqual(
      [found.site, hop?.tls.level, hop?.tls.sources, hop?.limits.connections],
      ['google', 'encrypted', ['provider'], 5],
    )
    assert.equal((await route(world(), 'gmail.test', RELAX)).hops[0]?.tls.level, 'opportunistic')
  })

  test('of a provider is what the operator set for it', async () => {
    const providers = [{ id: 'google', connections: 2 }] as const
    const [hop] = (await route(world({ providers }), 'gmail.test')).hops
    assert.deepEqual([hop?.limits.connections, hop?.limits.messagesPerConnection], [2, 50])
  })

  test('of two tenants of Microsoft 365 is one site, and each proves the name of its own host', async () => {
    const it = world({ tls: { minimum: 'verified' } })
    const found = [await route(it, 'contoso.test'), await route(it, 'fabrikam.test')]
    assert.deepEqual(
      found.map(({ site, hops: [hop] }) => [site, hop?.tls.verify]),
      [
        ['microsoft365', { by: 'pkix', names: ['contoso-test.mail.protection.outlook.com'] }],
        ['microsoft365', { by: 'pkix', names: ['fabrikam-test.mail.protection.outlook.com'] }],
      ],
    )
  })

  test('is never less than the configured floor', async () => {
    const it = world({ tls: { minimum: 'verified' } })
    for (const needs of [PLAIN, RELAX]) {
      assert.deepEqual((await route(it, 'one.test', needs)).hops[0]?.tls.verify, { by: 'pkix', names: ['d.test'] })
    }
  })

  test('under REQUIRETLS needs a proved host name: DNSSEC, or an MTA-STS policy that lists it (RFC 8689 §4.2.1)', async () => {
    assert.equal(await reason(world(), 'one.test', REQUIRE), 'requiretls-impossible')
    const [hop] = (await route(world({}, { authentic: true }), 'one.test', REQUIRE)).hops
    assert.deepEqual([hop?.tls.level, hop?.tls.requireTls], ['verified', true])
    const listed: FetchPolicy = async () => ({
      kind: 'fetched',
      text: 'version: STSv1\nmode: enforce\nmx: d.test\nmax_age: 86400\n',
    })
    const it = world({ mtaSts: { fetchPolicy: listed } })
    it.dns.set('_mta-sts.one.test', { TXT: 'v=STSv1; id=1' })
    assert.equal((await route(it, 'one.test', REQUIRE)).hops[0]?.tls.requireTls, true)
    const unknown: FetchPolicy = async () => ({ kind: 'failed', code: 'sts-policy-fetch-error', detail: 'later' })
    const later = world({ mtaSts: { fetchPolicy: unknown } })
    later.dns.set('_mta-sts.one.test', { TXT: 'v=STSv1; id=1' })
    assert.equal(await reason(later, 'one.test', REQUIRE), 'policy-lookup-failed')
  })

  test('ignores DANE and MTA-STS under "TLS-Required: No", and does not even ask (RFC 8689 §4.2.2)', async () => {
    const it = world({}, { authentic: true })
    it.dns.set('_25._tcp.d.test', { fail: 'servfail' })
    assert.equal(await reason(it, 'one.test'), 'policy-lookup-failed')
    assert.equal((await route(it, 'one.test', RELAX)).hops[0]?.tls.level, 'opportunistic')
    assert.ok(!it.dns.queries.some(query => query.name === '_mta-sts.one.test' && query.type !== 'TXT'))
  })

  test('leaves DANE off, and says so, with a resolver that nobody vouches for', async () => {
    const it = world({}, { authentic: true, trustworthy: false })
    assert.equal((await route(it, 'one.test')).policy.dane, 'off-untrusted-resolver')
    assert.ok(!it.dns.queries.some(query => query.type === 'TLSA'))
  })

  test('changes at once when a new MTA-STS policy is found, and that is told', async () => {
    let mode = 'testing'
    const fetchPolicy: FetchPolicy = async () => ({
      kind: 'fetched',
      text: `version: STSv1\nmode: ${mode}\nmx: d.test\nmax_age: 86400\n`,
    })
    const it = world({ mtaSts: { fetchPolicy } })
    it.dns.set('_mta-sts.one.test', { TXT: 'v=STSv1; id=1', ttl: 10 })
    assert.equal((await route(it, 'one.test')).hops[0]?.tls.level, 'opportunistic')
    mode = 'enforce'
    it.dns.set('_mta-sts.one.test', { TXT: 'v=STSv1; id=2', ttl: 10 })
    await it.clock.advance(10_000)
    assert.equal((await route(it, 'one.test')).hops[0]?.tls.level, 'verified')
    assert.deepEqual(
      it.facts.map(fact => fact.kind === 'sts-policy-changed' && [fact.domain, fact.mode, fact.id]),
      [
        ['one.test', 'testing', '1'],
        ['one.test', 'enforce', '2'],
      ],
    )
  })
})

suite('where a route may lead', () => {
  test('is no private network, unless that is allowed', async () => {
    assert.equal(await reason(world(), 'private.test'), 'private-only')
    assert.equal(await reason(world({ delivery: { allowPrivateAddresses: true } }), 'private.test'), 'route')
  })

  test('depends on the families that mail can leave from', async () => {
    const egress = from({ address: '192.0.2.99', weight: 1 })
    assert.equal(await reason(world({ egress }), 'six.test'), 'no-common-family')
    const [hop] = (await route(world({ egress }), 'example.test')).hops
    assert.equal(hop?.departure.localAddress, '192.0.2.99')
  })

  test('leaves from the same address for the same domain, and not from one for all', async () => {
    const addresses = ['192.0.2.97', '192.0.2.98', '192.0.2.99']
    const used = await locals(...addresses.map(address => ({ address, weight: 1 })))
    assert.deepEqual(await locals(...addresses.map(address => ({ address, weight: 1 }))), used)
    assert.deepEqual(new Set(used), new Set(addresses))
  })

  test('moves to an address that is added only where that is its own now, and by weight', async () => {
    const two = [
      { address: '192.0.2.97', weight: 1 },
      { address: '192.0.2.98', weight: 1 },
    ]
    const before = await locals(...two)
    const after = await locals(...two, { address: '192.0.2.99', weight: 6 })
    const moved = after.filter((address, index) => address !== before[index])
    assert.ok(moved.every(address => address === '192.0.2.99'))
    // Three quarters of sixty.
    assert.ok(moved.length > 33 && moved.length < 55, String(moved.length))
  })

  test('leaves under the name of its address, and no name of ours is a mail host for others', async () => {
    const egress = from({ address: '192.0.2.99', weight: 1, hostname: 'second.us.test' as Domain, pool: 'news' })
    const it = world({ egress })
    const { departure } = (await route(it, 'example.test')).hops[0] as Hop
    assert.deepEqual(departure, {
      hostname: 'second.us.test',
      source: '192.0.2.99',
      localAddress: '192.0.2.99',
      pool: 'news',
    })
    it.dns.set('ours.test', { MX: ['10 second.us.test', '20 d.test'] })
    assert.equal(await reason(it, 'ours.test'), 'loops-back')
  })

  test('is the address itself where the domain is a literal (RFC 5321 §4.1.3)', async () => {
    const it = world()
    const found = await route(it, '[192.0.2.7]')
    assert.deepEqual(
      [found.via, found.hops[0]?.address, found.hops[0]?.host],
      ['address-literal', '192.0.2.7', '[192.0.2.7]'],
    )
    assert.equal((await route(it, '[IPv6:2001:db8::7]')).hops[0]?.family, 6)
    assert.equal(await reason(it, '[127.0.0.1]'), 'private-only')
    assert.equal(it.dns.queries.length, 0)
  })

  test('is never this host itself', async () => {
    const it = world()
    it.dns.set('ours.test', { MX: ['10 us.test', '20 d.test'] })
    assert.equal(await reason(it, 'ours.test'), 'loops-back')
  })
})
