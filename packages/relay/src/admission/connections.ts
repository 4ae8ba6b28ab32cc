/**
 * Connections: who may be connected at once, and who gives way.
 *
 * Policy. While there is room everybody is let in. When all places are taken, a newcomer gets that of a stranger, a connection that
 * has not logged in: of the address that has most of them the oldest, if the newcomer's own has fewer. Where somebody has logged
 * in from the newcomer's address before, any stranger gives way; who has logged in never does.
 *
 * Not here: bans, the rate of connections that never log in (submission-policy.ts), silence (listener/session-limits.ts).
 */
export interface ConnectionLimits {
  /** At once; 0 is no limit, here and below. */
  readonly connections: number
  /** Of one address at once. */
  readonly connectionsPerAddress: number
}

export interface Newcomer {
  readonly id: string
  /** An IPv4 address, or the /64 of an IPv6 address. */
  readonly address: string
  /** Needs no login. */
  readonly trusted: boolean
}

interface Place extends Newcomer {
  /** Ends the connection for want of room. */
  readonly leave: () => void
}

const MOST_KNOWN = 10_000

export class Connections {
  readonly #limits: () => ConnectionLimits
  readonly #places = new Map<string, Place>()
  readonly #counts = new Map<string, number>()
  /** Those that have not logged in, by address, the oldest first. */
  readonly #strangers = new Map<string, Set<Place>>()
  /** Addresses from which somebody has logged in, the latest last. */
  readonly #known = new Set<string>()

  constructor(limits: () => ConnectionLimits) {
    this.#limits = limits
  }

  /** Lets a connection in, or says why not. */
  enter(newcomer: Newcomer, leave: () => void): 'in' | 'full' | 'too-many-from-you' {
    const { connections, connectionsPerAddress } = this.#limits()
    const { address, trusted, id } = newcomer
    if (!trusted && connectionsPerAddress > 0 && this.#count(address) >= connectionsPerAddress)
      return 'too-many-from-you'
    if (connections > 0 && this.#places.size >= connections && !this.#makeRoom(newcomer)) return 'full'
    const place: Place = { ...newcomer, leave }
    this.#places.set(id, place)
    // Counted now: it may have been given the place of another of its own address.
    this.#counts.set(address, this.#count(address) + 1)
    if (trusted) return 'in'
    const strangers = this.#strangers.get(address)
    if (strangers === undefined) this.#strangers.set(address, new Set([place]))
    else strangers.add(place)
    return 'in'
  }

  loggedIn(id: string): void {
    const place = this.#places.get(id)
    if (place === undefined) return
    this.#noStranger(place)
    this.#known.delete(place.address)
    if (this.#known.size >= MOST_KNOWN) for (const oldest of this.#known) if (this.#known.delete(oldest)) break
    this.#known.add(place.address)
  }

  /** A connection has ended, whether or not it was let in. */
  left(id: string): void {
    const place = this.#places.get(id)
    if (place === undefined) return
    const { address } = place
    this.#places.delete(id)
    this.#noStranger(place)
    const others = this.#count(address) - 1
    if (others > 0) this.#counts.set(address, others)
    else this.#counts.delete(address)
  }

  #count(address: string): number {
    return this.#counts.get(address) ?? 0
  }

  #makeRoom({ address, trusted }: Newcomer): boolean {
    let most: ReadonlySet<Place> = new Set()
    for (const strangers of this.#strangers.values()) if (strangers.size > most.size) most = strangers
    const [oldest] = most
    const isKnown = trusted || this.#known.has(address)
    if (oldest === undefined || (!isKnown && most.size <= this.#count(address) + 1)) return false
    this.left(oldest.id)
    oldest.leave()
    return true
  }

  #noStranger(place: Place): void {
    const strangers = this.#strangers.get(place.address)
    if (strangers?.delete(place) && strangers.size === 0) this.#strangers.delete(place.address)
  }
}
