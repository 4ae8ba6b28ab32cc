/** Scenarios: the queue as its owner uses it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MailerError } from '@postrider/core'
import { DRAFT, openWorld } from '../support/world.ts'

test('the same idempotency key twice is one message, and another message under it is refused', async () => {
  await using world = await openWorld()
  const draft = { ...DRAFT, messageId: '<one@sender.test>', date: new Date(0) }
  const first = await world.mailer.send(draft, { idempotencyKey: 'order-1' })
  const second = await world.mailer.send(draft, { idempotencyKey: 'order-1' })
  assert.equal(second.id, first.id)
  assert.equal(second.duplicate, true)
  await second.settled()
  await world.mailer.idle()
  assert.equal(world.mx[0]?.messages.length, 1)
  await assert.rejects(world.mailer.send({ ...DRAFT, to: 'another@dest.test' }, { idempotencyKey: 'order-1' }), {
    code: 'duplicate-key',
  })
})

test('a message can be held, released, and cancelled', async () => {
  await using world = await openWorld()
  const held = await world.mailer.accept(
    Buffer.from('From: me@sender.test\r\n\r\nHello\r\n'),
    { from: 'me@sender.test', to: ['you@dest.test'] },
    { hold: 'to be looked at' },
  )
  await world.mailer.idle()
  assert.equal((await world.mailer.queue.show(held.id)).held, 'to be looked at')
  assert.equal(await world.mailer.queue.release(held.id), 1)
  assert.equal((await held.settled()).delivered, true)
  const later = await world.mailer.send(DRAFT, { notBefore: Date.now() + 3_600_000 })
  assert.equal(await world.mailer.queue.cancel(later.id), 1)
  assert.equal((await later.settled()).recipients[0]?.state, 'cancelled')
})

test('a message is known by its subject and names when its bytes are gone, unless cards are off', async () => {
  for (const cards of [true, false]) {
    await using world = await openWorld({ options: { queue: { cards } } })
    const { id, messageId, settled } = await world.mailer.send({ ...DRAFT, subject: 'Grüße', cc: 'Ü <cc@dest.test>' })
    assert.equal((await settled()).delivered, true)
    const entry = await world.mailer.queue.show(id)
    assert.equal(entry.messageId, messageId)
    assert.equal(entry.via, 'sdk')
    const { subject, to, cc } = entry.card ?? {}
    assert.deepEqual([subject, to, cc], cards ? ['Grüße', DRAFT.to, 'Ü <cc@dest.test>'] : Array(3).fill(undefined))
  }
})

test('a message that waits can be rescheduled, and one that is done cannot', async () => {
  await using world = await openWorld()
  const { mailer } = world
  const later = await mailer.send(DRAFT, { notBefore: Date.now() + 3_600_000 })
  await mailer.queue.reschedule(later.id, Date.now() - 1000)
  assert.equal((await later.settled()).delivered, true)
  await assert.rejects(mailer.queue.reschedule(later.id, new Date()), { code: 'not-possible' })
  await assert.rejects(mailer.queue.reschedule('0'.repeat(20), new Date()), { code: 'unknown-message' })
  await assert.rejects(mailer.queue.reschedule(later.id, Math.floor(Date.now() / 1000)), { code: 'invalid-option' })
  await assert.rejects(mailer.queue.reschedule(later.id, 'soon' as never), { code: 'invalid-option', where: 'at' })
})

test('a second process on the same queue file enqueues, and the first one delivers', async () => {
  await using world = await openWorld()
  const second = await world.another({}, { deliver: false })
  const receipt = await second.send(DRAFT)
  const outcome = await receipt.settled()
  assert.equal(outcome.delivered, true)
})

test('explain tells the story of a message in order', async () => {
  await using world = await openWorld()
  const receipt = await world.mailer.send(DRAFT)
  await receipt.settled()
  const { lines } = await world.mailer.explain(receipt.id)
  assert.match(lines[0]?.text ?? '', /accepted|queued/i)
  assert.match(lines.map(({ text }) => text).join('\n'), /mx1\.dest\.test/)
})

test('a message that nobody knows is a typed error', async () => {
  await using world = await openWorld()
  await assert.rejects(
    world.mailer.explain('0'.repeat(20)),
    (error: unknown) => MailerError.is(error) && error.code === 'unknown-message',
  )
})

test('after close nothing is taken, and what was accepted is in the file for the next mailer', async () => {
  await using world = await openWorld()
  const receipt = await world.mailer.send(DRAFT, { notBefore: Date.now() + 60_000 })
  await world.mailer.close()
  await assert.rejects(world.mailer.send(DRAFT), { code: 'closed' })
  const next = await world.another()
  assert.equal(await next.queue.flush(receipt.id), 1)
  await world.mx[0]?.waitFor(1)
})

test('sendMany answers for each draft, in order, and a wrong one holds up nobody', async () => {
  await using world = await openWorld()
  const results = await world.mailer.sendMany([DRAFT, { ...DRAFT, to: 'not an address' }, DRAFT])
  assert.deepEqual(
    results.map(({ ok }) => ok),
    [true, false, true],
  )
})
