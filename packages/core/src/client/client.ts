/**
 * RelayClient: a relay as those see it that have no sockets: mail is sent, looked at, moved and taken back, and told of, over HTTP alone.
 *
 * Policy. Nothing but what every platform has: `fetch`, streams, timers. What is sent has an idempotency key, its own where none is given, so
 * that a mail is asked for again without being two. Ids are those of the queue, as everywhere in this package.
 *
 * Not here: a request and its tries (ask.ts), the form of a mail (email.ts), the stream of events (events.ts).
 */
import { queueIdOf } from '../model/message-uuid.ts'
import type { QueueId } from '../model/queue-id.ts'
import type { QueueEntry } from '../queue/index.ts'
import { type Line, lineTo, type RelayClientOptions } from './ask.ts'
import { emailOf, type HttpDraft } from './email.ts'
import { type EventsRequest, follow, type RelayEvent, type ResetEvent } from './events.ts'
import { invalidOption, RelayError, requireKeys } from './relay-error.ts'

/** How a message is sent, besides what it says. */
export interface HttpSendOptions {
  /** The same draft with the same key is one message; another draft is refused. @default one for this call */
  readonly idempotencyKey?: string
  /** Not delivered before this moment, within 30 days. @default now */
  readonly notBefore?: Date | number
  /** Gives up waiting: what the relay has by then, it sends. */
  readonly signal?: AbortSignal
}

/** Of any call. */
export interface CallOptions {
  /** Ends the call, which throws the reason of the signal. What the relay has accepted by then stays accepted. */
  readonly signal?: AbortSignal
}

/** One of `sendMany`: its id, or why this draft was not taken. The others are not affected. */
export type HttpSendResult =
  | { readonly ok: true; readonly id: QueueId }
  | { readonly ok: false; readonly error: RelayError }

/** A relay, as seen over HTTP. */
export interface RelayClient {
  /** @returns its id: it is on the relay's disk. @throws RelayError */
  send(draft: HttpDraft, options?: HttpSendOptions): Promise<QueueId>
  /** Up to 100, without attachments, all of them or none. @throws RelayError */
  batch(drafts: readonly HttpDraft[], options?: HttpSendOptions): Promise<readonly QueueId[]>
  /**
   * Any number, without attachments, each by itself; a hundred of them in one request. Where a later request fails, the mails of it and after
   * it are not `ok`. @throws RelayError when the first one does
   */
  sendMany(drafts: readonly HttpDraft[], options?: HttpSendOptions): Promise<readonly HttpSendResult[]>
  /** One message, also when it is done and its history is kept. @throws RelayError `not_found` */
  get(id: string, options?: CallOptions): Promise<QueueEntry>
  /** Takes back what waits of it. @returns whether anything did */
  cancel(id: string, options?: CallOptions): Promise<boolean>
  /** Lets what waits of it go out at another moment. @throws RelayError 409 when nothing does */
  reschedule(id: string, at: Date | number, options?: CallOptions): Promise<QueueEntry>
  /** What becomes of mail, as it becomes; it goes on by itself where a connection broke. */
  events(request?: EventsRequest): AsyncIterable<RelayEvent | ResetEvent>
}

const MOST_IN_BATCH = 100

