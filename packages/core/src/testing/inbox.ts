/**
 * Inbox: what tests ask of `postrider dev`, or of a relay that captures: mail that is waited for, what becomes of it, and its time.
 *
 * Policy. Waiting is the server's: a message is there whole, or nothing is answered. Every failure says what was asked and what came.
 */
import { request } from 'node:http'

/** Which mail; it has to fit every part that is given. */
export interface InboxQuery {
  /** A recipient, or part of one; `*` stands for anything. */
  readonly to?: string
  readonly from?: string
  readonly subject?: string
  /** `name`, or `name=value`. */
  readonly tag?: string
  readonly account?: string
  readonly mailbox?: string
  /** Accepted after the message of this id: for a second one to the same recipient. */
  readonly after?: string
}

/** A captured message, with its links and codes read out. */
export interface InboxMessage {
  readonly id: string
  readonly at: number
  readonly from: string
  readonly recipients: readonly string[]
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  readonly links: readonly { readonly url: string; readonly text: string; readonly as: 'a' | 'img' }[]
  readonly codes: readonly string[]
  readonly attachments: readonly { readonly part: number; readonly filename: string; readonly type: string }[]
  readonly outcomes: readonly { readonly address: string; readonly state: string; readonly attempts: number }[]
}

/** What becomes of mail that fits. */
export interface InboxScenario {
  readonly to?: string
  readonly tag?: string
  readonly outcome: 'delivered' | 'bounced' | 'deferred' | 'slow' | 'uncertain' | 'greylisted' | 'complained'
  readonly code?: number
  readonly times?: number
  readonly ms?: number
}

/** The captured mail of `postrider dev`. */
export interface Inbox {
  /** The newest that fits, or the first that comes. @throws Error after `timeout` ms, 10000 if not given */
  waitFor(query: InboxQuery & { readonly timeout?: number }): Promise<InboxMessage>
  /** @returns how many were removed */
  remove(query: InboxQuery): Promise<number>
  /** What becomes of mail from now on, the first that fits; else it is delivered. */
  play(scenarios: readonly InboxScenario[]): Promise<void>
  /** Moves its time on: what becomes due on the way is tried at its moment. */
  forward(ms: number): Promise<void>
}

const USUAL_URL = 'http://127.0.0.1:8025'

/** An inbox that is elsewhere. @param url where `postrider dev` says that it is */
export function openInbox(url: string = USUAL_URL, token?: string): Inbox {
  const ask = (method: string, path: string, body?: object): Promise<unknown> =>
    exchange({ method, url: `${url.replace(/\/+$/, '')}${path}`, token, body })
  return {
    waitFor: async query => (await ask('GET', `/v1/inbox/wait?${textOf(query)}`)) as InboxMessage,
    remove: async query =>
      ((await ask('DELETE', `/v1/inbox?${textOf(query)}`)) as { readonly removed: number }).removed,
    play: async scenarios => {
      await ask('POST', '/v1/inbox/scenarios', { scenarios })
    },
    forward: async ms => {
      await ask('POST', '/v1/inbox/clock', { forwardMs: ms })
    },
  }
}

/** The inbox of `postrider dev` where it usually is. */
export const inbox: Inbox = openInbox()

function textOf(query: object): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
}

interface Asked {
  readonly method: string
  readonly url: string
  readonly token: string | undefined
  readonly body: object | undefined
}

function exchange({ method, url, token, body }: Asked): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  const headers = {
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  }
  const asking = request(url, { method, headers, agent: false }, response => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    response.on('error', reject)
    response.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      if (response.statusCode === 200) resolve(JSON.parse(text))
      else reject(new Error(`${method} ${url}: ${response.statusCode} ${text.slice(0, 1000)}`))
    })
  })
  asking.on('error', error => reject(new Error(`no inbox at ${url}: ${error.message}`, { cause: error })))
  asking.end(body === undefined ? undefined : JSON.stringify(body))
  return promise
}
