/**
 * Suppressions: the list of addresses that are not mailed, as its owner sees it: look, add, lift, take in, give out.
 *
 * Policy. What is added by hand is in force until it is lifted, unless an end is given, and takes the place of what stands of its
 * address. Many are written a thousand at a time, so that a list of any length passes through in little memory.
 *
 * Not here: who is put on the list by a bounce or a complaint (outcome/suppress.ts).
 */
import type { Clock } from '../ambient/clock.ts'
import { printAddress, requireAddress } from '../model/address.ts'
import type { MailerError } from '../model/error.ts'
import type { QueueId } from '../model/queue-id.ts'
import { SUPPRESSION_ORIGINS, type Suppression, type SuppressionOrigin } from '../model/settlement.ts'
import { type Kind, shown, wrongValue } from '../model/wrong-value.ts'
import { suppressByHand } from '../outcome/index.ts'
import type { QueueStore, SuppressionFilter } from '../queue/index.ts'
import { checkKeys } from './arguments.ts'

const FILTER = { limit: 'count', after: 'string', origin: 'string' } as const satisfies Record<
  keyof SuppressionFilter,
  Kind
>
const ORIGIN = { origin: 'string' } as const satisfies Record<string, Kind>
const ENTRY = { address: 'any', note: 'string', origin: 'string', until: 'any' } as const satisfies Record<
  keyof NewSuppression,
  Kind
>
const BATCH = 1000
const LONGEST_PAGE = 1000
const LONGEST_NOTE = 500
/** Until it is lifted. */
const FOR_GOOD = Date.UTC(9999, 11, 31)

/** An address that is not mailed, and why. */
export interface SuppressionEntry {
  /** `local@domain` */
  readonly address: string
  /** Who said so: its mail host, a complaint, an unsubscription, or you. */
  readonly origin: SuppressionOrigin
  /** What decided, such as `feedback.complained`. */
  readonly rule: string
  /** What later messages to it are told. */
  readonly detail: string
  /** When it was added, in milliseconds since 1970. */
  readonly since: number
  /** When it is mailed again, in milliseconds since 1970; the end of the year 9999 when it is until it is lifted. */
  readonly until: number
  /** The message that led to it. */
  readonly messageId?: QueueId
  /** Why, in the words of who added it. */
  readonly note?: string
}

/** An address to mail no more. */
export interface NewSuppression {
  /** As `local@domain`; found again without regard to case. Throws `invalid-address`. */
  readonly address: string
  /** Why, at most 500 characters. */
  readonly note?: string
  /** Of an entry that comes from a list kept elsewhere. @default 'manual' */
  readonly origin?: SuppressionOrigin
  /** When it is mailed again; must be in the future. Throws `invalid-option`. @default until it is lifted */
  readonly until?: Date | number
}

/** The addresses that are not mailed. */
export class Suppressions {
  readonly #store: QueueStore
  readonly #clock: Clock

