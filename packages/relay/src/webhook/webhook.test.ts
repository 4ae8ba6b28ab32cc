import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { type DurableFact, type Logger, MailerError, type NumberedFact } from '@postrider/core'
import { FakeClock } from '@postrider/core/testing'
import { Webhook } from 'standardwebhooks'
import { resolveRelayOptions } from '../config/options.ts'
import { Prometheus } from '../http/index.ts'
import { openSqliteStore } from '../store/index.ts'
import { Dispatcher } from './dispatcher.ts'
import { eventOf } from './event.ts'
import { placeOf } from './place.ts'
import { endpointId, Records } from './records.ts'
import { signer } from './signature.ts'
import { takeOver } from './take-over.ts'

const folder = await mkdtemp(join(tmpdir(), 'postrider-webhook-'))
after(() => rm(folder, { recursive: true }))
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const EVENTS = ['delivered', 'bounced']

interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** An endpoint that answers as it is told. */
async function endpoint(answer: (count: number, body: string) => number | Promise<number> = () => 204) {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    received.push({ headers: request.headers, body })
    response.writeHead(await answer(received.length, body)).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?x=1`,
    received,
    waitFor: async (count: number) => {
      while (received.length < count) await new Promise(setImmediate)
    },
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** A log of facts that can be followed, as the mailer's. */
function factLog() {
  const log: NumberedFact[] = []
  let wake = Promise.withResolvers<void>()
  return {
    log,
    add: (kind: 'delivered' | 'queued') => {
      const number = log.length + 1
      const fact = { kind, at: Date.UTC(2026, 0, 5), messageId: 'M', recipient: `r${number}@x`, transcript: ['secret'] }
      log.push({ number, fact: fact as unknown as DurableFact })
      wake.resolve()
      wake = Promise.withResolvers()
    },
    readFacts: async ({ after = 0, limit = 100 }: { after?: number; limit?: number } = {}) =>
      log.filter(one => one.number > after).slice(0, limit),
    async *facts({
      after = 0,
      signal,
    }: {
      after?: number
      signal?: AbortSignal
    } = {}): AsyncGenerator<NumberedFact, void, undefined> {
      let last = after
      const stopped = new Promise<void>(resolve => signal?.addEventListener('abort', () => resolve()))
      while (!signal?.aborted) {
        const waiting = wake.promise
        for (const numbered of log.filter(one => one.number > last)) {
          last = numbered.number
          yield numbered
        }
        await Promise.race([waiting, stopped])
      }
    },
  }
}

const lines: Readonly<Record<string, unknown>>[] = []
const logger: Logger = { debug() {}, info() {}, warn: fields => lines.push(fields), error() {}, child: () => logger }
let files = 0

interface More {
  readonly clock?: FakeClock
  /** The relay's store, by its name. */
  readonly file?: string
  readonly mostParked?: number
  readonly leaseMs?: number
}

async function dispatcher(log: ReturnType<typeof factLog>, urls: readonly string[], more: More = {}) {
  const { clock = new FakeClock(), file = `${++files}.db`, ...limits } = more
  const store = await openSqliteStore(join(folder, file), clock)
  const records = new Records(store)
  const it = new Dispatcher({
    endpoints: urls.map(url => ({ url, secret: SECRET, events: EVENTS })),
    facts: log.facts,
    readFacts: log.readFacts,
    newest: async () => log.log.length,
    records,
    clock,
    logger,
    metrics: new Prometheus(),
    ...limits,
  })
  await it.start()
  const close = async (): Promise<void> => {
    await it.close()
    await store.close()
  }
  return { it, clock, records, store, close }
}

/** Where an endpoint stands, and what is parked, in a store that is closed. */
async function kept(file: string, url: string) {
  await using store = await openSqliteStore(join(folder, file), new FakeClock())
  const records = new Records(store)
  const id = endpointId(url)
  const rows = await store.ask<{ place: string; holder: string }>(
    'SELECT place, holder FROM postrider_relay.webhook_endpoint WHERE id = $1',
    id,
  )
  return {
    ...rows[0],
    parked: await records.oldest(id, 1000),
    dropped: (await records.dropped(id)).map(one => ({ ...one })),
  }
}

/** Lets time pass until it is so. */
async function passUntil(clock: FakeClock, stepMs: number, isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await clock.advance(stepMs)
    await new Promise(setImmediate)
  }
}

suite('events', () => {
  test('are signed as Standard Webhooks say', async () => {
    const log = factLog()
    await using hook = await endpoint()
    const { clock, close } = await dispatcher(log, [hook.url])
    log.add('delivered')
    await hook.waitFor(1)
    await close()
    const { headers, body } = hook.received[0]!
    const at = Math.floor(clock.now() / 1000)
    assert.equal(headers['webhook-timestamp'], String(at))
    const other = new Webhook(SECRET)
    assert.equal(headers['webhook-signature'], other.sign(String(headers['webhook-id']), new Date(at * 1000), body))
    assert.equal(headers['content-type'], 'application/json')
    const event = JSON.parse(body)
    assert.deepEqual(event, {
      type: 'message.delivered',
      timestamp: '2026-01-05T00:00:00.000Z',
      data: { messageId: 'M', recipient: 'r1@x' },
    })
  })
  test('keep their id however often they are told', () => {
    const numbered = { number: 5, fact: { kind: 'queued', at: 0, messageId: 'M' } as unknown as DurableFact }
    assert.equal(eventOf(numbered).id, eventOf(numbered).id)
    assert.notEqual(eventOf(numbered).id, eventOf({ ...numbered, number: 6 }).id)
  })
  test('have ids of at most 40 characters, ordered as the log is', () => {
    const messageId = '00000000000000000ZZZ'
    const id = (number: number): string => eventOf({ number, fact: { kind: 'queued', at: 0, messageId } as never }).id
    const numbers = [1, 2, 10, 99, 1000, 2 ** 40, Number.MAX_SAFE_INTEGER]
    const ids = numbers.map(id)
    assert.deepEqual(ids.toSorted(), ids)
    for (const one of ids) assert.ok(one.length <= 40, one)
  })
  test('of every durable kind can be asked for', async () => {
    const kinds: Readonly<Record<DurableFact['kind'], true>> = {
      queued: true,
      delivered: true,
      deferred: true,
      delayed: true,
      bounced: true,
      expired: true,
      cancelled: true,
      suppressed: true,
      held: true,
      released: true,
      complained: true,
      uncertain: true,
      'notice-queued': true,
    }
    const webhooks = [{ url: 'https://hooks.example/', secret: SECRET, events: Object.keys(kinds) }]
    const { relay } = await resolveRelayOptions({ hostname: 'mail.abc.mail', relay: { webhooks } as never })
    assert.deepEqual(relay.webhooks[0]?.events, Object.keys(kinds))
  })
  test('a secret that is none is refused at start', () => {
    assert.throws(() => signer('', 'relay.webhooks.0.secret'), MailerError.is)
  })
})

suite('delivery', () => {
  test('only what was asked for is told, in a new endpoint only what is new', async () => {
    const log = factLog()
    log.add('delivered')
    await using hook = await endpoint()
    const { close } = await dispatcher(log, [hook.url])
    await new Promise(setImmediate)
    log.add('queued')
    log.add('delivered')
    await hook.waitFor(1)
    await close()
    assert.deepEqual(
      hook.received.map(one => JSON.parse(one.body).data.recipient),
      ['r3@x'],
    )
  })
  test('an event that fails is told again after a while, with the same id', async () => {
    const log = factLog()
    await using hook = await endpoint(count => (count < 3 ? 500 : 200))
    const { clock, close } = await dispatcher(log, [hook.url])
    log.add('delivered')
    await hook.waitFor(1)
    const since = clock.now()
    await passUntil(clock, 100, () => hook.received.length === 2)
    assert.ok(clock.now() - since >= 1000)
    await passUntil(clock, 100, () => hook.received.length === 3)
    assert.ok(clock.now() - since >= 6000)
    await close()
    assert.equal(new Set(hook.received.map(one => one.headers['webhook-id'])).size, 1)
  })
  test('an endpoint that hangs does not delay another', async () => {
    const log = factLog()
    const never = Promise.withResolvers<number>()
    await using dead = await endpoint(() => never.promise)
    await using hook = await endpoint()
    const { close } = await dispatcher(log, [dead.url, hook.url])
    for (let count = 0; count < 50; count++) log.add('delivered')
    await hook.waitFor(50)
    assert.ok(dead.received.length <= 16)
    never.resolve(200)
    await close()
  })
  test('after a restart it goes on where answers ended, and what was not answered comes again', async () => {
    const log = factLog()
    await using hook = await endpoint(count => (count === 3 ? 500 : 200))
    const first = await dispatcher(log, [hook.url], { file: 'restart.db' })
    for (let count = 0; count < 2; count++) log.add('delivered')
    await hook.waitFor(2)
    log.add('delivered')
    await hook.waitFor(3)
    log.add('delivered')
    await hook.waitFor(4)
    await first.close()
    const second = await dispatcher(log, [hook.url], { file: 'restart.db' })
    await passUntil(second.clock, 100, () => hook.received.length === 5)
    await second.close()
    const told = hook.received.map(one => JSON.parse(one.body).data.recipient)
    // What came after the event that failed was told, and is not told again.
    assert.deepEqual(told.toSorted(), ['r1@x', 'r2@x', 'r3@x', 'r3@x', 'r4@x'])
  })
  test('another secret or other events of an endpoint begin where it was, and others are not disturbed', async () => {
    const log = factLog()
    await using hook = await endpoint()
    await using other = await endpoint()
    const { it, clock, close } = await dispatcher(log, [hook.url, other.url])
    log.add('delivered')
    await Promise.all([hook.waitFor(1), other.waitFor(1)])
    const secret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`
    const take = it.prepare([
      { url: other.url, secret: SECRET, events: EVENTS },
      { url: hook.url, secret, events: ['queued'] },
    ])
    await take()
    log.add('delivered')
    log.add('queued')
    await Promise.all([hook.waitFor(2), other.waitFor(2)])
    await close()
    const told = hook.received.map(one => JSON.parse(one.body))
    assert.deepEqual(
      told.map(({ type, data }) => [type, data.recipient]),
      [
        ['message.delivered', 'r1@x'],
        ['message.queued', 'r3@x'],
      ],
    )
    const { headers, body } = hook.received[1]!
    const at = new Date(Math.floor(clock.now() / 1000) * 1000)
    assert.equal(headers['webhook-signature'], new Webhook(secret).sign(String(headers['webhook-id']), at, body))
  })
  test('410 ends an endpoint', async () => {
    const log = factLog()
    await using hook = await endpoint(() => 410)
    const { close } = await dispatcher(log, [hook.url], { file: 'gone.db' })
    log.add('delivered')
    await hook.waitFor(1)
    while (!lines.some(line => line.event === 'webhook-gone')) await new Promise(setImmediate)
    log.add('delivered')
    await close()
    assert.equal(hook.received.length, 1)
    assert.equal((await kept('gone.db', hook.url)).place, placeOf(1))
  })
  test('after three days an event is given up and the next one is told', async () => {
    const log = factLog()
    await using hook = await endpoint(count => (count < 30 ? 500 : 200))
    const { clock, close } = await dispatcher(log, [hook.url], { leaseMs: 86_400_000 })
    log.add('delivered')
    await passUntil(clock, 3_600_000, () => lines.some(line => line.event === 'webhook-given-up'))
    log.add('delivered')
    await passUntil(clock, 1000, () => hook.received.some(one => one.body.includes('r2@x')))
    await close()
    const dropped = lines.filter(line => line.event === 'webhook-dropped')
    assert.deepEqual(
      dropped.map(({ because, after, through, count }) => ({ because, after, through, count })),
      [{ because: 'age', after: placeOf(0), through: placeOf(1), count: 1 }],
    )
  })
  test('the path and the query of a URL are not logged', () => {
    assert.ok(lines.length > 0)
    assert.ok(!JSON.stringify(lines).includes('x=1'))
    assert.ok(!JSON.stringify(lines).includes('/hook'))
  })
})

