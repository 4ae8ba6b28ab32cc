/**
 * Relay: messages per second from one SMTP server through the relay to another, ours beside its peers.
 *
 * Policy. Every message is durable before its 250 and counts when the sink has it. All relays are up from the start; runs
 * are interleaved (A B C A B C …) and ratios are taken run by run, so that a slow minute of the machine counts for all.
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

export interface Scenario {
  readonly name: string
  readonly load: Load
  readonly tls: boolean
}

const KIB = 1024
const LOAD: Load = { messages: 2000, sessions: 20, bodyBytes: 4 * KIB, reuse: true }

const SCENARIOS: readonly Scenario[] = [
  { name: '4 KiB, 20 sessions', load: LOAD, tls: false },
  { name: '4 KiB, 1 session', load: { ...LOAD, sessions: 1, messages: 500 }, tls: false },
  { name: '4 KiB, 100 sessions', load: { ...LOAD, sessions: 100 }, tls: false },
  { name: '4 KiB, a connection for each message', load: { ...LOAD, reuse: false }, tls: false },
  { name: '64 KiB, 20 sessions', load: { ...LOAD, bodyBytes: 64 * KIB, messages: 1000 }, tls: false },
  { name: '4 KiB, 20 sessions, STARTTLS on both sides', load: LOAD, tls: true },
  {
    name: '4 KiB, STARTTLS and a connection for each message',
    load: { ...LOAD, reuse: false, messages: 1000 },
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
  /** Ours over theirs, the signing with the signing and the other with the other. */
  readonly ratio: number
}

export interface RelayFigures {
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
  if (!quick) keep<RelayFigures>('relay', { scenarios })
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
  const quick = runs === 0
  for (const scenario of scenarios) {
    const rates = new Map<Peer, number[]>(PEERS.map(peer => [peer, []]))
    const load = quick ? { ...scenario.load, messages: 200 } : scenario.load
    // The first run of each warms up and does not count.
    for (let run = quick ? 1 : 0; run <= (quick ? 1 : runs); run++)
      for (const [peer, { place }] of relays.running) {
        const messages = run === 0 ? Math.min(load.messages, 300) : load.messages
        const offer = scenario.tls ? submitOverTls : submit
        const { deliveredSeconds } = await measure(
          relays.sink,
          () => offer(place, { ...load, messages }, ADDRESSES),
          messages,
        )
        if (run > 0) rates.get(peer)?.push(messages / deliveredSeconds)
      }
    const measured = compare(rates)
    results.push({ ...scenario, load, measured })
    tell(scenario.name, measured)
  }
  return results
}

function compare(rates: ReadonlyMap<Peer, readonly number[]>): readonly Measured[] {
  return [...rates].map(([peer, runs]) => ({
    peer: peer.name,
    version: peer.version(),
    settings: peer.settings,
    signs: peer.signs,
    runs: runs.map(rounded),
    median: rounded(median(runs)),
    spread: rounded(spread(runs)),
    ratio: rounded(pairedRatio(rates.get(peer.signs ? postrider : postriderUnsigned) ?? [], runs)),
  }))
}

function tell(name: string, measured: readonly Measured[]): void {
  say(`\n${name}`)
  for (const { peer, median: rate, spread: width, ratio } of measured)
    say(
      `  ${peer.padEnd(28)} ${String(Math.round(rate)).padStart(6)} messages/s ±${Math.round(width * 100)} %   ours / this: ${ratio}`,
    )
  const ours = measured.find(({ peer }) => peer === postrider.name)
  const unsigned = measured.find(({ peer }) => peer === postfix.name)
  if (ours && unsigned)
    say(`  ours, signing, over Postfix without DKIM: ${rounded(pairedRatio(ours.runs, unsigned.runs))}`)
}