  constructor(store: QueueStore, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /**
   * Those in force, by address: at most `limit` (default 100, at most 1000), after the address `after`.
   * @throws MailerError `invalid-option`
   */
  async list(filter: SuppressionFilter = {}): Promise<readonly SuppressionEntry[]> {
    return (await this.#store.suppressions(checkedFilter(filter), this.#clock.now())).map(entryOf)
  }

  /** All of them, by address, read page by page. */
  async *all(filter: Pick<SuppressionFilter, 'origin'> = {}): AsyncGenerator<SuppressionEntry, void, undefined> {
    checkKeys(filter, ORIGIN, 'filter')
    const { origin } = filter
    let after: string | undefined
    for (;;) {
      const page = await this.list({
        limit: BATCH,
        ...(origin === undefined ? {} : { origin }),
        ...(after === undefined ? {} : { after }),
      })
      yield* page
      after = page.at(-1)?.address
      if (page.length < BATCH) return
    }
  }

  /** @throws MailerError `invalid-address` */
  async find(address: string): Promise<SuppressionEntry | undefined> {
    const found = await this.#store.suppression(requireAddress(address, 'address'), this.#clock.now())
    return found === undefined ? undefined : entryOf(found)
  }

  /** @throws MailerError `invalid-address`, `invalid-option`, and then nothing is written */
  async add(entry: NewSuppression): Promise<void> {
    await this.#store.putSuppressions([this.#suppressionOf(entry, 'entry')])
  }

  /**
   * Adds many, in the order given. What was written before one that is wrong stays.
   * @returns how many
   * @throws MailerError `invalid-address` (`where` names the place, from 1), `invalid-option`
   */
  async addMany(entries: Iterable<NewSuppression> | AsyncIterable<NewSuppression>): Promise<number> {
    requireIterable(entries)
    let count = 0
    let batch: Suppression[] = []
    for await (const entry of entries) {
      batch.push(this.#suppressionOf(entry, `entry ${++count}`))
      if (batch.length < BATCH) continue
      await this.#store.putSuppressions(batch)
      batch = []
    }
    if (batch.length > 0) await this.#store.putSuppressions(batch)
    return count
  }

  /** Lets an address be mailed again. `false` when it was not on the list. @throws MailerError `invalid-address` */
  async remove(address: string): Promise<boolean> {
    return this.#store.unsuppress(requireAddress(address, 'address'))
  }

  #suppressionOf(entry: NewSuppression, where: string): Suppression {
    checkKeys(entry, ENTRY, where)
    const { address, origin = 'manual', note, until } = entry
    const now = this.#clock.now()
    checkOrigin(origin, `${where}.origin`)
    if (note !== undefined && note.length > LONGEST_NOTE)
      throw wrong(`${where}.note`, `${note.length} characters`, `at most ${LONGEST_NOTE}`)
    return suppressByHand(requireAddress(address, `${where}.address`), {
      origin,
      note,
      now,
      until: readEnd(until, `${where}.until`, now),
    })
  }
}

function checkedFilter(filter: SuppressionFilter): SuppressionFilter {
  checkKeys(filter, FILTER, 'filter')
  const { origin, limit } = filter
  if (origin !== undefined) checkOrigin(origin, 'filter.origin')
  if (limit !== undefined && !(limit >= 1 && limit <= LONGEST_PAGE))
    throw wrong('filter.limit', shown(limit), `a whole number from 1 to ${LONGEST_PAGE}`)
  return filter
}

function checkOrigin(origin: SuppressionOrigin, where: string): void {
  if (!SUPPRESSION_ORIGINS.includes(origin))
    throw wrong(where, shown(origin), `one of ${SUPPRESSION_ORIGINS.join(', ')}`)
}

function readEnd(until: unknown, where: string, now: number): number {
  if (until === undefined) return FOR_GOOD
  const end = typeof until === 'number' ? until : until instanceof Date ? until.getTime() : Number.NaN
  if (end > now && end <= FOR_GOOD) return end
  throw wrong(where, shown(until), 'a time in the future, in milliseconds since 1970 or as a Date')
}

function requireIterable(entries: unknown): void {
  const it = entries as Partial<Iterable<unknown> & AsyncIterable<unknown>> | null | undefined
  if (typeof it === 'object' && it !== null && (it[Symbol.iterator] ?? it[Symbol.asyncIterator]) !== undefined) return
  throw wrong('entries', shown(entries), 'an array, or what can be iterated')
}

function wrong(where: string, found: string, wanted: string): MailerError {
  return wrongValue('invalid-option', { where, found, wanted })
}

function entryOf({ address, origin, failure, since, until, messageId, note }: Suppression): SuppressionEntry {
  return {
    address: printAddress(address),
    origin,
    rule: failure.rule,
    detail: failure.detail,
    since,
    until,
    ...(messageId !== undefined && { messageId }),
    ...(note !== undefined && { note }),
  }
}
