/**
 * The public part of a relay: what strangers may look at, and that nothing else is there.
 */
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { after, suite, test } from 'node:test'
import { linkKeysOf, type QueueId, queueIdOf } from '@postrider/core'
import { printReturnAddress } from '../../packages/core/src/report/return-address.ts'
import { resolveRelayOptions } from '../../packages/relay/src/index.ts'
import { printLink } from '../../packages/relay/src/link/index.ts'
import { V1_ROUTES } from '../../packages/relay/src/v1/table.ts'
import { FROM, TO } from '../resend/world.ts'
import { DKIM, type PublicWorld, RETURN_KEY, startPublicWorld } from './world.ts'

const MAIL = { from: FROM, to: TO, subject: 'Your <b>order</b> & "more"', text: 'Hi there' } as const
const HOUR_MS = 3_600_000

const token = (id: QueueId, purpose: 'unsubscribe' | 'bounce' = 'unsubscribe', recipient = 0): string => {
  const keys = { domain: 'bounces.abc.mail', keys: [Buffer.from(RETURN_KEY)] }
  return printReturnAddress({ purpose, id, recipient }, keys).split('@')[0]!
}

async function sent(world: PublicWorld, more: object = {}): Promise<{ readonly uuid: string; readonly id: QueueId }> {
  const { data, error } = await world.resend.emails.send({ ...MAIL, ...more })
  assert.equal(error, null)
  const uuid = data?.id ?? ''
  return { uuid, id: queueIdOf(uuid) as QueueId }
}

