/**
 * Child: a program in a process of its own, that a test can watch, kill and wait for.
 *
 * Policy. TypeScript children run from source on the runtime of the test. What a test starts dies with it: `stop` is
 * idempotent, and a child that ignores SIGTERM is killed.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface ChildOptions {
  readonly args?: readonly string[]
  readonly nodeOptions?: readonly string[]
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
  /** Written to its standard input, which is closed then. */
  readonly input?: string | Uint8Array
}

export interface Child {
  readonly pid: number
  /** Everything it has written so far. */
  stdout(): string
  stderr(): string
  /** The first match in what it writes to standard output, now or later. @throws when it ends or `withinMs` is over before. */
  says(pattern: RegExp, withinMs?: number): Promise<RegExpMatchArray>
  kill(signal: NodeJS.Signals): void
  ended(): Promise<Ended>
  /** SIGTERM, then SIGKILL after `withinMs`. */
  stop(withinMs?: number): Promise<Ended>
}

const SOURCE = '--conditions=@postrider/source'
const PATIENCE_MS = 60_000

/** Runs a TypeScript file of this repository from source. */
export function startNode(file: string, options: ChildOptions = {}): Child {
  return startProgram(process.execPath, {
    ...options,
    args: [SOURCE, ...(options.nodeOptions ?? []), file, ...(options.args ?? [])],
  })
}

/** Runs module code given as text to its end. */
export function runScript(code: string, options: ChildOptions = {}): Promise<Ended> {
  const args = [SOURCE, ...(options.nodeOptions ?? []), '--input-type=module', '--eval', code, ...(options.args ?? [])]
  return startProgram(process.execPath, { ...options, args }).ended()
}

export function runNode(file: string, options: ChildOptions = {}): Promise<Ended> {
  return startNode(file, options).ended()
}

export function runProgram(command: string, options: Omit<ChildOptions, 'nodeOptions'> = {}): Promise<Ended> {
  return startProgram(command, options).ended()
}

const living = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL')
})

export function startProgram(command: string, options: Omit<ChildOptions, 'nodeOptions'> = {}): Child {
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env
  const child = spawn(command, [...(options.args ?? [])], {
    env: { ...inherited, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  })
  living.add(child)
  child.on('exit', () => living.delete(child))
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text
    })
  // A child that does not read its input is no fault of the test.
  child.stdin.on('error', () => undefined)
  child.stdin.end(options.input ?? '')
  const end = waitFor(child).then(([code, signal]): Ended => ({ code, signal, ...output }))
  // Whoever asks for the end sees the failure to start.
  end.catch(() => undefined)
  return {
    pid: child.pid ?? -1,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    says: (pattern, withinMs = PATIENCE_MS) => says({ end, pattern, withinMs, text: () => output.stdout }),
    kill: signal => void child.kill(signal),
    ended: () => end,
    stop: async (withinMs = 20_000) => {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), withinMs)
      return await end.finally(() => clearTimeout(timer))
    },
  }
}

async function waitFor(child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
  return (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
}

interface Saying {
  readonly end: Promise<Ended>
  readonly pattern: RegExp
  readonly withinMs: number
  readonly text: () => string
}

const LOOK_EVERY_MS = 20

async function says({ end, pattern, withinMs, text }: Saying): Promise<RegExpMatchArray> {
  const late = AbortSignal.timeout(withinMs)
  let over: Ended | undefined
  void end.then(ended => {
    over = ended
  })
  for (;;) {
    const match = pattern.exec(text())
    if (match !== null) return match
    if (over !== undefined)
      throw new Error(`it ended (${over.code ?? over.signal}) without ${pattern}:\n${over.stdout}${over.stderr}`)
    if (late.aborted) throw new Error(`it did not say ${pattern} within ${withinMs} ms:\n${text()}`)
    await sleep(LOOK_EVERY_MS)
  }
}
