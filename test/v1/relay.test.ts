/**
 * What is the relay's over HTTP: suppressions, accounts, keys, webhooks, sites, its state and its configuration.
 */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { feedbackReport } from '@postrider/core/testing'
import { resolveRelayOptions } from '@postrider/relay'
import type { QueueId } from '../../packages/core/src/model/queue-id.ts'
import { printReturnAddress } from '../../packages/core/src/report/index.ts'
import { placeOf } from '../../packages/relay/src/webhook/place.ts'
import { FROM, TO } from '../resend/world.ts'
import { startV1World } from './world.ts'

test('a person is erased, by whom stands in the audit, and for whom does not', async () => {
  await using world = await startV1World({}, { deliver: false })
  const { id } = await world.relay.mailer.send({ from: FROM, to: 'joe@dest.example', subject: 'x', text: 'x' })
  const waiting = await world.ask('POST', '/v1/erase', { body: { address: 'joe@dest.example' } })
  assert.deepEqual(waiting.body, { messages: 0, contents: 0, open: 1, openIds: [id], suppression: 'none' })
  await world.relay.mailer.queue.cancel(id)
  await world.relay.mailer.suppressions.add({ address: 'joe@dest.example' })
  const body = { address: 'Joe@dest.example', suppressions: true }
  assert.deepEqual((await world.ask('POST', '/v1/erase', { body })).body.suppression, 'lifted')
  assert.equal((await world.ask('POST', '/v1/erase', { body: { address: 'no address' } })).status, 422)
  assert.equal((await world.ask('POST', '/v1/erase', { body: { ...body, all: true } })).status, 422)
  const shown = await world.ask('GET', `/v1/messages/${id}`)
  assert.match(JSON.stringify(shown.body), /erased@dest\.example/)
  const audit = JSON.stringify((await world.ask('GET', '/v1/audit')).body)
  assert.match(audit, /POST \/v1\/erase/)
  assert.doesNotMatch(audit + JSON.stringify(shown.body), /joe/i)
})

test('suppressions are added, found, listed by pages, given out, taken in and lifted', async () => {
  await using world = await startV1World({}, { deliver: false })
  const post = (body: unknown) => world.ask('POST', '/v1/suppressions', { body })
  const added = await post({ address: 'b@dest.example', note: 'asked us, "please"' })
  assert.deepEqual([added.body.origin, added.body.note], ['manual', 'asked us, "please"'])
  assert.equal((await post({ address: 'no address' })).body.where, 'address')
  assert.equal((await post({ address: 'b@dest.example', until: 1 })).status, 422)
  const list = 'email,reason\r\na@dest.example,old list\r\nwrong,x\r\n\r\nc@dest.example,"x, y"\r\n'
  const taken = await world.ask('POST', '/v1/suppressions/import', { body: list })
  assert.deepEqual([taken.body.added, taken.body.leftOut], [2, 1])
  assert.match(taken.body.problems[0], /^line 3: /)
  const json = JSON.stringify({ address: 'd@dest.example', origin: 'complaint' })
  assert.equal((await world.ask('POST', '/v1/suppressions/import', { body: json })).body.added, 1)
  const first = await world.ask('GET', '/v1/suppressions?limit=3')
  const next = await world.ask('GET', `/v1/suppressions?limit=3&after=${encodeURIComponent(first.body.next)}`)
  const addresses = [...first.body.suppressions, ...next.body.suppressions].map(({ address }) => address)
  assert.deepEqual(
    addresses,
    ['a', 'b', 'c', 'd'].map(name => `${name}@dest.example`),
  )
  const given = await world.ask('GET', '/v1/suppressions/export')
  assert.match(given.headers.get('content-type') ?? '', /^text\/csv/)
  const lines = String(given.body).split('\r\n')
  assert.equal(lines[0], 'address,origin,since,until,note')
  assert.match(lines[2] ?? '', /^b@dest\.example,manual,.*,"asked us, ""please"""$/)
  const asJson = String((await world.ask('GET', '/v1/suppressions/export?format=json')).body)
    .trim()
    .split('\n')
  assert.equal(asJson.length, 4)
  assert.deepEqual((await world.ask('DELETE', '/v1/suppressions/b%40dest.example')).body, { lifted: 'b@dest.example' })
  assert.equal((await world.ask('DELETE', '/v1/suppressions/b@dest.example')).status, 404)
  assert.equal((await world.ask('GET', '/v1/suppressions/b@dest.example')).status, 404)
  assert.equal((await world.ask('GET', '/v1/suppressions/c@dest.example')).body.note, 'x, y')
})

