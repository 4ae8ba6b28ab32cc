/**
 * Events: what becomes of mail, as a relay tells it (`GET /v1/events`), for as long as it is read.
 *
 * Policy. A stream that breaks, or says nothing for longer than a relay is silent, is opened again where it was: nothing is missed, and
 * nothing told twice, for as long as the relay keeps its history. What a relay refuses for good is thrown.
 *
 * Not here: one request (ask.ts). HTML §9.2.
 */
import type { DurableFact } from '../model/fact.ts'
import { type Line, pauseAfter } from './ask.ts'
import { RelayError, requireKeys } from './relay-error.ts'
import { deadlineOf, eitherOf, pause } from './wait.ts'

type Kind = DurableFact['kind']
/** What stays with the operator. */
type AtHome = 'kind' | 'at' | 'transcript' | 'clearance'

/** A fact, in the form of webhooks. */
export type RelayEvent = {
  [K in Kind]: {
    /** `after` of a stream that goes on from here; at most 40 characters. */
    readonly id: string
    readonly type: `message.${K}`
    /** When it came true: ISO 8601. */
    readonly timestamp: string
    readonly data: Omit<Extract<DurableFact, { readonly kind: K }>, AtHome>
  }
}[Kind]

/** The queue is another one than that of the id which was gone on from: it is told from its beginning. */
export interface ResetEvent {
  /** Tells it from the events of mail. */
  readonly type: 'reset'
  /** Why, in a sentence. */
  readonly data: { readonly because: string }
}

/** Which events, from where on. */
export interface EventsRequest {
  /** The id of the last event that was seen, or `beginning`. @default those to come */
  readonly after?: string
  /** Kinds of facts, as in docs/facts.md. @default all */
  readonly kinds?: readonly Kind[]
  /** Mail of this account alone. A key that belongs to an account hears of that one only. */
  readonly account?: string
  /** `name`, or `name=value` */
  readonly tag?: string
  /** The id of a message. */
  readonly message?: string
  /** Ends the stream. */
  readonly signal?: AbortSignal
}

/** A relay says something every 15 seconds. */
const SILENT_MS = 45_000
const LONGEST_PAUSE_MS = 30_000
const ENDED = new RelayError(0, {})

/** @throws RelayError for what is refused; the signal's reason */
export async function* follow(
  line: Line,
  request: EventsRequest,
): AsyncGenerator<RelayEvent | ResetEvent, void, undefined> {
  requireKeys(request, ['after', 'kinds', 'account', 'tag', 'message', 'signal'], 'request')
  const { after, kinds, account, tag, message, signal } = request
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries({ kinds: kinds?.join(), account, tag, message }))
    if (value !== undefined) query.set(name, value)
  const seen = { id: after }
  const left = new AbortController()
  const stop = eitherOf(left.signal, signal)
  try {
    for (let tried = 1; ; tried++) {
      let ended = ENDED
      try {
        for await (const told of oneStream(line, query, { seen, signal: stop })) {
          tried = 0
          if (told !== undefined) yield told
        }
      } catch (error) {
        stop.throwIfAborted()
        if (error instanceof RelayError) ended = error
        if (ended.status > 0 && ended.status < 500 && ended.status !== 429) throw error
      }
      await pause(pauseAfter(ended, Math.min(tried + 1, 6)) ?? LONGEST_PAUSE_MS, stop)
    }
  } finally {
    left.abort()
  }
}

interface Stream {
  /** Changed as it is told. */
  readonly seen: { id: string | undefined }
  readonly signal: AbortSignal
}

/** Until it ends; undefined for a sign of life. */
async function* oneStream(line: Line, query: URLSearchParams, { seen, signal }: Stream) {
  const deadline = deadlineOf(SILENT_MS, signal)
  try {
    if (seen.id !== undefined) query.set('after', seen.id)
    const path = `/v1/events?${query}`
    const response = await line.open({ method: 'GET', path, isRepeatable: true }, deadline.signal)
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      deadline.extend()
      text += value
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const told = read(text.slice(0, end), seen)
        text = text.slice(end + 2)
        yield told
      }
    }
  } finally {
    deadline.clear()
  }
}

function read(block: string, seen: Stream['seen']): RelayEvent | ResetEvent | undefined {
  const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1]
  const [id, event, data] = [field('id'), field('event'), field('data')]
  if (id !== undefined) seen.id = id
  if (event === undefined || data === undefined) return undefined
  const value: object = JSON.parse(data)
  return (event === 'reset' ? { type: event, data: value } : { ...value, id }) as RelayEvent | ResetEvent
}
