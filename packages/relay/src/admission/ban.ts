/**
 * Ban: client addresses that fail to log in too often are kept out for a while, each time for longer.
 *
 * Policy. `failures` wrong logins within `withinMs` ban an address for `firstMs`; every further ban before `forgetMs` have
 * passed without one doubles it, up to `longestMs`. IPv6 clients are counted by their /64, which is what one host owns. A
 * successful login clears the failures, not the history of bans, and the same user logging in wrongly from many addresses
 * is not locked out: that would let anyone lock anyone out.
 *
 * Not here: how many logins are checked at once (account/), how relays tell each other (shared-bans.ts).
 */
import type { Clock } from '@postrider/core'

export interface BanOptions {
  /** @default 5 */
  readonly failures: number
  /** @default 600000, 10 minutes */
  readonly withinMs: number
  /** @default 60000, a minute */
  readonly firstMs: number
  /** @default 86400000, a day */
  readonly longestMs: number
  /** @default 86400000 */
  readonly forgetMs: number
}

interface History {
  failures: number
  firstFailureAt: number
  bans: number
  bannedUntil: number
}

/** More addresses than this are not remembered; the oldest goes first. */
const MOST_REMEMBERED = 50_000
/** Of one address at once; it is banned long before. */
const MOST_HEARD = 1_000

export class Bans {
  readonly #options: () => BanOptions
  readonly #clock: Clock
  readonly #records = new Map<string, History>()
  #told: ((key: string, isRight: boolean) => void) | undefined

  /** @param options asked each time, because they may change while addresses are banned */
  constructor({ clock, options }: { readonly clock: Clock; readonly options: () => BanOptions }) {
    this.#clock = clock
    this.#options = options
  }

  isBanned(address: string): boolean {
    const record = this.#records.get(addressKey(address))
    return record !== undefined && record.bannedUntil > this.#clock.monotonic()
  }

  /** A login failed. Says for how long the address is banned now, 0 when it is not. */
  failed(address: string): number {
    if (this.#options().failures === 0) return 0
    const key = addressKey(address)
    this.#told?.(key, false)
    return this.#failed(key, this.#clock.monotonic())
  }

  /** Is told of each login that failed, and of one that was right after some that failed. */
  onLogin(told: (key: string, isRight: boolean) => void): void {
    this.#told = told
  }

  /** Others saw so many logins fail, or with 0 one that was right. */
  heard(key: string, times: number, agoMs: number): void {
    if (times === 0) this.#clear(key)
    if (this.#options().failures === 0) return
    for (let n = 0; n < Math.min(times, MOST_HEARD); n++) this.#failed(key, this.#clock.monotonic() - agoMs)
  }

  #failed(key: string, now: number): number {
    const { failures, withinMs, firstMs, longestMs } = this.#options()
    const record = this.#recordOf(key, now)
    this.#records.delete(key)
    this.#records.set(key, record)
    // It was asked before the ban, as by workers that all start with the same wrong password: one mistake is banned for once.
    if (record.bannedUntil > now) return record.bannedUntil - now
    if (now - record.firstFailureAt > withinMs) {
      record.failures = 0
      record.firstFailureAt = now
    }
    record.failures++
    if (record.failures < failures) return 0
    const forMs = Math.min(firstMs * 2 ** Math.min(record.bans, 30), longestMs)
    record.bans++
    record.failures = 0
    record.bannedUntil = now + forMs
    return forMs
  }

  succeeded(address: string): void {
    const key = addressKey(address)
    if (this.#clear(key)) this.#told?.(key, true)
  }

  /** Whether there was something to clear. */
  #clear(key: string): boolean {
    const record = this.#records.get(key)
    if (record === undefined || record.failures === 0) return false
    record.failures = 0
    return true
  }

  #recordOf(key: string, now: number): History {
    const record = this.#records.get(key)
    if (record && now - Math.max(record.bannedUntil, record.firstFailureAt) <= this.#options().forgetMs) return record
    if (this.#records.size >= MOST_REMEMBERED) {
      const [oldest] = this.#records.keys()
      if (oldest !== undefined) this.#records.delete(oldest)
    }
    return { failures: 0, firstFailureAt: now, bans: 0, bannedUntil: Number.NEGATIVE_INFINITY }
  }
}

/** What is counted as one client: an IPv4 address, or the /64 of an IPv6 address. */
export function addressKey(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped) return mapped
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  const after = tail ? tail.split(':') : []
  const all =
    tail === undefined
      ? groups
      : [...groups, ...Array(Math.max(0, 8 - groups.length - after.length)).fill('0'), ...after]
  return `${all
    .slice(0, 4)
    .map(group => group.replace(/^0+(?=.)/, '').toLowerCase())
    .join(':')}::/64`
}
