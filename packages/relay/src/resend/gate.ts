/**
 * Gate: who asks, as which account, and whether that may be asked: before any route of this family.
 *
 * Policy. A key is shown as a bearer token and nowhere else; cookies are never looked at. Every answer says how many requests are left
 * in this second. Requests that are too many are not looked at further.
 *
 * Not here: what an account may send (the relay's own rules).
 */
import type { Clock, Logger } from '@postrider/core'
import type { Account } from '../account/index.ts'
import { type ApiKey, mayDo, type Scope, type StoredKeys } from '../key/index.ts'
import type { HttpRequest } from '../server/index.ts'
import { ApiError } from './api-error.ts'

export interface Caller {
  readonly key: ApiKey
  readonly account: Account
  /** How many requests are left. */
  readonly headers: Readonly<Record<string, string>>
}

export interface GatePorts {
  readonly keys: StoredKeys
  /** @throws what its store does */
  readonly findAccount: (name: string) => Promise<Account | undefined>
  readonly clock: Clock
  readonly logger: Logger
  readonly requestsPerSecond: () => number
}

const SECOND_MS = 1000
const MOST_WINDOWS = 10_000

export class Gate {
  readonly #it: GatePorts
  /** Requests of each key in the second that began then. */
  readonly #windows = new Map<string, { used: number; readonly endsAt: number }>()

  constructor(ports: GatePorts) {
    this.#it = ports
  }

  /** @throws ApiError */
  async admit(request: HttpRequest, scope: Scope): Promise<Caller> {
    const key = await this.#keyOf(request)
    const headers = this.#count(key.id)
    const account = await this.#it.findAccount(key.account)
    if (account === undefined)
      throw new ApiError(403, 'invalid_api_key', `The account ${key.account} of this API key is no more.`, headers)
    if (!mayDo(key, scope)) {
      const text =
        key.scopes.length === 1 && key.scopes[0] === 'send'
          ? 'This API key is restricted to only send emails'
          : `This API key may not do this: it needs the scope ${scope}`
      throw new ApiError(401, 'restricted_api_key', text, headers)
    }
    return { key, account, headers }
  }

  /** Whoever shows a key, whatever it may do. @throws ApiError */
  async admitAny(request: HttpRequest): Promise<Pick<Caller, 'headers'>> {
    return { headers: this.#count((await this.#keyOf(request)).id) }
  }

  async #keyOf(request: HttpRequest): Promise<ApiKey> {
    const [, token] = /^Bearer +(\S+) *$/i.exec(request.header('authorization') ?? '') ?? []
    if (token === undefined) throw new ApiError(401, 'missing_api_key', 'Missing API key in the authorization header.')
    const key = await this.#it.keys.find(token)
    if (key === 'expired') throw new ApiError(403, 'invalid_api_key', 'API key has expired')
    if (key !== undefined) return key
    const { address, listener } = request.client
    this.#it.logger.warn({ event: 'api-key-refused', address, listener }, 'API key refused')
    throw new ApiError(403, 'invalid_api_key', 'API key is invalid')
  }

  #count(id: string): Readonly<Record<string, string>> {
    const limit = this.#it.requestsPerSecond()
    if (limit === 0) return {}
    const now = this.#it.clock.monotonic()
    let window = this.#windows.get(id)
    if (window === undefined || window.endsAt <= now) {
      if (this.#windows.size >= MOST_WINDOWS) this.#windows.clear()
      window = { used: 0, endsAt: now + SECOND_MS }
      this.#windows.set(id, window)
    }
    window.used++
    const headers = {
      'ratelimit-limit': String(limit),
      'ratelimit-remaining': String(Math.max(0, limit - window.used)),
      'ratelimit-reset': '1',
      'ratelimit-policy': `${limit};w=1`,
    }
    if (window.used <= limit) return headers
    const text = `Too many requests. You can only make ${limit} requests per second.`
    throw new ApiError(429, 'rate_limit_exceeded', text, { ...headers, 'retry-after': '1' })
  }
}
