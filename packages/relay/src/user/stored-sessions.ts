/**
 * StoredSessions: who is logged in to the web interface, in the relay's store.
 *
 * Policy. Only the digest of what the browser shows is kept. A session is over when nothing was asked with it for `idleMs`, and in any
 * case after `sessionMs`; whatever is over or ended is none for the next request at every relay that shares the store. One user has
 * `MOST_OF_ONE` of them; the one that was used least lately gives way. When a session was last used is written once a minute.
 *
 * Not here: how a browser shows it (access-control/), who a user is (stored-users.ts).
 */
import type { Clock } from '@postrider/core'
import type { Ask, RelayStore, Row } from '../store/index.ts'
import { digestOfToken, makeId, makeToken } from './token.ts'
import type { Role, User } from './user.ts'

const SESSIONS = 'postrider_relay.interface_session'
const USERS = 'postrider_relay.interface_user'
const COLUMNS = 'id, name, created, seen, address, agent'
const SQL = {
  find: `SELECT s.id AS id, s.name AS name, s.created AS created, s.seen AS seen, s.address AS address, s.agent AS agent,
    u.role AS role, u.content AS content, u.language AS language FROM ${SESSIONS} s
    JOIN ${USERS} u ON u.name = s.name WHERE s.digest = $1`,
  // Changes nothing, and holds the row until the session is there: another password comes before it, or ends it.
  hold: `UPDATE ${USERS} SET secret_hash = secret_hash WHERE name = $1 AND secret_hash = $2
    AND secret_hash <> '' RETURNING name`,
  start: `INSERT INTO ${SESSIONS} (digest, ${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
  list: `SELECT ${COLUMNS} FROM ${SESSIONS} WHERE created > $1 AND seen > $2 ORDER BY seen DESC, id`,
  seen: `UPDATE ${SESSIONS} SET seen = $2, address = $3 WHERE id = $1`,
  end: `DELETE FROM ${SESSIONS} WHERE id = $1 RETURNING id`,
  endOthers: `DELETE FROM ${SESSIONS} WHERE name = $1 AND id <> $2 RETURNING id`,
  prune: `DELETE FROM ${SESSIONS} WHERE created <= $1 OR seen <= $2`,
  spare: `DELETE FROM ${SESSIONS} WHERE id IN (SELECT id FROM ${SESSIONS} WHERE name = $1 ORDER BY seen DESC, id LIMIT 1000 OFFSET $2)`,
} as const
const USE_NOTED_MS = 60_000
const MOST_OF_ONE = 20
const LONGEST_AGENT = 200

export interface SessionTimes {
  readonly idleMs: number
  readonly sessionMs: number
}

export interface ListedSession {
  /** Twelve characters, which tell nothing of what the browser shows. */
  readonly id: string
  readonly user: string
  readonly createdAt: number
  /** To the minute. */
  readonly seenAt: number
  /** From where it was last used. */
  readonly address: string
  /** What its browser calls itself. */
  readonly agent: string
}

export interface Session extends ListedSession {
  readonly role: Role
  readonly content: boolean
  readonly language: string
  readonly endsAt: number
}

interface SessionRow extends Row {
  readonly id: string
  readonly name: string
  readonly created: number
  readonly seen: number
  readonly address: string
  readonly agent: string
}

interface FoundRow extends SessionRow {
  readonly role: string
  readonly content: number
  readonly language: string
}

export class StoredSessions {
  readonly #store: RelayStore
  readonly #clock: Pick<Clock, 'now'>
  readonly #times: () => SessionTimes

  /** @param store is closed by who opened it @param times asked each time, because they may change while sessions last */
  constructor(store: RelayStore, clock: Pick<Clock, 'now'>, times: () => SessionTimes) {
    this.#store = store
    this.#clock = clock
    this.#times = times
  }

  /** The token is in the answer, and nowhere afterwards. */
  async start(
    user: Pick<User, 'name'>,
    { address, agent }: Pick<ListedSession, 'address' | 'agent'>,
  ): Promise<{ readonly id: string; readonly token: string }> {
    return this.#store.transact('lasting', ask => this.#add(ask, user.name, { address, agent }))
  }

  /** For whom this password was verified. Undefined: the user has another one by now, or is no more. */
  async startVerified(
    { name, secretHash }: Pick<User, 'name'> & { readonly secretHash: string },
    from: Pick<ListedSession, 'address' | 'agent'>,
  ): Promise<{ readonly id: string; readonly token: string } | undefined> {
    return this.#store.transact('lasting', async ask =>
      (await ask(SQL.hold, name, secretHash)).length === 0 ? undefined : this.#add(ask, name, from),
    )
  }

  async #add(
    ask: Ask,
    name: string,
    { address, agent }: Pick<ListedSession, 'address' | 'agent'>,
  ): Promise<{ readonly id: string; readonly token: string }> {
    const { token, digest } = makeToken()
    const id = makeId()
    const now = this.#clock.now()
    await ask(SQL.prune, ...this.#over(now))
    await ask(SQL.start, digest, id, name, now, now, address, agent.slice(0, LONGEST_AGENT))
    await ask(SQL.spare, name, MOST_OF_ONE)
    return { id, token }
  }

  /** @param address from where it is used now. @throws {MailerError} `queue-unavailable` */
  async find(token: string, address: string): Promise<Session | undefined> {
    const row = await this.#lasting(token)
    if (row === undefined) return undefined
    const now = this.#clock.now()
    if (now - row.seen >= USE_NOTED_MS || row.address !== address)
      await this.#store.transact('passing', async ask => {
        await ask(SQL.seen, row.id, now, address)
      })
    return this.#toSession({ ...row, seen: now, address })
  }

  /** As it is now; that it was asked about is no use of it. @throws {MailerError} `queue-unavailable` */
  async look(token: string): Promise<Session | undefined> {
    const row = await this.#lasting(token)
    return row && this.#toSession(row)
  }

  async #lasting(token: string): Promise<FoundRow | undefined> {
    const digest = digestOfToken(token)
    if (digest === undefined) return undefined
    const [row] = await this.#store.ask<FoundRow>(SQL.find, digest)
    const [created, seen] = this.#over(this.#clock.now())
    return row === undefined || row.created <= created || row.seen <= seen ? undefined : row
  }

  #toSession(row: FoundRow): Session {
    const { role, content, language } = row
    const endsAt = row.created + this.#times().sessionMs
    return { ...toListed(row), role: role as Role, content: content === 1, language, endsAt }
  }

  /** Those that last, the one used last first. @param user whose; by default everybody's */
  async list(user?: string): Promise<readonly ListedSession[]> {
    const rows = await this.#store.ask<SessionRow>(SQL.list, ...this.#over(this.#clock.now()))
    return rows.filter(({ name }) => user === undefined || name === user).map(toListed)
  }

  /** `false`: there was none of this id. */
  async end(id: string): Promise<boolean> {
    return (await this.#store.ask(SQL.end, id)).length > 0
  }

  /** All of a user but that one. @returns how many */
  async endOthers(user: string, kept: string): Promise<number> {
    return (await this.#store.ask(SQL.endOthers, user, kept)).length
  }

  /** What was created, or used last, then or before is over. */
  #over(now: number): readonly [created: number, seen: number] {
    const { idleMs, sessionMs } = this.#times()
    return [now - sessionMs, now - idleMs]
  }
}

function toListed({ id, name, created, seen, address, agent }: SessionRow): ListedSession {
  return { id, user: name, createdAt: created, seenAt: seen, address, agent }
}