suite('events that fail', () => {
  const recipients = (hook: { readonly received: readonly Received[] }): string[] =>
    hook.received.map(one => JSON.parse(one.body).data.recipient)

  test('do not keep others waiting, however many they are, and are parked', async () => {
    const log = factLog()
    // Every other event is one that this receiver cannot take.
    await using hook = await endpoint((_, body) => (Number(/r(\d+)@x/.exec(body)?.[1]) % 2 === 0 ? 500 : 204))
    const { close } = await dispatcher(log, [hook.url], { file: 'poison.db' })
    for (let count = 0; count < 100; count++) log.add('delivered')
    await hook.waitFor(100)
    await close()
    const { place, parked } = await kept('poison.db', hook.url)
    assert.equal(place, placeOf(100))
    assert.deepEqual(
      parked.map(one => one.place),
      Array.from({ length: 50 }, (_, at) => placeOf(2 * at + 2)),
    )
  })
  test('are not tried all when none is taken, and are all told when the endpoint is back', async () => {
    const log = factLog()
    let isDown = true
    await using hook = await endpoint(() => (isDown ? 503 : 204))
    const { clock, close } = await dispatcher(log, [hook.url], { file: 'down.db' })
    for (let count = 0; count < 500; count++) log.add('delivered')
    await passUntil(clock, 0, () => hook.received.length >= 17)
    await passUntil(clock, 1000, () => clock.now() > Date.UTC(2026, 0, 5, 12, 1))
    assert.ok(hook.received.length < 200, `${hook.received.length} tries in a minute`)
    isDown = false
    const before = hook.received.length
    await passUntil(clock, 1000, () => new Set(recipients(hook).slice(before)).size === 500)
    await close()
    const { place, parked } = await kept('down.db', hook.url)
    assert.deepEqual([place, parked], [placeOf(500), []])
    assert.equal(hook.received.length - before, 500)
  })
  test('beyond so many the oldest are dropped, told with the range and counted', async () => {
    const log = factLog()
    await using hook = await endpoint(() => 500)
    const { clock, close } = await dispatcher(log, [hook.url], { file: 'many.db', mostParked: 30 })
    const told = lines.length
    for (let count = 0; count < 100; count++) log.add('delivered')
    await passUntil(clock, 100, () => lines.slice(told).some(line => line.event === 'webhook-dropped'))
    await passUntil(clock, 1000, () => clock.now() > Date.UTC(2026, 0, 5, 12, 2))
    await close()
    const { place, parked, dropped } = await kept('many.db', hook.url)
    assert.equal(place, placeOf(100))
    assert.deepEqual(
      parked.map(one => one.place),
      Array.from({ length: 30 }, (_, at) => placeOf(at + 71)),
    )
    assert.deepEqual(dropped, [{ because: 'number', after: placeOf(0), through: placeOf(70), count: 70 }])
    const counts = lines.slice(told).filter(line => line.event === 'webhook-dropped')
    assert.equal(
      counts.reduce((sum, line) => sum + Number(line.count), 0),
      70,
    )
  })
  test('that the queue has no more are dropped and told', async () => {
    const log = factLog()
    await using hook = await endpoint(count => (count === 1 ? 500 : 204))
    const { clock, close } = await dispatcher(log, [hook.url], { file: 'retention.db' })
    log.add('delivered')
    await hook.waitFor(1)
    log.log.length = 0
    await passUntil(clock, 1000, () => lines.some(line => line.event === 'webhook-dropped' && line.because === 'gone'))
    await close()
    assert.equal((await kept('retention.db', hook.url)).parked.length, 0)
  })
})

