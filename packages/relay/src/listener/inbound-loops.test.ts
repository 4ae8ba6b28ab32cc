/**
 * Inbound, between two of us: aliases that lead to each other end in the session, and an old address is none any more.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, connect as dial, type Socket } from 'node:net'
import { suite, test } from 'node:test'
import { printReturnAddress, queueIdOf, returnKeysOf } from '@postrider/core'
import { createFakeDns, TEST_RANGES } from '@postrider/core/testing'
import { startTestRelay } from '../testing/test-relay.ts'
import { bounce, deliver, INBOUND, LISTEN, mxOf, RETURN, start } from './inbound.fixture.ts'

const ZONE = {
  'a.example': { MX: ['10 mx.a.example'] },
  'b.example': { MX: ['10 mx.b.example'] },
  'bounces.a.example': { MX: ['10 mx.a.example'] },
  'bounces.b.example': { MX: ['10 mx.b.example'] },
  'mx.a.example': { A: ['127.0.0.1'] },
  'mx.b.example': { A: ['127.0.0.1'] },
} as const

/** A port whose other end is known later. */
async function openBridge() {
  const sockets = new Set<Socket>()
  let target = 0
  const server = createServer(near => {
    const far = dial(target, '127.0.0.1')
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one)
      one.pipe(other)
      one.on('error', () => other.destroy())
      one.on('close', () => sockets.delete(one))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as { port: number }).port,
    lead: (port: number) => {
      target = port
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

const relayOf = (name: 'a' | 'b', port: number) => {
  const other = name === 'a' ? 'b' : 'a'
  return startTestRelay(
    {
      hostname: `mx.${name}.example`,
      returnPath: { domain: `bounces.${name}.example`, keys: [`the secret of ${name}, of sixteen`] },
      delivery: { port, allowPrivateAddresses: true },
      relay: {
        listen: LISTEN,
        domains: [`${name}.example`],
        postmaster: `root@${name}.example`,
        inbound: { listen: [INBOUND], aliases: [{ name: 'info', to: [`info@${other}.example`] }] },
      },
    },
    { resolver: createFakeDns(ZONE), deliver: true, specialRanges: TEST_RANGES },
  )
}

suite('inbound, between two of us', () => {
  test('a mail that goes round is refused by the second time it comes, and nothing is left of it', async () => {
    await using bridge = await openBridge()
    await using first = await relayOf('a', bridge.port)
    await using second = await relayOf('b', first.relay.addresses.at(-1)!.port)
    bridge.lead(second.relay.addresses.at(-1)!.port)
    using client = await mxOf(first)
    const mail = 'From: ann@good.example\r\nTo: info@a.example\r\nSubject: round\r\n\r\nhello\r\n.'
    await client.ask('MAIL FROM:<ann@good.example>')
    assert.match(await client.ask('RCPT TO:<info@a.example>'), /^250 /)
    await client.ask('DATA')
    assert.match(await client.ask(mail), /^250 /)
    const queued = async (): Promise<number> =>
      (await Promise.all([first, second].map(it => it.relay.mailer.queue.counts())))
        .map(({ messages }) => messages)
        .reduce((sum, count) => sum + count, 0)
    const until = async (isSo: () => Promise<boolean> | boolean): Promise<void> => {
      while (!(await isSo())) await new Promise(resolve => setTimeout(resolve, 20))
    }
    await until(() => first.log.some(({ because }) => because === 'loop'))
    await until(async () => (await queued()) === 0)
    const told = await Promise.all([first, second].map(async ({ log }) => log.filter(({ event }) => event === 'alias')))
    // Each took it once, and where it came back to it was refused.
    assert.deepEqual(
      told.map(lines => lines.map(({ because = 'taken' }) => because)),
      [['taken', 'loop'], ['taken']],
    )
  })
  test('a bounce to an address that is older than its mail can be is refused at RCPT', async () => {
    await using it = await start()
    const keys = returnKeysOf({
      returnPath: { ...RETURN, use: 'auto', passOn: 'auto', receivedBy: 'relay' },
      dkim: [],
    } as never)!
    using client = await mxOf(it)
    const addressOf = (daysAgo: number): string => {
      const at = (Date.now() - daysAgo * 86_400_000).toString(16).padStart(12, '0')
      const id = queueIdOf(`${at.slice(0, 8)}-${at.slice(8)}-7d39-ad75-960000000000`)
      assert.ok(id !== undefined && id !== 'no-uuid')
      return printReturnAddress({ purpose: 'bounce', id, recipient: 0 }, keys)
    }
    assert.match(await deliver(client, addressOf(31), bounce('gone@dest.example')), /^550 5\.1\.1 /)
    assert.match(await deliver(client, addressOf(29), bounce('gone@dest.example')), /^250 /)
  })
})
