/**
 * Run: a fuzz of the relay's input. For a minute clients say whatever chance gives them to a relay that runs as it does for
 * its operator; it must answer every one of them in valid lines or close, serve others all the while, acknowledge nothing that
 * it has not queued, and be as large afterwards as before.
 *
 *   npm run test:fuzz                            60 seconds, seed 1
 *   npm run test:fuzz -- --seconds=N --seed=N
 *
 * Policy. The seed decides what is said and in which packets. When packets arrive is the machine's affair, so a failure may
 * need more than one run to come again.
 */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { TLSSocket } from 'node:tls'
import { parseArgs } from 'node:util'
import { type DnsServer, type FakeMx, startDnsServer, startFakeMx } from '@postrider/core/testing'
import { seededRandom } from '../../packages/core/src/ambient/random.ts'
import { connectRaw, plain, type RawClient } from '../../packages/relay/src/testing/raw-client.ts'
import { NO_LIMIT } from '../support/no-limit.ts'
import { type Descriptors, ServedRelay } from '../support/serve.ts'
import { makeSpeech, type Speech } from './words.ts'

const MIB = 2 ** 20
const ADDRESS = '127.0.0.60'
const LOGIN = { user: 'forum', password: 'a password of the fuzz' } as const
const AT_ONCE = 16
/** Neither answered nor closed within this time: it hangs. */
const PATIENCE_MS = 60_000
/** Heap and buffers after a collection, at rest, at the end against the end of the first quarter. */
const MOST_GROWTH_MIB = 8
const VALID = /^[2345]\d\d[ -][\x20-\x7e]*$/

const faults: string[] = []
let speeches = 0
let acknowledged = 0
let friendly = 0
/** What others were told to come back later with. */
const putOff: string[] = []

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