suite('several relays on one queue', () => {
  test('tell each event once between them, and another goes on when one ends', async () => {
    const log = factLog()
    await using hook = await endpoint()
    const clock = new FakeClock()
    const first = await dispatcher(log, [hook.url], { file: 'shared.db', clock })
    for (let count = 0; count < 20; count++) log.add('delivered')
    await hook.waitFor(20)
    const second = await dispatcher(log, [hook.url], { file: 'shared.db', clock })
    for (let count = 0; count < 20; count++) log.add('delivered')
    await hook.waitFor(40)
    await first.close()
    for (let count = 0; count < 20; count++) log.add('delivered')
    await passUntil(clock, 1000, () => hook.received.length >= 60)
    await second.close()
    const ids = hook.received.map(one => one.headers['webhook-id'])
    assert.equal(ids.length, 60)
    assert.equal(new Set(ids).size, 60)
  })
  test('when one dies its lease runs out, and another goes on', async () => {
    const log = factLog()
    await using hook = await endpoint()
    const dead = await openSqliteStore(join(folder, 'dead.db'), new FakeClock())
    const records = new Records(dead)
    await records.add(endpointId(hook.url), placeOf(0))
    assert.ok(await records.hold(endpointId(hook.url), 'the dead', 15_000))
    await dead.close()
    const clock = new FakeClock()
    const { close } = await dispatcher(log, [hook.url], { file: 'dead.db', clock })
    log.add('delivered')
    const since = clock.now()
    await passUntil(clock, 1000, () => hook.received.length === 1)
    assert.ok(clock.now() - since >= 14_000)
    await close()
  })
  test('one that has slept past its lease tells nothing more', async () => {
    const log = factLog()
    await using hook = await endpoint()
    const clock = new FakeClock()
    const asleep = await dispatcher(log, [hook.url], { file: 'asleep.db', clock })
    // Another takes the endpoint by the clock of the store, whatever the sleeper believes.
    await asleep.store.ask("UPDATE postrider_relay.webhook_endpoint SET holder = 'another', until = now_ms() + 9000")
    log.add('delivered')
    await hook.waitFor(1)
    for (let count = 0; count < 100; count++) await new Promise(setImmediate)
    log.add('delivered')
    await clock.advance(5000)
    assert.equal(hook.received.length, 1)
    await asleep.close()
    const { place, holder } = await kept('asleep.db', hook.url)
    assert.deepEqual([place, holder], [placeOf(0), 'another'])
  })
})

