import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { type DurableFact, type Logger, MailerError, type NumberedFact } from '@postrider/core'
import { FakeClock } from '@postrider/core/testing'
import { Webhook } from 'standardwebhooks'
import { Cursors } from './cursor.ts'
import { Dispatcher } from './dispatcher.ts'
import { eventOf } from './event.ts'
import { signer } from './signature.ts'

const folder = await mkdtemp(join(tmpdir(), 'postrider-webhook-'))
after(() => rm(folder, { recursive: true }))
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const EVENTS = ['delivered', 'bounced']

interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** An endpoint that answers as it is told. */
async function endpoint(answer: (count: number) => number | Promise<number> = () => 204) {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    received.push({ headers: request.headers, body })
    response.writeHead(await answer(received.length)).end()
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

async function dispatcher(
  log: ReturnType<typeof factLog>,
  urls: readonly string[],
  more: { clock?: FakeClock; file?: string } = {},
) {
  const cursors = new Cursors(join(folder, more.file ?? `${++files}.json`))
  await cursors.open()
  const clock = more.clock ?? new FakeClock()
  const newest = log.log.length
  const it = new Dispatcher({
    endpoints: urls.map(url => ({ url, secret: SECRET, events: EVENTS })),
    facts: log.facts,
    newest: async () => newest,
    cursors,
    clock,
    logger,
  })
  await it.start()
  return { it, clock, cursors }
}

suite('events', () => {
  test('are signed as Standard Webhooks say', async () => {
    const log = factLog()
    await using hook = await endpoint()
    const { it, clock } = await dispatcher(log, [hook.url])
    log.add('delivered')
    await hook.waitFor(1)
    await it.close()
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
  test('a secret that is none is refused at start', () => {
    assert.throws(() => signer('', 'relay.webhooks.0.secret'), MailerError.is)
  })
})

suite('delivery', () => {
  test('only what was asked for is told, in a new endpoint only what is new', async () => {
    const log = factLog()
    log.add('delivered')
    await using hook = await endpoint()
    const { it } = await dispatcher(log, [hook.url])
    await new Promise(setImmediate)
    log.add('queued')
    log.add('delivered')
    await hook.waitFor(1)
    await it.close()
    assert.deepEqual(
      hook.received.map(one => JSON.parse(one.body).data.recipient),
      ['r3@x'],
    )
  })
  test('an event that fails is told again after a while, with the same id', async () => {
    const log = factLog()
    await using hook = await endpoint(count => (count < 3 ? 500 : 200))
    const { it, clock } = await dispatcher(log, [hook.url])
    log.add('delivered')
    for (const wait of [1000, 5000]) {
      await clock.armed(wait)
      await clock.advance(wait)
    }
    await hook.waitFor(3)
    await it.close()
    assert.equal(new Set(hook.received.map(one => one.headers['webhook-id'])).size, 1)
  })
  test('an endpoint that hangs does not delay another', async () => {
    const log = factLog()
    const never = Promise.withResolvers<number>()
    await using dead = await endpoint(() => never.promise)
    await using hook = await endpoint()
    const { it } = await dispatcher(log, [dead.url, hook.url])
    for (let count = 0; count < 50; count++) log.add('delivered')
    await hook.waitFor(50)
    assert.ok(dead.received.length <= 16)
    never.resolve(200)
    await it.close()
  })
  test('after a restart it goes on where answers ended, and what was not answered comes again', async () => {
    const log = factLog()
    await using hook = await endpoint(count => (count === 3 ? 500 : 200))
    const first = await dispatcher(log, [hook.url], { file: 'restart.json' })
    for (let count = 0; count < 2; count++) log.add('delivered')
    await hook.waitFor(2)
    log.add('delivered')
    await hook.waitFor(3)
    await first.clock.armed(1000)
    log.add('delivered')
    await hook.waitFor(4)
    await first.it.close()
    const second = await dispatcher(log, [hook.url], { file: 'restart.json' })
    await hook.waitFor(6)
    await second.it.close()
    const told = hook.received.map(one => JSON.parse(one.body).data.recipient)
    assert.deepEqual(told.toSorted(), ['r1@x', 'r2@x', 'r3@x', 'r3@x', 'r4@x', 'r4@x'])
  })
  test('another secret or other events of an endpoint begin where it was, and others are not disturbed', async () => {
    const log = factLog()
    await using hook = await endpoint()
    await using other = await endpoint()
    const { it, clock } = await dispatcher(log, [hook.url, other.url])
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
    await it.close()
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
    const { it, cursors } = await dispatcher(log, [hook.url])
    log.add('delivered')
    await hook.waitFor(1)
    while (!lines.some(line => line.event === 'webhook-gone')) await new Promise(setImmediate)
    log.add('delivered')
    await it.close()
    assert.equal(hook.received.length, 1)
    assert.equal(cursors.of(hook.url), 1)
  })
  test('after three days an event is given up and the next one is told', async () => {
    const log = factLog()
    await using hook = await endpoint(count => (count < 30 ? 500 : 200))
    const { it, clock } = await dispatcher(log, [hook.url])
    log.add('delivered')
    while (!lines.some(line => line.event === 'webhook-given-up')) {
      await clock.advance(4 * 3_600_000)
      await new Promise(setImmediate)
    }
    await it.close()
  })
  test('a URL with a password is not logged with it', () => {
    assert.ok(!JSON.stringify(lines).includes('x=1'))
  })
})
