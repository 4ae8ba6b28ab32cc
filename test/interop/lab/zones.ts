/**
 * Zones: the DNS of the lab, and what becomes of mail to each of them.
 *
 * Records are master-file lines, relative to the zone (RFC 1035 §5.1). SOA, NS and TTL are added, and these words are filled in:
 *   TLSA lines       name the host only; they are written for port 25 and for the lab's own
 *   {spki:mx1}       SHA-256 of the public key in certificate mx1; {cert:…} of the whole, {cert512:…} its SHA-512
 *   {dkim:rsa}       the record of the lab's DKIM key, {dkim:ed25519} of its Ed25519 key
 */
import { NAME_SERVER } from './places.ts'

export interface Zone {
  readonly name: string
  /** What is special, and what a right sender does about it. */
  readonly about: string
  /** @default 'signed' */
  readonly signing?: 'signed' | 'nsec3' | 'unsigned' | 'expired' | 'wrong-ds' | 'unsigned-with-ds'
  readonly records: string
  /** Delegated to an address where nobody listens. */
  readonly silent?: boolean
  /** One line for each delivery that shows it. */
  readonly mail?: readonly Expectation[]
}

export interface Expectation {
  readonly to: string
  readonly becomes: 'delivered' | 'deferred' | 'bounced' | 'deferred or bounced'
  /** Name of the host that has it in the end. */
  readonly at?: string
  /** How the session that delivered was secured. */
  readonly tls?: 'dane' | 'pkix' | 'encrypted'
  /** Failure code. */
  readonly code?: string
}

const each = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n')
const user = (domain: string): string => `user@${domain}`

