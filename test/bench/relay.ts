/**
 * Relay: messages per second from one SMTP server through the relay to another, ours beside its peers.
 *
 * Policy. Every message is durable before its 250 and counts when the sink has it. All relays are up from the start and
 * warmed up for the same time; runs last the same time, are interleaved (A B C A B C …), and ratios are taken run by run, so
 * that a slow minute of the machine counts for all.
 *
 * Not here: how a relay is started (peers/), the traffic (traffic.ts).
 */
import { join } from 'node:path'
import { install } from '../interop/lab/install.ts'
import { exim } from './peers/exim.ts'
import { haraka } from './peers/haraka.ts'
import type { Peer, RunningPeer } from './peers/peer.ts'
import { postfix, postfixOpenDkim, postfixOpenDkimTuned } from './peers/postfix.ts'
import { postrider, postriderUnsigned } from './peers/postrider.ts'
import { type Effort, keep, say } from './results.ts'
import { median, pairedRatio, rounded, spread } from './statistics.ts'
import { type CpuTime, cpuSince, cpuTime } from './threads.ts'
import { type Load, measure, type Sink, startSink, startTlsSink, submit, submitOverTls } from './traffic.ts'
import { ADDRESSES, openWorld, type World } from './world.ts'

const PEERS: readonly Peer[] = [
  postrider,
  postfixOpenDkimTuned,
  postfixOpenDkim,
  haraka,
  exim,
  postriderUnsigned,
  postfix,
]
/** When the command names no other number. */
const RUNS = 7

/** As many messages as a relay can take in this time make a run, so that each is measured for as long as the others. */
const RUN_SECONDS = 4
/** No relay that runs for years is judged by its first second: what is compiled and cached on the way is by then. */
const WARM_UP_SECONDS = 6
/** Of a relay that has just been started: Node compiles a function again and again as it learns how it is used. */
const FIRST_WARM_UP_SECONDS = 20
/** For a first guess of what a relay can take. */
const PROBE_MESSAGES = 100
const LEAST_MESSAGES = 50

export interface Scenario {
  readonly name: string
  readonly load: Omit<Load, 'messages'>
  readonly tls: boolean
}

const KIB = 1024
const LOAD: Scenario['load'] = { sessions: 20, bodyBytes: 4 * KIB, reuse: true }

const SCENARIOS: readonly Scenario[] = [
  { name: '4 KiB, 20 sessions', load: LOAD, tls: false },
  { name: '4 KiB, 1 session', load: { ...LOAD, sessions: 1 }, tls: false },
  { name: '4 KiB, 100 sessions', load: { ...LOAD, sessions: 100 }, tls: false },
  { name: '4 KiB, a connection for each message', load: { ...LOAD, reuse: false }, tls: false },
  { name: '64 KiB, 20 sessions', load: { ...LOAD, bodyBytes: 64 * KIB }, tls: false },
  { name: '4 KiB, 20 sessions, STARTTLS on both sides', load: LOAD, tls: true },
  {
    name: '4 KiB, STARTTLS and a connection for each message',
    load: { ...LOAD, reuse: false },
    tls: true,
  },
]

export interface Measured {
  readonly peer: string
  readonly version: string
  readonly settings: string
  readonly signs: boolean
  /** Messages per second, run by run. */
  readonly runs: readonly number[]
  readonly median: number
  readonly spread: number
  /** CPU time of its threads and of the machine for each message, where it is one process. */
  readonly cpu?: CpuTime | undefined
  /** Ours over theirs, the signing with the signing and the other with the other. */
  readonly ratio: number
  /** Ours, signing, over theirs, which does not. */
  readonly signingRatio?: number
}

export interface RelayFigures {
  readonly runSeconds: number
  readonly firstWarmUpSeconds: number
  readonly warmUpSeconds: number
  readonly scenarios: readonly (Scenario & { readonly measured: readonly Measured[] })[]
}

export async function benchRelay({ quick, runs = RUNS, plain }: Effort): Promise<void> {
  install()
  const world = await openWorld()
  const scenarios: (Scenario & { measured: readonly Measured[] })[] = []
  try {
    for (const tls of plain ? [false] : [false, true]) {
      const chosen = SCENARIOS.filter(scenario => scenario.tls === tls)
      for (const scenario of await withRelays(world, tls, relays => runAll(relays, chosen, quick ? 0 : runs)))
        scenarios.push(scenario)
    }
  } finally {
    await world.close()
  }
  if (!quick) {
    const seconds = {
      firstWarmUpSeconds: FIRST_WARM_UP_SECONDS,
      warmUpSeconds: WARM_UP_SECONDS,
      runSeconds: RUN_SECONDS,
    }
    keep<RelayFigures>('relay', { scenarios, ...seconds })
  }
}

