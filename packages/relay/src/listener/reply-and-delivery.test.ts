/**
 * What is answered and what is delivered are the same: no 451 that goes out, no 250 that does not, and nothing that its client
 * gave up.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Resolver } from '@postrider/core'
import { createFakeDns } from '@postrider/core/testing'
import { startThroughRelay, type ThroughRelay } from '../testing/through.ts'

const FROM = 'board@abc.mail'
const TO = 'user@dest.example'
const HEAD = `From: ${FROM}\r\nSubject: `

async function told(relay: ThroughRelay): Promise<{ readonly delivered: number; readonly cancelled: number }> {
  const stop = new AbortController()
  const newest = await relay.relay.mailer.newestFact()
  let delivered = 0
  let cancelled = 0
  if (newest > 0)
    for await (const { number, fact } of relay.relay.mailer.facts({ signal: stop.signal })) {
      if (fact.kind === 'delivered') delivered++
      if (fact.kind === 'cancelled') cancelled++
      if (number === newest) break
    }
  return { delivered, cancelled }
}

/** Answers of `count` messages, one after the other on one connection. */
async function submit(relay: ThroughRelay, name: string, bodies: readonly string[]): Promise<readonly string[]> {
  using client = await relay.login()
  const accepted: string[] = []
  for (const [at, body] of bodies.entries()) {
    const subject = `${name}-${at}`
    await client.askAll(`MAIL FROM:<${FROM}>`, `RCPT TO:<${TO}>`, 'DATA')
    client.send(`${HEAD}${subject}\r\n\r\n`)
    client.send(body)
    const reply = await client.ask('.')
    assert.match(reply, /^(?:250 2\.0\.0|451 4\.3\.2) /)
    if (reply.startsWith('250')) accepted.push(subject)
  }
  return accepted
}

function arrived(relay: ThroughRelay): readonly string[] {
  return relay.mx.messages.map(
    ({ content }) => /^Subject: (.*)\r$/m.exec(content.toString('latin1', 0, 2000))?.[1] ?? '',
  )
}

suite('replies and deliveries agree', () => {
  test('when the time for a reply is hardly ever enough', async () => {
    await using relay = await startThroughRelay({ relay: { limits: { replyWithinMs: 4 } } })
    const bodies = Array.from({ length: 60 }, () => 'short\r\n')
    const accepted = await Promise.all(['a', 'b', 'c', 'd'].map(name => submit(relay, name, bodies)))
    await relay.relay.mailer.idle()
    assert.deepEqual(arrived(relay).toSorted(), accepted.flat().toSorted())
  })

  test('for messages of 50 MB beside small mail, all of which get in', async () => {
    await using relay = await startThroughRelay({})
    const large = `${`${'x'.repeat(76)}\r\n`.repeat(1000)}`.repeat(640)
    const small = Array.from({ length: 40 }, () => 'short\r\n')
    const accepted = await Promise.all([
      submit(relay, 'large', [large, large]),
      submit(relay, 'small', small),
      submit(relay, 'other', small),
    ])
    await relay.relay.mailer.idle()
    assert.equal(accepted.flat().length, 82)
    assert.deepEqual(arrived(relay).toSorted(), accepted.flat().toSorted())
  })
})

/** A world whose answers wait until they are let go. */
function slowDns(): { readonly resolver: Resolver; readonly asked: Promise<void>; readonly answer: () => void } {
  const fake = createFakeDns({
    'dest.example': { MX: ['10 mx.dest.example'] },
    'mx.dest.example': { A: ['127.0.0.1'] },
  })
  const gate = Promise.withResolvers<void>()
  const asked = Promise.withResolvers<void>()
  return {
    resolver: {
      query: async (...args: Parameters<Resolver['query']>) => {
        asked.resolve()
        await gate.promise
        return fake.query(...args)
      },
    } as Resolver,
    asked: asked.promise,
    answer: gate.resolve,
  }
}

suite('a client that hangs up before it is answered', () => {
  const leaves: readonly [string, (client: Awaited<ReturnType<ThroughRelay['login']>>) => void][] = [
    ['closes its connection', client => client.end()],
    ['breaks it off', client => client.socket.resetAndDestroy()],
  ]
  for (const [how, leave] of leaves) {
    test(`and ${how} while its sender is looked up: nothing is begun`, async () => {
      const dns = slowDns()
      await using relay = await startThroughRelay(
        { preflight: 'enforce', relay: { limits: { replyWithinMs: 600_000 } } },
        { resolver: dns.resolver },
      )
      const client = await relay.login()
      await client.askAll(`MAIL FROM:<${FROM}>`, `RCPT TO:<${TO}>`, 'DATA')
      client.send(`${HEAD}gone\r\n\r\ntext\r\n.\r\n`)
      await dns.asked
      leave(client)
      while (!relay.log.some(({ event }) => event === 'session')) await new Promise(setImmediate)
      dns.answer()
      await relay.relay.mailer.idle()
      assert.equal(await relay.relay.mailer.newestFact(), 0)
    })
  }

  test('but said QUIT behind its message: the message is sent', async () => {
    await using relay = await startThroughRelay()
    const client = await relay.login()
    await client.askAll(`MAIL FROM:<${FROM}>`, `RCPT TO:<${TO}>`, 'DATA')
    client.send(`${HEAD}quit\r\n\r\ntext\r\n.\r\nQUIT\r\n`)
    client.end()
    assert.match(await client.rest(), /^250 .*\r\n221 /)
    await relay.mx.waitFor(1)
  })

  test('whenever it does so, its message is delivered or cancelled, and only if it was answered 250 is it sure', async () => {
    await using relay = await startThroughRelay()
    for (let round = 0; round < 40; round++) {
      const client = await relay.login()
      await client.askAll(`MAIL FROM:<${FROM}>`, `RCPT TO:<${TO}>`, 'DATA')
      client.send(`${HEAD}round-${round}\r\n\r\ntext\r\n.\r\n`)
      for (let turn = 0; turn < round / 4; turn++) await new Promise(setImmediate)
      client.socket.resetAndDestroy()
    }
    const replied = (): readonly unknown[] => relay.log.filter(({ event }) => event === 'message')
    while (replied().length < 40) await new Promise(setImmediate)
    await relay.relay.mailer.idle()
    const accepted = replied().filter(line => String((line as { reply: string }).reply).startsWith('250')).length
    const { delivered } = await told(relay)
    assert.equal(delivered, accepted)
    assert.equal(relay.mx.messages.length, accepted)
  })
})
