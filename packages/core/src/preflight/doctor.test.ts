/**
 * A world of faults: one at a time is put into a healthy world, and the doctor must find exactly that one. Where the fix is a
 * record, it is published as it stands, and all must be well again.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { reverseName } from '../dns/index.ts'
import type { Domain } from '../model/address.ts'
import type { DkimKey } from '../model/dkim-key.ts'
import { chooseKeys, dkimRecord, generateDkimKey } from '../sign/index.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { createFakeDns } from '../testing/fake-dns.ts'
import type { NameLiteral, ZoneLiteral } from '../testing/zone.ts'
import type { CheckId } from './catalogue.ts'
import { createPreflight } from './preflight.ts'
import type { Report } from './report.ts'

const V4 = '203.0.113.5'
const V6 = '2001:db8::5'
const POLICY = 'version: STSv1\nmode: enforce\nmx: *.example.com\nmax_age: 604800\n'
const SPF = `v=spf1 ip4:${V4} ip6:${V6} -all`
const { key } = await generateDkimKey({ domain: 'example.com', selector: 's1' })
const { key: short } = await generateDkimKey({ domain: 'example.com', selector: 's1', bits: 1024 })
const { key: second } = await generateDkimKey({ domain: 'example.com', selector: 's2' })
const { name: dkimName, value: dkimValue } = dkimRecord(key)
const ptr4 = reverseName(V4) as string
const ptr6 = reverseName(V6) as string
const listed4 = (zone: string): string => `${ptr4.replace('.in-addr.arpa', '')}.${zone}`
const listed6 = `${ptr6.replace('.ip6.arpa', '')}.zen.spamhaus.org`

const HEALTHY: ZoneLiteral = {
  'example.com': { SOA: 'here', MX: '10 mx.example.com', TXT: SPF },
  'mail.example.com': { A: V4, AAAA: V6, TXT: `v=spf1 ip4:${V4} ip6:${V6} -all` },
  'mx.example.com': { A: '203.0.113.6' },
  [ptr4]: { PTR: 'mail.example.com' },
  [ptr6]: { PTR: 'mail.example.com' },
  [dkimName]: { TXT: dkimValue },
  '_dmarc.example.com': { TXT: 'v=DMARC1; p=reject; rua=mailto:dmarc@example.com' },
  '_mta-sts.example.com': { TXT: 'v=STSv1; id=20260101' },
  '_smtp._tls.example.com': { TXT: 'v=TLSRPTv1; rua=mailto:tls@example.com' },
  '_25._tcp.mx.example.com': { TLSA: [`3 1 1 ${'ab'.repeat(32)}`, `3 1 1 ${'cd'.repeat(32)}`], authentic: true },
  'gmail.com': { MX: '5 mx.google.test' },
}

interface Fault {
  readonly zone?: ZoneLiteral
  readonly finds: CheckId
  /** @default warn or fail */
  readonly level?: 'note' | 'unknown'
  readonly keys?: readonly DkimKey[]
  readonly policy?: string
  readonly blocked?: true
  /** What a try of TLS with the mail host comes to. @default it passes */
  readonly tls?: { readonly [by in 'dane' | 'pkix']?: { readonly problem: string; readonly reached: boolean } }
}

const spf = (...TXT: string[]): ZoneLiteral => ({ 'example.com': { ...HEALTHY['example.com'], TXT } })
const dkim = (...TXT: string[]): ZoneLiteral => ({ [dkimName]: { TXT } })
const dmarc = (...TXT: string[]): ZoneLiteral => ({ '_dmarc.example.com': { TXT } })
const mx = (...MX: string[]): ZoneLiteral => ({ 'example.com': { ...HEALTHY['example.com'], MX } })
const host = (change: NameLiteral): ZoneLiteral => ({
  'mail.example.com': { TXT: HEALTHY['mail.example.com']?.TXT ?? '', ...change },
})
const includes = Array.from({ length: 11 }, (_, index) => `include:s${index}.test`)
const included = Object.fromEntries(includes.map(term => [term.slice(8), { TXT: 'v=spf1 ip4:192.0.2.1' }]))

