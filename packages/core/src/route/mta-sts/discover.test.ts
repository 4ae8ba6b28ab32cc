import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, type TestContext, test } from 'node:test'
import type { Domain } from '../../model/address.ts'
import { FakeClock } from '../../testing/fake-clock.ts'
import { createFakeDns, type FakeDns } from '../../testing/fake-dns.ts'
import { PolicyCache, type PolicyStorage } from './cache.ts'
import { PolicyDiscovery } from './discover.ts'
import type { FetchedPolicy } from './fetch.ts'
import { filePolicyStorage } from './file-storage.ts'

const domain = 'example.test' as Domain
const RECORD = '_mta-sts.example.test'
const DAY = 86_400_000
const forever = new AbortController().signal
const policyOf = (mode: string, maxAge = 604_800): FetchedPolicy => ({
  kind: 'fetched',
  text: `version: STSv1\nmode: ${mode}\nmx: mx.example.test\nmax_age: ${maxAge}\n`,
})
const FAILED: FetchedPolicy = { kind: 'failed', code: 'sts-policy-fetch-error', detail: 'no' }

interface World {
  readonly clock: FakeClock
  readonly dns: FakeDns
  readonly discovery: PolicyDiscovery
  readonly changes: string[]
  readonly troubles: string[]
  served: FetchedPolicy
  fetches: number
}

function world({ storage, clock = new FakeClock() }: { storage?: PolicyStorage; clock?: FakeClock } = {}): World {
  const dns = createFakeDns({ [RECORD]: { TXT: 'v=STSv1; id=1;' } })
  const changes: string[] = []
  const troubles: string[] = []
  const cache = new PolicyCache({
    clock,
    ...(storage === undefined ? {} : { storage }),
    onTrouble: doing => troubles.push(doing),
  })
  const discovery = new PolicyDiscovery({
    resolver: dns,
    clock,
    cache,
    fetchPolicy: async () => {
      self.fetches += 1
      return self.served
    },
    onChange: (_, policy, id) => changes.push(`${policy.mode} ${id}`),
  })
  const self: World = { clock, dns, discovery, changes, troubles, served: policyOf('enforce'), fetches: 0 }
  return self
}

const modeOf = async ({ discovery }: World): Promise<string | undefined> =>
  (await discovery.discover(domain, forever)).policy?.mode

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'postrider-sts-'))
  t.after(() => rm(path, { recursive: true }))
  return path
}

