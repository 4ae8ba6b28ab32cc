/**
 * Access control: who asks over HTTP, as which account, and whether that may be asked: before any route of any family.
 *
 * Policy. A key is shown as a bearer token and nowhere else; a session as a cookie, which is looked at where there is no bearer token, for
 * our own family of routes alone, and when our own page asks. A session may do what the role of its user says, at this moment. Wrong keys count towards the bans of their
 * address, as wrong logins do; an ended key does not: whoever has it was let in once. Every answer to a key says how many requests are
 * left to it in this second. Requests that are too many are not looked at further.
 *
 * Not here: logging in (front-door.ts), how a refusal is worded (each family of routes), which scope a route needs (its table), what an account may send.
 */
import type { Clock, Logger } from '@postrider/core'
import type { Account } from '../account/index.ts'
import { type Bans, networkList } from '../admission/index.ts'
import { type ApiKey, mayDo, type Scope, type StoredKeys } from '../key/index.ts'
import type { HttpRequest } from '../server/index.ts'
import { type Session, type StoredSessions, scopesOf } from '../user/index.ts'
import type { Asker } from './api-log.ts'
import { endedCookie, sessionToken } from './cookie.ts'
import { isForeignPage, mayBeOwnPage } from './own-page.ts'

/** Who shows a key. */
export interface KeyCaller {
  readonly kind: 'caller'
  readonly key: ApiKey
  /** Whom it acts as; the key of an operator acts as nobody. */
  readonly account?: Account
  /** How many requests are left. */
  readonly headers: HeaderLines
}

type HeaderLines = Readonly<Record<string, string>>

/** Who is logged in to the interface: it looks after the whole relay, as the key of an operator does. */
export interface SessionCaller {
  readonly kind: 'session'
  readonly session: Session
  readonly account?: undefined
  readonly headers: HeaderLines
}

export type Caller = KeyCaller | SessionCaller

/** In the order in which they are looked for. */
export type Refusal =
  | { readonly kind: 'no-key' | 'banned' | 'unknown-key' | 'ended'; readonly headers: HeaderLines }
  | { readonly kind: 'foreign-network'; readonly headers: HeaderLines; readonly address: string }
  | { readonly kind: 'too-many'; readonly headers: HeaderLines; readonly limit: number }
  | { readonly kind: 'account-gone'; readonly headers: HeaderLines; readonly account: string }
  | { readonly kind: 'no-scope'; readonly headers: HeaderLines; readonly key: ApiKey; readonly needed: Scope }

/** Of who shows a session. */
export type SessionRefusal =
  | { readonly kind: 'foreign-page' | 'no-session'; readonly headers: HeaderLines }
  | { readonly kind: 'no-leave'; readonly headers: HeaderLines; readonly needed: Scope }

export interface AccessControlPorts {
  readonly keys: StoredKeys
  /** Undefined where there is no interface: then nobody is logged in. */
  readonly sessions: () => Pick<StoredSessions, 'find' | 'look'> | undefined
  /** @throws what its store does */
  readonly findAccount: (name: string) => Promise<Account | undefined>
  readonly bans: Bans
  /** Addresses that are never banned, such as our own proxies. */
  readonly isTrusted: (address: string) => boolean
  readonly clock: Clock
  readonly logger: Logger
  readonly requestsPerSecond: () => number
  /** Where everybody is let in: as which account, by what it shows; undefined refuses it. */
  readonly anyone?: ((shown: string | undefined) => Account | undefined) | undefined
}

const SECOND_MS = 1000
/** How long who is banned is told to stay away: it may be longer. */
const BANNED_S = '60'
const MOST_WINDOWS = 10_000

export class AccessControl {
  readonly #it: AccessControlPorts
  /** Requests of each key in the second that began then. */
  readonly #windows = new Map<string, { used: number; readonly endsAt: number }>()

  /** Who asked what is being answered. */
  readonly #askers = new WeakMap<HttpRequest, Asker>()

  constructor(ports: AccessControlPorts) {
    this.#it = ports
  }

  /** Who asked, as far as it is known by now. */
  askerOf(request: HttpRequest): Asker | undefined {
    return this.#askers.get(request)
  }