const FAULTS: Readonly<Record<string, Fault>> = {
  'no SPF record': { zone: spf('other'), finds: 'spf.exists' },
  'two SPF records': { zone: spf(SPF, 'v=spf1 mx -all'), finds: 'spf.one-record' },
  'an SPF mechanism that does not exist': { zone: spf(`v=spf1 ip:${V4} ip6:${V6} -all`), finds: 'spf.syntax' },
  'an SPF address that is none': { zone: spf(`${SPF} ip4:203.0.113`), finds: 'spf.syntax' },
  'an SPF prefix that is too long': { zone: spf(`v=spf1 ip4:${V4}/33 ip6:${V6} -all`), finds: 'spf.syntax' },
  'an SPF redirect to nowhere': { zone: spf('v=spf1 redirect=none.test'), finds: 'spf.syntax' },
  'SPF without IPv4': { zone: spf(`v=spf1 ip6:${V6} -all`), finds: 'spf.covers-egress' },
  'SPF without IPv6': { zone: spf(`v=spf1 ip4:${V4} -all`), finds: 'spf.covers-egress' },
  'SPF of another host': { zone: spf('v=spf1 ip4:198.51.100.1 -all'), finds: 'spf.covers-egress' },
  'SPF softfail': { zone: spf('v=spf1 ~all'), finds: 'spf.covers-egress' },
  'SPF neutral': { zone: spf('v=spf1 ?all'), finds: 'spf.covers-egress' },
  'SPF that only refuses': { zone: spf('v=spf1 -all'), finds: 'spf.covers-egress' },
  'too many SPF look-ups': {
    zone: { ...spf(`v=spf1 ip4:${V4} ip6:${V6} ${includes.join(' ')} -all`), ...included },
    finds: 'spf.lookups',
  },
  'too many SPF look-ups before ours': {
    zone: { ...spf(`v=spf1 ${includes.join(' ')} -all`), ...included },
    finds: 'spf.lookups',
  },
  'too many void SPF look-ups': {
    zone: spf(`v=spf1 ip4:${V4} ip6:${V6} a:x.test a:y.test mx:z.test -all`),
    finds: 'spf.lookups',
  },
  'an SPF include without a record': {
    zone: spf(`v=spf1 ip4:${V4} ip6:${V6} include:none.test -all`),
    finds: 'spf.includes',
  },
  'an SPF record that includes itself': {
    zone: spf(`v=spf1 ip4:${V4} ip6:${V6} include:example.com -all`),
    finds: 'spf.includes',
  },
  'an EHLO name whose SPF refuses': { zone: host({ A: V4, AAAA: V6, TXT: 'v=spf1 -all' }), finds: 'spf.helo' },
  'an EHLO name whose SPF cannot be read': {
    zone: host({ A: V4, AAAA: V6, TXT: 'v=spf1 nonsense' }),
    finds: 'spf.helo',
  },
  'no DKIM record': { zone: { [dkimName]: {} }, finds: 'dkim.published' },
  'a revoked DKIM key': { zone: dkim('v=DKIM1; p='), finds: 'dkim.published' },
  'a DKIM record without a key': { zone: dkim('v=DKIM1; k=rsa'), finds: 'dkim.published' },
  'a DKIM record of the future': { zone: dkim(dkimValue.replace('DKIM1', 'DKIM2')), finds: 'dkim.published' },
  'a DKIM record that is no tag list': { zone: dkim('MIIBIjANBgkq'), finds: 'dkim.published' },
  'a DKIM tag twice': { zone: dkim(`${dkimValue}; p=`), finds: 'dkim.published' },
  'a DKIM key of another type': { zone: dkim(dkimValue.replace('k=rsa', 'k=ed25519')), finds: 'dkim.published' },
  'a DKIM key for SHA-1 only': { zone: dkim(`h=sha1; ${dkimValue.slice(9)}`), finds: 'dkim.published' },
  'a DKIM key not for mail': { zone: dkim(`${dkimValue}; s=tlsrpt`), finds: 'dkim.published' },
  'the DKIM key of somebody else': { zone: dkim(dkimRecord(second).value), finds: 'dkim.matches' },
  'a truncated DKIM key': { zone: dkim(dkimValue.slice(0, 255)), finds: 'dkim.matches' },
  'two DKIM records': { zone: dkim(dkimValue, dkimRecord(second).value), finds: 'dkim.matches' },
  'a second DKIM key that is not published': { keys: [key, second], finds: 'dkim.published' },
  'a short DKIM key': { zone: dkim(dkimRecord(short).value), keys: [short], finds: 'dkim.length' },
  'no DKIM key': { keys: [], finds: 'dkim.configured' },
  'no DMARC record': { zone: { '_dmarc.example.com': {} }, finds: 'dmarc.exists' },
  'two DMARC records': { zone: dmarc('v=DMARC1; p=none', 'v=DMARC1; p=reject'), finds: 'dmarc.one-record' },
  'a DMARC policy that does not exist': { zone: dmarc('v=DMARC1; p=block'), finds: 'dmarc.syntax' },
  'DMARC without a policy': { zone: dmarc('v=DMARC1; rua=mailto:dmarc@example.com'), finds: 'dmarc.syntax' },
  'a DMARC version in small letters': { zone: dmarc('v=dmarc1; p=reject'), finds: 'dmarc.syntax' },
  'a DMARC tag twice': { zone: dmarc('v=DMARC1; p=none; p=reject'), finds: 'dmarc.syntax' },
  'DMARC that only watches': {
    zone: dmarc('v=DMARC1; p=none; rua=mailto:dmarc@example.com'),
    finds: 'dmarc.policy',
    level: 'note',
  },
  'DMARC without reports': { zone: dmarc('v=DMARC1; p=reject'), finds: 'dmarc.reports', level: 'note' },
  'DMARC reports to strangers': {
    zone: dmarc('v=DMARC1; p=reject; rua=mailto:a@reports.test'),
    finds: 'dmarc.reports',
  },
  'DMARC reports to no mailbox': { zone: dmarc('v=DMARC1; p=reject; rua=dmarc@example.com'), finds: 'dmarc.reports' },
  'no PTR for IPv4': { zone: { [ptr4]: {} }, finds: 'host.ptr' },
  'no PTR for IPv6': { zone: { [ptr6]: {} }, finds: 'host.ptr' },
  'a PTR that leads nowhere': { zone: { [ptr4]: { PTR: 'gone.example.com' } }, finds: 'host.ptr-confirmed' },
  'a PTR that leads elsewhere': { zone: { [ptr6]: { PTR: 'mx.example.com' } }, finds: 'host.ptr-confirmed' },
  'a PTR made from the address': {
    zone: { [ptr4]: { PTR: '203-0-113-5.isp.test' }, '203-0-113-5.isp.test': { A: V4 } },
    finds: 'host.ptr-generic',
  },
  'a PTR of a dial-up line': {
    zone: { [ptr4]: { PTR: 'dyn.a7.isp.test' }, 'dyn.a7.isp.test': { A: V4 } },
    finds: 'host.ptr-generic',
  },
  'a PTR that is another name of ours': {
    zone: { [ptr4]: { PTR: 'www.example.com' }, 'www.example.com': { A: V4 } },
    finds: 'host.ptr-equals-helo',
    level: 'note',
  },
  'an EHLO name without IPv4': { zone: host({ AAAA: V6 }), finds: 'host.resolves' },
  'an EHLO name without IPv6': { zone: host({ A: V4 }), finds: 'host.resolves' },
  'an EHLO name without any address': { zone: host({}), finds: 'host.resolves' },
  'port 25 blocked': { blocked: true, finds: 'egress.port-25' },
  'no SOA': { zone: { 'example.com': { MX: '10 mx.example.com', TXT: SPF } }, finds: 'domain.soa' },
  'no MX, no address': { zone: { 'example.com': { SOA: 'here', TXT: SPF } }, finds: 'mx.exists' },
  'no MX, but an address': {
    zone: { 'example.com': { SOA: 'here', TXT: SPF, A: V4 } },
    finds: 'mx.exists',
    level: 'note',
  },
  'a null MX': { zone: mx('0 .'), finds: 'mx.not-null' },
  'an MX that is an address': { zone: mx('10 203.0.113.6'), finds: 'mx.not-address' },
  'an MX that is an alias': {
    zone: { 'mx.example.com': { CNAME: 'real.example.com' }, 'real.example.com': { A: '203.0.113.6' } },
    finds: 'mx.not-alias',
  },
  'an MX without an address': { zone: { 'mx.example.com': {} }, finds: 'mx.resolves' },
  'an MX with a private address': { zone: { 'mx.example.com': { A: '10.0.0.6' } }, finds: 'mx.resolves' },
  'a second MX without an address': { zone: mx('10 mx.example.com', '20 mx2.example.com'), finds: 'mx.resolves' },
  'no MTA-STS': { zone: { '_mta-sts.example.com': {} }, finds: 'mta-sts.record', level: 'note' },
  'an MTA-STS record without id': { zone: { '_mta-sts.example.com': { TXT: 'v=STSv1;' } }, finds: 'mta-sts.record' },
  'two MTA-STS records': {
    zone: { '_mta-sts.example.com': { TXT: ['v=STSv1; id=1', 'v=STSv1; id=2'] } },
    finds: 'mta-sts.record',
  },
  'an MTA-STS policy of other hosts': {
    policy: POLICY.replace('*.example.com', 'mail.example.net'),
    finds: 'mta-sts.policy',
  },
  'an MTA-STS pattern that is two labels short': {
    policy: POLICY.replace('*.example.com', '*.com'),
    finds: 'mta-sts.policy',
  },
  'an MTA-STS policy without a version': { policy: POLICY.replace('version: STSv1\n', ''), finds: 'mta-sts.policy' },
  'an MTA-STS policy without max_age': { policy: POLICY.replace('max_age: 604800\n', ''), finds: 'mta-sts.policy' },
  'an MTA-STS mode that does not exist': { policy: POLICY.replace('enforce', 'strict'), finds: 'mta-sts.policy' },
  'an MTA-STS policy that is a web page': { policy: '<html>', finds: 'mta-sts.policy' },
  'an MTA-STS policy that cannot be had': { policy: '', finds: 'mta-sts.policy' },
  'no TLSRPT': { zone: { '_smtp._tls.example.com': {} }, finds: 'tlsrpt.record', level: 'note' },
  'a TLSRPT record without rua': { zone: { '_smtp._tls.example.com': { TXT: 'v=TLSRPTv1;' } }, finds: 'tlsrpt.record' },
  'a TLSRPT rua that is no address': {
    zone: { '_smtp._tls.example.com': { TXT: 'v=TLSRPTv1; rua=x' } },
    finds: 'tlsrpt.record',
  },
  'a TLSA record of the present key alone': {
    zone: { '_25._tcp.mx.example.com': { TLSA: `3 1 1 ${'ab'.repeat(32)}`, authentic: true } },
    finds: 'tlsa.rollover',
    level: 'note',
  },
  'TLSA records of whole certificates': {
    zone: {
      '_25._tcp.mx.example.com': {
        TLSA: [`3 0 1 ${'ab'.repeat(32)}`, `3 0 1 ${'cd'.repeat(32)}`],
        authentic: true,
      },
    },
    finds: 'tlsa.rollover',
    level: 'note',
  },
  'a certificate that no TLSA record names': {
    tls: { dane: { problem: 'the certificate matches no TLSA record', reached: true } },
    finds: 'tlsa.matches',
  },
  'a mail host that cannot be asked for its TLSA certificate': {
    tls: { dane: { problem: 'no answer', reached: false } },
    finds: 'tlsa.matches',
    level: 'unknown',
  },
  'a certificate for another name under an enforced MTA-STS policy': {
    tls: { pkix: { problem: 'the certificate is for another name', reached: true } },
    finds: 'mta-sts.certificate',
  },
  'a certificate for another name under a policy in testing': {
    policy: POLICY.replace('enforce', 'testing'),
    tls: { pkix: { problem: 'the certificate is for another name', reached: true } },
    finds: 'mta-sts.certificate',
    level: 'note',
  },
  'a TLSA record of the web': {
    zone: { '_25._tcp.mx.example.com': { TLSA: `1 1 1 ${'ab'.repeat(32)}`, authentic: true } },
    finds: 'tlsa.usable',
  },
  'a TLSA record in an unsigned zone': {
    zone: { '_25._tcp.mx.example.com': { TLSA: `3 1 1 ${'ab'.repeat(32)}` } },
    finds: 'tlsa.usable',
  },
  'an address listed by Spamhaus': {
    zone: { [listed4('zen.spamhaus.org')]: { A: '127.0.0.2', TXT: 'spam' } },
    finds: 'reputation.dnsbl',
  },
  'an address in a range for clients': {
    zone: { [listed4('zen.spamhaus.org')]: { A: '127.0.0.11' } },
    finds: 'reputation.dnsbl',
  },
  'an IPv6 address listed by Spamhaus': { zone: { [listed6]: { A: '127.0.0.4' } }, finds: 'reputation.dnsbl' },
  'an address listed by SpamCop': {
    zone: { [listed4('bl.spamcop.net')]: { A: '127.0.0.2' } },
    finds: 'reputation.dnsbl',
  },
  'a domain listed by Spamhaus': {
    zone: { 'example.com.dbl.spamhaus.org': { A: '127.0.1.2' } },
    finds: 'reputation.dnsbl',
  },
  'a list that does not answer public resolvers': {
    zone: { [listed4('zen.spamhaus.org')]: { A: '127.255.255.254' } },
    finds: 'reputation.dnsbl',
    level: 'unknown',
  },
  'a list that says it in a way of its own': {
    zone: { 'example.com.black.uribl.com': { A: '127.0.0.1' } },
    finds: 'reputation.dnsbl',
    level: 'unknown',
  },
}

