/** Scenarios: TLS that is offered, missing, stripped or wrong. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeCertificate } from '@postrider/core/testing'
import { DRAFT, openWorld } from '../support/world.ts'

const wrong = makeCertificate({ names: ['somebody.else.test'] })

test('TLS is used when it is offered, whatever the certificate says, and told as unverified', async () => {
  await using world = await openWorld({ hosts: [{ certificate: wrong }] })
  const outcome = await (await world.mailer.send(DRAFT)).settled()
  assert.equal(outcome.recipients[0]?.tls?.verified, 'none')
  assert.ok(world.mx[0]?.messages[0]?.tls)
})

test('a host without STARTTLS gets the message in plain text when nothing demands TLS', async () => {
  await using world = await openWorld({ hosts: [{ certificate: false }] })
  const outcome = await (await world.mailer.send(DRAFT)).settled()
  assert.equal(outcome.delivered, true)
  assert.equal(outcome.recipients[0]?.tls, undefined)
})

test('tls.minimum encrypted never falls back to plain text', async () => {
  await using world = await openWorld({ hosts: [{ certificate: false }], options: { tls: { minimum: 'encrypted' } } })
  const receipt = await world.mailer.send(DRAFT)
  await world.mailer.idle()
  const entry = await world.mailer.queue.show(receipt.id)
  assert.equal(entry.recipients[0]?.state, 'deferred')
  assert.equal(world.mx[0]?.messages.length, 0)
})

test('tls.minimum verified takes no certificate for another name', async () => {
  await using world = await openWorld({ hosts: [{ certificate: wrong }], options: { tls: { minimum: 'verified' } } })
  const receipt = await world.mailer.send(DRAFT)
  await world.mailer.idle()
  const { facts } = await world.mailer.explain(receipt.id)
  const deferred = facts.map(({ fact }) => fact).find(fact => fact.kind === 'deferred')
  assert.equal(deferred?.code, 'tls-required')
  assert.equal(world.mx[0]?.messages.length, 0)
})

test('REQUIRETLS is not handed to a host that does not know it (RFC 8689 §4.1)', async () => {
  await using world = await openWorld()
  const receipt = await world.mailer.send({ ...DRAFT, requireTls: true })
  await world.mailer.idle()
  assert.equal(world.mx[0]?.messages.length, 0)
  const [recipient] = (await world.mailer.queue.show(receipt.id)).recipients
  assert.notEqual(recipient?.state, 'delivered')
})

test('a message that demands verified TLS is not sent over a session that was opened without', async () => {
  await using world = await openWorld({ hosts: [{ capabilities: ['PIPELINING', 'REQUIRETLS'] }], authentic: true })
  await (await world.mailer.send(DRAFT)).settled()
  await (await world.mailer.send({ ...DRAFT, requireTls: true })).settled()
  const [first, second] = world.mx[0]?.messages ?? []
  assert.notEqual(first?.connection, second?.connection)
  assert.match(second?.fromParameters ?? '', /REQUIRETLS/)
})

test('one session carries message after message', async () => {
  await using world = await openWorld()
  for (const subject of ['one', 'two', 'three']) await (await world.mailer.send({ ...DRAFT, subject })).settled()
  assert.equal(world.mx[0]?.connections, 1)
  assert.equal(world.mx[0]?.messages.length, 3)
})
