/**
 * ProvidedUsers: the users of the web interface that an OpenID provider vouches for, beside those that were made here.
 *
 * Policy. What the provider says changes those alone that came in by it first: a user of this relay is nobody's to take over, whatever
 * its name is elsewhere. Somebody who may administer is left, when the provider says otherwise.
 *
 * Not here: what the provider says (oidc/), users that were made here (stored-users.ts).
 */
import type { Clock } from '@postrider/core'
import { accountName } from '../account/index.ts'
import type { RelayStore, Row } from '../store/index.ts'
import { addUser, type NewUser } from './stored-users.ts'

const USERS = 'postrider_relay.interface_user'
const SQL = {
  find: `SELECT role, provided FROM ${USERS} WHERE name = $1`,
  mark: `UPDATE ${USERS} SET provided = 1 WHERE name = $1`,
  otherAdmin: `SELECT name FROM ${USERS} WHERE role = 'admin' AND name <> $1 LIMIT 1`,
  change: `UPDATE ${USERS} SET role = $2, content = $3 WHERE name = $1`,
  endSessions: `DELETE FROM postrider_relay.interface_session
    WHERE name IN (SELECT name FROM ${USERS} WHERE name = $1 AND provided = 1) RETURNING id`,
} as const

interface FoundRow extends Row {
  readonly role: string
  readonly provided: number
}

export class ProvidedUsers {
  readonly #store: RelayStore
  readonly #clock: Pick<Clock, 'now'>

  /** @param store is closed by who opened it */
  constructor(store: RelayStore, clock: Pick<Clock, 'now'>) {
    this.#store = store
    this.#clock = clock
  }

  /** `false`: a user that was made here has this name. */
  async admit(person: NewUser): Promise<boolean> {
    const name = accountName(person.name)
    return this.#store.transact('lasting', async ask => {
      if (await addUser(ask, person, '', this.#clock.now())) {
        await ask(SQL.mark, name)
        return true
      }
      const [known] = await ask<FoundRow>(SQL.find, name)
      if (known?.provided !== 1) return false
      const isLast = known.role === 'admin' && (await ask(SQL.otherAdmin, name)).length === 0
      await ask(SQL.change, name, isLast ? 'admin' : person.role, Number(person.content))
      return true
    })
  }

  /** Whom the provider admits no longer is logged in no longer. @returns how many sessions ended */
  async dismiss(name: string): Promise<number> {
    return (await this.#store.ask(SQL.endSessions, accountName(name))).length
  }
}
