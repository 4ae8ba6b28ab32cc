/** Scenarios: days of retrying, with a clock that is moved by hand and real sockets. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Mailer, type Receipt, systemClock } from '@postrider/core'
import { FakeClock } from '@postrider/core/testing'
import { DRAFT, openWorld } from '../support/world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Moves the clock to the next attempt and lets it end, until nothing is open. Answers when the attempts were. */
async function untilDone(mailer: Mailer, clock: FakeClock, { id }: Receipt): Promise<readonly number[]> {
  const attempts: number[] = []
  for (;;) {
    await mailer.idle()
    const { recipients, dueAt } = await mailer.queue.show(id)
    attempts.push(clock.now())
    if (recipients.every(({ state }) => state !== 'deferred')) return attempts
    assert.ok(attempts.length < 100, 'it ends')
    await clock.advance((dueAt ?? 0) - clock.now())
  }
}

test('a host that is never ready is asked after 1, 5, 15, 30 min, 1, 2, 4 h, then every 4 h, for 5 days', async () => {
  const clock = new FakeClock()
  const accepted = clock.now()
  await using world = await openWorld({
    hosts: [{ answer: ({ verb }) => (verb === 'RCPT' ? '450 4.2.1 not now' : undefined) }],
    // In the middle of the jitter.
    seams: { clock, random: () => 0.5 },
  })
  const receipt = await world.mailer.send(DRAFT)
  const attempts = await untilDone(world.mailer, clock, receipt)
  const waits = attempts.slice(1).map((at, index) => (at - (attempts[index] ?? 0)) / MINUTE)
  assert.deepEqual(waits.slice(0, 9), [1, 5, 15, 30, 60, 120, 240, 240, 240])
  assert.ok(waits.slice(9, -1).every(wait => wait === 240))
  assert.equal((attempts.at(-1) ?? 0) - accepted, 5 * DAY)
  const { facts, lines } = await world.mailer.explain(receipt.id)
  const kinds = facts.map(({ fact }) => fact.kind)
  assert.equal(kinds.filter(kind => kind === 'delayed').length, 1)
  const delayed = facts.map(({ fact }) => fact).find(fact => fact.kind === 'delayed')
  assert.ok((delayed?.sinceMs ?? 0) >= 4 * HOUR && (delayed?.sinceMs ?? 0) < 8 * HOUR)
  assert.equal(kinds.at(-1), 'expired')
  assert.match(lines.at(-1)?.text ?? '', /^Done: 1 expired/)
})

test('each wait is jittered, so that mail that failed together does not come back together', async () => {
  const clock = new FakeClock()
  await using world = await openWorld({
    hosts: [{ answer: ({ verb }) => (verb === 'RCPT' ? '450 4.2.1 not now' : undefined) }],
    seams: { clock },
  })
  const due = new Set<number>()
  for (let sent = 0; sent < 5; sent++) {
    const receipt = await world.mailer.send(DRAFT)
    await world.mailer.idle()
    due.add((await world.mailer.queue.show(receipt.id)).dueAt ?? 0)
  }
  assert.ok(due.size > 1)
  for (const at of due) assert.ok(Math.abs(at - clock.now() - MINUTE) <= 0.2 * MINUTE)
})

test('"try again in N" is honoured', async () => {
  const clock = new FakeClock()
  await using world = await openWorld({
    hosts: [{ answer: ({ verb }) => (verb === 'RCPT' ? '450 4.7.1 greylisted, try again in 600 seconds' : undefined) }],
    seams: { clock, random: () => 0 },
  })
  const receipt = await world.mailer.send(DRAFT)
  await world.mailer.idle()
  assert.equal((await world.mailer.queue.show(receipt.id)).dueAt, clock.now() + 600_000)
})

test('notBefore is kept, and the time to live begins there', async () => {
  const clock = new FakeClock()
  await using world = await openWorld({ seams: { clock } })
  const notBefore = clock.now() + 10 * DAY
  const receipt = await world.mailer.send(DRAFT, { notBefore })
  await world.mailer.idle()
  assert.equal(world.mx[0]?.connections, 0)
  assert.equal((await world.mailer.queue.show(receipt.id)).expiresAt, notBefore + 5 * DAY)
  await clock.advance(10 * DAY)
  await world.mx[0]?.waitFor(1)
  assert.equal((await receipt.settled()).delivered, true)
})

test('a high priority is delivered before what waits longer', async () => {
  await using world = await openWorld({ options: { delivery: { concurrency: 1 } } })
  await world.mailer.close()
  const still = await world.another({}, { deliver: false })
  for (const [subject, priority] of [
    ['digest', 'low'],
    ['receipt', 'normal'],
    ['reset', 'high'],
  ] as const)
    await still.send({ ...DRAFT, subject }, { priority })
  await still.close()
  const mailer = await world.another()
  await world.mx[0]?.waitFor(3)
  await mailer.idle()
  assert.deepEqual(
    world.mx[0]?.messages.map(({ content }) => /^Subject: (.*)\r$/m.exec(content.toString())?.[1]),
    ['reset', 'receipt', 'digest'],
  )
})

test('a clock that jumps, as after a night asleep, hands nothing out twice that is under way', async () => {
  let jumped = 0
  const reached = Promise.withResolvers<void>()
  const released = Promise.withResolvers<undefined>()
  await using world = await openWorld({
    hosts: [
      {
        answer: ({ verb, message }) => {
          if (verb !== 'MESSAGE' || !message?.content.includes('Subject: slow')) return undefined
          reached.resolve()
          return released.promise
        },
      },
    ],
    seams: { clock: { ...systemClock, now: () => Date.now() + jumped } },
  })
  const slow = await world.mailer.send({ ...DRAFT, subject: 'slow' })
  await reached.promise
  jumped = 8 * HOUR
  for (let sent = 0; sent < 3; sent++) await (await world.mailer.send(DRAFT)).settled()
  released.resolve(undefined)
  assert.equal((await slow.settled()).delivered, true)
  await world.mailer.idle()
  assert.equal(world.mx[0]?.messages.filter(({ content }) => content.includes('Subject: slow')).length, 1)
})
