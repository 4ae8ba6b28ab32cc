/**
 * ProviderProcess: simulated providers in a process of their own, which sees of a sender nothing but its sessions, and goes by the clock that
 * it is sent.
 *
 * Run by itself it is that process: its argument says which providers, its channel what time it is.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import {
  FakeClock,
  type ProviderSimulator,
  type SimulatedProvider,
  type SimulatorCounts,
  simulateProvider,
} from '@postrider/core/testing'

export interface Simulated {
  readonly provider: SimulatedProvider
  readonly host: string
  readonly address: string
  readonly port: number
}

export interface Providers extends AsyncDisposable {
  readonly all: readonly Simulated[]
  /** It is that time there, too. */
  setTime(now: number): Promise<void>
  counts(): Promise<Readonly<Record<string, SimulatorCounts>>>
}

interface Asked {
  readonly providers: readonly SimulatedProvider[]
  readonly seed: number
  readonly now: number
  readonly blocked?: readonly string[]
  readonly known?: readonly string[]
}

interface Told {
  readonly all?: readonly Simulated[]
  readonly counts?: Readonly<Record<string, SimulatorCounts>>
}

/** One at 127.0.0.21, the next at .22, all on one port. */
export async function startProviders(asked: Asked): Promise<Providers> {
  const child = fork(import.meta.filename, [JSON.stringify(asked)], { execArgv: ['--conditions=@postrider/source'] })
  const { all = [] } = await told(child)
  return {
    all,
    setTime: async now => {
      child.send({ now })
      await told(child)
    },
    counts: async () => {
      child.send({ counts: true })
      return (await told(child)).counts ?? {}
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.disconnect()
      await once(child, 'exit')
    },
  }
}

async function told(child: ChildProcess): Promise<Told> {
  const ended = new AbortController()
  const [message] = await Promise.race([
    once(child, 'message', { signal: ended.signal }),
    once(child, 'exit', { signal: ended.signal }).then(() => Promise.reject(new Error('the providers ended'))),
  ]).finally(() => ended.abort())
  return message as Told
}

async function serve({ providers, seed, now, ...options }: Asked): Promise<void> {
  const clock = new FakeClock(now)
  const running: ProviderSimulator[] = []
  for (const [index, provider] of providers.entries()) {
    const address = `127.0.0.${21 + index}`
    const port = running[0]?.port ?? 0
    running.push(await simulateProvider(provider, { seed: seed * 100 + index, clock, address, port, ...options }))
  }
  const say = (told: Told): boolean => process.send?.(told) ?? false
  process.on('message', (message: { readonly now?: number; readonly counts?: true }) => {
    if (message.now !== undefined) clock.step(message.now - clock.now())
    say(message.counts ? { counts: Object.fromEntries(running.map(({ provider, counts }) => [provider, counts])) } : {})
  })
  process.on('disconnect', () => process.exit())
  say({ all: running.map(({ provider, host, address, port }) => ({ provider, host, address, port })) })
}

if (process.argv[1] === import.meta.filename) await serve(JSON.parse(process.argv[2] ?? '') as Asked)
