import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { createFakeDns } from '../testing/fake-dns.ts'
import { evaluateSpf } from './mailauth.ts'
import { adviseSpf, termFor, termsOf } from './spf-record.ts'
import { isTerm } from './spf-term.ts'

const mergeSpf = (published: readonly string[], addresses: readonly string[]): string =>
  adviseSpf(published, { addresses }).record

suite('the SPF record to publish', () => {
  test('a domain without one gets our addresses and ~all', () => {
    assert.equal(mergeSpf([], ['203.0.113.5', '2001:db8::5']), 'v=spf1 ip4:203.0.113.5 ip6:2001:db8::5 ~all')
  })

  test('our address goes in front of what is there, and the rest stays as it is', () => {
    assert.equal(
      mergeSpf(['v=spf1 include:_spf.google.com ~all'], ['203.0.113.5']),
      'v=spf1 ip4:203.0.113.5 include:_spf.google.com ~all',
    )
    assert.equal(
      mergeSpf(['v=spf1 exists:%{i}.X.example.net redirect=_spf.example.net'], ['203.0.113.5']),
      'v=spf1 ip4:203.0.113.5 exists:%{i}.X.example.net redirect=_spf.example.net',
    )
  })

  test('a term that refuses our address goes, because ours says the contrary', () => {
    assert.equal(mergeSpf(['v=spf1 -ip4:203.0.113.5 mx -all'], ['203.0.113.5']), 'v=spf1 ip4:203.0.113.5 mx -all')
  })

  test('two records become one, and the first end of them holds (RFC 7208 §3.2)', () => {
    assert.equal(
      mergeSpf(['v=spf1 mx ~all', 'v=spf1 a MX include:a.example -all'], ['203.0.113.5']),
      'v=spf1 ip4:203.0.113.5 mx a include:a.example ~all',
    )
  })

  test('what no reader understands and nobody can guess is left out, because it voids the record (RFC 7208 §4.6)', () => {
    const { record, changes } = adviseSpf(['v=spf1 ip4:192.0.2.300 foo:bar x:y mx -all'], { addresses: [] })
    assert.equal(record, 'v=spf1 mx -all')
    assert.deepEqual(changes, [
      'ip4:192.0.2.300 is taken out: no receiver knows it',
      'foo:bar is taken out: no receiver knows it',
      'x:y is taken out: no receiver knows it',
    ])
  })

  for (const [what, [wrong, right]] of Object.entries({
    'an address under another name': [
      'v=spf1 ip:192.0.2.1 ipv4:192.0.2.0/24 -ipv6=2001:db8::1 ~all',
      'v=spf1 ip4:192.0.2.1 ip4:192.0.2.0/24 -ip6:2001:db8::1 ~all',
    ],
    'an address of the other family': [
      'v=spf1 ip4:2001:db8::/32 ip6:192.0.2.1 ~all',
      'v=spf1 ip6:2001:db8::/32 ip4:192.0.2.1 ~all',
    ],
    'an address where a name belongs': [
      'v=spf1 a:192.0.2.1 mx:2001:db8::1 include:192.0.2.7 192.0.2.9 ~all',
      'v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 ip4:192.0.2.7 ip4:192.0.2.9 ~all',
    ],
    'a prefix that cannot be': [
      'v=spf1 ip4:192.0.2.1/33 ip6:2001:db8::1/129 a/40 mx:a.test/ ip4:192.0.2.8/08 ~all',
      'v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 a mx:a.test ip4:192.0.2.8/8 ~all',
    ],
    'commas in place of spaces': [
      'v=spf1,ip4:192.0.2.1,include:a.test,include:b.test,-all',
      'v=spf1 ip4:192.0.2.1 include:a.test include:b.test -all',
    ],
    'commas and spaces': [
      'v=spf1 include:a.test, include:b.test; mx, ~all',
      'v=spf1 include:a.test include:b.test mx ~all',
    ],
    'a list after one name': [
      'v=spf1 ip4:192.0.2.1,192.0.2.2 include:a.test,b.test -all',
      'v=spf1 ip4:192.0.2.1 ip4:192.0.2.2 include:a.test include:b.test -all',
    ],
    'a space too many': ['v=spf1 include: a.test ip4 :192.0.2.1 -all', 'v=spf1 include:a.test ip4:192.0.2.1 -all'],
    'a space too few': ['v=spf1 ip4:192.0.2.1-all', 'v=spf1 ip4:192.0.2.1 -all'],
    '= in place of :, and : in place of =': [
      'v=spf1 include=a.test redirect:b.test',
      'v=spf1 include:a.test redirect=b.test',
    ],
    'the address of a page or of a mailbox': [
      'v=spf1 include:https://a.test/ include:@b.test a:c.test. -all',
      'v=spf1 include:a.test include:b.test a:c.test. -all',
    ],
    'marks that a word processor makes': ['“v=spf1 include:a.test\u00a0mx –all”', 'v=spf1 include:a.test mx -all'],
    tabs: ['v=spf1\tinclude:a.test\t~all', 'v=spf1 include:a.test ~all'],
    'two signs before a word': ['v=spf1 mx ~-all', 'v=spf1 mx ~all'],
    'a redirect twice': ['v=spf1 redirect=a.test redirect=b.test', 'v=spf1 redirect=a.test'],
    'a version that ends otherwise': ['v=spf1; include:a.test -all', 'v=spf1 include:a.test -all'],
  } as Readonly<Record<string, readonly [string, string]>>))
    test(`mends ${what}, and keeps every sender and the last word of the owner`, () => {
      const { record, replaces, changes } = adviseSpf(['site=1', wrong], { addresses: [] })
      assert.equal(record, right)
      assert.deepEqual(replaces, [wrong])
      assert.ok(changes.length > 0)
      assert.ok(termsOf(record).every(isTerm))
      assert.deepEqual(adviseSpf([record], { addresses: [] }), { record, replaces: [record], changes: [] })
    })

  test('a record that is right is not touched, and nothing is said of it', () => {
    for (const record of [
      'v=spf1 -all',
      'v=spf1 include:a,b.test ~all',
      'v=spf1 exists:%{l1r,}.a.test mx ?all x=a,b',
      'v=spf1',
      'v=spf1 x= mx y=: ~all',
    ])
      assert.deepEqual(adviseSpf([record], { addresses: [] }), { record, replaces: [record], changes: [] })
  })

  test('what looks like another thing is none of it', () => {
    for (const text of ['spf2.0/pra mx -all', 'v=spf10 mx', 'v=DMARC1; p=none', 'my v=spf1 record', 'v=spf1a mx'])
      assert.deepEqual(adviseSpf([text], { addresses: ['203.0.113.5'] }).replaces, [])
  })

  test('without an address it is the host that is named', () => {
    const { record } = adviseSpf([], { addresses: [], hostname: 'mail.example.com' })
    assert.equal(record, 'v=spf1 a:mail.example.com ~all')
  })

  test('whatever stood there, the merged record is one record that passes for our address, and merging again changes nothing', async () => {
    const term = fc.oneof(
      fc.constantFrom(
        'mx',
        '-mx',
        'a:a.test',
        'ip4:198.51.100.0/24',
        '-ip4:203.0.113.5',
        '+all',
        '~ALL',
        '-all',
        '?all',
      ),
      fc.constantFrom(
        'redirect=none.test',
        'exp=e.test',
        'include:none.test',
        'ipv4:1.2.3.4',
        'a/',
        'x',
        '%{z}',
        'ptr',
      ),
      fc.string({ maxLength: 8 }).filter(text => !text.includes(' ')),
    )
    const record = fc.array(term, { maxLength: 6 }).map(terms => ['v=spf1', ...terms].join(' '))
    const address = fc.constantFrom('203.0.113.5', '2001:db8::5')
    await fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 3 }), address, async (records, address) => {
        const merged = mergeSpf(records, [address])
        assert.ok(merged.startsWith(`v=spf1 ${termFor(address)}`))
        assert.equal(mergeSpf([merged], [address]), merged)
        assert.ok(termsOf(merged).every(isTerm), merged)
        const resolver = createFakeDns({ 'example.com': { TXT: merged } })
        const asking = { resolver, signal: new AbortController().signal }
        const seen = await evaluateSpf(asking, { sender: 'a@example.com', helo: 'mail.example.com', address })
        assert.equal(seen.result, 'pass', `${merged}: ${seen.problem}`)
      }),
      { numRuns: 300 },
    )
  })
})
