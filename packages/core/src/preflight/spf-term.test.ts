/** Good and bad terms, read off the grammar of RFC 7208 §12. */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { isTerm } from './spf-term.ts'

const GOOD: Readonly<Record<string, readonly string[]>> = {
  'directive = [ qualifier ] mechanism': ['all', '+all', '-all', '~all', '?all', 'ALL', '-MX', '~ip4:192.0.2.1'],
  'include = "include" ":" domain-spec': [
    'include:a.test',
    'include:_spf.a.test',
    'include:a.test.',
    '-Include:A.Test',
  ],
  'A = "a" [ ":" domain-spec ] [ dual-cidr-length ]': [
    'a',
    'a/24',
    'a//64',
    'a/24//64',
    'a:a.test',
    'a:a.test/0',
    'a:a.test/32//128',
    'a:a.test//0',
  ],
  'MX = "mx" [ ":" domain-spec ] [ dual-cidr-length ]': ['mx', 'mx/8', 'mx//1', 'mx:a.test/24//64', '?mx:%{d}'],
  'PTR = "ptr" [ ":" domain-spec ]': ['ptr', 'ptr:a.test', '-ptr:%{d2}'],
  'IP4 = "ip4" ":" ip4-network [ ip4-cidr-length ]': [
    'ip4:0.0.0.0/0',
    'ip4:192.0.2.255',
    'IP4:192.0.2.0/24',
    'ip4:1.2.3.4/32',
    'ip4:1.2.3.4/9',
  ],
  'IP6 = "ip6" ":" ip6-network [ ip6-cidr-length ]': [
    'ip6:::/0',
    'ip6:2001:db8::1',
    'ip6:2001:DB8::/128',
    'ip6:::ffff:192.0.2.1/100',
    'ip6:1:2:3:4:5:6:7:8/7',
  ],
  'exists = "exists" ":" domain-spec': ['exists:%{i}.a.test', 'exists:%{ir}.%{v}._spf.%{d2}', 'exists:%{L3R+-}.a.test'],
  'redirect, exp': ['redirect=a.test', 'exp=e.%{d}', 'REDIRECT=a.test', 'exp=%{d}'],
  'unknown-modifier = name "=" macro-string': ['x=', 'x=1', 'a-b_c.d=%{s}%%%_%-!', 'default=deny', 'ra=postmaster'],
  'macro-literal': ['include:a"b.test', 'exists:a/b.test', 'include:a,b.test', 'exists:%%.a.test', 'exists:a.%_'],
  toplabel: ['include:a.x1', 'include:a.1x', 'include:a.1-1', 'include:a.xn--p1ai', 'include:.a'],
}

const BAD: Readonly<Record<string, readonly string[]>> = {
  'no mechanism of that name': [
    'foo',
    'ip:192.0.2.1',
    'ipv4:192.0.2.1',
    'include',
    'exists',
    'ip4',
    'ip6',
    '192.0.2.1',
  ],
  'a name glued to something': ['all:x', 'all/24', 'all.', 'alls', 'a.test', 'mx.a.test', 'ptr/24', 'ptr:a.test/24'],
  'a qualifier too many or too strange': [
    '--all',
    '-~all',
    '!all',
    '*all',
    '- all',
    '-',
    '+',
    '–all',
    '-x=1',
    '+redirect=a.test',
  ],
  'no domain-spec': ['include:', 'exists:', 'a:', 'mx:', 'ptr:', 'a:/24', 'mx://64', 'redirect=', 'exp='],
  'a domain-spec without a top label': [
    'include:localhost',
    'include:a.test..',
    'include:192.0.2.1',
    'a:192.0.2.1',
    'include:a.123',
    'include:a.-b',
    'include:a.b-',
    'include:a.b_c',
    'redirect=com',
    'include:a.b,c',
    'include:a.tést',
    'include:https://a.test/',
  ],
  'an address that is none': [
    'ip4:',
    'ip4:192.0.2',
    'ip4:192.0.2.256',
    'ip4:192.0.2.01',
    'ip4:192.0.2.1.5',
    'ip4:2001:db8::1',
    'ip6:192.0.2.1',
    'ip6:2001:db8::1::2',
    'ip6:fe80::1%eth0',
    'ip6:12345::',
    'ip4:a.test',
  ],
  'a prefix that cannot be': [
    'ip4:192.0.2.1/33',
    'ip4:192.0.2.1/',
    'ip4:192.0.2.1/024',
    'ip4:192.0.2.1/00',
    'ip4:192.0.2.1//64',
    'ip4:192.0.2.1/-1',
    'ip4:192.0.2.1/24/24',
    'ip4:192.0.2.1/255.255.255.0',
    'ip6:2001:db8::/129',
    'ip6:2001:db8::/064',
    'ip6:2001:db8::/1000',
    'a/33',
    'a/',
    'a//',
    'a//129',
    'a/024',
    'a/24/64',
    'a/24//',
    'a:a.test/33',
    'mx/24//0128',
    'mx//64/24',
  ],
  'a macro that is none': [
    'exists:%',
    'exists:%a.test',
    'exists:%{}.a.test',
    'exists:%{x}.a.test',
    'exists:%{i.a.test',
    'exists:%{i0}.a.test',
    'exists:%{i00r}.a.test',
    'exists:%{ri}.a.test',
    'exists:%{i:}.a.test',
    'exists:%{c}.a.test',
    'exists:%{r}.a.test',
    'exists:%{t}.a.test',
    'exists:% .a.test',
    'x=%',
    'x=%{z}',
  ],
  'a name of a modifier that is none': ['=x', '1x=y', '-x=y', '_x=y', 'x y=z', 'x:y=z', 'é=x'],
  'octets that may not stand there': [
    '',
    ' ',
    'include:a.test\t',
    'a\u00a0',
    'x=\u00e9',
    'x=a b',
    'include:a\u0000.test',
    'x=\u007f',
  ],
}

suite('a term of an SPF record', () => {
  for (const [rule, terms] of Object.entries(GOOD))
    test(`is good: ${rule}`, () => {
      for (const term of terms) assert.ok(isTerm(term), term)
    })
  for (const [what, terms] of Object.entries(BAD))
    test(`is bad: ${what}`, () => {
      for (const term of terms) assert.ok(!isTerm(term), JSON.stringify(term))
    })

  test('is never anything with a space, whatever else it holds', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => assert.ok(!isTerm(`${a} ${b}`))))
  })
})
