/** Scenarios: a program that is not sure whether it has sent, and sends again. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateDkimKey } from '@postrider/core'
import { DRAFT, openWorld } from '../support/world.ts'

const KEY = { idempotencyKey: 'order-1' }

test('the same draft under the same key is one message, though its Date, Message-ID and signature would differ', async () => {
  const { pem } = await generateDkimKey({ domain: 'sender.test', selector: 's', algorithm: 'ed25519-sha256' })
  await using world = await openWorld({
    options: { dkim: [{ domain: 'sender.test', selector: 's', privateKey: pem }] },
  })
  const draft = { ...DRAFT, attachments: [{ filename: 'a.bin', content: Buffer.from([1, 2, 3]) }] }
  const first = await world.mailer.send(draft, KEY)
  await first.settled()
  const again = {
    subject: draft.subject,
    text: draft.text,
    to: draft.to,
    from: draft.from,
    attachments: draft.attachments,
  }
  const second = await world.mailer.send(again, KEY)
  assert.equal(second.duplicate, true)
  assert.deepEqual([second.id, second.messageId, second.recipients], [first.id, first.messageId, first.recipients])
  assert.equal((await second.settled()).delivered, true)
  assert.equal(world.mx[0]?.messages.length, 1)
})

test('another draft under the same key is refused', async () => {
  await using world = await openWorld()
  await world.mailer.send({ ...DRAFT, attachments: [{ content: Buffer.from([1]) }] }, KEY)
  for (const other of [
    DRAFT,
    { ...DRAFT, attachments: [{ content: Buffer.from([2]) }] },
    { ...DRAFT, attachments: [{ content: Buffer.from([1]) }], bcc: 'more@dest.test' },
  ])
    await assert.rejects(world.mailer.send(other, KEY), { code: 'duplicate-key' })
})

test('the same bytes for the same envelope under the same key are one message', async () => {
  await using world = await openWorld()
  const raw = Buffer.from('From: me@sender.test\r\n\r\nHello\r\n')
  const first = await world.mailer.accept(raw, { from: 'me@sender.test', to: ['you@dest.test'] }, KEY)
  const second = await world.mailer.accept(raw, { from: 'me@sender.test', to: ['you@dest.test'] }, KEY)
  assert.deepEqual([second.id, second.duplicate, second.messageId], [first.id, true, first.messageId])
  const other = world.mailer.accept(raw, { from: 'me@sender.test', to: ['another@dest.test'] }, KEY)
  await assert.rejects(other, { code: 'duplicate-key' })
})

test('many at once under one key are one message', async () => {
  await using world = await openWorld()
  const receipts = await Promise.all(Array.from({ length: 20 }, () => world.mailer.send(DRAFT, KEY)))
  assert.equal(new Set(receipts.map(({ id }) => id)).size, 1)
  assert.equal(new Set(receipts.map(({ messageId }) => messageId)).size, 1)
  assert.equal(receipts.filter(({ duplicate }) => !duplicate).length, 1)
  await world.mailer.idle()
  assert.equal(world.mx[0]?.messages.length, 1)
})

test('the key is known after a restart, and to another process', async () => {
  await using world = await openWorld()
  const first = await world.mailer.send(DRAFT, KEY)
  await first.settled()
  await world.mailer.close()
  const next = await world.another()
  assert.equal((await next.send(DRAFT, KEY)).id, first.id)
})
