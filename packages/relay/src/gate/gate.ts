/**
 * Gate: who asks over HTTP, as which account, and whether that may be asked: before any route of any family.
 *
 * Policy. A key is shown as a bearer token and nowhere else; cookies are never looked at. Wrong keys count towards the bans of their
 * address, as wrong logins do; an ended key does not: whoever has it was let in once. Every answer to a key says how many requests are
 * left to it in this second. Requests that are too many are not looked at further.
 *
 * Not here: how a refusal is worded (each family of routes), which scope a route needs (its table), what an account may send.
 */
import type { Clock, Logger } from '@postrider/core'
import type { Account } from '../account/index.ts'
import { type Bans, networkList } from '../admission/index.ts'
import { type ApiKey, mayDo, type Scope, type StoredKeys } from '../key/index.ts'
import type { HttpRequest } from '../server/index.ts'

export interface Caller {
  readonly kind: 'caller'
  readonly key: ApiKey
  /** Whom it acts as; the key of an operator acts as nobody. */
  readonly account?: Account
  /** How many requests are left. */
  readonly headers: HeaderLines
}

type HeaderLines = Readonly<Record<string, string>>

/** In the order in which they are looked for. */
export type Refusal =
  | { readonly kind: 'no-key' | 'banned' | 'unknown-key' | 'ended'; readonly headers: HeaderLines }
  | { readonly kind: 'foreign-network'; readonly headers: HeaderLines; readonly address: string }
  | { readonly kind: 'too-many'; readonly headers: HeaderLines; readonly limit: number }
  | { readonly kind: 'account-gone'; readonly headers: HeaderLines; readonly account: string }
  | { readonly kind: 'no-scope'; readonly headers: HeaderLines; readonly key: ApiKey; readonly needed: Scope }

export interface GatePorts {
  readonly keys: StoredKeys
  /** @throws what its store does */
  readonly findAccount: (name: string) => Promise<Account | undefined>
  readonly bans: Bans
  /** Addresses that are never banned, such as our own proxies. */
  readonly isTrusted: (address: string) => boolean
  readonly clock: Clock
  readonly logger: Logger
  readonly requestsPerSecond: () => number
}

const SECOND_MS = 1000
/** How long who is banned is told to stay away: it may be longer. */
const BANNED_S = '60'
const MOST_WINDOWS = 10_000

export class Gate {
  readonly #it: GatePorts
  /** Requests of each key in the second that began then. */
  readonly #windows = new Map<string, { used: number; readonly endsAt: number }>()

  constructor(ports: GatePorts) {
    this.#it = ports
  }

  /** @param needed `any`: whatever key it is */
  async admit(request: HttpRequest, needed: Scope | 'any'): Promise<Caller | Refusal> {
    const key = await this.#keyOf(request)
    if ('kind' in key) return key
    const { address } = request.client
    if (key.networks.length > 0 && !networkList(key.networks, key.id)(address))
      return { kind: 'foreign-network', address, headers: {} }
    const counted = this.#count(key.id)
    if ('kind' in counted) return counted
    const { headers } = counted
    const account = key.account === undefined ? undefined : await this.#it.findAccount(key.account)
    if (account === undefined && key.account !== undefined)
      return { kind: 'account-gone', account: key.account, headers }
    if (needed !== 'any' && !mayDo(key, needed)) return { kind: 'no-scope', key, needed, headers }
    return { kind: 'caller', key, headers, ...(account === undefined ? {} : { account }) }
  }

  async #keyOf(request: HttpRequest): Promise<ApiKey | Refusal> {
    const { bans, isTrusted, keys, logger } = this.#it
    const { address, listener } = request.client
    const [, token] = /^Bearer +(\S+) *$/i.exec(request.header('authorization') ?? '') ?? []
    if (token === undefined) return { kind: 'no-key', headers: {} }
    if (!isTrusted(address) && bans.isBanned(address)) return { kind: 'banned', headers: { 'retry-after': BANNED_S } }
    const key = await keys.find(token)
    if (key === 'expired') return { kind: 'ended', headers: {} }
    if (key !== undefined) {
      bans.succeeded(address)
      return key
    }
    const bannedForMs = isTrusted(address) ? 0 : bans.failed(address)
    logger.warn({ event: 'api-key-refused', address, listener, bannedForMs }, 'API key refused')
    return { kind: 'unknown-key', headers: {} }
  }

  #count(id: string): { readonly headers: HeaderLines } | Refusal {
    const limit = this.#it.requestsPerSecond()
    if (limit === 0) return { headers: {} }
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
    return window.used <= limit ? { headers } : { kind: 'too-many', limit, headers: { ...headers, 'retry-after': '1' } }
  }
}
