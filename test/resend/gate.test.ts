/**
 * Who may ask what over HTTP: keys, scopes, names, pages of other sites.
 */
import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { test } from 'node:test'
import { FakeClock } from '@postrider/core/testing'
import { SCOPES } from '../../packages/relay/src/key/index.ts'
import { resendSite } from '../../packages/relay/src/resend/index.ts'
import { ask } from './ask.ts'
import { FROM, startResendWorld, TO } from './world.ts'

const SOME = '00000000-0000-7000-8000-000000000000'
const ROUTES = [
  ['POST', '/emails', 'send'],
  ['POST', '/emails/batch', 'send'],
  ['GET', '/emails', 'read'],
  ['GET', `/emails/${SOME}`, 'read'],
  ['GET', '/domains', 'read'],
  ['GET', `/domains/${SOME}`, 'read'],
  ['POST', `/domains/${SOME}/verify`, 'read'],
  ['PATCH', `/emails/${SOME}`, 'operate'],
  ['POST', `/emails/${SOME}/cancel`, 'operate'],
  ['POST', `/emails/${SOME}/share`, 'operate'],
  ['GET', `/emails/${SOME}/attachments`, 'content'],
  ['GET', `/emails/${SOME}/attachments/${SOME}`, 'content'],
  ['GET', '/webhooks', 'admin'],
  ['POST', '/webhooks', 'admin'],
  ['GET', `/webhooks/${SOME}`, 'admin'],
  ['PATCH', `/webhooks/${SOME}`, 'admin'],
  ['DELETE', `/webhooks/${SOME}`, 'admin'],
  ['POST', `/webhooks/${SOME}/signing-secret/rotate`, 'admin'],
  ['GET', `/webhooks/${SOME}/events`, 'admin'],
  ['GET', `/webhooks/${SOME}/events/${SOME}`, 'admin'],
  ['GET', `/webhooks/${SOME}/events/${SOME}/attempts`, 'admin'],
  ['POST', `/webhooks/${SOME}/events/${SOME}/replay`, 'admin'],
  ['GET', '/api-keys', 'admin'],
  ['POST', '/api-keys', 'admin'],
  ['DELETE', `/api-keys/${SOME}`, 'admin'],
] as const

test('every route needs a key that is known, not ended, and has its scope', async () => {
  await using world = await startResendWorld()
  const keys = new Map<string, string>()
  for (const scope of SCOPES) keys.set(scope, await world.makeKey({ scopes: [scope] }))
  const ended = await world.makeKey({ expiresAt: 1 })
  const orphan = await world.makeKey({ account: 'nobody' })
  for (const [method, path, needed] of ROUTES) {
    const told = async (headers: Record<string, string>) => {
      const { status, body } = await ask(world.url, { method, path, headers })
      return [status, body.name, body.statusCode]
    }
    const bearer = (key: string) => told({ authorization: `Bearer ${key}` })
    assert.deepEqual(await told({}), [401, 'missing_api_key', 401], path)
    assert.deepEqual(await told({ cookie: `key=${keys.get('admin')}` }), [401, 'missing_api_key', 401], path)
    assert.deepEqual(await bearer('re_123'), [403, 'invalid_api_key', 403], path)
    assert.deepEqual(await bearer(ended), [403, 'invalid_api_key', 403], path)
    assert.deepEqual(await bearer(orphan), [403, 'invalid_api_key', 403], path)
    for (const [scope, key] of keys) {
      const [status, name] = await bearer(key)
      if (scope === needed || scope === 'admin') assert.ok(status !== 401 && status !== 403, `${scope} ${path}`)
      else assert.deepEqual([status, name], [401, 'restricted_api_key'], `${scope} ${path}`)
    }
  }
})

test('the table above has every route', () => {
  const { routes } = resendSite({ clock: { now: () => 0 } } as never)
  const served = routes.map(({ method, path }) => `${method} ${path.replaceAll(/:\w+/g, SOME)}`)
  assert.deepEqual(ROUTES.map(([method, path]) => `${method} ${path}`).toSorted(), served.toSorted())
})

