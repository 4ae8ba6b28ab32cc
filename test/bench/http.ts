/**
 * Http: what it costs to send over HTTP: messages per second beside the SMTP way into the same relay, the latency of one request beside
 * `mailer.send()`, and a batch beside one mail.
 *
 * Policy. One relay, both ways in turn, run by run: a slow minute of the machine counts for both. Every message is signed and durable before
 * it is answered, and counts when the sink has it. What asks over HTTP is as frugal as what submits by SMTP: octets that are ready, on
 * connections that stay open.
 *
 * Not here: relays of others (relay.ts), the mailer alone (send.ts).
 */
import { mkdirSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openKeys, type RelayOptions, resolveRelayOptions } from '@postrider/relay'
import { startDaemons } from '../interop/lab/daemons.ts'
import { install } from '../interop/lab/install.ts'
import type { Place } from '../interop/lab/places.ts'
import { build, builtNode } from './built.ts'
import { RELAY_PROCESS, relayOptions } from './peers/postrider.ts'
import { type Effort, keep, say } from './results.ts'
import { openMailer } from './send.ts'
import { median, pairedRatio, quantile, rounded } from './statistics.ts'
import { measure, type Sink, startSink, submit } from './traffic.ts'
import { ADDRESSES, openWorld, type World } from './world.ts'

export interface HttpFigures {
  /** Messages per second at the sink, run by run. */
  readonly smtp: readonly number[]
  readonly http: readonly number[]
  /** HTTP over SMTP; wanted: 0.85 or more. */
  readonly ratio: number
  readonly steady: {
    readonly perSecond: number
    readonly requestP99Ms: number
    readonly sendP99Ms: number
    /** Wanted: 2 or less. */
    readonly ratio: number
  }
  /** Wanted: a batch of 100 takes 20 times as long as one mail, or less. */
  readonly batch: { readonly oneMs: number; readonly hundredMs: number; readonly ratio: number }
}

const SMTP: Place = { address: '127.88.9.16', port: 2587 }
const HTTP: Place = { address: '127.88.9.16', port: 2588 }
const CONNECTIONS = 20
const BODY_BYTES = 4096
const RUN_SECONDS = 4
const RUNS = 7
const STEADY_PER_SECOND = 200
const BATCH = 100

export async function benchHttp({ quick, runs = RUNS }: Effort): Promise<void> {
  install()
  const world = await openWorld()
  const sink = await startSink(world.sink)
  const { key, stop } = await startRelay(world)
  try {
    const rates = await throughput(key, sink, quick ? 1 : runs)
    const steady = await latency(world, key, quick ? 3 : 20)
    const batch = await batches(key, quick ? 5 : 25)
    const figures: HttpFigures = { ...rates, steady, batch }
    say(
      `\n${CONNECTIONS} connections: HTTP ${median(rates.http)}/s, SMTP ${median(rates.smtp)}/s, HTTP / SMTP ${rates.ratio}`,
    )
    say(`${STEADY_PER_SECOND}/s: p99 ${steady.requestP99Ms} ms, of send() ${steady.sendP99Ms} ms: ${steady.ratio}`)
    say(`one ${batch.oneMs} ms, a batch of ${BATCH} ${batch.hundredMs} ms: ${batch.ratio}`)
    if (!quick) keep<HttpFigures>('http', figures)
  } finally {
    await stop()
    await sink.stop()
    await world.close()
  }
}

async function startRelay(world: World) {
  const folder = join(world.folder, 'http')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  build()
  const base = relayOptions(folder, { world, tls: false }, { place: SMTP, signs: true })
  const options: RelayOptions = {
    ...base,
    relay: {
      ...base.relay,
      accounts: [{ name: 'bench', password: 'of the benchmark alone' }],
      http: { listen: [`${HTTP.address}:${HTTP.port}/plain`], requestsPerSecond: 0, interface: false },
    },
  }
  const { keys, close } = await openKeys(await resolveRelayOptions(options))
  const { token } = await keys.add({ name: 'bench', account: 'bench', scopes: ['send'], domains: [], networks: [] })
  await close()
  const { args, env, cwd } = builtNode(RELAY_PROCESS, options)
  const command = [process.execPath, ...args]
  const running = await startDaemons(folder, [{ name: 'postrider', command, env, cwd, listens: [SMTP, HTTP] }])
  return { key: token, stop: running.stop }
}

const MAIL = {
  from: ADDRESSES.from,
  to: ADDRESSES.to,
  subject: 'A message',
  text: `${'x'.repeat(70)}\n`.repeat(BODY_BYTES / 71),
}

