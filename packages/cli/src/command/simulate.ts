/**
 * simulate: a large provider that speaks SMTP, to try out what it would say to a sender.
 *
 * Policy. It keeps no mail. What it says of a sender is printed as it is said; what it hides is not, so that nobody is tuned to it.
 *
 * Not here: how providers behave (@postrider/core/testing).
 */
import type { ProviderSimulator, SimulatedAnswer, SimulatedProvider } from '@postrider/core/testing'
import { say } from '../language/commands.ts'
import { EXIT, type ExitCode } from '../terminal/index.ts'
import { type Command, type Context, type Input, textFlag, UsageError } from './command.ts'
import { ipFlags, wholeNumberFlag } from './flag-values.ts'
import { untilStopped } from './until-stopped.ts'

export const simulate: Command = {
  name: 'simulate',
  summary: 'Play a large provider on a port of SMTP: its replies, its quotas, its memory of a sender.',
  args: [{ form: '<provider>', says: 'such as gmail, outlook, yahoo, t-online, qq or netease' }],
  flags: [
    { form: '--listen <address>', says: 'where it listens (default 127.0.0.1:2525)' },
    { form: '--seed <n>', says: 'what its hidden quotas are drawn from (default 1)' },
    { form: '--known <ip...>', says: 'addresses on its allow-list, where it has one' },
    { form: '--blocked <ip...>', says: 'addresses on its block list' },
    { form: '--complaints <n>', says: 'how many of a million messages somebody complains of (default 0)' },
    { form: '--unauthenticated', says: 'it finds that SPF, DKIM and DMARC fail' },
    { form: '--nameless', says: 'it finds no confirmed name for the addresses that connect' },
  ],
  examples: ['postrider simulate gmail', 'postrider simulate netease --listen 127.0.0.1:2526 --seed 7 --json'],
  run,
}

const MOST_SEED = 2 ** 32 - 1
const MILLION = 1_000_000

async function run(input: Input, context: Context, signal: AbortSignal): Promise<ExitCode> {
  const { simulateProvider } = await import('@postrider/core/testing')
  const [provider = ''] = input.args
  const seed = wholeNumberFlag(input, 'seed', { least: 0, most: MOST_SEED }) ?? 1
  const complaints = wholeNumberFlag(input, 'complaints', { least: 0, most: MILLION }) ?? 0
  const listen = listenFlag(input)
  const options = {
    ...{ ...listen, seed, complaints: complaints / MILLION },
    known: await ipFlags(input, 'known'),
    blocked: await ipFlags(input, 'blocked'),
    authentication: input.flags.unauthenticated === true ? 'fail' : 'pass',
    reverseName: input.flags.nameless === true ? 'fail' : 'pass',
    told: (said: SimulatedAnswer) => context.out.write(`${context.json ? JSON.stringify(said) : answered(said)}\n`),
  } as const
  const starting = simulateProvider(provider as SimulatedProvider, options)
  await using simulator = await starting.catch(error => {
    throw whatIsTyped(error, listen) ?? error
  })
  begin(simulator, seed, context)
  await untilStopped(signal)
  const { counts } = simulator
  context.out.write(`${context.json ? JSON.stringify({ counts }) : say('simulate.counts', counts)}\n`)
  return EXIT.ok
}

function begin({ provider, host, address, port }: ProviderSimulator, seed: number, { out, json }: Context): void {
  const smtp = `smtp://${address.includes(':') ? `[${address}]` : address}:${port}`
  out.write(
    `${json ? JSON.stringify({ provider, host, smtp, seed }) : say('simulate.listening', { host, smtp, seed })}\n`,
  )
}

function answered({ at, address, sender, moment, recipients, reply }: SimulatedAnswer): string {
  const said = reply === '' ? say('simulate.hung-up') : reply.replaceAll('\r\n', ' ')
  return `${new Date(at).toISOString()} ${address} ${sender === '' ? '-' : sender} ${moment} ${recipients} ${said}`
}

interface Listen {
  readonly address: string
  readonly port: number
}

function listenFlag(input: Input): Listen {
  const text = textFlag(input, 'listen') ?? '127.0.0.1:2525'
  const [, v6, v4, port = ''] = /^(?:\[([\da-f:.]+)\]|([\d.]+)):(\d{1,5})$/i.exec(text) ?? []
  const address = v6 ?? v4
  if (address === undefined) throw new UsageError(`--listen: ${say('simulate.listen', { text })}`)
  return { address, port: Number(port) }
}

function whatIsTyped(error: unknown, { address, port }: Listen): UsageError | undefined {
  const { code = '', syscall } = error as NodeJS.ErrnoException
  if (syscall === 'listen' || syscall === 'bind')
    return new UsageError(`--listen: ${say('simulate.taken', { address, port, code })}`)
  return code === 'invalid-option' ? new UsageError((error as Error).message) : undefined
}
