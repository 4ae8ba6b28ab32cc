/** What was released goes to nobody else, leaves no relay that is ended, and is looked at and taken back as other mail is. */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { createMailer } from '@postrider/core'
import { startFakeMx } from '@postrider/core/testing'
import { resolveRelayOptions } from '@postrider/relay'
import { FROM, releasingDns, startReleasing, withReleased } from './releasing.ts'

const later = { answer: ({ verb }: { verb: string }) => (verb === 'RCPT' ? '451 4.2.0 later' : undefined) }

test('a release that bounces writes to nobody, its sender is on no list', { timeout: 60_000 }, async () => {
  const answer = ({ verb }: { verb: string }) => (verb === 'RCPT' ? '550 5.1.1 no such user' : undefined)
  await using it = await startReleasing({ release: ['me@real.example'], mx: { answer } })
  const id = await it.captured('bounces')
  await it.release(id, 'me@real.example')
  await it.untilReleased(id, 'bounced')
  const { messages } = (await it.world.ask('GET', '/v1/messages')).body
  const recipients = messages.flatMap((each: { recipients: { address: string }[] }) => each.recipients)
  assert.deepEqual(recipients.map(({ address }: { address: string }) => address).sort(), [
    'customer@shop.example',
    'me@real.example',
  ])
})

for (const release of [['you@real.example'], []])
  test(`what waits does not go to who is on the list no more: ${release}`, { timeout: 60_000 }, async () => {
    const { folder, id } = await withReleased()
    await using it = await startReleasing({ release, folder })
    for (;;) {
      const { recipients } = (await it.world.ask('GET', `/v1/messages/${id}`)).body
      const [{ state, lastReply, failure }] = recipients
      if (state === 'bounced') break
      assert.notEqual(state, 'delivered', JSON.stringify({ lastReply, failure }))
      await new Promise(setImmediate)
    }
    const { lines } = (await it.world.ask('GET', `/v1/messages/${id}/story`)).body
    assert.match(JSON.stringify(lines), /relay\.capture\.release (?:does not have it|is empty)/)
    assert.equal(it.mx.connections, 0)
  })

test('nothing of it leaves a relay that was destroyed', { timeout: 60_000 }, async () => {
  const left = Promise.withResolvers<void>()
  const heard = Promise.withResolvers<void>()
  const mx = {
    answer: ({ verb }: { verb: string }) => {
      if (verb === 'DATA') it.world.relay.destroy()
      if (verb === 'DATA') heard.resolve()
      return undefined
    },
    left: () => left.resolve(),
  }
  await using it = await startReleasing({ release: ['me@real.example'], mx })
  await it.release(await it.captured('destroyed'), 'me@real.example')
  await heard.promise
  await Promise.race([left.promise, it.mx.waitFor(1)])
  assert.equal(it.mx.messages.length, 0)
})

test('nothing of it leaves with a start that fails, and another may have its queue', { timeout: 60_000 }, async () => {
  const { folder } = await withReleased()
  // A folder is no file of accounts.
  const options = { relay: { accountsFile: folder } }
  const failing = startReleasing({ release: ['me@real.example'], folder, options })
  await assert.rejects(failing.then(it => it[Symbol.asyncDispose]()))
  await using mx = await startFakeMx()
  await using _next = await createMailer(
    {
      ...{ queue: { path: join(folder, 'released.db') }, preflight: 'off', hostname: 'dev.localhost' },
      delivery: { port: mx.port, allowPrivateAddresses: true },
    },
    { resolver: releasingDns() },
  )
  await mx.waitFor(1)
  await rm(folder, { recursive: true })
})

