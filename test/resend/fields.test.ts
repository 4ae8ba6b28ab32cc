/**
 * The fields of a mail as they stand on the wire: unknown ones are borne, and those that nearly are known are not sent without what they say.
 */
import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { ask } from './ask.ts'
import { FROM, startResendWorld, TO } from './world.ts'

const MAIL = { from: FROM, to: TO, subject: 'Hello', text: 'Hi there' }

suite('the fields of a mail', async () => {
  const world = await startResendWorld({}, { deliver: false })
  after(() => world[Symbol.asyncDispose]())
  const headers = { authorization: `Bearer ${world.key}`, 'content-type': 'application/json' }
  const post = async (body: unknown, path = '/emails') => {
    const answer = await ask(world.url, { method: 'POST', path, headers, body: JSON.stringify(body) })
    return [answer.status, answer.body.name, String(answer.body.message)] as const
  }

  test('one that nearly is a known one is 422, and nothing is sent without what it says', async () => {
    for (const [near, meant] of [
      ['scheduledAt', 'scheduled_at'],
      ['sheduled_at', 'scheduled_at'],
      ['scheduled-at', 'scheduled_at'],
      ['replyTo', 'reply_to'],
      ['Reply-To', 'reply_to'],
      ['attachment', 'attachments'],
      ['tag', 'tags'],
      ['BCC', 'bcc'],
      ['topicId', 'topic_id'],
    ] as const) {
      const [status, name, message] = await post({ ...MAIL, [near]: 'in 1 hour' })
      assert.deepEqual([status, name], [422, 'validation_error'], near)
      assert.ok(message.startsWith(`\`${near}\` is no field; did you mean \`${meant}\``), message)
      const [inBatch, , told] = await post([MAIL, { ...MAIL, [near]: 'in 1 hour' }], '/emails/batch')
      assert.equal(inBatch, 422, near)
      assert.ok(told.startsWith(`[1] \`${near}\``), told)
    }
    const [status, , message] = await post({ ...MAIL, attachments: [{ contentID: 'x', content: 'x' }] })
    assert.deepEqual([status, message.startsWith('attachments[0]: `contentID` is no field')], [422, true], message)
    assert.deepEqual(await world.queued(), [])
  })

  test('what is no mail is told as such', async () => {
    for (const body of [[], 'x', 1, null]) {
      const [status, name, message] = await post(body)
      assert.deepEqual(
        [status, name, message],
        [422, 'validation_error', 'wanted an object of at most 1000 fields'],
        String(body),
      )
    }
  })

  test('more of them than anybody needs are not looked through', async () => {
    const many = Object.fromEntries(Array.from({ length: 1001 }, (_, n) => [`x-${n}`, n]))
    const [status, name, message] = await post({ ...MAIL, ...many })
    assert.deepEqual([status, name, message], [422, 'validation_error', 'wanted an object of at most 1000 fields'])
  })

  test('an unknown one is borne', async () => {
    const [status] = await post({ ...MAIL, something_new: { deep: [1] }, tracking: true })
    assert.equal(status, 200)
    assert.equal((await world.queued()).length, 1)
  })
})