async function main(seconds: number, seed: number): Promise<number> {
  say(`fuzz of the relay's input: seed ${seed}, ${seconds} s`)
  const folder = mkdtempSync(join(tmpdir(), 'postrider-fuzz-'))
  const sink = await startFakeMx({ name: 'sink.dest.test', certificate: false, answer: () => void forget(sink) })
  const dns = await startDnsServer({
    'dest.test': { MX: '10 mx.dest.test' },
    'mx.dest.test': { A: '127.0.0.1' },
    // The postmaster hears of what has no sender.
    'sender.test': { MX: '10 mx.dest.test' },
  })
  const relay = await ServedRelay.prepare({ folder, address: ADDRESS, options: options(folder, sink, dns) })
  try {
    await relay.start('info')
    const base = relay.descriptors()
    const warm = await speak({ relay, base, seconds: seconds / 4, chance: seededRandom(seed) })
    await speak({ relay, base, seconds: (seconds * 3) / 4, chance: seededRandom(seed + 1) })
    return await judge({ relay, base, warm })
  } finally {
    if (relay.running) await relay.kill()
    await sink.close()
    await dns.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What arrived is counted by the queue; kept, it would fill our memory. */
function forget(sink: FakeMx): void {
  sink.messages.length = 0
}

function options(folder: string, sink: FakeMx, dns: DnsServer) {
  return {
    hostname: 'out.sender.test',
    preflight: 'off',
    dns: { servers: [dns.server] },
    queue: { path: join(folder, 'queue.db') },
    delivery: { port: sink.port, allowPrivateAddresses: true },
    relay: {
      accounts: [{ name: LOGIN.user, password: LOGIN.password, senders: ['*@sender.test'] }],
      limits: {
        errorDelayMs: 1,
        unauthenticatedPerMinute: 0,
        idleBeforeLoginMs: 5_000,
        bodyIdleMs: 5_000,
        account: NO_LIMIT,
      },
      ban: { failures: 0 },
      spike: { factor: 0 },
    },
  }
}

interface Round {
  readonly relay: ServedRelay
  readonly base: Descriptors
  readonly seconds: number
  readonly chance: () => number
}

/** Heap and buffers in MiB when all is said. */
async function speak({ relay, base, seconds, chance }: Round): Promise<number> {
  const until = performance.now() + seconds * 1000
  const login = plain(LOGIN.user, LOGIN.password)
  const stranger = async (): Promise<void> => {
    while (performance.now() < until && relay.running) await hear(relay, makeSpeech(chance, login))
  }
  const friend = async (): Promise<void> => {
    while (performance.now() < until && relay.running) {
      await befriend(relay, login)
      await sleep(200)
    }
  }
  await Promise.all([friend(), ...Array.from({ length: AT_ONCE }, stranger)])
  await atRest(relay, base)
  const memory = (await relay.probe()).heldBytes / MIB
  const resident = (relay.residentBytes() / MIB).toFixed(0)
  say(
    `${speeches} speeches, ${acknowledged} messages taken, ${friendly} of others, who were put off ${putOff.length} times${putOff[0] === undefined ? '' : ` (${putOff[0]})`}: heap ${memory.toFixed(1)} MiB, RSS ${resident} MiB`,
  )
  return memory
}

/** Says it all; everything that is answered must be a reply. */
async function hear(relay: ServedRelay, speech: Speech): Promise<void> {
  speeches++
  const { packets, port, end } = speech
  const client = await connectRaw({ host: ADDRESS, port: relay.ports[port], tls: port === 'tls' })
  const ear = new Ear()
  try {
    if (!packets.includes('secure')) ear.listen(client)
    for (const packet of packets) {
      if (packet === 'secure') {
        if (!(await secure(client))) return
        ear.listen(client)
      } else if (packet === 'go-ahead') await ear.hears(/^354 /m, client)
      else client.send(packet)
      // A packet of its own, more often than not.
      await new Promise(setImmediate)
    }
    if (end === 'reset') return leave(client)
    if (end === 'quit') client.send('\r\n.\r\nQUIT\r\n')
    client.end()
    const late = sleep(PATIENCE_MS, undefined, { ref: false })
    const said = await Promise.race([client.rest(), late])
    if (said === undefined) return void faults.push(`neither answered nor closed: ${tell(speech)}`)
    check(said, speech)
  } finally {
    client.destroy()
  }
}

/** Everything that is said to a client. */
class Ear {
  #text = ''

  listen({ socket }: RawClient): void {
    socket.on('data', (chunk: Buffer) => {
      this.#text += chunk.toString('utf8')
    })
  }

  /** …or the connection ends, or nothing of the kind is said for a moment: the command may have been damaged. */
  async hears(pattern: RegExp, { socket }: RawClient): Promise<void> {
    const from = this.#text.length
    for (let tries = 0; tries < 100 && !socket.destroyed && !pattern.test(this.#text.slice(from)); tries++)
      await sleep(2)
  }
}

function leave({ socket }: RawClient): void {
  // TLS has no reset of its own.
  if (socket instanceof TLSSocket) socket.destroy()
  else socket.resetAndDestroy()
}

/** After the replies to EHLO and STARTTLS. `false`: the relay did not want to. */
async function secure(client: RawClient): Promise<boolean> {
  for (const wanted of ['220', '250', '220']) if (!(await client.reply()).startsWith(wanted)) return false
  try {
    await client.startTls()
    return true
  } catch {
    return false
  }
}

function check(said: string, speech: Speech): void {
  // The last line may be cut where we or the relay closed.
  for (const line of said.split('\r\n').slice(0, -1))
    if (!VALID.test(line)) faults.push(`not a reply: ${JSON.stringify(line)} to ${tell(speech)}`)
  acknowledged += said.match(/queued as/g)?.length ?? 0
}

function tell({ packets, port }: Speech): string {
  const said = packets.map(packet => (packet === 'secure' ? packet : packet.toString('latin1')))
  return `${port} ${JSON.stringify(said).slice(0, 2_000)}`
}

/** Somebody with manners is served in the meantime. */
async function befriend(relay: ServedRelay, login: string): Promise<void> {
  using client = await connectRaw({ host: ADDRESS, port: relay.ports.plain, localAddress: '127.0.0.61' })
  await client.reply()
  const commands = ['EHLO x', `AUTH PLAIN ${login}`, 'MAIL FROM:<me@sender.test>', 'RCPT TO:<you@dest.test>', 'DATA']
  for (const command of commands) {
    const reply = await client.ask(command)
    if (/^[23]/.test(reply)) continue
    // Under load it may say so; what counts is how often.
    if (reply.startsWith('4')) putOff.push(`${command.slice(0, 4)}: ${reply}`)
    else faults.push(`one with manners was told: ${reply}`)
    return
  }
  const said = await client.ask('From: me@sender.test\r\n\r\nIt works.\r\n.')
  if (said.startsWith('250')) friendly++
  else faults.push(`one with manners was told: ${said}`)
}

/** No session is open, of clients or to the sink. What was addressed to nobody in particular may wait in the queue. */
async function atRest(relay: ServedRelay, base: Descriptors): Promise<void> {
  const late = AbortSignal.timeout(4 * PATIENCE_MS)
  while (!late.aborted && relay.running && relay.descriptors().sockets > base.sockets) await sleep(100)
}

interface Lived {
  readonly relay: ServedRelay
  readonly base: Descriptors
  readonly warm: number
}

async function judge({ relay, base, warm }: Lived): Promise<number> {
  const rules: (readonly [rule: string, against: readonly string[]])[] = []
  const { sockets } = relay.descriptors()
  const memory = (await relay.probe()).heldBytes / MIB
  const ready = (await relay.ask('/ready')).ok
  const code = await relay.stop()
  const sessions = readLog(relay.logFile)
  rules.push(
    ['every line it said was a reply, and nobody was left waiting', faults],
    ['most others were served at once', friendly > putOff.length ? [] : [`${friendly} served`, ...putOff]],
    ['nothing went wrong inside', sessions.trouble],
    ['every connection ended', sockets <= base.sockets ? [] : [`${sockets} sockets, ${base.sockets} at the start`]],
    [
      'what was acknowledged was queued',
      acknowledged + friendly <= sessions.queued
        ? []
        : [`${acknowledged + friendly} acknowledged, ${sessions.queued} queued`],
    ],
    [
      `it has grown by less than ${MOST_GROWTH_MIB} MiB`,
      memory - warm < MOST_GROWTH_MIB ? [] : [`${(memory - warm).toFixed(1)} MiB`],
    ],
    ['it was ready to the end, and ended when told to', ready && code === 0 ? [] : [`ready ${ready}, code ${code}`]],
  )
  for (const [rule, against] of rules) {
    say(`${against.length === 0 ? 'ok   ' : 'WRONG'} ${rule}`)
    for (const line of against.slice(0, 10)) say(`      ${line}`)
  }
  const failed = rules.filter(([, against]) => against.length > 0).length
  say(`\n${rules.length - failed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

/** Messages that were queued, and what should never stand in a log. */
function readLog(path: string): { readonly queued: number; readonly trouble: readonly string[] } {
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean)
  const parsed = lines.map(line => {
    try {
      return JSON.parse(line) as { readonly level: number; readonly fact?: string }
    } catch {
      return { level: 60 }
    }
  })
  const trouble = lines.filter((line, at) => (parsed[at]?.level ?? 0) >= 50 || line.includes('internal error'))
  return { queued: parsed.filter(line => line.fact === 'queued').length, trouble }
}

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' } },
})
process.exitCode = await main(Number(values.seconds), Number(values.seed))
