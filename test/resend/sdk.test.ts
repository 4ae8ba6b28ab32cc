/**
 * The `resend` package from npm, as it is, against a relay: what it types is what it gets.
 */
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { suite, test } from 'node:test'
import type { Scope } from '@postrider/relay'
import { createElement } from 'react'
import { ask } from './ask.ts'
import { FROM, startResendWorld, TO } from './world.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const MAIL = { from: FROM, to: TO, subject: 'Hello', text: 'Hi there' } as const

suite('the resend package', async () => {
  const world = await startResendWorld()
  const { resend, mx, relay } = world
  const { after } = await import('node:test')
  after(() => world[Symbol.asyncDispose]())

  const arrived = async (): Promise<string> => {
    await relay.mailer.idle()
    return mx.messages.at(-1)?.content.toString('latin1') ?? ''
  }

  test('a mail is queued durably, gets a UUIDv7, and reaches the mail host', async () => {
    const { data, error } = await resend.emails.send(MAIL)
    assert.equal(error, null)
    assert.match(data?.id ?? '', UUID)
    const content = await arrived()
    assert.match(content, /^Subject: Hello\r$/m)
    assert.match(content, /^From: Acme <app@abc\.mail>\r$/m)
    assert.match(content, /^Received: by mail\.abc\.mail \(Postrider\) with HTTP id /m)
  })

  test('every field of a mail arrives: several recipients, cc, bcc that nobody sees, reply-to, headers', async () => {
    const { error } = await resend.emails.send({
      ...MAIL,
      to: [TO, 'Other <other@dest.example>'],
      cc: 'copy@dest.example',
      bcc: ['hidden@dest.example'],
      replyTo: 'help@abc.mail',
      html: '<p>Hi</p>',
      headers: { 'X-Entity-Ref-ID': '1', 'Message-ID': '<own@abc.mail>', 'MIME-Version': '1.0' },
    })
    assert.equal(error, null)
    const content = await arrived()
    assert.match(content, /^Cc: copy@dest\.example\r$/m)
    assert.match(content, /^Reply-To: help@abc\.mail\r$/m)
    assert.match(content, /^X-Entity-Ref-ID: 1\r$/m)
    assert.match(content, /^Message-ID: <own@abc\.mail>\r$/m)
    assert.doesNotMatch(content, /hidden@/)
    assert.equal(mx.messages.at(-1)?.recipients.length, 4)
  })

  test('a React component is rendered by the package and sent as html', async () => {
    const react = createElement('p', null, 'Rendered for Ada')
    const { error } = await resend.emails.send({ from: FROM, to: TO, subject: 'React', react })
    assert.equal(error, null)
    assert.match(await arrived(), /Rendered for Ada/)
  })

  test('the content of an attachment is taken as base64, as octets, as a Buffer through JSON, and as text', async () => {
    const octets = Buffer.from('attached octets')
    for (const content of [
      octets.toString('base64'),
      [...octets],
      { type: 'Buffer', data: [...octets] },
      'attached octets',
    ]) {
      const { error } = await resend.emails.send({
        ...MAIL,
        attachments: [{ filename: 'a.bin', content: content as string, contentType: 'application/octet-stream' }],
      })
      assert.equal(error, null)
      assert.match(await arrived(), new RegExp(octets.toString('base64')))
    }
    const { error } = await resend.emails.send({ ...MAIL, attachments: [{ filename: 'a.bin', content: octets }] })
    assert.equal(error, null)
    const { error: refused } = await resend.emails.send({ ...MAIL, attachments: [{ path: 'https://a.example/x' }] })
    assert.equal(refused?.name, 'invalid_attachment')
  })

  test('a key and the same mail are one mail; with another mail the key is refused with 409', async () => {
    await relay.mailer.idle()
    const before = mx.messages.length
    const options = { idempotencyKey: 'order/1'.padEnd(256, '-') }
    const first = await resend.emails.send(MAIL, options)
    const again = await resend.emails.send({ ...MAIL, to: [TO] }, options)
    assert.equal(again.data?.id, first.data?.id)
    const other = await resend.emails.send({ ...MAIL, subject: 'Other' }, options)
    assert.deepEqual([other.error?.name, other.error?.statusCode], ['invalid_idempotent_request', 409])
    const long = await resend.emails.send(MAIL, { idempotencyKey: 'x'.repeat(257) })
    assert.equal(long.error?.name, 'invalid_idempotency_key')
    await relay.mailer.idle()
    assert.equal(mx.messages.length, before + 1)
  })

  test('two at once with one key: one is sent, and the other is told that it is under way, or is the same', async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => resend.emails.send(MAIL, { idempotencyKey: 'at once' })),
    )
    const ids = new Set(answers.flatMap(({ data }) => (data ? [data.id] : [])))
    assert.equal(ids.size, 1)
    for (const { error } of answers) assert.ok(error === null || error.name === 'concurrent_idempotent_requests')
  })

  test('what a mail says is shown while it waits, and then as long as it is kept, to a key that may read it', async () => {
    const html = '<p>Hi <b>you</b> — ü</p>'
    await using keeping = await startResendWorld({ queue: { keepContentMs: 3_600_000 } })
    const shown = async ({ relay, ...of }: typeof world, scopes: readonly Scope[], mail = {}): Promise<unknown> => {
      const { data } = await of.resend.emails.send({ ...MAIL, html, ...mail })
      await relay.mailer.idle()
      const answer = await of.with(await of.makeKey({ scopes })).emails.get(data?.id ?? '')
      return [answer.data?.html?.trim(), answer.data?.text?.trim()]
    }
    assert.deepEqual(await shown(keeping, ['read', 'content']), [html, 'Hi there'])
    assert.deepEqual(await shown(keeping, ['read', 'content'], { scheduledAt: 'in 1 hour' }), [html, 'Hi there'])
    assert.deepEqual(await shown(world, ['read', 'content']), [undefined, undefined])
    assert.deepEqual(await shown(keeping, ['read']), [undefined, undefined])
  })

  test('a mail for later is scheduled, shown so, and can be canceled while it waits; then no more', async () => {
    const { data } = await resend.emails.send({ ...MAIL, scheduledAt: 'in 1 hour', tags: [{ name: 'a', value: 'b' }] })
    const id = data?.id ?? ''
    const shown = await resend.emails.get(id)
    assert.equal(shown.data?.last_event, 'scheduled')
    assert.deepEqual(shown.data?.tags, [{ name: 'a', value: 'b' }])
    assert.ok(Date.parse(shown.data?.scheduled_at ?? '') > Date.parse(shown.data?.created_at ?? ''))
    assert.deepEqual((await resend.emails.cancel(id)).data, { object: 'email', id })
    assert.equal((await resend.emails.get(id)).data?.last_event, 'canceled')
    const again = await resend.emails.cancel(id)
    assert.deepEqual([again.data, again.error?.statusCode], [null, 422])
  })

  test('a mail that is scheduled can be moved to another hour, and then to now; one that was sent cannot', async () => {
    const { data } = await resend.emails.send({ ...MAIL, scheduledAt: 'in 1 hour' })
    const id = data?.id ?? ''
    const at = new Date(Date.now() + 7_200_000).toISOString()
    assert.deepEqual((await resend.emails.update({ id, scheduledAt: at })).data, { object: 'email', id })
    assert.equal((await resend.emails.get(id)).data?.scheduled_at, at)
    const wrong = await resend.emails.update({ id, scheduledAt: 'someday' })
    assert.deepEqual([wrong.data, wrong.error?.statusCode], [null, 422])
    assert.deepEqual((await resend.emails.update({ id, scheduledAt: new Date().toISOString() })).data?.id, id)
    await relay.mailer.idle()
    assert.equal((await resend.emails.get(id)).data?.last_event, 'delivered')
    assert.equal((await resend.emails.update({ id, scheduledAt: at })).error?.statusCode, 422)
    const unknown = await resend.emails.update({ id: '00000000-0000-7000-8000-000000000000', scheduledAt: at })
    assert.equal(unknown.error?.name, 'not_found')
  })

  test('whom a mail is shown to have gone to is whom its header and envelope say', async () => {
    const { data } = await resend.emails.send({
      ...MAIL,
      to: [TO, 'Zoë <zoe@dest.example>'],
      cc: 'oe@dest.example',
      bcc: ['b@dest.example'],
    })
    await relay.mailer.idle()
    const { data: shown } = await resend.emails.get(data?.id ?? '')
    assert.deepEqual(
      [shown?.to, shown?.cc, shown?.bcc],
      [[TO, 'zoe@dest.example'], ['oe@dest.example'], ['b@dest.example']],
    )
  })

  test('what cannot be read as a moment is 422, and is not sent now', async () => {
    const before = (await world.queued()).length
    for (const scheduledAt of ['soonish', 'tomorrow', 'Friday at 9', '2026-13-40', 'in 40 days', '']) {
      const { error } = await resend.emails.send({ ...MAIL, scheduledAt })
      assert.deepEqual([error?.name, error?.statusCode], ['validation_error', 422], scheduledAt)
    }
    assert.equal((await world.queued()).length, before)
  })

  test('a mail can be looked at: who, when, what became of it', async () => {
    const { data } = await resend.emails.send(MAIL)
    await relay.mailer.idle()
    const { data: shown } = await resend.emails.get(data?.id ?? '')
    assert.equal(shown?.object, 'email')
    assert.equal(shown?.last_event, 'delivered')
    assert.deepEqual([shown?.from, shown?.subject], [FROM, MAIL.subject])
    assert.deepEqual([shown?.to, shown?.cc, shown?.bcc], [[TO], null, null])
    assert.match(shown?.message_id ?? '', /^<.+@abc\.mail>$/)
    const { error } = await resend.emails.get('00000000-0000-7000-8000-000000000000')
    assert.deepEqual([error?.name, error?.message], ['not_found', 'Email not found'])
    assert.equal((await resend.emails.get('x')).error?.name, 'invalid_parameter')
  })
})