test('no route is told of to those without a key', async () => {
  await using world = await startResendWorld()
  assert.equal((await ask(world.url, { path: '/broadcasts' })).status, 401)
  assert.equal((await ask(world.url, { path: '/nothing' })).status, 401)
  const headers = { authorization: `Bearer ${world.key}` }
  assert.equal((await ask(world.url, { path: '/nothing', headers })).status, 404)
  const { status, body } = await ask(world.url, { method: 'DELETE', path: '/emails', headers })
  assert.deepEqual([status, body.name], [405, 'method_not_allowed'])
})

test('a name that is not ours is not answered to, whatever the key; ours, addresses and localhost are', async () => {
  await using world = await startResendWorld({ relay: { http: { names: ['api.abc.mail'] } } })
  const asked = (host: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const { port } = new URL(world.url)
      const headers = { host, authorization: `Bearer ${world.key}` }
      const sent = httpRequest({ port, host: '127.0.0.1', path: '/emails', headers }, response => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
      sent.on('error', reject)
      sent.end()
    })
  for (const host of ['evil.example', 'evil.example:80', 'mail.abc.mail.evil.example'])
    assert.equal(await asked(host), 421, host)
  for (const host of ['mail.abc.mail', 'API.abc.mail:8080', 'localhost', '127.0.0.1:1', '[::1]'])
    assert.equal(await asked(host), 200, host)
})

test('no page of another site may read an answer', async () => {
  await using world = await startResendWorld()
  const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' }
  const preflight = await ask(world.url, { method: 'OPTIONS', path: '/emails', headers })
  assert.equal(preflight.status, 401)
  assert.equal(preflight.headers.has('access-control-allow-origin'), false)
})

test('a key that asks too often is told when to come back, in headers that are plain numbers', async () => {
  const clock = new FakeClock()
  await using world = await startResendWorld({ relay: { http: { requestsPerSecond: 2 } } }, { clock })
  const headers = { authorization: `Bearer ${world.key}` }
  const asked = () => ask(world.url, { path: '/emails', headers })
  const first = await asked()
  assert.equal(first.status, 200)
  assert.equal(first.headers.get('ratelimit-limit'), '2')
  assert.equal(first.headers.get('ratelimit-remaining'), '1')
  await asked()
  const third = await asked()
  assert.deepEqual([third.status, third.body.name], [429, 'rate_limit_exceeded'])
  assert.equal(third.headers.get('retry-after'), '1')
  await clock.advance(1000)
  assert.equal((await asked()).status, 200)
})

test('a key that is removed is none at the next request', async () => {
  await using world = await startResendWorld()
  const { openKeys, resolveRelayOptions } = await import('@postrider/relay')
  const config = await resolveRelayOptions({ hostname: 'mail.abc.mail', queue: { path: `${world.folder}/queue.db` } })
  const headers = { authorization: `Bearer ${world.key}` }
  assert.equal((await ask(world.url, { path: '/emails', headers })).status, 200)
  const { keys, close } = await openKeys(config)
  for (const { id } of await keys.list()) await keys.remove(id)
  await close()
  assert.equal((await ask(world.url, { path: '/emails', headers })).status, 403)
})

test('an account sees its own mail alone, and takes back no other', async () => {
  const passwordHash = '$scrypt$ln=4,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
  await using world = await startResendWorld({
    relay: {
      accounts: [
        { name: 'board@abc.mail', passwordHash },
        { name: 'other', passwordHash },
      ],
    },
  })
  const other = world.with(await world.makeKey({ account: 'other' }))
  const { data } = await world.resend.emails.send({
    from: FROM,
    to: TO,
    subject: 'x',
    text: 'x',
    scheduledAt: 'in 1 hour',
  })
  const id = data?.id ?? ''
  assert.equal((await world.resend.emails.get(id)).data?.id, id)
  assert.equal((await other.emails.get(id)).error?.name, 'not_found')
  assert.equal((await other.emails.cancel(id)).error?.name, 'not_found')
  assert.deepEqual((await other.emails.list()).data?.data, [])
  assert.equal((await other.emails.list({ after: id })).error?.name, 'not_found')
})

