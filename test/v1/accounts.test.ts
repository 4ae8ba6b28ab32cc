/**
 * Accounts over HTTP: made, changed and taken away as `postrider user` does it.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@postrider/core/testing'
import { createTransport } from 'nodemailer'
import { connectRaw, plain } from '../../packages/relay/src/testing/raw-client.ts'
import { startV1World, type V1World } from './world.ts'

/** Whether the name and password are taken by SMTP. */
async function mayLogIn({ relay }: V1World, user: string, pass: string): Promise<boolean> {
  const port = relay.addresses[0]?.port
  const transport = createTransport({
    host: '127.0.0.1',
    port,
    auth: { user, pass },
    tls: { rejectUnauthorized: false },
  })
  return transport.verify().then(
    () => true,
    () => false,
  )
}

test('an account is made with a password that logs in, changed, given another password, and removed', async () => {
  await using world = await startV1World({}, { deliver: false })
  const { ask } = world
  const made = await ask('POST', '/v1/accounts', { body: { name: 'Shop', senders: ['*@abc.mail'] } })
  assert.equal(made.status, 200)
  const { name, password } = made.body
  assert.equal(name, 'shop')
  assert.equal(await mayLogIn(world, 'shop', password), true)
  assert.equal(await mayLogIn(world, 'shop', `${password}x`), false)
  const limits = { messagesPerHour: 10 }
  const changed = await ask('PATCH', '/v1/accounts/shop', { body: { limits, rewriteFrom: 'shop@abc.mail' } })
  assert.deepEqual(changed.body, { name: 'shop' })
  const { body: shown } = await ask('GET', '/v1/accounts/shop')
  assert.deepEqual(shown, {
    name: 'shop',
    senders: ['*@abc.mail'],
    from: 'store',
    rewriteFrom: 'shop@abc.mail',
    limits,
  })
  const renewed = await ask('PATCH', '/v1/accounts/shop', { body: { generate: true } })
  assert.equal(await mayLogIn(world, 'shop', password), false)
  assert.equal(await mayLogIn(world, 'shop', renewed.body.password), true)
  assert.deepEqual((await ask('PATCH', '/v1/accounts/shop', { body: { password: 'my own' } })).body, { name: 'shop' })
  assert.equal(await mayLogIn(world, 'shop', 'my own'), true)
  assert.deepEqual((await ask('DELETE', '/v1/accounts/shop')).body, { removed: 'shop' })
  assert.equal(await mayLogIn(world, 'shop', 'my own'), false)
  assert.equal((await ask('DELETE', '/v1/accounts/shop')).status, 404)
  assert.doesNotMatch(JSON.stringify((await ask('GET', '/v1/audit')).body), /my own/)
})

test('what can be no account is refused, and one of the configuration is changed there', async () => {
  await using world = await startV1World({}, { deliver: false })
  const { ask } = world
  const { accounts } = (await ask('GET', '/v1/accounts')).body
  const own = accounts.find(({ from }: { readonly from: string }) => from === 'configuration')
  for (const answer of [
    await ask('PATCH', `/v1/accounts/${own.name}`, { body: { senders: [] } }),
    await ask('DELETE', `/v1/accounts/${own.name}`),
  ]) {
    assert.equal(answer.status, 409)
    assert.match(answer.body.fix, /relay\.accounts/)
  }
  assert.equal((await ask('POST', '/v1/accounts', { body: { name: own.name.toUpperCase() } })).status, 409)
  await world.logIn('see', { name: 'anna' })
  assert.equal((await ask('POST', '/v1/accounts', { body: { name: 'Anna' } })).status, 409)
  for (const [where, body] of [
    ['name', { name: '' }],
    ['name', { name: 'a\u0000b' }],
    ['password', { name: 'x', password: '' }],
    ['senders.0', { name: 'x', senders: ['no sender'] }],
    ['rewriteFrom', { name: 'x', rewriteFrom: 'nobody' }],
    ['limits.messagesPerHour', { name: 'x', limits: { messagesPerHour: -1 } }],
  ] as const) {
    const { status, body: told } = await ask('POST', '/v1/accounts', { body })
    assert.deepEqual([status, told.where], [422, where])
  }
  assert.equal((await ask('PATCH', '/v1/accounts/nobody', { body: {} })).status, 404)
})

test('nothing of an account that was taken away works on: no open session, no key, no endpoint', async () => {
  const clock = new FakeClock()
  await using world = await startV1World({}, { deliver: false, clock })
  const { ask, relay } = world
  const { body: made } = await ask('POST', '/v1/accounts', { body: { name: 'shop', senders: ['*@abc.mail'] } })
  const { body: key } = await ask('POST', '/v1/keys', {
    body: { name: 'k', account: 'shop', scopes: ['send', 'admin'] },
  })
  await ask('POST', '/v1/webhooks', { body: { url: 'https://example.com/x', events: ['delivered'], account: 'shop' } })
  using session = await connectRaw({ port: relay.addresses[0]?.port ?? 0 })
  await session.reply()
  assert.match(await session.askAll('EHLO me.example', `AUTH PLAIN ${plain('shop', made.password)}`), /^235 /)
  const send = (): Promise<string> =>
    session.askAll('MAIL FROM:<me@abc.mail>', 'RCPT TO:<you@dest.example>', 'DATA', 'From: me@abc.mail\r\n\r\nx\r\n.')
  assert.match(await send(), /^250 /)
  await ask('DELETE', '/v1/accounts/shop')
  assert.equal(
    (await ask('GET', '/v1/keys')).body.keys.some(({ id }: { readonly id: string }) => id === key.id),
    false,
  )
  const { webhooks } = (await ask('GET', '/v1/webhooks')).body
  assert.equal(
    webhooks.some(({ account }: { readonly account?: string }) => account === 'shop'),
    false,
  )
  await clock.advance(6_000)
  assert.match(await session.ask('MAIL FROM:<me@abc.mail>'), /^530 5\.7\.0 This account is no more/)
  // Whoever has the name next has none of it.
  await ask('POST', '/v1/accounts', { body: { name: 'shop' } })
  assert.equal((await ask('GET', '/v1/messages', { key: key.key })).body.name, 'invalid_api_key')
})
