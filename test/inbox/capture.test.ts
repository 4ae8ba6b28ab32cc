/** Captured mail: nothing leaves, everything else is as in earnest. */
import assert from 'node:assert/strict'
import { access, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createMailer } from '@postrider/core'
import { createFakeDns, startFakeMx, TEST_RANGES } from '@postrider/core/testing'
import { createRelay } from '@postrider/relay'
import nodemailer from 'nodemailer'
import { Resend } from 'resend'
import { startInboxWorld } from './world.ts'

const FROM = 'shop@example.com'

test('a message is captured whole on each way in, with what became of it', { timeout: 60_000 }, async () => {
  await using world = await startInboxWorld()
  await world.relay.mailer.send({
    from: FROM,
    to: ['a@one.example', 'b@two.example'],
    subject: 'by call',
    text: 'code: 123456',
  })
  const smtp = nodemailer.createTransport({
    host: '127.0.0.1',
    port: world.smtpPort,
    auth: { user: 'shop', pass: 'anything' },
    ignoreTLS: true,
  })
  await smtp.sendMail({
    from: FROM,
    to: 'c@three.example',
    subject: 'by SMTP',
    html: '<a href="https://shop.example/confirm?t=1">Confirm</a>',
    attachments: [{ filename: 'a.txt', content: 'hello' }],
  })
  const { error } = await new Resend('re_whatever', { baseUrl: world.url }).emails.send({
    from: FROM,
    to: 'd@four.example',
    subject: 'by HTTP',
    text: 'x',
  })
  assert.equal(error, null)
  const first = await world.ask('GET', '/v1/inbox/wait?to=b@two.example')
  assert.deepEqual(first.body.recipients, ['a@one.example', 'b@two.example'])
  assert.deepEqual(first.body.codes, ['123456'])
  const second = (await world.ask('GET', '/v1/inbox/wait?to=c@three.example')).body
  assert.equal(second.account, 'shop')
  assert.deepEqual(second.links, [{ url: 'https://shop.example/confirm?t=1', text: 'Confirm', in: 'html', as: 'a' }])
  assert.deepEqual(second.attachments, [{ part: 2, filename: 'a.txt', type: 'text/plain', sizeBytes: 5 }])
  assert.equal((await world.ask('GET', `/v1/inbox/${second.id}/parts/2`)).body, 'hello')
  assert.match((await world.ask('GET', `/v1/inbox/${second.id}/raw`)).body, /^Received:[\s\S]*Subject: by SMTP/)
  assert.equal((await world.ask('GET', '/v1/inbox/wait?subject=by%20http')).body.to[0].address, 'd@four.example')
  await world.relay.mailer.idle()
  const { body: list } = await world.ask('GET', '/v1/inbox')
  assert.deepEqual(
    // As they were captured: which attempt ends first is nobody's to say.
    list.messages.map(({ subject }: { subject: string }) => subject).sort(),
    ['by HTTP', 'by SMTP', 'by call'],
  )
  assert.deepEqual(
    list.messages.map(({ isRead }: { isRead: boolean }) => isRead),
    [false, false, false],
    'who waits has not opened it',
  )
  const { body: opened } = await world.ask('GET', `/v1/inbox/${second.id}`)
  assert.deepEqual(
    opened.outcomes.map(({ state }: { state: string }) => state),
    ['delivered'],
  )
  assert.equal((await world.ask('GET', '/v1/inbox?unread=true')).body.total, 2)
})

test('who waits is told of what comes later, and when nothing does', { timeout: 60_000 }, async () => {
  await using world = await startInboxWorld()
  const waiting = world.ask('GET', '/v1/inbox/wait?to=late@*&timeout=30000')
  await world.relay.mailer.send({ from: FROM, to: 'other@one.example', subject: 'other', text: 'x' })
  // Two that are under way at once may arrive in either order.
  await world.ask('GET', '/v1/inbox/wait?to=other@*')
  await world.relay.mailer.send({ from: FROM, to: 'late@one.example', subject: 'late', text: 'x' })
  assert.equal((await waiting).body.subject, 'late')
  const none = await world.ask('GET', '/v1/inbox/wait?to=nobody@one.example&timeout=50')
  assert.deepEqual([none.status, none.body.name], [408, 'wait_timeout'])
  assert.match(none.body.message, /the newest is to late@one\.example: late/)
  const { body } = await world.ask('GET', '/v1/inbox/wait?to=other@*')
  const after = await world.ask('GET', `/v1/inbox/wait?to=other@*&timeout=50&after=${body.id}`)
  assert.equal(after.status, 408, 'that one was there before')
})

