/**
 * StoredUsers: the users of the web interface in the relay's store, edited by `postrider user` and over HTTP while relays run on it.
 *
 * Policy. A change is seen by the next request at every relay that shares the store. With a user go its sessions and links; another
 * password ends all sessions but the one that asked for it.
 *
 * Not here: what is shown to be known again (stored-sessions.ts), how one comes in first (login-links.ts), checking a password (account/).
 */
import type { Clock } from '@postrider/core'
import { type AccountRecord, accountName } from '../account/index.ts'
import type { Ask, RelayStore, Row } from '../store/index.ts'
import type { Role, User } from './user.ts'

const USERS = 'postrider_relay.interface_user'
const SESSIONS = 'postrider_relay.interface_session'
const LINKS = 'postrider_relay.login_link'
const COLUMNS = 'name, role, content, language, secret_hash, created'
const READ = `${COLUMNS}, provided`
const SQL = {
  find: `SELECT ${READ} FROM ${USERS} WHERE name = $1`,
  list: `SELECT ${READ} FROM ${USERS} ORDER BY name`,
  any: `SELECT name FROM ${USERS} LIMIT 1`,
  add: `INSERT INTO ${USERS} (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING name`,
  change: `UPDATE ${USERS} SET role = coalesce($2, role), content = coalesce($3, content), language = coalesce($4, language)
    WHERE name = $1 RETURNING name`,
  changePassword: `UPDATE ${USERS} SET secret_hash = $2 WHERE name = $1 AND secret_hash = $3 RETURNING name`,
  password: `UPDATE ${USERS} SET secret_hash = $2 WHERE name = $1 RETURNING name`,
  remove: `DELETE FROM ${USERS} WHERE name = $1 RETURNING name`,
  endOthers: `DELETE FROM ${SESSIONS} WHERE name = $1 AND id <> $2`,
  endAllSessions: `DELETE FROM ${SESSIONS}`,
  endAllLinks: `DELETE FROM ${LINKS}`,
  endLinks: `DELETE FROM ${LINKS} WHERE name = $1`,
} as const

interface UserRow extends Row {
  readonly name: string
  readonly role: string
  readonly content: number
  readonly language: string
  /** '' is none. */
  readonly secret_hash: string
  readonly created: number
  readonly provided: number
}

export type NewUser = Pick<User, 'name' | 'role' | 'content'>

export class StoredUsers {
  readonly #store: RelayStore
  readonly #clock: Pick<Clock, 'now'>

  /** @param store is closed by who opened it */
  constructor(store: RelayStore, clock: Pick<Clock, 'now'>) {
    this.#store = store
    this.#clock = clock
  }

  async find(name: string): Promise<User | undefined> {
    const row = await this.#row(name)
    return row && toUser(row)
  }

  async list(): Promise<readonly User[]> {
    return (await this.#store.ask<UserRow>(SQL.list)).map(toUser)
  }

  async isEmpty(): Promise<boolean> {
    return (await this.#store.ask(SQL.any)).length === 0
  }

  /** Without a password: who has none comes in by a link. `false`: there is one of this name. */
  async add(user: NewUser): Promise<boolean> {
    return addUser(this.#store.ask, user, '', this.#clock.now())
  }

  /** `false`: there is none of this name. */
  async change(name: string, { role, content, language }: Partial<User>): Promise<boolean> {
    const leave = content === undefined ? null : Number(content)
    return (await this.#store.ask(SQL.change, accountName(name), role ?? null, leave, language ?? null)).length > 0
  }

  /** @param kept the id of the session that goes on. `false`: there is none of this name */
  async setPassword(name: string, secretHash: string, kept = ''): Promise<boolean> {
    return this.#store.transact('lasting', ask => takePassword(ask, accountName(name), secretHash, kept))
  }

  /** Another password in place of the one that was verified. `false`: there is another one by now, or nobody of this name. */
  async changePassword(name: string, verified: string, secretHash: string, kept: string): Promise<boolean> {
    return this.#store.transact('lasting', async ask => {
      const known = accountName(name)
      if ((await ask(SQL.changePassword, known, secretHash, verified)).length === 0) return false
      await endAll(ask, known, kept)
      return true
    })
  }

  /** Nobody comes in as this user before a link is used. `false`: there is none of this name. */
  async shutOut(name: string): Promise<boolean> {
    return this.setPassword(name, '')
  }

  /** Ends every session and voids every link: nobody comes in but by a password. */
  async endAllSessions(): Promise<void> {
    await this.#store.transact('lasting', async ask => {
      await ask(SQL.endAllSessions)
      await ask(SQL.endAllLinks)
    })
  }

  /** `false`: there was none of this name. */
  async remove(name: string): Promise<boolean> {
    const known = accountName(name)
    return this.#store.transact('lasting', async ask => {
      await ask(SQL.endOthers, known, '')
      await ask(SQL.endLinks, known)
      return (await ask(SQL.remove, known)).length > 0
    })
  }

  /** Users as `Logins` looks them up: one without a password is as none. */
  async record(name: string): Promise<AccountRecord | undefined> {
    const row = await this.#row(name)
    return row === undefined || row.secret_hash === ''
      ? undefined
      : { name: row.name, senders: [], secretHash: row.secret_hash }
  }

  async #row(name: string): Promise<UserRow | undefined> {
    // PostgreSQL has no room for NUL, and nobody has such a name.
    if (name.includes('\0')) return undefined
    return (await this.#store.ask<UserRow>(SQL.find, accountName(name)))[0]
  }
}

/** Within a transaction of others. */
export async function addUser(ask: Ask, user: NewUser, secretHash: string, at: number): Promise<boolean> {
  const { name, role, content } = user
  return (await ask(SQL.add, accountName(name), role, Number(content), '', secretHash, at)).length > 0
}

/** Within a transaction of others. */
export async function takePassword(ask: Ask, name: string, secretHash: string, kept = ''): Promise<boolean> {
  // First, for who logs in meanwhile stands in line for this row (stored-sessions.ts).
  const isThere = (await ask(SQL.password, name, secretHash)).length > 0
  await endAll(ask, name, kept)
  return isThere
}

async function endAll(ask: Ask, name: string, kept: string): Promise<void> {
  await ask(SQL.endOthers, name, kept)
  await ask(SQL.endLinks, name)
}

export async function isWithoutUsers(ask: Ask): Promise<boolean> {
  return (await ask(SQL.any)).length === 0
}

function toUser({ name, role, content, language, secret_hash, created, provided }: UserRow): User {
  return {
    name,
    role: role as Role,
    content: content === 1,
    language,
    createdAt: created,
    hasPassword: secret_hash !== '',
    provided: provided === 1,
  }
}
