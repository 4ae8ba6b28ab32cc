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
import { MailerError } from '../model/error.ts'
import type { QueueId } from '../model/queue-id.ts'
import { SUPPRESSION_ORIGINS, type Suppression, type SuppressionOrigin } from '../model/settlement.ts'
import { suppressByHand } from '../outcome/index.ts'
import type { QueueStore, SuppressionFilter } from '../queue/index.ts'

const BATCH = 1000
const LONGEST_PAGE = 1000
const LONGEST_NOTE = 500
/** Until it is lifted. */
const FOR_GOOD = Date.UTC(9999, 11, 31)

export interface SuppressionEntry {
  /** `local@domain` */
  readonly address: string
  readonly origin: SuppressionOrigin
  /** What decided, such as `feedback.complained`. */
  readonly rule: string
  /** What later messages to it are told. */
  readonly detail: string
  readonly since: number
  readonly until: number
  /** The message that led to it. */
  readonly messageId?: QueueId
  /** Why, in the words of who added it. */
  readonly note?: string
}

export interface NewSuppression {
  readonly address: string
  /** Why, at most 500 characters. */
  readonly note?: string
  /** Of an entry that comes from a list kept elsewhere. @default 'manual' */
  readonly origin?: SuppressionOrigin
  /** @default until it is lifted */
  readonly until?: Date | number
}

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
  async *all({ origin }: Pick<SuppressionFilter, 'origin'> = {}): AsyncGenerator<SuppressionEntry, void, undefined> {
    let after: string | undefined
    for (;;) {
      const filter = {
        limit: BATCH,
        ...(origin === undefined ? {} : { origin }),
        ...(after === undefined ? {} : { after }),
      }
      const page = await this.list(filter)
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
    await this.#store.putSuppressions([this.#suppressionOf(entry, 'address')])
  }

  /**
   * Adds many, in the order given. What was written before one that is wrong stays.
   * @returns how many
   * @throws MailerError `invalid-address` (`where` names the place, from 1), `invalid-option`
   */
  async addMany(entries: Iterable<NewSuppression> | AsyncIterable<NewSuppression>): Promise<number> {
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

  #suppressionOf({ address, origin = 'manual', note, until }: NewSuppression, where: string): Suppression {
    const now = this.#clock.now()
    if (!SUPPRESSION_ORIGINS.includes(origin))
      throw wrongOption(`${where}: origin`, String(origin), SUPPRESSION_ORIGINS.join(', '))
    const end = until === undefined ? FOR_GOOD : Number(until)
    if (!(end > now) || end > FOR_GOOD) {
      throw wrongOption(`${where}: until`, String(until), 'a time to come, in milliseconds since 1970 or as a Date')
    }
    if (note !== undefined && note.length > LONGEST_NOTE) {
      throw wrongOption(`${where}: note`, `${note.length} characters`, `at most ${LONGEST_NOTE}`)
    }
    return suppressByHand(requireAddress(address, where), { origin, note, now, until: end })
  }
}

function checkedFilter(filter: SuppressionFilter): SuppressionFilter {
  const { origin, limit } = filter
  if (origin !== undefined && !SUPPRESSION_ORIGINS.includes(origin))
    throw wrongOption('origin', String(origin), SUPPRESSION_ORIGINS.join(', '))
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1 && limit <= LONGEST_PAGE))
    throw wrongOption('limit', String(limit), `a whole number from 1 to ${LONGEST_PAGE}`)
  return filter
}

function wrongOption(where: string, found: string, wanted: string): MailerError {
  const fix = 'correct the value, or leave it out for its default'
  return new MailerError('invalid-option', `${where}: found ${found}, wanted ${wanted}`, { where, found, wanted, fix })
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
