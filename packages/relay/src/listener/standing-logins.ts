/**
 * StandingLogins: whether the account that somebody logged in to is still there: one that was taken away sends nothing more, in whatever
 * session it is.
 *
 * Policy. Asked at MAIL, and of one session every few seconds at most. Where accounts cannot be looked up now, who is in stays in. A token is
 * believed by who checks tokens, for as long as the session lasts.
 */
import type { Clock } from '@postrider/core'
import type { Credential, Logins } from '../account/index.ts'
import type { Peer } from './smtp-policy.ts'

export interface StandingLoginsPorts {
  readonly logins: Pick<Logins, 'account' | 'isOpen'>
  readonly clock: Pick<Clock, 'monotonic'>
}

const ASKED_EVERY_MS = 5_000

export class StandingLogins {
  readonly #ports: StandingLoginsPorts
  /** By session: when its account was last seen. */
  readonly #seenAt = new Map<string, number>()

  constructor(ports: StandingLoginsPorts) {
    this.#ports = ports
  }

  loggedIn(session: string, { kind }: Credential): void {
    const { logins, clock } = this.#ports
    if (kind === 'password' && !logins.isOpen) this.#seenAt.set(session, clock.monotonic())
  }

  ask({ id, account }: Peer): true | Promise<boolean> {
    const { clock } = this.#ports
    const seenAt = this.#seenAt.get(id)
    if (account === undefined || seenAt === undefined || clock.monotonic() < seenAt + ASKED_EVERY_MS) return true
    this.#seenAt.set(id, clock.monotonic())
    return this.#isThere(account.name)
  }

  ended(session: string): void {
    this.#seenAt.delete(session)
  }

  async #isThere(name: string): Promise<boolean> {
    try {
      return (await this.#ports.logins.account(name)) !== undefined
    } catch {
      return true
    }
  }
}
