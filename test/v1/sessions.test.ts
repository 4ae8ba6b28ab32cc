/**
 * Logging in to the web interface: by a password and by a link that is good once, what a session is bound to, and how it ends.
 */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { FakeClock } from '@postrider/core/testing'
import { openUsers } from '@postrider/relay'
import { configOf, OWN_PAGE, startV1World, type V1World } from './world.ts'

const PASSWORD = 'correct horse battery'
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

type Asking = Pick<V1World, 'url'>

interface Told {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: what is answered is looked at where it is used
  readonly body: any
  readonly cookie: string
  readonly setCookie: string
}

async function post(
  { url }: Asking,
  body: object | string,
  headers: Readonly<Record<string, string>> = OWN_PAGE,
): Promise<Told> {
  const response = await fetch(`${url}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const setCookie = response.headers.get('set-cookie') ?? ''
  return { status: response.status, body: await response.json(), cookie: setCookie.split(';')[0] ?? '', setCookie }
}

async function asked({ url }: Asking, path: string, cookie: string, method = 'GET'): Promise<Told> {
  const response = await fetch(`${url}${path}`, { method, headers: { cookie, ...OWN_PAGE } })
  const setCookie = response.headers.get('set-cookie') ?? ''
  return { status: response.status, body: await response.json(), cookie: '', setCookie }
}

const linkOf = (url: string): string => /#\/login\?link=([\w-]{43})$/.exec(url)?.[1] ?? ''

async function enterFirst(world: V1World): Promise<Told> {
  return post(world, { link: linkOf(world.relay.interface.firstLogin?.url ?? ''), password: PASSWORD })
}

test('the first link makes the first user, once, and stands in one file of ours and in no log', async () => {
  await using world = await startV1World({}, { deliver: false })
  const { urls, firstLogin } = world.relay.interface
  assert.deepEqual(urls, [`${world.url}/ui/`])
  const file = join(world.folder, 'first-login.txt')
  assert.equal(firstLogin?.file, file)
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  assert.equal(await readFile(file, 'utf8'), `${firstLogin.url}\n`)
  const link = linkOf(firstLogin.url)
  assert.equal((await post(world, { link, password: 'too short' })).status, 422)
  const first = await post(world, { link, password: PASSWORD })
  assert.equal(first.status, 200)
  assert.deepEqual([first.body.name, first.body.role], ['admin', 'admin'])
  // Twice, and with another password.
  const again = await post(world, { link, password: 'another long password' })
  assert.deepEqual([again.status, again.body.name], [401, 'login_refused'])
  assert.equal((await post(world, { user: 'admin', password: PASSWORD })).status, 200)
  assert.equal((await post(world, { user: 'admin', password: 'another long password' })).status, 401)
  await assert.rejects(stat(file), { code: 'ENOENT' })
  const log = JSON.stringify(world.log)
  assert.ok(log.includes('interface-login'))
  for (const secret of [link, PASSWORD, first.cookie.split('=')[1] ?? '']) assert.equal(log.includes(secret), false)
})

test('the first link ends after a quarter of an hour, and its file goes', async () => {
  const clock = new FakeClock()
  await using world = await startV1World({}, { deliver: false, clock })
  const { firstLogin } = world.relay.interface
  await clock.advance(15 * MINUTE_MS)
  const late = await enterFirst(world)
  assert.deepEqual([late.status, late.body.name], [401, 'login_refused'])
  // It is taken away beside the answer.
  while (existsSync(firstLogin?.file ?? '')) await sleep(5)
})

test('the first link is void as soon as there is another user', async () => {
  await using world = await startV1World({}, { deliver: false })
  await world.logIn('see')
  assert.equal((await enterFirst(world)).status, 401)
  // The file goes with the relay.
  await stat(join(world.folder, 'first-login.txt'))
  await world.relay.close()
  await assert.rejects(stat(join(world.folder, 'first-login.txt')), { code: 'ENOENT' })
})

test('a session is a cookie that no script and no other site sees, and each login has its own (fixation)', async () => {
  await using world = await startV1World({}, { deliver: false })
  const first = await enterFirst(world)
  assert.match(first.setCookie, /^postrider=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict$/)
  const planted = `postrider=${'x'.repeat(43)}`
  const login = { user: 'Admin ', password: PASSWORD }
  const second = await post(world, login, { ...OWN_PAGE, cookie: planted })
  assert.equal(second.status, 200)
  assert.notEqual(second.cookie, planted)
  assert.equal((await asked(world, '/v1/session', planted)).status, 401)
  // Whoever logs in anew leaves the session that was there.
  const third = await post(world, login, { ...OWN_PAGE, cookie: second.cookie })
  assert.equal((await asked(world, '/v1/session', second.cookie)).body.name, 'missing_session')
  assert.equal((await asked(world, '/v1/session', third.cookie)).body.name, 'admin')
  assert.equal((await asked(world, '/v1/session', first.cookie)).status, 200)
})

test('behind a proxy the cookie is one that browsers hold to this host and to TLS', async () => {
  await using world = await startV1World({ relay: { http: { proxies: ['127.0.0.1/32'] } } }, { deliver: false })
  const first = await enterFirst(world)
  assert.match(
    first.setCookie,
    /^__Host-postrider=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; Secure; SameSite=Strict$/,
  )
  assert.equal((await asked(world, '/v1/session', first.cookie)).status, 200)
  // The name of plain text is another one.
  assert.equal((await asked(world, '/v1/session', first.cookie.replace('__Host-', ''))).status, 401)
})

test('nobody is logged in by a page of another site, or by a form', async () => {
  await using world = await startV1World({}, { deliver: false })
  await enterFirst(world)
  const login = { user: 'admin', password: PASSWORD }
  for (const headers of [
    {},
    { origin: 'https://evil.example' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin: world.url },
    { origin: 'null' },
  ])
    assert.deepEqual((await post(world, login, headers)).body.name, 'security_error')
  assert.equal((await post(world, login, { origin: world.url })).status, 200)
  const form = await post(world, 'user=admin', { ...OWN_PAGE, 'content-type': 'application/x-www-form-urlencoded' })
  assert.equal(form.status, 415)
})

test('who is wrong too often is kept out by its address, and learns nothing of who there is', async () => {
  await using world = await startV1World(
    { relay: { ban: { failures: 3 }, admin: { listen: '127.0.0.1:0' } } },
    { deliver: false },
  )
  await enterFirst(world)
  await world.login()
  const wrong = [
    await post(world, { user: 'admin', password: 'wrong' }),
    await post(world, { user: 'nobody', password: 'wrong' }),
    await post(world, { link: 'x'.repeat(43), password: PASSWORD }),
  ]
  for (const { status, body } of wrong) assert.deepEqual([status, body], [401, wrong[0]?.body])
  const right = await post(world, { user: 'admin', password: PASSWORD })
  assert.deepEqual([right.status, right.body.name], [429, 'rate_limit_exceeded'])
  // One list of bans: who was wrong here is kept out over SMTP.
  await assert.rejects(world.login())
  const metrics = await (await fetch(`http://127.0.0.1:${world.relay.adminPort}/metrics`)).text()
  assert.match(metrics, /^postrider_interface_logins_total\{result="refused"\} \d+$/m)
  assert.match(metrics, /^postrider_interface_logins_total\{result="banned"\} \d+$/m)
  assert.match(metrics, /^postrider_http_requests_total\{part="http",status="2xx"\} [1-9]\d*$/m)
  assert.match(metrics, /^postrider_http_requests_total\{part="http",status="4xx"\} [1-9]\d*$/m)
})

