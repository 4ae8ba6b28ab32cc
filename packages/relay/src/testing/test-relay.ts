/**
 * TestRelay: a relay on loopback with a queue in memory that delivers nothing, for tests of the wire.
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Logger, QueueEntry } from '@postrider/core'
import { TEST_RANGES } from '@postrider/core/testing'
import { hashSecret } from '../account/index.ts'
import type { RelaySeams } from '../assembly/relay-parts.ts'
import type { RelayOptions } from '../config/options.ts'
import { createRelay, type Relay } from '../relay.ts'
import { connectRaw, plain, type RawClient } from './raw-client.ts'

export const USER = 'board@abc.mail'
export const PASSWORD = 's3cret pass'
/** Cheap, because tests log in often; what is real costs 60 ms. */
const passwordHash = hashSecret(PASSWORD, { logN: 4, r: 8, p: 1 })

export interface LogLine extends Readonly<Record<string, unknown>> {
  readonly level: string
  readonly event?: string
}

export interface TestRelay extends AsyncDisposable {
  readonly relay: Relay
  readonly folder: string
  /** The ports: login without TLS, STARTTLS, TLS from the first octet. */
  readonly plain: number
  readonly starttls: number
  readonly tls: number
  readonly log: readonly LogLine[]
  /** A connection to the port without TLS, greeted. */
  connect(options?: { readonly port?: number; readonly tls?: boolean }): Promise<RawClient>
  /** …and logged in. */
  login(): Promise<RawClient>
  queued(): Promise<readonly QueueEntry[]>
}

export async function startTestRelay(options: RelayOptions = {}, seams: RelaySeams = {}): Promise<TestRelay> {
  const folder = await mkdtemp(join(tmpdir(), 'postrider-relay-'))
  const log: LogLine[] = []
  const relay = await createRelay(
    {
      hostname: 'mail.abc.mail',
      preflight: 'off',
      ...options,
      queue: { ...(options.queue?.url === undefined && { path: join(folder, 'queue.db') }), ...options.queue },
      relay: {
        listen: ['127.0.0.1:0/plain', '127.0.0.1:0', '127.0.0.1:0/tls'],
        senders: ['*@abc.mail'],
        accounts: [{ name: USER, passwordHash: await passwordHash }],
        ...options.relay,
        limits: { errorDelayMs: 1, ...options.relay?.limits },
      },
    },
    { deliver: false, logger: recordingLogger(log), specialRanges: TEST_RANGES, ...seams },
  )
  const [first, second, third] = await relay.listen()
  const connect = async ({ port = first!.port, tls = false } = {}): Promise<RawClient> => {
    const client = await connectRaw({ port, tls })
    await client.reply()
    return client
  }
  return {
    relay,
    folder,
    plain: first!.port,
    starttls: second?.port ?? 0,
    tls: third?.port ?? 0,
    log,
    connect,
    login: async () => {
      const client = await connect()
      await client.ask('EHLO forum')
      const welcome = await client.ask(`AUTH PLAIN ${plain(USER, PASSWORD)}`)
      if (!welcome.startsWith('235')) throw new Error(welcome)
      return client
    },
    queued: () => relay.mailer.queue.list(),
    [Symbol.asyncDispose]: async () => {
      await relay.close({ withinMs: 0 })
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function recordingLogger(lines: LogLine[]): Logger {
  const at =
    (level: string) =>
    (fields: Readonly<Record<string, unknown>>, message: string): void => {
      lines.push({ level, message, ...fields })
    }
  const logger: Logger = {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => logger,
  }
  return logger
}
