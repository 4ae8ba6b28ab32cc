/**
 * StoredEndpoints: endpoints in the relay's store, made and changed over HTTP and with `postrider webhooks` while relays run on it.
 *
 * Policy. The secret is kept as it is: it signs. So many there are at the most, and so many of one account, so that there is room for
 * others: each has a worker and connections in every relay. Two that are made in one moment may pass that number by one.
 *
 * Not here: how far each was told, and whether it is stopped (records.ts); what may be one (webhooks.ts).
 */
import { randomUUID } from 'node:crypto'
import type { Clock } from '@postrider/core'
import type { RelayStore, Row } from '../store/index.ts'
import type { Endpoint } from './endpoint.ts'
import type { Format } from './formats.ts'

export interface StoredEndpoint extends Endpoint {
  readonly from: 'store'
  readonly createdAt: number
}

export type NewEndpoint = Pick<StoredEndpoint, 'url' | 'secret' | 'events' | 'format' | 'types' | 'account'>
export type EndpointChanges = Partial<
  Pick<StoredEndpoint, 'url' | 'secret' | 'previousSecret' | 'events' | 'format' | 'types'>
>

export const MOST_STORED = 100
export const MOST_OF_ACCOUNT = 10

const TABLE = 'postrider_relay.webhook_stored'
const COLUMNS = 'id, url, secret, previous, events, format, types, account, created'
const SQL = {
  list: `SELECT ${COLUMNS} FROM ${TABLE} ORDER BY created, id`,
  count: `SELECT count(*) AS count, count(CASE WHEN account = $1 THEN 1 END) AS own FROM ${TABLE}`,
  // Those of the configuration have ids of another length, and what is kept of them outlives their absence.
  orphans: `SELECT id FROM (SELECT id FROM postrider_relay.webhook_endpoint
    UNION SELECT endpoint AS id FROM postrider_relay.webhook_delivery) AS kept
    WHERE length(id) = 36 AND id NOT IN (SELECT id FROM ${TABLE})`,
  add: `INSERT INTO ${TABLE} (${COLUMNS}) VALUES ($1, $2, $3, NULL, $4, $5, $6, $7, $8)`,
  change: `UPDATE ${TABLE} SET url = $2, secret = $3, previous = $4, events = $5, format = $6, types = $7 WHERE id = $1
    RETURNING id`,
  remove: `DELETE FROM ${TABLE} WHERE id = $1 RETURNING id`,
} as const

interface EndpointRow extends Row {
  readonly id: string
  readonly url: string
  readonly secret: string
  readonly previous: string | null
  readonly events: string
  readonly format: string
  /** Null: all that the format has. */
  readonly types: string | null
  /** '' is of all accounts. */
  readonly account: string
  readonly created: number
}

export class StoredEndpoints {
  readonly #store: RelayStore
  readonly #clock: Pick<Clock, 'now'>

  /** @param store is closed by who opened it */
  constructor(store: RelayStore, clock: Pick<Clock, 'now'>) {
    this.#store = store
    this.#clock = clock
  }

  async list(): Promise<readonly StoredEndpoint[]> {
    return (await this.#store.ask<EndpointRow>(SQL.list)).map(toEndpoint)
  }

  /** Ids of which something is kept, though they are not there any more: a crash cut their removal off. */
  async orphans(): Promise<readonly string[]> {
    return (await this.#store.ask<Row & { readonly id: string }>(SQL.orphans)).map(({ id }) => id)
  }

  /** Its id; undefined, and nothing was made, when there are as many as there may be. */
  add({ url, secret, events, format, types, account = '' }: NewEndpoint): Promise<string | undefined> {
    return this.#store.transact('lasting', async ask => {
      const [counted] = await ask<Row & { readonly count: number; readonly own: number }>(SQL.count, account)
      const { count = 0, own = 0 } = counted ?? {}
      if (count >= MOST_STORED || (account !== '' && own >= MOST_OF_ACCOUNT)) return undefined
      const id = randomUUID()
      const words = [JSON.stringify(events), format, typesText(types)]
      await ask(SQL.add, id, url, secret, ...words, account, this.#clock.now())
      return id
    })
  }

  /** Other events, or another form, end `types` that are not given anew. `false`: there is none of this id any more. */
  async change(before: StoredEndpoint, changes: EndpointChanges): Promise<boolean> {
    const { id, url, secret, previousSecret = null, events, format } = { ...before, ...changes }
    // Types are of one form, and of the events that were asked for with them.
    const isOther = changes.events !== undefined || format !== before.format
    const types = changes.types ?? (isOther ? undefined : before.types)
    const words = [JSON.stringify(events), format, typesText(types)]
    return (await this.#store.ask(SQL.change, id, url, secret, previousSecret, ...words)).length > 0
  }

  /** `false`: there was none of this id. */
  async remove(id: string): Promise<boolean> {
    return (await this.#store.ask(SQL.remove, id)).length > 0
  }
}

function typesText(types: readonly string[] | undefined): string | null {
  return types === undefined ? null : JSON.stringify(types)
}

function toEndpoint({
  id,
  url,
  secret,
  previous,
  events,
  format,
  types,
  account,
  created,
}: EndpointRow): StoredEndpoint {
  return {
    id,
    url,
    secret,
    events: JSON.parse(events) as readonly string[],
    format: format as Format,
    from: 'store',
    createdAt: created,
    ...(previous !== null && { previousSecret: previous }),
    ...(types !== null && { types: JSON.parse(types) as readonly string[] }),
    ...(account !== '' && { account }),
  }
}