function requestOf(key: string, path: string, body: unknown): Buffer {
  const text = JSON.stringify(body)
  const head = [
    `POST ${path} HTTP/1.1`,
    'host: localhost',
    `authorization: Bearer ${key}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(text)}`,
  ]
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${text}`)
}

/** One connection that stays open. */
class Line {
  readonly #socket: Socket
  #said = ''
  #answered: PromiseWithResolvers<void> | undefined

  constructor() {
    this.#socket = connect({ host: HTTP.address, port: HTTP.port, noDelay: true })
    this.#socket.setEncoding('latin1').on('data', (text: string) => this.#hear(text))
    this.#socket.on('close', () => this.#answered?.reject(new Error('the relay ended the connection')))
    this.#socket.on('error', () => undefined)
  }

  async ask(request: Buffer): Promise<void> {
    this.#answered = Promise.withResolvers<void>()
    this.#socket.write(request)
    await this.#answered.promise
  }

  end(): void {
    this.#answered = undefined
    this.#socket.destroy()
  }

  #hear(text: string): void {
    this.#said += text
    if (!/\r\n\r\n[\s\S]*\}(?:\r\n0\r\n\r\n)?$/.test(this.#said)) return
    const answer = this.#said
    this.#said = ''
    if (answer.startsWith('HTTP/1.1 200 ')) this.#answered?.resolve()
    else this.#answered?.reject(new Error(answer.slice(0, 500)))
  }
}

async function withLines<T>(count: number, work: (lines: readonly Line[]) => Promise<T>): Promise<T> {
  const lines = Array.from({ length: count }, () => new Line())
  try {
    return await work(lines)
  } finally {
    for (const line of lines) line.end()
  }
}

/** All of them, each connection as fast as it is answered. */
function post(request: Buffer, messages: number): Promise<void> {
  let left = messages
  return withLines(CONNECTIONS, async lines => {
    await Promise.all(
      lines.map(async line => {
        while (left-- > 0) await line.ask(request)
      }),
    )
  })
}

async function throughput(key: string, sink: Sink, runs: number) {
  const request = requestOf(key, '/emails', MAIL)
  const ways = {
    smtp: (messages: number) =>
      submit(SMTP, { messages, sessions: CONNECTIONS, bodyBytes: BODY_BYTES, reuse: true }, ADDRESSES),
    http: (messages: number) => post(request, messages),
  }
  const rate = async (way: keyof typeof ways, messages: number): Promise<number> =>
    messages / (await measure(sink, () => ways[way](messages), messages)).deliveredSeconds
  const rates: Record<keyof typeof ways, number[]> = { smtp: [], http: [] }
  const lasting: Record<keyof typeof ways, number> = { smtp: 0, http: 0 }
  for (const way of ['smtp', 'http'] as const) {
    const first = await rate(way, 1000)
    lasting[way] = Math.max(100, Math.round(RUN_SECONDS * (await rate(way, Math.round(first * RUN_SECONDS)))))
  }
  for (let run = 0; run < runs; run++)
    for (const way of ['smtp', 'http'] as const) rates[way].push(rounded(await rate(way, lasting[way])))
  return { ...rates, ratio: rounded(pairedRatio(rates.http, rates.smtp)) }
}

/** @returns how long each took, at a steady rate, whether the one before it is done or not */
async function steadily(seconds: number, once: () => Promise<unknown>): Promise<readonly number[]> {
  const took: number[] = []
  const under: Promise<void>[] = []
  const began = performance.now()
  for (let n = 0; n < seconds * STEADY_PER_SECOND; n++) {
    await sleep(Math.max(0, began + (n * 1000) / STEADY_PER_SECOND - performance.now()))
    const at = performance.now()
    const done = once().then(() => {
      took.push(performance.now() - at)
    })
    under.push(done)
  }
  await Promise.all(under)
  return took
}

async function latency(world: World, key: string, seconds: number): Promise<HttpFigures['steady']> {
  const request = requestOf(key, '/emails', { ...MAIL, scheduled_at: 'in 2 days' })
  const asked = await withLines(100, async lines => {
    const free = [...lines]
    return steadily(seconds, async () => {
      const line = free.pop() ?? new Line()
      await line.ask(request)
      free.push(line)
    })
  })
  const path = join(world.folder, 'http-send.db')
  for (const ending of ['', '-wal', '-shm']) rmSync(path + ending, { force: true })
  const mailer = await openMailer(world, path)
  const later = { notBefore: new Date(Date.now() + 172_800_000) }
  const sent = await steadily(seconds, () => mailer.send(MAIL, later))
  mailer.destroy()
  const [requestP99Ms, sendP99Ms] = [quantile(asked, 0.99), quantile(sent, 0.99)]
  return {
    perSecond: STEADY_PER_SECOND,
    requestP99Ms: rounded(requestP99Ms),
    sendP99Ms: rounded(sendP99Ms),
    ratio: rounded(requestP99Ms / sendP99Ms),
  }
}

async function batches(key: string, times: number): Promise<HttpFigures['batch']> {
  const later = { ...MAIL, scheduled_at: 'in 2 days' }
  const [one, hundred] = [requestOf(key, '/emails', later), requestOf(key, '/emails/batch', Array(BATCH).fill(later))]
  const took: Record<'one' | 'hundred', number[]> = { one: [], hundred: [] }
  await withLines(1, async ([line]) => {
    for (let n = 0; n < times; n++)
      for (const [name, request] of [
        ['one', one],
        ['hundred', hundred],
      ] as const) {
        await sleep(50)
        const at = performance.now()
        await line!.ask(request)
        took[name].push(performance.now() - at)
      }
  })
  const [oneMs, hundredMs] = [median(took.one), median(took.hundred)]
  return { oneMs: rounded(oneMs), hundredMs: rounded(hundredMs), ratio: rounded(hundredMs / oneMs) }
}
