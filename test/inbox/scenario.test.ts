/** What becomes of captured mail, on a clock that is moved: the retry machine, its facts and its webhooks are the real ones. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { openInbox } from '@postrider/core/testing'
import { startInboxWorld } from './world.ts'

const FROM = 'shop@example.com'
const HOUR = 3_600_000

test('deferred twice, then delivered: facts and webhooks are told as time is moved', { timeout: 60_000 }, async () => {
  const told: string[] = []
  const hook = createServer((request, response) => {
    request.on('data', chunk => told.push((JSON.parse(String(chunk)) as { readonly type: string }).type))
    request.on('end', () => response.writeHead(204).end())
  })
  await new Promise<void>(resolve => hook.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`
  try {
    const webhooks = [{ url, secret: `whsec_${btoa('x'.repeat(24))}` }]
    await using world = await startInboxWorld({ options: { relay: { webhooks } } })
    const inbox = openInbox(world.url)
    await inbox.play([{ to: '*@slow.example', outcome: 'deferred', times: 2 }])
    const { mailer } = world.relay
    const { id, settled } = await mailer.send({ from: FROM, to: 'a@slow.example', subject: 'x', text: 'x' })
    await mailer.idle()
    const first = await inbox.waitFor({ to: 'a@slow.example' })
    assert.deepEqual([first.id, first.outcomes[0]?.state, first.outcomes[0]?.attempts], [id, 'deferred', 1])
    await inbox.forward(HOUR)
    assert.equal((await settled()).delivered, true)
    const kinds = (await mailer.explain(id)).facts.map(({ fact }) => fact.kind)
    assert.deepEqual(kinds, ['queued', 'deferred', 'deferred', 'delivered'])
    while (told.length < 3) await new Promise(resolve => setTimeout(resolve, 20))
    assert.deepEqual(told, ['message.deferred', 'message.deferred', 'message.delivered'])
  } finally {
    hook.close()
  }
})

test('each outcome is played by recipient or tag, with its code', { timeout: 60_000 }, async () => {
  await using world = await startInboxWorld()
  const inbox = openInbox(world.url)
  await inbox.play([
    { to: 'gone@*', outcome: 'bounced', code: 552 },
    { tag: 'kind=uncertain', outcome: 'uncertain' },
  ])
  const { mailer } = world.relay
  const outcome = async (to: string, tags: Record<string, string> = {}): Promise<unknown> => {
    const { id } = await mailer.send({ from: FROM, to, subject: 'x', text: 'x', tags })
    await mailer.idle()
    return (await mailer.explain(id)).facts.map(({ fact }) => fact.kind).slice(1)
  }
  assert.deepEqual(await outcome('gone@a.example'), ['bounced'])
  assert.deepEqual(await outcome('here@a.example'), ['delivered'])
  assert.deepEqual(await outcome('here@a.example', { kind: 'uncertain' }), ['uncertain', 'deferred'])
  assert.match((await inbox.waitFor({ to: 'gone@a.example' })).outcomes[0]?.state ?? '', /bounced/)
  assert.equal((await world.ask('POST', '/v1/inbox/scenarios', { scenarios: [{ outcome: 'lost' }] })).status, 422)
})

test('a thousand messages at once are all captured, while one of forty megabytes as sent is shown', {
  timeout: 120_000,
}, async () => {
  await using world = await startInboxWorld()
  const inbox = openInbox(world.url)
  const { mailer } = world.relay
  const content = Buffer.alloc(28 * 1024 * 1024, 'a large file')
  await mailer.send({
    from: FROM,
    to: 'large@a.example',
    subject: 'large',
    text: 'here',
    attachments: [{ filename: 'f.bin', content }],
  })
  const large = inbox.waitFor({ to: 'large@', timeout: 60_000 })
  const all = Array.from({ length: 1000 }, (_, n) =>
    mailer.send({ from: FROM, to: `u${n}@d${n % 50}.example`, subject: `n${n}`, text: 'x' }),
  )
  const ids = (await Promise.all(all)).map(({ id }) => id)
  assert.deepEqual([(await large).text.trim(), (await large).attachments.length], ['here', 1])
  await mailer.idle()
  const found = new Set<string>()
  for (const offset of [0, 500, 1000])
    for (const { id } of (await world.ask('GET', `/v1/inbox?limit=500&offset=${offset}`)).body.messages) found.add(id)
  assert.equal(found.size, 1001)
  assert.ok(ids.every(id => found.has(id)))
})

test('who waits in vain is told what was asked and what came', { timeout: 60_000 }, async () => {
  await using world = await startInboxWorld()
  await assert.rejects(openInbox(world.url).waitFor({ to: 'x', timeout: 20 }), /wait\?to=x.*408.*nothing was captured/)
  await assert.rejects(openInbox('http://127.0.0.1:1').waitFor({ to: 'x' }), /no inbox at/)
})
