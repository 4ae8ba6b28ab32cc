/** Scenarios: many messages: stuck for one domain, sent at once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { watchTurns } from '../support/turns.ts'
import { DRAFT, openWorld, type World } from '../support/world.ts'

const RAW = Buffer.from('From: me@sender.test\r\nSubject: Hello\r\n\r\nIt works.\r\n')

async function acceptMany(world: World, count: number, domain: string): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < count) await world.mailer.accept(RAW, { from: 'me@sender.test', to: [`user${next++}@${domain}`] })
  }
  await Promise.all(Array.from({ length: 64 }, worker))
}

/** How long a message to the healthy domain takes, in ms; the slowest of some. */
async function slowestOfSome(world: World): Promise<number> {
  let slowest = 0
  for (let sent = 0; sent < 5; sent++) {
    const began = performance.now()
    const outcome = await (await world.mailer.send(DRAFT)).settled()
    assert.equal(outcome.delivered, true)
    slowest = Math.max(slowest, performance.now() - began)
  }
  return slowest
}

const ZONE = { 'stuck.test': { MX: '10 mx2.dest.test' }, 'dest.test': { MX: '10 mx1.dest.test' } }
/** On an idle machine it takes some 20 ms, and behind a host that hangs some minutes: a busy machine has room in between. */
const SOON_MS = 20_000

test('10,000 messages stuck at a host that hangs do not delay another domain', async () => {
  await using world = await openWorld({
    hosts: [{}, { answer: ({ verb }) => (verb === 'CONNECT' ? new Promise<undefined>(() => {}) : undefined) }],
    zone: ZONE,
  })
  await acceptMany(world, 10_000, 'stuck.test')
  assert.ok((await slowestOfSome(world)) < SOON_MS)
  assert.ok((world.mx[1]?.connections ?? 0) > 0)
  assert.ok((await world.mailer.queue.counts()).recipients >= 10_000)
  const began = performance.now()
  await world.mailer.close({ withinMs: 100 })
  assert.ok(performance.now() - began < 30_000, 'and the mailer can be closed')
})

test('10,000 messages stuck at a host that is down do not delay another domain', async () => {
  await using world = await openWorld({ hosts: [{}, 'down'], zone: ZONE })
  await acceptMany(world, 10_000, 'stuck.test')
  // To be refused takes no time: what counts is how many of them went before.
  let deferred = 0
  world.mailer.on('deferred', () => void deferred++)
  assert.ok((await slowestOfSome(world)) < SOON_MS)
  assert.ok(deferred < 1_000, `${deferred} others were tried before`)
  await world.mailer.close({ withinMs: 100 })
})

test('10,000 messages stuck at name servers that never answer do not delay another domain', async () => {
  await using world = await openWorld({ zone: { 'silent.test': { fail: 'silent' } } })
  await acceptMany(world, 10_000, 'silent.test')
  assert.ok((await slowestOfSome(world)) < SOON_MS)
  await world.mailer.close({ withinMs: 100 })
})

test('sendMany of 1,000 drafts accepts and delivers each, and neither blocks the event loop nor keeps their bytes', async () => {
  await using world = await openWorld()
  await (await world.mailer.send(DRAFT)).settled()
  const turns = watchTurns()
  const drafts = Array.from({ length: 1_000 }, (_, index) => ({
    ...DRAFT,
    to: `user${index}@dest.test`,
    html: `<p>${'It works. '.repeat(1_000)}</p>`,
  }))
  const results = await world.mailer.sendMany(drafts)
  assert.ok(results.every(({ ok }) => ok))
  await world.mailer.idle()
  const longest = turns.stop()
  assert.equal(world.mx[0]?.messages.length, 1_001)
  assert.equal(new Set(results.map(result => (result.ok ? result.receipt.messageId : ''))).size, 1_000)
  assert.ok(longest < 500, `the event loop had no turn for ${longest} ms of work`)
})
