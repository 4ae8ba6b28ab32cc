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
import { errorInLanguage } from '@postrider/core/language'
import { CommanderError, Command as Parser } from 'commander'
import { COMMANDS, type Command, type Context, Interrupted, UsageError } from './command/index.ts'
import { say } from './language/commands.ts'
import { helpText } from './language/help.ts'
import { LANGUAGES, languageFor, speak } from './language/languages.ts'
import { complaintInLanguage } from './language/typed.ts'
import { widthOf, wrapTo } from './language/width.ts'
import { word } from './language/words.ts'
import { EXIT, type ExitCode, exitCodeOf, fileProblem } from './terminal/index.ts'

const ENDED_BY = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated, SIGPIPE: EXIT.brokenPipe } as const

const HEADINGS = {
  usage: 'help.usage',
  arguments: 'help.arguments',
  options: 'help.options',
  commands: 'help.commands',
} as const

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
  try {
    await chooseLanguage(argv)
    const program = parser(code => {
      exit = code
    })
    await program.parseAsync([...argv])
  } catch (error) {
    exit = await report(error)
    if (endedBy === 'SIGTERM') return EXIT.terminated
  }
  return endedBy === undefined || endedBy === 'SIGTERM' ? exit : ENDED_BY[endedBy]
}

/** Before the parser is built: its help is said in that language. */
async function chooseLanguage(argv: readonly string[]): Promise<void> {
  const [flag] = argv.flatMap((word, at) =>
    word === '--lang' ? [argv[at + 1]] : (/^--lang=(.*)$/.exec(word)?.[1] ?? []),
  )
  const language = languageFor(flag, process.env)
  if (language === undefined)
    throw new UsageError(
      say('lang.unknown', { wanted: flag ?? '' }),
      say('lang.known', { languages: Object.keys(LANGUAGES) }),
    )
  if (!argv.includes('--json')) await speak(language)
}

function parser(done: (code: ExitCode) => void): Parser {
  const program = new Parser('postrider')
    .description(say('help.program'))
    .version(version(), '-V, --version', say('help.version'))
    .option('--json', say('help.json'))
    .option('--config <file>', say('help.config'))
    .option('--lang <tag>', say('help.lang', { languages: Object.keys(LANGUAGES) }))
    .helpOption('-h, --help', say('help.help'))
    .helpCommand(false)
    .configureHelp({ displayWidth: widthOf, boxWrap: wrapTo, styleTitle: heading })
    .configureOutput({ outputError: (text, write) => write(complaintInLanguage(text)) })
    .showHelpAfterError(say('help.after-error'))
    .exitOverride()
  for (const command of COMMANDS) addCommand(program, command, done)
  return program
}

/** The headings that the parser writes above the parts of a help. */
function heading(title: string): string {
  const name = title.replace(/:$/, '').toLowerCase()
  return name in HEADINGS ? say(HEADINGS[name as keyof typeof HEADINGS]) : title
}

function addCommand(
  parent: Parser,
  command: Command,
  done: (code: ExitCode) => void,
  above: readonly string[] = [],
): void {
  const path = [...above, command.name]
  const parser = parent.command(command.name).description(helpText(path, command.summary)).exitOverride()
  parser.helpOption('-h, --help', say('help.help')).helpCommand(false)
  for (const { form, says } of command.args ?? []) parser.argument(form, helpText(path, says, form))
  for (const { form, says } of command.flags ?? []) parser.option(form, helpText(path, says, form))
  if (command.examples)
    parser.addHelpText('after', `\n${say('help.examples')}\n${command.examples.map(line => `  ${line}`).join('\n')}`)
  for (const sub of command.subcommands ?? []) addCommand(parser, sub, done, path)
  const { run } = command
  if (run === undefined) return
  parser
    .option('--json', say('help.json'))
    .option('--config <file>', say('help.config'))
    .option('--lang <tag>', say('help.lang', { languages: Object.keys(LANGUAGES) }))
  parser.action(async () => {
    const flags = parser.optsWithGlobals()
    done(await run({ args: parser.args, flags }, context(flags.json === true), stop.signal))
  })
}

function terminalOf(stream: NodeJS.WriteStream): Context['out'] {
  return {
    interactive: stream.isTTY === true,
    plain: Boolean(process.env.NO_COLOR),
    get columns() {
      return stream.isTTY ? stream.columns : undefined
    },
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
    complain(message.replace(/: .*$/s, ''), undefined, exitCodeOf(code))
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

/** In the language of this process: what is thrown is English. */
function complain(message: string, fix: string | undefined, code: ExitCode): ExitCode {
  const lines = [`postrider: ${errorInLanguage(message)}`]
  if (fix !== undefined) {
    const told = word('pair', { name: word('finding.fix'), value: '' })
    const indent = `\n${' '.repeat(2 + widthOf(told))}`
    lines.push(`  ${told}${errorInLanguage(fix).replaceAll('\n', indent)}`)
  }
  process.stderr.write(`${lines.join('\n')}\n`)
  return code
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
