/**
 * Addresses that stand for an outcome: on every way in, with all facts; nothing leaves, nothing is learnt, nothing is counted.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DurableFact, Mailer } from '@postrider/core'
import { FROM } from '../resend/world.ts'
import { startV1World, type V1World } from './world.ts'

type Submit = (world: V1World, to: string) => Promise<string>

const raw = (to: string): string => `From: ${FROM}\r\nTo: ${to}\r\nSubject: x\r\n\r\nx\r\n`

const WAYS: Readonly<Record<string, Submit>> = {
  SDK: async ({ relay }, to) => (await relay.mailer.send({ from: FROM, to, subject: 'x', text: 'x' })).id,
  SMTP: async (world, to) => {
    using client = await world.login()
    const reply = await client.askAll('MAIL FROM:<app@abc.mail>', `RCPT TO:<${to}>`, 'DATA')
    assert.match(reply, /^354/)
    return /queued as (\S+)/.exec(await client.ask(`${raw(to)}.`))?.[1] ?? assert.fail()
  },
  HTTP: async (world, to) => {
    const { error } = await world.resend.emails.send({ from: FROM, to, subject: 'x', text: 'x' })
    assert.equal(error, null)
    return (await world.relay.mailer.readFacts({ limit: 1000 })).at(-1)?.fact.messageId ?? ''
  },
}

/** Its facts, when the last one wanted is there. */
async function factsOf(
  mailer: Mailer,
  id: string,
  last: DurableFact['kind'],
  count = 1,
): Promise<readonly DurableFact[]> {
  let seen = 0
  for await (const { fact } of mailer.facts({ after: 0 }))
    if (fact.messageId === id && fact.kind === last && ++seen === count) break
  return (await mailer.explain(id)).facts.map(({ fact }) => fact)
}

const kindsOf = (facts: readonly DurableFact[]): readonly string[] => facts.map(({ kind }) => kind)

for (const [way, submit] of Object.entries(WAYS)) {
  test(`by ${way}, each test address has its outcome and its facts`, { timeout: 30_000 }, async () => {
    await using world = await startV1World({ delivery: { retry: { scheduleMs: [1000] } } })
    const { mailer } = world.relay
    const outcome = async (to: string, last: DurableFact['kind'], count?: number) =>
      factsOf(mailer, await submit(world, to), last, count)
    assert.deepEqual(kindsOf(await outcome('delivered@resend.dev', 'delivered')), ['queued', 'delivered'])
    assert.deepEqual(kindsOf(await outcome('delivered+label@resend.dev', 'delivered')), ['queued', 'delivered'])
    const bounced = await outcome('bounced@resend.dev', 'bounced')
    assert.deepEqual(kindsOf(bounced), ['queued', 'bounced'])
    assert.match((bounced[1] as { readonly reply?: string }).reply ?? '', /^550 5\.1\.1/)
    assert.deepEqual(kindsOf(await outcome('complained@resend.dev', 'complained')), [
      'queued',
      'delivered',
      'complained',
    ])
    const suppressed = await outcome('suppressed@resend.dev', 'bounced')
    assert.equal((suppressed[1] as { readonly rule?: string }).rule, 'queue.suppressed')
    const deferred = await outcome('deferred+452@postrider.test', 'deferred')
    assert.match((deferred[1] as { readonly reply?: string }).reply ?? '', /^452 /)
    const grey = await outcome('greylisted@postrider.test', 'deferred')
    assert.equal((grey[1] as { readonly code?: string }).code, 'greylisted')
    const tls = await outcome('tls-refused@postrider.test', 'deferred')
    assert.equal((tls[1] as { readonly code?: string }).code, 'tls-required')
    assert.ok(kindsOf(await outcome('uncertain@postrider.test', 'uncertain')).includes('uncertain'))
    assert.deepEqual(kindsOf(await outcome('slow+0s@postrider.test', 'delivered')), ['queued', 'delivered'])
    assert.match(JSON.stringify(await outcome('else@postrider.test', 'bounced')), /no test address is called so/)
    assert.deepEqual(await mailer.suppressions.list(), [])
    assert.deepEqual(await mailer.queue.pausedSites(), [])
    assert.equal(world.mx.messages.length, 0)
  })
}

test('what was put off is tried again, and then goes through where it should', { timeout: 30_000 }, async () => {
  await using world = await startV1World()
  const { mailer } = world.relay
  for (const [address, kinds] of [
    ['greylisted@postrider.test', ['queued', 'deferred', 'delivered']],
    ['uncertain@postrider.test', ['queued', 'uncertain', 'deferred', 'delivered']],
  ] as const) {
    const { id } = await mailer.send({ from: FROM, to: address, subject: 'x', text: 'x' })
    await factsOf(mailer, id, 'deferred')
    await mailer.queue.retry(id)
    assert.deepEqual(kindsOf(await factsOf(mailer, id, 'delivered')), kinds)
  }
})

test('several of one domain each have their own outcome', { timeout: 30_000 }, async () => {
  await using world = await startV1World()
  const { mailer } = world.relay
  const names = ['delivered', 'bounced', 'complained', 'suppressed']
  const to = names.map(name => `${name}@resend.dev`)
  const { id } = await mailer.send({ from: FROM, to, subject: 'x', text: 'x' })
  await factsOf(mailer, id, 'complained')
  const states = (await mailer.queue.show(id)).recipients.map(({ state }) => state)
  assert.deepEqual(states, ['delivered', 'bounced', 'delivered', 'bounced'])
})

test('nobody is mailed about it, and no limit of the account is touched', { timeout: 30_000 }, async () => {
  const limits = { account: { messagesPerMinute: 2, recipientsPerMinute: 2 } }
  await using world = await startV1World({ notices: { to: 'sender' }, relay: { limits } })
  for (let n = 0; n < 5; n++) {
    for (const way of ['SMTP', 'HTTP'] as const) {
      const facts = await factsOf(world.relay.mailer, await WAYS[way]!(world, 'bounced@resend.dev'), 'bounced')
      assert.deepEqual(kindsOf(facts), ['queued', 'bounced'])
    }
  }
  const send = () => world.resend.emails.send({ from: FROM, to: 'a@dest.example', subject: 'x', text: 'x' })
  assert.deepEqual([(await send()).error, (await send()).error], [null, null])
  assert.equal((await send()).error?.statusCode, 429)
})

test('the route says that it goes nowhere, and asks no name server', async () => {
  await using world = await startV1World({}, { deliver: false })
  const { body } = await world.ask('GET', '/v1/route?domain=resend.dev')
  assert.equal(body.via, 'test-address')
})

test('switched off, they are addresses as any other', { timeout: 30_000 }, async () => {
  await using world = await startV1World({ delivery: { testAddresses: false } })
  const { id } = await world.relay.mailer.send({ from: FROM, to: 'delivered@resend.dev', subject: 'x', text: 'x' })
  const facts = await factsOf(world.relay.mailer, id, 'bounced')
  assert.equal((facts[1] as { readonly code?: string }).code, 'no-such-domain')
  assert.equal((await world.ask('GET', '/v1/route?domain=resend.dev')).body.kind, 'no-route')
})
