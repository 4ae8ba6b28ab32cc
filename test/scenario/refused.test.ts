/** Scenarios: what is refused for good, and what follows. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DRAFT, openWorld } from '../support/world.ts'

test('a null MX bounces at once, without a connection (RFC 7505)', async () => {
  await using world = await openWorld({ zone: { 'nomail.test': { MX: ['0 .'] } } })
  const outcome = await (await world.mailer.send({ ...DRAFT, to: 'you@nomail.test' })).settled()
  assert.equal(outcome.recipients[0]?.state, 'bounced')
  assert.equal(outcome.recipients[0]?.code, 'null-mx')
  assert.equal(world.mx[0]?.connections, 0)
})

test('one unknown user does not keep the others from their mail', async () => {
  await using world = await openWorld({
    hosts: [
      {
        answer: ({ verb, address }) =>
          verb === 'RCPT' && address?.startsWith('nobody@') ? '550 5.1.1 no such user' : undefined,
      },
    ],
  })
  const receipt = await world.mailer.send({ ...DRAFT, to: ['you@dest.test', 'nobody@dest.test'] })
  const outcome = await receipt.settled()
  assert.deepEqual(
    outcome.recipients.map(({ address, state, code }) => [address, state, code]),
    [
      ['you@dest.test', 'delivered', undefined],
      ['nobody@dest.test', 'bounced', 'user-unknown'],
    ],
  )
  assert.deepEqual(
    world.mx[0]?.messages[0]?.recipients.map(({ address }) => address),
    ['you@dest.test'],
  )
})

test('an address that proved not to exist is not asked for again', async () => {
  await using world = await openWorld({
    hosts: [{ answer: ({ verb }) => (verb === 'RCPT' ? '550 5.1.1 no such user' : undefined) }],
  })
  await (await world.mailer.send(DRAFT)).settled()
  const suppression = await world.mailer.suppression('you@dest.test')
  assert.equal(suppression?.failure.code, 'user-unknown')
  const connections = world.mx[0]?.connections
  const again = await (await world.mailer.send(DRAFT)).settled()
  assert.equal(again.recipients[0]?.rule, 'queue.suppressed')
  assert.equal(world.mx[0]?.connections, connections)
  assert.equal(await world.mailer.queue.unsuppress('you@dest.test'), true)
  assert.equal(await world.mailer.suppression('you@dest.test'), undefined)
})

test('a bounced message comes back to its sender as a notice when notices go to senders', async () => {
  await using world = await openWorld({
    hosts: [
      {
        answer: ({ verb, address }) =>
          verb === 'RCPT' && address === 'you@dest.test' ? '550 5.1.1 no such user' : undefined,
      },
    ],
    zone: { 'sender.test': { MX: ['10 mx1.dest.test'] } },
    options: { notices: { to: 'sender' } },
  })
  await (await world.mailer.send(DRAFT)).settled()
  const [notice] = (await world.mx[0]?.waitFor(1)) ?? []
  assert.equal(notice?.from, '')
  assert.deepEqual(
    notice?.recipients.map(({ address }) => address),
    ['me@sender.test'],
  )
  assert.match(notice?.content.toString() ?? '', /^Status: 5\.1\.1\r$/m)
})

test('a notice that cannot be delivered makes no notice', async () => {
  await using world = await openWorld({
    hosts: [{ answer: ({ verb }) => (verb === 'RCPT' ? '550 5.1.1 no such user' : undefined) }],
    zone: { 'sender.test': { MX: ['10 mx1.dest.test'] } },
    options: { notices: { to: 'sender' } },
  })
  await (await world.mailer.send(DRAFT)).settled()
  await world.mailer.idle()
  const kinds: string[] = []
  const stop = new AbortController()
  for await (const { fact } of world.mailer.facts({ signal: stop.signal })) {
    kinds.push(fact.kind)
    if (kinds.filter(kind => kind === 'bounced').length === 2) stop.abort()
  }
  assert.equal(kinds.filter(kind => kind === 'notice-queued').length, 1)
})
