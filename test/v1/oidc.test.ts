/** Logging in to the interface at an OpenID provider of others, followed as a browser follows it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lookAtProvider } from '@postrider/relay'
import { chosenFor } from '../../packages/relay/src/oidc/index.ts'
import { Browser, logIn, PEOPLE, ROLES, startOidcWorld, visit, WINDOW } from './oidc-world.ts'
import { startV1World, type V1World } from './world.ts'

const session = (world: V1World, browser: Browser) =>
  fetch(`${world.url}/v1/session`, {
    headers: { cookie: browser.cookiesOf(world.url), 'sec-fetch-site': 'same-origin' },
  })

test('whoever the provider knows comes in with the role that its claim gives, and nobody else', {
  timeout: 120_000,
}, async () => {
  await using it = await startOidcWorld(ROLES)
  const { world } = it
  const ways = await (await fetch(`${world.url}/v1/session/ways`)).json()
  assert.deepEqual(ways, { password: true, provider: new URL(it.issuer.url).host })
  const anna = new Browser()
  assert.equal(await logIn(world, anna, 'anna'), `${world.url}/ui/`)
  const who = (await (await session(world, anna)).json()) as Record<string, unknown>
  assert.deepEqual([who.name, who.role], ['anna@example.com', 'admin'])
  assert.ok((who.scopes as string[]).includes('content'))
  const bruno = new Browser()
  await logIn(world, bruno, 'bruno')
  assert.equal(((await (await session(world, bruno)).json()) as { role: string }).role, 'see')
  // Another domain, an address that is not verified, none of the roles.
  for (const name of ['carl', 'dora', 'emil']) {
    const browser = new Browser()
    assert.equal(await logIn(world, browser, name), `${world.url}/ui/#/login?problem=refused`, name)
    assert.equal((await session(world, browser)).status, 401, name)
  }
  const { body } = await world.ask('GET', '/v1/users')
  const names = body.users.map(({ name, hasPassword }: { name: string; hasPassword: boolean }) => [name, hasPassword])
  assert.deepEqual(names, [
    ['anna@example.com', false],
    ['bruno@example.com', false],
  ])
})

const roleIn = async (world: V1World, browser: Browser): Promise<string> =>
  ((await (await session(world, browser)).json()) as { role: string }).role

test('what the provider says counts at each login, and ends those whom it admits no longer', {
  timeout: 120_000,
}, async t => {
  const { anna: before = {} } = PEOPLE
  t.after(() => {
    PEOPLE.anna = before
  })
  await using it = await startOidcWorld(ROLES)
  const { world } = it
  await world.ask('POST', '/v1/users', { body: { name: 'zoe', role: 'admin' } })
  const [first, second] = [new Browser(), new Browser()]
  await logIn(world, first, 'anna')
  assert.equal(await roleIn(world, first), 'admin')
  PEOPLE.anna = { ...before, groups: ['staff'] }
  await logIn(world, second, 'anna')
  assert.deepEqual([await roleIn(world, first), await roleIn(world, second)], ['see', 'see'])
  PEOPLE.anna = { ...before, groups: [] }
  assert.match(await logIn(world, new Browser(), 'anna'), /problem=refused$/)
  for (const browser of [first, second]) assert.equal((await session(world, browser)).status, 401)
})

test('a user that was made here is not taken over, and keeps what it may', { timeout: 120_000 }, async () => {
  await using it = await startOidcWorld(ROLES)
  const { world } = it
  await world.ask('POST', '/v1/users', { body: { name: 'bruno@example.com', role: 'admin' } })
  await world.ask('POST', '/v1/users', { body: { name: 'anna@example.com', role: 'see' } })
  for (const name of ['bruno', 'anna']) {
    const browser = new Browser()
    assert.match(await logIn(world, browser, name), /problem=refused$/)
    assert.equal((await session(world, browser)).status, 401)
  }
  const { users } = (await world.ask('GET', '/v1/users')).body
  const roles = users.map(({ name, role }: { name: string; role: string }) => [name, role])
  assert.deepEqual(roles, [
    ['anna@example.com', 'see'],
    ['bruno@example.com', 'admin'],
  ])
})

test('what the provider says is changed there, and not here', { timeout: 120_000 }, async () => {
  await using it = await startOidcWorld(ROLES)
  const { world } = it
  await logIn(world, new Browser(), 'anna')
  const bruno = new Browser()
  await logIn(world, bruno, 'bruno')
  await world.ask('POST', '/v1/users', { body: { name: 'zoe', role: 'see' } })
  const { users } = (await world.ask('GET', '/v1/users')).body
  const provided = users.map((user: { name: string; provided: boolean }) => [user.name, user.provided])
  assert.deepEqual(provided, [
    ['anna@example.com', true],
    ['bruno@example.com', true],
    ['zoe', false],
  ])
  const at = '/v1/users/bruno@example.com'
  for (const [method, path, body] of [
    ['PATCH', at, { role: 'admin' }],
    ['PATCH', at, { content: true }],
    // A password would let in whom the provider admits no longer.
    ['POST', `${at}/reset`, {}],
  ] as const) {
    const refused = await world.ask(method, path, { body })
    assert.deepEqual([refused.status, refused.body.where], [409, 'name'], path)
    assert.match(refused.body.message, /comes in by an OpenID provider/)
  }
  assert.equal(await roleIn(world, bruno), 'see')
  assert.equal((await world.ask('PATCH', '/v1/users/zoe', { body: { role: 'operate' } })).status, 200)
  assert.equal((await world.ask('DELETE', at)).status, 200)
  assert.equal((await session(world, bruno)).status, 401)
})

test('the last who may administer is left', { timeout: 120_000 }, async t => {
  await using it = await startOidcWorld(ROLES)
  const browser = new Browser()
  await logIn(it.world, browser, 'anna')
  const { anna: before = {} } = PEOPLE
  PEOPLE.anna = { ...before, groups: ['staff'] }
  t.after(() => {
    PEOPLE.anna = before
  })
  await logIn(it.world, browser, 'anna')
  assert.equal(await roleIn(it.world, browser), 'admin')
})

test('an address comes in where the provider calls it verified, or says nothing of it', () => {
  const admission = { nameClaim: 'email', roleClaim: 'groups', addresses: ['*@example.com'], roles: [] }
  const email = 'boss@example.com'
  for (const claims of [{ email }, { email, email_verified: true }, { email, email_verified: 'true' }])
    assert.equal(chosenFor(claims, admission, 'see')?.name, email, JSON.stringify(claims))
  for (const email_verified of [false, 'false', 'no', '', null, 0, 1])
    assert.equal(chosenFor({ email, email_verified }, admission, 'see'), undefined, JSON.stringify(email_verified))
})

test('images of another page that ask for a way back ban nobody', { timeout: 120_000 }, async () => {
  await using it = await startOidcWorld(ROLES)
  const { world } = it
  const back = `${world.url}/v1/session/oidc/back`
  const image = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }
  const leaving = await fetch(`${world.url}/v1/session/oidc`, { redirect: 'manual' })
  const cookie = (leaving.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const state = new URL(leaving.headers.get('location') ?? '').searchParams.get('state')
  const tries: [string, Record<string, string>][] = [
    ['', image],
    ['', WINDOW],
    ['?code=x&state=another', { ...WINDOW, cookie }],
    [`?code=x&state=${state}`, { cookie, ...image }],
  ]
  for (let time = 0; time < 5; time++)
    for (const [query, headers] of tries) {
      assert.match((await visit(`${back}${query}`, headers)).location ?? '', /problem=refused$/)
    }
  assert.equal(await logIn(world, new Browser(), 'anna'), `${world.url}/ui/`)
})

test('a way back that this browser did not leave by is refused, and one is good once', {
  timeout: 120_000,
}, async () => {
  await using it = await startOidcWorld(ROLES)
  const { world } = it
  const back = `${world.url}/v1/session/oidc/back`
  const stranger = new Browser()
  assert.match((await stranger.open(`${back}?code=x&state=y`)).url, /problem=refused$/)
  const leaving = await fetch(`${world.url}/v1/session/oidc`, { redirect: 'manual' })
  const cookie = leaving.headers.get('set-cookie') ?? ''
  assert.match(cookie, /; Path=\/v1\/session\/oidc; Max-Age=600; HttpOnly; SameSite=Lax$/)
  const at = new URL(leaving.headers.get('location') ?? '')
  assert.equal(at.searchParams.get('code_challenge_method'), 'S256')
  assert.ok((at.searchParams.get('nonce') ?? '').length > 20)
  const forged = await visit(`${back}?code=x&state=another`, { ...WINDOW, cookie: cookie.split(';')[0] ?? '' })
  assert.match(forged.location ?? '', /problem=refused$/)
  assert.equal(await logIn(world, stranger, 'anna'), `${world.url}/ui/`)
})

test('where the provider does not answer the login page says so, and the doctor knows', {
  timeout: 60_000,
}, async () => {
  await using it = await startOidcWorld(ROLES)
  await it.issuer[Symbol.asyncDispose]()
  const gone = await fetch(`${it.world.url}/v1/session/oidc`, { redirect: 'manual' })
  assert.equal(gone.headers.get('location'), '/ui/#/login?problem=trouble')
  const { url: issuer } = it.issuer
  await assert.rejects(lookAtProvider({ issuer, clientId: 'postrider', clientSecretFile: '', scope: 'openid' }))
})

test('without a provider there is no such way, and nobody comes in where neither list says who', {
  timeout: 60_000,
}, async () => {
  await using world = await startV1World({}, { deliver: false })
  assert.deepEqual(await (await fetch(`${world.url}/v1/session/ways`)).json(), { password: true })
  assert.equal((await fetch(`${world.url}/v1/session/oidc`)).status, 404)
  await using it = await startOidcWorld({})
  assert.match(await logIn(it.world, new Browser(), 'anna'), /problem=refused$/)
})
