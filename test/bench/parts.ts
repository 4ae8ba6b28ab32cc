/**
 * Parts: each step of a message's way alone: parse, compose, sign, store, send. Wall time and CPU time per message.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Session as Inspector } from 'node:inspector/promises'
import { join } from 'node:path'
import { systemClock } from '../../packages/core/src/ambient/clock.ts'
import { compose, inspect } from '../../packages/core/src/compose/index.ts'
import { createTransmitter, SessionPool } from '../../packages/core/src/deliver/index.ts'
import { requireAddress, requireDomain } from '../../packages/core/src/model/address.ts'
import type { Job } from '../../packages/core/src/model/job.ts'
import { makeQueueId } from '../../packages/core/src/model/queue-id.ts'
import type { Hop } from '../../packages/core/src/model/route.ts'
import { openSqliteQueue } from '../../packages/core/src/queue/index.ts'
import { loadDkimKey, sign } from '../../packages/core/src/sign/index.ts'
import { deliveredFacts, makeSubmission, settle } from '../contract/queue-samples.ts'
import { labFolder } from '../interop/lab/folders.ts'
import { install } from '../interop/lab/install.ts'
import { type Effort, keep, say } from './results.ts'
import { median, rounded } from './statistics.ts'
import { startSink } from './traffic.ts'
import { ADDRESSES, openWorld, type World } from './world.ts'

export interface Part {
  readonly name: string
  readonly perSecond: number
  /** User and system time of this process, all threads. */
  readonly cpuMicroseconds: number
}

export interface PartsFigures {
  readonly parts: readonly Part[]
}

/** Runs one message's worth of work. */
type Work = () => unknown

const ROUNDS = 5

export async function benchParts(effort: Effort): Promise<void> {
  install()
  const world = await openWorld()
  const parts: Part[] = []
  const time = async (name: string, atOnce: number, count: number, work: Work): Promise<void> => {
    const part = await profiled(name, effort, () =>
      timed(name, { atOnce, count: effort.quick ? count / 10 : count }, work),
    )
    parts.push(part)
    say(
      `  ${name.padEnd(46)} ${String(Math.round(part.perSecond)).padStart(7)} /s ${String(Math.round(part.cpuMicroseconds)).padStart(6)} µs CPU`,
    )
  }
  try {
    await timeMessages(world, time)
    await timeStore(time)
    await timeClient(world, time)
  } finally {
    await world.close()
  }
  if (!effort.quick) keep<PartsFigures>('parts', { parts })
}

type Time = (name: string, atOnce: number, count: number, work: Work) => Promise<void>

function rawMessage(bodyBytes: number): Buffer {
  const line = `${'x'.repeat(76)}\r\n`
  const head = `From: <${ADDRESSES.from}>\r\nTo: <${ADDRESSES.to}>\r\nSubject: a benchmark\r\nDate: Sat, 1 Nov 2025 00:00:00 +0000\r\nMessage-ID: <1@bench.test>\r\n\r\n`
  return Buffer.from(head + line.repeat(Math.ceil(bodyBytes / line.length)))
}

async function timeMessages(world: World, time: Time): Promise<void> {
  const key = loadDkimKey({ domain: 'bench.test', selector: 'bench', pem: readFileSync(world.dkimKeyFile, 'utf8') })
  const options = {
    now: Date.now(),
    hostname: requireDomain('relay.bench.test', 'hostname'),
    limits: { messageBytes: 1e8, recipients: 100 },
  }
  const text = 'Nothing needs to be done.\n'.repeat(40)
  const draft = { ...ADDRESSES, subject: 'A benchmark', text, html: `<p>${text}</p>` }
  for (const kib of [4, 64]) {
    const raw = rawMessage(kib * 1024)
    const message = inspect(raw)
    await time(`parse, ${kib} KiB`, 1, 20_000, () => inspect(raw))
    await time(`sign RSA-2048, ${kib} KiB, one after the other`, 1, 1_000, () => sign(message, [key], options.now))
    await time(`sign RSA-2048, ${kib} KiB, 8 at once`, 8, 4_000, () => sign(message, [key], options.now))
  }
  await time('compose text and html', 1, 2_000, () => compose(draft, options))
}