test('a key that is bound to domains sends from no other, though its account may', async () => {
  await using world = await startResendWorld({ relay: { senders: ['*@abc.mail', '*@two.example'] } })
  const bound = world.with(await world.makeKey({ domains: ['two.example'] }))
  const mail = { to: TO, subject: 'x', text: 'x' }
  assert.equal((await bound.emails.send({ ...mail, from: 'a@two.example' })).error, null)
  const { error } = await bound.emails.send({ ...mail, from: FROM })
  assert.deepEqual([error?.name, error?.statusCode], ['validation_error', 403])
  assert.match(error?.message ?? '', /bound to two\.example/)
})

test('wrong keys ban their address as wrong logins do; the right one is not looked at meanwhile', async () => {
  const clock = new FakeClock()
  const ban = { failures: 3, withinMs: 60_000, firstMs: 30_000 }
  await using world = await startResendWorld({ relay: { ban } }, { clock })
  const asked = async (key: string) => {
    const { status, body, headers } = await ask(world.url, {
      path: '/emails',
      headers: { authorization: `Bearer ${key}` },
    })
    return [status, body.name, headers.get('retry-after')]
  }
  for (let n = 0; n < 2; n++) assert.deepEqual(await asked(`re_${n}`), [403, 'invalid_api_key', null])
  assert.deepEqual(await asked(world.key), [200, undefined, null])
  for (let n = 0; n < 3; n++) assert.deepEqual(await asked(`re_${n}`), [403, 'invalid_api_key', null])
  assert.deepEqual(await asked(world.key), [429, 'rate_limit_exceeded', '60'])
  await clock.advance(30_001)
  assert.deepEqual(await asked(world.key), [200, undefined, null])
})

test('a trusted network, such as that of our proxies, is never banned', async () => {
  await using world = await startResendWorld({ relay: { ban: { failures: 1 }, trustedNetworks: ['127.0.0.0/8'] } })
  const headers = { authorization: 'Bearer re_1' }
  for (let n = 0; n < 3; n++) assert.equal((await ask(world.url, { path: '/emails', headers })).status, 403)
  const good = { authorization: `Bearer ${world.key}` }
  assert.equal((await ask(world.url, { path: '/emails', headers: good })).status, 200)
})

test('a key that is bound to networks is none elsewhere, by the address that our proxy saw', async () => {
  await using world = await startResendWorld({ relay: { http: { proxies: ['127.0.0.1'] } } })
  const key = await world.makeKey({ networks: ['192.0.2.0/24', '2001:db8::/32'] })
  const asked = async (from: string) => {
    const headers = { authorization: `Bearer ${key}`, 'x-forwarded-for': from }
    return (await ask(world.url, { path: '/emails', headers })).status
  }
  for (const inside of ['192.0.2.9', '2001:db8::7']) assert.equal(await asked(inside), 200, inside)
  for (const outside of ['192.0.3.9', '2001:db9::7', '', '192.0.2.9, 198.51.100.1'])
    assert.equal(await asked(outside), 403)
})

test('the key of an operator stands for no account, and so has no emails', async () => {
  await using world = await startResendWorld()
  const { keys, close } = await (await import('@postrider/relay')).openKeys(
    await (await import('@postrider/relay')).resolveRelayOptions({
      hostname: 'mail.abc.mail',
      queue: { path: `${world.folder}/queue.db` },
    }),
  )
  const { token } = await keys.add({ name: 'operator', scopes: ['admin'], domains: [], networks: [] })
  await close()
  const { status, body } = await ask(world.url, { path: '/emails', headers: { authorization: `Bearer ${token}` } })
  assert.deepEqual([status, body.name], [403, 'invalid_api_key'])
})
