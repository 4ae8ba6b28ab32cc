/** Faults of the host, of the mail host of the domain, and of what the world thinks of them, one at a time. */
import { suite } from 'node:test'
import type { NameLiteral, ZoneLiteral } from '@postrider/core/testing'
import type { DoctorProbes } from '../../../packages/core/src/preflight/index.ts'
import { PTR4, PTR6, SPF, V4, V6 } from '../../support/healthy-zone.ts'
import { sampleSignedBy } from './sample.ts'
import { type Fault, HEALTHY, KEY, NOW, POLICY, SECOND, TLSA_NAME, testFault } from './world.ts'

const mx = (...MX: string[]): ZoneLiteral => ({ 'example.com': { ...HEALTHY['example.com'], MX } })
const host = (change: NameLiteral): ZoneLiteral => ({ 'mail.example.com': { TXT: SPF, ...change } })
const tlsa = (...TLSA: string[]): ZoneLiteral => ({ [TLSA_NAME]: { TLSA, authentic: true } })
const [present, next] = ['ab', 'cd'].map(octet => octet.repeat(32))
/** What a try of TLS with the mail host comes to. */
const tls = (by: 'dane' | 'pkix', problem: string, reached = true): DoctorProbes => ({
  tryTls: async ({ verify }) => (verify.by === by ? { problem, reached } : { reached: true }),
})
const answering = (code: number, local: string): DoctorProbes => ({
  askMailboxes: async ({ addresses }) => ({
    answers: addresses.map(each => {
      const own = each.local === local ? code : 250
      return { address: `${each.local}@${each.domain}`, code: own, reply: `${own} ${own === 250 ? 'Ok' : 'No'}` }
    }),
  }),
})
const time = (offset: number): DoctorProbes => ({ askTime: async () => NOW + offset })

