/** Scenarios: who submitted a message, and its tags, stand in every fact that is told of it, whoever tells it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fact } from '@postrider/core'
import type { FakeMxOptions } from '@postrider/core/testing'
import { openWorld } from '../support/world.ts'

const RAW = Buffer.from('From: me@sender.test\r\nSubject: x\r\n\r\nhello\r\n')
const WHO = { account: 'forum', tags: { of: 'order-1' } }

const REPLIES: Readonly<Record<string, string>> = {
  late: '451 4.7.1 later',
  gone: '550 5.1.1 no such user',
}

test('every fact of a message says who submitted it and its tags', async () => {
  const answer: FakeMxOptions['answer'] = ({ verb, address = '' }) =>
    verb === 'RCPT' ? REPLIES[address.split('@')[0] ?? ''] : undefined
  await using world = await openWorld({ hosts: [{ answer }], options: { notices: { to: 'sender' } } })
  const { mailer } = world
  const told: Fact[] = []
  mailer.on('*', fact => told.push(fact))
  const to = ['fine@dest.test', 'gone@dest.test', 'late@dest.test']
  const { id } = await mailer.accept(RAW, { from: 'me@sender.test', to }, WHO)
  await mailer.idle()
  await mailer.queue.hold(id, 'a look')
  await mailer.queue.release(id)
  await mailer.idle()
  await mailer.queue.cancel(id)
  const durable = (await mailer.explain(id)).facts.map(({ fact }) => fact)
  const kinds = new Set(durable.map(({ kind }) => kind))
  for (const kind of ['queued', 'delivered', 'bounced', 'suppressed', 'deferred', 'notice-queued'] as const)
    assert.ok(kinds.has(kind), `${kind} is told`)
  for (const kind of ['held', 'released', 'cancelled'] as const) assert.ok(kinds.has(kind), `${kind} is told`)
  const live = told.filter(fact => 'messageId' in fact && fact.messageId === id)
  assert.ok(live.some(({ kind }) => kind === 'routed'))
  for (const fact of [...durable, ...live]) {
    const { kind, account, tags } = fact as Fact & Partial<typeof WHO>
    assert.deepEqual({ kind, account, tags }, { kind, ...WHO })
  }
})
