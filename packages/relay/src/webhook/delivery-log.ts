/**
 * DeliveryLog: what endpoints answered, for people who look why something was not told.
 *
 * Policy. The newest of what was taken and the newest of what was not are kept of each endpoint, so many of each, so that those that
 * failed are still there when a thousand others were taken since. They are written together, a second later at most, of a busy second the
 * newest hundred of each: the log must not hold up mail. One that is a second short after a crash tells no lie about what was told. What an event says is not kept here: it is in the history of the queue.
 *
 * Not here: how far an endpoint was told (records.ts).
 */
import type { Clock } from '@postrider/core'
import type { RelayStore, Row } from '../store/index.ts'

export interface Delivery {
  readonly at: number
  /** The id of the event, the same for every try. */
  readonly event: string
  readonly type: string
  /** Counts from 1; 0 is a test. */
  readonly attempt: number
  readonly taken: boolean
  /** `taken`, `gone`, `status 500`, or why there was no answer. */
  readonly answer: string
  readonly tookMs: number
}

export interface LoggedDelivery extends Delivery {
  /** For the next page. */
  readonly id: string
}

/** Of each endpoint: so many that were taken, and so many that were not. */
export const MOST_LOGGED = 500

const WRITE_AFTER_MS = 1000
/** Between two writes, of what was taken and of what was not: some half a millisecond. */
const MOST_NOTED = 100
const MOST_ANSWER = 200
const DIGITS = 15
const TABLE = 'postrider_relay.webhook_delivery'
const COLUMNS = 'id, at, event, type, attempt, taken, answer, took'
const SQL = {
  add: `INSERT INTO ${TABLE} (endpoint, ${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
  trim: `DELETE FROM ${TABLE} WHERE endpoint = $1 AND taken = $2 AND id <= (SELECT id FROM ${TABLE}
    WHERE endpoint = $1 AND taken = $2 ORDER BY id DESC LIMIT 1 OFFSET ${MOST_LOGGED})`,
  list: `SELECT ${COLUMNS} FROM ${TABLE} WHERE endpoint = $1 AND id < $2 ORDER BY id DESC LIMIT $3`,
  clear: `DELETE FROM ${TABLE} WHERE endpoint = $1`,
} as const

interface DeliveryRow extends Row {
  readonly id: string
  readonly at: number
  readonly event: string
  readonly type: string
  readonly attempt: number
  readonly taken: number
  readonly answer: string
  readonly took: number
}

interface Noted {
  taken: Delivery[]
  failed: Delivery[]
}

export class DeliveryLog {
  readonly #store: RelayStore
  readonly #clock: Pick<Clock, 'after'>
  #noted = new Map<string, Noted>()
  #cancel: (() => void) | undefined

  /** @param store is closed by who opened it */
  constructor(store: RelayStore, clock: Pick<Clock, 'after'>) {
    this.#store = store
    this.#clock = clock
  }

  note(endpoint: string, delivery: Delivery): void {
    const noted = this.#noted.get(endpoint) ?? { taken: [], failed: [] }
    this.#noted.set(endpoint, noted)
    const rows = delivery.taken ? noted.taken : noted.failed
    if (rows.length >= MOST_NOTED) rows.shift()
    rows.push(delivery)
    // Never rejects.
    this.#cancel ??= this.#clock.after(WRITE_AFTER_MS, () => void this.write(), { idle: true })
  }

  /** Never rejects: what cannot be written is let go. */
  async write(): Promise<void> {
    this.#cancel?.()
    this.#cancel = undefined
    const noted = this.#noted
    this.#noted = new Map()
    for (const [endpoint, { taken, failed }] of noted)
      await this.#add(endpoint, [...taken, ...failed]).catch(() => undefined)
  }

  /** The newest first, those before one of this id. */
  async list(
    endpoint: string,
    { limit, before = '~' }: { readonly limit: number; readonly before?: string | undefined },
  ): Promise<readonly LoggedDelivery[]> {
    await this.write()
    const rows = await this.#store.ask<DeliveryRow>(SQL.list, endpoint, before, limit)
    return rows.map(({ taken, took, ...row }) => ({ ...row, taken: taken === 1, tookMs: took }))
  }

  async clear(endpoint: string): Promise<void> {
    this.#noted.delete(endpoint)
    await this.#store.ask(SQL.clear, endpoint)
  }

  #add(endpoint: string, deliveries: readonly Delivery[]): Promise<void> {
    return this.#store.transact('passing', async ask => {
      for (const { at, event, type, attempt, taken, answer, tookMs } of deliveries) {
        const id = `${String(at).padStart(DIGITS, '0')}-${event}`
        const values = [id, at, event, type, attempt, taken ? 1 : 0, answer.slice(0, MOST_ANSWER), Math.round(tookMs)]
        await ask(SQL.add, endpoint, ...values)
      }
      for (const taken of [0, 1]) await ask(SQL.trim, endpoint, taken)
    })
  }
}
