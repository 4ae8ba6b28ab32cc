import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type DurableFact, MailerError } from '@postrider/core'
import { Webhook } from 'standardwebhooks'
import { resolveRelayOptions } from '../config/options.ts'
import { endpointId } from './endpoint.ts'
import { eventOf } from './event.ts'
import { placeOf } from './place.ts'
import { signer } from './signature.ts'
import {
  type Dispatching,
  dispatcher,
  dropped,
  EVENTS,
  endpoint,
  factLog,
  kept,
  lines,
  passUntil,
  SECRET,
  webhooksOf,
} from './webhook.fixture.ts'

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
    for (const name of ['id', 'timestamp', 'signature'])
      assert.equal(headers[`svix-${name}`], headers[`webhook-${name}`], name)
    assert.equal(headers['content-type'], 'application/json')
    const event = JSON.parse(body)
    assert.deepEqual(event, {
      type: 'message.delivered',
      timestamp: '2026-01-05T00:00:00.000Z',
      data: { messageId: 'M', recipient: 'r1@x' },
    })
  })
  test('are proved by either secret while one takes the place of the other', () => {
    const [now, before] = [SECRET, `whsec_${Buffer.alloc(32, 9).toString('base64')}`]
    const headers = signer([now, before], 'relay.webhooks.0')('id', new Date(), '{}')
    for (const secret of [now, before]) assert.deepEqual(new Webhook(secret).verify('{}', headers as never), {})
    const other = new Webhook(`whsec_${Buffer.alloc(32, 1).toString('base64')}`)
    assert.throws(() => other.verify('{}', headers as never))
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
      rescheduled: true,
      complained: true,
      returned: true,
      'auto-replied': true,
      unsubscribed: true,
      uncertain: true,
      'notice-queued': true,
    }
    const webhooks = [{ url: 'https://hooks.example/', secret: SECRET, events: Object.keys(kinds) }]
    const { relay } = await resolveRelayOptions({ hostname: 'mail.abc.mail', relay: { webhooks } as never })
    assert.deepEqual(relay.webhooks[0]?.events, Object.keys(kinds))
  })
  test('a secret that is none is refused at start', () => {
    assert.throws(() => signer([''], 'relay.webhooks.0'), MailerError.is)
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
  test('an endpoint that says when to come back is not asked before', async () => {
    const log = factLog()
    await using hook = await endpoint(count => (count < 2 ? 429 : 200), { 'retry-after': '90' })
    const { clock, close } = await dispatcher(log, [hook.url])
    log.add('delivered')
    await hook.waitFor(1)
    const since = clock.now()
    await passUntil(clock, 1000, () => hook.received.length === 2)
    assert.ok(clock.now() - since >= 90_000)
    await close()
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
  test('while what was told cannot be written no more is told than may come again', async t => {
    const log = factLog()
    await using hook = await endpoint()
    const { records, close } = await dispatcher(log, [hook.url])
    const write = records.write.bind(records)
    const written = Promise.withResolvers<void>()
    t.mock.method(records, 'write', async (...given: Parameters<typeof write>) => {
      await written.promise
      return write(...given)
    })
    for (let count = 0; count < 500; count++) log.add('delivered')
    await hook.waitFor(32)
    for (let told = 0; told < hook.received.length; ) {
      told = hook.received.length
      for (let turns = 0; turns < 1000; turns++) await new Promise(setImmediate)
    }
    assert.ok(hook.received.length <= 16 + 16 + 32, `${hook.received.length} told`)
    written.resolve()
    await hook.waitFor(500)
    await close()
    assert.equal(hook.received.length, 500)
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
  test('410 stops an endpoint, also after a restart, until somebody starts it; then it is told what it missed', async () => {
    const log = factLog()
    let isGone = true
    await using hook = await endpoint(() => (isGone ? 410 : 204))
    const first = await dispatcher(log, [hook.url], { file: 'gone.db' })
    log.add('delivered')
    await hook.waitFor(1)
    const stopped = async ({ records }: Dispatching) => (await records.standing(endpointId(hook.url)))?.stopped
    while ((await stopped(first)) === undefined) await new Promise(setImmediate)
    log.add('delivered')
    await first.close()
    assert.equal(hook.received.length, 1)
    assert.equal((await kept('gone.db', hook.url)).place, placeOf(1))
    isGone = false
    const second = await dispatcher(log, [hook.url], { file: 'gone.db' })
    for (let times = 0; times < 100; times++) await second.clock.advance(1000)
    assert.equal(hook.received.length, 1)
    assert.equal((await stopped(second))?.because, 'gone')
    assert.equal(await webhooksOf(second, log, [hook.url]).start(hook.url), true)
    await passUntil(second.clock, 1000, () => hook.received.length === 3)
    await second.close()
    const told = hook.received.map(one => JSON.parse(one.body).data.recipient)
    assert.deepEqual(told.toSorted(), ['r1@x', 'r1@x', 'r2@x'])
  })
  test('after three days an event is given up and the next one is told', async () => {
    const log = factLog()
    await using hook = await endpoint(count => (count < 30 ? 500 : 200))
    const { clock, close } = await dispatcher(log, [hook.url], { leaseMs: 86_400_000 })
    const told = lines.length
    log.add('delivered')
    await passUntil(clock, 3_600_000, () => lines.slice(told).some(line => line.event === 'webhook-given-up'))
    log.add('delivered')
    await passUntil(clock, 1000, () => hook.received.some(one => one.body.includes('r2@x')))
    await close()
    assert.deepEqual(
      dropped
        .filter(({ endpoint }) => endpoint === new URL(hook.url).origin)
        .map(({ because, after, through, count }) => ({ because, after, through, count })),
      [{ because: 'age', after: placeOf(0), through: placeOf(1), count: 1 }],
    )
  })
  test('the path and the query of a URL are not logged', () => {
    assert.ok(lines.length > 0)
    assert.ok(!JSON.stringify(lines).includes('x=1'))
    assert.ok(!JSON.stringify(lines).includes('/hook'))
  })
})
