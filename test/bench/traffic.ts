/**
 * Traffic: what stands around the thing under test. Postfix's smtp-source submits, Postfix's smtp-sink receives; with TLS,
 * which those do not speak, tls-source.ts and tls-sink.ts take their place.
 *
 * Policy. A run is over when the sink has counted every message, so what is only queued does not count as done.
 */
import { type ChildProcess, type ChildProcessByStdio, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { program, unpackedEnvironment } from '../interop/lab/install.ts'
import type { Place } from '../interop/lab/places.ts'

export interface Load {
  readonly messages: number
  readonly sessions: number
  readonly bodyBytes: number
  /** Whether the source sends many messages over a connection, or makes a new one for each. */
  readonly reuse: boolean
}

export interface Sink {
  readonly place: Place
  /** Messages taken so far. */
  count(): number
  stop(): Promise<void>
}

export interface Addresses {
  readonly from: string
  readonly to: string
}

export interface KeyPair {
  readonly key: string
  readonly chain: string
}

const BACKLOG = '200'

export async function startSink(place: Place): Promise<Sink> {
  // It refuses to stay root.
  const args = ['-u', 'nobody', '-c', `${place.address}:${place.port}`, BACKLOG]
  const child = spawn(program('smtp-sink'), args, { env: toolEnvironment(), stdio: ['ignore', 'pipe', 'ignore'] })
  // Left behind, it would share the port with the next one and count half of its messages.
  process.once('exit', () => child.kill())
  let count = 0
  child.stdout.setEncoding('latin1').on('data', (text: string) => {
    count = Number(/mesg=?\s*(\d+)/.exec(text.slice(text.lastIndexOf('mesg')))?.[1] ?? count)
  })
  await sleep(300)
  return { place, count: () => count, stop: () => end(child) }
}

export async function startTlsSink(place: Place, { key, chain }: KeyPair): Promise<Sink> {
  const child = fork(join(import.meta.dirname, 'tls-sink.ts'), [place.address, String(place.port), key, chain])
  let count = 0
  child.on('message', message => {
    count = Number(message)
  })
  await once(child, 'message')
  return { place, count: () => count, stop: () => end(child) }
}

/** Submits a load. Resolves when the last message was accepted; how long it took is the accepting side alone. */
export async function submit(to: Place, load: Load, addresses: Addresses): Promise<void> {
  const options = [`-s${load.sessions}`, `-m${load.messages}`, `-l${load.bodyBytes}`]
  const envelope = ['-f', addresses.from, '-t', addresses.to, '-M', 'source.bench.test']
  const args = [...options, ...envelope, ...(load.reuse ? ['-d'] : []), `${to.address}:${to.port}`]
  await toItsEnd(spawn(program('smtp-source'), args, { env: toolEnvironment(), stdio: ['ignore', 'ignore', 'pipe'] }))
}

export async function submitOverTls(to: Place, load: Load, addresses: Addresses): Promise<void> {
  const options = JSON.stringify({ ...to, ...load, ...addresses })
  const args = [join(import.meta.dirname, 'tls-source.ts'), options]
  await toItsEnd(spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] }))
}

async function toItsEnd(child: ChildProcessByStdio<null, null, Readable>): Promise<void> {
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text
  })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`the source failed: ${complaint}`)
}

function toolEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, ...unpackedEnvironment() }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'close')
}

export interface Timing {
  readonly acceptedSeconds: number
  readonly deliveredSeconds: number
}

/** One run: the load submitted to `relay`, until `sink` has it all. @throws when it stops making progress. */
export async function measure(sink: Sink, offer: () => Promise<void>, messages: number): Promise<Timing> {
  const before = sink.count()
  const started = performance.now()
  const accepted = offer().then(() => (performance.now() - started) / 1000)
  let seen = before
  let idleSince = performance.now()
  while (sink.count() - before < messages) {
    await sleep(10)
    if (sink.count() !== seen) idleSince = performance.now()
    seen = sink.count()
    if (performance.now() - idleSince > STALLED_MS)
      throw new Error(`${seen - before} of ${messages} messages arrived, then nothing more`)
  }
  const deliveredSeconds = (performance.now() - started) / 1000
  return { acceptedSeconds: await accepted, deliveredSeconds }
}

const STALLED_MS = 60_000
