/**
 * Command: one verb of the program as data, so that main.ts can build the parser and the help from it, and tests can run
 * it without a process.
 */
import type { MailerSeams } from '@postrider/core'
import type { ExitCode, Terminal } from '../terminal/index.ts'

export interface Flag {
  /** In the parser's notation: `-s, --subject <text>`; `<x...>` may be given several times. */
  readonly form: string
  readonly says: string
}

/** What was typed: arguments in order, and flags by their camel-case name. */
export interface Input {
  readonly args: readonly string[]
  readonly flags: Readonly<Record<string, string | boolean | readonly string[] | undefined>>
}

export interface Context {
  readonly out: Terminal
  readonly err: Terminal
  /** `--json` was given. */
  readonly json: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly stdin: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean }
  readonly now: () => number
  /** What the mailer of the command is built with, for tests. */
  readonly seams?: MailerSeams
  /** Calls back when the configuration is to be read again (SIGHUP). Returns the function that stops it. */
  readonly onReload?: (call: () => void) => () => void
}

export interface Command {
  readonly name: string
  readonly summary: string
  /** In the parser's notation: `<domain>`, `[address]`, `<id...>`. */
  readonly args?: readonly { readonly form: string; readonly says: string }[]
  readonly flags?: readonly Flag[]
  readonly examples?: readonly string[]
  readonly subcommands?: readonly Command[]
  readonly run?: (input: Input, context: Context, signal: AbortSignal) => Promise<ExitCode>
}

export function textFlag(input: Input, name: string): string | undefined {
  const value = input.flags[name]
  return typeof value === 'string' ? value : undefined
}

export function listFlag(input: Input, name: string): readonly string[] {
  const value = input.flags[name]
  return Array.isArray(value) ? (value as readonly string[]) : typeof value === 'string' ? [value] : []
}

/** What was typed cannot be understood; main.ts prints it and ends with EX_USAGE. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError'
  readonly fix: string | undefined

  constructor(message: string, fix?: string) {
    super(message)
    this.fix = fix
  }
}

/** Somebody pressed Ctrl-C where something was asked. */
export class Interrupted extends Error {
  override readonly name: string = 'Interrupted'
}
