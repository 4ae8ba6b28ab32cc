/**
 * `@postrider/core/http` against a relay: what is sent, looked at, moved, taken back and told of, over HTTP alone.
 */
import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { type EventsRequest, type RelayClientOptions, RelayError, relayClient } from '@postrider/core/http'
import { FROM, startResendWorld, TO } from '../resend/world.ts'
import { HOUR_MS, refusedWith, scripted } from './line.ts'

const DRAFT = { from: FROM, to: TO, subject: 'Hello', text: 'Hi there' } as const

suite('a client and a relay', async () => {
  const world = await startResendWorld()
  after(() => world[Symbol.asyncDispose]())
  const { relay, mx, url, key } = world
  const client = relayClient({ url: `${url}/`, key })
  const arrived = async (): Promise<string> => {
    await relay.mailer.idle()
    return mx.messages.at(-1)?.content.toString('latin1') ?? ''
  }

  test('sends a mail, and knows it by the id that the queue has', async () => {
    const id = await client.send(DRAFT)
    assert.match(await arrived(), /^Subject: Hello\r$/m)
    const entry = await client.get(id)
    assert.deepEqual(entry, await relay.mailer.queue.show(id))
    assert.deepEqual([entry.via, entry.recipients[0]?.state], ['http', 'delivered'])
  })

  test('carries every field of a draft', async () => {
    await client.send({
      ...DRAFT,
      to: [TO, { name: 'Ada "A" Lovelace, Countess', address: 'ada@dest.example' }],
      cc: 'copy@dest.example',
      bcc: ['hidden@dest.example'],
      replyTo: { address: 'help@abc.mail' },
      html: '<p>Hi <img src="cid:logo"></p>',
      messageId: '<own@abc.mail>',
      inReplyTo: '<first@abc.mail>',
      references: ['<zeroth@abc.mail>', '<first@abc.mail>'],
      headers: { 'X-Entity-Ref-ID': '1' },
      listUnsubscribe: { url: 'https://abc.mail/u/1', mailto: 'u@abc.mail' },
      tags: { kind: 'order' },
      attachments: [
        { filename: 'a.txt', content: 'YWJj', contentType: 'text/plain' },
        { filename: 'b.bin', content: new Uint8Array(100_000).fill(7) },
        { filename: 'logo.png', content: new Uint8Array([1, 2, 3]), contentType: 'image/png', cid: 'logo' },
      ],
    })
    const content = (await arrived()).replace(/\r\n(?=[ \t])/g, '')
    assert.match(content, /^To: .*"Ada \\"A\\" Lovelace, Countess" <ada@dest\.example>/m)
    for (const line of [
      'Cc: copy@dest.example',
      'Reply-To: help@abc.mail',
      'Message-ID: <own@abc.mail>',
      'In-Reply-To: <first@abc.mail>',
      'References: <zeroth@abc.mail> <first@abc.mail>',
      'X-Entity-Ref-ID: 1',
      'List-Unsubscribe: <mailto:u@abc.mail>, <https://abc.mail/u/1>',
      'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
      'Content-Id: <logo>',
    ])
      assert.ok(content.toLowerCase().includes(`\n${line.toLowerCase()}\r\n`), line)
    assert.doesNotMatch(content, /hidden@/)
    // A text that looks like base64 is that text.
    assert.ok(content.includes(Buffer.from('YWJj').toString('base64')))
    assert.ok(content.replace(/\r\n/g, '').includes(Buffer.alloc(100_000, 7).toString('base64')))
    assert.equal(mx.messages.at(-1)?.recipients.length, 4)
  })

  test('one key is one mail; another draft is refused in the words of the relay', async () => {
    const options = { idempotencyKey: 'order/1' }
    const id = await client.send(DRAFT, options)
    assert.equal(await client.send(DRAFT, options), id)
    await refusedWith(client.send({ ...DRAFT, subject: 'Other' }, options), 409, 'invalid_idempotent_request')
    assert.notEqual(await client.send(DRAFT), await client.send(DRAFT))
  })

  test('a mail for later is moved, and taken back once', async () => {
    const id = await client.send(DRAFT, { notBefore: new Date(Date.now() + HOUR_MS) })
    const at = Date.now() + 2 * HOUR_MS
    assert.equal((await client.reschedule(id, at)).dueAt, at)
    assert.equal(await client.cancel(id), true)
    assert.equal(await client.cancel(id), false)
    await refusedWith(client.reschedule(id, at), 409, 'validation_error')
    await refusedWith(client.get('0'.repeat(20)), 404, 'not_found')
  })

  test('a batch is all or none; many are each by themselves, a hundred in a request', async () => {
    const wrong = { ...DRAFT, from: 'stranger@elsewhere.example' }
    const count = async (): Promise<number> => (await relay.mailer.messages.list({ limit: 500 })).messages.length
    const before = await count()
    assert.equal((await client.batch([DRAFT, { ...DRAFT, subject: '2' }])).length, 2)
    await refusedWith(client.batch([DRAFT, wrong]), 403, 'validation_error')
    assert.equal(await count(), before + 2)
    const many = Array.from({ length: 103 }, (_, at) => (at === 1 || at === 101 ? wrong : DRAFT))
    const options = { idempotencyKey: 'many', notBefore: Date.now() + HOUR_MS }
    const results = await client.sendMany(many, options)
    assert.deepEqual(
      results.flatMap(({ ok }, at) => (ok ? [] : [at])),
      [1, 101],
    )
    const ids = results.flatMap(result => (result.ok ? [result.id] : []))
    assert.equal(new Set(ids).size, 101)
    const again = await client.sendMany(many, options)
    assert.deepEqual(
      again.flatMap(result => (result.ok ? [result.id] : [])),
      ids,
    )
    assert.deepEqual(await client.batch([]), [])
    assert.deepEqual(await client.sendMany([]), [])
  })

  test('tells what becomes of mail from where it was left', async () => {
    const id = await client.send({ ...DRAFT, tags: { run: 'a' } })
    const kinds: string[] = []
    let last = ''
    for await (const event of client.events({ after: 'beginning', message: id })) {
      if (event.type === 'reset') continue
      kinds.push(event.type)
      last = event.id
      assert.equal(event.data.messageId, id)
      if (event.type === 'message.delivered') break
    }
    assert.deepEqual(kinds, ['message.queued', 'message.delivered'])
    const next = await client.send({ ...DRAFT, tags: { run: 'a' } })
    for await (const event of client.events({ after: last, tag: 'run=a', kinds: ['queued'] })) {
      assert.ok(event.type === 'message.queued' && event.data.messageId === next)
      break
    }
    const reason = new Error('enough')
    const stop = new AbortController()
    const waiting = client.events({ signal: stop.signal })[Symbol.asyncIterator]().next()
    stop.abort(reason)
    await assert.rejects(waiting, reason)
  })

  test('a key that may not is told so, and is not tried again', async () => {
    const sender = relayClient({ url, key: await world.makeKey({ scopes: ['send'] }) })
    const id = await sender.send(DRAFT)
    await refusedWith(sender.get(id), 403, 'restricted_api_key')
    await refusedWith(sender.events()[Symbol.asyncIterator]().next(), 403, 'restricted_api_key')
    await refusedWith(relayClient({ url, key: 're_none' }).send(DRAFT), 403, 'invalid_api_key')
  })

  test('what nobody would read is refused before it is sent', async () => {
    for (const extra of [{ calendar: {} }, { replyto: TO }, { attachments: [{ path: '/etc/passwd' }] }])
      await refusedWith(client.send({ ...DRAFT, ...extra } as typeof DRAFT), 0, 'invalid_option')
    for (const options of [{ idempotencyKey: '' }, { idempotencyKey: 'é' }, { delay: 1 }])
      await refusedWith(client.send(DRAFT, options), 0, 'invalid_option')
    await refusedWith(
      client
        .events({ kind: 'queued' } as EventsRequest)
        [Symbol.asyncIterator]()
        .next(),
      0,
      'invalid_option',
    )
    await refusedWith(client.get('../keys'), 0, 'invalid_option')
    for (const wrong of [
      { url: 'http://mail.example.com' },
      { url: 'https://u:p@mail.example.com' },
      { url: 'mail.example.com' },
      { key: '' },
      { key: 'a\r\nb' },
      { tries: 0 },
      { base: 'x' },
    ])
      assert.throws(() => relayClient({ url, key, ...wrong } as RelayClientOptions), RelayError, JSON.stringify(wrong))
  })
})