test('the list has finished mail too, newest first, page by page in both directions', async () => {
  await using world = await startResendWorld()
  const { resend, relay } = world
  const sent: string[] = []
  for (let n = 0; n < 5; n++) sent.unshift((await resend.emails.send(MAIL)).data?.id ?? '')
  await relay.mailer.idle()
  const all = await resend.emails.list()
  assert.deepEqual(
    all.data?.data.map(({ id }) => id),
    sent,
  )
  assert.equal(all.data?.has_more, false)
  const first = await resend.emails.list({ limit: 2 })
  assert.deepEqual([first.data?.data.map(({ id }) => id), first.data?.has_more], [sent.slice(0, 2), true])
  const second = await resend.emails.list({ limit: 2, after: sent[1] ?? '' })
  assert.deepEqual([second.data?.data.map(({ id }) => id), second.data?.has_more], [sent.slice(2, 4), true])
  const last = await resend.emails.list({ limit: 2, after: sent[3] ?? '' })
  assert.deepEqual([last.data?.data.map(({ id }) => id), last.data?.has_more], [sent.slice(4), false])
  const back = await resend.emails.list({ limit: 2, before: sent[3] ?? '' })
  assert.deepEqual([back.data?.data.map(({ id }) => id), back.data?.has_more], [sent.slice(1, 3), true])
  const none = await resend.emails.list({ before: sent[0] ?? '' })
  assert.deepEqual([none.data?.data, none.data?.has_more], [[], false])
  assert.equal((await resend.emails.list({ limit: 101 })).error?.statusCode, 422)
})

