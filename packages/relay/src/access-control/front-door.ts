/**
 * FrontDoor: logging in to the interface, by a password, by a link that is good once, or as an OpenID provider says, and out of it.
 *
 * Policy. As for mail: a password stands in the same line to be verified, a name that nobody has costs the same and is answered the same,
 * and whoever is wrong too often is kept out by its address, over SMTP as well. A login always begins a session of its own, and ends the
 * one that the browser showed. A link is used up only together with the password that is chosen; a wrong one counts as a wrong password.
 * A session, or another password, is had by the password that was verified only while that is still the one of the user.
 *
 * Not here: who may do what then (access-control.ts), the way to the provider and back (provider-door.ts).
 */
import type { Clock, Logger } from '@postrider/core'
import { accountName, hashSecret, type Logins } from '../account/index.ts'
import { addressKey, type Bans } from '../admission/index.ts'
import type { HttpRequest } from '../server/index.ts'
import type { LoginLinks, NewUser, ProvidedUsers, Session, StoredSessions, StoredUsers } from '../user/index.ts'
import { endedCookie, sessionCookie, sessionToken } from './cookie.ts'
import { mayBeOwnPage } from './own-page.ts'

export interface FrontDoorPorts {
  readonly users: StoredUsers
  readonly provided: ProvidedUsers
  readonly sessions: StoredSessions
  readonly links: LoginLinks
  /** Those of users, in the line that accounts stand in. */
  readonly logins: Logins
  readonly bans: Bans
  /** Addresses that are never banned, such as our own proxies. */
  readonly isTrusted: (address: string) => boolean
  readonly sessionMs: () => number
  /** Each try to log in, by what became of it. */
  readonly count: (result: 'welcome' | Turned) => void
  /** Somebody came in by a link: it need not lie about. */
  readonly linkUsed: () => void
  readonly clock: Clock
  readonly logger: Logger
}

export interface Entered {
  readonly kind: 'entered'
  readonly session: Session
  readonly cookie: string
}

interface Entering {
  readonly name: string
  /** Of the password that was verified, or chosen; undefined where it was no password that let them in. */
  readonly secretHash?: string
}

export type Turned = 'foreign-page' | 'banned' | 'refused' | 'busy' | 'trouble'
export type Entry = Entered | { readonly kind: Turned }

export class FrontDoor {
  readonly #it: FrontDoorPorts

  constructor(ports: FrontDoorPorts) {
    this.#it = ports
  }

  async byPassword(request: HttpRequest, user: string, password: string): Promise<Entry> {
    return this.#counted(await this.#byPassword(request, user, password))
  }

  async byLink(request: HttpRequest, token: string, password: string): Promise<Entry> {
    return this.#counted(await this.#byLink(request, token, password))
  }

  /** Whom an OpenID provider knows: what it says they may do here holds from now on. */
  async byProvider(request: HttpRequest, { name, role, content }: NewUser): Promise<Entry> {
    const { provided, logger } = this.#it
    if (!(await provided.admit({ name, role, content }))) {
      logger.warn(
        { event: 'interface-provider', user: name },
        'a user of this relay has the name of one of the provider',
      )
      return this.#counted({ kind: 'refused' })
    }
    return this.#counted(await this.#enter(request, { name: accountName(name) }, 'provider'))
  }

  /** Whom the provider knows, and who may not come in any more. */
  async dismiss(name: string): Promise<void> {
    await this.#it.provided.dismiss(name)
  }

  /** Counted as somebody with a wrong password is. */
  refuse(request: HttpRequest, user: string): { readonly kind: Turned } {
    return this.#counted(this.#refuse(request, user)) as { readonly kind: Turned }
  }

  /** Who was wrong too often. */
  keepsOut(request: HttpRequest): 'banned' | undefined {
    const { bans, isTrusted } = this.#it
    const { address } = request.client
    return !isTrusted(address) && bans.isBanned(address) ? 'banned' : undefined
  }

