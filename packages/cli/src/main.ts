/**
 * main: argv to command. The only owner of `process`, of the exit code and of signal handlers, and of the command-line parser.
 *
 * Policy.
 * - The first SIGINT or SIGTERM asks the command to finish; the second ends the process. What SIGINT ended has exit code 130,
 *   as shells expect; what SIGTERM ended has 143, unless the command finished in order, as `serve` does.
 * - A reader that goes away (`| head`) ends the command the same way, and without a word.
 * - Only a bug shows a stack.
 */
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { addAbortSignal } from 'node:stream'
import type { Check } from '@postrider/core'
import { CommanderError, Command as Parser } from 'commander'
import { COMMANDS, type Command, type Context, Interrupted, UsageError } from './command/index.ts'
import { EXIT, type ExitCode, exitCodeOf, fileProblem } from './terminal/index.ts'

const ENDED_BY = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated, SIGPIPE: EXIT.brokenPipe } as const

const stop = new AbortController()
let endedBy: keyof typeof ENDED_BY | undefined
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    if (endedBy !== undefined) process.exit(ENDED_BY[endedBy])
    askToStop(name)
  })
}
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // Nobody reads any more. What is under way is finished: a message may stand before its last reply.
    if (error.code === 'EPIPE') askToStop('SIGPIPE')
    else process.exit(EXIT.io)
  })
}

process.exitCode = await main(process.argv)

function askToStop(name: keyof typeof ENDED_BY): void {
  if (endedBy !== undefined) return
  endedBy = name
  stop.abort(new Error(`stopped by ${name}`))
}

async function main(argv: readonly string[]): Promise<ExitCode> {
  let exit: ExitCode = EXIT.ok
  const program = parser(code => {
    exit = code
  })
  try {
    await program.parseAsync([...argv])
  } catch (error) {
    exit = await report(error)
    if (endedBy === 'SIGTERM') return EXIT.terminated
  }
  return endedBy === undefined || endedBy === 'SIGTERM' ? exit : ENDED_BY[endedBy]
}

function parser(done: (code: ExitCode) => void): Parser {
  const program = new Parser('postrider')
    .description('Transactional mail: send it, see where it goes, and why it did not arrive.')
    .version(version(), '-V, --version')
    .option('--json', 'one JSON object per line instead of text')
    .option('--config <file>', 'configuration file (default: $POSTRIDER_CONFIG or ./postrider.yaml)')
    .showHelpAfterError('(postrider --help shows what there is)')
    .exitOverride()
  for (const command of COMMANDS) addCommand(program, command, done)
  return program
}

function addCommand(parent: Parser, command: Command, done: (code: ExitCode) => void): void {
  const parser = parent.command(command.name).description(command.summary).exitOverride()
  for (const { form, says } of command.args ?? []) parser.argument(form, says)
  for (const { form, says } of command.flags ?? []) parser.option(form, says)
  if (command.examples)
    parser.addHelpText('after', `\nExamples:\n${command.examples.map(line => `  ${line}`).join('\n')}`)
  for (const sub of command.subcommands ?? []) addCommand(parser, sub, done)
  const { run } = command
  if (run === undefined) return
  parser.option('--json', 'one JSON object per line instead of text').option('--config <file>', 'configuration file')
  parser.action(async () => {
    const flags = parser.optsWithGlobals()
    done(await run({ args: parser.args, flags }, context(flags.json === true), stop.signal))
  })
}

function terminalOf(stream: NodeJS.WriteStream): Context['out'] {
  return {
    interactive: stream.isTTY === true,
    plain: Boolean(process.env.NO_COLOR),
    stream,
    write: text => {
      stream.write(text)
    },
  }
}

function context(json: boolean): Context {
  return {
    out: terminalOf(process.stdout),
    err: terminalOf(process.stderr),
    json,
    env: process.env,
    cwd: process.cwd(),
    stdin: {
      isTTY: process.stdin.isTTY,
      // Whoever waits for input hears that it shall stop.
      [Symbol.asyncIterator]: () => addAbortSignal(stop.signal, process.stdin)[Symbol.asyncIterator](),
    },
    now: Date.now,
    onReload: call => {
      process.on('SIGHUP', call)
      return () => process.off('SIGHUP', call)
    },
  }
}

async function report(error: unknown): Promise<ExitCode> {
  // commander has printed help, version or its complaint already
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  if (error instanceof Interrupted) return complain(error.message, undefined, EXIT.interrupted)
  if (error instanceof UsageError) return complain(error.message, error.fix, EXIT.usage)
  if (isMailerError(error)) {
    const { code, message, checks = [] } = error
    if (code === 'aborted' && stop.signal.aborted) return EXIT.tempFail
    if (checks.length === 0) return complain(message, error.fix, exitCodeOf(code))
    // The message says what the checks say, on one line.
    complain(message.slice(0, message.indexOf(':')), undefined, exitCodeOf(code))
    const { printRefusal } = await import('./command/refusal.ts')
    process.stderr.write(await printRefusal(checks, terminalOf(process.stderr)))
    return exitCodeOf(code)
  }
  const file = fileProblem(error)
  if (file !== undefined) return complain(file.problem, file.fix, file.exit)
  if (stop.signal.aborted && (error === stop.signal.reason || (error as Error).name === 'AbortError'))
    return EXIT.tempFail
  process.stderr.write(`postrider: ${error instanceof Error ? error.stack : String(error)}\n`)
  return EXIT.software
}

type Refused = Error & { readonly code: string; readonly fix?: string; readonly checks?: readonly Check[] }

function isMailerError(error: unknown): error is Refused {
  return error instanceof Error && error.name === 'MailerError'
}

function complain(message: string, fix: string | undefined, code: ExitCode): ExitCode {
  process.stderr.write(
    `postrider: ${message}\n${fix === undefined ? '' : `  fix: ${fix.replaceAll('\n', '\n       ')}\n`}`,
  )
  return code
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
