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
  /** The reverse-path or the From address, or part of one; `*` stands for anything. */
  readonly from?: string
  /** Part of the subject; case does not matter. */
  readonly subject?: string
  /** `name`, or `name=value`. */
  readonly tag?: string
  /** The account that it was handed over by. */
  readonly account?: string
  /** The mailbox that `postrider dev` put it in. */
  readonly mailbox?: string
  /** Accepted after the message of this id: for a second one to the same recipient. */
  readonly after?: string
}

/** A captured message, with its links and codes read out. */
export interface InboxMessage {
  /** The queue id. */
  readonly id: string
  /** When it was accepted, in milliseconds since 1970, by the inbox's clock. */
  readonly at: number
  /** The reverse-path; empty for `<>`. */
  readonly from: string
  /** Those of the envelope, Bcc included, as `local@domain`. */
  readonly recipients: readonly string[]
  /** Decoded; empty when there is none. */
  readonly subject: string
  /** The plain text, decoded; empty when there is none. */
  readonly text: string
  /** The HTML, decoded; empty when there is none. */
  readonly html: string
  /** Every header field with its decoded value, from the top. */
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  /** What the HTML and the text link to, with the text of each link; `img` is a picture. */
  readonly links: readonly { readonly url: string; readonly text: string; readonly as: 'a' | 'img' }[]
  /** What looks like a one-time code: first what stands after a word such as `code`, then other groups of digits. */
  readonly codes: readonly string[]
  /** Its files: number of the part, name and media type. */
  readonly attachments: readonly { readonly part: number; readonly filename: string; readonly type: string }[]
  /** How it stands for each recipient, after what the scenarios played. */
  readonly outcomes: readonly { readonly address: string; readonly state: string; readonly attempts: number }[]
}

/** What becomes of mail that fits. */
export interface InboxScenario {
  /** The recipient, or part of one; `*` stands for anything. By default everybody. */
  readonly to?: string
  /** `name`, or `name=value`, of the message. By default any. */
  readonly tag?: string
  /** What every attempt ends as. */
  readonly outcome: 'delivered' | 'bounced' | 'deferred' | 'slow' | 'uncertain' | 'greylisted' | 'complained'
  /** The reply code of `bounced` and `deferred`. @default 550, 451 */
  readonly code?: number
  /** How often it is deferred before it is delivered. @default for ever */
  readonly times?: number
  /** How long `slow` takes, in milliseconds. @default 10000 */
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
