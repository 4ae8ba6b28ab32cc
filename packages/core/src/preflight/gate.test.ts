import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { cachingResolver } from '../dns/index.ts'
import type { Domain } from '../model/address.ts'
import type { Clearance } from '../model/clearance.ts'
import type { DkimKey } from '../model/dkim-key.ts'
import { MailerError } from '../model/error.ts'
import type { PreflightFact } from '../model/fact.ts'
import { chooseKeys, dkimRecord, generateDkimKey } from '../sign/index.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { createFakeDns, type FakeDns } from '../testing/fake-dns.ts'
import { TEST_RANGES } from '../testing/test-ranges.ts'
import type { ZoneLiteral } from '../testing/zone.ts'
import { createPreflight, type Preflight, type PreflightOptions } from './preflight.ts'

const ADDRESS = '203.0.113.5'
const { key } = await generateDkimKey({ domain: 'example.com', selector: 's1' })
const { key: other } = await generateDkimKey({ domain: 'example.com', selector: 's2', algorithm: 'ed25519-sha256' })
const published = dkimRecord(key)

const HEALTHY: ZoneLiteral = {
  'example.com': { TXT: ['v=spf1 ip4:203.0.113.5 -all', 'something else'] },
  [published.name]: { TXT: published.value },
  '_dmarc.example.com': { TXT: 'v=DMARC1; p=reject' },
}

interface World {
  readonly dns: FakeDns
  readonly clock: FakeClock
  readonly facts: PreflightFact[]
  readonly preflight: Preflight
  /** Clears a@example.com, or of another reverse-path. */
  clear(envelope?: string | null): Promise<Clearance>
  refusal(): Promise<MailerError>
}

function world(zone: ZoneLiteral = {}, options: Partial<PreflightOptions> & { keys?: readonly DkimKey[] } = {}): World {
  const dns = createFakeDns({ ...HEALTHY, ...zone })
  const clock = new FakeClock()
  const facts: PreflightFact[] = []
  const { keys = [key], ...rest } = options
  const preflight = createPreflight({
    resolver: dns,
    clock,
    mode: 'enforce',
    egress: { hostname: 'mail.example.com' as Domain, addresses: [] },
    publicAddresses: [ADDRESS],
    chooseKeys: from => chooseKeys(from, keys),
    interfaces: () => [],
    ranges: TEST_RANGES,
    record: fact => facts.push(fact),
    ...rest,
  })
  const clear = async (envelope: string | null = 'example.com'): Promise<Clearance> =>
    preflight.clear(
      {
        envelopeFrom: envelope === null ? null : { local: 'a', domain: envelope as Domain },
        from: [{ local: 'a', domain: 'example.com' as Domain }],
      },
      new AbortController().signal,
    )
  const refusal = async (): Promise<MailerError> => {
    const error = await clear().then(
      clearance => assert.fail(JSON.stringify(clearance)),
      (error: unknown) => error,
    )
    assert.ok(MailerError.is(error), String(error))
    assert.equal(error.code, 'not-cleared')
    return error
  }
  return { dns, clock, facts, preflight, clear, refusal }
}

/** Until the names were asked for, and their answers had time to arrive. */
async function asked({ queries }: FakeDns, names: readonly string[]): Promise<void> {
  const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
  while (!names.every(name => queries.some(query => query.name === name))) await turn()
  for (let turns = 0; turns < 5; turns++) await turn()
}

function levels({ checks }: Clearance): Record<string, string> {
  return Object.fromEntries(checks.map(({ id, level }) => [id, level]))
}

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
    const error = await world({}, { publicAddresses: [ADDRESS, '2001:db8::5'] }).refusal()
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
      const { checks, result } = await world(zone, { publicAddresses: [special], ranges: undefined }).clear()
      const [spf] = checks.filter(({ id }) => id === 'spf.covers-egress')
      assert.deepEqual([result, spf?.level], ['cleared', 'warn'])
      assert.match(spf?.found ?? '', /: fail; .* no receiver sees it/)
      assert.ok(checks.every(({ fix }) => fix === undefined || !fix.includes(special)))
      const without = { 'example.com': {}, '_dmarc.example.com': {} }
      const bare = await world(without, { publicAddresses: [special], ranges: undefined, keys: [] }).clear()
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
    const clearance = await world({ 'example.com': { TXT: 'v=spf1 -all' } }, { publicAddresses: [] }).clear()
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

