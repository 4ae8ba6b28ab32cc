/**
 * Who may ask what of our own routes: each route of the table, with each kind of key and of request.
 */
import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { after, test } from 'node:test'
import { ROLES, type Role, SCOPES } from '@postrider/relay'
import { V1_ROUTES } from '../../packages/relay/src/v1/table.ts'
import { startV1World } from './world.ts'

const world = await startV1World(
  { relay: { http: { requestsPerSecond: 0 }, ban: { failures: 0 } } },
  { deliver: false },
)
after(() => world[Symbol.asyncDispose]())

const operators = new Map<string, string>()
const accounts = new Map<string, string>()
for (const scope of SCOPES) {
  operators.set(scope, await world.operatorKey([scope]))
  accounts.set(scope, await world.makeKey({ scopes: [scope] }))
}
const OWN = { 'sec-fetch-site': 'same-origin' } as const
const ended = await world.makeKey({ scopes: ['admin'], expiresAt: 1 })
const orphan = await world.makeKey({ scopes: ['admin'], account: 'nobody' })

/** Without a body or a query that any of them wants: whoever is let in is told 200, 404 or 422. */
const pathOf = (path: string): string => path.replace(':id', '0'.repeat(20)).replace(/:\w+/, 'x@y.example')

async function told(
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<readonly [number, string?]> {
  const response = await fetch(`${world.url}${pathOf(path)}`, { method, headers })
  if (response.headers.get('content-type') !== 'application/json; charset=utf-8') {
    await response.body?.cancel()
    return [response.status]
  }
  const body = (await response.json()) as { readonly name?: string }
  return response.ok ? [response.status] : [response.status, body.name ?? '']
}

/** Who may see may also read what messages say here, as the others may not. @param whose part of their names */
const logInAll = async (whose: string): Promise<ReadonlyMap<Role, string>> => {
  const all = ROLES.map(async role => {
    const cookie = await world.logIn(role, { name: `${role}-${whose}`, content: role === 'see' })
    return [role, cookie] as const
  })
  return new Map(await Promise.all(all))
}
const users = await logInAll('all')
const MAY: Readonly<Record<Role, readonly string[]>> = {
  see: ['read', 'content'],
  operate: ['read', 'operate', 'send'],
  admin: ['read', 'operate', 'send', 'admin'],
}
const isAnswered = (status: number): boolean => status === 200 || status === 404 || status === 422

for (const { method, path, scope } of V1_ROUTES) {
  if (scope === 'open') continue
  test(`${method} ${path} for who is logged in`, async () => {
    const endsSessions = method === 'DELETE' && path.startsWith('/v1/session')
    const shown = endsSessions ? await logInAll(path) : users
    for (const role of ROLES) {
      const cookie = shown.get(role) ?? ''
      // A page of another site, of another port or of a name beside ours; and, where something changes, who says nothing.
      const foreign: Record<string, string>[] = [
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
        { origin: 'https://evil.example' },
        { origin: 'null' },
        { origin: world.url.replace(/:\d+$/, ':1') },
        { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
        ...(method === 'GET' ? [] : [{}, { 'sec-fetch-site': 'none' }]),
      ]
      for (const headers of foreign)
        assert.deepEqual(await told(method, path, { cookie, ...headers }), [403, 'security_error'], role)
      const isLetIn = scope === 'any' || scope === 'session' || MAY[role].includes(scope)
      const [status, name] = await told(method, path, { cookie, ...OWN })
      if (isLetIn) assert.ok(isAnswered(status), `${role}: ${status} ${name}`)
      else assert.deepEqual([status, name], [403, 'restricted_session'], role)
    }
    const nobody = `postrider=${'A'.repeat(43)}`
    assert.deepEqual(await told(method, path, { cookie: nobody, ...OWN }), [401, 'missing_session'])
    assert.deepEqual(await told(method, path, { cookie: `${users.get('admin')}; postrider=x`, ...OWN }), [
      401,
      'missing_api_key',
    ])
    // A key that is shown is what counts, whatever cookie comes along.
    const both = { cookie: users.get('admin') ?? '', authorization: 'Bearer re_123', ...OWN }
    assert.deepEqual(await told(method, path, both), [403, 'invalid_api_key'])
  })
}

for (const { method, path, scope, about } of V1_ROUTES) {
  if (scope === 'open') continue
  test(`${method} ${path} is for ${scope}, of ${about}`, async () => {
    const bearer = (key = '') => told(method, path, { authorization: `Bearer ${key}` })
    assert.deepEqual(await told(method, path, {}), [401, 'missing_api_key'])
    const cookie = {
      cookie: `key=${operators.get('admin')}`,
      origin: 'https://evil.example',
      'sec-fetch-site': 'cross-site',
    }
    assert.deepEqual(await told(method, path, cookie), [401, 'missing_api_key'])
    assert.deepEqual(await told(method, path, { authorization: `Basic ${btoa(`key:${operators.get('admin')}`)}` }), [
      401,
      'missing_api_key',
    ])
    assert.deepEqual(await bearer('re_123'), [403, 'invalid_api_key'])
    assert.deepEqual(await bearer(ended), [403, 'invalid_api_key'])
    assert.deepEqual(await bearer(orphan), [403, 'invalid_api_key'])
    for (const had of SCOPES) {
      const may = scope !== 'session' && (scope === 'any' || had === scope || had === 'admin')
      for (const [keys, isLetIn] of [
        [operators, may],
        [accounts, may && about === 'own'],
      ] as const) {
        const [status, name] = await bearer(keys.get(had))
        if (isLetIn) assert.ok(status === 200 || status === 404 || status === 422, `${had}: ${status} ${name}`)
        else assert.deepEqual([status, name], [403, 'restricted_api_key'], had)
      }
    }
  })
}

test('no route answers under a name that is not ours, or to a page of another site', async () => {
  const { port } = new URL(world.url)
  const asked = (method: string, path: string, headers: Record<string, string>): Promise<readonly [number, boolean]> =>
    new Promise((resolve, reject) => {
      const sent = httpRequest({ port, host: '127.0.0.1', path: pathOf(path), method, headers }, response => {
        resolve([response.statusCode ?? 0, 'access-control-allow-origin' in response.headers])
        response.destroy()
      })
      sent.on('error', reject)
      sent.end()
    })
  const authorization = `Bearer ${operators.get('admin')}`
  for (const { method, path } of V1_ROUTES) {
    assert.deepEqual(await asked(method, path, { authorization, host: 'evil.example' }), [421, false], path)
    const [status, hasCors] = await asked('OPTIONS', path, {
      origin: 'https://evil.example',
      'access-control-request-method': method,
    })
    assert.deepEqual([status, hasCors], [401, false], path)
    const [, answered] = await asked(method, path, { authorization, host: 'localhost', origin: 'https://evil.example' })
    assert.equal(answered, false, path)
  }
})

test('whoever shows no key learns of no path', async () => {
  for (const path of ['/v1', '/v1/', '/v1/nothing', '/v1/messages/x/y/z'])
    assert.deepEqual(await told('GET', path, {}), [401, 'missing_api_key'], path)
})

test('no two routes are the same, and each begins with /v1', () => {
  const names = V1_ROUTES.map(({ method, path }) => `${method} ${path.replaceAll(/:\w+/g, ':')}`)
  assert.equal(new Set(names).size, names.length)
  assert.ok(names.every(name => name.includes(' /v1/')))
})
