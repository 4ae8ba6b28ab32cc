/** Faults of SPF, DKIM and DMARC, one at a time. */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { dkimRecord } from '@postrider/core'
import type { NameLiteral, ZoneLiteral } from '@postrider/core/testing'
import { SPF, V4, V6 } from '../../support/healthy-zone.ts'
import { amiss, DKIM, examine, type Fault, HEALTHY, KEY, SECOND, SHORT, testFault } from './world.ts'

const spf = (...TXT: string[]): ZoneLiteral => ({ 'example.com': { ...HEALTHY['example.com'], TXT } })
const dkim = (...TXT: string[]): ZoneLiteral => ({ [DKIM.name]: { TXT } })
const dmarc = (...TXT: string[]): ZoneLiteral => ({ '_dmarc.example.com': { TXT } })
const helo = (change: NameLiteral): ZoneLiteral => ({ 'mail.example.com': { A: V4, AAAA: V6, ...change } })
const includes = Array.from({ length: 11 }, (_, index) => `include:s${index}.test`)
const included = Object.fromEntries(includes.map(term => [term.slice(8), { TXT: 'v=spf1 ip4:192.0.2.1' }]))
const second = dkimRecord(SECOND)

const FAULTS: Readonly<Record<string, Fault>> = {
  'no SPF record': { zone: spf('other'), finds: 'spf.exists' },
  'two SPF records': { zone: spf(SPF, 'v=spf1 mx -all'), finds: 'spf.one-record' },
  'an SPF mechanism that does not exist': { zone: spf(`v=spf1 ip:${V4} ip6:${V6} -all`), finds: 'spf.syntax' },
  'an SPF address that is none': { zone: spf(`${SPF} ip4:203.0.113`), finds: 'spf.syntax' },
  'an SPF prefix that is too long': { zone: spf(`v=spf1 ip4:${V4}/33 ip6:${V6} -all`), finds: 'spf.syntax' },
  'an SPF record with commas': { zone: spf(`v=spf1,ip4:${V4},ip6:${V6},-all`), finds: 'spf.syntax' },
  'an SPF record with a semicolon after its version': {
    zone: spf(`v=spf1; ip4:${V4} ip6:${V6} -all`),
    finds: 'spf.syntax',
  },
  'an SPF list with commas inside a name': {
    zone: {
      ...spf(`v=spf1 include:a.test,include:b.test -all`),
      'a.test': { TXT: `v=spf1 ip4:${V4} ~all` },
      'b.test': { TXT: `v=spf1 ip6:${V6} ~all` },
    },
    finds: 'spf.syntax',
  },
  'an SPF redirect to nowhere': { zone: spf('v=spf1 redirect=none.test'), finds: 'spf.syntax' },
  'SPF without IPv4': { zone: spf(`v=spf1 ip6:${V6} -all`), finds: 'spf.covers-egress' },
  'SPF without IPv6': { zone: spf(`v=spf1 ip4:${V4} -all`), finds: 'spf.covers-egress' },
  'SPF of another host': { zone: spf('v=spf1 ip4:198.51.100.1 -all'), finds: 'spf.covers-egress' },
  'SPF softfail': { zone: spf('v=spf1 ~all'), finds: 'spf.covers-egress' },
  'SPF neutral': { zone: spf('v=spf1 ?all'), finds: 'spf.covers-egress' },
  'SPF that only refuses': { zone: spf('v=spf1 -all'), finds: 'spf.covers-egress' },
  'SPF that lets everyone pass': { zone: spf(`v=spf1 ip4:${V4} ip6:${V6} +all`), finds: 'spf.all' },
  'SPF that lets everyone pass by default': { zone: spf(`v=spf1 all ip4:${V4} ip6:${V6}`), finds: 'spf.all' },
  'SPF that names the whole world': { zone: spf(`v=spf1 ip4:${V4} ip6:${V6} ip4:0.0.0.0/0 -all`), finds: 'spf.all' },
  'SPF that names the world in two halves': {
    zone: spf(`v=spf1 ip4:${V4} ip6:${V6} ip4:0.0.0.0/1 +ip4:128.0.0.0/1 ip6:::/0 -all`),
    finds: 'spf.all',
  },
  'SPF that names the world around its mail host': {
    zone: spf(`v=spf1 ip4:${V4} ip6:${V6} mx/1 -all`),
    finds: 'spf.all',
  },
  'an SPF include of somebody else that lets everyone pass': {
    zone: { ...spf(`v=spf1 ip4:${V4} ip6:${V6} include:a.test -all`), 'a.test': { TXT: 'v=spf1 +all' } },
    finds: 'spf.all',
    mended: { says: /ask the owner of a\.test/, by: { zone: { 'a.test': { TXT: 'v=spf1 ip4:192.0.2.1' } } } },
  },
  'SPF with ptr': { zone: spf(`v=spf1 ip4:${V4} ip6:${V6} ptr ?ptr:example.com -all`), finds: 'spf.ptr' },
  'SPF with more than ten addresses behind mx': {
    zone: {
      ...spf(`v=spf1 ip4:${V4} ip6:${V6} mx -all`),
      'mx.example.com': { A: Array.from({ length: 11 }, (_, index) => `203.0.113.${100 + index}`) },
    },
    finds: 'spf.lookups',
    mended: {
      says: /name the networks of mx with ip4: and ip6: in its place/,
      by: { zone: spf(`v=spf1 ip4:${V4} ip6:${V6} ip4:203.0.113.100/28 -all`) },
    },
  },
  'SPF without a last word': { zone: spf(`v=spf1 ip4:${V4} ip6:${V6}`), finds: 'spf.all', level: 'note' },
  'SPF that leads to a record without a last word': {
    zone: { ...spf('v=spf1 redirect=a.test'), 'a.test': { TXT: `v=spf1 ip4:${V4} ip6:${V6} ?all` } },
    finds: 'spf.all',
    level: 'note',
  },
  'too many SPF look-ups': {
    zone: { ...spf(`v=spf1 ip4:${V4} ip6:${V6} ${includes.join(' ')} -all`), ...included },
    finds: 'spf.lookups',
    mended: {
      says: /take out .*include:s10\.test \(1\)/,
      by: { zone: spf(`v=spf1 ip4:${V4} ip6:${V6} ${includes[0]} -all`) },
    },
  },
  'too many SPF look-ups before ours': {
    zone: { ...spf(`v=spf1 ${includes.join(' ')} -all`), ...included },
    finds: 'spf.lookups',
    // The addresses are told by the next look, once the record can be read to its end.
    mended: { says: /take out .*include:s0\.test \(1\)/, by: { zone: spf(`v=spf1 ${includes[0]} -all`) } },
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
  'an SPF include of somebody else that includes nothing': {
    zone: { ...spf(`v=spf1 ip4:${V4} ip6:${V6} include:a.test -all`), 'a.test': { TXT: 'v=spf1 include:none.test' } },
    finds: 'spf.includes',
    mended: { says: /ask the owner of a\.test/, by: { zone: { 'a.test': { TXT: 'v=spf1 ip4:192.0.2.1' } } } },
  },
  'an EHLO name whose SPF refuses': { zone: helo({ TXT: 'v=spf1 -all' }), finds: 'spf.helo' },
  'an EHLO name whose SPF cannot be read': { zone: helo({ TXT: 'v=spf1 nonsense' }), finds: 'spf.helo' },
  'an EHLO name without SPF': { zone: helo({}), finds: 'spf.helo', level: 'note' },
  'no DKIM record': { zone: { [DKIM.name]: {} }, finds: 'dkim.published' },
  'a revoked DKIM key': { zone: dkim('v=DKIM1; p='), finds: 'dkim.published' },
  'a DKIM record without a key': { zone: dkim('v=DKIM1; k=rsa'), finds: 'dkim.published' },
  'a DKIM record of the future': { zone: dkim(DKIM.value.replace('DKIM1', 'DKIM2')), finds: 'dkim.published' },
  'a DKIM record that is no tag list': { zone: dkim('MIIBIjANBgkq'), finds: 'dkim.published' },
  'a DKIM tag twice': { zone: dkim(`${DKIM.value}; p=`), finds: 'dkim.published' },
  'a DKIM key of another type': { zone: dkim(DKIM.value.replace('k=rsa', 'k=ed25519')), finds: 'dkim.published' },
  'a DKIM key for SHA-1 only': { zone: dkim(`h=sha1; ${DKIM.value.slice(9)}`), finds: 'dkim.published' },
  'a DKIM key not for mail': { zone: dkim(`${DKIM.value}; s=tlsrpt`), finds: 'dkim.published' },
  'a DKIM record whose version does not stand first': {
    zone: dkim(`${DKIM.value.slice('v=DKIM1; '.length)}; v=DKIM1`),
    finds: 'dkim.published',
  },
  'a DKIM key in testing': { zone: dkim(`${DKIM.value}; t=s:y`), finds: 'dkim.testing' },
  'the DKIM key of somebody else': { zone: dkim(second.value), finds: 'dkim.matches' },
  'a truncated DKIM key': { zone: dkim(DKIM.value.slice(0, 255)), finds: 'dkim.matches' },
  'two DKIM records': { zone: dkim(DKIM.value, second.value), finds: 'dkim.matches' },
  'a second DKIM key that is not published': { keys: [KEY, SECOND], finds: 'dkim.published' },
  'a short DKIM key': {
    zone: dkim(dkimRecord(SHORT).value),
    keys: [SHORT],
    finds: 'dkim.length',
    mended: {
      says: /postrider keygen example\.com --selector s2; publish .* name that key in dkim/,
      by: { zone: { [second.name]: { TXT: second.value } }, keys: [SECOND] },
    },
  },
  'no DKIM key': {
    keys: [],
    finds: 'dkim.configured',
    mended: { says: /postrider init --domain example\.com/, by: { keys: [KEY] } },
  },
  'no DMARC record': { zone: { '_dmarc.example.com': {} }, finds: 'dmarc.exists' },
  'two DMARC records': { zone: dmarc('v=DMARC1; p=none', 'v=DMARC1; p=reject'), finds: 'dmarc.one-record' },
  'a DMARC policy that does not exist': { zone: dmarc('v=DMARC1; p=block'), finds: 'dmarc.syntax' },
  'DMARC without a policy': { zone: dmarc('v=DMARC1; rua=mailto:dmarc@example.com'), finds: 'dmarc.syntax' },
  'a DMARC version in small letters': { zone: dmarc('v=dmarc1; p=reject'), finds: 'dmarc.syntax' },
  'a DMARC tag twice': { zone: dmarc('v=DMARC1; p=none; p=reject'), finds: 'dmarc.syntax' },
  'a DMARC record that begins with its policy': {
    zone: dmarc('p=reject; v=DMARC1; rua=mailto:dmarc@example.com'),
    finds: 'dmarc.syntax',
  },
  'a DMARC policy with a slip of the pen': {
    zone: dmarc('v=DMARC1; p=rejected; rua=mailto:dmarc@example.com'),
    finds: 'dmarc.syntax',
  },
  'a DMARC record with commas': {
    zone: dmarc('v=DMARC1, p=reject, rua=mailto:dmarc@example.com'),
    finds: 'dmarc.syntax',
  },
  'a DMARC alignment that does not exist': {
    zone: dmarc('v=DMARC1; p=reject; adkim=x; aspf=strict; rua=mailto:dmarc@example.com'),
    finds: 'dmarc.syntax',
  },
  'a DMARC share that is no number': {
    zone: dmarc('v=DMARC1; p=reject; pct=all; rua=mailto:dmarc@example.com'),
    finds: 'dmarc.syntax',
  },
  'a DMARC policy for a share of the mail': {
    zone: dmarc('v=DMARC1; p=reject; pct=20; rua=mailto:dmarc@example.com'),
    finds: 'dmarc.policy',
    level: 'note',
  },
  'a DMARC policy in testing': {
    zone: dmarc('v=DMARC1; p=reject; t=y; rua=mailto:dmarc@example.com'),
    finds: 'dmarc.policy',
    level: 'note',
  },
  'a DMARC policy that is weaker below the domain': {
    zone: dmarc('v=DMARC1; p=reject; sp=none; np=quarantine; rua=mailto:dmarc@example.com'),
    finds: 'dmarc.policy',
    level: 'note',
  },
  'DMARC that only watches': {
    zone: dmarc('v=DMARC1; p=none; rua=mailto:dmarc@example.com'),
    finds: 'dmarc.policy',
    level: 'note',
  },
  'DMARC that only sets aside': {
    zone: dmarc('v=DMARC1; p=quarantine; sp=none; rua=mailto:dmarc@example.com'),
    finds: 'dmarc.policy',
    level: 'note',
  },
  'DMARC without reports': { zone: dmarc('v=DMARC1; p=reject'), finds: 'dmarc.reports', level: 'note' },
  'DMARC reports to strangers': {
    zone: dmarc('v=DMARC1; p=reject; rua=mailto:a@reports.test'),
    finds: 'dmarc.reports',
  },
  'DMARC reports to no mailbox': { zone: dmarc('v=DMARC1; p=reject; rua=dmarc@example.com'), finds: 'dmarc.reports' },
}

suite('the doctor in a world of faults of SPF, DKIM and DMARC', () => {
  test('finds nothing in the healthy world', async () => {
    const report = await examine({})
    assert.deepEqual(amiss(report), [])
    assert.equal(report.worst, 'ok')
    assert.ok(report.checks.length >= 20)
    for (const { provider, demand, status } of report.providers)
      assert.ok(status === 'met' || status === 'not-checkable', `${provider}: ${demand}: ${status}`)
  })

  for (const [name, fault] of Object.entries(FAULTS)) testFault(name, fault)

  test('says unknown, and never worse, when no name server answers', async () => {
    const dead = Object.fromEntries(Object.keys(HEALTHY).map(name => [name, { fail: 'servfail' as const }]))
    const report = await examine({ zone: { ...dead, '*.spamhaus.org': { fail: 'timeout' } } })
    assert.deepEqual(
      report.checks.filter(({ level }) => level === 'fail' || level === 'warn'),
      [],
    )
    assert.ok(new Set(amiss(report).map(({ id }) => id)).size > 8)
  })
})