suite('the memory of the gate', () => {
  test('the second message asks nothing and is answered at once, not by a promise', async () => {
    const { clear, dns, preflight } = world()
    await clear()
    const asked = dns.queries.length
    const sender = {
      envelopeFrom: { local: 'b', domain: 'example.com' as Domain },
      from: [{ local: 'b', domain: 'example.com' as Domain }],
    }
    const again = preflight.clear(sender, new AbortController().signal)
    assert.ok(!(again instanceof Promise))
    assert.equal(again.result, 'cleared')
    assert.equal(dns.queries.length, asked)
  })

  test('many first messages at once ask once', async () => {
    const { clear, dns } = world()
    await Promise.all(Array.from({ length: 50 }, () => clear()))
    assert.equal(dns.queries.filter(({ name }) => name === published.name).length, 1)
  })

  test('an old answer still stands while the new one is fetched behind it', async () => {
    const { clear, dns, clock, refusal } = world()
    await clear()
    dns.set(published.name, {})
    await clock.advance(301_000)
    assert.equal((await clear()).result, 'cleared')
    await clock.advance(1)
    await refusal()
  })

  test('a record that was published after a refusal is seen within seconds, past all memory', async () => {
    const fresh = createFakeDns(HEALTHY)
    const { dns, clock, clear, refusal } = world({ [published.name]: {} }, { freshResolver: fresh })
    await refusal()
    const asked = dns.queries.length
    await refusal()
    assert.equal(dns.queries.length, asked)
    await clock.advance(3001)
    assert.equal((await clear()).result, 'cleared')
  })

  test('after a record was mended the answer is yes and stays yes, for every sender of the domain', async () => {
    const zone = createFakeDns({ ...HEALTHY, [published.name]: { TXT: dkimRecord(other).value, ttl: 80_000 } })
    const clock = new FakeClock()
    const resolver = cachingResolver(zone, { clock })
    const { preflight } = world({}, { resolver, clock, ...(resolver.fresh && { freshResolver: resolver.fresh }) })
    const isCleared = async (envelope: string): Promise<boolean> => {
      const sender = { envelopeFrom: { local: 'a', domain: envelope as Domain }, from: [] }
      const asking = async (): Promise<Clearance> =>
        preflight.clear(
          { ...sender, from: [{ local: 'a', domain: 'example.com' as Domain }] },
          new AbortController().signal,
        )
      return asking().then(
        () => true,
        (error: unknown) => !MailerError.is(error),
      )
    }
    assert.equal(await isCleared('example.com'), false)
    zone.set(published.name, { TXT: published.value, ttl: 300 })
    await clock.advance(3_001)
    assert.equal(await isCleared('example.com'), true)
    // Of another reverse-path, which is asked about for the first time.
    assert.equal(await isCleared('bounces.example.com'), true)
    for (let hour = 0; hour < 30; hour++) {
      await clock.advance(3_600_000)
      await isCleared('example.com')
      for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate)
      assert.equal(await isCleared('example.com'), true, `hour ${hour}`)
    }
  })

  test('a refusal stands when asking again takes longer than a client waits', async () => {
    const slow = createFakeDns({ ...HEALTHY, [published.name]: { fail: 'silent' } })
    const { clock, refusal } = world({ [published.name]: {} }, { freshResolver: slow })
    await refusal()
    await clock.advance(3001)
    const again = refusal()
    await clock.armed(500)
    await clock.advance(500)
    assert.equal((await again).where, 'dkim.published')
  })

  test('when other keys sign, what is remembered stands only until it was asked anew', async () => {
    const keys = [key]
    const { clear, preflight } = world({}, { chooseKeys: () => keys })
    await clear()
    keys[0] = other
    preflight.outdate()
    assert.equal((await clear()).result, 'cleared')
    const isRefused = () =>
      clear().then(
        () => false,
        () => true,
      )
    while (!(await isRefused())) await new Promise(setImmediate)
  })

  test('an answer that was asked for before other keys signed is old when it comes', async () => {
    const keys = [other]
    const { clear, preflight, refusal } = world({}, { chooseKeys: () => keys })
    const first = refusal()
    preflight.outdate()
    keys[0] = key
    await first
    assert.equal((await clear()).result, 'cleared')
  })

  test('a sender whose patience ends is told so, and the others get their answer', async () => {
    const { preflight, clear, clock } = world({ [published.name]: { fail: 'silent' } })
    const controller = new AbortController()
    const sender = { envelopeFrom: null, from: [{ local: 'a', domain: 'example.com' as Domain }] }
    const impatient = Promise.resolve(preflight.clear(sender, controller.signal))
    const patient = clear(null)
    controller.abort(new Error('enough'))
    await assert.rejects(impatient, /enough/)
    await clock.armed(3000)
    await clock.advance(3000)
    assert.equal((await patient).result, 'cleared')
  })

  test('a closed gate stops what is under way', async () => {
    const { preflight, clear } = world({ [published.name]: { fail: 'silent' } })
    const clearing = clear()
    preflight.close()
    await assert.rejects(clearing, { code: 'closed' })
  })
})