async function examine(
  zone: ZoneLiteral,
  { keys = [key], policy = POLICY, blocked, tls = {} }: Partial<Fault> = {},
): Promise<Report> {
  const preflight = createPreflight({
    resolver: createFakeDns(zone),
    clock: new FakeClock(),
    mode: 'enforce',
    egress: { hostname: 'mail.example.com' as Domain, addresses: [] },
    publicAddresses: [V4, V6],
    chooseKeys: from => chooseKeys(from, keys),
    interfaces: () => [V4, V6],
    probe: async () => (blocked ? { problem: 'no answer within 10 s' } : { greeting: '220 mx.google.test ESMTP' }),
    fetchPolicy: async () => (policy === '' ? { problem: '404' } : { text: policy }),
    tryTls: async ({ verify }) => tls[verify.by] ?? { reached: true },
  })
  return preflight.report({ local: 'a', domain: 'example.com' as Domain }, new AbortController().signal)
}

/** What is not as it should be, as `id level`. */
const amiss = ({ checks }: Report): string[] => [
  ...new Set(checks.filter(({ level }) => level !== 'ok').map(({ id }) => id)),
]

/** Publishes the lines of a fix as they stand; a TXT record takes the place of those of its kind. */
function publish(zone: ZoneLiteral, fix: string): ZoneLiteral {
  const changed: Record<string, NameLiteral> = { ...zone }
  for (const [, name = '', type = '', data = ''] of fix.matchAll(
    /^(?:publish only: )?(\S+)\. IN (TXT|A|AAAA|PTR) ([^<\n]+)$/gm,
  )) {
    const before = changed[name] ?? {}
    if (type === 'TXT') {
      const text = [...data.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, part]) => part).join('')
      const kind = text.slice(0, 5).toLowerCase()
      const others = [before.TXT ?? []].flat().filter(one => !one.toLowerCase().startsWith(kind) && !name.includes('_'))
      changed[name] = { ...before, TXT: [...others, text] }
    } else changed[name] = { ...before, [type]: data.replace(/\.$/, '') }
  }
  return changed
}

