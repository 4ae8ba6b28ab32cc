/**
 * Endpoints over HTTP: made, shown as far as their host, changed, stopped and started, tried, and what they answered.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { FROM, TO } from '../resend/world.ts'
import { startV1World } from './world.ts'

const SECRET = `whsec_${btoa('x'.repeat(24))}`

async function startReceiver() {
  const told: { readonly type: string; readonly id: string }[] = []
  let status = 204
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    told.push({ type: JSON.parse(body).type ?? JSON.parse(body).RecordType, id: String(request.headers['webhook-id']) })
    response.writeHead(status).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    told,
    answer: (next: number) => {
      status = next
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

test('an endpoint is made, tried, told, stopped by its 410, started, changed and removed', async () => {
  await using receiver = await startReceiver()
  await using world = await startV1World({}, { deliver: false, mayReach: () => true })
  const { ask } = world
  const made = await ask('POST', '/v1/webhooks', { body: { url: `${receiver.origin}/path?t=1`, events: ['queued'] } })
  assert.equal(made.status, 200)
  assert.match(made.body.secret, /^whsec_/)
  const path = `/v1/webhooks/${made.body.id}`
  const shown = async () => (await ask('GET', path)).body
  assert.deepEqual([(await shown()).endpoint, (await shown()).from], [receiver.origin, 'store'])
  assert.doesNotMatch(JSON.stringify((await ask('GET', '/v1/webhooks')).body), /path|whsec/)
  assert.equal((await ask('POST', `${path}/test`, { body: { event: 'bounced' } })).body.answer, 'taken')
  const send = async (): Promise<void> => {
    await world.relay.mailer.send({ from: FROM, to: TO, subject: 'x', text: 'x' })
  }
  await send()
  while (receiver.told.length < 2) await new Promise(setImmediate)
  receiver.answer(410)
  await send()
  while ((await shown()).stopped === undefined) await new Promise(setImmediate)
  assert.equal((await shown()).stopped.because, 'gone')
  receiver.answer(200)
  assert.deepEqual((await ask('POST', `${path}/start`, { body: {} })).body, { started: true })
  assert.equal((await shown()).stopped, undefined)
  assert.deepEqual((await ask('POST', `${path}/stop`, { body: {} })).body, { stopped: true })
  const { body: log } = await ask('GET', `${path}/deliveries?limit=2`)
  assert.deepEqual(
    log.deliveries.map(({ answer, attempt }: { answer: string; attempt: number }) => [answer, attempt]),
    [
      ['gone', 1],
      ['taken', 1],
    ],
  )
  const older = await ask('GET', `${path}/deliveries?before=${log.deliveries[1].id}`)
  assert.deepEqual(
    older.body.deliveries.map(({ attempt }: { attempt: number }) => attempt),
    [0],
  )
  const rotated = await ask('PATCH', path, { body: { rotate: true, format: 'resend' } })
  assert.notEqual(rotated.body.secret, made.body.secret)
  assert.equal((await shown()).format, 'resend')
  assert.deepEqual((await ask('DELETE', path)).body, { removed: made.body.id })
  assert.equal((await ask('GET', path)).status, 404)
  assert.equal((await ask('DELETE', path)).status, 404)
})

test('what stands in the configuration is changed there, and tells how', async () => {
  await using receiver = await startReceiver()
  const webhooks = [{ url: `${receiver.origin}/x`, secret: SECRET, events: ['queued' as const] }]
  await using world = await startV1World({ relay: { webhooks } }, { deliver: false })
  const [{ id, from }] = (await world.ask('GET', '/v1/webhooks')).body.webhooks
  assert.equal(from, 'configuration')
  const path = `/v1/webhooks/${id}`
  for (const answer of [await world.ask('PATCH', path, { body: { rotate: true } }), await world.ask('DELETE', path)]) {
    assert.equal(answer.status, 409)
    assert.match(answer.body.fix, /relay\.webhooks/)
  }
  // It may be in our own network: who wrote the file may reach it.
  assert.equal((await world.ask('POST', `${path}/test`, { body: {} })).body.taken, true)
})

test('an endpoint in our own network, of a kind or for an account that there is not, is refused', async () => {
  await using world = await startV1World({}, { deliver: false })
  const post = (body: object) => world.ask('POST', '/v1/webhooks', { body: { events: ['queued'], ...body } })
  for (const url of [
    'http://127.0.0.1:25/',
    'http://[::ffff:10.0.0.1]/',
    'http://[64:ff9b::a00:1]/',
    'http://100.64.0.1/',
  ]) {
    const { status, body } = await post({ url })
    assert.deepEqual([status, body.where], [422, 'url'], url)
    assert.match(body.fix, /relay\.webhooks/)
  }
  assert.equal((await post({ url: 'https://hooks.example.com/', events: ['nonsense'] })).status, 422)
  assert.equal((await post({ url: 'https://hooks.example.com/', account: 'nobody' })).status, 404)
  assert.equal((await post({ url: 'https://hooks.example.com/', format: 'mailgun' })).status, 422)
})
