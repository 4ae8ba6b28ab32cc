/**
 * Send: the SDK in process: messages accepted durably per second, the latency of one send() under a steady load, and the
 * delay of the event loop meanwhile.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { createMailer, type Draft, type Mailer } from '@postrider/core'
import { type Effort, keep, say } from './results.ts'
import { quantile, rounded } from './statistics.ts'
import { ADDRESSES, openWorld, type World } from './world.ts'

export interface SendFigures {
  /** sendMany(): durable messages per second, run by run. */
  readonly manyPerSecond: readonly number[]
  readonly manyLoopDelayP99Ms: number
  /** send() at a steady rate. */
  readonly steady: {
    readonly perSecond: number
    readonly p50Ms: number
    readonly p99Ms: number
    readonly loopDelayP99Ms: number
  }
}

const STEADY_PER_SECOND = 300
const RUNS = 5

export async function benchSend({ quick }: Effort): Promise<void> {
  const world = await openWorld()
  const path = join(world.folder, 'send.db')
  for (const ending of ['', '-wal', '-shm']) rmSync(path + ending, { force: true })
  const mailer = await openMailer(world, path)
  try {
    const many = quick ? 500 : 5000
    await mailer.sendMany(drafts(200))
    const manyPerSecond: number[] = []
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    for (let run = 0; run < (quick ? 1 : RUNS); run++) manyPerSecond.push(rounded(await sendMany(mailer, many)))
    delay.disable()
    const steady = await sendSteadily(mailer, quick ? 2 : 20)
    const figures: SendFigures = { manyPerSecond, manyLoopDelayP99Ms: rounded(delay.percentile(99) / 1e6), steady }
    say(`\nsendMany(): ${manyPerSecond.join(', ')} durable messages/s; event loop p99 ${figures.manyLoopDelayP99Ms} ms`)
    say(
      `send() at ${steady.perSecond}/s: p50 ${steady.p50Ms} ms, p99 ${steady.p99Ms} ms; event loop p99 ${steady.loopDelayP99Ms} ms`,
    )
    if (!quick) keep<SendFigures>('send', figures)
  } finally {
    mailer.destroy()
    await world.close()
  }
}

/** Nothing is delivered meanwhile: the messages are for later. */
export async function openMailer(world: World, path: string): Promise<Mailer> {
  return createMailer({
    hostname: 'relay.bench.test',
    queue: { path },
    dns: { servers: [world.dnsServer] },
    egress: { publicAddresses: ['127.0.0.1'] },
    dkim: [{ domain: 'bench.test', selector: 'bench', privateKeyFile: world.dkimKeyFile }],
    delivery: { port: world.sink.port, allowPrivateAddresses: true },
  })
}

const TEXT = 'A password was asked for. If it was not you, nothing needs to be done.\n'.repeat(20)

function drafts(count: number): readonly Draft[] {
  return Array.from({ length: count }, (_, i) => ({
    from: `Bench <${ADDRESSES.from}>`,
    to: `someone${i}@dest.test`,
    subject: `Message ${i}`,
    text: TEXT,
    html: `<p>${TEXT}</p>`,
  }))
}

const LATER = { notBefore: Date.now() + 86_400_000 }

async function sendMany(mailer: Mailer, count: number): Promise<number> {
  const list = drafts(count)
  const started = performance.now()
  const results = await mailer.sendMany(list, LATER)
  const seconds = (performance.now() - started) / 1000
  const refused = results.find(result => !result.ok)
  if (refused && !refused.ok) throw refused.error
  return count / seconds
}

async function sendSteadily(mailer: Mailer, seconds: number): Promise<SendFigures['steady']> {
  const [draft] = drafts(1)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  const latencies: number[] = []
  const pending: Promise<void>[] = []
  const one = async (): Promise<void> => {
    const started = performance.now()
    await mailer.send(draft as Draft, LATER)
    latencies.push(performance.now() - started)
  }
  delay.enable()
  const started = performance.now()
  for (let sent = 0; sent < seconds * STEADY_PER_SECOND; ) {
    const due = ((performance.now() - started) / 1000) * STEADY_PER_SECOND
    for (; sent < due; sent++) pending.push(one())
    await sleep(1)
  }
  await Promise.all(pending)
  delay.disable()
  return {
    perSecond: STEADY_PER_SECOND,
    p50Ms: rounded(quantile(latencies, 0.5)),
    p99Ms: rounded(quantile(latencies, 0.99)),
    loopDelayP99Ms: rounded(delay.percentile(99) / 1e6),
  }
}
