/**
 * What would become of mail that is not sent.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startV1World } from './world.ts'

test('preflight says of each sender and recipient what would be refused, and sends nothing', async () => {
  await using world = await startV1World({ preflight: 'enforce' }, { deliver: false })
  await world.ask('POST', '/v1/suppressions', { body: { address: 'gone@dest.example' } })
  const to = ['gone@dest.example', 'someone@dest.example', 'x@nowhere.example']
  const { body } = await world.ask('POST', '/v1/preflight', { body: { from: 'app@abc.mail', to } })
  assert.equal(body.refused, true)
  assert.match(body.sender.refusal, /spf/i)
  assert.ok(body.sender.checks.length > 0)
  const [gone, fine, nowhere] = body.recipients
  assert.ok(gone.suppressed.until > Date.now())
  assert.deepEqual(fine, { address: 'someone@dest.example' })
  assert.equal(nowhere.noRoute.reason, 'no-such-domain')
  assert.deepEqual(await world.queued(), [])
})

test('preflight says whether an account may use the sender at all', async () => {
  await using world = await startV1World({}, { deliver: false })
  const ask = async (from: string, key: string) =>
    (await world.ask('POST', '/v1/preflight', { body: { from }, key })).body.sender.allowed
  assert.equal(await ask('app@abc.mail', world.key), true)
  assert.equal(await ask('app@other.example', world.key), false)
  assert.equal(await ask('app@other.example', world.operator), true)
  for (const from of ['x', '', 'a@b@c']) {
    const { status, body } = await world.ask('POST', '/v1/preflight', { body: { from } })
    assert.deepEqual([status, body.where], [422, 'from'])
  }
})

test('a route is told without the password of a smarthost', async () => {
  const routes = [
    {
      domain: 'smart.example',
      host: '127.0.0.9',
      port: 2525,
      tls: 'none' as const,
      login: { user: 'u', password: 'p4ss' },
    },
  ]
  await using world = await startV1World({ routes }, { deliver: false })
  const direct = (await world.ask('GET', '/v1/route?domain=dest.example')).body
  assert.deepEqual([direct.kind, direct.hops[0].host], ['route', 'mx.dest.example'])
  const smart = (await world.ask('GET', '/v1/route?domain=smart.example')).body
  assert.equal(smart.hops[0].login.password, '****')
  assert.equal((await world.ask('GET', '/v1/route?domain=nowhere.example')).body.kind, 'no-route')
  assert.equal((await world.ask('GET', '/v1/route?domain=%20')).status, 422)
  assert.equal((await world.ask('GET', '/v1/route')).body.where, 'domain')
})

test('a reply is explained, and what is none is refused', async () => {
  await using world = await startV1World({}, { deliver: false })
  const { body } = await world.ask('POST', '/v1/classify', { body: { reply: '550 5.1.1 User unknown' } })
  assert.deepEqual([body.code, body.permanence], ['user-unknown', 'permanent'])
  for (const asked of [{ reply: '250 OK' }, { reply: '550 x', stage: 'nonsense' }, { reply: '550 x', host: '' }])
    assert.equal((await world.ask('POST', '/v1/classify', { body: asked })).status, 422, JSON.stringify(asked))
})

test('the doctor tells each check as it is made to who listens, and the whole report to who does not', async () => {
  await using world = await startV1World({}, { deliver: false })
  const asked = { addresses: ['app@abc.mail'], probeHost: '127.0.0.1' }
  const { body } = await world.ask('POST', '/v1/doctor', { body: asked })
  assert.equal(body.reports[0].of, 'app@abc.mail')
  const stream = await fetch(`${world.url}/v1/doctor`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${world.operator}`,
      'content-type': 'application/json',
      accept: 'text/event-stream',
    },
    body: JSON.stringify(asked),
  })
  assert.equal(stream.headers.get('content-type'), 'text/event-stream')
  const events = (await stream.text()).trim().split('\n\n')
  const kinds = events.map(event => /^event: (.*)$/m.exec(event)?.[1])
  assert.ok(kinds.length > 2)
  assert.deepEqual(kinds.slice(-1), ['report'])
  assert.ok(kinds.slice(0, -1).every(kind => kind === 'check'))
  const report = JSON.parse(/^data: (.*)$/m.exec(events.at(-1) ?? '')?.[1] ?? '')
  assert.ok(report.checks.length > 2)
})
