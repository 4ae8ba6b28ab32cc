/**
 * Daemons: starts the servers of the lab in the foreground, waits until they listen, and ends them whatever happens.
 *
 * Policy. Each runs in a process group of its own, which is killed at the end and, should the end be a crash, by the next
 * start: the groups are written down, and one is taken for ours only while the program it runs is the one it was.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Place } from './places.ts'

export interface Daemon {
  readonly name: string
  readonly command: readonly string[]
  readonly env?: Readonly<Record<string, string | undefined>>
  /** @default the folder of the logs */
  readonly cwd?: string
  /** Where it must answer before it counts as started; a socket path is waited for as a file. */
  readonly listens: readonly (Place | string)[]
}

export interface Running {
  /** What it wrote to its output so far. */
  output(name: string): string
  pid(name: string): number | undefined
  stop(): Promise<void>
}

const PATIENCE_MS = 15_000

interface Started {
  readonly daemon: Daemon
  readonly child: ChildProcess
  readonly logFile: string
}

/** @throws when one does not come up; those that did are ended first. */
export async function startDaemons(folder: string, daemons: readonly Daemon[]): Promise<Running> {
  endLeftovers(folder)
  const started: Started[] = []
  const killAll = (): void => {
    for (const { child } of started) killGroup(child.pid)
  }
  process.once('exit', killAll)
  const stop = async (): Promise<void> => {
    process.off('exit', killAll)
    for (const { child } of started) signalGroup(child.pid, 'SIGTERM')
    await Promise.all(started.map(({ child }) => ended(child, 3_000)))
    killAll()
    rmSync(listOf(folder), { force: true })
  }
  try {
    for (const daemon of daemons) {
      await mustBeFree(daemon)
      started.push(start(folder, daemon))
      writeFileSync(listOf(folder), JSON.stringify(started.map(({ child, daemon }) => [child.pid, daemon.command[0]])))
    }
    await Promise.all(started.map(waitUntilUp))
  } catch (error) {
    await stop()
    throw error
  }
  const output = (name: string): string => {
    const found = started.find(({ daemon }) => daemon.name === name)
    return found ? readFileSync(found.logFile, 'utf8') : ''
  }
  const pid = (name: string): number | undefined => started.find(({ daemon }) => daemon.name === name)?.child.pid
  return { output, pid, stop }
}

function start(folder: string, daemon: Daemon): Started {
  const logFile = join(folder, `${daemon.name}.out`)
  const out = openSync(logFile, 'w')
  const [command = '', ...args] = daemon.command
  const { NODE_OPTIONS: _, ...inherited } = process.env
  const env = { ...inherited, ...daemon.env }
  const child = spawn(command, args, { env, stdio: ['ignore', out, out], detached: true, cwd: daemon.cwd ?? folder })
  // A program that cannot be started is told by waitUntilUp.
  child.on('error', () => undefined)
  return { daemon, child, logFile }
}

async function mustBeFree({ name, listens }: Daemon): Promise<void> {
  for (const place of listens)
    if (typeof place === 'string') rmSync(place, { force: true })
    else if (await answers(place)) throw new Error(`${name}: something else listens on ${place.address}:${place.port}`)
}

async function waitUntilUp({ daemon, child, logFile }: Started): Promise<void> {
  const late = AbortSignal.timeout(PATIENCE_MS)
  for (const place of daemon.listens)
    while (!(typeof place === 'string' ? existsSync(place) : await answers(place))) {
      if (late.aborted || child.exitCode !== null || child.pid === undefined)
        throw new Error(`${daemon.name} did not come up:\n${readFileSync(logFile, 'utf8')}`)
      await sleep(50)
    }
}

async function answers({ address, port }: Place): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect(port, address, () => resolve(true))
  socket.on('error', () => resolve(false))
  const open = await promise
  socket.destroy()
  return open
}

async function ended(child: ChildProcess, withinMs: number): Promise<void> {
  const late = AbortSignal.timeout(withinMs)
  while (child.exitCode === null && child.signalCode === null && child.pid !== undefined && !late.aborted)
    await sleep(20)
}

const listOf = (folder: string): string => join(folder, 'running.json')

function endLeftovers(folder: string): void {
  if (!existsSync(listOf(folder))) return
  const left = JSON.parse(readFileSync(listOf(folder), 'utf8')) as readonly (readonly [number, string])[]
  for (const [pid, command] of left) if (runs(pid, command)) killGroup(pid)
}

function runs(pid: number, command: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(command)
  } catch {
    // it is gone
    return false
  }
}

function killGroup(pid: number | undefined): void {
  signalGroup(pid, 'SIGKILL')
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // it is gone
  }
}
