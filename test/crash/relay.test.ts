/**
 * Crash of the relay in a burst: it is killed by SIGKILL while clients submit and it delivers, and another one takes over.
 * Everything that was answered 250 arrives; what arrives twice was between final dot and commit, and is told.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { createMailer } from '@postrider/core'
import { createFakeDns, startDnsServer, startFakeMx } from '@postrider/core/testing'
import { createTransport } from 'nodemailer'
import { type Child, startNode } from '../support/child.ts'
import { tempFolder } from '../support/folder.ts'

const CHILD = join(import.meta.dirname, 'relay-child.ts')
const ZONE = { 'dest.test': { MX: '10 mx.dest.test' }, 'mx.dest.test': { A: '127.0.0.1' } }
const BURST = 400
const KILL_AFTER = 120
const ACCOUNT = { name: 'forum', password: 'a password of the test', senders: ['*@sender.test'] }

/** The numbers of the messages that were answered 250 before the relay died. */
async function submitUntilKilled(relay: Child, port: number): Promise<readonly number[]> {
  const transport = createTransport({
    pool: true,
    maxConnections: 10,
    maxMessages: Number.POSITIVE_INFINITY,
    host: '127.0.0.1',
    port,
    auth: { user: ACCOUNT.name, pass: ACCOUNT.password },
    tls: { rejectUnauthorized: false },
  })
  const answered: number[] = []
  const submit = async (number: number): Promise<void> => {
    await transport.sendMail({ from: 'me@sender.test', to: 'you@dest.test', subject: `n${number}`, text: 'It works.' })
    answered.push(number)
    if (answered.length === KILL_AFTER) relay.kill('SIGKILL')
  }
  await Promise.allSettled(Array.from({ length: BURST }, (_, number) => submit(number)))
  transport.close()
  return answered
}

test('everything that the relay answered 250 before it was killed arrives, and once unless told otherwise', async () => {
  const folder = tempFolder()
  await using mx = await startFakeMx({ name: 'mx.dest.test' })
  const dns = await startDnsServer(ZONE)
  const path = join(folder, 'queue.db')
  const env = {
    POSTRIDER_HOSTNAME: 'out.sender.test',
    POSTRIDER_DNS_SERVERS: dns.server,
    POSTRIDER_DELIVERY_PORT: String(mx.port),
    POSTRIDER_DELIVERY_ALLOW_PRIVATE_ADDRESSES: 'true',
    POSTRIDER_PREFLIGHT: 'off',
    POSTRIDER_QUEUE_PATH: path,
    POSTRIDER_RELAY_FOLDER: folder,
    POSTRIDER_RELAY_LISTEN: '127.0.0.1:0',
    POSTRIDER_RELAY_ACCOUNTS: JSON.stringify([ACCOUNT]),
  }
  const first = startNode(CHILD, { env })
  const [, port] = await first.says(/listening on (\d+)/)
  const answered = await submitUntilKilled(first, Number(port))
  assert.equal((await first.ended()).signal, 'SIGKILL')
  assert.ok(answered.length >= KILL_AFTER && answered.length < BURST, `${answered.length} were answered`)

  const options = {
    hostname: 'out.sender.test',
    preflight: 'off',
    queue: { path },
    delivery: { port: mx.port, allowPrivateAddresses: true },
  } as const
  await using mailer = await createMailer(options, { resolver: createFakeDns(ZONE) })
  await mailer.idle()
  await dns.close()

  const arrived = new Map<number, number>()
  for (const { content } of mx.messages) {
    const number = Number(/^Subject: n(\d+)\r$/m.exec(content.toString())?.[1])
    arrived.set(number, (arrived.get(number) ?? 0) + 1)
  }
  assert.deepEqual(
    answered.filter(number => !arrived.has(number)),
    [],
  )
  const doubles = [...arrived.values()].reduce((sum, times) => sum + times - 1, 0)
  const stop = new AbortController()
  let told = 0
  const { length: delivered } = mx.messages
  let seen = 0
  for await (const { fact } of mailer.facts({ signal: stop.signal })) {
    if (fact.kind === 'uncertain') told++
    if (fact.kind === 'delivered' && ++seen === delivered - doubles) stop.abort()
  }
  assert.ok(doubles <= told, `${doubles} arrived twice, ${told} were told`)
})