const FAULTS: Readonly<Record<string, Fault>> = {
  'no PTR for IPv4': { zone: { [PTR4]: {} }, finds: 'host.ptr' },
  'no PTR for IPv6': { zone: { [PTR6]: {} }, finds: 'host.ptr' },
  'a PTR that leads nowhere': { zone: { [PTR4]: { PTR: 'gone.example.com' } }, finds: 'host.ptr-confirmed' },
  'a PTR that leads elsewhere': { zone: { [PTR6]: { PTR: 'mx.example.com' } }, finds: 'host.ptr-confirmed' },
  'a PTR made from the address': {
    zone: { [PTR4]: { PTR: '203-0-113-5.isp.test' }, '203-0-113-5.isp.test': { A: V4 } },
    finds: 'host.ptr-generic',
  },
  'a PTR of a dial-up line': {
    zone: { [PTR4]: { PTR: 'dyn.a7.isp.test' }, 'dyn.a7.isp.test': { A: V4 } },
    finds: 'host.ptr-generic',
  },
  'an EHLO name that is made from the address': {
    hostname: 'v203-0-113-5.isp.test',
    zone: {
      'v203-0-113-5.isp.test': { A: V4, AAAA: V6, TXT: 'v=spf1 a -all' },
      [PTR4]: { PTR: 'v203-0-113-5.isp.test' },
      [PTR6]: { PTR: 'v203-0-113-5.isp.test' },
    },
    finds: 'host.ptr-generic',
    mended: {
      says: /set hostname to a name of a domain of yours/,
      by: { hostname: 'mail.example.com', zone: HEALTHY },
    },
  },
  'a PTR that is another name of ours': {
    zone: { [PTR4]: { PTR: 'www.example.com' }, 'www.example.com': { A: V4 } },
    finds: 'host.ptr-equals-helo',
    level: 'note',
  },
  'an EHLO name without IPv4': { zone: host({ AAAA: V6 }), finds: 'host.resolves' },
  'an EHLO name without IPv4 whose SPF says "a"': {
    zone: { 'mail.example.com': { AAAA: V6, TXT: 'v=spf1 a -all' } },
    finds: 'host.resolves',
  },
  'an EHLO name without IPv6': { zone: host({ A: V4 }), finds: 'host.resolves' },
  'an EHLO name without any address': { zone: host({}), finds: 'host.resolves' },
  'an EHLO name of a local network': {
    hostname: 'mail.lan',
    zone: {
      'mail.lan': { A: V4, AAAA: V6, TXT: 'v=spf1 a -all' },
      [PTR4]: { PTR: 'mail.lan' },
      [PTR6]: { PTR: 'mail.lan' },
    },
    finds: 'host.helo',
    mended: {
      says: /set hostname to a name whose A and AAAA records you control/,
      by: { hostname: 'mail.example.com', zone: HEALTHY },
    },
  },
  'a clock that is ten minutes slow': {
    outside: time(600_000),
    finds: 'host.clock',
    mended: { says: /timedatectl set-ntp true/, by: { outside: time(0) } },
  },
  'a given address that no receiver sees': {
    publicAddresses: [V4, V6, '10.0.0.5'],
    finds: 'egress.known',
    mended: {
      says: /set egress\.publicAddresses to the addresses that receivers see/,
      by: { publicAddresses: [V4, V6] },
    },
  },
  'an MX that is a private address': { zone: mx('10 10.0.0.6'), finds: 'mx.not-address' },
  'port 25 blocked': {
    outside: { probe: async () => ({ problem: 'no answer within 10 s' }) },
    finds: 'egress.port-25',
    mended: { says: /ask the provider .* port 25 .*smarthost \(routes, domain: "\*"\)/, by: { outside: {} } },
  },
  'a mail host that refuses this machine in its greeting': {
    outside: { probe: async () => ({ greeting: '554 5.7.1 mx.google.test: your address is on a list' }) },
    finds: 'egress.port-25',
    mended: { says: /see what the greeting says/, by: { outside: {} } },
  },
  'a mail host that has no time': {
    outside: { probe: async () => ({ greeting: '421 4.3.2 mx.google.test too busy' }) },
    finds: 'egress.port-25',
    level: 'unknown',
    mended: { says: /look again later/, by: { outside: {} } },
  },
  'a stranger who answers on port 25': {
    outside: { probe: async () => ({ greeting: '220 filter.isp.test ESMTP' }) },
    finds: 'egress.port-25',
    mended: { says: /why another host answers on port 25/, by: { outside: {} } },
  },
  'a resolver that proves nothing': {
    // Without TLSA records, of which it could not tell anything either.
    zone: { [TLSA_NAME]: {} },
    trustworthy: false,
    finds: 'dns.resolver',
    level: 'note',
    mended: { says: /install unbound, and set dns\.servers/, by: { trustworthy: true } },
  },
  'a domain that is an alias': {
    zone: { 'example.com': { CNAME: 'site.test' }, 'site.test': { A: '198.51.100.9', SOA: 'here' } },
    finds: 'domain.not-alias',
    mended: {
      says: /remove the CNAME of example\.com, and give it the A and AAAA records of site\.test/,
      by: { zone: HEALTHY },
    },
  },
  'a DMARC name that is an alias': {
    zone: { '_dmarc.example.com': { CNAME: 'dmarc.service.test' } },
    finds: 'dmarc.exists',
  },
  'a selector that is an alias': {
    zone: { 's1._domainkey.example.com': { CNAME: 's1.keys.test' }, 's1.keys.test': { TXT: 'v=DKIM1; p=' } },
    finds: 'dkim.published',
  },
  'a zone whose DNSSEC is broken': {
    zone: { 'example.com': { ...HEALTHY['example.com'], bogus: true } },
    finds: 'domain.dnssec',
    mended: { says: /sign the zone of example\.com anew, .* or remove the DS record/, by: { zone: HEALTHY } },
  },
  'a host whose DNSSEC is broken': {
    zone: { 'mail.example.com': { ...HEALTHY['mail.example.com'], bogus: true } },
    finds: 'domain.dnssec',
    mended: { says: /sign the zone of mail\.example\.com anew/, by: { zone: HEALTHY } },
  },
  'a key record whose DNSSEC is broken': {
    zone: { '_domainkey.example.com': { bogus: true } },
    finds: 'domain.dnssec',
    mended: {
      says: /sign the zone of s1\._domainkey\.example\.com anew/,
      by: { zone: { '_domainkey.example.com': {} } },
    },
  },
  'one record whose DNSSEC is broken': {
    zone: host({ A: V4, AAAA: V6, fail: { AAAA: 'bogus' }, TXT: `v=spf1 ip4:${V4} ip6:${V6} -all` }),
    finds: 'domain.dnssec',
    mended: { says: /sign the zone of mail\.example\.com anew/, by: { zone: HEALTHY } },
  },
  'no SOA': {
    zone: { 'example.com': { MX: '10 mx.example.com', TXT: SPF } },
    finds: 'domain.soa',
    mended: { says: /delegate the domain to name servers that hold its zone/, by: { zone: HEALTHY } },
  },
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
  'no mailbox for bounces': {
    outside: answering(550, 'a'),
    finds: 'mx.mailboxes',
    mended: {
      says: /make the mailbox or alias a@example\.com on mx\.example\.com/,
      by: { outside: answering(250, 'a') },
    },
  },
  'no postmaster': {
    outside: answering(550, 'postmaster'),
    finds: 'mx.mailboxes',
    mended: { says: /make the mailbox or alias postmaster@example\.com/, by: { outside: answering(250, 'a') } },
  },
  'a signer that signs with another key than it is told': {
    outside: { signSample: () => sampleSignedBy(SECOND, KEY.selector) },
    finds: 'dkim.verifies',
    mended: { says: /postrider dns example\.com/, by: { outside: { signSample: () => sampleSignedBy(KEY) } } },
  },
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
  'an MTA-STS policy that is switched off': {
    policy: POLICY.replace('enforce', 'none'),
    finds: 'mta-sts.policy',
    level: 'note',
  },
  'an MTA-STS policy that lasts for an hour': { policy: POLICY.replace('604800', '3600'), finds: 'mta-sts.policy' },
  'an MTA-STS policy that lasts for two years': {
    policy: POLICY.replace('604800', '63115200'),
    finds: 'mta-sts.policy',
  },
  'an MTA-STS policy with a byte order mark': { policy: `\uFEFF${POLICY}`, finds: 'mta-sts.policy' },
  'an MTA-STS policy with two modes': { policy: `${POLICY}mode: testing\n`, finds: 'mta-sts.policy' },
  'an MTA-STS policy that is a web page': { policy: '<html>', finds: 'mta-sts.policy' },
  'an MTA-STS policy that cannot be had': { policy: '', finds: 'mta-sts.policy' },
  'no TLSRPT': { zone: { '_smtp._tls.example.com': {} }, finds: 'tlsrpt.record', level: 'note' },
  'a TLSRPT record without rua': { zone: { '_smtp._tls.example.com': { TXT: 'v=TLSRPTv1;' } }, finds: 'tlsrpt.record' },
  'a TLSRPT rua that is no address': {
    zone: { '_smtp._tls.example.com': { TXT: 'v=TLSRPTv1; rua=x' } },
    finds: 'tlsrpt.record',
  },
  'a TLSA record of the present key alone': { zone: tlsa(`3 1 1 ${present}`), finds: 'tlsa.rollover', level: 'note' },
  'TLSA records of whole certificates': {
    zone: tlsa(`3 0 1 ${present}`, `3 0 1 ${next}`),
    finds: 'tlsa.rollover',
    level: 'note',
  },
  'a certificate that no TLSA record names': {
    outside: {
      tryTls: async ({ verify }) =>
        verify.by === 'dane' && !verify.records.some(({ data }) => data === 'ef'.repeat(32))
          ? { problem: 'the certificate matches no TLSA record', reached: true }
          : { reached: true },
    },
    finds: 'tlsa.matches',
  },
  'a mail host that cannot be asked for its TLSA certificate': {
    outside: tls('dane', 'no answer', false),
    finds: 'tlsa.matches',
    level: 'unknown',
    mended: { says: /see that the host can be reached on port 25/, by: { outside: {} } },
  },
  'a certificate for another name under an enforced MTA-STS policy': {
    outside: tls('pkix', 'the certificate is for another name'),
    finds: 'mta-sts.certificate',
    mended: { says: /give mx\.example\.com a certificate for its name/, by: { outside: {} } },
  },
  'a certificate for another name under a policy in testing': {
    policy: POLICY.replace('enforce', 'testing'),
    outside: tls('pkix', 'the certificate is for another name'),
    finds: 'mta-sts.certificate',
    level: 'note',
    mended: { says: /before the policy says mode: enforce/, by: { outside: {} } },
  },
  'a TLSA record of the web': { zone: tlsa(`1 1 1 ${present}`), finds: 'tlsa.usable' },
  'TLSA records in an unsigned zone': {
    zone: { [TLSA_NAME]: { TLSA: [`3 1 1 ${present}`, `3 1 1 ${next}`] } },
    finds: 'tlsa.usable',
    mended: { says: /sign the zone of the host with DNSSEC, or remove the record/, by: { zone: HEALTHY } },
  },
}

suite('the doctor in a world of faults of the host and of what is around it', () => {
  for (const [name, fault] of Object.entries(FAULTS)) testFault(name, fault)
})
