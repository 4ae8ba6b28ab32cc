/**
 * Scenarios: the wall clock is set forward and back, by hours and by days, while everything that waits on time waits.
 *
 * The rule. Who waits for a duration does not notice: claims, leases, delivery itself, pauses of sites, what DNS gave. What is due, expires or is kept by the wall clock goes by the wall clock as it is set: retries, notBefore, expiry,
 * history, and the idempotency keys in it.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@postrider/core/testing'
import { DRAFT, openWorld, type World } from '../support/world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const STEPS: readonly (readonly [name: string, ms: number])[] = [
  ['back by three days', -3 * DAY],
  ['back by eight hours', -8 * HOUR],
  ['forward by eight hours', 8 * HOUR],
  ['forward by three days', 3 * DAY],
]

const BUSY = { answer: ({ verb }: { readonly verb: string }) => (verb === 'RCPT' ? '450 4.2.1 not now' : undefined) }

const arrived = (world: World): number => world.mx[0]?.messages.length ?? 0

for (const [name, ms] of STEPS) {
  test(`set ${name}: what is sent then is delivered at once, and again after the leases had to be renewed`, async () => {
    const clock = new FakeClock()
    await using world = await openWorld({ seams: { clock } })
    await (await world.mailer.send(DRAFT)).settled()
    clock.step(ms)
    assert.equal((await (await world.mailer.send(DRAFT)).settled()).delivered, true)
    await clock.advance(MINUTE)
    assert.equal((await (await world.mailer.send(DRAFT)).settled()).delivered, true)
    assert.equal(arrived(world), 3)
  })

  test(`set ${name} while a message is under way: it is delivered once, and what comes beside it is not held up`, async () => {
    const clock = new FakeClock()
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
      seams: { clock },
    })
    const slow = await world.mailer.send({ ...DRAFT, subject: 'slow' })
    await reached.promise
    clock.step(ms)
    for (let sent = 0; sent < 3; sent++) await (await world.mailer.send(DRAFT)).settled()
    released.resolve(undefined)
    assert.equal((await slow.settled()).delivered, true)
    await world.mailer.idle()
    assert.equal(world.mx[0]?.messages.filter(({ content }) => content.includes('Subject: slow')).length, 1)
    const { facts } = await world.mailer.explain(slow.id)
    assert.ok(facts.every(({ fact }) => fact.kind !== 'uncertain'))
  })

  test(`set ${name}: the process that delivers goes on, and the one that stands by takes nothing over`, async () => {
    const clock = new FakeClock()
    await using world = await openWorld({ seams: { clock } })
    await world.mailer.idle()
    const other = await world.another()
    // Both are answered by their threads before more time passes.
    const second = async (): Promise<void> => {
      await clock.advance(1_000)
      for (const mailer of [world.mailer, other]) for (let n = 0; n < 3; n++) await mailer.queue.pausedSites()
    }
    for (let n = 0; n < 4; n++) await second()
    clock.step(ms)
    for (let n = 0; n < 4; n++) await second()
    let lost = 0
    for (const mailer of [world.mailer, other]) mailer.on('lease-lost', () => void lost++)
    await other.send(DRAFT)
    // The one that delivers looks once a second for what others added.
    while (arrived(world) === 0) await second()
    assert.equal((await (await world.mailer.send(DRAFT)).settled()).delivered, true)
    assert.deepEqual([arrived(world), lost], [2, 0])
  })

  test(`set ${name}: a name is asked for again when its TTL has passed, not before and not later`, async () => {
    const clock = new FakeClock()
    await using world = await openWorld({ seams: { clock } })
    const asked = (): number => world.dns.queries.filter(({ name: of }) => of === 'dest.test').length
    await (await world.mailer.send(DRAFT)).settled()
    const once = asked()
    clock.step(ms)
    await (await world.mailer.send(DRAFT)).settled()
    assert.equal(asked(), once, 'it is remembered')
    await clock.advance(DAY + 1)
    await (await world.mailer.send(DRAFT)).settled()
    assert.ok(asked() > once, 'it is not remembered for ever')
  })

  test(`set ${name}: an idempotency key is known as long as its message is`, async () => {
    const clock = new FakeClock()
    await using world = await openWorld({ seams: { clock } })
    const first = await world.mailer.send(DRAFT, { idempotencyKey: 'order-1' })
    await first.settled()
    clock.step(ms)
    const again = await world.mailer.send(DRAFT, { idempotencyKey: 'order-1' })
    assert.deepEqual([again.id, again.duplicate], [first.id, true])
    assert.equal(arrived(world), 1)
  })
}

test('a site that pauses opens when its pause is over, although the clock was set back meanwhile', async () => {
  const clock = new FakeClock()
  let shut = true
  await using world = await openWorld({
    hosts: [{ answer: ({ verb }) => (shut && verb === 'CONNECT' ? '421 4.3.2 too busy' : undefined) }],
    seams: { clock, random: () => 0.5 },
  })
  const paused = new Promise(resolve => world.mailer.on('site-paused', resolve))
  for (let sent = 0; sent < 8; sent++) await world.mailer.send({ ...DRAFT, to: `u${sent}@dest.test` })
  await paused
  await world.mailer.idle()
  shut = false
  clock.step(-8 * HOUR)
  await clock.advance(30 * MINUTE)
  assert.equal((await (await world.mailer.send(DRAFT)).settled()).delivered, true)
})

test('a retry is due by the wall clock: set forward it comes with the next look, set back it keeps its time', async () => {
  for (const [ms, laterMs] of [
    [8 * HOUR, 11_000],
    [-8 * HOUR, 8 * HOUR + 2 * MINUTE],
  ] as const) {
    const clock = new FakeClock()
    await using world = await openWorld({ hosts: [BUSY], seams: { clock, random: () => 0.5 } })
    const { id } = await world.mailer.send(DRAFT)
    await world.mailer.idle()
    const { dueAt } = await world.mailer.queue.show(id)
    clock.step(ms)
    assert.equal((await world.mailer.queue.show(id)).dueAt, dueAt, 'it is not moved')
    await clock.advance(laterMs)
    await world.mailer.idle()
    assert.equal((await world.mailer.queue.show(id)).recipients[0]?.attempts, 2)
  }
})

test('set forward past its expiry, a message is tried once more before it is given up; set back it has longer', async () => {
  const clock = new FakeClock()
  await using world = await openWorld({ hosts: [BUSY], seams: { clock } })
  const receipt = await world.mailer.send(DRAFT)
  await world.mailer.idle()
  clock.step(-3 * DAY)
  await clock.advance(MINUTE)
  assert.equal((await world.mailer.queue.show(receipt.id)).recipients[0]?.state, 'deferred')
  clock.step(10 * DAY)
  await clock.advance(11_000)
  await receipt.settled()
  const { recipients } = await world.mailer.queue.show(receipt.id)
  assert.deepEqual(
    recipients.map(({ state, attempts }) => [state, attempts]),
    [['expired', 2]],
  )
})
