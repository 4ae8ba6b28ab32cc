/**
 * What was refused and put off of late, over HTTP.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startV1World } from './world.ts'

test('refusals are told by the rule that judged them, the most frequent first, with what can be done', async () => {
  await using world = await startV1World()
  const send = async (to: string) => {
    const raw = Buffer.from(`From: app@abc.mail\r\nTo: ${to}\r\nSubject: x\r\n\r\nx\r\n`)
    await world.relay.mailer.accept(raw, { from: 'app@abc.mail', to: [to] })
  }
  for (const to of ['bounced@postrider.test', 'bounced+a@postrider.test', 'deferred+452@postrider.test']) await send(to)
  await world.relay.mailer.idle()
  const { body } = await world.ask('GET', '/v1/replies')
  const [first, second] = body.replies
  assert.deepEqual([first.code, first.permanence, first.times], ['user-unknown', 'permanent', 2])
  assert.match(first.last.reply, /^550 /)
  assert.equal(second.times, 1)
  assert.equal(second.permanence, 'transient')
  assert.equal((await world.ask('GET', '/v1/replies', { key: world.key })).status, 403)
  assert.equal((await world.ask('GET', '/v1/replies?hours=0')).status, 422)
})