  /** Who shows a key, or else a session. @param needed `any`: whatever it may do */
  async admitAny(request: HttpRequest, needed: Scope | 'any'): Promise<Caller | Refusal | SessionRefusal> {
    if (this.#it.anyone !== undefined) {
      const admitted = await this.admit(request, needed)
      if (admitted.kind === 'caller') {
        const { account: _, ...operator } = admitted
        return operator
      }
      // A browser cannot show a token; somebody may be logged in there.
    }
    const shown = request.header('authorization') === undefined ? sessionToken(request) : undefined
    const sessions = shown === undefined ? undefined : this.#it.sessions()
    if (shown === undefined || sessions === undefined) return this.admit(request, needed)
    if (!mayBeOwnPage(request)) return { kind: 'foreign-page', headers: {} }
    const session = await sessions.find(shown, request.client.address)
    if (session === undefined) return { kind: 'no-session', headers: { 'set-cookie': endedCookie(request) } }
    this.#askers.set(request, { kind: 'user', who: session.user })
    const counted = this.#count(session.id)
    if ('kind' in counted) return counted
    const { headers } = counted
    if (needed !== 'any' && !scopesOf(session).includes(needed)) return { kind: 'no-leave', needed, headers }
    return { kind: 'session', session, headers }
  }

  /** Who shows a key. @param needed `any`: whatever key it is */
  async admit(request: HttpRequest, needed: Scope | 'any'): Promise<KeyCaller | Refusal> {
    const { anyone } = this.#it
    if (anyone !== undefined) return admitAnyone(request, anyone)
    const key = await this.#keyOf(request)
    if ('kind' in key) return key
    this.#askers.set(request, { kind: 'key', who: key.id })
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

  /** Whether who was let in would still be, for an answer that goes on for long. It is no request: none is counted, and no use noted. */
  async stillMay(request: HttpRequest, needed: Scope | 'any'): Promise<boolean> {
    return (await this.whyNoMore(request, needed)) === undefined
  }

  /** Why who was let in would not be by now, as `stillMay`; undefined: it would be. */
  async whyNoMore(request: HttpRequest, needed: Scope | 'any'): Promise<Refusal | SessionRefusal | undefined> {
    const { anyone, keys, sessions, findAccount } = this.#it
    const headers = {}
    if (anyone !== undefined && admitAnyone(request, anyone).kind === 'caller') return undefined
    const cookie = request.header('authorization') === undefined ? sessionToken(request) : undefined
    if (cookie !== undefined) {
      const session = await sessions()?.look(cookie)
      if (session === undefined) return { kind: 'no-session', headers: { 'set-cookie': endedCookie(request) } }
      return needed === 'any' || scopesOf(session).includes(needed) ? undefined : { kind: 'no-leave', needed, headers }
    }
    const key = await keys.look(bearerOf(request) ?? '')
    if (key === undefined) return { kind: 'unknown-key', headers }
    if (key === 'expired') return { kind: 'ended', headers }
    const { account } = key
    if (account !== undefined && (await findAccount(account)) === undefined)
      return { kind: 'account-gone', account, headers }
    return needed === 'any' || mayDo(key, needed) ? undefined : { kind: 'no-scope', key, needed, headers }
  }

  async #keyOf(request: HttpRequest): Promise<ApiKey | Refusal> {
    const { bans, isTrusted, keys, logger } = this.#it
    const { address, listener } = request.client
    const token = bearerOf(request)
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

function bearerOf(request: HttpRequest): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(request.header('authorization') ?? '')?.[1]
}

/** What every key is where everybody is let in. */
const ANY_KEY: ApiKey = { id: 'anyone', name: 'anyone', scopes: ['admin'], domains: [], networks: [], createdAt: 0 }

/** A page of another site is let in nowhere: it could have all mail sent and read what is captured. */
function admitAnyone(request: HttpRequest, anyone: NonNullable<AccessControlPorts['anyone']>): KeyCaller | Refusal {
  if (isForeignPage(request)) return { kind: 'no-key', headers: {} }
  const bearer = bearerOf(request)
  const [, basic] = /^Basic +(\S+) *$/i.exec(request.header('authorization') ?? '') ?? []
  const shown =
    bearer ??
    (basic === undefined
      ? undefined
      : Buffer.from(basic, 'base64')
          .toString()
          .replace(/^[^:]*:/, ''))
  const account = anyone(shown)
  if (account === undefined) return { kind: shown === undefined ? 'no-key' : 'unknown-key', headers: {} }
  return { kind: 'caller', key: { ...ANY_KEY, account: account.name }, account, headers: {} }
}