test('a session that was ended is refused at once, by whoever it was ended', async () => {
  await using world = await startV1World({}, { deliver: false })
  const mine = await enterFirst(world)
  const other = await post(world, { user: 'admin', password: PASSWORD })
  const third = await post(world, { user: 'admin', password: PASSWORD })
  const { sessions } = (await asked(world, '/v1/sessions', mine.cookie)).body
  assert.equal(sessions.length, 3)
  assert.equal(sessions.filter((session: { current: boolean }) => session.current).length, 1)
  const id = other.body.session
  assert.equal((await asked(world, `/v1/sessions/${id}`, mine.cookie, 'DELETE')).status, 200)
  assert.equal((await asked(world, '/v1/session', other.cookie)).body.name, 'missing_session')
  const left = await asked(world, '/v1/session', third.cookie, 'DELETE')
  assert.match(left.setCookie, /^postrider=; Path=\/; Max-Age=0;/)
  assert.equal((await asked(world, '/v1/session', third.cookie)).status, 401)
  // Nobody ends the sessions of others who may not administer.
  const reader = await world.logIn('see')
  assert.equal((await asked(world, `/v1/sessions/${mine.body.session}`, reader, 'DELETE')).status, 404)
  assert.equal((await asked(world, '/v1/session', mine.cookie)).status, 200)
  // What a user may do, and whether there is one, is so at the next request.
  const removed = await asked(world, '/v1/users/see', mine.cookie, 'DELETE')
  assert.equal(removed.status, 200)
  assert.equal((await asked(world, '/v1/session', reader)).status, 401)
})

test('a session ends when nothing was asked for half a day, and after a week whatever is done', async () => {
  const clock = new FakeClock()
  await using world = await startV1World({}, { deliver: false, clock })
  const idle = await enterFirst(world)
  const busy = await post(world, { user: 'admin', password: PASSWORD })
  // The clock of the day alone: a week of what runs each second is not asked for.
  clock.step(11 * HOUR_MS)
  assert.equal((await asked(world, '/v1/session', busy.cookie)).status, 200)
  clock.step(2 * HOUR_MS)
  assert.equal((await asked(world, '/v1/session', idle.cookie)).status, 401)
  for (let hours = 13; hours < 7 * 24 - 6; hours += 6) {
    assert.equal((await asked(world, '/v1/session', busy.cookie)).status, 200, String(hours))
    clock.step(6 * HOUR_MS)
  }
  clock.step(6 * HOUR_MS)
  assert.equal((await asked(world, '/v1/session', busy.cookie)).status, 401)
})

