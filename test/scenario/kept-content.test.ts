/** Scenario: the bytes of a message that is done are kept where they are wanted, and nowhere else. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MailerError, resolveOptions } from '@postrider/core'
import { DRAFT, openWorld } from '../support/world.ts'

const DAY = 86_400_000

test('nothing is kept by default', async () => {
  await using world = await openWorld()
  const { id, settled } = await world.mailer.send(DRAFT)
  await settled()
  assert.equal(await world.mailer.messages.content(id), undefined)
})

test('what is kept is what was sent, signed or not, and is off by draft, tag and account', async () => {
  const keepContentExcept = { accounts: ['bank'], tags: ['secret', 'kind=reset'] }
  await using world = await openWorld({ options: { queue: { keepContentMs: DAY, keepContentExcept } } })
  const { mailer, mx } = world
  const kept = async (send: ReturnType<typeof mailer.send>): Promise<string | undefined> => {
    const { id, settled } = await send
    await settled()
    return (await mailer.messages.content(id))?.toString()
  }
  const content = await kept(mailer.send({ ...DRAFT, tags: { kind: 'order' } }))
  assert.match(content ?? '', /^Subject: Hello\r$/m)
  assert.equal(mx[0]?.messages[0]?.content.toString().endsWith(content ?? 'nothing'), true)
  assert.equal(await kept(mailer.send(DRAFT, { keepContent: false })), undefined)
  assert.equal(await kept(mailer.send({ ...DRAFT, tags: { kind: 'reset' } })), undefined)
  assert.equal(await kept(mailer.send({ ...DRAFT, tags: { secret: 'x' } })), undefined)
  const raw = Buffer.from('From: me@sender.test\r\nTo: you@dest.test\r\nSubject: x\r\n\r\nx\r\n')
  const envelope = { from: 'me@sender.test', to: ['you@dest.test'] }
  assert.equal(await kept(mailer.accept(raw, envelope, { account: 'bank' })), undefined)
  assert.ok((await kept(mailer.accept(raw, envelope, { account: 'shop' }))) !== undefined)
})

test('it is not kept longer than the history of its message', async () => {
  const queue = { keepHistoryMs: DAY, keepContentMs: DAY + 1 }
  await assert.rejects(
    resolveOptions({ hostname: 'a.example', queue }, { cwd: '/nonexistent', machineName: 'a.example' }),
    error => MailerError.is(error) && error.message.includes('queue.keepContentMs'),
  )
})

test('what is no id of a message is refused', async () => {
  await using world = await openWorld()
  await assert.rejects(world.mailer.messages.content('x'), { code: 'unknown-message' })
})
