/**
 * serve: run the submission relay. The only command that lives until it is told to stop.
 *
 * Policy. The first SIGTERM finishes what is under way; SIGHUP reads the configuration and the certificates again, without
 * dropping a session. What was made at first start is printed with the records to publish.
 *
 * Not here: the relay (@postrider/relay).
 */
import type { Relay } from '@postrider/relay'
import { EXIT, type ExitCode } from '../terminal/index.ts'
import { type Command, type Context, type Input, textFlag, UsageError } from './command.ts'
import { readOptions } from './mailer.ts'

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
    throw new UsageError(`--log: found "${level}", wanted debug, info, warn or error`)
  }
  const grace = Number(textFlag(input, 'grace') ?? 30)
  if (!(grace >= 0)) throw new UsageError(`--grace: found "${input.flags.grace}", wanted a number of seconds`)
  const { createRelay, openLog } = await import('@postrider/relay')
  const config = await readOptions(input, context)
  const log = await openLog({ level })
  for (const text of config.warnings) log.logger.warn({ event: 'config' }, text)
  const relay = await createRelay(config, { logger: log.logger })
  const stopReloading = context.onReload?.(() => void reload(relay, input, context))
  try {
    for (const line of relay.told) context.err.write(`${line}\n`)
    const bound = await relay.listen()
    context.err.write(`listening on ${bound.map(({ host, port }) => `${bracketed(host)}:${port}`).join(', ')}\n`)
    await untilStopped(signal)
    return EXIT.ok
  } finally {
    stopReloading?.()
    await relay.close({ withinMs: grace * 1000 })
    log.flush()
  }
}

/** What is wrong with a new configuration is told; the old one stays in force. */
async function reload(relay: Relay, input: Input, context: Context): Promise<void> {
  try {
    await relay.reload(await readOptions(input, context))
    context.err.write('configuration read again\n')
  } catch (error) {
    context.err.write(`configuration not taken: ${(error as Error).message}\n`)
  }
}

function untilStopped(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