test('it is listed, looked at, held and taken back as other mail is', { timeout: 60_000 }, async () => {
  await using it = await startReleasing({ release: ['*@real.example'], mx: later })
  const captured = await it.captured('queue')
  const ids = [await it.release(captured, 'me@real.example'), await it.release(captured, 'you@real.example')]
  await it.untilReleased(captured, 'deferred')
  const { ask } = it.world
  assert.equal((await ask('GET', `/v1/messages/${ids[0]}`)).body.recipients[0].address, 'me@real.example')
  assert.equal((await ask('GET', `/v1/messages/${ids[0]}/mail`)).status, 200)
  const waiting = (await ask('GET', '/v1/queue/messages')).body.messages
  assert.deepEqual(
    waiting.map(({ id }: { id: string }) => id),
    ids,
  )
  const seen: string[] = []
  for (let after = ''; ; ) {
    const page = (await ask('GET', `/v1/messages?limit=1${after}`)).body
    seen.push(...page.messages.map(({ id }: { id: string }) => id))
    if (page.next === undefined) break
    after = `&after=${page.next}`
  }
  assert.deepEqual(seen, [captured, ...ids].sort().reverse())
  assert.deepEqual((await ask('POST', `/v1/messages/${ids[0]}/hold`, {})).body, { messages: 1 })
  const erased = (await ask('POST', '/v1/erase', { address: 'me@real.example' })).body
  assert.deepEqual([erased.open, erased.openIds], [1, [ids[0]]])
  assert.equal((await ask('POST', '/v1/queue/cancel', { ids: [ids[0]] })).body.messages, 1)
  assert.equal((await ask('POST', '/v1/queue/cancel', { all: true, dryRun: true })).body.messages, 1)
  assert.equal((await ask('POST', '/v1/queue/cancel', { all: true })).body.messages, 1)
  assert.deepEqual((await ask('GET', '/v1/queue/messages')).body.messages, [])
  const after = (await ask('POST', '/v1/erase', { address: 'me@real.example' })).body
  assert.deepEqual([after.open, after.messages], [0, 1])
})

test('it is signed by the keys of the last reload', { timeout: 60_000 }, async () => {
  const optionsOf = (selector: string) => {
    const privateKey = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
    return { dkim: [{ domain: 'example.com', selector, privateKey }] }
  }
  await using it = await startReleasing({ release: ['me@real.example'], options: optionsOf('old') })
  await it.release(await it.captured('one'), 'me@real.example')
  await it.mx.waitFor(1)
  const next = await resolveRelayOptions({ preflight: 'off', hostname: 'dev.localhost', ...optionsOf('new') })
  await it.world.relay.reload(next)
  await it.release(await it.captured('two'), 'me@real.example')
  await it.mx.waitFor(2)
  const selectors = it.mx.messages.map(({ content }) => /^DKIM-Signature:[^:]*?\bs=(\w+)/m.exec(String(content))?.[1])
  assert.deepEqual(selectors, ['old', 'new'])
})

test('mail without a reverse-path is released without one', { timeout: 60_000 }, async () => {
  await using it = await startReleasing({ release: ['me@real.example'] })
  const raw = `From: ${FROM}\r\nTo: customer@shop.example\r\nSubject: undeliverable\r\n\r\nhello\r\n`
  await it.world.relay.mailer.accept(Buffer.from(raw), { from: null, to: ['customer@shop.example'] })
  const { id } = (await it.world.ask('GET', '/v1/inbox/wait?subject=undeliverable')).body
  const planned = await it.world.ask('POST', `/v1/inbox/${id}/release`, { to: 'me@real.example' })
  assert.deepEqual([planned.status, planned.body.from], [200, ''])
  await it.release(id, 'me@real.example')
  await it.untilReleased(id, 'delivered')
  assert.deepEqual(
    it.mx.messages.map(({ from, recipients }) => [from, ...recipients.map(({ address }) => address)]),
    [['', 'me@real.example']],
  )
})

test('what was released and waits is counted with what waits', { timeout: 60_000 }, async () => {
  const answer = ({ verb }: { readonly verb: string }) => (verb === 'RCPT' ? '451 4.7.1 come back later' : undefined)
  await using it = await startReleasing({ release: ['me@real.example'], mx: { answer } })
  await it.release(await it.captured('counted'), 'me@real.example')
  let counts: { readonly messages: number; readonly recipients: number; readonly oldestAcceptedAt?: number }
  do counts = (await it.world.ask('GET', '/v1/queue')).body
  while (counts.messages === 0)
  assert.equal(counts.recipients, 1)
  const [waiting] = (await it.world.ask('GET', '/v1/queue/messages')).body.messages
  assert.equal(counts.oldestAcceptedAt, waiting.acceptedAt)
})
