import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { createFakeDns } from '../testing/fake-dns.ts'
import { evaluateSpf } from './mailauth.ts'
import { isTerm, mergeSpf, termFor } from './spf-record.ts'

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

  test('what no reader understands is left out, because it voids the record (RFC 7208 §4.6)', () => {
    assert.equal(mergeSpf(['v=spf1 ipv4:192.0.2.1 ip4:192.0.2.300 a:/24 mx -all'], []), 'v=spf1 mx -all')
    for (const good of [
      'a',
      '-mx/24//64',
      'ip6:2001:db8::/32',
      '?exists:%{i}.a.test',
      'exp=x.%{d}',
      'ptr:a.test',
      'unknown=1',
    ])
      assert.ok(isTerm(good), good)
    for (const bad of ['ip4:1.2.3', 'ip4:1.2.3.4/33', 'ip6:1.2.3.4', 'foo', 'include:', 'all:x', '=x'])
      assert.ok(!isTerm(bad), bad)
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
        const resolver = createFakeDns({ 'example.com': { TXT: merged } })
        const asking = { resolver, signal: new AbortController().signal }
        const seen = await evaluateSpf(asking, { sender: 'a@example.com', helo: 'mail.example.com', address })
        // Macros and domain-specs are not looked at, and one of them may still be void.
        assert.ok(seen.result === 'pass' || /macro|domain-spec/i.test(seen.problem ?? ''), `${merged}: ${seen.problem}`)
      }),
      { numRuns: 300 },
    )
  })
})
