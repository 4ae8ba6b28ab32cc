/**
 * Who did what over HTTP: actions are kept with who did them, requests are seen for a while, and nothing secret is in either.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAction } from '../../packages/relay/src/v1/accountability.ts'
import { V1_ROUTES } from '../../packages/relay/src/v1/table.ts'
import { isOctets } from '../../packages/relay/src/v1/v1-route.ts'
import { FROM, TO } from '../resend/world.ts'
import { OWN_PAGE, startV1World } from './world.ts'

test('what a key and a user did stands in the audit, also when it was refused', async () => {
  await using world = await startV1World({}, { deliver: false })
  const { id } = await world.relay.mailer.send({ from: FROM, to: TO, subject: 'x', text: 'x' })
  const cookie = await world.logIn('operate', { name: 'anna' })
  const hold = await fetch(`${world.url}/v1/messages/${id}/hold`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json', ...OWN_PAGE },
    body: JSON.stringify({ because: 'looks odd' }),
  })
  assert.equal(hold.status, 200)
  await world.ask('DELETE', '/v1/keys/nothing')
  const asksOnly = await world.ask('POST', '/v1/classify', { body: { reply: '550 no' } })
  assert.ok(asksOnly.status < 500)
  const { actions } = (await world.ask('GET', '/v1/audit')).body
  const [key] = (await world.ask('GET', '/v1/keys')).body.keys.filter(
    (each: { name: string }) => each.name === 'operator',
  )
  assert.deepEqual(
    actions.map(({ id: _, at: __, ...rest }: { id: string; at: number }) => rest),
    [
      {
        kind: 'key',
        who: key.id,
        address: '127.0.0.1',
        action: 'DELETE /v1/keys/:id',
        asked: '{"id":"nothing"}',
        status: 404,
      },
      {
        kind: 'user',
        who: 'anna',
        address: '127.0.0.1',
        action: 'POST /v1/messages/:id/hold',
        asked: JSON.stringify({ id, because: 'looks odd' }),
        status: 200,
      },
    ],
  )
})

test('what an account changes over the Resend contract stands there too, and the mail that it sends does not', async () => {
  await using world = await startV1World({}, { deliver: false, mayReach: () => true })
  const resend = world.with(await world.makeKey({ scopes: ['send', 'admin'] }))
  assert.equal((await resend.emails.send({ from: FROM, to: TO, subject: 'x', text: 'x' })).error, null)
  const endpoint = 'http://127.0.0.1:1/never-to-be-seen'
  assert.equal((await resend.webhooks.create({ endpoint, events: ['email.sent'] })).error, null)
  assert.equal((await resend.apiKeys.create({ name: 'hidden' })).error, null)
  const id = '00000000-0000-4000-8000-000000000000'
  await resend.webhooks.remove(id)
  const { actions } = (await world.ask('GET', '/v1/audit')).body
  assert.deepEqual(
    actions.map(({ kind, action, asked, status }: Record<string, unknown>) => [kind, action, asked, status]),
    [
      ['key', 'DELETE /webhooks/:id', JSON.stringify({ id }), 404],
      ['key', 'POST /api-keys', '{}', 201],
      ['key', 'POST /webhooks', '{}', 201],
    ],
  )
})

test('requests of both families are in the API log, with who asked, and without what', async () => {
  await using world = await startV1World({}, { deliver: false })
  await world.resend.emails.send({ from: FROM, to: TO, subject: 'x', text: 'x' })
  const secret = 'never to be seen'
  await fetch(`${world.url}/v1/session?token=${secret}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...OWN_PAGE },
    body: JSON.stringify({ user: 'nobody', password: secret }),
  })
  await fetch(`${world.url}/v1/session`, { headers: { cookie: await world.logIn('see', { name: 'anna' }) } })
  await fetch(`${world.url}/v1/${'x'.repeat(1000)}`)
  const answer = await world.ask('GET', '/v1/api-log')
  const shown = answer.body.requests.map(({ method, path, kind, status }: Record<string, unknown>) => [
    method,
    String(path).slice(0, 20),
    kind,
    status,
  ])
  assert.deepEqual(shown, [
    ['GET', `/v1/${'x'.repeat(16)}`, undefined, 401],
    ['GET', '/v1/session', 'user', 200],
    ['POST', '/v1/session', undefined, 422],
    ['POST', '/emails', 'key', 200],
  ])
  assert.equal(JSON.stringify(answer.body).includes(secret), false)
  for (let count = 0; count < 1100; count += 50)
    await Promise.all(Array.from({ length: 50 }, () => fetch(`${world.url}/v1/x`).then(response => response.text())))
  assert.equal((await world.ask('GET', '/v1/api-log?limit=1000')).body.requests.length, 1000)
})

test('whatever may change something is an action, and a body with a secret is kept nowhere', () => {
  for (const route of V1_ROUTES) {
    const { method, path, scope, body, hasSecrets } = route
    if (method !== 'GET' && (scope === 'operate' || scope === 'admin' || scope === 'session'))
      assert.ok(isAction(route), path)
    const names = body === undefined || isOctets(body) ? [] : Object.keys(body.rule.node.properties ?? {})
    if (names.some(name => /password|secret|token|link|^key$/i.test(name))) assert.equal(hasSecrets, true, path)
  }
})