  #counted(entry: Entry): Entry {
    this.#it.count(entry.kind === 'entered' ? 'welcome' : entry.kind)
    return entry
  }

  async #byPassword(request: HttpRequest, user: string, password: string): Promise<Entry> {
    const stopped = this.#stops(request)
    if (stopped !== undefined) return { kind: stopped }
    const client = addressKey(request.client.address)
    const secretHash = await this.#hashOf(user)
    const answer = await this.#it.logins.check({ kind: 'password', user, password }, request.signal, client)
    if (answer.kind === 'welcome') return this.#enter(request, { name: answer.account.name, secretHash }, 'password')
    return answer.kind === 'refused' ? this.#refuse(request, user) : { kind: answer.kind }
  }

  async #byLink(request: HttpRequest, token: string, password: string): Promise<Entry> {
    const { links, linkUsed } = this.#it
    const stopped = this.#stops(request)
    if (stopped !== undefined) return { kind: stopped }
    // A password is derived for who has a link, not for anybody who asks.
    if ((await links.find(token)) === undefined) return this.#refuse(request, '(link)')
    const secretHash = await hashSecret(password)
    const user = await links.use(token, secretHash)
    if (user === undefined) return this.#refuse(request, '(link)')
    linkUsed()
    return this.#enter(request, { name: user, secretHash }, 'link')
  }

  /** Another password, for who is logged in and knows the old one. All its other sessions end. */
  async changePassword(request: HttpRequest, session: Session, old: string, next: string): Promise<Turned | 'changed'> {
    const { logins, users } = this.#it
    const stopped = this.#stops(request)
    if (stopped !== undefined) return stopped
    const client = addressKey(request.client.address)
    const verified = await this.#hashOf(session.user)
    const answer = await logins.check({ kind: 'password', user: session.user, password: old }, request.signal, client)
    if (answer.kind === 'refused') return this.#refuse(request, session.user).kind as Turned
    if (answer.kind !== 'welcome') return answer.kind
    const isChanged = await users.changePassword(session.user, verified, await hashSecret(next), session.id)
    return isChanged ? 'changed' : 'refused'
  }

  /** @returns the cookie that the browser forgets it by */
  async leave(request: HttpRequest, session: Session): Promise<string> {
    await this.#it.sessions.end(session.id)
    return endedCookie(request)
  }

  /** Before it is verified; '' is of nobody. Where it cannot be looked up, `Logins` finds the same and says so. */
  async #hashOf(user: string): Promise<string> {
    const record = await this.#it.users.record(user).catch(() => undefined)
    return record?.secretHash ?? ''
  }

  #stops(request: HttpRequest): 'foreign-page' | 'banned' | undefined {
    return mayBeOwnPage(request) ? this.keepsOut(request) : 'foreign-page'
  }

  #refuse(request: HttpRequest, user: string): { readonly kind: Turned } {
    const { bans, isTrusted, logger } = this.#it
    const { address, listener } = request.client
    const bannedForMs = isTrusted(address) ? 0 : bans.failed(address)
    logger.warn(
      { event: 'interface-login-failed', address, listener, user: user.slice(0, 100), bannedForMs },
      'login to the interface failed',
    )
    return { kind: 'refused' }
  }

  async #enter(request: HttpRequest, user: Entering, by: 'password' | 'link' | 'provider'): Promise<Entry> {
    const { bans, sessions, sessionMs, logger } = this.#it
    const { address, listener } = request.client
    bans.succeeded(address)
    const shown = sessionToken(request)
    const before = shown === undefined ? undefined : await sessions.find(shown, address)
    if (before !== undefined) await sessions.end(before.id)
    const agent = request.header('user-agent') ?? ''
    const { name, secretHash } = user
    const from = { address, agent }
    const started =
      secretHash === undefined
        ? await sessions.start({ name }, from)
        : await sessions.startVerified({ name, secretHash }, from)
    const session = started && (await sessions.find(started.token, address))
    // Removed, or given another password, in this moment.
    if (started === undefined || session === undefined) return { kind: 'refused' }
    logger.info({ event: 'interface-login', address, listener, user: user.name, by }, 'logged in to the interface')
    return { kind: 'entered', session, cookie: sessionCookie(request, started.token, sessionMs()) }
  }
}
