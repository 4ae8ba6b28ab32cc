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
import type { ZoneLiteral } from '../testing/zone.ts'
import { createRouter, type FetchPolicy, type RouterOptions, type TlsNeeds } from './index.ts'

const SPKI_MX1 = 'aa'.repeat(32)
const CERT_CA = 'bb'.repeat(32)
const CERT512_MX3 = 'cc'.repeat(64)
const numbered = (count: number, line: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, i) => line(i))

const ZONES: ZoneLiteral = {
  'good.test': { MX: ['10 mx1.good.test', '20 mx2.good.test'], A: '127.0.0.10' },
  'mx1.good.test': { A: '127.0.0.11' },
  '_2525._tcp.mx1.good.test': { TLSA: `3 1 1 ${SPKI_MX1}` },
  'mx2.good.test': { A: '127.0.0.12' },
  '_2525._tcp.mx2.good.test': { TLSA: `2 0 1 ${CERT_CA}` },
  'relay.good.test': { A: '127.0.0.1' },
  'danebad.test': { MX: '10 mx.danebad.test' },
  'mx.danebad.test': { A: '127.0.0.13' },
  '_2525._tcp.mx.danebad.test': { TLSA: `3 1 1 ${'00'.repeat(32)}` },
  'daneunusable.test': { MX: '10 mx.daneunusable.test' },
  'mx.daneunusable.test': { A: '127.0.0.13' },
  '_2525._tcp.mx.daneunusable.test': { TLSA: `1 1 1 ${'dd'.repeat(32)}` },
  'danemixed.test': { MX: '10 mx.danemixed.test' },
  'mx.danemixed.test': { A: '127.0.0.13' },
  '_2525._tcp.mx.danemixed.test': { TLSA: [`3 1 1 ${'11'.repeat(32)}`, `3 0 2 ${CERT512_MX3}`, '9 9 9 abcd'] },
  'danecname.test': { MX: '10 mx.danecname.test' },
  'mx.danecname.test': { CNAME: 'mx1.good.test' },
  'danetlsacname.test': { MX: '10 mx.danetlsacname.test' },
  'mx.danetlsacname.test': { A: '127.0.0.11' },
  '_2525._tcp.mx.danetlsacname.test': { CNAME: '_2525._tcp.mx1.good.test' },
  'tlsabogus.test': { MX: '10 mx.tlsahost.test' },
  'mx.tlsahost.test': { A: '127.0.0.11' },
  '_2525._tcp.mx.tlsahost.test': { fail: 'servfail' },
  'plain.test': { authentic: false, MX: '10 mx.plain.test' },
  '_mta-sts.plain.test': { TXT: 'v=STSv1; id=20260101T000000;' },
  'mx.plain.test': { A: '127.0.0.14' },
  '_2525._tcp.mx.plain.test': { TLSA: `3 1 1 ${'44'.repeat(32)}` },
  'sts.test': { authentic: false, MX: ['10 mx.sts.test', '20 notlisted.sts.test'] },
  '_mta-sts.sts.test': { TXT: 'v=STSv1; id=1;' },
  'mx.sts.test': { A: '127.0.0.15' },
  'notlisted.sts.test': { A: '127.0.0.16' },
  'ststesting.test': { authentic: false, MX: '10 mx.sts.test' },
  '_mta-sts.ststesting.test': { TXT: 'v=STSv1; id=1;' },
  'stsredirect.test': { authentic: false, MX: '10 mx.sts.test' },
  '_mta-sts.stsredirect.test': { TXT: 'v=STSv1; id=1;' },
  'nullmx.test': { MX: '0 .' },
  'nullmxbad.test': { MX: ['0 .', '10 mx1.good.test'] },
  'nomx.test': { A: '127.0.0.14' },
  'nothing.test': { TXT: 'no address, no mx' },
  'mxip.test': { MX: '10 127.0.0.14.' },
  'mxnx.test': { MX: ['10 nosuch.mxnx.test', '20 mx1.good.test'] },
  'mxbogus.test': { MX: ['10 mx.bogus.test', '20 mx1.good.test'] },
  'cname.test': { MX: '10 c1.cname.test' },
  'c1.cname.test': { CNAME: 'c2.cname.test' },
  'c2.cname.test': { CNAME: 'c3.cname.test' },
  'c3.cname.test': { CNAME: 'mx1.good.test' },
  'dom.cname.test': { CNAME: 'good.test' },
  'loop.cname.test': { MX: '10 l1.cname.test' },
  'l1.cname.test': { CNAME: 'l2.cname.test' },
  'l2.cname.test': { CNAME: 'l1.cname.test' },
  'deep.cname.test': { MX: '10 long0.cname.test' },
  'long20.cname.test': { A: '127.0.0.14' },
  ...Object.fromEntries(
    numbered(20, i => `long${i}.cname.test`).map((name, i) => [name, { CNAME: `long${i + 1}.cname.test` }]),
  ),
  'wild.test': { MX: '10 mx1.good.test' },
  '*.wild.test': { MX: '10 mx1.good.test', TXT: 'v=spf1 -all' },
  'many.big.test': { MX: numbered(60, i => `${i} mx${i}.many.big.test`) },
  ...Object.fromEntries(numbered(60, i => `mx${i}.many.big.test`).map((name, i) => [name, { A: `127.0.1.${i + 1}` }])),
  'bogus.test': { fail: 'servfail' },
  'mx.bogus.test': { fail: 'servfail' },
  'expired.test': { fail: 'bogus' },
  'lame.test': { fail: 'timeout' },
  'xn--mnchen-3ya.test': { MX: '10 mx1.good.test' },
}

const POLICIES: Readonly<Record<string, string>> = {
  'plain.test': 'version: STSv1\nmode: enforce\nmx: mx.plain.test\nmax_age: 86400\n',
  'sts.test': 'version: STSv1\r\nmode: enforce\r\nmx: mx.sts.test\r\nmax_age: 604800\r\n',
  'ststesting.test': 'version: STSv1\nmode: testing\nmx: *.sts.test\nmax_age: 86400\n',
}
const fetchPolicy: FetchPolicy = async domain => {
  const text = POLICIES[domain]
  if (text !== undefined) return { kind: 'fetched', text }
  return { kind: 'failed', code: 'sts-policy-fetch-error', detail: 'it answers with a redirect (302)' }
}

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
    egress: { hostname: 'relay.lab.test' as Domain, addresses: [] },
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
