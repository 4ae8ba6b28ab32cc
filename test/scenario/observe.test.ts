/** Scenarios: how one message is seen from outside: listeners, channels, the stream of facts, logs, metrics. */
import assert from 'node:assert/strict'
import diagnosticsChannel from 'node:diagnostics_channel'
import { test } from 'node:test'
import type { Fact, Logger, Metrics } from '@postrider/core'
import { DRAFT, openWorld } from '../support/world.ts'

/** Accepted once, put off once, then delivered. */
const once451 = () => {
  let knocks = 0
  return ({ verb }: { readonly verb: string }) => (verb === 'RCPT' && ++knocks === 1 ? '451 4.7.1 later' : undefined)
}

test('a listener hears each kind it asked for, until it stops listening', async () => {
  await using world = await openWorld({ hosts: [{ answer: once451() }] })
  const all: Fact[] = []
  const delivered: string[] = []
  const stopAll = world.mailer.on('*', fact => all.push(fact))
  world.mailer.on('delivered', ({ recipient, tookMs, tags }) =>
    delivered.push(`${recipient} ${tookMs >= 0} ${tags?.of}`),
  )
  const receipt = await world.mailer.send({ ...DRAFT, tags: { of: 'order-1' } })
  await world.mailer.idle()
  await world.mailer.queue.flush()
  await receipt.settled()
  assert.deepEqual(
    all.map(({ kind }) => kind),
    ['queued', 'routed', 'session-opened', 'deferred', 'routed', 'delivered'],
  )
  assert.deepEqual(delivered, ['you@dest.test true order-1'])
  stopAll()
  await (await world.mailer.send(DRAFT)).settled()
  assert.equal(all.length, 6)
  assert.equal(delivered.length, 2)
})

test('a listener that throws or rejects does not disturb delivery', async () => {
  await using world = await openWorld()
  world.mailer.on('*', () => {
    throw new Error('of the embedder')
  })
  world.mailer.on('delivered', (async () => {
    throw new Error('of the embedder, later')
  }) as () => void)
  assert.equal((await (await world.mailer.send(DRAFT)).settled()).delivered, true)
})

test('the stream of facts begins after a number, goes on with what comes, and survives a restart', async () => {
  await using world = await openWorld()
  await (await world.mailer.send(DRAFT)).settled()
  const seen: [number, string][] = []
  const stop = new AbortController()
  const following = (async () => {
    for await (const { number, fact } of world.mailer.facts({ after: 0, signal: stop.signal })) {
      seen.push([number, fact.kind])
      if (seen.length === 4) stop.abort()
    }
  })()
  await (await world.mailer.send(DRAFT)).settled()
  await following
  assert.deepEqual(
    seen.map(([, kind]) => kind),
    ['queued', 'delivered', 'queued', 'delivered'],
  )
  await world.mailer.close()
  const next = await world.another()
  for await (const { number, fact } of next.facts({ after: seen[2]?.[0] ?? 0 })) {
    assert.deepEqual([number, fact.kind], seen[3])
    break
  }
})

test('a stream of facts ends when the mailer is closed', async () => {
  await using world = await openWorld()
  const following = Array.fromAsync(world.mailer.facts())
  await (await world.mailer.send(DRAFT)).settled()
  await world.mailer.close()
  assert.deepEqual(
    (await following).map(({ fact }) => fact.kind),
    ['queued', 'delivered'],
  )
})

test('each fact is on the diagnostics channel of its kind', async () => {
  await using world = await openWorld()
  const heard: unknown[] = []
  const hear = (fact: unknown): number => heard.push(fact)
  diagnosticsChannel.subscribe('postrider:delivered', hear)
  const receipt = await world.mailer.send(DRAFT)
  await receipt.settled()
  diagnosticsChannel.unsubscribe('postrider:delivered', hear)
  assert.equal((heard[0] as { messageId?: string }).messageId, receipt.id)
})

test('a pino-shaped logger gets one line for each fact, and a metrics library its counts', async () => {
  const lines: [string, string, Readonly<Record<string, unknown>>][] = []
  const at = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string) => {
    lines.push([level, message, fields])
  }
  const logger: Logger = {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => logger,
  }
  const counts = new Map<string, number>()
  const count = ({ name }: { readonly name: string }) => ({
    add: (value: number) => void counts.set(name, (counts.get(name) ?? 0) + value),
    record: () => void counts.set(name, (counts.get(name) ?? 0) + 1),
    set: () => undefined,
  })
  const metrics: Metrics = { counter: count, gauge: count, histogram: count }
  await using world = await openWorld({ seams: { logger, metrics } })
  const receipt = await world.mailer.send(DRAFT)
  await receipt.settled()
  const sent = lines.find(([, message]) => message === 'delivered')
  assert.equal(sent?.[0], 'info')
  assert.equal(sent?.[2].id, receipt.id)
  assert.equal(sent?.[2].relay, 'mx1.dest.test[127.0.0.11]')
  assert.equal(sent?.[2].dsn, '2.0.0')
  assert.equal(counts.get('postrider_messages_queued_total'), 1)
  assert.equal(counts.get('postrider_recipients_total'), 1)
  assert.equal(counts.get('postrider_delivery_seconds'), 1)
})

test('no password is in any fact, log line, story or route, not even when the login fails', async () => {
  const said: string[] = []
  const say = (fields: unknown, message: string): void => void said.push(JSON.stringify([fields, message]))
  const logger: Logger = { debug: say, info: say, warn: say, error: say, child: () => logger }
  const password = 'correct horse battery staple'
  const secrets = [
    password,
    Buffer.from(password).toString('base64'),
    Buffer.from(`\0user\0${password}`).toString('base64'),
  ]
  await using world = await openWorld({
    hosts: [{ login: { user: 'user', password: 'another' } }],
    seams: { logger },
    options: { routes: [] },
  })
  for (const method of ['plain', 'login'] as const) {
    const route = {
      domain: '*',
      host: 'mx1.dest.test',
      port: world.mx[0]?.port ?? 0,
      login: { user: 'user', password, method },
    }
    await world.mailer.close()
    const mailer = await world.another({ routes: [route] }, { logger })
    mailer.on('*', fact => said.push(JSON.stringify(fact)))
    const receipt = await mailer.send(DRAFT)
    await mailer.idle()
    const story = await mailer.explain(receipt.id)
    assert.equal(story.facts.at(-1)?.fact.kind, 'deferred')
    assert.match(JSON.stringify(story), /AUTH (PLAIN|LOGIN)/)
    said.push(JSON.stringify(story), JSON.stringify(await mailer.route('dest.test')))
    await mailer.close()
  }
  for (const secret of secrets) assert.ok(!said.some(text => text.includes(secret)), `told: ${secret}`)
})
