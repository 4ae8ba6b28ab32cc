/**
 * StoredKeys: API keys in the relay's store, edited by `postrider key` while relays run on it.
 *
 * Policy. Only the digest of a key is kept. A key that was added or removed is so for the next request at every relay that shares the
 * store. When a key was last used is written once a minute at most.
 *
 * Not here: the file or database they are in (store/).
 */
import { type Clock, MailerError } from '@postrider/core'
import type { RelayStore, Row } from '../store/index.ts'
import { type ApiKey, digestOfToken, makeKey, type Scope } from './api-key.ts'

const TABLE = 'postrider_relay.api_key'
const COLUMNS = 'id, digest, name, account, scopes, domains, networks, created, expires, used'
const SQL = {
  find: `SELECT ${COLUMNS} FROM ${TABLE} WHERE digest = $1`,
  list: `SELECT ${COLUMNS} FROM ${TABLE} ORDER BY created, id`,
  add: `INSERT INTO ${TABLE} (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL)`,
  count: `SELECT count(*) AS keys FROM ${TABLE} WHERE account = $1`,
  remove: `DELETE FROM ${TABLE} WHERE id = $1 RETURNING id`,
  removeOf: `DELETE FROM ${TABLE} WHERE account = $1`,
  used: `UPDATE ${TABLE} SET used = $2 WHERE id = $1`,
} as const
const USE_NOTED_MS = 60_000
/** Of one account, and of operators: one that makes keys may make more of them. */
export const MOST_KEYS = 1_000

interface KeyRow extends Row {
  readonly id: string
  readonly digest: string
  readonly name: string
  /** '' is none. */
  readonly account: string
  readonly scopes: string
  readonly domains: string
  readonly networks: string
  readonly created: number
  readonly expires: number | null
  readonly used: number | null
}

/** The API keys of a relay. */
export class StoredKeys {
  readonly #store: RelayStore
  readonly #clock: Pick<Clock, 'now'>

  /** @param store is closed by who opened it */
  constructor(store: RelayStore, clock: Pick<Clock, 'now'>) {
    this.#store = store
    this.#clock = clock
  }

  /** The key itself is in the answer, and nowhere afterwards. @throws {MailerError} `not-possible` when there are `MOST_KEYS` already */
  async add(wanted: Omit<ApiKey, 'id' | 'createdAt' | 'lastUsedAt'>): Promise<{ readonly id: string; token: string }> {
    const { id, token, digest } = makeKey()
    const { name, account = '', scopes, domains, networks, expiresAt = null } = wanted
    const words = [scopes, domains, networks].map(list => JSON.stringify(list))
    const values = [id, digest, name, account, ...words, this.#clock.now(), expiresAt]
    await this.#store.transact('lasting', async ask => {
      const [row] = await ask<{ readonly keys: number }>(SQL.count, account)
      if (Number(row?.keys) >= MOST_KEYS) throw tooMany(account)
      await ask(SQL.add, ...values)
    })
    return { id, token }
  }

  /** The key of this token; `expired` when it was one; undefined when there is none. @throws {MailerError} `queue-unavailable` */
  async find(token: string): Promise<ApiKey | 'expired' | undefined> {
    const row = await this.#lasting(token)
    if (row === undefined || row === 'expired') return row
    const now = this.#clock.now()
    if (now - (row.used ?? 0) >= USE_NOTED_MS) await this.#noteUse(row.id, now)
    return toKey(row)
  }

  /** As it is now; that it was asked about is no use of it. @throws {MailerError} `queue-unavailable` */
  async look(token: string): Promise<ApiKey | 'expired' | undefined> {
    const row = await this.#lasting(token)
    return row === undefined || row === 'expired' ? row : toKey(row)
  }

  async #lasting(token: string): Promise<KeyRow | 'expired' | undefined> {
    const digest = digestOfToken(token)
    if (digest === undefined) return undefined
    const [row] = await this.#store.ask<KeyRow>(SQL.find, digest)
    return row !== undefined && row.expires !== null && row.expires <= this.#clock.now() ? 'expired' : row
  }

  /** All keys, without their secrets. */
  async list(): Promise<readonly ApiKey[]> {
    return (await this.#store.ask<KeyRow>(SQL.list)).map(toKey)
  }

  /** `false`: there was none of this id. */
  async remove(id: string): Promise<boolean> {
    return (await this.#store.ask(SQL.remove, id)).length > 0
  }

  /** All that act as this account. */
  async removeOf(account: string): Promise<void> {
    await this.#store.ask(SQL.removeOf, account)
  }

  async #noteUse(id: string, now: number): Promise<void> {
    await this.#store.transact('passing', async ask => {
      await ask(SQL.used, id, now)
    })
  }
}

function tooMany(account: string): MailerError {
  const whose = account === '' ? 'Operators have' : `The account ${account} has`
  return new MailerError('not-possible', `${whose} as many API keys as there may be.`, {
    found: `${MOST_KEYS} keys`,
    wanted: 'fewer',
    fix: 'remove one that is not used: postrider key list, postrider key remove ID',
  })
}

function toKey({ id, name, account, scopes, domains, networks, created, expires, used }: KeyRow): ApiKey {
  return {
    id,
    name,
    ...(account === '' ? {} : { account }),
    scopes: JSON.parse(scopes) as readonly Scope[],
    domains: JSON.parse(domains) as readonly string[],
    networks: JSON.parse(networks) as readonly string[],
    createdAt: created,
    ...(expires === null ? {} : { expiresAt: expires }),
    ...(used === null ? {} : { lastUsedAt: used }),
  }
}
