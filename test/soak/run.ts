/**
 * Run: a soak of the relay with faults. Clients of every habit hand over mail while, one after the other, the relay is
 * killed, mail hosts go down, the name server falls silent and the disk fills up; then everything comes back, and nothing may
 * be lost, orphaned or left open, and memory must be flat.
 *
 *   npm run test:soak                  ten minutes
 *   npm run test:soak -- --minutes=1   in a hurry: memory is measured and not judged by its slope
 *
 * Not here: what goes wrong when (faults.ts), what clients do (clients.ts), what must be true (verdict.ts).
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Descriptors } from '../support/serve.ts'
import { Clients } from './clients.ts'
import { FAULTS, type Fault, KILLED } from './faults.ts'
import { Ledger } from './ledger.ts'
import { HEADING, print, type Row, RowKeeper, slope } from './series.ts'
import { type Arrivals, type Judgement, judgePromises, judgeQueue, readLog, readStory } from './verdict.ts'
import { makeWorld, type World } from './world.ts'

const MIB = 2 ** 20
const DRAIN_WITHIN_MS = 480_000
const CLIENTS_END_WITHIN_MS = 120_000
/**
 * By Theil and Sen over the rows, when there are minutes enough to say. What the program holds after a collection must not
 * grow in the last two thirds. RSS is what it once needed: malloc keeps what a backlog or a full disk made it take, so it is
 * judged in the last third, when there was one of each.
 */
const STEEPEST_MIB_PER_MINUTE = { held: 1, resident: 5 } as const
const ENOUGH_MINUTES = 5
/** What caches that fill up may cost: heap after a collection, at rest, at the end against the start. */
const MOST_GROWTH_MIB = 32

interface Base {
  readonly descriptors: Descriptors
  readonly heap: number
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

async function main(minutes: number): Promise<number> {
  await using world = await makeWorld()
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void Promise.resolve(world[Symbol.asyncDispose]()).finally(() => process.exit(1)))
  say(
    `${minutes} minutes; the disk ${world.disk.small ? 'is a small one that is filled' : 'is not filled: that needs root'}`,
  )
  const ledger = new Ledger()
  const clients = new Clients(ledger, world.relay.ports)
  let base = await atRest(world)
  clients.start()
  say(HEADING)
  const rows: Row[] = []
  for (const [at, fault] of FAULTS.entries()) {
    const keeper = new RowKeeper(world.relay, ledger)
    const rowMs = (minutes * 60_000) / FAULTS.length
    await live(fault, world, clients, keeper, rowMs, async () => {
      if (fault.name !== KILLED) return
      base = await atRest(world)
      clients.resume()
    })
    rows.push(await keeper.row(((at + 1) * rowMs) / 60_000, fault.name, arrivals(world).took.size))
    say(print(rows.at(-1) as Row))
  }
  return report(await judge({ world, clients, ledger, base, rows, minutes }))
}

/** One row: a while without, the fault, a while without. */
async function live(
  fault: Fault,
  world: World,
  clients: Clients,
  keeper: RowKeeper,
  rowMs: number,
  begun: () => Promise<void>,
): Promise<void> {
  const until = performance.now() + rowMs
  const stay = async (ms: number): Promise<void> => {
    for (const end = performance.now() + ms; performance.now() < end; ) {
      keeper.look()
      await sleep(Math.min(1_000, Math.max(1, end - performance.now())))
    }
  }
  await stay(rowMs * 0.1)
  await fault.begin?.(world, clients)
  await begun()
  await stay(rowMs * 0.6)
  await fault.end?.(world)
  await stay(Math.max(0, until - performance.now()))
}

async function atRest({ relay }: World): Promise<Base> {
  return { descriptors: relay.descriptors(), heap: (await relay.probe()).heldBytes / MIB }
}

function arrivals({ sinks }: World): Arrivals {
  const took = new Map<string, number>()
  const told = new Map<string, number>()
  for (const sink of sinks) {
    const read = sink.read()
    for (const [address, times] of read.took) took.set(address, (took.get(address) ?? 0) + times)
    for (const [address, times] of read.told) told.set(address, (told.get(address) ?? 0) + times)
  }
  return { took, told }
}

interface Lived {
  readonly world: World
  readonly clients: Clients
  readonly ledger: Ledger
  readonly base: Base
  readonly rows: readonly Row[]
  readonly minutes: number
}

