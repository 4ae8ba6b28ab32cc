/**
 * A message of 50 MB with small mail beside: what the relay takes of memory is bounded, whatever a message weighs.
 */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { startDnsServer, startFakeMx } from '@postrider/core/testing'
import { generateDkimKey } from '../../packages/core/src/sign/index.ts'
import { connectRaw, plain, type RawClient } from '../../packages/relay/src/testing/raw-client.ts'
import { startNode } from '../support/child.ts'
import { tempFolder } from '../support/folder.ts'

const CHILD = join(import.meta.dirname, '../crash/relay-child.ts')
const ACCOUNT = { name: 'forum', password: 'a password of the test', senders: ['*@sender.test'] }
const SMALL = 60
/** With what relaxed canonicalisation changes and dot-stuffing finds, as text above attachments has it. */
const PIECE = `two  spaces\r\n.dot\r\n${`${'x'.repeat(76)}\r\n`.repeat(1000)}`
const LARGE_BYTES = 50_000_000
const MOST_MIB = 300

async function logIn(port: number): Promise<RawClient> {
  const client = await connectRaw({ port })
  await client.reply()
  await client.ask('EHLO forum')
  assert.match(await client.ask(`AUTH PLAIN ${plain(ACCOUNT.name, ACCOUNT.password)}`), /^235/)
  return client
}

async function begin(client: RawClient, subject: string): Promise<void> {
  assert.match(await client.askAll('MAIL FROM:<me@sender.test>', 'RCPT TO:<you@dest.test>', 'DATA'), /^354/)
  client.send(`From: me@sender.test\r\nSubject: ${subject}\r\n\r\n`)
}

async function sendLarge(port: number, piece: string): Promise<string> {
  using client = await logIn(port)
  await begin(client, 'large')
  // A line that begins with a dot has another before it on the wire.
  const octets = Buffer.from(piece.replace('\r\n.', '\r\n..'))
  for (let sent = 0; sent < LARGE_BYTES; sent += piece.length) {
    if (!client.socket.write(octets)) await new Promise(resolve => client.socket.once('drain', resolve))
  }
  // Only CRLF.CRLF ends it.
  return await client.ask(piece.endsWith('\r\n') ? '.' : '\r\n.')
}

async function sendSmall(port: number): Promise<readonly string[]> {
  using client = await logIn(port)
  const replies: string[] = []
  for (let at = 0; at < SMALL; at++) {
    await begin(client, `small-${at}`)
    replies.push(await client.ask('It works.\r\n.'))
  }
  return replies
}

function memoryMib(pid: number, what: 'VmHWM' | 'VmRSS'): number {
  return Number(new RegExp(`^${what}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}

const SENT: readonly [string, string][] = [
  ['with CRLF', PIECE],
  ['with bare LF', PIECE.replaceAll('\r\n', '\n')],
]
for (const [how, piece] of SENT) {
  test(
    `a message of 50 MB, sent ${how}, takes the relay no further than ${MOST_MIB} MiB`,
    {
      skip: process.platform === 'linux' ? false : 'only Linux tells the peak of another process',
    },
    t => measure(t, piece),
  )
}

async function measure(t: TestContext, piece: string): Promise<void> {
  const folder = tempFolder(t)
  const key = join(folder, 'key.pem')
  await using mx = await startFakeMx({ name: 'mx.dest.test' })
  const dns = await startDnsServer({ 'dest.test': { MX: '10 mx.dest.test' }, 'mx.dest.test': { A: '127.0.0.1' } })
  t.after(() => dns.close())
  writeFileSync(key, (await generateDkimKey({ domain: 'sender.test', selector: 's1' })).pem)
  const relay = startNode(CHILD, {
    env: {
      POSTRIDER_HOSTNAME: 'out.sender.test',
      POSTRIDER_DNS_SERVERS: dns.server,
      POSTRIDER_DELIVERY_PORT: String(mx.port),
      POSTRIDER_DELIVERY_ALLOW_PRIVATE_ADDRESSES: 'true',
      POSTRIDER_PREFLIGHT: 'off',
      POSTRIDER_QUEUE_PATH: join(folder, 'queue.db'),
      POSTRIDER_DKIM: JSON.stringify([{ domain: 'sender.test', selector: 's1', privateKeyFile: key }]),
      POSTRIDER_RELAY_FOLDER: folder,
      POSTRIDER_RELAY_LISTEN: '127.0.0.1:0/plain',
      // How long small mail waits beside it is another matter, and the machine's.
      POSTRIDER_RELAY_LIMITS_REPLY_WITHIN_MS: '60000',
      POSTRIDER_RELAY_ACCOUNTS: JSON.stringify([ACCOUNT]),
    },
  })
  t.after(() => relay.stop())
  const port = Number((await relay.says(/listening on (\d+)/))[1])
  const before = memoryMib(relay.pid, 'VmRSS')
  const [large, ...small] = (await Promise.all([sendLarge(port, piece), sendSmall(port), sendSmall(port)])).flat()
  assert.match(large as string, /^250 /)
  assert.deepEqual(
    small.filter(reply => !reply.startsWith('250 ')),
    [],
  )
  await mx.waitFor(1 + 2 * SMALL)
  const peak = memoryMib(relay.pid, 'VmHWM')
  t.diagnostic(`${Math.round(before)} MiB before, ${Math.round(peak)} MiB at most`)
  assert.ok(peak < MOST_MIB, `${Math.round(peak)} MiB, from ${Math.round(before)}`)
  const arrived = mx.messages.find(({ content }) => content.length >= LARGE_BYTES)?.content
  assert.match(arrived?.toString('latin1', 0, 2000) ?? '', /^DKIM-Signature:[\s\S]*\r\nReceived:/)
  const body = arrived?.subarray(arrived.indexOf('\r\n\r\n') + 4)
  const wanted = Buffer.from(PIECE)
  for (let at = 0; at < LARGE_BYTES; at += PIECE.length)
    assert.ok(body?.subarray(at, at + PIECE.length).equals(wanted), `octet ${at} and those behind it`)
}