export const ZONES: readonly Zone[] = [
  { name: 'auth.test', about: 'holds the address of the name server itself', records: 'ns A 127.88.53.2' },
  {
    name: 'good.test',
    about: 'all is right: two MX by DANE-EE and DANE-TA, SPF, DMARC, DKIM of every kind, NSEC3',
    signing: 'nsec3',
    records: `
      @                   MX     10 mx1
      @                   MX     20 mx2
      @                   A      127.88.0.10
      @                   TXT    "v=spf1 ip4:127.0.0.0/8 include:_spf.good.test -all"
      _spf                TXT    "v=spf1 ip6:::1 ?all"
      _dmarc              TXT    "v=DMARC1; p=reject; adkim=s; aspf=s; rua=mailto:d@good.test"
      _smtp._tls          TXT    "v=TLSRPTv1; rua=mailto:tlsrpt@good.test"
      sel1._domainkey     TXT    {dkim:rsa}
      ed._domainkey       TXT    {dkim:ed25519}
      revoked._domainkey  TXT    "v=DKIM1; k=rsa; p="
      cn._domainkey       CNAME  sel1._domainkey.plain.test.
      mx1                 A      127.88.0.11
      mx1                 TLSA   3 1 1 {spki:mx1}
      mx2                 A      127.88.0.12
      mx2                 TLSA   2 0 1 {cert:ca}
      relay               A      127.0.0.1`,
    mail: [{ to: user('good.test'), becomes: 'delivered', at: 'mx1.good.test', tls: 'dane' }],
  },
  {
    name: 'dane2.test',
    about: 'DANE-TA alone: the authority is in the chain, and the name must fit: deliver, authenticated',
    records: '@ MX 10 mx2.good.test.',
    mail: [{ to: user('dane2.test'), becomes: 'delivered', at: 'mx2.good.test', tls: 'dane' }],
  },
  {
    name: 'postfix.test',
    about: 'a Postfix host with DANE-EE and OpenDKIM behind it',
    records: `
      @   MX    10 mx
      mx  A     127.88.0.17
      mx  TLSA  3 1 1 {spki:postfix}`,
    mail: [{ to: user('postfix.test'), becomes: 'delivered', at: 'mx.postfix.test', tls: 'dane' }],
  },
  {
    name: 'danebad.test',
    about: 'TLSA that matches no certificate: defer, never deliver to this host',
    records: `
      @   MX    10 mx
      @   TXT   "v=spf1 mx -all"
      mx  A     127.88.0.13
      mx  TLSA  3 1 1 ${'0'.repeat(64)}`,
    mail: [{ to: user('danebad.test'), becomes: 'deferred', code: 'tls-required' }],
  },
  {
    name: 'daneunusable.test',
    about: 'only a TLSA record that SMTP cannot use (PKIX-EE): TLS, but not authenticated (RFC 7672 §2.2)',
    records: `
      @   MX    10 mx
      mx  A     127.88.0.13
      mx  TLSA  1 1 1 {spki:mx3}`,
    mail: [{ to: user('daneunusable.test'), becomes: 'delivered', at: 'mx.danebad.test', tls: 'encrypted' }],
  },
  {
    name: 'danemixed.test',
    about: 'a wrong record and an unknown one beside one that matches by SHA-512: deliver, authenticated',
    records: `
      @   MX    10 mx
      mx  A     127.88.0.13
      mx  TLSA  3 1 1 ${'1'.repeat(64)}
      mx  TLSA  3 0 2 {cert512:mx3}
      mx  TLSA  9 9 9 abcd`,
    mail: [{ to: user('danemixed.test'), becomes: 'delivered', at: 'mx.danebad.test', tls: 'dane' }],
  },
  {
    name: 'danecname.test',
    about: 'the MX host is a secure CNAME: TLSA stands at its target (RFC 7672 §2.2.2)',
    records: `
      @   MX     10 mx
      mx  CNAME  mx1.good.test.`,
    mail: [{ to: user('danecname.test'), becomes: 'delivered', at: 'mx1.good.test', tls: 'dane' }],
  },
  {
    name: 'danetlsacname.test',
    about: 'the TLSA record itself is a CNAME: follow it',
    records: `
      @              MX     10 mx
      mx             A      127.88.0.11
      TLSA-OWNER:mx  CNAME  TLSA-OWNER:mx1.good.test.`,
    mail: [{ to: user('danetlsacname.test'), becomes: 'delivered', at: 'mx1.good.test', tls: 'dane' }],
  },
  {
    name: 'tlsabogus.test',
    about: 'MX and address are secure but the TLSA look-up fails: skip the host and defer (RFC 7672 §2.1.2)',
    records: '@ MX 10 mx.tlsahost.test.',
    mail: [{ to: user('tlsabogus.test'), becomes: 'deferred' }],
  },
  { name: 'tlsahost.test', about: 'the host of tlsabogus.test', records: 'mx A 127.88.0.11' },
  {
    name: '_tcp.mx.tlsahost.test',
    about: 'its TLSA records, unsigned below a DS record, so that no answer validates',
    signing: 'unsigned-with-ds',
    records: 'TLSA-HERE TLSA 3 1 1 {spki:mx1}',
  },
  {
    name: 'plain.test',
    about: 'unsigned, so its wrong TLSA record counts for nothing; MTA-STS enforce and the certificate fits: deliver',
    signing: 'unsigned',
    records: `
      @                MX    10 mx
      @                TXT   "v=spf1 ip4:127.0.0.1 -all"
      @                TXT   "some-site-verification=abc"
      _dmarc           TXT   "v=DMARC1; p=none"
      _mta-sts         TXT   "v=STSv1; id=20260101T000000;"
      sel1._domainkey  TXT   {dkim:rsa}
      mx               A     127.88.0.14
      mx               TLSA  3 1 1 ${'4'.repeat(64)}
      mta-sts          A     127.88.0.20`,
    mail: [{ to: user('plain.test'), becomes: 'delivered', at: 'mx.plain.test', tls: 'pkix' }],
  },
  {
    name: 'sts.test',
    about: 'MTA-STS enforce, one host with a certificate for another name, one not in the policy: never deliver',
    signing: 'unsigned',
    records: `
      @           MX   10 mx
      @           MX   20 notlisted
      _mta-sts    TXT  "v=STSv1; id=1;"
      _smtp._tls  TXT  "v=TLSRPTv1; rua=https://mta-sts.sts.test/tlsrpt"
      mx          A    127.88.0.15
      notlisted   A    127.88.0.16
      mta-sts     A    127.88.0.20`,
    mail: [{ to: user('sts.test'), becomes: 'deferred', code: 'tls-required' }],
  },
  {
    name: 'ststesting.test',
    about: 'MTA-STS testing mode and a certificate for another name: deliver, and report',
    signing: 'unsigned',
    records: `
      @           MX   10 mx.sts.test.
      _mta-sts    TXT  "v=STSv1; id=1;"
      _smtp._tls  TXT  "v=TLSRPTv1; rua=mailto:tlsrpt@ststesting.test"
      mta-sts     A    127.88.0.20`,
    mail: [{ to: user('ststesting.test'), becomes: 'delivered', at: 'mx.sts.test', tls: 'encrypted' }],
  },
  {
    name: 'stsredirect.test',
    about: 'the policy host redirects, which is not followed (RFC 8461 §3.3): there is no policy; deliver',
    signing: 'unsigned',
    records: `
      @         MX   10 mx.sts.test.
      _mta-sts  TXT  "v=STSv1; id=1;"
      mta-sts   A    127.88.0.20`,
    mail: [{ to: user('stsredirect.test'), becomes: 'delivered', at: 'mx.sts.test', tls: 'encrypted' }],
  },
  {
    name: 'nullmx.test',
    about: 'null MX (RFC 7505): permanent failure at once, no connection',
    records: `
      @  MX   0 .
      @  TXT  "v=spf1 -all"`,
    mail: [{ to: user('nullmx.test'), becomes: 'bounced', code: 'null-mx' }],
  },
  {
    name: 'nullmxbad.test',
    about: 'null MX beside a real one, which RFC 7505 §3 forbids: the root is no host to connect to',
    records: `
      @  MX  0 .
      @  MX  10 mx1.good.test.`,
    mail: [{ to: user('nullmxbad.test'), becomes: 'delivered', at: 'mx1.good.test' }],
  },
  {
    name: 'nomx.test',
    about: 'no MX but an address: deliver to the address (implicit MX, RFC 5321 §5.1)',
    records: '@ A 127.88.0.14',
    mail: [{ to: user('nomx.test'), becomes: 'delivered', at: 'mx.plain.test' }],
  },
  {
    name: 'nothing.test',
    about: 'the name exists, with neither MX nor address: permanent failure',
    records: '@ TXT "no address, no mx"',
    mail: [{ to: user('nothing.test'), becomes: 'bounced', code: 'no-mail-host' }],
  },
  {
    name: 'mxip.test',
    about: 'the MX names an IP address, which is no host: permanent failure',
    records: '@ MX 10 127.88.0.14.',
    mail: [{ to: user('mxip.test'), becomes: 'bounced', code: 'bad-destination' }],
  },
  {
    name: 'mxnx.test',
    about: 'the first MX does not exist: deliver to the second',
    records: `
      @  MX  10 nosuch
      @  MX  20 mx1.good.test.`,
    mail: [{ to: user('mxnx.test'), becomes: 'delivered', at: 'mx1.good.test' }],
  },
  {
    name: 'mxbogus.test',
    about: 'the address of the first MX fails validation: deliver to the second, never bounce',
    records: `
      @  MX  10 mx.bogus.test.
      @  MX  20 mx1.good.test.`,
    mail: [{ to: user('mxbogus.test'), becomes: 'delivered', at: 'mx1.good.test' }],
  },
  {
    name: 'cname.test',
    about: 'aliases: three in a row at the host, one at the domain, one that never ends, twenty in a row',
    records: `
      @       MX     10 c1
      c1      CNAME  c2
      c2      CNAME  c3
      c3      CNAME  mx1.good.test.
      dom     CNAME  good.test.
      loop    MX     10 l1
      l1      CNAME  l2
      l2      CNAME  l1
      deep    MX     10 long0
      long20  A      127.88.0.14
      ${each(20, i => `long${i} CNAME long${i + 1}`)}`,
    mail: [
      { to: user('cname.test'), becomes: 'delivered', at: 'mx1.good.test' },
      { to: user('dom.cname.test'), becomes: 'delivered', at: 'mx1.good.test' },
      { to: user('loop.cname.test'), becomes: 'deferred or bounced' },
      { to: user('deep.cname.test'), becomes: 'deferred or bounced' },
    ],
  },
  {
    name: 'wild.test',
    about: 'a wildcard: any name below it has its MX',
    records: `
      @  MX   10 mx1.good.test.
      *  MX   10 mx1.good.test.
      *  TXT  "v=spf1 -all"`,
    mail: [{ to: user('foo.wild.test'), becomes: 'delivered', at: 'mx1.good.test' }],
  },
  {
    name: 'big.test',
    about:
      'answers too long for UDP are asked for again over TCP; sixty hosts that do not listen: defer in bounded time',
    records: `
      @ TXT "v=spf1 a:mx1.good.test -all"
      ${each(12, i => `@ TXT "${String(i).padStart(3, '0')}-${'x'.repeat(200)}"`)}
      ${each(60, i => `many MX ${i} mx${i}.many.big.test.`)}
      ${each(60, i => `mx${i}.many A 127.88.1.${i + 1}`)}
      last MX 10 mx1.good.test.
      ${each(59, i => `last MX ${i + 20} mx${i}.many.big.test.`)}`,
    mail: [
      { to: user('many.big.test'), becomes: 'deferred', code: 'host-unreachable' },
      { to: user('last.big.test'), becomes: 'delivered', at: 'mx1.good.test' },
    ],
  },
  {
    name: 'spfloop.test',
    about:
      'SPF faults: includes itself; i0 needs more than ten look-ups; two has two records; void has three void look-ups',
    records: `
      @     TXT  "v=spf1 include:spfloop.test -all"
      two   TXT  "v=spf1 -all"
      two   TXT  "v=spf1 +all"
      void  TXT  "v=spf1 a:x1.nothing.test a:x2.nothing.test a:x3.nothing.test -all"
      ${each(15, i => `i${i} TXT "v=spf1 include:i${i + 1}.spfloop.test -all"`)}`,
  },
  {
    name: 'bogus.test',
    about: 'its DS matches no key, so every answer is SERVFAIL: temporary failure, never "no such domain"',
    signing: 'wrong-ds',
    records: `
      @   MX   10 mx
      @   TXT  "v=spf1 -all"
      mx  A    127.88.0.11`,
    mail: [{ to: user('bogus.test'), becomes: 'deferred', code: 'dns-trouble' }],
  },
  {
    name: 'expired.test',
    about: 'signatures that ended years ago, so every answer is SERVFAIL: temporary failure',
    signing: 'expired',
    records: `
      @   MX  10 mx
      mx  A   127.88.0.11`,
    mail: [{ to: user('expired.test'), becomes: 'deferred', code: 'dns-trouble' }],
  },
  {
    name: 'lame.test',
    about: 'its name server does not answer: temporary failure, in bounded time',
    signing: 'unsigned',
    silent: true,
    records: '@ A 127.0.0.1',
    mail: [{ to: user('lame.test'), becomes: 'deferred', code: 'dns-trouble' }],
  },
  {
    name: 'xn--mnchen-3ya.test',
    about: 'an internationalised domain: deliver to its A-label',
    records: '@ MX 10 mx1.good.test.',
    mail: [{ to: user('münchen.test'), becomes: 'delivered', at: 'mx1.good.test' }],
  },
  {
    name: 'xn--hxajbheg2az3al.xn--jxalpdlp',
    about: 'an internationalised domain below an internationalised top: deliver to its A-label',
    records: '@ MX 10 mx1.good.test.',
    mail: [{ to: user('παράδειγμα.δοκιμή'), becomes: 'delivered', at: 'mx1.good.test' }],
  },
  {
    name: 'forum.example.org',
    about: 'the sender of a client that writes from an address beyond ASCII',
    records: `
      @                TXT  "v=spf1 ip4:127.0.0.0/8 -all"
      @                MX   10 mx1.good.test.
      sel1._domainkey  TXT  {dkim:rsa}
      ed._domainkey    TXT  {dkim:ed25519}`,
  },
  {
    name: '0.0.127.in-addr.arpa',
    about: 'reverse names: right, two for .77, one for .78 that does not resolve back, none for .99',
    signing: 'unsigned',
    records: `
      1   PTR  relay.good.test.
      77  PTR  a.multi.test.
      77  PTR  b.multi.test.
      78  PTR  no-forward.good.test.`,
  },
  {
    name: '88.127.in-addr.arpa',
    about: 'reverse names of the mail hosts',
    signing: 'unsigned',
    records: `
      11.0  PTR  mx1.good.test.
      12.0  PTR  mx2.good.test.
      14.0  PTR  mx.plain.test.
      17.0  PTR  mx.postfix.test.`,
  },
]

/** Mail to a name outside every zone: the answer is NXDOMAIN, authenticated. */
export const ELSEWHERE: readonly Expectation[] = [
  { to: user('no-such.test'), becomes: 'bounced', code: 'no-such-domain' },
]

export function zoneHeader(name: string): string {
  const origin = name === '.' ? '.' : `${name}.`
  return `$ORIGIN ${origin}\n$TTL 300\n@ SOA ${NAME_SERVER} hostmaster.${NAME_SERVER} 2026010101 3600 600 86400 60\n@ NS ${NAME_SERVER}\n`
}
