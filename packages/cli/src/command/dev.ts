/**
 * dev: a mail server for who works on an app: takes all mail, delivers none, and shows it. No configuration is read.
 *
 * Policy. It listens on this machine alone and lets anybody in. What it keeps is in a folder of the system's for temporary files, and
 * goes with it, unless a folder is named.
 *
 * Not here: capturing (@postrider/relay).
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { say } from '../language/commands.ts'
import { EXIT, type ExitCode } from '../terminal/index.ts'
import { type Command, type Context, type Input, textFlag, UsageError } from './command.ts'
import { untilStopped } from './until-stopped.ts'

export const dev: Command = {
  name: 'dev',
  summary: 'Take all mail of an app and deliver none: an inbox for development and tests.',
  flags: [
    { form: '--smtp <port>', says: 'the port of SMTP on 127.0.0.1 (default 1025)' },
    { form: '--http <port>', says: 'the port of HTTP on 127.0.0.1 (default 8025)' },
    { form: '--folder <path>', says: 'where captured mail is kept (default: a temporary folder, removed at the end)' },
    { form: '--most <messages>', says: 'how many messages are kept (default 5000)' },
  ],
  examples: ['postrider dev', 'POSTRIDER_DEV_URL=http://127.0.0.1:8025 node app.js'],
  run,
}

const SMTP_PORT = 1025
const HTTP_PORT = 8025
const MOST = 5000
const GRACE_MS = 2000

async function run(input: Input, context: Context, signal: AbortSignal): Promise<ExitCode> {
  const smtp = numberFlag(input, 'smtp', SMTP_PORT, 65_535)
  const http = numberFlag(input, 'http', HTTP_PORT, 65_535)
  const messages = numberFlag(input, 'most', MOST, 1_000_000)
  const named = textFlag(input, 'folder')
  const folder = named === undefined ? await mkdtemp(join(tmpdir(), 'postrider-dev-')) : resolve(context.cwd, named)
  try {
    return await serve({ smtp, http, messages, folder }, context, signal)
  } finally {
    if (named === undefined) await rm(folder, { recursive: true, force: true })
  }
}

interface Place {
  readonly smtp: number
  readonly http: number
  readonly messages: number
  readonly folder: string
}

async function serve(
  { smtp, http, messages, folder }: Place,
  context: Context,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { createRelay } = await import('@postrider/relay')
  await using relay = await createRelay({
    hostname: 'dev.localhost',
    queue: { path: join(folder, 'queue.db') },
    preflight: 'off',
    relay: {
      listen: [`127.0.0.1:${smtp}/plain`],
      trustedNetworks: ['127.0.0.0/8'],
      http: { listen: [`127.0.0.1:${http}/plain`], requestsPerSecond: 0 },
      capture: { enabled: true, anyone: true, messages },
    },
  })
  await relay.listen()
  const [smtpPort, httpPort] = [relay.addresses[0]?.port, relay.httpAddresses[0]?.port]
  const url = `http://127.0.0.1:${httpPort}`
  if (context.json) context.out.write(`${JSON.stringify({ url, smtp: `smtp://127.0.0.1:${smtpPort}` })}\n`)
  else context.out.write(`${say('dev.listening', { url, smtp: `smtp://127.0.0.1:${smtpPort}` })}\n`)
  await untilStopped(signal)
  await relay.close({ withinMs: GRACE_MS })
  return EXIT.ok
}

function numberFlag(input: Input, name: string, fallback: number, most: number): number {
  const text = textFlag(input, name) ?? String(fallback)
  const value = Number(text)
  if (/^\d{1,7}$/.test(text) && value <= most) return value
  throw new UsageError(`--${name}: ${say('flag.whole-number', { least: 0, most })}: ${text}`)
}
