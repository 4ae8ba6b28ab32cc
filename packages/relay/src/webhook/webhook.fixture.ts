/**
 * Webhooks, for tests: an endpoint, a log of facts, and a dispatcher between them.
 */
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import {
  type DurableFact,
  type Logger,
  MailerError,
  type NumberedFact,
  type QueueEntry,
  type WebhookDroppedFact,
} from '@postrider/core'
import { FakeClock } from '@postrider/core/testing'
import { Prometheus } from '../admin/index.ts'
import { openSqliteStore } from '../store/index.ts'
import { DeliveryLog } from './delivery-log.ts'
import { Dispatcher } from './dispatcher.ts'
import { endpointId } from './endpoint.ts'
import type { Format } from './formats.ts'
import { type Dropped, type Parked, Records } from './records.ts'
import { StoredEndpoints } from './stored-endpoints.ts'
import { Webhooks } from './webhooks.ts'

export const folder: string = await mkdtemp(join(tmpdir(), 'postrider-webhook-'))
after(() => rm(folder, { recursive: true }))
export const SECRET: string = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
export const EVENTS: readonly string[] = ['delivered', 'bounced']

export interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Endpoint extends AsyncDisposable {
  readonly url: string
  readonly received: readonly Received[]
  waitFor(count: number): Promise<void>
}

/** An endpoint that answers as it is told. */
export async function endpoint(
  answer: (count: number, body: string) => number | Promise<number> = () => 204,
  headers: Readonly<Record<string, string>> = {},
): Promise<Endpoint> {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    received.push({ headers: request.headers, body })
    response.writeHead(await answer(received.length, body), headers).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?x=1`,
    received,
    waitFor: async (count: number) => {
      while (received.length < count) await new Promise(setImmediate)
    },
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

export interface FactLog {
  readonly log: NumberedFact[]
  add(kind: 'delivered' | 'queued', more?: object): void
  readFacts(page?: { after?: number; limit?: number }): Promise<readonly NumberedFact[]>
  facts(options?: { after?: number; signal?: AbortSignal }): AsyncGenerator<NumberedFact, void, undefined>
}

/** A log of facts that can be followed, as the mailer's. */
export function factLog(): FactLog {
  const log: NumberedFact[] = []
  let wake = Promise.withResolvers<void>()
  return {
    log,
    add: (kind, more = {}) => {
      const number = log.length + 1
      const fact = {
        kind,
        at: Date.UTC(2026, 0, 5),
        messageId: 'M',
        recipient: `r${number}@x`,
        transcript: ['secret'],
        ...more,
      }
      log.push({ number, fact: fact as unknown as DurableFact })
      wake.resolve()
      wake = Promise.withResolvers()
    },
    readFacts: async ({ after = 0, limit = 100 }: { after?: number; limit?: number } = {}) =>
      log.filter(one => one.number > after).slice(0, limit),
    async *facts({
      after = 0,
      signal,
    }: {
      after?: number
      signal?: AbortSignal
    } = {}): AsyncGenerator<NumberedFact, void, undefined> {
      let last = after
      const stopped = new Promise<void>(resolve => signal?.addEventListener('abort', () => resolve()))
      while (!signal?.aborted) {
        const waiting = wake.promise
        for (const numbered of log.filter(one => one.number > last)) {
          last = numbered.number
          yield numbered
        }
        await Promise.race([waiting, stopped])
      }
    },
  }
}

export const dropped: WebhookDroppedFact[] = []
export const lines: Readonly<Record<string, unknown>>[] = []
const logger: Logger = {
  debug() {},
  info() {},
  warn: fields => lines.push(fields),
  error() {},
  child: () => logger,
}
let files = 0

export interface More {
  readonly clock?: FakeClock
  /** The relay's store, by its name. */
  readonly file?: string
  readonly mostParked?: number
  readonly leaseMs?: number
  readonly format?: Format
  /** What the queue knows of a message. @default nothing */
  readonly show?: (id: string) => QueueEntry
}

function unknown(id: string): never {
  throw new MailerError('unknown-message', id)
}

export interface Dispatching {
  readonly it: Dispatcher
  readonly clock: FakeClock
  readonly records: Records
  readonly stored: StoredEndpoints
  readonly deliveries: DeliveryLog
  readonly store: Awaited<ReturnType<typeof openSqliteStore>>
  close(): Promise<void>
}

export async function dispatcher(log: FactLog, urls: readonly string[], more: More = {}): Promise<Dispatching> {
  const { clock = new FakeClock(), file = `${++files}.db`, format, show = unknown, ...limits } = more
  const store = await openSqliteStore(join(folder, file), clock)
  const records = new Records(store)
  const stored = new StoredEndpoints(store, clock)
  const deliveries = new DeliveryLog(store, clock)
  const it = new Dispatcher({
    endpoints: urls.map(url => ({ url, secret: SECRET, events: EVENTS, format })),
    facts: log.facts,
    readFacts: log.readFacts,
    newest: async () => log.log.length,
    queue: { show: async id => show(id) },
    stored,
    log: deliveries,
    mayReach: () => true,
    records,
    record: fact => dropped.push(fact),
    clock,
    logger,
    metrics: new Prometheus(),
    random: () => 0,
    ...limits,
  })
  await it.start()
  const close = async (): Promise<void> => {
    await it.close()
    await store.close()
  }
  return { it, clock, records, stored, deliveries, store, close }
}

/** What people do with those endpoints. */
export function webhooksOf(
  { it, records, stored, deliveries, clock }: Dispatching,
  log: FactLog,
  urls: readonly string[],
  mayReach: (address: string) => boolean = () => true,
): Webhooks {
  return new Webhooks({
    configured: urls.map(url => ({ url, secret: SECRET, events: EVENTS })),
    mailer: {
      readFacts: log.readFacts,
      newestFact: async () => log.log.length,
      queue: { show: async id => unknown(id) },
    },
    onChange: () => it.look(),
    log: deliveries,
    ...{ records, stored, clock, mayReach },
  })
}

/** Where an endpoint stands, and what is parked, in a store that is closed. */
export async function kept(
  file: string,
  url: string,
): Promise<{
  readonly place?: string
  readonly holder?: string
  readonly parked: readonly Parked[]
  readonly dropped: readonly Dropped[]
}> {
  await using store = await openSqliteStore(join(folder, file), new FakeClock())
  const records = new Records(store)
  const id = endpointId(url)
  const rows = await store.ask<{ place: string; holder: string }>(
    'SELECT place, holder FROM postrider_relay.webhook_endpoint WHERE id = $1',
    id,
  )
  return {
    ...rows[0],
    parked: await records.oldest(id, 1000),
    dropped: (await records.dropped(id)).map(one => ({ ...one })),
  }
}

/** Lets time pass until it is so. */
export async function passUntil(clock: FakeClock, stepMs: number, isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await clock.advance(stepMs)
    await new Promise(setImmediate)
  }
}
