/**
 * Webhooks and API keys by the `resend` package: made, listed, changed and removed, each by an account of its own things alone.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { hashSecret, openAccounts, openKeys } from '@postrider/relay'
import { configOf } from '../v1/world.ts'
import { FROM, startResendWorld, TO } from './world.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** Two accounts, and the package with a key of each that may do everything. */
async function startWorld() {
  const world = await startResendWorld({}, { mayReach: () => true })
  await using accounts = await openAccounts(await configOf(world))
  await accounts.add({ name: 'other', secretHash: await hashSecret('long enough'), senders: [] })
  const resend = world.with(await world.makeKey({ scopes: ['admin'] }))
  const other = world.with(await world.makeKey({ account: 'other', scopes: ['admin'] }))
  return { world, resend, other }
}

test('a webhook is made, tells what becomes of the mail of its account, is listed, changed, rotated and removed', async () => {
  const told: { readonly headers: IncomingHttpHeaders; readonly body: string }[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    told.push({ headers: request.headers, body })
    response.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  const { world, resend, other } = await startWorld()
  await using _ = world
  const made = await resend.webhooks.create({ endpoint, events: ['email.delivered', 'email.opened'] })
  assert.equal(made.error, null)
  assert.match(made.data?.id ?? '', UUID)
  const { id, signing_secret: secret } = made.data!
  const sent = await resend.emails.send({ from: FROM, to: TO, subject: 'x', text: 'x' })
  while (told.length === 0) await new Promise(setImmediate)
  const header = (name: string): string => String(told[0]?.headers[`svix-${name}`])
  const event = resend.webhooks.verify({
    payload: told[0]?.body ?? '',
    headers: { id: header('id'), timestamp: header('timestamp'), signature: header('signature') },
    webhookSecret: secret,
  })
  assert.equal(event.type, 'email.delivered')
  assert.equal('email_id' in event.data && event.data.email_id, sent.data?.id)

  const { data: shown } = await resend.webhooks.get(id)
  assert.deepEqual([shown?.endpoint, shown?.status, shown?.signing_secret], [endpoint, 'enabled', secret])
  assert.deepEqual(shown?.events, ['email.delivered', 'email.opened'])
  assert.ok(Date.parse(shown?.created_at ?? '') > 0)
  assert.deepEqual(
    (await resend.webhooks.list()).data?.data.map(each => each.id),
    [id],
  )
  assert.deepEqual((await other.webhooks.list()).data?.data, [])
  for (const answer of [await other.webhooks.get(id), await other.webhooks.remove(id)])
    assert.deepEqual([answer.error?.statusCode, answer.error?.name], [404, 'not_found'])

  while ((await resend.webhooks.events.list({ webhookId: id })).data?.data.length !== 1) await new Promise(setImmediate)
  const [listed] = (await resend.webhooks.events.list({ webhookId: id })).data!.data
  assert.deepEqual([listed?.type, listed?.status], ['email.delivered', 'success'])
  const of = { webhookId: id, eventId: listed!.id }
  const { data: one } = await resend.webhooks.events.get(of)
  assert.deepEqual(one?.payload, JSON.parse(told[0]!.body))
  assert.equal(one?.next_attempt_at, null)
  const { data: tries } = await resend.webhooks.events.attempts.list(of)
  assert.deepEqual(
    tries?.data.map(each => [each.http_status_code, each.response]),
    [[200, 'taken']],
  )
  assert.deepEqual((await resend.webhooks.events.replay(of)).data, { object: 'webhook_event', id: of.eventId })
  while (told.length < 2) await new Promise(setImmediate)
  assert.equal(told[1]?.headers['svix-id'], header('id'))
  assert.equal((await other.webhooks.events.get(of)).error?.statusCode, 404)
  assert.equal((await resend.webhooks.events.get({ ...of, eventId: id })).error?.statusCode, 404)

  assert.equal((await resend.webhooks.update(id, { status: 'disabled', events: ['email.bounced'] })).data?.id, id)
  const changed = (await resend.webhooks.get(id)).data
  assert.deepEqual([changed?.status, changed?.events], ['disabled', ['email.bounced']])
  await resend.webhooks.update(id, { status: 'enabled' })
  const rotated = (await resend.webhooks.rotateSigningSecret(id)).data?.signing_secret
  assert.notEqual(rotated, secret)
  assert.equal((await resend.webhooks.get(id)).data?.signing_secret, rotated)
  assert.deepEqual((await resend.webhooks.remove(id)).data, { object: 'webhook', id, deleted: true })
  assert.equal((await resend.webhooks.get(id)).error?.statusCode, 404)
  server.closeAllConnections()
  server.close()
})

test('what can be no webhook is refused in the words of the contract', async () => {
  await using world = await startResendWorld()
  const resend = world.with(await world.makeKey({ scopes: ['admin'] }))
  const refusals = [
    await resend.webhooks.create({ endpoint: 'http://127.0.0.1/', events: ['email.bounced'] }),
    await resend.webhooks.create({ endpoint: 'http://169.254.169.254/latest', events: ['email.bounced'] }),
    await resend.webhooks.create({ endpoint: 'https://hooks.example.com/', events: ['email.opened'] }),
    await resend.webhooks.create({ endpoint: 'https://hooks.example.com/', events: ['nonsense'] as never }),
    await resend.webhooks.create({ events: ['email.bounced'] } as never),
    await resend.webhooks.get('no-uuid'),
  ]
  assert.deepEqual(
    refusals.map(({ error }) => [error?.statusCode, error?.name]),
    [
      [422, 'validation_error'],
      [422, 'validation_error'],
      [422, 'validation_error'],
      [422, 'validation_error'],
      [422, 'missing_required_field'],
      [422, 'invalid_parameter'],
    ],
  )
  const { error } = await world.resend.webhooks.list()
  assert.deepEqual([error?.statusCode, error?.name], [401, 'restricted_api_key'])
})

test('pages of webhooks go in both directions', async () => {
  await using world = await startResendWorld({}, { mayReach: () => true })
  const resend = world.with(await world.makeKey({ scopes: ['admin'] }))
  for (let n = 0; n < 3; n++)
    await resend.webhooks.create({ endpoint: `http://127.0.0.1:1/${n}`, events: ['email.sent'] })
  const all = (await resend.webhooks.list()).data?.data.map(({ id }) => id) ?? []
  assert.equal(all.length, 3)
  const first = (await resend.webhooks.list({ limit: 2 })).data
  assert.deepEqual([first?.has_more, first?.data.map(({ id }) => id)], [true, all.slice(0, 2)])
  const next = (await resend.webhooks.list({ limit: 2, after: all[1]! })).data
  assert.deepEqual([next?.has_more, next?.data.map(({ id }) => id)], [false, all.slice(2)])
  const back = (await resend.webhooks.list({ limit: 1, before: all[2]! })).data
  assert.deepEqual([back?.has_more, back?.data.map(({ id }) => id)], [true, all.slice(1, 2)])
})

test('a key is made, works, is listed without itself, and works no more when it is removed', async () => {
  const { world, resend, other } = await startWorld()
  await using _ = world
  const { data, error } = await resend.apiKeys.create({ name: 'shop', permission: 'sending_access' })
  assert.equal(error, null)
  assert.match(data?.id ?? '', UUID)
  const { id, token } = data!
  const made = world.with(token)
  assert.equal((await made.emails.send({ from: FROM, to: TO, subject: 'x', text: 'x' })).error, null)
  assert.equal((await made.emails.list()).error?.name, 'restricted_api_key')
  assert.equal((await made.apiKeys.create({ name: 'more' })).error?.name, 'restricted_api_key')

  const listed = (await resend.apiKeys.list()).data?.data ?? []
  const row = listed.find(each => each.id === id)
  assert.equal(row?.name, 'shop')
  assert.ok(Date.parse(row?.last_used_at ?? '') > 0)
  assert.ok(!JSON.stringify(listed).includes(token))
  assert.ok(!((await other.apiKeys.list()).data?.data ?? []).some(each => each.id === id))
  assert.equal((await other.apiKeys.remove(id)).error?.statusCode, 404)
  assert.equal((await resend.apiKeys.remove(id)).error, null)
  assert.equal((await made.emails.send({ from: FROM, to: TO, subject: 'x', text: 'x' })).error?.name, 'invalid_api_key')
})

test('a key gives nothing that it has not: no other domain, no other network, no longer life', async () => {
  const { world } = await startWorld()
  await using _ = world
  const expiresAt = Date.now() + 60_000
  const bound = { scopes: ['admin'], domains: ['abc.mail'], networks: ['127.0.0.0/8'], expiresAt } as const
  const resend = world.with(await world.makeKey(bound))
  assert.equal((await resend.apiKeys.create({ name: 'child' })).error, null)
  const { keys, close } = await openKeys(await configOf(world))
  const child = (await keys.list()).find(({ name }) => name === 'child')
  await close()
  assert.deepEqual([child?.domains, child?.networks, child?.expiresAt], [['abc.mail'], ['127.0.0.0/8'], expiresAt])
  for (const [wanted, status] of [
    [{ name: '' }, 422],
    [{ name: 'x'.repeat(51) }, 422],
    [{ name: 'x', permission: 'root' as never }, 422],
    [{ name: 'x', domain_id: '00000000-0000-7000-8000-000000000000' }, 404],
  ] as const)
    assert.equal((await resend.apiKeys.create(wanted)).error?.statusCode, status)
})
