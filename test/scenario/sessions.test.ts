/** Scenarios: the life of connections: how much one carries, resumption of TLS, plain text that is remembered. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeCertificate, startFakeMx } from '@postrider/core/testing'
import { DRAFT, openWorld, type World } from '../support/world.ts'

async function sendSome(world: World, count: number, to: string = DRAFT.to): Promise<void> {
  for (let sent = 0; sent < count; sent++) await (await world.mailer.send({ ...DRAFT, to })).settled()
}

test('the second connection to a host resumes the TLS session of the first, and is known to be as safe', async () => {
  await using world = await openWorld({
    hosts: [{ capabilities: ['PIPELINING', 'LIMITS MAILMAX=1'] }],
    options: { tls: { minimum: 'verified' } },
  })
  const outcomes = []
  for (let sent = 0; sent < 3; sent++) outcomes.push(await (await world.mailer.send(DRAFT)).settled())
  assert.equal(world.mx[0]?.connections, 3)
  assert.deepEqual(
    world.mx[0]?.messages.map(({ tls }) => tls?.resumed),
    [false, true, true],
  )
  assert.deepEqual(
    outcomes.map(({ recipients: [one] }) => [one?.tls?.resumed, one?.tls?.verified]),
    [
      [false, 'pkix'],
      [true, 'pkix'],
      [true, 'pkix'],
    ],
  )
})

test('a server that says how many messages it takes on a connection gets no more (RFC 9422)', async () => {
  await using world = await openWorld({ hosts: [{ capabilities: ['PIPELINING', 'LIMITS MAILMAX=2'] }] })
  await sendSome(world, 5)
  assert.deepEqual(
    world.mx[0]?.messages.map(({ connection }) => connection),
    [1, 1, 2, 2, 3],
  )
})

test('a provider that wants few messages on a connection gets no more (iCloud: 5)', async () => {
  await using world = await openWorld({
    zone: { 'cloud.test': { MX: '10 mx01.mail.icloud.com' }, 'mx01.mail.icloud.com': { A: '127.0.0.11' } },
  })
  await sendSome(world, 11, 'you@cloud.test')
  const perConnection = Object.groupBy(world.mx[0]?.messages ?? [], ({ connection }) => connection)
  assert.deepEqual(
    Object.values(perConnection).map(messages => messages?.length),
    [5, 5, 1],
  )
})

test('TLS that fails falls back to plain text once, and that is remembered', async () => {
  let offered = 0
  await using world = await openWorld({
    hosts: [
      {
        capabilities: ['PIPELINING', 'LIMITS MAILMAX=1'],
        answer: ({ verb }) => {
          if (verb !== 'STARTTLS') return undefined
          offered++
          return '454 4.7.0 TLS not available'
        },
      },
    ],
  })
  await sendSome(world, 3)
  assert.equal(offered, 1)
  assert.equal(world.mx[0]?.messages.length, 3)
  assert.ok(world.mx[0]?.messages.every(({ tls }) => tls === undefined))
})

test('with tls.minimum encrypted a refused STARTTLS is asked again each time, and never is there plain text', async () => {
  let offered = 0
  await using world = await openWorld({
    hosts: [
      {
        answer: ({ verb }) => {
          if (verb !== 'STARTTLS') return undefined
          offered++
          return '454 4.7.0 TLS not available'
        },
      },
    ],
    options: { tls: { minimum: 'encrypted' } },
  })
  const receipt = await world.mailer.send(DRAFT)
  for (let attempts = 1; attempts <= 2; attempts++) {
    await world.mailer.idle()
    assert.equal(offered, attempts)
    await world.mailer.queue.retry(receipt.id)
  }
  await world.mailer.idle()
  assert.equal(world.mx[0]?.messages.length, 0)
})

test('a routes[] smarthost is logged in to over verified TLS, and gets the mail of its domain alone', async () => {
  await using world = await openWorld({ zone: { 'relay.test': { A: '127.0.0.21' } } })
  const login = { user: 'me', password: 'secret' }
  const certificate = makeCertificate({ names: ['relay.test'], issuer: world.authority })
  await using smarthost = await startFakeMx({ name: 'relay.test', address: '127.0.0.21', certificate, login })
  await world.mailer.close()
  const mailer = await world.another({
    routes: [{ domain: 'other.test', host: 'relay.test', port: smarthost.port, login }],
  })
  const outcome = await (await mailer.send({ ...DRAFT, to: ['you@other.test', 'you@dest.test'] })).settled()
  assert.equal(outcome.recipients[0]?.tls?.verified, 'pkix')
  assert.equal(smarthost.messages[0]?.user, 'me')
  assert.equal(smarthost.messages[0]?.recipients[0]?.address, 'you@other.test')
  assert.equal(world.mx[0]?.messages[0]?.recipients[0]?.address, 'you@dest.test')
})

test('a session that broke is not lent again', async () => {
  await using world = await openWorld({
    hosts: [
      {
        answer: ({ verb, connection }) =>
          verb === 'MESSAGE' && connection === 1 ? '250 2.0.0 ok\r\n250 once more' : undefined,
      },
    ],
  })
  await sendSome(world, 2)
  assert.deepEqual(
    world.mx[0]?.messages.map(({ connection }) => connection),
    [1, 2],
  )
})

test('NOTIFY is passed on to a host that knows DSN, which then reports success itself (RFC 3461 §5.2.1)', async () => {
  for (const [capabilities, notices] of [
    [['PIPELINING', 'DSN'], 0],
    [['PIPELINING'], 1],
  ] as const) {
    await using world = await openWorld({
      hosts: [{ capabilities }],
      zone: { 'sender.test': { MX: '10 mx1.dest.test' } },
      options: { notices: { to: 'sender' } },
    })
    const raw = Buffer.from('From: me@sender.test\r\nSubject: Hello\r\n\r\nHello\r\n')
    const to = [{ address: 'you@dest.test', notify: ['success'] as const }]
    const receipt = await world.mailer.accept(raw, { from: 'me@sender.test', to, envid: 'x1', ret: 'headers' })
    await receipt.settled()
    const { facts } = await world.mailer.explain(receipt.id)
    assert.equal(facts.filter(({ fact }) => fact.kind === 'notice-queued').length, notices)
    const [message] = world.mx[0]?.messages ?? []
    assert.equal(message?.recipients[0]?.parameters.includes('NOTIFY=SUCCESS'), notices === 0)
    await world.mailer.idle()
  }
})
