import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { suite, type TestContext, test } from 'node:test'
import { systemClock } from '../ambient/clock.ts'
import { type DnsServer, type DnsServerOptions, startDnsServer } from '../testing/dns-server.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import type { ZoneLiteral } from '../testing/zone.ts'
import { createResolver } from './create.ts'
import { DnsError } from './errors.ts'
import type { Exchange } from './exchange.ts'
import type { Question } from './record.ts'
import type { OpenResolver } from './resolver.ts'
import { parseServer, type UdpServer } from './server.ts'
import { udpExchange } from './udp.ts'
import { upstreamResolver } from './upstream.ts'

const forever = new AbortController().signal
const question: Question = { name: 'a.test', type: 'A' }
const ZONE: ZoneLiteral = {
  'a.test': { A: '192.0.2.1' },
  'big.test': { TXT: Array.from({ length: 30 }, (_, index) => `${index} ${'x'.repeat(100)}`) },
}

async function serve(t: TestContext, zone: ZoneLiteral = ZONE, options: DnsServerOptions = {}): Promise<DnsServer> {
  const server = await startDnsServer(zone, { authentic: true, ...options })
  t.after(() => server.close())
  return server
}

/** Without a cache, so that every question goes out. */
function ask(t: TestContext, servers: readonly DnsServer[]): OpenResolver {
  const resolver = createResolver({ servers: servers.map(each => each.server), clock: systemClock, cacheEntries: 0 })
  t.after(() => resolver.close())
  return resolver
}