test('what is removed is gone, and all is removed only when that is said', { timeout: 60_000 }, async () => {
  await using world = await startInboxWorld({ capture: { mailboxes: [{ name: 'b', to: 'b@*' }] } })
  for (const to of ['a@one.example', 'b@one.example', 'c@one.example'])
    await world.relay.mailer.send({ from: FROM, to, subject: 'x', text: 'x' })
  await world.relay.mailer.idle()
  assert.equal((await world.ask('DELETE', '/v1/inbox')).status, 422)
  assert.equal((await world.ask('GET', '/v1/inbox?mailbox=b')).body.total, 1)
  assert.equal((await world.ask('GET', '/v1/inbox?mailbox=x')).status, 422)
  assert.equal((await world.ask('DELETE', '/v1/inbox?mailbox=b')).body.removed, 1)
  assert.equal((await world.ask('GET', '/v1/inbox')).body.total, 2)
  assert.equal((await world.ask('DELETE', '/v1/inbox?all=true')).body.removed, 2)
  assert.deepEqual(await readdir(join(world.folder, 'inbox')), [])
})

test('bounds of number and octets let the oldest go, on disk too', { timeout: 60_000 }, async () => {
  await using world = await startInboxWorld({ capture: { messages: 3, bytes: 100_000 } })
  for (let n = 0; n < 5; n++) {
    await world.relay.mailer.send({ from: FROM, to: 'a@one.example', subject: String(n), text: 'x'.repeat(10_000) })
    // Each is captured before the next: of several at once any may come first.
    await world.relay.mailer.idle()
  }
  const subjects = async (): Promise<readonly string[]> =>
    (await world.ask('GET', '/v1/inbox')).body.messages.map(({ subject }: { subject: string }) => subject)
  const files = async (): Promise<number> => (await readdir(join(world.folder, 'inbox'))).length
  assert.deepEqual([await subjects(), await files()], [['4', '3', '2'], 3])
  await world.relay.mailer.send({ from: FROM, to: 'a@one.example', subject: 'large', text: 'x'.repeat(90_000) })
  await world.relay.mailer.idle()
  assert.deepEqual([await subjects(), await files()], [['large'], 1])
  await world.relay.mailer.send({ from: FROM, to: 'a@one.example', subject: 'too large', text: 'x'.repeat(110_000) })
  await world.relay.mailer.idle()
  assert.deepEqual([await subjects(), await files()], [['large'], 1])
})

test('what is older than the bound goes when time has passed', { timeout: 60_000 }, async () => {
  await using world = await startInboxWorld({ capture: { ageMs: 3_600_000 } })
  await world.relay.mailer.send({ from: FROM, to: 'a@one.example', subject: 'x', text: 'x' })
  await world.relay.mailer.idle()
  await world.ask('POST', '/v1/inbox/clock', { forwardMs: 3_500_000 })
  assert.equal((await world.ask('GET', '/v1/inbox')).body.total, 1)
  await world.ask('POST', '/v1/inbox/clock', { forwardMs: 200_000 })
  assert.equal((await world.ask('GET', '/v1/inbox')).body.total, 0)
})

test('captured mail is there after a restart, and what a killed process began is not', {
  timeout: 60_000,
}, async () => {
  const before = await startInboxWorld()
  await before.relay.mailer.send({ from: FROM, to: 'a@one.example', subject: 'kept', text: 'x' })
  await before.relay.mailer.idle()
  await before.stop()
  await writeFile(join(before.folder, 'inbox', `${'0'.repeat(20)}.part`), 'half')
  await writeFile(join(before.folder, 'inbox', 'foreign.mail'), 'no line')
  await using world = await startInboxWorld({ folder: before.folder })
  const { body } = await world.ask('GET', '/v1/inbox/wait?subject=kept')
  assert.deepEqual([body.text.trim(), body.recipients], ['x', ['a@one.example']])
  assert.ok(!(await readdir(join(world.folder, 'inbox'))).some(name => name.endsWith('.part')))
})

test('a queue holds captured mail or mail to be delivered, never both', { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'postrider-inbox-'))
  const path = join(folder, 'queue.db')
  {
    await using mailer = await createMailer(
      { queue: { path }, hostname: 'mail.abc.mail', preflight: 'off' },
      { deliver: false },
    )
    await mailer.send({ from: FROM, to: 'a@one.example', subject: 'real', text: 'x' })
  }
  await assert.rejects(startInboxWorld({ folder }), /1 messages? that are to be delivered/)
  await rm(path)
  const capturing = await startInboxWorld({ folder, capture: { scenarios: [{ outcome: 'deferred' }] } })
  await capturing.relay.mailer.send({ from: FROM, to: 'a@one.example', subject: 'captured', text: 'x' })
  await capturing.relay.mailer.idle()
  await capturing.stop()
  const options = { hostname: 'mail.abc.mail', queue: { path }, relay: { listen: ['127.0.0.1:0/plain'] } }
  await assert.rejects(createRelay(options), /1 captured message/)
  await rm(folder, { recursive: true })
})