/** Opens nothing: each call is a request of its own. @throws RelayError `invalid_option` */
export function relayClient(options: RelayClientOptions): RelayClient {
  const line = lineTo(options)
  const one = async <T>(id: string, what: string, { signal }: CallOptions, body?: object): Promise<T> =>
    line.json<T>({
      method: body === undefined ? 'GET' : 'POST',
      path: `/v1/messages/${requireId(id)}${what}`,
      body,
      // Taken back twice is taken back once, and told of as nothing.
      isRepeatable: what !== '/cancel',
      signal,
    })
  return {
    send: async (draft, given = {}) => {
      const sent = await post<{ readonly id: string }>(line, '/emails', emailOf(draft, given.notBefore), given)
      return idOf(sent.id)
    },
    batch: async (drafts, given = {}) => {
      if (drafts.length > MOST_IN_BATCH)
        throw invalidOption('drafts', `${drafts.length} drafts`, `at most ${MOST_IN_BATCH}, or sendMany`)
      const emails = drafts.map(draft => emailOf(draft, given.notBefore))
      return emails.length === 0 ? [] : (await postBatch(line, emails, given, 'strict')).data.map(({ id }) => idOf(id))
    },
    sendMany: async (drafts, given = {}) => {
      const emails = drafts.map(draft => emailOf(draft, given.notBefore))
      const key = given.idempotencyKey ?? crypto.randomUUID()
      // Of the last request, the longest: before anything is sent.
      requireKey(keyAt(key, emails.length))
      const results: HttpSendResult[] = []
      for (let at = 0; at < emails.length; at += MOST_IN_BATCH) {
        const some = emails.slice(at, at + MOST_IN_BATCH)
        try {
          const keyed = { ...given, idempotencyKey: keyAt(key, at) }
          results.push(...resultsOf(some.length, await postBatch(line, some, keyed, 'permissive')))
        } catch (error) {
          // Nothing is known of anything: the same key asks again.
          if (at === 0 || !(error instanceof RelayError)) throw error
          // What was taken is told; the rest was not asked for after that.
          return [...results, ...emails.slice(at).map(() => ({ ok: false, error }) as const)]
        }
      }
      return results
    },
    get: (id, given = {}) => one(id, '', given),
    cancel: async (id, given = {}) => (await one<{ readonly messages: number }>(id, '/cancel', given, {})).messages > 0,
    reschedule: (id, at, given = {}) => one(id, '/reschedule', given, { at: new Date(at).getTime() }),
    events: (request = {}) => follow(line, request),
  }
}

interface BatchAnswer {
  readonly data: readonly { readonly id: string }[]
  readonly errors?: readonly { readonly index: number; readonly message: string }[]
}

type Validation = 'strict' | 'permissive'

const postBatch = (line: Line, emails: readonly object[], given: HttpSendOptions, validation: Validation) =>
  post<BatchAnswer>(line, '/emails/batch', emails, given, { 'x-batch-validation': validation })

/** What was refused is named by its place; what was taken stands in order. */
function resultsOf(count: number, { data, errors = [] }: BatchAnswer): readonly HttpSendResult[] {
  const refused = new Map(errors.map(({ index, message }) => [index, message]))
  const taken = data.values()
  return Array.from({ length: count }, (_, at) => {
    const message = refused.get(at)
    if (message !== undefined) return { ok: false, error: new RelayError(422, { name: 'validation_error', message }) }
    return { ok: true, id: idOf(taken.next().value?.id ?? '') }
  })
}

function post<T>(
  line: Line,
  path: string,
  body: object,
  given: HttpSendOptions,
  headers: Readonly<Record<string, string>> = {},
): Promise<T> {
  requireKeys(given, ['idempotencyKey', 'notBefore', 'signal'], 'options')
  const { idempotencyKey = crypto.randomUUID(), signal } = given
  requireKey(idempotencyKey)
  const keyed = { ...headers, 'idempotency-key': idempotencyKey }
  return line.json<T>({ method: 'POST', path, body, headers: keyed, isRepeatable: true, signal })
}

/** Of a request of `sendMany`. */
const keyAt = (key: string, at: number): string => (at < MOST_IN_BATCH ? key : `${key}/${at}`)

function requireKey(key: string): void {
  if (!/^[\x20-\x7e]{1,256}$/.test(key)) throw invalidOption('idempotencyKey', JSON.stringify(key), '1 to 256 of ASCII')
}

/** @throws RelayError when what answers is no relay of ours */
function idOf(uuid: string): QueueId {
  const id = queueIdOf(uuid)
  if (id !== undefined && id !== 'no-uuid') return id
  throw new RelayError(200, {
    name: 'application_error',
    message: `${uuid} is no id of a relay`,
  })
}

function requireId(id: string): string {
  if (/^[0-9A-HJKMNP-TV-Z]{20}$/.test(id)) return id
  throw invalidOption('id', JSON.stringify(id), 'the id of a message, 20 characters')
}
