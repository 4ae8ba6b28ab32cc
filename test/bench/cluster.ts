/**
 * Cluster: one, four and eight relays that share a queue in PostgreSQL, beside one relay with a queue file, under the same load.
 *
 * Policy. Server CPU is the time of all processes of the PostgreSQL server, autovacuum and checkpointer included, those that
 * ended too. The sessions of a load are spread over the relays evenly. Only the relays that are measured run. Everything is
 * on one machine: what a relay more costs in all is what tells whether it would add to the whole elsewhere.
 *
 * Not here: what is to be reached (cluster-wanted.ts), the traffic (traffic.ts), one relay beside its peers (relay.ts).
 */
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { startDaemons } from '../interop/lab/daemons.ts'
import { install } from '../interop/lab/install.ts'
import type { Place } from '../interop/lab/places.ts'
import { findPostgres, NO_POSTGRES, type PostgresServer, startPostgres } from '../support/postgres.ts'
import { build, builtNode } from './built.ts'
import { type ClusterRow, type Wish, wishes } from './cluster-wanted.ts'
import { RELAY_PROCESS, relayOptions } from './peers/postrider.ts'
import { type Effort, keep, say } from './results.ts'
import { rounded } from './statistics.ts'
import { measure, type Sink, startSink, submit } from './traffic.ts'
import { ADDRESSES, openWorld, type World } from './world.ts'

const RELAYS = [1, 4, 8] as const
const SESSIONS = [20, 100] as const
const BODY_BYTES = 4096
const RUN_SECONDS = 8
const WARM_UP_SECONDS = 8
const PROBE_MESSAGES = 400

export interface ClusterFigures {
  readonly date: string
  readonly runSeconds: number
  /** Of the machine before anything ran: 0 is a machine for itself. */
  readonly loadBefore: number
  readonly wishes: readonly Wish[]
  readonly rows: readonly ClusterRow[]
}

export async function benchCluster({ quick }: Effort): Promise<void> {
  install()
  build()
  const bin = findPostgres()
  if (bin === undefined) return say(NO_POSTGRES)
  const loadBefore = rounded(loadavg()[0] as number)
  const world = await openWorld()
  const server = await startPostgres(bin)
  const sink = await startSink(world.sink)
  const rows: ClusterRow[] = []
  try {
    for (const sessions of quick ? [20] : SESSIONS) {
      for (const relays of [0, ...RELAYS]) {
        const row = await run({ world, server, sink, relays, sessions, seconds: quick ? 3 : RUN_SECONDS })
        rows.push(row)
        tell(row)
      }
    }
  } finally {
    await sink.stop()
    await server.remove()
    await world.close()
  }
  const found = wishes(rows)
  for (const { what, wanted, found: value, met } of found)
    say(`  ${met ? 'yes' : 'no '} ${what}: ${value}, wanted ${wanted}`)
  const date = new Date().toISOString().slice(0, 10)
  if (!quick) keep<ClusterFigures>('cluster', { date, runSeconds: RUN_SECONDS, loadBefore, wishes: found, rows })
}

interface Run {
  readonly world: World
  readonly server: PostgresServer
  readonly sink: Sink
  /** 0 is one with a queue file. */
  readonly relays: number
  readonly sessions: number
  readonly seconds: number
}

async function run({ world, server, sink, relays, sessions, seconds }: Run): Promise<ClusterRow> {
  const folder = join(world.folder, `cluster-${relays}`)
  rmSync(folder, { recursive: true, force: true })
  const url = relays === 0 ? undefined : await server.database()
  const count = Math.max(1, relays)
  const daemons = Array.from({ length: count }, (_, at) => {
    const place: Place = { address: `127.88.9.${20 + at}`, port: 2587 }
    const home = join(folder, String(at))
    mkdirSync(home, { recursive: true })
    const options = relayOptions(home, { world, tls: false }, { place, signs: true })
    const queue = { ...options.queue, ...(url !== undefined && { url }) }
    const { args, env, cwd } = builtNode(RELAY_PROCESS, { ...options, queue })
    return { name: `relay${at}`, command: [process.execPath, ...args], env, cwd, listens: [place] }
  })
  const running = await startDaemons(folder, daemons)
  try {
    const offer = async (messages: number): Promise<void> => {
      const load = { bodyBytes: BODY_BYTES, reuse: true, sessions: Math.ceil(sessions / count) }
      const share = Math.ceil(messages / count)
      await Promise.all(
        daemons.map(({ listens: [to] }) => submit(to as Place, { ...load, messages: share }, ADDRESSES)),
      )
    }
    const rate = async (messages: number): Promise<number> => {
      const all = Math.ceil(messages / count) * count
      return all / (await measure(sink, () => offer(all), all)).deliveredSeconds
    }
    const first = await rate(PROBE_MESSAGES)
    const warm = await rate(Math.round(WARM_UP_SECONDS * first))
    const messages = Math.ceil((seconds * warm) / count) * count
    const before = await look(server, url)
    const messagesPerSecond = await rate(messages)
    const after = await look(server, url)
    const each = (key: keyof Look): number => rounded((after[key] - before[key]) / messages)
    return {
      queue: relays === 0 ? 'file' : 'PostgreSQL',
      relays: count,
      sessions,
      messagesPerSecond: Math.round(messagesPerSecond),
      serverCpu: Math.round(each('server')),
      machineCpu: Math.round(each('machine')),
      transactions: each('transactions'),
      walBytes: Math.round(each('wal')),
    }
  } finally {
    await running.stop()
    if (url !== undefined) await server.drop(url)
  }
}

interface Look {
  readonly server: number
  readonly machine: number
  readonly transactions: number
  readonly wal: number
}

async function look(server: PostgresServer, url: string | undefined): Promise<Look> {
  const sql = `SELECT xact_commit + xact_rollback, pg_current_wal_lsn() - '0/0' FROM pg_stat_database
    WHERE datname = current_database()`
  const [row] = await server.query(sql, url)
  const machine = cpus().reduce((sum, { times }) => sum + (times.user + times.nice + times.sys + times.irq) * 1000, 0)
  return { server: cpuOfServer(server.pid()), machine, transactions: Number(row?.[0]), wal: Number(row?.[1]) }
}

/** A clock tick of /proc is ten milliseconds on every Linux that Node runs on. */
const TICK_US = 10_000

/** Of the first process, of those that it waited for, and of its living children. */
function cpuOfServer(pid: number): number {
  let ticks = 0
  for (const entry of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'latin1')
      // After the name: state, parent, …; the twelfth to the fifteenth are its own time and that of children it waited for.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      if (Number(entry) === pid) for (const at of [11, 12, 13, 14]) ticks += Number(fields[at])
      else if (Number(fields[1]) === pid) ticks += Number(fields[11]) + Number(fields[12])
    } catch {
      // It ended meanwhile: its parent has its time.
    }
  }
  return ticks * TICK_US
}

function tell(row: ClusterRow): void {
  const { queue, relays, sessions, messagesPerSecond, serverCpu, machineCpu, transactions, walBytes } = row
  say(
    `  ${queue.padEnd(10)} ${relays} relay${relays > 1 ? 's' : ' '} ${String(sessions).padStart(3)} sessions  ${String(messagesPerSecond).padStart(5)} messages/s  server ${serverCpu} µs  machine ${machineCpu} µs  ${transactions} transactions  ${walBytes} octets of WAL, each`,
  )
}
