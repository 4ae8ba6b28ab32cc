/**
 * Queue: a million recipients in one queue file: how fast they get in, what a claim costs as the queue grows, and how soon and
 * in how much memory a process that starts on it begins to deliver.
 */
import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../packages/core/src/ambient/clock.ts'
import { makeQueueId } from '../../packages/core/src/model/queue-id.ts'
import { openSqliteQueue, type QueueStore } from '../../packages/core/src/queue/index.ts'
import { makeSubmission } from '../contract/queue-samples.ts'
import { install } from '../interop/lab/install.ts'
import { startProgram } from '../support/child.ts'
import { build, builtNode } from './built.ts'
import { type Effort, keep, say } from './results.ts'
import { median, rounded } from './statistics.ts'
import { startSink } from './traffic.ts'
import { openWorld } from './world.ts'

export interface QueueFigures {
  readonly recipients: number
  readonly enqueuedPerSecond: number
  /** What a claim costs for each job it returns, by how many wait. */
  readonly claimMicroseconds: Readonly<Record<string, number>>
  readonly fileMiB: number
  /** From the start of the process. */
  readonly firstDeliveryMs: number
  readonly rssMiB: number
}

/** How long its memory is watched after its first delivery. */
const WATCH_MS = 10_000

/** Says how long after its start the first message was delivered, and the most memory it held in the time that followed. */
const PROCESS = `import { setTimeout as sleep } from 'node:timers/promises'
import { createMailer } from '@postrider/core'
const mailer = await createMailer(JSON.parse(process.argv[1]))
const { promise, resolve } = Promise.withResolvers()
mailer.on('delivered', () => resolve(performance.now()))
const first = await promise
let rss = 0
for (const until = performance.now() + ${WATCH_MS}; performance.now() < until; await sleep(100))
  rss = Math.max(rss, process.memoryUsage.rss())
console.log('first ' + Math.round(first) + ' rss ' + Math.round(rss / 2 ** 20))
mailer.destroy()
`

const DOMAINS = 5_000
const AT_ONCE = 500
const CLAIMS = 40

export async function benchQueue({ quick }: Effort): Promise<void> {
  install()
  const world = await openWorld()
  const sink = await startSink(world.sink)
  const path = join(world.folder, 'queue.db')
  const remove = (): void => {
    for (const ending of ['', '-wal', '-shm']) rmSync(path + ending, { force: true })
  }
  remove()
  try {
    const sizes = quick ? [1_000, 10_000] : [1_000, 100_000, 1_000_000]
    const store = await openSqliteQueue({ path, clock: systemClock })
    const claimMicroseconds: Record<string, number> = {}
    let waiting = 0
    let seconds = 0
    for (const size of sizes) {
      const started = performance.now()
      await fill(store, waiting, size)
      seconds += (performance.now() - started) / 1000
      waiting = size
      claimMicroseconds[String(size)] = rounded(await claimCost(store))
      say(`  ${size} waiting: a claim costs ${claimMicroseconds[String(size)]} µs for each job`)
    }
    await store.close()
    const started = await startDelivery(path, world.dnsServer, world.sink.port)
    const figures: QueueFigures = {
      recipients: waiting,
      enqueuedPerSecond: rounded(waiting / seconds),
      claimMicroseconds,
      fileMiB: rounded(statSync(path).size / 2 ** 20),
      ...started,
    }
    say(
      `  ${figures.enqueuedPerSecond} enqueued/s, file ${figures.fileMiB} MiB, first delivery after ${figures.firstDeliveryMs} ms, RSS ${figures.rssMiB} MiB`,
    )
    if (!quick) keep<QueueFigures>('queue', figures)
  } finally {
    remove()
    await Promise.all([sink.stop(), world.close()])
  }
}

/** One recipient for each message, in many domains of one mail site. */
async function fill(store: QueueStore, from: number, to: number): Promise<void> {
  const bytes = Buffer.from(`Subject: waiting\r\n\r\n${'x'.repeat(900)}\r\n`)
  let next = from
  const line = async (): Promise<void> => {
    while (next < to) {
      const n = next++
      const now = Date.now()
      await store.enqueue(
        makeSubmission({ id: makeQueueId(now), acceptedAt: now, bytes, to: [`to${n}@d${n % DOMAINS}.many.test`] }),
      )
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, line))
}

/** Microseconds for each job of a claim, as the scheduler asks for them. */
async function claimCost(store: QueueStore): Promise<number> {
  await store.takeLeadership(Date.now(), 600_000)
  const costs: number[] = []
  for (let i = 0; i < CLAIMS; i++) {
    const started = performance.now()
    const jobs = await store.claim({ now: Date.now(), limit: 100, perDomain: 5, leaseMs: 600_000, exclude: [] })
    costs.push(((performance.now() - started) * 1000) / jobs.length)
    for (const job of jobs) await store.release(job, Date.now())
  }
  return median(costs)
}

async function startDelivery(
  path: string,
  dnsServer: string,
  port: number,
): Promise<Pick<QueueFigures, 'firstDeliveryMs' | 'rssMiB'>> {
  const options = {
    hostname: 'relay.bench.test',
    queue: { path },
    dns: { servers: [dnsServer] },
    preflight: 'off',
    delivery: { port, allowPrivateAddresses: true },
  }
  build()
  const child = startProgram(process.execPath, builtNode(PROCESS, options))
  try {
    const [, firstDeliveryMs, rssMiB] = await child.says(/first (\d+) rss (\d+)/, 120_000)
    return { firstDeliveryMs: Number(firstDeliveryMs), rssMiB: Number(rssMiB) }
  } finally {
    await child.stop()
  }
}
