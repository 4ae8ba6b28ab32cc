/**
 * Messages and the queue over HTTP: looked at, held, released, tried, taken back; an account within its own.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FROM, TO } from '../resend/world.ts'
import { startV1World, type V1World } from './world.ts'

const passwordHash = '$scrypt$ln=4,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
const TWO = {
  accounts: [
    { name: 'board@abc.mail', passwordHash },
    { name: 'other', passwordHash },
  ],
}
const LATER = { notBefore: Date.now() + 3_600_000 }

const accept = async (world: V1World, account: string, tags: Record<string, string> = {}): Promise<string> => {
  const raw = Buffer.from(`From: ${FROM}\r\nTo: ${TO}\r\nSubject: x\r\n\r\nx\r\n`)
  const receipt = await world.relay.mailer.accept(raw, { from: 'app@abc.mail', to: [TO] }, { account, tags, ...LATER })
  return receipt.id
}

test('an operator sees all that waits, an account its own, and neither a filter nor an id reaches further', async () => {
  await using world = await startV1World({ relay: TWO })
  const [mine, theirs] = [await accept(world, 'board@abc.mail'), await accept(world, 'other')]
  for (const [path, all] of [
    ['/v1/queue/messages', [mine, theirs]],
    ['/v1/messages', [theirs, mine]],
  ] as const) {
    const ids = async (query: string, key?: string) => {
      const { body } = await world.ask('GET', `${path}${query}`, key === undefined ? {} : { key })
      return body.messages.map(({ id }: { readonly id: string }) => id)
    }
    assert.deepEqual(await ids(''), all)
    assert.deepEqual(await ids('?account=other'), [theirs])
    assert.deepEqual(await ids('', world.key), [mine])
    assert.equal((await world.ask('GET', `${path}?account=other`, { key: world.key })).status, 403)
    const first = await world.ask('GET', `${path}?limit=1`)
    assert.equal(first.body.next, all[0])
    assert.deepEqual(await ids(`?limit=1&after=${first.body.next}`), [all[1]])
  }
  const content = await world.makeKey({ scopes: ['read', 'content', 'operate'] })
  for (const rest of ['', '/story', '/raw', '/content'])
    assert.equal((await world.ask('GET', `/v1/messages/${theirs}${rest}`, { key: content })).status, 404, rest)
  for (const act of ['hold', 'release', 'retry', 'cancel'])
    assert.equal((await world.ask('POST', `/v1/messages/${theirs}/${act}`, { key: content })).status, 404, act)
  const story = await world.ask('GET', `/v1/messages/${mine}/story`, { key: content })
  assert.deepEqual(
    story.body.facts.map(({ fact }: { readonly fact: { readonly kind: string } }) => fact.kind),
    ['queued'],
  )
  for (const name of ['raw', 'content'])
    assert.match((await world.ask('GET', `/v1/messages/${mine}/${name}`, { key: content })).body, /Subject: x\r\n/)
  assert.equal((await world.ask('GET', '/v1/messages/00000000000000000000')).status, 404)
})

test('one message is held with a reason, released and taken back, and its bytes go with it', async () => {
  await using world = await startV1World()
  const id = await accept(world, 'board@abc.mail')
  const held = await world.ask('POST', `/v1/messages/${id}/hold`, { body: { because: 'wrong link' } })
  assert.deepEqual(held.body, { messages: 1 })
  assert.equal((await world.ask('GET', `/v1/messages/${id}`)).body.held, 'wrong link')
  assert.deepEqual((await world.ask('POST', `/v1/messages/${id}/release`)).body, { messages: 1 })
  assert.deepEqual((await world.ask('POST', `/v1/messages/${id}/cancel`)).body, { messages: 1 })
  assert.deepEqual((await world.ask('POST', `/v1/messages/${id}/cancel`)).body, { messages: 0 })
  assert.equal((await world.ask('GET', `/v1/messages/${id}/raw`)).status, 404)
  assert.equal((await world.ask('GET', `/v1/messages/${id}`)).body.recipients[0].state, 'cancelled')
})

test('many are changed by ids, by a filter or when all is said; a dry run counts; an account changes its own alone', async () => {
  await using world = await startV1World({ relay: TWO })
  const mine = [await accept(world, 'board@abc.mail'), await accept(world, 'board@abc.mail')]
  const theirs = await accept(world, 'other')
  const post = (act: string, body: unknown, key?: string) =>
    world.ask('POST', `/v1/queue/${act}`, { body, ...(key === undefined ? {} : { key }) })
  for (const body of [{}, { filter: {} }, { all: false }, { all: true, filter: { state: 'held' } }])
    assert.equal((await post('cancel', body)).status, 422, JSON.stringify(body))
  assert.deepEqual((await post('cancel', { all: true, dryRun: true })).body, { dryRun: true, messages: 3 })
  const key = await world.makeKey({ scopes: ['operate'] })
  assert.deepEqual((await post('hold', { all: true, because: 'x' }, key)).body, { dryRun: false, messages: 2 })
  assert.deepEqual((await post('release', { ids: [mine[0], theirs] }, key)).body, { dryRun: false, messages: 1 })
  assert.deepEqual((await post('cancel', { ids: [theirs], dryRun: true }, key)).body, { dryRun: true, messages: 0 })
  assert.deepEqual((await post('cancel', { filter: { state: 'held' } })).body, { dryRun: false, messages: 1 })
  assert.deepEqual((await post('retry', { filter: { account: 'other' } })).body, { dryRun: false, messages: 1 })
})

test('what is not known is refused, with where it stands and what was wanted', async () => {
  await using world = await startV1World()
  const told = async (method: 'GET' | 'POST', path: string, body?: unknown) => {
    const { status, body: said } = await world.ask(method, path, body === undefined ? {} : { body })
    return [status, said.where, said.wanted]
  }
  assert.deepEqual(await told('GET', '/v1/messages?acount=x'), [422, 'acount', 'account (did you mean that?)'])
  assert.equal((await told('GET', '/v1/messages?__proto__=x'))[1], '__proto__')
  assert.deepEqual(await told('GET', '/v1/messages?limit=0'), [422, 'limit', 'a whole number from 1 to 500'])
  assert.deepEqual(await told('GET', '/v1/messages?limit=1&limit=2'), [422, 'limit', 'it once'])
  assert.deepEqual(await told('GET', '/v1/queue?limit=1'), [422, 'limit', 'no query'])
  assert.deepEqual(await told('POST', '/v1/queue/cancel', { filter: { domian: 'x' } }), [
    422,
    'filter.domian',
    'filter.domain (did you mean that?)',
  ])
  assert.deepEqual((await told('POST', '/v1/queue/cancel', { filter: { from: '' } })).slice(0, 2), [422, 'which.from'])
  assert.deepEqual((await told('POST', '/v1/queue/cancel', { ids: ['x'] })).slice(0, 2), [422, 'ids.0'])
  assert.equal(
    (await world.ask('POST', '/v1/queue/cancel', { body: '{', headers: { 'content-type': 'application/json' } }))
      .status,
    400,
  )
  assert.equal((await world.ask('POST', '/v1/queue/cancel', { body: 'all=true' })).status, 415)
  assert.equal((await world.ask('DELETE', '/v1/queue')).status, 405)
  assert.equal((await world.ask('GET', '/v1/nothing')).status, 404)
})

test('what is done is looked back for by whatever is known of it', async () => {
  await using world = await startV1World()
  const { data } = await world.resend.emails.send({
    from: FROM,
    to: TO,
    subject: 'Your order',
    text: 'x',
    tags: [{ name: 'kind', value: 'order' }],
  })
  assert.ok(data)
  await world.relay.mailer.idle()
  const [sent] = (await world.ask('GET', '/v1/messages')).body.messages
  const count = async (query: string): Promise<number> =>
    (await world.ask('GET', `/v1/messages?${query}`)).body.messages.length
  const found = [
    'state=delivered',
    `to=${TO}`,
    'domain=dest.example&state=delivered',
    'from=app@abc.mail',
    'tag=kind=order',
    'via=http',
    `messageId=${encodeURIComponent(sent.messageId)}`,
    'subject=ORDER',
    `since=${sent.acceptedAt - 1000}`,
    `before=${sent.acceptedAt + 1}`,
  ]
  for (const query of found) assert.equal(await count(query), 1, query)
  for (const query of ['state=bounced', 'via=smtp', 'tag=kind=else', `before=${sent.acceptedAt - 1000}`])
    assert.equal(await count(query), 0, query)
  for (const query of ['state=lost', 'tag=kind', 'to=nobody', 'since=then'])
    assert.equal((await world.ask('GET', `/v1/messages?${query}`)).status, 422, query)
})

test('a message is moved to another moment; one that is done is not', async () => {
  await using world = await startV1World({}, {})
  const id = await accept(world, 'board@abc.mail')
  const at = LATER.notBefore + 1000
  const moved = await world.ask('POST', `/v1/messages/${id}/reschedule`, { body: { at } })
  assert.deepEqual([moved.status, moved.body.dueAt], [200, at])
  await world.ask('POST', `/v1/messages/${id}/cancel`)
  assert.equal((await world.ask('POST', `/v1/messages/${id}/reschedule`, { body: { at } })).status, 409)
  const seconds = await world.ask('POST', `/v1/messages/${id}/reschedule`, { body: { at: Math.round(at / 1000) } })
  assert.equal(seconds.status, 422)
})
