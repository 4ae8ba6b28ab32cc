/**
 * StoredAccounts: accounts in the relay's store, edited by `postrider user` while relays run on it.
 *
 * Policy. A change is seen by the next login at every relay that shares the store.
 *
 * Not here: the file or database they are in (store/).
 */
import type { RelayStore, Row } from '../store/index.ts'
import { type AccountLimits, type AccountRecord, accountName } from './account.ts'
import { requireHash } from './secret.ts'
import type { EditableAccountStore } from './store.ts'

const TABLE = 'postrider_relay.account'
const COLUMNS = 'name, secret_hash, senders, rewrite_from, limits'
const FIND = `SELECT ${COLUMNS} FROM ${TABLE} WHERE name = $1`
const LIST = `SELECT ${COLUMNS} FROM ${TABLE} ORDER BY name`
const ADD = `INSERT INTO ${TABLE} (${COLUMNS}) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING name`
const CHANGE = `UPDATE ${TABLE} SET secret_hash = coalesce($2, secret_hash), senders = coalesce($3, senders),
  rewrite_from = coalesce($4, rewrite_from), limits = coalesce($5, limits) WHERE name = $1 RETURNING name`
const REMOVE = `DELETE FROM ${TABLE} WHERE name = $1 RETURNING name`

interface AccountRow extends Row {
  readonly name: string
  readonly secret_hash: string
  readonly senders: string
  readonly rewrite_from: string | null
  readonly limits: string | null
}

export class StoredAccounts implements EditableAccountStore {
  readonly #store: RelayStore

  /** @param store is closed with it */
  constructor(store: RelayStore) {
    this.#store = store
  }

  async find(name: string): Promise<AccountRecord | undefined> {
    // PostgreSQL has no room for NUL, and nobody has such a name.
    if (name.includes('\0')) return undefined
    const [row] = await this.#store.ask<AccountRow>(FIND, accountName(name))
    return row && toAccount(row)
  }

  async list(): Promise<readonly AccountRecord[]> {
    return (await this.#store.ask<AccountRow>(LIST)).map(toAccount)
  }

  async add(account: AccountRecord): Promise<boolean> {
    requireHash(account)
    return this.#changed(ADD, accountName(account.name), account)
  }

  async change(name: string, changes: Partial<Omit<AccountRecord, 'name'>>): Promise<boolean> {
    if (changes.secretHash !== undefined) requireHash({ name, secretHash: changes.secretHash })
    return this.#changed(CHANGE, accountName(name), changes)
  }

  async remove(name: string): Promise<boolean> {
    return (await this.#store.ask(REMOVE, accountName(name))).length > 0
  }

  close(): Promise<void> {
    return this.#store.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #changed(statement: string, name: string, account: Partial<AccountRecord>): Promise<boolean> {
    const { secretHash, senders, rewriteFrom, limits } = account
    // Null is what is not given.
    const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value))
    const values = [secretHash ?? null, json(senders), rewriteFrom ?? null, json(limits)]
    return (await this.#store.ask(statement, name, ...values)).length > 0
  }
}

function toAccount(row: AccountRow): AccountRecord {
  return {
    name: row.name,
    secretHash: row.secret_hash,
    senders: JSON.parse(row.senders) as readonly string[],
    ...(row.rewrite_from === null ? {} : { rewriteFrom: row.rewrite_from }),
    ...(row.limits === null ? {} : { limits: JSON.parse(row.limits) as AccountLimits }),
  }
}
