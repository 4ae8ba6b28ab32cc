import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DurableFact, QueueId } from '@postrider/core'
import { classify } from './classify.ts'
import type { Context, Input } from './command.ts'
import { countUnmatched } from './replies.ts'

async function run(args: readonly string[], flags: Input['flags'] = {}): Promise<string> {
  let out = ''
  const context: Context = {
    out: { interactive: false, write: text => (out += text) },
    err: { interactive: false, write: () => {} },
    json: flags.json === true,
    env: {},
    cwd: '/',
    stdin: (async function* () {})(),
    now: () => 0,
  }
  assert.equal(await classify.run?.({ args, flags }, context, new AbortController().signal), 0)
  return out
}

test('classify says what a reply means, by which rule, and what happens', async () => {
  const text = await run(['550 5.1.1 <joe@example.com>: User unknown'])
  assert.match(text, /^user-unknown: There is no such mailbox\.$/m)
  assert.match(text, /^by rule words\.no-such-user, at rcpt; it speaks about the recipient$/m)
  assert.match(text, /^what happens: it bounces, and the address is not mailed again for a while$/m)
  assert.match(text, /^read as: ADDR user unknown$/m)
})

test('classify asks the rules of the host, and tells how long a refusal of our address is held', async () => {
  assert.match(await run(['550 Ip frequency limited'], { host: 'mx3.qq.com' }), /by rule qq\.frequency/)
  const held = JSON.parse(await run(['554 Client host blocked using zen.spamhaus.org'], { stage: 'mail', json: true }))
  assert.equal(held.code, 'blocklisted')
  assert.equal(held.permanence, 'transient')
  assert.equal(held.finalAfterMs, 12 * 3_600_000)
  assert.equal(held.remedy.id, 'reputation.dnsbl')
})

test('classify says of a reply that no rule knows that only the code decides', async () => {
  assert.match(await run(['571 zyx']), /^no rule knows it: the code alone decides \(rfc5321\.5yz, at rcpt\)$/m)
})

test('classify refuses what is no refusal, and a stage that does not exist', async () => {
  await assert.rejects(run(['250 ok']), { code: 'invalid-option' })
  await assert.rejects(run(['hello']), { code: 'invalid-option' })
  await assert.rejects(run(['550 no'], { stage: 'lunch' }), { code: 'invalid-option' })
})

test('replies that only their digits decided are counted without what names somebody', async () => {
  const bounced = (reply: string, rule: string): DurableFact => ({
    kind: 'bounced',
    messageId: 'M1' as QueueId,
    at: 0,
    recipient: 'joe@example.com',
    attempt: 1,
    reply,
    code: 'refused',
    scope: 'recipient',
    permanence: 'permanent',
    stage: 'rcpt',
    rule,
    detail: '',
  })
  const facts = (async function* () {
    yield bounced('571 zyx 42 <joe@example.com>', 'rfc5321.5yz')
    yield bounced('571 5.0.0 zyx 43 <ann@example.net>', 'rfc5321.5yz')
    yield bounced('550 5.1.1 User unknown', 'words.no-such-user')
    yield bounced('571 other', 'rfc5321.5yz')
  })()
  assert.deepEqual(await countUnmatched(facts), [
    { count: 2, code: '571', stage: 'rcpt', words: 'zyx NUM ADDR' },
    { count: 1, code: '571', stage: 'rcpt', words: 'other' },
  ])
})
