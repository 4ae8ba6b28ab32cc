/** Scenarios: what goes wrong for a while, and what becomes of the message. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '@postrider/core'
import { DRAFT, openWorld } from '../support/world.ts'

test('a greylisted message is deferred and accepted at the next attempt', async () => {
  let knocks = 0
  await using world = await openWorld({
    hosts: [
      {
        answer: ({ verb }) => (verb === 'RCPT' && ++knocks === 1 ? '451 4.7.1 Greylisted, try again later' : undefined),
      },
    ],
  })
  const receipt = await world.mailer.send(DRAFT)
  await world.mailer.idle()
  const waiting = await world.mailer.queue.show(receipt.id)
  assert.equal(waiting.recipients[0]?.state, 'deferred')
  assert.match(waiting.recipients[0]?.lastReply ?? '', /^451 4\.7\.1 Greylisted/)
  await world.mailer.queue.flush()
  const outcome = await receipt.settled()
  assert.equal(outcome.recipients[0]?.state, 'delivered')
  assert.equal(outcome.recipients[0]?.attempts, 2)
})

test('when the first MX is down the second one gets the message in the same attempt', async () => {
  await using world = await openWorld({ hosts: ['down', {}] })
  const receipt = await world.mailer.send(DRAFT)
  const outcome = await receipt.settled()
  assert.equal(outcome.recipients[0]?.host, 'mx2.dest.test')
  assert.equal(outcome.recipients[0]?.attempts, 1)
})

test('a server that hangs up inside DATA leaves the message deferred, not bounced', async () => {
  let refused = false
  await using world = await openWorld({
    hosts: [
      {
        answer: ({ verb }) => {
          if (verb !== 'DATA' || refused) return undefined
          refused = true
          return 'close'
        },
      },
    ],
  })
  const receipt = await world.mailer.send(DRAFT)
  await world.mailer.idle()
  assert.equal((await world.mailer.queue.show(receipt.id)).recipients[0]?.state, 'deferred')
  await world.mailer.queue.flush()
  assert.equal((await receipt.settled()).delivered, true)
})

test('a connection lost between final dot and reply is told as uncertain, and tried again', async () => {
  let lost = false
  await using world = await openWorld({
    hosts: [
      {
        answer: ({ verb }) => {
          if (verb !== 'MESSAGE' || lost) return undefined
          lost = true
          return 'reset'
        },
      },
    ],
  })
  const receipt = await world.mailer.send(DRAFT)
  await world.mailer.idle()
  await world.mailer.queue.flush()
  await receipt.settled()
  const { facts } = await world.mailer.explain(receipt.id)
  assert.deepEqual(
    facts.map(({ fact }) => fact.kind),
    ['queued', 'uncertain', 'deferred', 'delivered'],
  )
})

test('a name server in trouble defers and never bounces', async () => {
  await using world = await openWorld({ zone: { 'trouble.test': { fail: 'servfail' } } })
  const receipt = await world.mailer.send({ ...DRAFT, to: 'you@trouble.test' })
  await world.mailer.idle()
  const entry = await world.mailer.queue.show(receipt.id)
  assert.equal(entry.recipients[0]?.state, 'deferred')
})

test('a message that expires is given up with the last thing that was said', async () => {
  let passed = 0
  const later = { ...systemClock, now: () => Date.now() + passed }
  await using world = await openWorld({
    hosts: [
      {
        answer: ({ verb }) => {
          if (verb !== 'RCPT') return undefined
          passed = 60_001
          return '450 4.2.1 not now'
        },
      },
    ],
    seams: { clock: later },
  })
  const receipt = await world.mailer.send(DRAFT, { expiresAt: Date.now() + 60_000 })
  const outcome = await receipt.settled()
  assert.equal(outcome.recipients[0]?.state, 'expired')
  assert.match(outcome.recipients[0]?.reply ?? '', /^450 4\.2\.1 not now/)
})