test('accounts are shown without what they log in with', async () => {
  await using world = await startV1World({}, { deliver: false })
  const { body } = await world.ask('GET', '/v1/accounts')
  assert.deepEqual(body.accounts, [{ name: 'board@abc.mail', senders: [], from: 'configuration' }])
  assert.equal((await world.ask('GET', '/v1/accounts/Board@abc.mail')).body.name, 'board@abc.mail')
  assert.equal((await world.ask('GET', '/v1/accounts/nobody')).status, 404)
  assert.doesNotMatch(JSON.stringify(body), /scrypt|hash/i)
})

test('a key that is made over HTTP works, is not shown again, and is none once it is removed', async () => {
  await using world = await startV1World({}, { deliver: false })
  const post = (body: object) => world.ask('POST', '/v1/keys', { body })
  const made = await post({ name: 'shop', account: 'board@abc.mail', scopes: ['read'], domains: ['Abc.Mail'] })
  assert.equal((await world.ask('GET', '/v1/messages', { key: made.body.key })).status, 200)
  const { body } = await world.ask('GET', '/v1/keys')
  const listed = body.keys.find(({ id }: { readonly id: string }) => id === made.body.id)
  assert.deepEqual([listed.account, listed.domains, listed.networks], ['board@abc.mail', ['abc.mail'], []])
  assert.equal(JSON.stringify(body).includes(made.body.key), false)
  assert.equal((await world.ask('DELETE', `/v1/keys/${made.body.id}`)).status, 200)
  assert.equal((await world.ask('GET', '/v1/messages', { key: made.body.key })).status, 403)
  assert.equal((await world.ask('DELETE', `/v1/keys/${made.body.id}`)).status, 404)
  assert.equal((await post({ name: 'x', account: 'nobody', scopes: ['read'] })).status, 404)
  for (const [where, body] of [
    ['scopes', { name: 'x', scopes: [] }],
    ['scopes.0', { name: 'x', scopes: ['all'] }],
    ['networks.0', { name: 'x', scopes: ['read'], networks: ['10.0.0.0/40'] }],
    ['domains.0', { name: 'x', scopes: ['read'], domains: ['no domain'] }],
  ] as const)
    assert.equal((await post(body)).body.where, where)
})

