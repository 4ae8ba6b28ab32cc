/**
 * Page: docs/performance.md, made of the results that are kept; a part without a result is left out.
 */
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { FairnessFigures } from './fairness.ts'
import type { FootprintFigures } from './footprint.ts'
import type { PartsFigures } from './parts.ts'
import type { QueueFigures } from './queue.ts'
import type { Measured, RelayFigures } from './relay.ts'
import { kept, type Result } from './results.ts'
import type { SendFigures } from './send.ts'
import { median } from './statistics.ts'

const PAGE = join(dirname(dirname(import.meta.dirname)), 'docs/performance.md')

export function writePage(): void {
  writeFileSync(PAGE, performancePage())
}

/** The page, from what is kept now. */
export function performancePage(): string {
  const sections = [
    relaySection(kept<RelayFigures>('relay')),
    sendSection(kept<SendFigures>('send')),
    queueSection(kept<QueueFigures>('queue')),
    fairnessSection(kept<FairnessFigures>('fairness')),
    partsSection(kept<PartsFigures>('parts')),
    footprintSection(kept<FootprintFigures>('footprint')),
  ]
  return `${INTRODUCTION}\n${sections.filter(Boolean).join('\n')}`
}

const INTRODUCTION = `# Performance

Written by \`npm run bench\` from the results under \`test/bench/results/\`; do not edit.

What is measured is the real path: a client submits over SMTP, the message is fsynced before its 250, signed with RSA-2048,
delivered to another SMTP server, and removed. Source and sink share the machine with the relay. Machines differ and are noisy:
only ratios of one run count. The relays stand side by side, their queues on the same disk; runs are interleaved, the ratio is
the median over pairs of neighbouring runs, and ± is half the distance of the quartiles. \`npm run bench\` fetches the
peers from the Debian archive and from npm, and needs root for that machine's loopback ports.
`

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function on({ machine }: Result<unknown>): string {
  return `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.disk}, ${machine.system}, Node ${machine.node}`
}

function relaySection(result: Result<RelayFigures> | undefined): string {
  if (result === undefined) return ''
  const row = ({ peer, median: rate, spread, ratio, signs, signingRatio }: Measured): readonly (string | number)[] => {
    return [
      peer,
      signs ? 'yes' : 'no',
      Math.round(rate),
      `±${Math.round(spread * 100)} %`,
      peer.startsWith('Postrider') ? '' : `${ratio} ×`,
      signs ? '' : `${signingRatio} ×`,
    ]
  }
  const { runSeconds, warmUpSeconds, firstWarmUpSeconds } = result.figures
  const parts = result.figures.scenarios.map(({ name, measured }) => {
    const head = ['relay', 'DKIM', 'messages/s', 'spread', 'Postrider / this', 'Postrider, signing / this']
    return `### ${name}\n\n${measured[0]?.runs.length} runs.\n\n${table(head, measured.map(row))}\n`
  })
  const settings = (result.figures.scenarios[0]?.measured ?? []).map(
    peer => `- ${peer.peer}: ${peer.version}; ${peer.settings}`,
  )
  const method = `Each relay warms up for about ${firstWarmUpSeconds} seconds when it was started and ${warmUpSeconds} before each other setting, and a run has as many messages as it takes in about ${runSeconds}.`
  return `## From SMTP to SMTP\n\n${on(result)}. ${method}\n\n${settings.join('\n')}\n\n${parts.join('\n')}\n${limits(result)}`
}

/** Where the CPU time of Postrider and of the machine went, and what that leaves. */
function limits({ figures, machine }: Result<RelayFigures>): string {
  const rows = figures.scenarios.flatMap(({ name, measured }) =>
    measured.flatMap(({ peer, cpu, median: rate }) => {
      if (cpu === undefined) return []
      const { eventLoop, pool, queue, v8 } = cpu
      const others = cpu.machine - eventLoop - pool - queue - v8
      const busy = Math.round((100 * cpu.machine) / (cpu.machine + cpu.machineIdle))
      const most = Math.round((machine.cores * 1e6) / cpu.machine)
      return [[name, peer, eventLoop, pool, queue, v8, others, `${busy} %`, most, Math.round(rate)]]
    }),
  )
  const head = [
    '',
    'relay',
    'event loop',
    'signatures',
    'queue',
    'V8',
    'source, sink, system',
    'busy',
    'most',
    'measured',
  ]
  return `### What limits it\n\n${LIMITS}\n\n${table(head, rows)}\n`
}

const LIMITS = `Microseconds of CPU for each message in the last run: the event loop (SMTP on both sides, routing, facts), the
threads that sign, the queue's thread with its fsyncs, V8's own threads (compilation, garbage collection), and what the source, the sink
and the system took. Where the cores are busy, their number divided by the sum is the most that this machine can do; where they are
not, the rest is waiting: for the disk's fsync, for the next command of a client that does not pipeline, for the sink's answers. On a
virtual machine the threads' time includes what the host took away meanwhile, and the sum of the machine does not.

One RSA-2048 signature is the largest part that no relay can leave out: without it the same path carries the rate of the line
"no DKIM". The event loop comes before the signatures (decisions/0015), so that neither waits for the other. What is left to
gain is in the event loop, which spends an eighth of its time in socket writes (four replies to a client that does not
pipeline, two writes to the sink) and the rest in a long tail, and in the queue's thread, a third of which is SQLite's
commit.`