async function judge({ world, clients, ledger, base, rows, minutes }: Lived): Promise<readonly Judgement[]> {
  const { relay } = world
  const busy = await clients.stop(CLIENTS_END_WITHIN_MS)
  const since = performance.now()
  const drained = await become(() => relay.queued().then(left => left === 0))
  say(`drained ${drained ? 'in' : 'not in'} ${((performance.now() - since) / 1000).toFixed(0)} s`)
  const excess = (now: Descriptors): string[] =>
    (['sockets', 'others'] as const)
      .filter(what => now[what] > base.descriptors[what])
      .map(what => `${now[what]} ${what} are open, ${base.descriptors[what]} were at the start`)
  await become(async () => excess(relay.descriptors()).length === 0)
  const open = excess(relay.descriptors())
  const heap = (await relay.probe()).heldBytes / MIB
  const grown = heap - base.heap
  say(`at rest: heap ${heap.toFixed(1)} MiB after a collection, ${base.heap.toFixed(1)} at the start`)
  const ready = await relay.ask('/ready')
  const code = await relay.stop()
  const { counts, crashes } = readLog(relay.logFile)
  say(`log: ${[...counts].map(([name, times]) => `${times} × ${name}`).join(', ')}`)
  const story = await readStory(world.queueFile)
  const here = arrivals(world)
  const by = (answer: 'accepted' | 'refused' | 'unfinished' | 'unknown'): string => `${ledger.count(answer)} ${answer}`
  const answers = (['accepted', 'refused', 'unfinished', 'unknown'] as const).map(by).join(', ')
  const doubles = [...here.took.values()].reduce((sum, times) => sum + times - 1, 0)
  say(`${ledger.entries.length} messages: ${answers}; ${here.took.size} addresses reached, ${doubles} copies too many`)
  say(`refused: ${[...ledger.refusals()].map(([said, times]) => `${times} × ${said}`).join(' | ')}`)
  say(`the longest wait for a reply: ${ledger.slowest.ms.toFixed(0)} ms for ${ledger.slowest.said}`)
  say(`told: ${story.bounced.size} bounced, ${story.uncertain.size} uncertain; ${clients.silent.opened} silent clients`)
  return [
    ...judgePromises(ledger.entries, here, story),
    ...judgeQueue(world.queueFile, story),
    { rule: 'every client was answered or let go', against: busy === 0 ? [] : [`${busy} are still waiting`] },
    { rule: 'descriptors and sockets are back to where they were', against: open },
    {
      rule: 'the relay is ready, and ends with 0 when told to',
      against: ready.ok && code === 0 ? [] : [`${ready.status}, ${code}`],
    },
    { rule: 'nothing but lines of the log was written', against: crashes },
    {
      rule: `heap at rest has grown by no more than ${MOST_GROWTH_MIB} MiB`,
      against: grown <= MOST_GROWTH_MIB ? [] : [`${grown.toFixed(1)} MiB`],
    },
    ...judgeSlope(rows, minutes),
  ]
}

/** The first third warms up, and the relay is killed in it. */
function judgeSlope(rows: readonly Row[], minutes: number): readonly Judgement[] {
  const lastRows = (part: number): readonly Row[] => rows.slice(Math.floor(rows.length * (1 - part)))
  const resident = slope(lastRows(1 / 3).map(({ minute, residentMiB }) => [minute, residentMiB]))
  const heap = slope(lastRows(2 / 3).map(({ minute, heapMiB }) => [minute, heapMiB]))
  say(`held in the last two thirds: ${heap.toFixed(2)} MiB/min; RSS in the last third: ${resident.toFixed(2)} MiB/min`)
  if (minutes < ENOUGH_MINUTES) return []
  const flat = (what: 'held' | 'resident', name: string, found: number): Judgement => ({
    rule: `memory is flat: ${name} grows by less than ${STEEPEST_MIB_PER_MINUTE[what]} MiB a minute`,
    against: found < STEEPEST_MIB_PER_MINUTE[what] ? [] : [`${found.toFixed(2)} MiB a minute`],
  })
  return [flat('held', 'what is held', heap), flat('resident', 'RSS', resident)]
}

/** Whether it becomes so in time. */
async function become(what: () => Promise<boolean>): Promise<boolean> {
  const late = AbortSignal.timeout(DRAIN_WITHIN_MS)
  while (!late.aborted) {
    if (await what()) return true
    await sleep(500)
  }
  return false
}

const MOST_SHOWN = 10

function report(judgements: readonly Judgement[]): number {
  say('')
  for (const { rule, against } of judgements) {
    say(`${against.length === 0 ? 'ok   ' : 'WRONG'} ${rule}`)
    for (const line of against.slice(0, MOST_SHOWN)) say(`      ${line}`)
    if (against.length > MOST_SHOWN) say(`      … ${against.length} in all`)
  }
  const failed = judgements.filter(({ against }) => against.length > 0).length
  say(`\n${judgements.length - failed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

const { values } = parseArgs({ options: { minutes: { type: 'string', default: process.env.SOAK_MINUTES ?? '10' } } })
const minutes = Number(values.minutes)
if (!(minutes > 0)) throw new Error(`--minutes: found "${values.minutes}", wanted a number`)
process.exitCode = await main(minutes)
