/**
 * Audit: what was done over HTTP, by whom and from where, in the relay's store.
 *
 * Policy. It is written before the work begins, and how it ended afterwards: an action that a crash cut off is there without an end.
 * `MOST_KEPT` of the newest are kept, and some hundred more between two clearings. What is secret in what was asked never comes here.
 *
 * Not here: which requests are actions (v1/), all requests in memory (access-control/api-log.ts).
 */
import type { Clock } from '@postrider/core'
import type { RelayStore, Row } from '../store/index.ts'
import { makeId } from './token.ts'

const AUDIT = 'postrider_relay.audit'
const COLUMNS = 'id, at, kind, who, address, action, asked, status'
const SQL = {
  begin: `INSERT INTO ${AUDIT} (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, 0)`,
  end: `UPDATE ${AUDIT} SET status = $2 WHERE id = $1`,
  list: `SELECT ${COLUMNS} FROM ${AUDIT} WHERE id < $1 ORDER BY id DESC LIMIT $2`,
  prune: `DELETE FROM ${AUDIT} WHERE id <= (SELECT id FROM ${AUDIT} ORDER BY id DESC LIMIT 1 OFFSET $1)`,
} as const
const MOST_KEPT = 10_000
const CLEARED_EACH = 100
const LONGEST_ASKED = 1000
const NEWEST = '~'

export interface Action {
  /** `key`: `who` is the id of an API key. */
  readonly kind: 'user' | 'key'
  readonly who: string
  readonly address: string
  /** `POST /v1/messages/:id/hold` */
  readonly action: string
  /** What the path and the body say, as JSON; long texts are cut. */
  readonly asked: string
}

export interface AuditEntry extends Action {
  /** Their order is that of time. */
  readonly id: string
  readonly at: number
  /** Of the answer; absent while it is done, or when it never ended. */
  readonly status?: number
}

interface AuditRow extends Row {
  readonly id: string
  readonly at: number
  readonly kind: string
  readonly who: string
  readonly address: string
  readonly action: string
  readonly asked: string
  readonly status: number
}

export class Audit {
  readonly #store: RelayStore
  readonly #clock: Pick<Clock, 'now'>
  readonly #mostKept: number
  #count = 0

  /** @param store is closed by who opened it */
  constructor(store: RelayStore, clock: Pick<Clock, 'now'>, mostKept: number = MOST_KEPT) {
    this.#store = store
    this.#clock = clock
    this.#mostKept = mostKept
  }

  /** @returns how to say how it ended. @throws {MailerError} `queue-unavailable`: then it is not to be done */
  async begin({ kind, who, address, action, asked }: Action): Promise<(status: number) => Promise<void>> {
    const at = this.#clock.now()
    const id = `${String(at).padStart(15, '0')}-${makeId()}`
    await this.#store.ask(SQL.begin, id, at, kind, who, address, action, asked.slice(0, LONGEST_ASKED))
    if (this.#count++ % CLEARED_EACH === 0) await this.#store.ask(SQL.prune, this.#mostKept)
    return async status => {
      await this.#store.transact('passing', async ask => {
        await ask(SQL.end, id, status)
      })
    }
  }

  /** The newest first. @param before the id of the last one of the page before */
  async list(limit: number, before: string = NEWEST): Promise<readonly AuditEntry[]> {
    return (await this.#store.ask<AuditRow>(SQL.list, before, limit)).map(toEntry)
  }
}

function toEntry({ id, at, kind, who, address, action, asked, status }: AuditRow): AuditEntry {
  const entry = { id, at, kind: kind as Action['kind'], who, address, action, asked }
  return status === 0 ? entry : { ...entry, status }
}
