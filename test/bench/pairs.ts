/**
 * Pairs: what a change costs. The relay of another checkout beside this one's, as two peers in one run: rate, and CPU time a
 * message besides the signature.
 *
 *   npm run bench -- pairs --base=../postrider-before [--runs=20] [--rename=spike:habit,unauthenticatedPerMinute:loginlessPerMinute]
 *
 * Policy. Both have the same options, traffic and machine, are warmed up alike and take turns; each figure is a ratio of two
 * neighbouring runs, told by its median and quartiles. Which of the two begins changes with each pair. An option that had
 * another name there is renamed.
 */
import { mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { startDaemons } from '../interop/lab/daemons.ts'
import { install } from '../interop/lab/install.ts'
import * as ours from './built.ts'
import type { RunningPeer } from './peers/peer.ts'
import { RELAY_PROCESS, relayOptions } from './peers/postrider.ts'
import { type Effort, keep, say } from './results.ts'
import { median, quantile, rounded } from './statistics.ts'
import { type CpuTime, cpuSince, cpuTime } from './threads.ts'
import { type Load, measure, type Sink, startSink, submit } from './traffic.ts'
import { ADDRESSES, openWorld, type World } from './world.ts'

type Build = typeof ours
type Side = 'base' | 'ours'
type Kind = 'eventLoop' | 'queue' | 'v8'

/** Of one run. */
interface Run {
  readonly messagesPerSecond: number
  /** Event loop, queue and V8's helpers; the pool of threads makes the signatures. */
  readonly cpuMicroseconds: number
  /** Of these: where it went. */
  readonly by: Readonly<Record<Kind, number>>
}

/** Ours divided by theirs, pair by pair. */
interface Ratio {
  readonly lower: number
  readonly median: number
  readonly upper: number
}

export interface PairsFigures {
  readonly pairs: number
  readonly base: readonly Run[]
  readonly ours: readonly Run[]
  readonly rate: Ratio
  readonly cpu: Ratio
}

const PAIRS = 15
const RUN_SECONDS = 4
const WARM_UP_SECONDS = 20
const PROBE_MESSAGES = 500
const LOAD: Omit<Load, 'messages'> = { sessions: 20, bodyBytes: 4096, reuse: true }
const PLACES = { base: { address: '127.88.9.8', port: 2587 }, ours: { address: '127.88.9.6', port: 2587 } } as const

export async function benchPairs({ base, rename = {}, runs = PAIRS, quick }: Effort): Promise<void> {
  if (base === undefined) throw new Error('pairs: --base=FOLDER names the checkout to compare with')
  install()
  const theirs = (await import(pathToFileURL(join(resolve(base), 'test/bench/built.ts')).href)) as Build
  const world = await openWorld()
  const sink = await startSink(world.sink)
  const running: Partial<Record<Side, RunningPeer>> = {}
  try {
    running.base = await start('base', world, theirs, text => renamed(text, rename))
    running.ours = await start('ours', world, ours, text => text)
    const figures = await compare(running as Record<Side, RunningPeer>, sink, quick ? 1 : runs)
    tell(figures)
    if (!quick) keep<PairsFigures>('pairs', figures)
  } finally {
    for (const peer of Object.values(running)) await peer.stop()
    await sink.stop()
    await world.close()
  }
}

async function start(side: Side, world: World, build: Build, edit: (json: string) => string): Promise<RunningPeer> {
  const folder = join(world.folder, `pairs-${side}`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  build.build()
  const place = PLACES[side]
  const options = relayOptions(folder, { world, tls: false }, { place, signs: true })
  const { args, env, cwd } = build.builtNode(RELAY_PROCESS, JSON.parse(edit(JSON.stringify(options))))
  const command = [process.execPath, ...args]
  const daemons = await startDaemons(folder, [{ name: 'postrider', command, env, cwd, listens: [place] }])
  return { place, pid: daemons.pid('postrider'), stop: daemons.stop }
}

function renamed(json: string, names: Readonly<Record<string, string>>): string {
  return Object.entries(names).reduce((text, [now, then]) => text.replaceAll(`"${now}":`, `"${then}":`), json)
}

async function compare(running: Readonly<Record<Side, RunningPeer>>, sink: Sink, pairs: number): Promise<PairsFigures> {
  const messages = { base: 0, ours: 0 }
  for (const side of ['base', 'ours'] as const) {
    const probe = await run(running[side], sink, PROBE_MESSAGES)
    const warm = await run(running[side], sink, Math.round(probe.messagesPerSecond * WARM_UP_SECONDS))
    messages[side] = Math.round(warm.messagesPerSecond * RUN_SECONDS)
  }
  const found: Record<Side, Run[]> = { base: [], ours: [] }
  for (let pair = 0; pair < pairs; pair++) {
    const turns: readonly Side[] = pair % 2 === 0 ? ['base', 'ours'] : ['ours', 'base']
    for (const side of turns) found[side].push(await run(running[side], sink, messages[side]))
  }
  const ratio = (of: (run: Run) => number): Ratio => {
    const ratios = found.ours.map((each, at) => of(each) / of(found.base[at] as Run))
    return { lower: quantile(ratios, 0.25), median: median(ratios), upper: quantile(ratios, 0.75) }
  }
  return { pairs, ...found, rate: ratio(each => each.messagesPerSecond), cpu: ratio(each => each.cpuMicroseconds) }
}

async function run({ place, pid }: RunningPeer, sink: Sink, messages: number): Promise<Run> {
  if (pid === undefined) throw new Error('a relay of one process is measured')
  const before = cpuTime(pid)
  const offer = (): ReturnType<typeof submit> => submit(place, { ...LOAD, messages }, ADDRESSES)
  const { deliveredSeconds } = await measure(sink, offer, messages)
  const { eventLoop, queue, v8 }: CpuTime = cpuSince(before, cpuTime(pid), messages)
  const by = { eventLoop, queue, v8 }
  return { messagesPerSecond: rounded(messages / deliveredSeconds), cpuMicroseconds: eventLoop + queue + v8, by }
}

function tell({ pairs, rate, cpu, base, ours: mine }: PairsFigures): void {
  const of = ({ lower, median: middle, upper }: Ratio): string =>
    `${rounded(middle)} (quartiles ${rounded(lower)} to ${rounded(upper)})`
  const medians = (runs: readonly Run[]): string =>
    `${Math.round(median(runs.map(each => each.messagesPerSecond)))} messages/s, ${Math.round(median(runs.map(each => each.cpuMicroseconds)))} µs`
  say(`\n${pairs} pairs; base ${medians(base)}; ours ${medians(mine)}`)
  say(`  rate, ours / base: ${of(rate)}`)
  say(`  CPU a message besides the signature, ours / base: ${of(cpu)}`)
  const kinds: readonly Kind[] = ['eventLoop', 'queue', 'v8']
  const split = (runs: readonly Run[]): string =>
    kinds.map(kind => `${kind} ${Math.round(median(runs.map(({ by }) => by[kind])))}`).join(', ')
  say(`  of it, µs: base ${split(base)}; ours ${split(mine)}`)
}
