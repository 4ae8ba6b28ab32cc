/**
 * Threads: where a process spends its CPU time, and how busy the machine is, from Linux' /proc.
 *
 * Policy. Threads are told apart by the names that Node gives them; V8's helpers count as one.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'

/** CPU time so far, in microseconds. */
export interface CpuTime {
  readonly eventLoop: number
  /** libuv's threads, where the signatures are made. */
  readonly pool: number
  readonly queue: number
  /** Compilation and garbage collection beside the event loop. */
  readonly v8: number
  /** Of all processes of the machine, the kernel's work included. */
  readonly machine: number
  readonly machineIdle: number
}

/** A clock tick of /proc is ten milliseconds on every Linux that Node runs on. */
const TICK_US = 10_000

export function cpuTime(pid: number): CpuTime {
  const spent = { eventLoop: 0, pool: 0, queue: 0, v8: 0 }
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1')
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))
    // The twelfth and thirteenth after the name: time in user mode, time in the kernel.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    spent[kindOf(name)] += (Number(fields[11]) + Number(fields[12])) * TICK_US
  }
  let [machine, machineIdle] = [0, 0]
  for (const { times } of cpus()) {
    machine += (times.user + times.nice + times.sys + times.irq) * 1000
    machineIdle += times.idle * 1000
  }
  return { ...spent, machine, machineIdle }
}

function kindOf(name: string): 'eventLoop' | 'pool' | 'queue' | 'v8' {
  if (name.startsWith('libuv')) return 'pool'
  if (name.startsWith('postrider-queue')) return 'queue'
  return /main|^node$/i.test(name) ? 'eventLoop' : 'v8'
}

/** What was spent since, in microseconds for each message. */
export function cpuSince(before: CpuTime, after: CpuTime, messages: number): CpuTime {
  const names = Object.keys(before) as (keyof CpuTime)[]
  const each = names.map(name => [name, Math.round((after[name] - before[name]) / messages)])
  return Object.fromEntries(each) as unknown as CpuTime
}