test('an endpoint is shown as far as its host, with how far it was told, and is told again what is asked for', async () => {
  const told: string[] = []
  const server = createServer((request, response) => {
    told.push(String(request.headers['webhook-id']))
    response.end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const secret = `whsec_${btoa('x'.repeat(24))}`
  const webhooks = [{ url: `http://127.0.0.1:${port}/secret/path?token=1`, secret, events: ['queued' as const] }]
  await using world = await startV1World({ relay: { webhooks } }, { deliver: false })
  const { id } = await world.relay.mailer.send({ from: FROM, to: TO, subject: 'x', text: 'x' })
  const endpoint = async () => (await world.ask('GET', '/v1/webhooks')).body.webhooks[0]
  let shown = await endpoint()
  for (; told.length === 0 || !(shown.place > placeOf(0)); shown = await endpoint()) await new Promise(setImmediate)
  assert.equal(shown.endpoint, `http://127.0.0.1:${port}`)
  assert.doesNotMatch(JSON.stringify(shown), /secret|token|whsec/)
  assert.ok(told[0]?.endsWith(id))
  const replay = (body: object) => world.ask('POST', `/v1/webhooks/${shown.id}/replay`, { body })
  assert.deepEqual((await replay({})).body, { ranges: [] })
  assert.equal((await replay({ after: placeOf(0) })).body.ranges[0].events, 1)
  assert.equal((await endpoint()).parked, 1)
  assert.equal((await replay({ after: 'nonsense' })).status, 422)
  assert.equal((await world.ask('POST', '/v1/webhooks/x/replay')).status, 404)
  server.closeAllConnections()
  server.close()
})

test('health, version, counts and sites are told', async () => {
  await using world = await startV1World({}, { deliver: false })
  const { body } = await world.ask('GET', '/v1/health')
  assert.equal(body.ready, true)
  assert.match((await world.ask('GET', '/v1/version')).body.version, /^\d+\.\d+\.\d+$/)
  assert.deepEqual((await world.ask('GET', '/v1/queue')).body, {
    messages: 0,
    recipients: 0,
    due: 0,
    running: 0,
    held: 0,
  })
  assert.deepEqual((await world.ask('GET', '/v1/sites')).body, { paused: [], sites: [] })
  assert.deepEqual((await world.ask('GET', '/v1/reputation')).body, { reputation: [] })
  assert.deepEqual((await world.ask('GET', '/v1/tls?days=1')).body, { days: [] })
})

test('the configuration is read again, as from a file; what cannot be used is refused and changes nothing', async () => {
  let senders = ['*@abc.mail']
  let folder = ''
  const readConfig = async () =>
    resolveRelayOptions({
      hostname: 'mail.abc.mail',
      queue: { path: `${folder}/queue.db` },
      preflight: 'off',
      relay: { listen: ['127.0.0.1:1/plain'], senders, http: { names: ['a.example'] } },
    })
  await using world = await startV1World({}, { deliver: false, readConfig })
  folder = world.folder
  const reloaded = await world.ask('POST', '/v1/reload')
  assert.ok(reloaded.body.needsRestart.includes('relay.listen'))
  senders = ['no pattern']
  const refused = await world.ask('POST', '/v1/reload')
  assert.equal(refused.status, 422)
  assert.match(refused.body.message, /relay\.senders/)
})

test('a feedback report is taken as it came by mail, and who complained is not mailed any more', async () => {
  await using world = await startV1World({}, { deliver: false })
  using client = await world.login()
  await client.askAll('MAIL FROM:<board@abc.mail>', 'RCPT TO:<a@dest.example>', 'DATA')
  const header = 'From: board@abc.mail\r\nSubject: x\r\nMessage-ID: <1@abc.mail>\r\n'
  const [, id = ''] = /queued as (\S+)/.exec(await client.ask(`${header}\r\nx\r\n.`)) ?? []
  const original = `Received: by mail.abc.mail (Postrider) with ESMTPA id ${id};\r\n\tnow\r\n${header}\r\nx\r\n`
  const headers = { 'content-type': 'message/rfc822' }
  const post = (body: string, query = '') => world.ask('POST', `/v1/feedback${query}`, { body, headers })
  assert.equal((await post('x', '?suppress=maybe')).body.where, 'suppress')
  assert.equal((await post('Subject: x\r\n\r\nhello')).status, 422)
  assert.equal(await world.relay.mailer.suppression('a@dest.example'), undefined)
  const { body } = await post(feedbackReport({ original }).toString('utf8'))
  assert.deepEqual(body, { type: 'abuse', result: 'complained', messageId: id, recipient: 'a@dest.example' })
  await client.ask('MAIL FROM:<board@abc.mail>')
  assert.match(await client.ask('RCPT TO:<a@dest.example>'), /^550 5\.7\.1 <a@dest\.example> called earlier mail spam/)
})

test('statistics are shown by site, hour and account, and a key of an account sees its own', async () => {
  await using world = await startV1World()
  const { error } = await world.resend.emails.send({ from: FROM, to: TO, subject: 'Counted', text: 'x' })
  assert.equal(error, null)
  const { body } = await world.ask('GET', '/v1/stats?by=account')
  assert.deepEqual(
    body.rows.map(({ account, counts }: { account: string; counts: { accepted: number } }) => [
      account,
      counts.accepted,
    ]),
    [['board@abc.mail', 1]],
  )
  assert.equal(body.total.counts.accepted, 1)
  const own = await world.ask('GET', '/v1/stats', { key: world.key })
  assert.equal(own.body.total.counts.accepted, 1)
  assert.equal((await world.ask('GET', '/v1/stats?account=other', { key: world.key })).status, 403)
  assert.equal((await world.ask('GET', '/v1/stats?by=week')).status, 422)
})

test('a bounce is taken as it came by mail, and ends the mail to an address where its return address proves it', async () => {
  const keys = ['a secret of this test']
  await using world = await startV1World({ returnPath: { domain: 'bounces.abc.mail', keys } }, { deliver: false })
  using client = await world.login()
  await client.askAll('MAIL FROM:<board@abc.mail>', 'RCPT TO:<a@dest.example>', 'DATA')
  const [, id = ''] = /queued as (\S+)/.exec(await client.ask('From: board@abc.mail\r\n\r\nx\r\n.')) ?? []
  const post = (to: string) =>
    world.ask('POST', `/v1/reports?to=${encodeURIComponent(to)}`, {
      body: 'From: MAILER-DAEMON@dest.example\r\nSubject: failure notice\r\n\r\n<a@dest.example>:\r\n550 5.1.1 No such user\r\n',
      headers: { 'content-type': 'message/rfc822' },
    })
  const forged = `b1-${id.toLowerCase()}-0-0000000000000@bounces.abc.mail`
  assert.deepEqual((await post(forged)).body, { kind: 'returned', proof: 'foreign', recipients: [] })
  assert.equal(await world.relay.mailer.suppression('a@dest.example'), undefined)
  const made = printReturnAddress(
    { purpose: 'bounce', id: id as QueueId, recipient: 0 },
    { domain: 'bounces.abc.mail', keys: keys.map(key => Buffer.from(key)) },
  )
  const { status, body } = await post(made)
  assert.deepEqual([status, body.proof, body.recipients[0].suppressed], [200, 'valid', true])
  await client.ask('MAIL FROM:<board@abc.mail>')
  assert.match(await client.ask('RCPT TO:<a@dest.example>'), /^550 5\.1\.1/)
})