test('another password ends all other sessions, and a reset ends all and the password with them', async () => {
  await using world = await startV1World({}, { deliver: false })
  const mine = await enterFirst(world)
  const other = await post(world, { user: 'admin', password: PASSWORD })
  const change = (old: string) =>
    fetch(`${world.url}/v1/session/password`, {
      method: 'POST',
      headers: { cookie: mine.cookie, 'content-type': 'application/json', ...OWN_PAGE },
      body: JSON.stringify({ old, password: 'quite another one' }),
    })
  assert.equal((await change('wrong')).status, 401)
  assert.equal((await change(PASSWORD)).status, 200)
  assert.equal((await asked(world, '/v1/session', mine.cookie)).status, 200)
  assert.equal((await asked(world, '/v1/session', other.cookie)).status, 401)
  assert.equal((await post(world, { user: 'admin', password: PASSWORD })).status, 401)
  const opened = await openUsers(await configOf(world))
  assert.equal(await opened.users.shutOut('admin'), true)
  await opened.close()
  assert.equal((await asked(world, '/v1/session', mine.cookie)).status, 401)
  assert.equal((await post(world, { user: 'admin', password: 'quite another one' })).status, 401)
})

test('an admin makes a user, whose link lets in once; the last admin stays', async () => {
  await using world = await startV1World({}, { deliver: false })
  const { cookie } = await enterFirst(world)
  const at = (method: string, path: string, body: object) =>
    fetch(`${world.url}${path}`, {
      method,
      headers: { cookie, 'content-type': 'application/json', ...OWN_PAGE },
      body: JSON.stringify(body),
    }).then(async response => ({ status: response.status, body: (await response.json()) as Told['body'] }))
  const made = await at('POST', '/v1/users', { name: 'Anna', role: 'operate' })
  assert.equal(made.status, 200)
  assert.ok(made.body.link.startsWith(`${world.url}/ui/#/login?link=`))
  assert.equal((await at('POST', '/v1/users', { name: 'anna', role: 'see' })).status, 409)
  for (const name of ['', ' ', 'a\u0000b', '\u0007'])
    assert.equal((await at('POST', '/v1/users', { name, role: 'see' })).status, 422)
  const reset = await at('POST', '/v1/users/anna/reset', {})
  // The second link makes the first one void.
  assert.equal((await post(world, { link: linkOf(made.body.link), password: PASSWORD })).status, 401)
  const anna = await post(world, { link: linkOf(reset.body.link), password: PASSWORD })
  assert.deepEqual([anna.body.name, anna.body.role, anna.body.scopes], ['anna', 'operate', ['read', 'operate', 'send']])
  // Who may not read gives nobody the leave to.
  for (const [method, path, body] of [
    ['POST', '/v1/users', { name: 'bob', role: 'see', content: true }],
    ['PATCH', '/v1/users/admin', { content: true }],
    ['POST', '/v1/keys', { name: 'x', scopes: ['content'] }],
    ['POST', '/v1/keys', { name: 'x', scopes: ['admin'] }],
  ] as const) {
    const refused = await at(method, path, body)
    assert.deepEqual([refused.status, refused.body.name], [403, 'restricted_session'])
  }
  const opened = await openUsers(await configOf(world))
  await opened.users.change('admin', { content: true })
  const changed = await at('PATCH', '/v1/users/anna', { role: 'see', content: true })
  assert.deepEqual([changed.body.role, changed.body.content], ['see', true])
  assert.deepEqual((await asked(world, '/v1/session', anna.cookie)).body.scopes, ['read', 'content'])
  await opened.users.change('admin', { content: false })
  assert.equal((await at('POST', '/v1/users/anna/reset', {})).status, 403)
  assert.equal((await at('POST', '/v1/keys', { name: 'x', scopes: ['operate'] })).status, 200)
  assert.equal((await at('PATCH', '/v1/users/admin', { role: 'see' })).status, 409)
  assert.equal((await at('DELETE', '/v1/users/admin', {})).status, 409)
  assert.equal((await at('PATCH', '/v1/users/nobody', { role: 'see' })).status, 404)
  await opened.close()
})

test('where the interface is off there is none, and nobody logs in', async () => {
  await using world = await startV1World({ relay: { http: { interface: false } } }, { deliver: false })
  assert.deepEqual(world.relay.interface.urls, [])
  await assert.rejects(stat(join(world.folder, 'first-login.txt')), { code: 'ENOENT' })
  assert.equal((await post(world, { user: 'admin', password: PASSWORD })).status, 404)
  assert.equal((await asked(world, '/v1/session', await world.logIn('admin'))).body.name, 'missing_api_key')
  assert.notEqual((await fetch(`${world.url}/ui/`)).status, 200)
})