suite('the doctor in a world of faults', () => {
  test('finds nothing in the healthy world', async () => {
    const report = await examine(HEALTHY)
    assert.deepEqual(amiss(report), [])
    assert.equal(report.worst, 'ok')
    assert.ok(report.checks.length >= 20)
    for (const { provider, demand, standing } of report.providers)
      assert.ok(standing === 'met' || standing === 'not-checkable', `${provider}: ${demand}: ${standing}`)
  })

  test('has more than sixty faults to find', () => {
    assert.ok(Object.keys(FAULTS).length > 60, String(Object.keys(FAULTS).length))
  })

  for (const [name, fault] of Object.entries(FAULTS)) {
    test(`finds ${name}, and nothing else`, async () => {
      const zone = { ...HEALTHY, ...fault.zone }
      const report = await examine(zone, fault)
      assert.deepEqual(amiss(report), [fault.finds])
      const found = report.checks.filter(({ level }) => level !== 'ok')
      for (const each of found) {
        if (fault.level) assert.equal(each.level, fault.level)
        else assert.ok(each.level === 'warn' || each.level === 'fail', each.level)
        assert.ok(each.fix && each.found && each.wanted && each.why, `${each.id} says too little`)
      }
      const fixed = publish(zone, found.map(({ fix }) => fix).join('\n'))
      if (JSON.stringify(fixed) === JSON.stringify(zone)) return
      const after = amiss(await examine(fixed, fault)).filter(id => id !== 'dmarc.policy' && id !== 'dmarc.reports')
      assert.deepEqual(after, [], found.map(({ fix }) => fix).join('\n'))
    })
  }

  test('says unknown, and never worse, when no name server answers', async () => {
    const dead = Object.fromEntries(Object.keys(HEALTHY).map(name => [name, { fail: 'servfail' as const }]))
    const report = await examine({ ...dead, '*.spamhaus.org': { fail: 'timeout' } })
    assert.deepEqual(
      [...new Set(report.checks.map(({ level }) => level))].filter(level => level === 'fail' || level === 'warn'),
      [],
    )
    assert.ok(amiss(report).length > 8)
  })
})
