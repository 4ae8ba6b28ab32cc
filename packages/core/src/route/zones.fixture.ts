/**
 * The zones of the lab, as its name servers have them (test/interop/lab/zones.ts).
 */
import type { ZoneLiteral } from '../testing/zone.ts'
import type { FetchPolicy } from './index.ts'

export const SPKI_MX1: string = 'aa'.repeat(32)
const CERT_CA: string = 'bb'.repeat(32)
const CERT512_MX3: string = 'cc'.repeat(64)
const numbered = (count: number, line: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, i) => line(i))

export const ZONES: ZoneLiteral = {
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
export const fetchPolicy: FetchPolicy = async domain => {
  const text = POLICIES[domain]
  if (text !== undefined) return { kind: 'fetched', text }
  return { kind: 'failed', code: 'sts-policy-fetch-error', detail: 'it answers with a redirect (302)' }
}