function sendSection(result: Result<SendFigures> | undefined): string {
  if (result === undefined) return ''
  const { manyPerSecond, manyLoopDelayP99Ms, steady } = result.figures
  const rows = [
    ['`sendMany()`, durable messages/s', Math.round(median(manyPerSecond))],
    ['event-loop delay meanwhile, p99', `${manyLoopDelayP99Ms} ms`],
    [`one \`send()\` at ${steady.perSecond}/s, p50`, `${steady.p50Ms} ms`],
    [`one \`send()\` at ${steady.perSecond}/s, p99`, `${steady.p99Ms} ms`],
    ['event-loop delay meanwhile, p99', `${steady.loopDelayP99Ms} ms`],
  ]
  return `## The SDK in process\n\nText and html of 3 KiB, composed, cleared, signed and fsynced. ${on(result)}.\n\n${table(['', ''], rows)}\n`
}

function queueSection(result: Result<QueueFigures> | undefined): string {
  if (result === undefined) return ''
  const { recipients, enqueuedPerSecond, claimMicroseconds, fileMiB, firstDeliveryMs, rssMiB } = result.figures
  const rows = [
    ['enqueued per second', enqueuedPerSecond],
    ...Object.entries(claimMicroseconds).map(([size, cost]) => [
      `claim, for each job, ${Number(size).toLocaleString('en')} waiting`,
      `${cost} µs`,
    ]),
    ['queue file', `${fileMiB} MiB`],
    ['first delivery after the start of a process', `${firstDeliveryMs} ms`],
    ['its memory (RSS)', `${rssMiB} MiB`],
  ]
  return `## ${recipients.toLocaleString('en')} queued recipients\n\n${on(result)}.\n\n${table(['', ''], rows)}\n`
}

function fairnessSection(result: Result<FairnessFigures> | undefined): string {
  if (result === undefined) return ''
  const { stuck, healthy, p50Ms, p99Ms, longestMs, aloneP99Ms } = result.figures
  const head = ['', 'p50', 'p99', 'longest']
  return `## Mail for others while ${stuck.toLocaleString('en')} messages are stuck

Half of them for a host that never greets, half for one that takes two seconds for each reply; ${healthy} messages for a healthy domain meanwhile,
from acceptance to the other side's 250. ${on(result)}.

${table(head, [
  ['with stuck mail', `${p50Ms} ms`, `${p99Ms} ms`, `${longestMs} ms`],
  ['alone', '', `${aloneP99Ms} ms`, ''],
])}
`
}

function partsSection(result: Result<PartsFigures> | undefined): string {
  if (result === undefined) return ''
  const rows = result.figures.parts.map(part => [
    part.name,
    Math.round(part.perSecond),
    `${Math.round(part.cpuMicroseconds)} µs`,
  ])
  return `## The parts, each alone\n\n${on(result)}.\n\n${table(['part', 'per second', 'CPU for each'], rows)}\n\n${arithmetic(result)}`
}

/** What one message costs, step by step, and so how many a machine can carry. */
function arithmetic({ figures, machine }: Result<PartsFigures>): string {
  const cost = (start: string): number => figures.parts.find(({ name }) => name.startsWith(start))?.cpuMicroseconds ?? 0
  const steps = {
    parse: cost('parse, 4 KiB'),
    sign: cost('sign RSA-2048, 4 KiB, 8'),
    store: cost('store: enqueue') + cost('store: claim'),
    'SMTP client': cost('SMTP client'),
  }
  const sum = Object.values(steps).reduce((a, b) => a + b, 0)
  const words = Object.entries(steps).map(([name, value]) => `${name} ${Math.round(value)} µs`)
  const [largest] = Object.entries(steps).sort(([, a], [, b]) => b - a)
  return `Where the time goes, for 4 KiB: ${words.join(', ')}: ${Math.round(sum)} µs of CPU before the SMTP server, routing and facts. ${machine.cores} cores
could carry ${Math.round((machine.cores * 1e6) / sum)} messages/s of that alone. The largest part is ${largest?.[0]}: ${Math.round(((largest?.[1] ?? 0) / sum) * 100)} %.
`
}

function footprintSection(result: Result<FootprintFigures> | undefined): string {
  if (result === undefined) return ''
  const figures = result.figures
  const rows = [
    [`\`import '@postrider/core'\` over bare Node (${figures.bareNodeMs} ms)`, `${figures.importCoreMs} ms`],
    ['`postrider --version`', `${figures.versionCommandMs} ms`],
    ['production install of core', `${figures.coreInstallMiB} MiB, ${figures.corePackages} packages`],
    ['idle relay, RSS', `${figures.idleRelayRssMiB} MiB`],
    ['idle `postrider serve`, RSS', `${figures.idleServeRssMiB} MiB`],
  ]
  return `## Footprint\n\nThe packages as npm would publish them. ${on(result)}.\n\n${table(['', ''], rows)}\n`
}