async function timeStore(time: Time): Promise<void> {
  const path = join(labFolder('bench'), 'parts.db')
  for (const ending of ['', '-wal', '-shm']) rmSync(path + ending, { force: true })
  const store = await openSqliteQueue({ path, clock: systemClock })
  const bytes = rawMessage(4096)
  const now = Date.now()
  await store.takeLeadership(now, 600_000)
  let n = 0
  const enqueue = async (): Promise<void> => {
    n++
    await store.enqueue(
      makeSubmission({ id: makeQueueId(now), acceptedAt: now, to: [`to${n}@d${n % 50}.test`], bytes }),
    )
  }
  await time('store: enqueue, 20 at once', 20, 10_000, enqueue)
  const jobs: Job[] = []
  const finish = async (): Promise<void> => {
    if (jobs.length === 0)
      jobs.push(...(await store.claim({ now: Date.now(), limit: 200, perDomain: 20, leaseMs: 600_000, exclude: [] })))
    const job = jobs.pop()
    if (job) await store.commit(settle(job, 'delivered'), [], deliveredFacts(job))
  }
  await time('store: claim and commit, 20 at once', 20, 10_000, finish)
  await store.close()
}

async function timeClient(world: World, time: Time): Promise<void> {
  const sink = await startSink(world.sink)
  const pool = new SessionPool({ clock: systemClock, record: () => undefined })
  const { transmit } = createTransmitter({ pool, clock: systemClock })
  const content = rawMessage(4096)
  const job = clientJob(content)
  const parcel = { job, recipients: job.recipients, content, enterFinalDot: () => () => undefined }
  const { signal } = new AbortController()
  await time('SMTP client: 10 sessions, reused', 10, 20_000, () => transmit(parcel, hopTo(sink.place), signal))
  await pool.close()
  await sink.stop()
}

function clientJob(bytes: Buffer): Job {
  const { id, message, acceptedAt, expiresAt } = makeSubmission({ bytes })
  return {
    id: 1,
    messageId: id,
    domain: requireDomain('dest.test', 'dest'),
    reversePath: requireAddress(ADDRESSES.from, 'from'),
    recipients: [{ index: 0, address: requireAddress(ADDRESSES.to, 'to') }],
    requireTls: false,
    facts: message,
    attempts: 0,
    acceptedAt,
    expiresAt,
    priority: 'normal',
    tags: {},
    lease: { token: 1, until: expiresAt },
  }
}

function hopTo({ address, port }: World['sink']): Hop {
  const host = requireDomain('mx.dest.test', 'host')
  return {
    host,
    address,
    family: 4,
    port,
    preference: 10,
    tls: { level: 'opportunistic', sources: ['default'], sni: host },
    implicitTls: false,
    departure: { hostname: requireDomain('relay.bench.test', 'hostname') },
    limits: { connections: 10, messagesPerConnection: 1000, recipientsPerTransaction: 100 },
  }
}

async function timed(name: string, { atOnce, count }: { atOnce: number; count: number }, work: Work): Promise<Part> {
  const rates: number[] = []
  const costs: number[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    const each = Math.ceil(count / ROUNDS / atOnce)
    const cpu = process.cpuUsage()
    const started = performance.now()
    const line = async (): Promise<void> => {
      for (let i = 0; i < each; i++) await work()
    }
    await Promise.all(Array.from({ length: atOnce }, line))
    const spent = process.cpuUsage(cpu)
    if (round === 0) continue // warms up
    rates.push((each * atOnce * 1000) / (performance.now() - started))
    costs.push((spent.user + spent.system) / (each * atOnce))
  }
  return { name, perSecond: rounded(median(rates)), cpuMicroseconds: rounded(median(costs)) }
}

async function profiled(name: string, { profile }: Effort, work: () => Promise<Part>): Promise<Part> {
  if (!profile) return work()
  const inspector = new Inspector()
  inspector.connect()
  await inspector.post('Profiler.enable')
  await inspector.post('Profiler.start')
  const part = await work()
  const result = await inspector.post('Profiler.stop')
  inspector.disconnect()
  const file = join(labFolder('bench', 'profiles'), `${name.replace(/\W+/g, '-')}.cpuprofile`)
  writeFileSync(file, JSON.stringify(result.profile))
  say(`  profile: ${file}`)
  return part
}
