/**
 * Recipients: may this address be mailed: its syntax, and whether it is known not to exist, or to want none of our mail.
 *
 * Policy. What the queue knows of an address is remembered for a minute, because forums mail the same people again and again
 * and a store is asked for every one of them. When the queue cannot answer, the recipient is taken: it is checked again
 * when the message is queued.
 *
 * Not here: how many (the transaction counts), how many a minute (rate.ts).
 */
import {
  type Address,
  type AddressProblem,
  type Clock,
  parseAddress,
  printAddress,
  type Suppression,
} from '@postrider/core'
import { type Reply, refuse } from './refusal.ts'

export type FindSuppression = (address: string) => Promise<Suppression | undefined>

interface Known {
  readonly suppression: Suppression | undefined
  readonly until: number
}

const REMEMBER_MS = 60_000
const MOST_REMEMBERED = 20_000

/** An address of an envelope, or what is wrong with it. RFC 5321 §4.1.1.3 allows `postmaster` without a domain. */
export function parseRecipient(text: string, hostname: string): Address | AddressProblem {
  return parseAddress(/^postmaster$/i.test(text) ? `postmaster@${hostname}` : text)
}

export class KnownRecipients {
  readonly #find: FindSuppression
  readonly #clock: Clock
  readonly #known = new Map<string, Known>()

  constructor({ find, clock }: { readonly find: FindSuppression; readonly clock: Clock }) {
    this.#find = find
    this.#clock = clock
  }

  /** The refusal of an address that proved not to exist, or complained. Answers at once when the address was asked for lately. */
  refusal(address: Address): Reply | undefined | Promise<Reply | undefined> {
    const text = printAddress(address)
    const known = this.#known.get(text)
    if (known !== undefined && known.until > this.#clock.monotonic()) return asRefusal(text, known.suppression)
    return this.#ask(text)
  }

  /** An address was suppressed or freed: what is remembered of it is void. */
  forget(address: string): void {
    this.#known.delete(address)
  }

  async #ask(text: string): Promise<Reply | undefined> {
    // The queue may be in trouble; that is said when the message is handed to it.
    const suppression = await this.#find(text).catch(() => undefined)
    if (this.#known.size >= MOST_REMEMBERED) this.#known.clear()
    this.#known.set(text, { suppression, until: this.#clock.monotonic() + REMEMBER_MS })
    return asRefusal(text, suppression)
  }
}

function asRefusal(address: string, suppression: Suppression | undefined): Reply | undefined {
  if (suppression === undefined) return undefined
  const { until, failure } = suppression
  const date = new Date(until).toISOString().slice(0, 10)
  if (failure.code === 'complained') {
    return refuse('recipient-complained', `<${address}> called earlier mail spam; refused until ${date}`)
  }
  if (failure.code === 'suppressed')
    return refuse('recipient-suppressed', `<${address}> is not mailed (${failure.detail}); refused until ${date}`)
  return refuse('recipient-suppressed', `<${address}> proved not to exist (${failure.detail}); refused until ${date}`)
}
