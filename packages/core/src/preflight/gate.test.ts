import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Domain } from '../model/address.ts'
import { dkimRecord, generateDkimKey } from '../sign/index.ts'
import { ADDRESS, asked, key, levels, other, published, world } from './gate.fixture.ts'

suite('the gate refuses what receivers are certain to refuse', () => {
  test('a healthy sender is cleared, and the receipt says why', async () => {
    const clearance = await world().clear()
    assert.equal(clearance.result, 'cleared')
    assert.deepEqual(levels(clearance), { 'spf.covers-egress': 'ok', 'dkim.matches': 'ok', 'dmarc.alignment': 'ok' })
    assert.deepEqual(clearance.publicAddresses, [{ address: ADDRESS, foundBy: 'given' }])
  })

  test('SPF fail is refused with the record to publish, merged with what is there', async () => {
    const error = await world({
      'example.com': { TXT: 'v=spf1 include:_spf.b.test -all' },
      '_spf.b.test': { TXT: 'v=spf1 ?all' },
    }).refusal()
    assert.equal(error.where, 'spf.covers-egress')
    assert.deepEqual(
      error.checks.map(({ id, level }) => [id, level]),
      [['spf.covers-egress', 'fail']],
    )
    assert.equal(
      error.fix,
      'example.com. IN TXT "v=spf1 ip4:203.0.113.5 include:_spf.b.test -all"\nin place of: "v=spf1 include:_spf.b.test -all"',
    )
    assert.match(error.found ?? '', /203\.0\.113\.5 \(given\): fail/)
  })

  test('one address that fails is enough, because mail may leave from it', async () => {
    const error = await world({}, { publicAddresses: () => [ADDRESS, '2001:db8::5'] }).refusal()
    assert.equal(
      error.fix,
      'example.com. IN TXT "v=spf1 ip6:2001:db8::5 ip4:203.0.113.5 -all"\nin place of: "v=spf1 ip4:203.0.113.5 -all"',
    )
  })

  test('a key that is not published is refused with the record to publish', async () => {
    const error = await world({ [published.name]: {} }).refusal()
    assert.equal(error.where, 'dkim.published')
    // The record itself stands once: in the fix.
    assert.match(error.wanted ?? '', /^the public half of the key that signs, p=\S{20}…$/)
    assert.equal(error.fix?.replace('" "', ''), `${published.name}. IN TXT "${published.value}"`)
  })

  test('a refusal proposes no record for a name that is an alias, and says where it goes', async () => {
    const error = await world({ [published.name]: { CNAME: 's1.keys.test' }, 's1.keys.test': {} }).refusal()
    assert.equal(error.where, 'dkim.published')
    assert.match(
      error.fix ?? '',
      /^s1\.keys\.test\. IN TXT "v=DKIM1;.*\n\(there, because s1\._domainkey\.example\.com is an alias/,
    )
  })

  test('nothing is proposed for a public suffix, an address or a number in place of a domain', async () => {
    for (const domain of ['co.uk', 'github.io', 'localhost', '[198.51.100.7]', '10.0.0.1.5']) {
      const { preflight } = world({}, { mode: 'warn', keys: [] })
      const from = { local: 'a', domain: domain as Domain }
      const { checks } = await preflight.clear({ envelopeFrom: from, from: [from] }, new AbortController().signal)
      const fixes = checks.flatMap(({ fix }) => fix ?? [])
      assert.ok(fixes.length > 0, domain)
      for (const fix of fixes) {
        assert.doesNotMatch(fix, / IN |keygen/, domain)
        assert.match(fix, /take a domain of your own$/)
      }
    }
  })

  test('another key in DNS than the one that signs is refused', async () => {
    const strange = (await generateDkimKey({ domain: 'example.com', selector: 's1' })).key
    const error = await world({ [published.name]: { TXT: dkimRecord(strange).value } }).refusal()
    assert.equal(error.where, 'dkim.matches')
  })

  test('no alignment under p=reject is refused, under p=none it is a warning', async () => {
    const elsewhere = { 'other.test': { TXT: 'v=spf1 ip4:203.0.113.5 -all' } }
    const strict = world(elsewhere, { keys: [] })
    await assert.rejects(strict.clear('other.test'), { where: 'dmarc.alignment' })
    const lenient = world({ ...elsewhere, '_dmarc.example.com': { TXT: 'v=DMARC1; p=none' } }, { keys: [] })
    assert.equal(levels(await lenient.clear('other.test'))['dmarc.alignment'], 'warn')
  })

  test('neither SPF nor DKIM is refused, because Gmail demands one of everyone (550 5.7.26)', async () => {
    const error = await world({ 'example.com': { A: ADDRESS }, '_dmarc.example.com': {} }, { keys: [] }).refusal()
    assert.equal(error.where, 'auth.spf-or-dkim')
    assert.equal(error.fix, 'example.com. IN TXT "v=spf1 ip4:203.0.113.5 ~all"')
  })

  test('softfail, neutral, none and permerror of SPF are warnings while a signature verifies', async () => {
    for (const TXT of ['v=spf1 ~all', 'v=spf1 ?all', 'nothing', 'v=spf1 nonsense -all']) {
      const clearance = await world({ 'example.com': { TXT } }).clear()
      assert.equal(clearance.result, 'cleared')
      assert.ok(
        clearance.checks.some(({ id, level, fix }) => id.startsWith('spf.') && level === 'warn' && fix),
        TXT,
      )
    }
  })

  test('a second key that is not published yet is a warning, because the first signature carries the message', async () => {
    const clearance = await world({}, { keys: [key, { ...other, replaces: key.selector }] }).clear()
    assert.equal(levels(clearance)['dkim.published'], 'warn')
  })

  test('for a null reverse-path the HELO name is judged (RFC 7208 §2.4)', async () => {
    const clearance = await world({ 'mail.example.com': { TXT: 'v=spf1 a -all', A: ADDRESS } }).clear(null)
    assert.equal(clearance.envelopeDomain, 'mail.example.com')
    assert.equal(levels(clearance)['spf.covers-egress'], 'ok')
  })

  test('an address that no receiver sees is evaluated and warned of, refuses nothing and is never advised', async () => {
    for (const special of ['10.0.0.5', '192.0.2.2', '2001:db8::5', 'fd00::1']) {
      const zone = { 'example.com': { TXT: 'v=spf1 mx -all' } }
      const { checks, result } = await world(zone, { publicAddresses: () => [special], ranges: undefined }).clear()
      const [spf] = checks.filter(({ id }) => id === 'spf.covers-egress')
      assert.deepEqual([result, spf?.level], ['cleared', 'warn'])
      assert.match(spf?.found ?? '', /: fail; .* no receiver sees it/)
      assert.ok(checks.every(({ fix }) => fix === undefined || !fix.includes(special)))
      const without = { 'example.com': {}, '_dmarc.example.com': {} }
      const bare = await world(without, { publicAddresses: () => [special], ranges: undefined, keys: [] }).clear()
      assert.equal(bare.result, 'cleared')
      assert.ok(bare.checks.every(({ fix }) => fix === undefined || !fix.includes(special)))
    }
  })

  test('mail that leaves through a smarthost is not judged by our address', async () => {
    const clearance = await world({ 'example.com': { TXT: 'v=spf1 -all' } }, { viaSmarthost: true }).clear()
    assert.equal(levels(clearance)['spf.covers-egress'], 'note')
  })
})

