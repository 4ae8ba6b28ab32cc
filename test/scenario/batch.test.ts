/** Scenarios: several messages that go out together, or not at all. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DRAFT, openWorld } from '../support/world.ts'

const THREE = [DRAFT, { ...DRAFT, subject: 'Two' }, { ...DRAFT, subject: 'Three', tags: { kind: 'third' } }]
const KEY = { idempotencyKey: 'night-1' }

test('all drafts of a batch are sent, each with a receipt in its place', async () => {
  await using world = await openWorld()
  const receipts = await world.mailer.batch.send(THREE, { priority: 'low' })
  await Promise.all(receipts.map(receipt => receipt.settled()))
  assert.equal(world.mx[0]?.messages.length, 3)
  const entries = await Promise.all(receipts.map(({ id }) => world.mailer.queue.show(id)))
  assert.deepEqual(
    entries.map(({ card, priority, tags }) => [card?.subject, priority, tags.kind]),
    [
      [DRAFT.subject, 'low', undefined],
      ['Two', 'low', undefined],
      ['Three', 'low', 'third'],
    ],
  )
})

test('one draft that cannot be sent keeps all back, and is named', async () => {
  await using world = await openWorld()
  const wrong = world.mailer.batch.send([DRAFT, { ...DRAFT, to: 'nobody' }])
  await assert.rejects(wrong, { code: 'invalid-address', where: '[1].to' })
  assert.equal((await world.mailer.messages.list()).messages.length, 0)
})

test('a batch under its key is sent once, and answered alike each time; with another draft the key is refused', async () => {
  await using world = await openWorld()
  const first = await world.mailer.batch.send(THREE, KEY)
  const again = await world.mailer.batch.send(THREE, KEY)
  assert.deepEqual(
    again.map(({ id, messageId, duplicate }) => [id, messageId, duplicate]),
    first.map(({ id, messageId }) => [id, messageId, true]),
  )
  await assert.rejects(world.mailer.batch.send(THREE.slice(1), KEY), { code: 'duplicate-key' })
  const found = await world.mailer.batch.find('night-1', 4)
  assert.deepEqual(
    found.map(each => each?.id),
    [...first.map(({ id }) => id), undefined],
  )
  await world.mailer.idle()
  assert.equal(world.mx[0]?.messages.length, 3)
})

test('ready messages go in together too, each with what is said of it', async () => {
  await using world = await openWorld()
  const raw = Buffer.from('From: me@sender.test\r\n\r\nHello\r\n')
  const envelope = { from: 'me@sender.test', to: ['you@dest.test'] }
  const messages = [
    { raw, envelope, options: { tags: { a: '1' }, hold: 'look at it' } },
    { raw, envelope },
  ]
  const [held, sent] = await world.mailer.batch.accept(messages, KEY)
  await sent?.settled()
  assert.equal((await world.mailer.queue.show(held?.id ?? '')).held, 'look at it')
  const again = await world.mailer.batch.accept(messages, KEY)
  assert.deepEqual(
    again.map(({ id }) => id),
    [held?.id, sent?.id],
  )
  const refused = world.mailer.batch.accept([
    { raw, envelope },
    { raw: Buffer.from('no author\r\n'), envelope },
  ])
  await assert.rejects(refused, { code: 'invalid-message' })
})

test('what a batch is given is checked', async () => {
  await using world = await openWorld()
  for (const wrong of [[], Array.from({ length: 1001 }, () => DRAFT), DRAFT])
    await assert.rejects(world.mailer.batch.send(wrong as never), { code: 'invalid-option' })
  for (const options of [{ idempotencyKey: '' }, { idempotencyKeys: 'x' }])
    await assert.rejects(world.mailer.batch.send(THREE, options as never), { code: 'invalid-option' })
  await assert.rejects(world.mailer.batch.accept([{ raw: Buffer.from(''), envlope: {} }] as never), {
    code: 'invalid-option',
  })
})