suite('the MTA-STS policy of a domain', () => {
  test('is fetched once, and then known by its id', async () => {
    const it = world()
    const first = await it.discovery.discover(domain, forever)
    assert.deepEqual(
      [first.policy?.mode, first.id, first.from, first.until],
      ['enforce', '1', 'fetched', it.clock.now() + 7 * DAY],
    )
    assert.equal((await it.discovery.discover(domain, forever)).from, 'cache')
    assert.equal(it.fetches, 1)
    assert.deepEqual(it.changes, ['enforce 1'])
  })

  test('is none without a record, and nothing is fetched', async () => {
    const it = world()
    it.dns.set(RECORD, undefined)
    assert.deepEqual(await it.discovery.discover(domain, forever), { ttl: 60 })
    assert.equal(it.fetches, 0)
  })

  test('is fetched anew when the id changes', async () => {
    const it = world()
    await modeOf(it)
    it.dns.set(RECORD, { TXT: 'v=STSv1; id=2;' })
    it.served = policyOf('testing')
    assert.equal(await modeOf(it), 'testing')
    assert.deepEqual(it.changes, ['enforce 1', 'testing 2'])
  })

  test('stays in force when its record is gone, invalid or cannot be looked up (RFC 8461 §5.1)', async () => {
    const it = world()
    await modeOf(it)
    for (const records of [
      undefined,
      { TXT: 'v=STSv1; id=' },
      { fail: 'servfail' },
      { TXT: ['v=STSv1; id=2', 'v=STSv1; id=3'] },
    ] as const) {
      it.dns.set(RECORD, records)
      assert.equal(await modeOf(it), 'enforce')
    }
  })

  test('stays in force when its host cannot be reached or serves nonsense, and says why', async () => {
    const it = world()
    await modeOf(it)
    it.dns.set(RECORD, { TXT: 'v=STSv1; id=2;' })
    it.served = FAILED
    const kept = await it.discovery.discover(domain, forever)
    assert.deepEqual([kept.policy?.mode, kept.id, kept.problem], ['enforce', '1', 'sts-policy-fetch-error: no'])
    it.dns.set(RECORD, { TXT: 'v=STSv1; id=3;' })
    it.served = { kind: 'fetched', text: 'version: STSv1\n' }
    assert.match((await it.discovery.discover(domain, forever)).problem ?? '', /^sts-policy-invalid: /)
  })

  test('ends with its max_age, not before', async () => {
    const it = world()
    await modeOf(it)
    it.dns.set(RECORD, undefined)
    await it.clock.advance(7 * DAY - 1)
    assert.equal(await modeOf(it), 'enforce')
    await it.clock.advance(1)
    assert.equal(await modeOf(it), undefined)
  })

  test('is not fetched again for five minutes when that failed (RFC 8461 §3.3)', async () => {
    const it = world()
    it.served = FAILED
    for (let count = 0; count < 5; count++) assert.equal(await modeOf(it), undefined)
    assert.equal(it.fetches, 1)
    it.served = policyOf('enforce')
    await it.clock.advance(5 * 60_000)
    assert.equal(await modeOf(it), 'enforce')
  })

  test('in use is refreshed in the background before it ends, so that it does not', async () => {
    const it = world()
    for (let day = 0; day < 20; day++) {
      assert.equal(await modeOf(it), 'enforce')
      await it.clock.advance(DAY)
    }
    assert.ok(it.fetches >= 10)
    assert.deepEqual(it.changes, ['enforce 1'])
    await it.discovery.close()
  })

  test('that cannot be refreshed lasts to its end', async () => {
    const it = world()
    await modeOf(it)
    it.served = FAILED
    await it.clock.advance(6 * DAY)
    assert.equal(await modeOf(it), 'enforce')
    assert.equal(it.fetches, 2)
  })

  test('is fetched once for all who ask at once', async () => {
    const it = world()
    await Promise.all(Array.from({ length: 20 }, () => modeOf(it)))
    assert.equal(it.fetches, 1)
  })
})

suite('the policy cache on disk', () => {
  test('survives a restart, and forgets what has ended', async t => {
    const path = join(await folder(t), 'policies')
    const before = world({ storage: filePolicyStorage(path) })
    await modeOf(before)
    await before.discovery.close()
    assert.deepEqual(await readdir(join(path, '..')), ['policies'])

    const after = world({ storage: filePolicyStorage(path) })
    after.dns.set(RECORD, { fail: 'servfail' })
    assert.equal(await modeOf(after), 'enforce')
    const late = world({ storage: filePolicyStorage(path), clock: new FakeClock(after.clock.now() + 8 * DAY) })
    late.dns.set(RECORD, { fail: 'servfail' })
    assert.equal(await modeOf(late), undefined)
  })

  test('that is damaged or cannot be written costs a fact, not delivery', async t => {
    const path = join(await folder(t), 'policies')
    await writeFile(path, '{"cut off')
    const damaged = world({ storage: filePolicyStorage(path) })
    assert.equal(await modeOf(damaged), 'enforce')
    await damaged.discovery.close()
    assert.deepEqual(damaged.troubles, ['reading the stored MTA-STS policies'])
    assert.equal(JSON.parse(await readFile(path, 'utf8')).length, 1)

    const readOnly = world({ storage: filePolicyStorage(join(path, 'not-a-folder')) })
    assert.equal(await modeOf(readOnly), 'enforce')
    await readOnly.discovery.close()
    assert.ok(readOnly.troubles.includes('storing the MTA-STS policies'))
  })

  test('leaves out entries that are not policies', async t => {
    const path = join(await folder(t), 'policies')
    const text = 'version: STSv1\nmode: enforce\nmx: a.test\nmax_age: 604800\n'
    const good = { domain, id: '1', text, fetchedAt: Date.UTC(2026, 0, 5) }
    await writeFile(
      path,
      JSON.stringify([
        null,
        1,
        {},
        { ...good, fetchedAt: 'x' },
        { ...good, domain: 'a b' },
        { ...good, text: 'x' },
        good,
      ]),
    )
    const it = world({ storage: filePolicyStorage(path) })
    it.dns.set(RECORD, undefined)
    assert.equal(await modeOf(it), 'enforce')
  })
})
