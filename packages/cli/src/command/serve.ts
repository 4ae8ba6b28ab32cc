/**
 * serve: run the submission relay. The only command that lives until it is told to stop.
 *
 * Policy. The first SIGTERM finishes what is under way. SIGHUP, and a change of the configuration file or of a DKIM key, make the
 * relay take what they say, without dropping a session. What was made is printed with the records to publish.
 *
 * Not here: the relay, and what a reload takes (@postrider/relay).
 */

import { resolve } from 'node:path'
import type { Logger } from '@postrider/core'
import type { Relay, RelayConfig, RelayInterface } from '@postrider/relay'
import { say } from '../language/commands.ts'
import { EXIT, type ExitCode } from '../terminal/index.ts'
import { type Command, type Context, type Input, textFlag, UsageError } from './command.ts'
import { followFiles } from './follow-files.ts'
import { readOptions } from './mailer.ts'
import { untilStopped } from './until-stopped.ts'

export const serve: Command = {
  name: 'serve',
  summary: 'Run the submission relay: log in, hand mail over, have it delivered.',
  flags: [
    { form: '--log <level>', says: 'debug, info (default), warn or error' },
    { form: '--grace <seconds>', says: 'how long running work may take at the end (default 30)' },
  ],
  examples: ['postrider serve', 'postrider serve --config /etc/postrider/postrider.yaml --log warn'],
  run,
}

async function run(input: Input, context: Context, signal: AbortSignal): Promise<ExitCode> {
  const level = textFlag(input, 'log') ?? context.env.POSTRIDER_LOG ?? 'info'
  if (level !== 'debug' && level !== 'info' && level !== 'warn' && level !== 'error') {
    throw new UsageError(say('usage.log', { level }))
  }
  const grace = Number(textFlag(input, 'grace') ?? 30)
  if (!(grace >= 0)) throw new UsageError(say('usage.grace', { grace: String(input.flags.grace) }))
  const { createRelay, openLog } = await import('@postrider/relay')
  const config = await readOptions(input, context)
  const log = await openLog({ level })
  for (const text of config.warnings) log.logger.warn({ event: 'config' }, text)
  const relay = await createRelay(config, { logger: log.logger, readConfig: () => readOptions(input, context) })
  const stopFollowing = await follow({ relay, input, context, logger: log.logger, config })
  try {
    for (const line of relay.told) context.err.write(`${line}\n`)
    const bound = await relay.listen()
    context.err.write(`listening on ${bound.map(({ host, port }) => `${bracketed(host)}:${port}`).join(', ')}\n`)
    const http = relay.httpAddresses.map(({ host, port }) => `${bracketed(host)}:${port}`)
    if (http.length > 0) context.err.write(`${say('serve.listening', { addresses: http })}\n`)
    for (const line of firstSight(relay.interface, context)) context.err.write(`${line}\n`)
    await untilStopped(signal)
    return EXIT.ok
  } finally {
    stopFollowing()
    await relay.close({ withinMs: grace * 1000 })
    log.flush()
  }
}

/** What lets somebody in is shown on a terminal: where this is kept, as by a journal, it stands in a file alone. */
function firstSight({ urls, firstLogin }: RelayInterface, { err }: Context): readonly string[] {
  if (urls.length === 0) return []
  const where = say('serve.interface', { urls })
  if (firstLogin === undefined) return [where]
  const { file, url } = firstLogin
  return [where, err.interactive ? say('serve.first-login', { url, file }) : say('serve.first-login-file', { file })]
}

interface Serving {
  readonly relay: Relay
  readonly input: Input
  readonly context: Context
  readonly logger: Logger
  readonly config: RelayConfig
}

/** Reloads at SIGHUP, and when a file changes that a reload reads. */
async function follow(serving: Serving): Promise<() => void> {
  const { relay, context } = serving
  const { systemClock } = await import('@postrider/core')
  let file = serving.config.file
  let stopFiles = (): void => {}
  const again = (): void => {
    reload(serving)
      .then(taken => {
        if (taken !== undefined) file = taken.file
        followAgain()
      })
      .catch((error: Error) => context.err.write(`${say('serve.not-followed', { message: error.message })}\n`))
  }
  const followAgain = (): void => {
    stopFiles()
    const files = [file ?? resolve(context.cwd, 'postrider.yaml'), ...relay.readFiles]
    stopFiles = followFiles([...new Set(files.map(each => resolve(context.cwd, each)))], systemClock, again)
  }
  followAgain()
  const stopReloading = context.onReload?.(again)
  return () => {
    stopFiles()
    stopFiles = () => {}
    stopReloading?.()
  }
}

/** What is wrong with a new configuration is told; the old one stays in force. */
async function reload({ relay, input, context, logger }: Serving): Promise<RelayConfig | undefined> {
  let config: RelayConfig | undefined
  try {
    config = await readOptions(input, context)
    const { told, needsRestart } = await relay.reload(config)
    for (const line of told) context.err.write(`${line}\n`)
    const rest = needsRestart.length === 0 ? '' : say('serve.restart-needed', { options: needsRestart })
    context.err.write(`${say('serve.read-again', { rest })}\n`)
    return config
  } catch (error) {
    const { message } = error as Error
    // What the relay refused, it has logged.
    if (config === undefined) logger.error({ event: 'reload-refused', problem: message }, 'configuration not read')
    context.err.write(`${say('serve.not-taken', { message })}\n`)
    return config
  }
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