suite('the modes of the gate', () => {
  test('warn lets it pass, and says the same on the receipt and in a fact', async () => {
    const { clear, facts } = world({ [published.name]: {} }, { mode: 'warn' })
    const clearance = await clear()
    assert.equal(clearance.result, 'warned')
    assert.equal(levels(clearance)['dkim.published'], 'fail')
    assert.deepEqual(
      facts.map(({ kind, from }) => [kind, from]),
      [['preflight-warned', 'example.com']],
    )
  })

  test('enforce tells of each refusal', async () => {
    const { refusal, facts } = world({ [published.name]: {} })
    await refusal()
    await refusal()
    assert.deepEqual(
      facts.map(({ kind }) => kind),
      ['preflight-refused', 'preflight-refused'],
    )
  })

  test('off asks nothing', async () => {
    const { clear, dns } = world({}, { mode: 'off' })
    assert.equal((await clear()).result, 'skipped')
    assert.equal(dns.queries.length, 0)
  })
})

suite('what cannot be told never refuses', () => {
  test('a server in trouble', async () => {
    for (const fail of ['servfail', 'timeout', 'refused', 'bogus'] as const) {
      const clearance = await world({
        'example.com': { fail },
        [published.name]: { fail },
        '_dmarc.example.com': { fail },
      }).clear()
      assert.equal(clearance.result, 'cleared')
      assert.deepEqual(levels(clearance), {
        'spf.covers-egress': 'unknown',
        'dkim.published': 'unknown',
        'dmarc.exists': 'unknown',
      })
    }
  })

  test('a public address that is not known', async () => {
    const clearance = await world({ 'example.com': { TXT: 'v=spf1 -all' } }, { publicAddresses: () => [] }).clear()
    assert.equal(clearance.result, 'cleared')
    assert.equal(levels(clearance)['spf.covers-egress'], 'unknown')
  })

  test('a silent server, for longer than the budget; what did answer is kept', async () => {
    const { clear, clock, dns } = world({ [published.name]: { fail: 'silent' } }, { budgetMs: 3000 })
    const clearing = clear()
    await asked(dns, ['example.com', published.name, '_dmarc.example.com'])
    await clock.advance(3000)
    const clearance = await clearing
    assert.deepEqual(levels(clearance), {
      'spf.covers-egress': 'ok',
      'dkim.published': 'unknown',
      'dmarc.alignment': 'ok',
    })
  })
})