suite('the public part of a relay', async () => {
  const world = await startPublicWorld({
    // What one unsubscribes from goes on to be mailed to by the tests that follow.
    feedback: { unsubscribeSuppresses: false },
    relay: {
      public: { mtaSts: { domains: ['abc.mail'], mx: ['mx.abc.mail'], mode: 'enforce', maxAgeMs: 86_400_000 } },
    },
  })
  after(() => world[Symbol.asyncDispose]())
  const { look, relay } = world
  const kindsOf = async (id: QueueId): Promise<readonly string[]> =>
    (await relay.mailer.explain(id)).facts.map(({ fact }) => fact.kind)

  test('looking at an unsubscribe page changes nothing, one POST unsubscribes, and a second one says the same', async () => {
    const { id } = await sent(world)
    await relay.mailer.idle()
    const path = `/unsubscribe/${token(id)}`
    for (let n = 0; n < 3; n++) {
      const shown = await look(path)
      assert.deepEqual([shown.status, shown.headers['content-language']], [200, 'en'])
      assert.match(shown.body, /<form method="post">/)
    }
    assert.ok(!(await kindsOf(id)).includes('unsubscribed'))
    // RFC 8058 §3.1, as Gmail sends it, and as a form of a browser does.
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    for (let n = 0; n < 2; n++) {
      const done = await look(path, { method: 'POST', headers, body: 'List-Unsubscribe=One-Click' })
      assert.equal(done.status, 200)
      assert.equal(done.headers['set-cookie'], undefined)
    }
    assert.equal((await kindsOf(id)).filter(kind => kind === 'unsubscribed').length, 1)
    const [chinese, simplified] = await Promise.all(
      ['zh-Hant-TW,zh;q=0.9', 'fr;q=0.9, zh-CN;q=0.8, en;q=0.1'].map(wanted =>
        look(path, { headers: { 'accept-language': wanted } }),
      ),
    )
    assert.match(chinese!.body, /<html lang="zh-TW">[\s\S]*取消訂閱/)
    assert.match(simplified!.body, /<html lang="zh-CN">[\s\S]*退订/)
  })

  test('a link that is foreign, of another purpose or of another recipient unsubscribes nobody', async () => {
    const { id } = await sent(world)
    const good = token(id)
    for (const wrong of [
      token(id, 'bounce'),
      `${good.slice(0, -1)}${good.endsWith('0') ? '1' : '0'}`,
      good.replace('-0-', '-1-'),
      token(id, 'unsubscribe', 7),
      'x',
      '%2e%2e%2f',
      `${good}@bounces.abc.mail`,
    ]) {
      for (const method of ['GET', 'POST']) {
        const { status } = await look(`/unsubscribe/${wrong}`, { method })
        // Of a recipient that there is not, the link is ours, and nobody is found behind it.
        const found = method === 'GET' ? 200 : 410
        assert.ok(status === 404 || (status === found && wrong.includes('-7-')), `${method} ${wrong}: ${status}`)
      }
    }
    assert.ok(!(await kindsOf(id)).includes('unsubscribed'))
  })

  test('what became of a mail is shown to who was given a link, without what it says, and until it ends', async () => {
    const { uuid, id } = await sent(world)
    await relay.mailer.idle()
    const shared = await world.resend.emails.share(uuid, { expiresIn: '2 hours' })
    assert.deepEqual([shared.error, shared.data?.id, shared.data?.object], [null, uuid, 'email'])
    const own = await world.ask('POST', `/v1/messages/${id}/share`, { body: { forMs: HOUR_MS } })
    for (const url of [shared.data?.url ?? '', own.body.url as string]) {
      assert.ok(url.startsWith(`${world.place}/timeline/`), url)
      const shown = await look(new URL(url).pathname)
      assert.equal(shown.status, 200)
      assert.ok(shown.body.includes('Your &#60;b&#62;order&#60;/b&#62; &#38; &#34;more&#34;'))
      assert.ok(shown.body.includes(`${TO}: delivered`))
      assert.ok(!shown.body.includes('Hi there') && !shown.body.includes('<b>order'))
      assert.match(String(shown.headers['content-security-policy']), /default-src 'none'/)
      assert.deepEqual(
        [shown.headers['referrer-policy'], shown.headers['cache-control'], shown.headers['x-robots-tag']],
        ['no-referrer', 'no-store', 'noindex, nofollow'],
      )
    }
    const { options } = await resolveRelayOptions({ hostname: 'mail.abc.mail', dkim: [DKIM] })
    const keys = linkKeysOf(options)
    for (const link of [
      { kind: 'timeline', id, part: 0, until: Date.now() - 1000 },
      { kind: 'attachment', id, part: 0, until: Date.now() + HOUR_MS },
      { kind: 'timeline', id: '0'.repeat(20) as QueueId, part: 0, until: Date.now() + HOUR_MS },
    ] as const)
      assert.equal((await look(`/timeline/${printLink(link, keys)}`)).status, 404, link.kind)
    assert.equal((await look(`${new URL(own.body.url).pathname}x`)).status, 404)
    for (const expiresIn of ['49 hours', 'soon', '0 min'])
      assert.equal((await world.resend.emails.share(uuid, { expiresIn })).error?.statusCode, 422, expiresIn)
    const foreign = await world.ask('POST', '/v1/messages/00000000000000000000/share', { body: {} })
    assert.equal(foreign.status, 404)
  })

  test('an attachment of mail whose bytes are kept is listed and fetched by a link, and runs nowhere', async () => {
    const content = Buffer.from('<script>alert(1)</script>')
    const attachments = [
      { filename: 'Bericht "ä".html', content, contentType: 'text/html' },
      { filename: 'logo.png', content: Buffer.from([1, 2, 3]), contentType: 'image/png', contentId: 'logo' },
    ]
    const { uuid } = await sent(world, { html: '<img src="cid:logo">', attachments, scheduledAt: 'in 1 hour' })
    const resend = world.with(await world.makeKey({ scopes: ['content', 'read'] }))
    const listed = await resend.emails.attachments.list({ emailId: uuid })
    assert.equal(listed.error, null)
    const found = listed.data?.data ?? []
    const bySize = found.toSorted((one, other) => one.size - other.size)
    assert.deepEqual(
      bySize.map(each => [each.size, each.content_type, each.content_disposition, each.content_id]),
      [
        [3, 'image/png', 'inline', 'logo'],
        [content.length, 'text/html', 'attachment', undefined],
      ],
    )
    const page = found.find(({ content_type }) => content_type === 'text/html')!
    const one = await resend.emails.attachments.get({ emailId: uuid, id: page.id })
    assert.deepEqual([one.data?.object, one.data?.id, one.data?.filename], ['attachment', page.id, 'Bericht "ä".html'])
    assert.match(page.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    const given = await look(new URL(one.data?.download_url ?? '').pathname)
    assert.deepEqual([given.status, given.body], [200, content.toString()])
    assert.deepEqual(
      [given.headers['content-type'], given.headers['x-content-type-options'], given.headers['content-disposition']],
      [
        'application/octet-stream',
        'nosniff',
        `attachment; filename="Bericht ___.html"; filename*=UTF-8''Bericht%20%22%C3%A4%22.html`,
      ],
    )
    const first = await resend.emails.attachments.list({ emailId: uuid, limit: 1 })
    assert.deepEqual([first.data?.data.length, first.data?.has_more], [1, true])
    const second = await resend.emails.attachments.list({ emailId: uuid, limit: 1, after: found[0]!.id })
    assert.deepEqual([second.data?.data[0]?.id, second.data?.has_more], [found[1]!.id, false])
    const none = await resend.emails.attachments.get({ emailId: uuid, id: uuid })
    assert.equal(none.error?.name, 'not_found')
    const { error } = await world
      .with(await world.makeKey({ scopes: ['read'] }))
      .emails.attachments.list({ emailId: uuid })
    assert.equal(error?.name, 'restricted_api_key')
  })

  test('the policy of MTA-STS is given under its own name alone (RFC 8461 §3.2)', async () => {
    const path = '/.well-known/mta-sts.txt'
    const { status, headers, body } = await look(path, { headers: { host: 'mta-sts.abc.mail' } })
    assert.deepEqual([status, headers['content-type']], [200, 'text/plain; charset=utf-8'])
    assert.equal(body, 'version: STSv1\r\nmode: enforce\r\nmx: mx.abc.mail\r\nmax_age: 86400\r\n')
    assert.equal((await look(path, { headers: { host: 'mail.abc.mail' } })).status, 404)
    for (const host of ['mta-sts.other.example', 'evil.example', 'mta-sts.abc.mail.evil.example'])
      assert.equal((await look(path, { headers: { host } })).status, 421, host)
  })

  test('no route of the relay is there, whoever asks, and nothing of this is where the relay is asked', async () => {
    const authorization = `Bearer ${world.operator}`
    const cookie = await world.logIn('admin')
    const resend = [
      'GET /emails',
      'POST /emails',
      'POST /emails/batch',
      'GET /emails/x',
      'GET /domains',
      'POST /api-keys',
    ]
    const others = ['GET /', 'GET /ui/', 'GET /metrics', 'GET /health', 'GET /ready', 'GET /api/v1/messages', 'GET /v1']
    const routes = V1_ROUTES.map(({ method, path }) => `${method} ${path.replaceAll(/:\w+/g, 'x')}`)
    for (const route of [...routes, ...resend, ...others]) {
      const [method = '', path = ''] = route.split(' ')
      for (const headers of [{}, { authorization }, { cookie, 'sec-fetch-site': 'same-origin' }]) {
        const { status, headers: answered, body } = await look(path, { method, headers })
        assert.deepEqual([status, answered['content-type']], [404, 'text/html; charset=utf-8'], route)
        assert.equal(answered['access-control-allow-origin'], undefined, route)
        assert.ok(!body.includes('statusCode'), route)
      }
    }
    for (const path of ['/unsubscribe/x', '/timeline/x', '/attachment/x', '/.well-known/mta-sts.txt'])
      assert.equal((await fetch(`${world.url}${path}`)).status, 401, path)
    assert.equal((await look('/timeline/x', { method: 'POST' })).status, 405)
    assert.equal((await look('/unsubscribe/x', { method: 'POST', body: 'x'.repeat(20_000) })).status, 404)
  })
})

test('without a public part no link is given out, and nothing listens', async () => {
  await using world = await startPublicWorld({ relay: { public: { listen: [] } } })
  const { id, uuid } = await sent(world)
  assert.deepEqual(world.relay.publicAddresses, [])
  assert.equal((await world.ask('POST', `/v1/messages/${id}/share`, { body: {} })).status, 409)
  assert.equal((await world.resend.emails.share(uuid)).error?.name, 'not_found')
})