test('the list can be narrowed by what it is asked for beside the contract', async () => {
  await using world = await startResendWorld()
  const { resend, relay } = world
  const one = await resend.emails.send({ ...MAIL, subject: 'Your order', tags: [{ name: 'kind', value: 'order' }] })
  const other = await resend.emails.send({ ...MAIL, to: 'else@dest.example', scheduledAt: 'in 1 hour' })
  await relay.mailer.idle()
  const listed = async (query: string): Promise<unknown> => {
    const { status, body } = await ask(world.url, {
      path: `/emails?${query}`,
      headers: { authorization: `Bearer ${world.key}` },
    })
    return status === 200 ? (body.data as { readonly id: string }[]).map(({ id }) => id) : status
  }
  const [first, second] = [one.data?.id, other.data?.id]
  for (const query of ['state=delivered', `to=${TO}`, 'subject=order', 'tag=kind=order'])
    assert.deepEqual(await listed(query), [first], query)
  for (const query of ['state=waiting', 'to=else@dest.example', `before=${first}&to=else@dest.example`])
    assert.deepEqual(await listed(query), [second], query)
  assert.deepEqual(await listed(`before=${first}&state=bounced`), [])
  assert.deepEqual(await listed('created_before=2001-01-01'), [])
  assert.deepEqual(await listed('created_after=2001-01-01'), [second, first])
  for (const query of ['state=lost', 'to=nobody', 'tag=kind', 'created_after=then'])
    assert.equal(await listed(query), 422, query)
})

const NOT_SERVED: readonly (readonly [name: string, call: (of: Resend) => Promise<Answer>])[] = [
  ['broadcasts', of => of.broadcasts.list()],
  ['audiences', of => of.audiences.list()],
  ['segments', of => of.segments.list()],
  ['contacts', of => of.contacts.list()],
  ['contact properties', of => of.contactProperties.list()],
  ['topics', of => of.topics.list()],
  ['templates', of => of.templates.list()],
  ['automations', of => of.automations.list()],
  ['events', of => of.events.list()],
  ['domains', of => of.domains.create({ name: 'a.example' })],
  ['suppressions', of => of.suppressions.list()],
  ['logs', of => of.logs.list()],
  ['oauth grants', of => of.oauthGrants.list()],
  ['metrics', of => of.emails.metrics()],
  ['receiving', of => of.emails.receiving.list()],
]

test('what is not served gives no data, and an error in a sentence', async () => {
  await using world = await startResendWorld()
  for (const [name, call] of NOT_SERVED) {
    const { data, error } = await call(world.resend)
    assert.equal(data, null, name)
    assert.deepEqual([error?.name, error?.statusCode], ['not_found', 404], name)
    assert.match(
      error?.message ?? '',
      /^(?:Postrider|API keys are|Domains are|Webhooks are|Suppressions are) .*\.$/,
      name,
    )
  }
})

type Resend = import('resend').Resend
type Answer = {
  readonly data: unknown
  readonly error: { readonly name: string; readonly message: string; readonly statusCode: number | null } | null
}