async function failure(asking: Promise<unknown>): Promise<DnsError> {
  const error = await asking.then(
    () => assert.fail('it answered'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof DnsError, String(error))
  return error
}

suite('a server that says SERVFAIL', () => {
  const BROKEN: ZoneLiteral = { 'bad.test': { A: '192.0.2.1', bogus: true }, 'down.test': { fail: 'servfail' } }
  const broken = async (t: TestContext, name: string): Promise<[DnsError, readonly boolean[]]> => {
    const server = await serve(t, BROKEN)
    const error = await failure(ask(t, [server]).query({ name, type: 'A' }, forever))
    return [error, server.queries.map(query => query.checkingDisabled)]
  }

  test('and answers when it is not to validate (CD) has found a proof that fails', async t => {
    const [error, asked] = await broken(t, 'bad.test')
    assert.equal(error.code, 'bogus')
    assert.match(error.detail, /127\.0\.0\.1.* answers only without it/)
    assert.deepEqual(asked, [false, true])
  })

  test('has found a proof that fails as well when it then says that there is nothing', async t => {
    assert.equal((await broken(t, 'none.bad.test'))[0].code, 'bogus')
  })

  test('and says so again without validation has just failed', async t => {
    const [error, asked] = await broken(t, 'down.test')
    assert.equal(error.code, 'servfail')
    assert.deepEqual(asked, [false, true])
  })
})

suite('a question over UDP', () => {
  test('goes out from its own port, with its own id (RFC 5452 §9.2)', async t => {
    const server = await serve(t)
    const resolver = ask(t, [server])
    for (let count = 0; count < 20; count++) await resolver.query(question, forever)
    assert.ok(new Set(server.queries.map(query => query.id)).size > 15)
    assert.ok(new Set(server.queries.map(query => query.port)).size > 5)
  })

  test('is asked again over TCP when the answer is cut off (RFC 7766 §5)', async t => {
    const server = await serve(t)
    const answer = await ask(t, [server]).query({ name: 'big.test', type: 'TXT' }, forever)
    assert.equal(answer.records.length, 30)
    assert.deepEqual(
      server.queries.map(query => query.over),
      ['udp', 'tcp'],
    )
  })

  test('does not take an answer with another id, another question, or no sense, and takes the right one after it', async t => {
    const forged = (reply: Buffer): Buffer => {
      const copy = Buffer.from(reply)
      copy[copy.length - 1] = 66
      return copy
    }
    const server = await serve(t, ZONE, {
      interfere: reply => {
        const wrongId = forged(reply)
        wrongId.writeUInt16BE(wrongId.readUInt16BE(0) ^ 1, 0)
        const wrongName = forged(reply)
        wrongName[13] = 'b'.charCodeAt(0)
        const wrongType = forged(reply)
        wrongType.writeUInt16BE(28, 20)
        const noResponse = forged(reply)
        noResponse[2] = 0
        return [wrongId, wrongName, wrongType, noResponse, Buffer.from('nonsense'), Buffer.alloc(0), reply]
      },
    })
    const answer = await ask(t, [server]).query(question, forever)
    assert.deepEqual(
      answer.records.map(record => record.type === 'A' && record.address),
      ['192.0.2.1'],
    )
  })

  test('is repeated without EDNS for a server that does not know it (RFC 6891 §7)', async t => {
    let seen = 0
    const server = await serve(t, ZONE, {
      interfere: reply => {
        seen += 1
        if (seen > 1) return [reply]
        const formerr = Buffer.from(reply)
        formerr[3] = 0x81
        formerr.writeUInt16BE(0, 6)
        return [formerr.subarray(0, 24)]
      },
    })
    assert.equal((await ask(t, [server]).query(question, forever)).records.length, 1)
    assert.equal(server.queries.length, 2)
  })

  test('to a port where nobody listens is unreachable, at once', async t => {
    const closed = await startDnsServer({})
    await closed.close()
    assert.equal((await failure(ask(t, [closed]).query(question, forever))).code, 'unreachable')
  })

  test('is answered over IPv6 as well', async t => {
    const server = await serve(t, ZONE, { address: '::1' })
    assert.equal((await ask(t, [server]).query(question, forever)).authentic, true)
    assert.equal((await ask(t, [server]).query({ name: 'big.test', type: 'TXT' }, forever)).records.length, 30)
  })
})

suite('several servers', () => {
  test('the second is asked at once when the first fails, refuses or is not there', async t => {
    const gone = await startDnsServer({})
    await gone.close()
    const good = await serve(t)
    for (const first of [
      await serve(t, { 'a.test': { fail: 'servfail' } }),
      await serve(t, { 'a.test': { fail: 'refused' } }),
      gone,
    ]) {
      assert.equal((await ask(t, [first, good]).query(question, forever)).records.length, 1)
    }
  })

  test('the second is not asked when the first says that there is none', async t => {
    const [first, second] = [await serve(t, {}), await serve(t)]
    assert.equal((await failure(ask(t, [first, second]).query(question, forever))).code, 'nxdomain')
    assert.equal(second.queries.length, 0)
  })

  test('the error that tells most is thrown when all fail', async t => {
    const servers = [
      await serve(t, { 'a.test': { fail: 'refused' } }),
      await serve(t, { 'a.test': { fail: 'servfail' } }),
    ]
    assert.equal((await failure(ask(t, servers).query(question, forever))).code, 'servfail')
  })

  test('are trusted together only when each is on loopback, or trustAd says so', async t => {
    const server = await serve(t)
    const mixed = { servers: [server.server, '192.0.2.53'], clock: systemClock }
    assert.equal(createResolver(mixed).trustworthy, false)
    assert.equal(createResolver({ ...mixed, trustAd: true }).trustworthy, true)
    const distrusted = createResolver({ servers: [server.server], trustAd: false, clock: systemClock })
    assert.equal(distrusted.trustworthy, false)
    assert.equal((await distrusted.query(question, forever)).authentic, false)
  })
})

/** An exchange that never answers, over real sockets, and says how often it was asked. */
function silentExchange(server: DnsServer): { exchange: Exchange; asked: () => number } {
  return { exchange: udpExchange(parseServer(server.server) as UdpServer, true), asked: () => server.queries.length }
}

suite('silent servers', () => {
  test('a silent first server makes way for the second after its patience', async t => {
    const clock = new FakeClock()
    const [silent, good] = [await serve(t, { 'a.test': { fail: 'silent' } }), await serve(t)]
    const exchanges = [silentExchange(silent).exchange, silentExchange(good).exchange]
    const resolver = upstreamResolver({ exchanges, clock })
    const asking = resolver.query(question, forever)
    await clock.armed(1_500)
    await clock.advance(1_499)
    assert.equal(good.queries.length, 0)
    await clock.advance(1)
    assert.equal((await asking).records.length, 1)
    await resolver.close()
  })

  test('a lone silent server is asked again with growing patience, and the deadline ends it', async t => {
    const clock = new FakeClock()
    const silent = await serve(t, { 'a.test': { fail: 'silent' } })
    const resolver = upstreamResolver({ exchanges: [silentExchange(silent).exchange], clock, timeoutMs: 10_000 })
    const asking = failure(resolver.query(question, forever))
    await clock.armed(10_000)
    for (const ms of [1_500, 3_000, 5_499]) await clock.advance(ms)
    await clock.advance(1)
    const error = await asking
    assert.equal(error.code, 'timeout')
    assert.match(error.detail, /10000 ms/)
    assert.equal(clock.waiting, 0)
    await resolver.close()
  })

  test('the late answer of an impatiently repeated question still counts', async t => {
    const clock = new FakeClock()
    const late = Promise.withResolvers<void>()
    const inner = udpExchange(parseServer((await serve(t)).server) as UdpServer, true)
    let asked = 0
    const slow: Exchange = {
      ...inner,
      ask: async (asking, signal) => {
        asked += 1
        if (asked === 1) await late.promise
        else
          await new Promise((_, reject) =>
            signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
          )
        return inner.ask(asking, signal)
      },
    }
    const resolver = upstreamResolver({ exchanges: [slow], clock })
    const asking = resolver.query(question, forever)
    await clock.armed(1_500)
    await clock.advance(1_500)
    late.resolve()
    assert.equal((await asking).records.length, 1)
    assert.equal(asked, 2)
    await resolver.close()
  })

  test('close() ends what is under way', async t => {
    const silent = await serve(t, { 'a.test': { fail: 'silent' } })
    const resolver = ask(t, [silent])
    const asking = failure(resolver.query(question, forever))
    await resolver.close()
    assert.equal((await asking).code, 'closed')
    assert.equal((await failure(resolver.query(question, forever))).code, 'closed')
  })
})
