/**
 * The zones of the interoperability lab, each with what a right sender does, on the fake resolver. The interop suite asks the
 * same of nsd and unbound.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { systemClock } from '../ambient/clock.ts'
import { seededRandom } from '../ambient/random.ts'
import { type Domain, parseDomain } from '../model/address.ts'
import type { NoRoute, NoRouteReason, Route } from '../model/route.ts'
import { createFakeDns, type FakeDns } from '../testing/fake-dns.ts'
import { createRouter, type RouterOptions, type TlsNeeds } from './index.ts'
import { fetchPolicy, SPKI_MX1, ZONES } from './zones.fixture.ts'

const NO_NEEDS: TlsNeeds = { requireTls: false, tlsRequiredNo: false }
const forever = new AbortController().signal

interface Ask {
  readonly dns?: FakeDns
  readonly needs?: TlsNeeds
  readonly options?: Partial<RouterOptions>
}

async function find(
  name: string,
  { dns = createFakeDns(ZONES, { authentic: true }), needs = NO_NEEDS, options }: Ask = {},
): Promise<Route | NoRoute> {
  const router = createRouter({
    resolver: dns,
    clock: systemClock,
    random: seededRandom(1),
    egress: () => ({ hostname: 'relay.lab.test' as Domain, sources: [] }),
    delivery: { port: 2525, allowPrivateAddresses: true },
    mtaSts: { fetchPolicy },
    ...options,
  })
  const result = await router.findRoute(parseDomain(name) as Domain, needs, forever)
  await router.close()
  return result
}

async function routeTo(name: string, ask?: Ask): Promise<Route> {
  const result = await find(name, ask)
  assert.equal(result.kind, 'route', JSON.stringify(result))
  return result as Route
}

async function assertNoRoute(name: string, reason: NoRouteReason, ask?: Ask): Promise<NoRoute> {
  const result = await find(name, ask)
  assert.equal(result.kind === 'no-route' ? result.reason : result.kind, reason)
  return result as NoRoute
}

const hostsOf = (route: Route): string[] => route.hops.map(hop => `${hop.host} ${hop.address}`)
const skippedOf = (result: Route | NoRoute): string[] => result.skipped.map(each => `${each.host} ${each.because}`)

suite('every zone of the lab is routed as its line says', () => {
  test('good.test: both MX in order, each with its own TLSA records', async () => {
    const route = await routeTo('good.test')
    assert.deepEqual(hostsOf(route), ['mx1.good.test 127.0.0.11', 'mx2.good.test 127.0.0.12'])
    assert.deepEqual(route.hops[0]?.tls, {
      level: 'verified',
      sources: ['dane'],
      verify: {
        by: 'dane',
        records: [{ usage: 3, selector: 1, matching: 1, data: SPKI_MX1 }],
        names: ['mx1.good.test', 'good.test'],
      },
      sni: 'mx1.good.test',
    })
    assert.equal(route.hops[1]?.tls.verify?.by, 'dane')
    assert.equal(route.policy.dane, 'usable')
    assert.equal(route.via, 'mx')
    assert.equal(route.hops[0]?.port, 2525)
  })

  test('danebad.test: the host is tried with the TLSA record that it will fail', async () => {
    const [hop] = (await routeTo('danebad.test')).hops
    assert.deepEqual(hop?.tls.verify?.by === 'dane' && hop.tls.verify.records.map(record => record.data), [
      '00'.repeat(32),
    ])
  })

  test('daneunusable.test: TLS is required and nothing verified (RFC 7672 §2.2)', async () => {
    const [hop] = (await routeTo('daneunusable.test')).hops
    assert.deepEqual(hop?.tls, { level: 'encrypted', sources: ['dane'], sni: 'mx.daneunusable.test' })
  })

  test('danemixed.test: unknown parameters are left out, the others kept', async () => {
    const [hop] = (await routeTo('danemixed.test')).hops
    assert.deepEqual(
      hop?.tls.verify?.by === 'dane' &&
        hop.tls.verify.records.map(({ usage, selector, matching }) => [usage, selector, matching]),
      [
        [3, 1, 1],
        [3, 0, 2],
      ],
    )
  })

  test('danecname.test: TLSA is looked up at the target of a secure CNAME (RFC 7672 §2.2.2)', async () => {
    const [hop] = (await routeTo('danecname.test')).hops
    assert.equal(hop?.host, 'mx.danecname.test')
    assert.deepEqual(hop?.tls.verify?.names, ['mx1.good.test', 'mx.danecname.test', 'danecname.test'])
    assert.equal(hop?.tls.sni, 'mx1.good.test')
  })

  test('danetlsacname.test: a TLSA record that is a CNAME is followed, and the base domain stays', async () => {
    const [hop] = (await routeTo('danetlsacname.test')).hops
    assert.equal(hop?.tls.verify?.by, 'dane')
    assert.equal(hop?.tls.sni, 'mx.danetlsacname.test')
  })

  test('tlsabogus.test: a TLSA look-up that fails takes the host out, and mail waits (RFC 7672 §2.1.2)', async () => {
    const result = await assertNoRoute('tlsabogus.test', 'policy-lookup-failed')
    assert.deepEqual(skippedOf(result), ['mx.tlsahost.test dane-lookup-failed'])
  })

  test('plain.test: TLSA of an insecure zone is not even asked for; MTA-STS verifies by name', async () => {
    const dns = createFakeDns(ZONES, { authentic: true })
    const route = await routeTo('plain.test', { dns })
    assert.deepEqual(route.hops[0]?.tls, {
      level: 'verified',
      sources: ['mta-sts'],
      verify: { by: 'pkix', names: ['mx.plain.test'] },
      sni: 'mx.plain.test',
    })
    assert.ok(!dns.queries.some(query => query.type === 'TLSA'))
    assert.equal(route.policy.dane, 'mx-not-authentic')
    assert.equal(route.policy.mtaSts?.mode, 'enforce')
  })

  test('sts.test: the host that the policy does not list is not tried', async () => {
    const route = await routeTo('sts.test')
    assert.deepEqual(hostsOf(route), ['mx.sts.test 127.0.0.15'])
    assert.deepEqual(skippedOf(route), ['notlisted.sts.test not-an-mta-sts-host'])
    assert.equal(route.hops[0]?.tls.level, 'verified')
  })

  test('ststesting.test: testing mode demands nothing', async () => {
    const route = await routeTo('ststesting.test')
    assert.equal(route.hops[0]?.tls.level, 'opportunistic')
    assert.equal(route.policy.mtaSts?.mode, 'testing')
  })

  test('stsredirect.test: a policy that cannot be had is no policy, and said so', async () => {
    const route = await routeTo('stsredirect.test')
    assert.equal(route.hops[0]?.tls.level, 'opportunistic')
    assert.equal(route.policy.mtaSts, undefined)
    assert.match(route.policy.mtaStsProblem ?? '', /^sts-policy-fetch-error: .*redirect/)
  })

  test('nullmx.test: takes no mail (RFC 7505)', async () => {
    await assertNoRoute('nullmx.test', 'null-mx')
  })

  test('nullmxbad.test: the host named "." is never tried', async () => {
    const route = await routeTo('nullmxbad.test')
    assert.deepEqual(hostsOf(route), ['mx1.good.test 127.0.0.11'])
    assert.deepEqual(skippedOf(route), ['. invalid-name'])
  })

  test('nomx.test: the domain is its own mail host (RFC 5321 §5.1)', async () => {
    const route = await routeTo('nomx.test')
    assert.deepEqual(hostsOf(route), ['nomx.test 127.0.0.14'])
    assert.equal(route.via, 'implicit-mx')
  })

  test('nothing.test: neither MX nor address', async () => {
    await assertNoRoute('nothing.test', 'no-mail-host')
  })

  test('mxip.test: an IP address in the place of a host is not guessed at', async () => {
    const result = await assertNoRoute('mxip.test', 'mx-unusable')
    assert.deepEqual(skippedOf(result), ['127.0.0.14 is-an-ip-address'])
  })

  test('mxnx.test: the second host stands in for the first, which does not exist', async () => {
    const route = await routeTo('mxnx.test')
    assert.deepEqual(hostsOf(route), ['mx1.good.test 127.0.0.11'])
    assert.deepEqual(skippedOf(route), ['nosuch.mxnx.test no-address'])
  })

  test('mxbogus.test: the second host stands in for the first, which cannot be looked up', async () => {
    const route = await routeTo('mxbogus.test')
    assert.deepEqual(hostsOf(route), ['mx1.good.test 127.0.0.11'])
    assert.deepEqual(skippedOf(route), ['mx.bogus.test lookup-failed'])
  })

  test('cname.test: an MX host behind three CNAMEs is reached', async () => {
    const [hop] = (await routeTo('cname.test')).hops
    assert.equal(hop?.address, '127.0.0.11')
    assert.equal(hop?.tls.sni, 'mx1.good.test')
  })

  test('dom.cname.test: a domain that is an alias has the MX of its target', async () => {
    assert.deepEqual(hostsOf(await routeTo('dom.cname.test')), ['mx1.good.test 127.0.0.11', 'mx2.good.test 127.0.0.12'])
  })

  test('loop.cname.test and deep.cname.test: mail waits, in bounded time', async () => {
    await assertNoRoute('loop.cname.test', 'dns-failed')
    await assertNoRoute('deep.cname.test', 'dns-failed')
  })

  test('wild.test: any name below has the MX of the wildcard', async () => {
    assert.deepEqual(hostsOf(await routeTo('foo.wild.test')), ['mx1.good.test 127.0.0.11'])
  })

  test('many.big.test: the best twenty of sixty hosts are tried', async () => {
    const route = await routeTo('many.big.test')
    assert.equal(route.hops.length, 20)
    assert.equal(route.hops[19]?.host, 'mx19.many.big.test')
    assert.equal(skippedOf(route).filter(each => each.endsWith('over-the-cap')).length, 40)
  })

  test('bogus.test, expired.test and lame.test: mail waits, it is never "no such domain"', async () => {
    await assertNoRoute('bogus.test', 'dns-failed')
    await assertNoRoute('expired.test', 'dns-failed')
    await assertNoRoute('lame.test', 'dns-failed')
  })

  test('münchen.test: the A-label is asked for', async () => {
    assert.deepEqual(hostsOf(await routeTo('münchen.test')), ['mx1.good.test 127.0.0.11'])
  })

  test('a name in no zone does not exist', async () => {
    await assertNoRoute('no-such.test', 'no-such-domain')
  })
})
