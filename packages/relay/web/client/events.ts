/**
 * Events: what becomes of messages, as it becomes, for everybody on the page: one stream, however many listen.
 *
 * Policy. It goes on from where the last stream had come to, also after a restart of the relay, so that nothing is missed. A stream on which
 * nothing is heard for long, not even that there is nothing, is over. While nobody looks at the page there is no stream: a browser has six
 * connections for a host, and pages that are left open would take them all.
 *
 * Not here: what is done with an event (the pages).
 */
import { request } from './ask.ts'
import { later } from './clock.ts'
import { type Block, blocksOf } from './event-stream.ts'
import type { Fact } from './routes.ts'

export interface Event {
  readonly id: string
  readonly kind: Fact['fact']['kind']
  readonly at: number
  readonly data: Readonly<Record<string, unknown>> & { readonly messageId: string; readonly recipient?: string }
}

/** `off`: nobody looks or listens. */
export type Connection = 'off' | 'connecting' | 'live'

const AGAIN_MS = 1500
/** The relay says every 15 seconds that it is there. */
const SILENT_MS = 40_000

const listeners = new Set<(event: Event) => void>()
const watchers = new Set<(connection: Connection) => void>()
const life: { stream?: AbortController | undefined; lastId?: string; connection: Connection } = { connection: 'off' }

/** @returns what stops it */
export function onEvent(listener: (event: Event) => void): () => void {
  listeners.add(listener)
  adjust()
  return () => {
    listeners.delete(listener)
    // Another page may listen in a moment.
    later(0, adjust)
  }
}

export function onConnection(watcher: (connection: Connection) => void): () => void {
  watchers.add(watcher)
  watcher(life.connection)
  return () => watchers.delete(watcher)
}

document.addEventListener('visibilitychange', adjust)

function adjust(): void {
  const wanted = listeners.size > 0 && document.visibilityState === 'visible'
  if (wanted && life.stream === undefined) {
    life.stream = new AbortController()
    // Never rejects: what breaks is begun anew.
    void listen(life.stream)
  } else if (!wanted) {
    life.stream?.abort()
    life.stream = undefined
    tell('off')
  }
}

async function listen(stream: AbortController): Promise<void> {
  tell('connecting')
  try {
    await hear(stream)
  } catch {
    // Refused, cut or silent: it is tried again for as long as somebody listens.
  }
  if (life.stream !== stream) return
  life.stream = undefined
  tell('connecting')
  later(AGAIN_MS, adjust)
}

async function hear(stream: AbortController): Promise<void> {
  let stopWaiting = later(SILENT_MS, () => stream.abort())
  try {
    const query = life.lastId === undefined ? {} : { after: life.lastId }
    const { body } = await request('GET /v1/events', { query, signal: stream.signal })
    if (body === null) return
    tell('live')
    for await (const block of blocksOf(body)) {
      stopWaiting()
      stopWaiting = later(SILENT_MS, () => stream.abort())
      take(block)
    }
  } finally {
    stopWaiting()
  }
}

function take({ event, id, data }: Block): void {
  // Of another queue than that of our id, all are told again.
  if (event === 'reset') delete life.lastId
  if (id !== undefined) life.lastId = id
  const kind = event?.startsWith('message.') ? (event.slice('message.'.length) as Event['kind']) : undefined
  if (kind === undefined || id === undefined || data === undefined) return
  const { timestamp, data: fields } = JSON.parse(data) as { timestamp: string; data: Event['data'] }
  for (const listener of listeners) listener({ id, kind, at: Date.parse(timestamp), data: fields })
}

function tell(connection: Connection): void {
  if (life.connection === connection) return
  life.connection = connection
  for (const watcher of watchers) watcher(connection)
}
