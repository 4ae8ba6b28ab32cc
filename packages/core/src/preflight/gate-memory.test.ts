import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { cachingResolver } from '../dns/index.ts'
import type { Domain } from '../model/address.ts'
import type { Clearance } from '../model/clearance.ts'
import { MailerError } from '../model/error.ts'
import { dkimRecord } from '../sign/index.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { createFakeDns } from '../testing/fake-dns.ts'
import { HEALTHY, key, other, published, world } from './gate.fixture.ts'

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
