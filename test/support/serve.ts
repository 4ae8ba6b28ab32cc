/**
 * Serve: `postrider serve` in a process of its own, as an operator runs it, and what the system says of that process.
 *
 * Policy. On ports that stay the same, so that it can be killed and started again under its clients. Its log goes to a file.
 * Memory and descriptors are read from /proc; the heap after a collection from the probe.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePorts } from './ports.ts'

const PROGRAM = join(import.meta.dirname, '../../packages/cli/bin/postrider.js')
const PROBE = join(import.meta.dirname, 'probe.ts')
const PATIENCE_MS = 120_000

export interface ServedPorts {
  readonly starttls: number
  readonly tls: number
  readonly plain: number
  readonly admin: number
}

export interface ServeWishes {
  /** For the configuration and the log. */
  readonly folder: string
  readonly address: string
  /** As in postrider.yaml. */
  readonly options: { readonly relay: object } & Readonly<Record<string, unknown>>
}

export interface Probed {
  readonly heldBytes: number
  readonly stallMs: number
}

export interface Descriptors {
  readonly sockets: number
  readonly others: number
}

export class ServedRelay {
  readonly address: string
  readonly ports: ServedPorts
  readonly logFile: string
  readonly #config: string
  #child: ChildProcess | undefined
  #said = ''

  private constructor(address: string, ports: ServedPorts, folder: string) {
    this.address = address
    this.ports = ports
    this.logFile = join(folder, 'relay.log')
    this.#config = join(folder, 'postrider.yaml')
  }

  /** Writes the configuration: `options` beside where it listens, on free ports of `address`. */
  static async prepare({ folder, address, options }: ServeWishes): Promise<ServedRelay> {
    const [starttls = 0, tls = 0, plain = 0, admin = 0] = await freePorts(address, 4)
    const relay = new ServedRelay(address, { starttls, tls, plain, admin }, folder)
    const listen = [`${address}:${starttls}`, `${address}:${tls}/tls`, `${address}:${plain}/plain`]
    const section = { ...options.relay, listen, admin: { listen: `${address}:${admin}`, token: TOKEN } }
    // JSON is YAML.
    writeFileSync(relay.#config, JSON.stringify({ ...options, relay: section }))
    return relay
  }

  get running(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null
  }

  async start(level: 'info' | 'warn' = 'warn'): Promise<void> {
    const log = openSync(this.logFile, 'a')
    const flags = ['--conditions=@postrider/source', '--expose-gc', '--import', PROBE]
    const child = spawn(process.execPath, [...flags, PROGRAM, 'serve', '--config', this.#config, '--log', level], {
      stdio: ['ignore', log, 'pipe'],
    })
    this.#child = child
    this.#said = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#said += text
    })
    await this.#says(/listening on/)
  }

  /** What it wrote to standard error since it was started. */
  get said(): string {
    return this.#said
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** As an operator does; its exit code. */
  async stop(): Promise<number | null> {
    await this.#end('SIGTERM')
    return this.#child?.exitCode ?? null
  }

  async ask(path: string): Promise<Response> {
    return await fetch(`http://${this.address}:${this.ports.admin}${path}`, {
      headers: { authorization: `Bearer ${TOKEN}` },
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
  }

  /** Messages in the queue. */
  async queued(): Promise<number> {
    const metrics = await (await this.ask('/metrics')).text()
    return Number(/^postrider_queue_messages (\d+)$/m.exec(metrics)?.[1])
  }

  /** Resident memory, in octets. */
  residentBytes(): number {
    const status = readFileSync(`/proc/${this.#pid}/status`, 'latin1')
    return 1024 * Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0)
  }

  descriptors(): Descriptors {
    const folder = `/proc/${this.#pid}/fd`
    const targets = readdirSync(folder).map(name => targetOf(join(folder, name)))
    const sockets = targets.filter(target => target.startsWith('socket:')).length
    return { sockets, others: targets.length - sockets }
  }

  /** What the probe says: octets that are left after a collection, on the heap and beside it, and the longest stall. */
  async probe(): Promise<Probed> {
    const before = this.#said.length
    this.#child?.kill('SIGUSR2')
    const [, json = '{}'] = await this.#says(/probe (\{.*\})\n/, before)
    const { heap, outside, stallMs } = JSON.parse(json) as { heap: number; outside: number; stallMs: number }
    return { heldBytes: heap + outside, stallMs }
  }

  get #pid(): number {
    return this.#child?.pid ?? -1
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    if (child === undefined || !this.running) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }

  async #says(pattern: RegExp, from = 0): Promise<RegExpExecArray> {
    const late = AbortSignal.timeout(PATIENCE_MS)
    for (;;) {
      const found = pattern.exec(this.#said.slice(from))
      if (found) return found
      if (!this.running) throw new Error(`the relay has ended:\n${this.#said}`)
      if (late.aborted) throw new Error(`the relay did not say ${pattern}:\n${this.#said}`)
      await sleep(20)
    }
  }
}

const TOKEN = 'token of a test'

function targetOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    // Closed while we looked.
    return ''
  }
}