interface Relays {
  readonly world: World
  readonly sink: Sink
  readonly running: ReadonlyMap<Peer, RunningPeer>
}

async function withRelays<T>(world: World, tls: boolean, work: (relays: Relays) => Promise<T>): Promise<T> {
  const sink = await (tls ? startTlsSink(world.sink, world.certificate) : startSink(world.sink))
  const running = new Map<Peer, RunningPeer>()
  try {
    for (const peer of PEERS) {
      const folder = join(world.folder, `${peer.name.replace(/\W+/g, '-')}${tls ? '-tls' : ''}`)
      running.set(peer, await peer.start(folder, { world, tls }))
    }
    return await work({ world, sink, running })
  } finally {
    for (const peer of running.values()) await peer.stop()
    await sink.stop()
  }
}

async function runAll(
  relays: Relays,
  scenarios: readonly Scenario[],
  /** 0 is a taste: one short run. */
  runs: number,
): Promise<readonly (Scenario & { measured: readonly Measured[] })[]> {
  const results: (Scenario & { measured: readonly Measured[] })[] = []
  for (const [index, scenario] of scenarios.entries()) {
    const warmUpSeconds = index === 0 ? FIRST_WARM_UP_SECONDS : WARM_UP_SECONDS
    const runners = [...relays.running].map(([peer, running]) => new Runner(peer, running, scenario, relays.sink))
    for (const runner of runners) await runner.warmUp(runs === 0 ? undefined : warmUpSeconds)
    for (let run = 0; run < runs; run++) for (const runner of runners) await runner.run()
    const measured = compare(runners)
    results.push({ ...scenario, measured })
    tell(scenario.name, measured)
  }
  return results
}

/** One relay in one scenario. */
class Runner {
  readonly peer: Peer
  readonly rates: number[] = []
  cpu: CpuTime | undefined
  readonly #running: RunningPeer
  readonly #scenario: Scenario
  readonly #sink: Sink
  #messages = PROBE_MESSAGES

  constructor(peer: Peer, running: RunningPeer, scenario: Scenario, sink: Sink) {
    this.peer = peer
    this.#running = running
    this.#scenario = scenario
    this.#sink = sink
  }

  /** @param seconds for so long; without it one short run counts, and there is no other */
  async warmUp(seconds: number | undefined): Promise<void> {
    const first = await this.#rate(PROBE_MESSAGES)
    if (seconds === undefined) this.rates.push(first)
    else this.#messages = lasting(RUN_SECONDS, await this.#rate(lasting(seconds, first)))
  }

  async run(): Promise<void> {
    const { pid } = this.#running
    const before = pid === undefined ? undefined : cpuTime(pid)
    this.rates.push(await this.#rate(this.#messages))
    if (pid !== undefined && before !== undefined) this.cpu = cpuSince(before, cpuTime(pid), this.#messages)
  }

  /** Messages per second. */
  async #rate(messages: number): Promise<number> {
    const { load, tls } = this.#scenario
    const { place } = this.#running
    const offer = tls ? submitOverTls : submit
    const { deliveredSeconds } = await measure(
      this.#sink,
      () => offer(place, { ...load, messages }, ADDRESSES),
      messages,
    )
    return messages / deliveredSeconds
  }
}

function lasting(seconds: number, rate: number): number {
  return Math.max(LEAST_MESSAGES, Math.round(seconds * rate))
}

function compare(runners: readonly Runner[]): readonly Measured[] {
  const ratesOf = (peer: Peer): readonly number[] => runners.find(runner => runner.peer === peer)?.rates ?? []
  return runners.map(({ peer, rates, cpu }) => ({
    peer: peer.name,
    version: peer.version(),
    settings: peer.settings,
    signs: peer.signs,
    runs: rates.map(rounded),
    median: rounded(median(rates)),
    spread: rounded(spread(rates)),
    cpu,
    ratio: rounded(pairedRatio(ratesOf(peer.signs ? postrider : postriderUnsigned), rates)),
    ...(peer.signs ? {} : { signingRatio: rounded(pairedRatio(ratesOf(postrider), rates)) }),
  }))
}

function tell(name: string, measured: readonly Measured[]): void {
  say(`\n${name}`)
  for (const { peer, median: rate, spread: width, ratio, signingRatio } of measured)
    say(
      `  ${peer.padEnd(28)} ${String(Math.round(rate)).padStart(6)} messages/s ±${Math.round(width * 100)} %   ours / this: ${ratio}${signingRatio === undefined ? '' : `   ours, signing / this: ${signingRatio}`}`,
    )
}
