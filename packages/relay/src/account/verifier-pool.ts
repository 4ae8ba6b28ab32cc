/**
 * VerifierPool: the line of those whose password is to be verified.
 *
 * Policy. Verifications run beside each other only as far as `parallel` says, because they use the threads that also sign
 * mail. The line is fair by address and by name: who has many in it waits for each of them, whoever comes for the first time
 * goes before the second of another. One address has at most `perAddress` in it. When it is full, the last of the name that
 * has most gives way; a client that has logged in before stands in front, and always finds room.
 *
 * Not here: what is verified (secret.ts), who is known (login.ts).
 */
import { verifySecret } from './secret.ts'

export interface VerifierPoolOptions {
  readonly parallel: number
  readonly waiting: number
  /** @default 4 */
  readonly perAddress?: number
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
const PER_ADDRESS = 4

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
      return await verifySecret(secret, hash)
    } finally {
      this.#next()
    }
  }

  async #wait(claimant: Claimant): Promise<'go' | 'busy'> {
    const { waiting, perAddress = PER_ADDRESS } = this.#options
    const { address, name } = claimant
    if (address !== '' && this.#line.filter(place => place.address === address).length >= perAddress) return 'busy'
    if (this.#line.length >= waiting && !this.#makeRoom(claimant)) return 'busy'
    const keys = [`a${address}`, `n${name}`]
    const turn = 1 + Math.max(this.#turn, ...keys.map(key => this.#lastTurns.get(key) ?? 0))
    for (const key of keys) this.#lastTurns.set(key, turn)
    return new Promise(answer => this.#line.push({ ...claimant, turn, answer }))
  }

  /** The last unknown client of the name that has most places gives way, unless the newcomer has no better claim. */
  #makeRoom({ name, known }: Claimant): boolean {
    const counts = new Map<string, number>()
    for (const place of this.#line) if (!place.known) counts.set(place.name, (counts.get(place.name) ?? 0) + 1)
    const [most, count] = [...counts].reduce((best, each) => (each[1] > best[1] ? each : best), ['', 0] as const)
    if (count === 0 || (!known && count <= (counts.get(name) ?? 0) + 1)) return false
    const at = this.#line.findLastIndex(place => !place.known && place.name === most)
    this.#line.splice(at, 1)[0]?.answer('busy')
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

function isBefore(one: Place, other: Place): boolean {
  return one.known === other.known ? one.turn < other.turn : one.known
}