suite('webhooks.json', () => {
  test('is taken over once, and nothing is told twice', async () => {
    const log = factLog()
    await using hook = await endpoint()
    for (let count = 0; count < 5; count++) log.add('delivered')
    const path = join(folder, 'webhooks.json')
    const json = JSON.stringify({ [hook.url]: 3 })
    await writeFile(path, json)
    const store = await openSqliteStore(join(folder, 'taken.db'), new FakeClock())
    const newest = async (): Promise<number> => log.log.length
    await takeOver(path, new Records(store), newest)
    await store.close()
    await assert.rejects(readFile(path))
    const first = await dispatcher(log, [hook.url], { file: 'taken.db' })
    log.add('delivered')
    await hook.waitFor(3)
    // A crash right after the store had it would leave the file.
    await writeFile(path, json)
    await takeOver(path, first.records, newest)
    await first.close()
    const second = await dispatcher(log, [hook.url], { file: 'taken.db' })
    log.add('delivered')
    await hook.waitFor(4)
    await second.close()
    assert.deepEqual(
      hook.received.map(one => JSON.parse(one.body).data.recipient),
      ['r4@x', 'r5@x', 'r6@x', 'r7@x'],
    )
    // What may have been told before has the id that it was told with.
    assert.deepEqual(
      hook.received.map(one => one.headers['webhook-id']),
      ['M-4', 'M-5', `${placeOf(6)}-M`, `${placeOf(7)}-M`],
    )
  })
  test('that is damaged keeps no relay from starting', async () => {
    const path = join(folder, 'damaged.json')
    await writeFile(path, '{"half')
    await using store = await openSqliteStore(':memory:')
    await takeOver(path, new Records(store), async () => 0)
  })
})
