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
import type { DurableFact, Logger, NumberedFact, WebhookDroppedFact } from '@postrider/core'
import { FakeClock } from '@postrider/core/testing'
import { Prometheus } from '../http/index.ts'
import { openSqliteStore } from '../store/index.ts'
import { Dispatcher } from './dispatcher.ts'
import { type Dropped, endpointId, type Parked, Records } from './records.ts'

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
): Promise<Endpoint> {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    received.push({ headers: request.headers, body })
    response.writeHead(await answer(received.length, body)).end()
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
  add(kind: 'delivered' | 'queued'): void
  readFacts(page?: { after?: number; limit?: number }): Promise<readonly NumberedFact[]>
  facts(options?: { after?: number; signal?: AbortSignal }): AsyncGenerator<NumberedFact, void, undefined>
}

/** A log of facts that can be followed, as the mailer's. */
export function factLog(): FactLog {
  const log: NumberedFact[] = []
  let wake = Promise.withResolvers<void>()
  return {
    log,
    add: (kind: 'delivered' | 'queued') => {
      const number = log.length + 1
      const fact = { kind, at: Date.UTC(2026, 0, 5), messageId: 'M', recipient: `r${number}@x`, transcript: ['secret'] }
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
}

export interface Dispatching {
  readonly it: Dispatcher
  readonly clock: FakeClock
  readonly records: Records
  readonly store: Awaited<ReturnType<typeof openSqliteStore>>
  close(): Promise<void>
}

export async function dispatcher(log: FactLog, urls: readonly string[], more: More = {}): Promise<Dispatching> {
  const { clock = new FakeClock(), file = `${++files}.db`, ...limits } = more
  const store = await openSqliteStore(join(folder, file), clock)
  const records = new Records(store)
  const it = new Dispatcher({
    endpoints: urls.map(url => ({ url, secret: SECRET, events: EVENTS })),
    facts: log.facts,
    readFacts: log.readFacts,
    newest: async () => log.log.length,
    records,
    record: fact => dropped.push(fact),
    clock,
    logger,
    metrics: new Prometheus(),
    ...limits,
  })
  await it.start()
  const close = async (): Promise<void> => {
    await it.close()
    await store.close()
  }
  return { it, clock, records, store, close }
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
