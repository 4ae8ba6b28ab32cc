import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { FakeClock } from '../testing/fake-clock.ts'
import { createFakeDns, type FakeDns } from '../testing/fake-dns.ts'
import { cachingResolver } from './cache.ts'
import { DnsError } from './errors.ts'
import type { Answer } from './record.ts'
import type { OpenResolver, Resolver } from './resolver.ts'

const forever = new AbortController().signal
const SECOND = 1000

function setUp(negativeTtl = 60): { clock: FakeClock; dns: FakeDns; cached: OpenResolver } {
  const clock = new FakeClock()
  const dns = createFakeDns(
    {
      'a.test': { A: '192.0.2.1', ttl: 100 },
      'long.test': { A: '192.0.2.1', ttl: 999_999 },
      'bad.test': { fail: 'servfail' },
      'slow.test': { fail: 'silent' },
    },
    { negativeTtl, authentic: true },
  )
  return { clock, dns, cached: cachingResolver(dns, { clock }) }
}

async function codeOf(asking: Promise<unknown>): Promise<string> {
  const error = await asking.then(
    () => assert.fail('it answered'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof DnsError)
  return error.code
}

suite('the cache', () => {
  test('asks again only when the TTL of the record has ended', async () => {
    const { clock, dns, cached } = setUp()
    const question = { name: 'a.test', type: 'A' } as const
    await cached.query(question, forever)
    await clock.advance(99 * SECOND)
    await cached.query({ name: 'A.test.', type: 'A' }, forever)
    assert.equal(dns.queries.length, 1)
    await clock.advance(SECOND)
    await cached.query(question, forever)
    assert.equal(dns.queries.length, 2)
  })

  test('tells what is left of the TTL', async () => {
    const { clock, cached } = setUp()
    const question = { name: 'a.test', type: 'A' } as const
    assert.equal((await cached.query(question, forever)).ttl, 100)
    await clock.advance(40 * SECOND)
    assert.equal((await cached.query(question, forever)).ttl, 60)
  })

  test('keeps nothing for more than a day', async () => {
    const { clock, dns, cached } = setUp()
    await cached.query({ name: 'long.test', type: 'A' }, forever)
    await clock.advance(86_400 * SECOND)
    await cached.query({ name: 'long.test', type: 'A' }, forever)
    assert.equal(dns.queries.length, 2)
  })

  test('keeps NXDOMAIN and NODATA as long as the SOA says, proof included (RFC 2308 §5)', async () => {
    const { clock, dns, cached } = setUp()
    for (const [name, code] of [
      ['none.test', 'nxdomain'],
      ['a.test', 'nodata'],
    ] as const) {
      const asking = (): Promise<unknown> => cached.query({ name, type: 'MX' }, forever)
      assert.equal(await codeOf(asking()), code)
      const before = dns.queries.length
      await clock.advance(59 * SECOND)
      await assert.rejects(asking(), { code, authentic: true, ttl: 1 })
      assert.equal(dns.queries.length, before)
      await clock.advance(SECOND)
      assert.equal(await codeOf(asking()), code)
      assert.equal(dns.queries.length, before + 1)
    }
  })

  test('does not keep a negative answer without a lifetime (RFC 2308 §5)', async () => {
    const { dns, cached } = setUp(0)
    await codeOf(cached.query({ name: 'none.test', type: 'A' }, forever))
    await codeOf(cached.query({ name: 'none.test', type: 'A' }, forever))
    assert.equal(dns.queries.length, 2)
  })

  test('remembers trouble for three seconds, and then asks again', async () => {
    const { clock, dns, cached } = setUp()
    assert.equal(await codeOf(cached.query({ name: 'bad.test', type: 'A' }, forever)), 'servfail')
    await clock.advance(2_999)
    assert.equal(await codeOf(cached.query({ name: 'bad.test', type: 'A' }, forever)), 'servfail')
    assert.equal(dns.queries.length, 1)
    dns.set('bad.test', { A: '192.0.2.9' })
    await clock.advance(1)
    assert.equal((await cached.query({ name: 'bad.test', type: 'A' }, forever)).records.length, 1)
  })

  test('asks once for all who ask at once', async () => {
    const { dns, cached } = setUp()
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => cached.query({ name: 'a.test', type: 'A' }, forever)),
    )
    assert.equal(answers.length, 50)
    assert.equal(dns.queries.length, 1)
  })

  test('lets one of them go without ending the question of the others', async () => {
    const { dns, cached } = setUp()
    const leaving = new AbortController()
    const left = cached.query({ name: 'slow.test', type: 'A' }, leaving.signal)
    const stayed = cached.query({ name: 'slow.test', type: 'A' }, forever)
    leaving.abort(new Error('gone'))
    await assert.rejects(left, { message: 'gone' })
    await cached.close()
    await assert.rejects(stayed, { message: 'the resolver was closed' })
    assert.equal(dns.queries.length, 1)
  })

  test('holds what was asked past it, whatever the TTL of the old answer', async () => {
    const { dns, cached } = setUp()
    const asked = async (resolver: Resolver | undefined, name: string): Promise<string> => {
      assert.ok(resolver)
      return resolver.query({ name, type: 'TXT' }, forever).then(
        ({ records }) => records.map(record => (record.type === 'TXT' ? record.strings.join('') : '')).join(),
        (error: DnsError) => error.code,
      )
    }
    dns.set('long.test', { TXT: 'old', ttl: 80_000 })
    assert.deepEqual([await asked(cached, 'long.test'), await asked(cached, 'none.test')], ['old', 'nxdomain'])
    dns.set('long.test', { TXT: 'new', ttl: 80_000 })
    dns.set('none.test', { TXT: 'there' })
    assert.deepEqual([await asked(cached, 'long.test'), await asked(cached, 'none.test')], ['old', 'nxdomain'])
    assert.deepEqual([await asked(cached.fresh, 'long.test'), await asked(cached.fresh, 'none.test')], ['new', 'there'])
    assert.deepEqual([await asked(cached, 'Long.test.'), await asked(cached, 'none.test')], ['new', 'there'])
    dns.set('long.test', undefined)
    assert.equal(await asked(cached.fresh, 'long.test'), 'nxdomain')
    assert.equal(await asked(cached, 'long.test'), 'nxdomain')
  })

  test('keeps what it knows when asking past it comes to nothing', async () => {
    const { dns, cached } = setUp()
    const question = { name: 'a.test', type: 'A' } as const
    await cached.query(question, forever)
    dns.set('a.test', { fail: 'servfail' })
    await assert.rejects(cached.fresh!.query(question, forever), { code: 'servfail' })
    assert.equal((await cached.query(question, forever)).records.length, 1)
  })

  test('an answer that was on its way when a newer question was answered is not kept', async () => {
    const { clock } = setUp()
    const answers: ((address: string) => void)[] = []
    const slow: Resolver = {
      trustworthy: true,
      query: async question => {
        const address = await new Promise<string>(resolve => answers.push(resolve))
        const records = [{ type: 'A', name: question.name, ttl: 100, address }] as const
        return { question, names: [question.name], records, authentic: false, ttl: 100, malformed: 0 }
      },
    }
    const cached = cachingResolver(slow, { clock })
    const question = { name: 'a.test', type: 'A' } as const
    const address = async (asking: Promise<Answer> | undefined): Promise<string> =>
      (await asking)?.records.map(record => (record.type === 'A' ? record.address : '')).join() ?? ''
    const older = address(cached.query(question, forever))
    const newer = address(cached.fresh?.query(question, forever))
    answers[1]?.('192.0.2.2')
    assert.equal(await newer, '192.0.2.2')
    answers[0]?.('192.0.2.1')
    assert.equal(await older, '192.0.2.1')
    assert.equal(await address(cached.query(question, forever)), '192.0.2.2')
  })

  test('is closed for good', async () => {
    const { cached } = setUp()
    await cached.close()
    await cached.close()
    assert.equal(await codeOf(cached.query({ name: 'a.test', type: 'A' }, forever)), 'closed')
  })
})
