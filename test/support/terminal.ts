/**
 * Terminal: a command of the program run in this process, with what it wrote. Commands are data, so no process is needed to
 * see what they do; main.ts has tests of its own.
 */
import { Readable } from 'node:stream'
import type { MailerSeams } from '@postrider/core'
import { COMMANDS, type Command, type Context } from '../../packages/cli/src/command/index.ts'

export interface Typed {
  readonly cwd: string
  readonly flags?: Readonly<Record<string, string | boolean | readonly string[]>>
  readonly json?: boolean
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
  readonly now?: number
  readonly seams?: MailerSeams
  /** Sees what the command writes, as it writes it. */
  readonly onOut?: (text: string) => void
  readonly signal?: AbortSignal
}

export interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** @param line the command with its arguments, such as `user add forum` */
export async function type(line: string, typed: Typed): Promise<Said> {
  const { command, args } = find(COMMANDS, line.split(' '))
  const out: string[] = []
  const err: string[] = []
  const { cwd, flags = {}, json = false, env = {}, stdin = '', now = Date.now(), seams, onOut } = typed
  const write = (text: string): void => {
    out.push(text)
    onOut?.(text)
  }
  const context: Context = {
    out: { interactive: false, write },
    err: { interactive: false, write: text => void err.push(text) },
    json,
    env,
    cwd,
    stdin: Readable.from([Buffer.from(stdin)]),
    now: () => now,
    ...(seams === undefined ? {} : { seams }),
  }
  const code = await command.run!({ args, flags }, context, typed.signal ?? new AbortController().signal)
  return { code, out: out.join(''), err: err.join('') }
}

function find(commands: readonly Command[], words: readonly string[]): { command: Command; args: readonly string[] } {
  const [first, ...rest] = words
  const command = commands.find(({ name }) => name === first)
  if (command === undefined) throw new Error(`there is no command ${first}`)
  if (command.run === undefined) return find(command.subcommands ?? [], rest)
  return { command, args: rest }
}
