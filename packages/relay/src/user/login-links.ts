/**
 * LoginLinks: by which somebody without a password comes in, once, and chooses one.
 *
 * Policy. A link is good for a quarter of an hour and for one use; a second one of the same user makes the first void. Only its digest is
 * kept. The very first link makes the user that it is for, and is void as soon as there is any user: relays that share a store each have
 * one, and one of them is used.
 *
 * Not here: where a link is written and shown (assembly/, the command line).
 */
import type { Clock } from '@postrider/core'
import { accountName } from '../account/index.ts'
import type { Ask, RelayStore, Row } from '../store/index.ts'
import { addUser, isWithoutUsers, takePassword } from './stored-users.ts'
import { digestOfToken, makeToken } from './token.ts'

const LINKS = 'postrider_relay.login_link'
const SQL = {
  add: `INSERT INTO ${LINKS} (digest, name, is_first, expires) VALUES ($1, $2, $3, $4)`,
  find: `SELECT name, is_first, expires FROM ${LINKS} WHERE digest = $1`,
  take: `DELETE FROM ${LINKS} WHERE digest = $1 RETURNING name, is_first, expires`,
  endOf: `DELETE FROM ${LINKS} WHERE name = $1 AND is_first = 0`,
  prune: `DELETE FROM ${LINKS} WHERE expires <= $1`,
} as const

const LINK_MS = 900_000
/** The name of who comes in first. */
const FIRST_USER = 'admin'

export interface LoginLink {
  readonly token: string
  readonly user: string
  readonly expiresAt: number
}

interface LinkRow extends Row {
  readonly name: string
  readonly is_first: number
  readonly expires: number
}

export class LoginLinks {
  readonly #store: RelayStore
  readonly #clock: Pick<Clock, 'now'>

  /** @param store is closed by who opened it */
  constructor(store: RelayStore, clock: Pick<Clock, 'now'>) {
    this.#store = store
    this.#clock = clock
  }

  /** For a user that there is. */
  make(name: string): Promise<LoginLink> {
    const user = accountName(name)
    return this.#store.transact('lasting', async ask => {
      await ask(SQL.endOf, user)
      return this.#add(ask, user, 0)
    })
  }

  /** For who comes in first; undefined when there is a user. */
  makeFirst(): Promise<LoginLink | undefined> {
    return this.#store.transact('lasting', async ask =>
      (await isWithoutUsers(ask)) ? this.#add(ask, FIRST_USER, 1) : undefined,
    )
  }

  /** Whom it lets in, without using it. */
  async find(token: string): Promise<string | undefined> {
    const digest = digestOfToken(token)
    const [row] = digest === undefined ? [] : await this.#store.ask<LinkRow>(SQL.find, digest)
    return row !== undefined && row.expires > this.#clock.now() ? row.name : undefined
  }

  /** Uses it up: whom it lets in has this password from now on. Undefined: it is none, or none any more. */
  async use(token: string, secretHash: string): Promise<string | undefined> {
    const digest = digestOfToken(token)
    if (digest === undefined) return undefined
    const now = this.#clock.now()
    return this.#store.transact('lasting', async ask => {
      const [row] = await ask<LinkRow>(SQL.take, digest)
      if (row === undefined || row.expires <= now) return undefined
      const { name, is_first } = row
      if (is_first === 0) return (await takePassword(ask, name, secretHash)) ? name : undefined
      if (!(await isWithoutUsers(ask))) return undefined
      const added = await addUser(ask, { name, role: 'admin', content: false }, secretHash, now)
      return added ? name : undefined
    })
  }

  async #add(ask: Ask, user: string, isFirst: 0 | 1): Promise<LoginLink> {
    const { token, digest } = makeToken()
    const now = this.#clock.now()
    const expiresAt = now + LINK_MS
    await ask(SQL.prune, now)
    await ask(SQL.add, digest, user, isFirst, expiresAt)
    return { token, user, expiresAt }
  }
}
