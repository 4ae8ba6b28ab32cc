/**
 * Fairness: how long mail for a healthy domain takes while thousands of messages are stuck for one domain whose host never
 * greets and for one whose host is slow.
 */

import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createMailer, type Mailer } from '@postrider/core'
import { startDnsServer } from '@postrider/core/testing'
import { install } from '../interop/lab/install.ts'
import { type Effort, keep, say } from './results.ts'
import { quantile, rounded } from './statistics.ts'
import { startSink } from './traffic.ts'
import { openWorld } from './world.ts'

export interface FairnessFigures {
  readonly stuck: number
  readonly healthy: number
  /** From accepted to delivered. */
  readonly p50Ms: number
  readonly p99Ms: number
  readonly longestMs: number
  /** The same without anything stuck. */
  readonly aloneP99Ms: number
}

const PORT = 2526
const SLOW_REPLY_MS = 2_000
const PER_SECOND = 20

/** A host that takes connections; `replyAfterMs` undefined: it never says a word. */
async function startHost(address: string, replyAfterMs?: number): Promise<Server> {
  const server = createServer(socket => {
    socket.on('error', () => socket.destroy())
    if (replyAfterMs !== undefined) crawl(socket, replyAfterMs)
  })
  server.listen(PORT, address)
  await once(server, 'listening')
  return server
}

function crawl(socket: Socket, replyAfterMs: number): void {
  let inData = false
  const say_ = (text: string): void => {
    setTimeout(() => socket.writable && socket.write(text), replyAfterMs)
  }
  say_('220 slow.test ESMTP\r\n')
  socket.setEncoding('latin1').on('data', (text: string) => {
    for (const line of text.split('\r\n').filter(Boolean)) {
      if (inData && line !== '.') continue
      inData = /^DATA/i.test(line)
      say_(inData ? '354 go ahead\r\n' : '250 ok\r\n')
    }
  })
}

export async function benchFairness({ quick }: Effort): Promise<void> {
  install()
  const world = await openWorld()
  const sink = await startSink(world.sink)
  const hosts = [await startHost('127.88.9.101'), await startHost('127.88.9.102', SLOW_REPLY_MS)]
  const dns = await startDnsServer({
    'dest.test': { MX: '10 mx.dest.test' },
    'mx.dest.test': { A: world.sink.address },
    'dead.test': { MX: '10 mx.dead.test' },
    'mx.dead.test': { A: '127.88.9.101' },
    'slow.test': { MX: '10 mx.slow.test' },
    'mx.slow.test': { A: '127.88.9.102' },
  })
  const path = join(world.folder, 'fairness.db')
  for (const ending of ['', '-wal', '-shm']) rmSync(path + ending, { force: true })
  const mailer = await createMailer({
    hostname: 'relay.bench.test',
    queue: { path },
    dns: { servers: [dns.server] },
    preflight: 'off',
    delivery: { port: PORT, allowPrivateAddresses: true },
  })
  try {
    const stuck = quick ? 1_000 : 10_000
    const healthy = quick ? 40 : 400
    const alone = await sendHealthy(mailer, healthy)
    for (const domain of ['dead.test', 'slow.test']) await sendStuck(mailer, domain, stuck)
    const delays = await sendHealthy(mailer, healthy)
    const figures: FairnessFigures = {
      stuck: 2 * stuck,
      healthy,
      p50Ms: rounded(quantile(delays, 0.5)),
      p99Ms: rounded(quantile(delays, 0.99)),
      longestMs: rounded(Math.max(...delays)),
      aloneP99Ms: rounded(quantile(alone, 0.99)),
    }
    say(
      `\nwith ${figures.stuck} stuck: p50 ${figures.p50Ms} ms, p99 ${figures.p99Ms} ms, longest ${figures.longestMs} ms (alone: p99 ${figures.aloneP99Ms} ms)`,
    )
    if (!quick) keep<FairnessFigures>('fairness', figures)
  } finally {
    mailer.destroy()
    for (const host of hosts) host.close()
    await Promise.all([dns.close(), sink.stop(), world.close()])
  }
}

async function sendStuck(mailer: Mailer, domain: string, count: number): Promise<void> {
  const drafts = Array.from({ length: count }, (_, i) => ({
    from: 'a@bench.test',
    to: `to${i}@${domain}`,
    text: 'stuck\n',
  }))
  await mailer.sendMany(drafts)
}

/** Sends at a steady pace and collects how long each took from acceptance to the other side's 250. */
async function sendHealthy(mailer: Mailer, count: number): Promise<readonly number[]> {
  const delays: number[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = mailer.on('delivered', fact => {
    if (!fact.recipient.endsWith('@dest.test')) return
    delays.push(fact.tookMs)
    if (delays.length === count) resolve()
  })
  for (let i = 0; i < count; i++) {
    await mailer.send({ from: 'a@bench.test', to: `to${i}@dest.test`, text: 'healthy\n' })
    await sleep(1000 / PER_SECOND)
  }
  await promise
  stop()
  return delays
}
