/**
 * VerifierPool: the line of those whose password is to be verified.
 *
 * Policy. Verifications run beside each other only as far as `parallel` says, because they use the threads that also sign
 * mail. The line is fair by address and by name: who has many in it waits for each of them, whoever comes for the first time
 * goes before the second of another. One address has at most `perAddress` in it. When it is full, the last of the address or
 * name that has most gives way; a client that has logged in before stands in front, and always finds room.
 *
 * Not here: what is verified (secret.ts), who is known (login.ts).
 */
import { verifyAtFullCost } from './secret.ts'

export interface VerifierPoolOptions {
  readonly parallel: number
  readonly waiting: number
  /** @default 16 */
  readonly perAddress?: number
  /** @default verifyAtFullCost */
  readonly verify?: (secret: string, hash: string) => Promise<boolean>
}

/** Whose attempt it is. */
export interface Claimant {
  /** An IPv4 address, or the /64 of an IPv6 address; '' where it is not known. */
  readonly address: string
  readonly name: string
  /** This client has logged in to this name before. */
  readonly known: boolean
}

interface Place extends Claimant {
  /** Lower is sooner. */
  readonly turn: number
  readonly answer: (answer: 'go' | 'busy') => void
}

const NOBODY: Claimant = { address: '', name: '', known: false }
/** A host of many forums; their workers, when they start, ask the same and share a place (login.ts). */
const PER_ADDRESS = 16

export class VerifierPool {
  readonly #options: VerifierPoolOptions
  #line: Place[] = []
  /** The last turn that was given to each address and name that waits. */
  readonly #lastTurns = new Map<string, number>()
  #turn = 0
  #running = 0

  constructor(options: VerifierPoolOptions) {
    this.#options = options
  }

  /** Whether the secret is the one of the hash, or `busy` when the line has no place. */
  async verify(secret: string, hash: string, claimant: Claimant = NOBODY): Promise<boolean | 'busy'> {
    if (this.#running < this.#options.parallel) this.#running++
    else if ((await this.#wait(claimant)) === 'busy') return 'busy'
    try {
      return await (this.#options.verify ?? verifyAtFullCost)(secret, hash)
    } finally {
      this.#next()
    }
  }

  async #wait(claimant: Claimant): Promise<'go' | 'busy'> {
    const { waiting, perAddress = PER_ADDRESS } = this.#options
    const { address } = claimant
    if (address !== '' && this.#line.filter(place => place.address === address).length >= perAddress) return 'busy'
    if (this.#line.length >= waiting && !this.#makeRoom(claimant)) return 'busy'
    const keys = keysOf(claimant)
    const turn = 1 + Math.max(this.#turn, ...keys.map(key => this.#lastTurns.get(key) ?? 0))
    for (const key of keys) this.#lastTurns.set(key, turn)
    return new Promise(answer => this.#line.push({ ...claimant, turn, answer }))
  }

  /** The last unknown client of the address or name that has most places gives way, unless the newcomer has no better claim. */
  #makeRoom(newcomer: Claimant): boolean {
    const strangers = this.#line.filter(place => !place.known)
    const counts = new Map<string, number>()
    for (const key of strangers.flatMap(keysOf)) counts.set(key, (counts.get(key) ?? 0) + 1)
    const [most, count] = [...counts].reduce((best, each) => (each[1] > best[1] ? each : best), ['', 0] as const)
    const own = Math.max(...keysOf(newcomer).map(key => counts.get(key) ?? 0))
    if (count === 0 || (!newcomer.known && count <= own + 1)) return false
    const last = strangers.findLast(place => keysOf(place).includes(most))
    this.#line = this.#line.filter(place => place !== last)
    last?.answer('busy')
    return true
  }

  #next(): void {
    let first: Place | undefined
    for (const place of this.#line) if (first === undefined || isBefore(place, first)) first = place
    if (first === undefined) {
      this.#running--
      this.#lastTurns.clear()
      return
    }
    this.#line = this.#line.filter(place => place !== first)
    if (!first.known) this.#turn = Math.max(this.#turn, first.turn)
    first.answer('go')
  }
}

/** What places are counted by. */
function keysOf({ address, name }: Claimant): readonly string[] {
  return [`a${address}`, `n${name}`]
}

function isBefore(one: Place, other: Place): boolean {
  return one.known === other.known ? one.turn < other.turn : one.known
}