test('no relay that delivers starts on a marked queue, however empty: the one that captures may be running', {
  timeout: 60_000,
}, async () => {
  await using world = await startInboxWorld()
  const path = join(world.folder, 'queue.db')
  const options = { hostname: 'mail.abc.mail', queue: { path }, relay: { listen: ['127.0.0.1:0/plain'] } }
  const removing = (error: { readonly fix?: string }): boolean =>
    error.fix?.includes(`remove ${path}.captured`) ?? false
  await assert.rejects(createRelay(options), removing)
  await access(`${path}.captured`)
})

test('no mailer delivers what was captured, whether it began before or after the mark was made', {
  timeout: 60_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'postrider-inbox-'))
  const mx = await startFakeMx()
  const resolver = createFakeDns({
    'one.example': { MX: ['10 mx.one.example'] },
    'mx.one.example': { A: ['127.0.0.1'] },
  })
  const options = {
    hostname: 'mail.abc.mail',
    preflight: 'off',
    queue: { path: join(folder, 'queue.db') },
    delivery: { port: mx.port, allowPrivateAddresses: true },
  } as const
  const seams = { resolver, specialRanges: TEST_RANGES }
  const told: string[] = []
  const start = async (): ReturnType<typeof createMailer> => {
    const mailer = await createMailer(options, seams)
    mailer.on('queue-error', ({ detail }) => told.push(detail))
    return mailer
  }
  const before = await start()
  // It leads the delivery of this queue.
  await before.send({ from: FROM, to: 'real@one.example', subject: 'real', text: 'x' })
  await waitFor(() => mx.messages.length === 1)
  const world = await startInboxWorld({ folder })
  await world.relay.mailer.send({ from: FROM, to: 'a@one.example', subject: 'captured', text: 'x' })
  await waitFor(() => told.length > 0)
  await world.stop()
  await before.close({ withinMs: 500 })
  const after = await start()
  await sleep(1500)
  await after.close({ withinMs: 500 })
  assert.equal(mx.messages.length, 1)
  for (const detail of told) assert.match(detail, /it holds captured mail; remove \S+queue\.db\.captured/)
  await mx.close()
  await rm(folder, { recursive: true })
})

async function waitFor(isSo: () => boolean): Promise<void> {
  for (let n = 0; !isSo(); n++) {
    assert.ok(n < 400, 'it does not come to be so')
    await sleep(50)
  }
}

test('anybody is let in on loopback alone, or with the token', { timeout: 60_000 }, async () => {
  await assert.rejects(
    startInboxWorld({ options: { relay: { listen: ['0.0.0.0:0/plain'] } } }),
    /relay\.capture\.anyone: found a listener at 0\.0\.0\.0:0\/plain/,
  )
  await using world = await startInboxWorld({ capture: { token: 'sesame' } })
  const status = async (authorization?: string): Promise<number> =>
    (await world.ask('GET', '/v1/inbox', undefined, authorization === undefined ? {} : { authorization })).status
  assert.deepEqual(
    [
      await status(),
      await status('Bearer sesam'),
      await status('Bearer sesame'),
      await status(`Basic ${btoa('x:sesame')}`),
    ],
    [401, 403, 200, 200],
  )
})

test('no page of another site reads it or has mail sent', { timeout: 60_000 }, async () => {
  await using world = await startInboxWorld()
  for (const headers of [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
  ])
    for (const [method, path] of [
      ['GET', '/v1/inbox'],
      ['DELETE', '/v1/inbox?all=true'],
      ['POST', '/emails'],
    ] as const)
      assert.equal((await world.ask(method, path, method === 'POST' ? {} : undefined, headers)).status, 401)
  assert.equal((await world.ask('GET', '/v1/inbox', undefined, { 'sec-fetch-site': 'same-origin' })).status, 200)
})

test('where a token is wanted, a browser is let in by its session; where none is, nobody needs a link', {
  timeout: 60_000,
}, async () => {
  await using open = await startInboxWorld()
  assert.equal(open.relay.interface.firstLogin, undefined)
  assert.deepEqual((await open.ask('GET', '/v1/session')).body.captures, true)
  await using world = await startInboxWorld({ capture: { token: 'a token of tests' } })
  const own = { 'sec-fetch-site': 'same-origin' }
  assert.equal((await world.ask('GET', '/v1/session', undefined, own)).status, 401)
  const link = world.relay.interface.firstLogin?.url.split('link=')[1]
  const entered = await fetch(`${world.url}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...own },
    body: JSON.stringify({ link, password: 'correct horse battery' }),
  })
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? ''
  const { status, body } = await world.ask('GET', '/v1/session', undefined, { cookie, ...own })
  assert.deepEqual([status, body.kind, body.name], [200, 'session', 'admin'])
  const foreign = await world.ask('GET', '/v1/session', undefined, { cookie, 'sec-fetch-site': 'cross-site' })
  assert.equal(foreign.status, 403)
  assert.equal(
    (await world.ask('GET', '/v1/inbox', undefined, { authorization: 'Bearer wrong', cookie, ...own })).status,
    403,
  )
})
