/**
 * Erasure: what the history says of messages that are done without a person: which messages are about an address, and what their
 * texts are without it.
 *
 * Policy. A message is about an address that is its sender or a recipient, or stands in its card, its tags or its idempotency key. In its place
 * stands `erased` at the same domain: what happened can still be told, not to whom. Whole addresses go from every text; the local part alone
 * goes from prose, such as replies and transcripts: servers like to say "joe: no such user". A card and kept content go whole. The domain
 * stays: mail sites are told apart by it. Rather a word too many is taken than an address left.
 *
 * Not here: the tables (erasure.ts of each store). Runs on every thread.
 */
import { domainToUnicode } from 'node:url'
import { type Address, printAddress } from '../model/address.ts'
import type { QueueId } from '../model/queue-id.ts'

/** What stands in the place of a local part. */
export const ERASED = 'erased'
/** So many open messages are told by their id. */
const MOST_TOLD = 100

/** What an erasure did. */
export interface Erased {
  /** Messages that say nothing of the address any more. */
  readonly messages: number
  /** How many of them had kept content. */
  readonly contents: number
  /** Messages that wait or are being delivered: they are not touched. */
  readonly open: number
  /** Ids of the first hundred of them. */
  readonly openIds: readonly QueueId[]
}

export interface Erasure {
  /**
   * Takes an address out of everything that is kept of messages that are done, some of them in each transaction; it may be asked again after
   * it was broken off. Suppressions stay.
   */
  erase(address: Address): Promise<Erased>
}

export function addUp(one: Erased, other: Erased): Erased {
  return {
    messages: one.messages + other.messages,
    contents: one.contents + other.contents,
    open: one.open + other.open,
    openIds: [...one.openIds, ...other.openIds].slice(0, MOST_TOLD),
  }
}

export const NOTHING_ERASED: Erased = { messages: 0, contents: 0, open: 0, openIds: [] }

/** What a database looks for, in lower case; `null` where databases differ in what that is: then it takes all for candidates. */
export interface Wanted {
  readonly address: string | null
  readonly local: string | null
  readonly domain: string
  /** As it stands in JSON. */
  readonly needle: string | null
}

export function wantedOf({ local, domain }: Address): Wanted {
  if (/[^\0-\x7f]/.test(local)) return { address: null, local: null, domain, needle: null }
  const low = local.toLowerCase()
  return { address: `${low}@${domain}`, local: low, domain, needle: JSON.stringify(`${low}@`).slice(1, -1) }
}

/** What it has to know of `meta` (encode.ts). */
interface Meta {
  readonly reversePath: Address | null
  readonly card?: unknown
  readonly passesOn?: unknown
}

/** Takes one address out of texts. */
export class Eraser {
  readonly #address: Address
  readonly #whole: RegExp
  readonly #alone: RegExp

  constructor(address: Address) {
    const { local, domain } = address
    this.#address = address
    const locals = [...new Set([local, xtext(local), local.replaceAll(/\\(.)|^"|"$/g, '$1')])].map(quoted).join('|')
    const domains = [...new Set([domain, domainToUnicode(domain) || domain])].map(quoted).join('|')
    // `list-bounces+joe=b.example`: the address in a return address of others.
    const before = `(?:(?<![\\p{L}\\p{N}._%-])(?:${locals})(?=@)|(?<![\\p{L}\\p{N}])(?:${locals})(?==))`
    this.#whole = new RegExp(`${before}([@=])(${domains})(?![\\p{L}\\p{N}-]|\\.[\\p{L}\\p{N}])`, 'giu')
    this.#alone = new RegExp(`(?<![\\p{L}\\p{N}.@_+-])(?:${locals})(?![\\p{L}\\p{N}@_+-]|\\.[\\p{L}\\p{N}])`, 'giu')
  }

  /** Whether this is the address. */
  is(local: string, domain: string): boolean {
    return domain === this.#address.domain && local.toLowerCase() === this.#address.local.toLowerCase()
  }

  isPrinted(text: string): boolean {
    return text.toLowerCase() === printAddress(this.#address).toLowerCase()
  }

  /** Whether it stands in a text. */
  isIn(text: string | null): boolean {
    return text !== null && text.search(this.#whole) >= 0
  }

  isInJson(json: string): boolean {
    return this.#isSomewhere(JSON.parse(json))
  }

  text(text: string): string {
    const without = text.replaceAll(this.#whole, `${ERASED}$1$2`)
    return /\s/.test(text) ? without.replaceAll(this.#alone, ERASED) : without
  }

  /** The same JSON without it, its members in their order. */
  json(json: string): string {
    return JSON.stringify(this.#without(JSON.parse(json)))
  }

  /** `meta` of a message, without it and without its card; nothing that comes back to it later is told or passed on. */
  meta(json: string): string {
    const { card: _, passesOn: __, reversePath, ...meta } = JSON.parse(json) as Meta
    const isSender = reversePath !== null && this.is(reversePath.local, reversePath.domain)
    const local = isSender ? ERASED : this.text(reversePath?.local ?? '')
    const sender = reversePath === null ? null : { ...reversePath, local }
    return JSON.stringify({ reversePath: sender, ...(this.#without(meta) as object), erased: true })
  }

  #isSomewhere(value: unknown): boolean {
    if (typeof value === 'string') return this.isIn(value)
    return (
      typeof value === 'object' &&
      value !== null &&
      Object.entries(value)
        .flat()
        .some(each => this.#isSomewhere(each))
    )
  }

  #without(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value)
    if (Array.isArray(value)) return value.map(each => this.#without(each))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [this.text(name), this.#without(each)]))
  }
}

/** As ORCPT has it (RFC 3461 §4). */
function xtext(local: string): string {
  return local.replaceAll(/[+=]/g, sign => (sign === '+' ? '+2B' : '+3D'))
}

/** As it stands in a pattern of Unicode, where nothing but syntax may be quoted. */
function quoted(text: string): string {
  return text.replaceAll(/[$()*+./?[\\\]^{|}]/g, String.raw`\$&`)
}