suite('a line that is not good', () => {
  const answer = (status: number, body: object, headers: Record<string, string> = {}) =>
    new Response(JSON.stringify(body), { status, headers })
  const taken = () => answer(200, { id: '019ad3b2-0000-7000-8000-000000000000' })

  test('a mail is asked for again with its key, and what was refused for good is not', async () => {
    const { client, asked } = scripted([
      () => {
        throw new TypeError('the connection broke')
      },
      () => answer(503, { name: 'application_error', message: 'busy' }, { 'retry-after': '0' }),
      taken,
    ])
    await client.send(DRAFT)
    assert.equal(new Set(asked.map(({ headers }) => headers['idempotency-key'])).size, 1)
    assert.equal(asked.length, 3)
    for (const [status, name] of [
      [422, 'validation_error'],
      [429, 'daily_quota_exceeded'],
      [302, undefined],
    ] as const) {
      const refusing = scripted([() => answer(status, { name }), taken])
      await refusedWith(refusing.client.send(DRAFT), status, name ?? 'application_error')
      assert.equal(refusing.asked.length, 1)
    }
  })

  test('of many, what was taken is told when what follows is not, and no key is too long in the middle', async () => {
    const hundred = Array.from({ length: 100 }, () => ({ id: '019ad3b2-0000-7000-8000-000000000000' }))
    const { client, asked } = scripted([
      () => answer(200, { data: hundred }),
      () => answer(429, { name: 'daily_quota_exceeded', message: 'enough' }),
    ])
    const results = await client.sendMany(Array.from({ length: 250 }, () => DRAFT))
    assert.deepEqual([results.length, results.filter(({ ok }) => ok).length, asked.length], [250, 100, 2])
    const last = results.at(-1)
    assert.equal(last?.ok === false && last.error.code, 'daily_quota_exceeded')
    const long = scripted([])
    const many = Array.from({ length: 150 }, () => DRAFT)
    await refusedWith(long.client.sendMany(many, { idempotencyKey: 'x'.repeat(256) }), 0, 'invalid_option')
    const none = scripted([() => answer(401, { name: 'missing_api_key' })])
    await refusedWith(none.client.sendMany(many), 401, 'missing_api_key')
  })

  test('what was perhaps taken back is not taken back again', async () => {
    const { client, asked } = scripted([
      () => {
        throw new TypeError('the connection broke')
      },
    ])
    await refusedWith(client.cancel('0'.repeat(20)), 0, 'unreachable')
    assert.equal(asked.length, 1)
  })

  test('who is told to wait for an hour is told so, and a signal ends a pause', async () => {
    const busy = () => answer(503, { name: 'application_error', message: 'busy' }, { 'retry-after': '3600' })
    const hour = scripted([busy, taken])
    const error = await refusedWith(hour.client.send(DRAFT), 503, 'application_error')
    assert.equal(error.retryAfterMs, HOUR_MS)
    const stop = new AbortController()
    const reason = new Error('enough')
    const soon = scripted([
      () => {
        queueMicrotask(() => stop.abort(reason))
        return answer(503, {}, { 'retry-after': '20' })
      },
      taken,
    ])
    await assert.rejects(soon.client.send(DRAFT, { signal: stop.signal }), reason)
    assert.equal(soon.asked.length, 1)
  })

  test('a stream that breaks goes on after the last id, also one that no event bore', async () => {
    const ids = [1, 2].map(n => `${String(n).padStart(16, '0')}-01JD3Z8K2M4Q6S8V0XYZ`)
    const event = (id = '') =>
      `id: ${id}\nevent: message.queued\ndata: {"type":"message.queued","timestamp":"","data":{}}\n\n`
    const { client, asked } = scripted([
      () => new Response(`id: ${ids[0]}\n:\n\n`),
      () => new Response(`${event(ids[1])}id: cut`),
      () => new Response(event('3')),
    ])
    const seen: string[] = []
    for await (const told of client.events({ kinds: ['queued', 'delivered'] })) {
      seen.push(told.type === 'reset' ? '' : told.id)
      if (seen.length === 2) break
    }
    assert.deepEqual(seen, [ids[1], '3'])
    assert.deepEqual(
      asked.map(({ path }) => new URL(path).searchParams.get('after')),
      [null, ...ids],
    )
    assert.equal(new URL(asked[0]!.path).searchParams.get('kinds'), 'queued,delivered')
  })
})
