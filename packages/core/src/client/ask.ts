/**
 * Ask: one request of a relay, and its answer. The only place of this room that fetches.
 *
 * Policy. What may be asked twice is asked again when no answer came; all is when the answer says that nothing was done (429, 503, or
 * another of this key under way). No redirect is followed: the key is for one relay. It crosses a network encrypted or not at all.
 *
 * Not here: what is asked (client.ts, events.ts).
 */
import { invalidOption, type Refusal, RelayError, requireKeys } from './relay-error.ts'
import { deadlineOf, pause, scattered } from './wait.ts'

/** Where the relay is, and with which key it is asked. */
export interface RelayClientOptions {
  /** Where the relay listens for HTTP: `https://mail.example.com` */
  readonly url: string
  /** An API key: `re_…` */
  readonly key: string
  /** What requests are made with, for platforms and tests that have their own. @default that of the platform */
  readonly fetch?: typeof fetch
  /** For one try. @default 30000 */
  readonly timeoutMs?: number
  /** How often one thing is asked at most. @default 3 */
  readonly tries?: number
}

export interface Asked {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** Asked twice it is done once. */
  readonly isRepeatable: boolean
  readonly signal?: AbortSignal | undefined
}

export interface Line {
  /** @throws RelayError; the signal's reason */
  json<T>(asked: Asked): Promise<T>
  /** One try, whose answer is not read yet. @throws RelayError */
  open(asked: Asked, signal: AbortSignal): Promise<Response>
}

const FIRST_PAUSE_MS = 500
/** Who is told to wait for longer is told so. */
const LONGEST_PAUSE_MS = 30_000
const LOOPBACK = /^(?:localhost|127\.[\d.]+|\[::1\])$/

/** @throws RelayError `invalid_option` */
export function lineTo(options: RelayClientOptions): Line {
  requireKeys(options, ['url', 'key', 'fetch', 'timeoutMs', 'tries'], 'options')
  const { key, timeoutMs = 30_000, tries = 3 } = options
  const root = rootOf(options.url)
  if (!/^[\x21-\x7e]+$/.test(key ?? '')) throw invalidOption('key', 'none', 'an API key: re_…')
  for (const [name, value] of Object.entries({ timeoutMs, tries }))
    if (!Number.isSafeInteger(value) || value < 1) throw invalidOption(name, String(value), 'a whole number from 1')
  // Some platforms give theirs only to who calls it by its own name.
  const ask = options.fetch ?? ((...given: Parameters<typeof fetch>) => fetch(...given))
  const open: Line['open'] = async ({ method, path, headers, body }, signal) => {
    const response = await ask(`${root}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        ...headers,
      },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal,
    })
    if (response.ok) return response
    const refusal = (await response.json().catch(() => ({}))) as Refusal
    throw new RelayError(response.status, refusal, { retryAfterMs: afterOf(response) })
  }
  const once = async (asked: Asked): Promise<unknown> => {
    const deadline = deadlineOf(timeoutMs, asked.signal)
    try {
      return await (await open(asked, deadline.signal)).json()
    } catch (error) {
      asked.signal?.throwIfAborted()
      throw error instanceof RelayError ? error : unreachable(root, error)
    } finally {
      deadline.clear()
    }
  }
  return {
    open,
    json: async <T>(asked: Asked): Promise<T> => {
      for (let tried = 1; ; tried++) {
        try {
          return (await once(asked)) as T
        } catch (error) {
          const wait = error instanceof RelayError && mayAskAgain(error, asked) ? pauseAfter(error, tried) : undefined
          if (wait === undefined || tried >= tries) throw error
          await pause(wait, asked.signal)
        }
      }
    },
  }
}

function unreachable(root: string, cause: unknown): RelayError {
  const message = `no relay answers at ${root}: ${cause}`
  return new RelayError(0, { name: 'unreachable', message, fix: 'correct url, or start the relay' }, { cause })
}

function mayAskAgain({ status, code }: RelayError, { isRepeatable }: Asked): boolean {
  if (status === 429) return code === 'rate_limit_exceeded'
  if (status === 503 || code === 'concurrent_idempotent_requests') return true
  return isRepeatable && (code === 'unreachable' || status >= 500)
}

/** Undefined: it would be for too long. */
export function pauseAfter({ retryAfterMs }: RelayError, tried: number): number | undefined {
  const wait = Math.max(retryAfterMs ?? 0, FIRST_PAUSE_MS * 2 ** (tried - 1))
  return wait > LONGEST_PAUSE_MS ? undefined : scattered(wait)
}

function afterOf({ headers }: Response): number | undefined {
  const text = headers.get('retry-after') ?? ''
  return /^\d{1,6}$/.test(text) ? Number(text) * 1000 : undefined
}

/** Without the slash at its end: paths begin with one. @throws RelayError */
function rootOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname))
  if (url === undefined || !isSafe || url.username !== '' || url.search !== '' || url.hash !== '')
    throw invalidOption('url', JSON.stringify(text), 'https://… or http:// on loopback, without login and query')
  return url.href.replace(/\/+$/, '')
}
