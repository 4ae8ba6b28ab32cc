/**
 * Releases: captured mail that is sent after all, to an address of a list, by a mailer that delivers, out of a queue of its own.
 *
 * Policy. Nothing is released but to an address that the list covers, and an empty list covers none. It is asked twice: first what would be
 * done, which gives a word; then with the word, which is good once, for a few minutes, for this message, address and person. The
 * message goes to that address alone, whoever stands in its header. The list is asked again at each attempt: what waits while it becomes
 * shorter does not go out, which is told. The mailer is opened by the first release, or at start where some of them may wait; what it has is
 * looked at and taken back as other mail is.
 *
 * Not here: how that mailer is configured (assembly/capture.ts), who may ask (v1/inbox-release.ts).
 */
import { randomBytes } from 'node:crypto'
import { type Clock, type Logger, type Mailer, MailerError, type NoRoute, type Route } from '@postrider/core'
import type { Captured } from './captured.ts'

export interface ReleasePorts {
  /** `anna@example.com` or `*@example.com`. */
  readonly allowed: readonly string[]
  /** Opens the mailer that delivers, to those who are not barred. */
  readonly open: (barred: (address: string) => string | undefined) => Promise<Mailer>
  readonly clock: Pick<Clock, 'now'>
  readonly logger: Logger
}

export interface Wanted {
  readonly mail: Captured
  readonly to: string
  /** Who asks. */
  readonly by: string
}

/** What would be done. */
export interface Planned {
  /** Hosts that it would be tried at, the first first; empty where there is no way. */
  readonly hosts: readonly string[]
  readonly noRoute?: string
  /** To be said again with the second asking. */
  readonly confirm: string
  /** How long that is good. */
  readonly until: number
}

export interface Released {
  readonly id: string
  readonly to: string
  readonly at: number
  readonly state: string
  readonly attempts: number
  readonly lastReply?: string
}

interface Pending {
  readonly of: string
  readonly until: number
}

const GOOD_FOR_MS = 5 * 60_000
const MOST_PENDING = 100
/** The tag of a released message: which captured one it was. */
const TAG = 'captured'
const MOST_LISTED = 100

export class Releases {
  readonly allowed: readonly string[]
  readonly #ports: ReleasePorts
  readonly #pending = new Map<string, Pending>()
  #mailer: Promise<Mailer> | undefined
  #ended: unknown
  #taken: Parameters<Mailer['reload']>[0] | undefined

  constructor(ports: ReleasePorts) {
    this.allowed = ports.allowed
    this.#ports = ports
  }

  /** @throws MailerError `not-possible` for an address that is not on the list */
  async plan(wanted: Wanted): Promise<Planned> {
    this.#requireAllowed(wanted.to)
    const mailer = await this.open()
    const way = wayOf(await mailer.route(wanted.to.slice(wanted.to.lastIndexOf('@') + 1)))
    const now = this.#ports.clock.now()
    for (const [word, { until }] of this.#pending)
      if (until <= now || this.#pending.size >= MOST_PENDING) this.#pending.delete(word)
    const confirm = randomBytes(18).toString('base64url')
    const until = now + GOOD_FOR_MS
    this.#pending.set(confirm, { of: subjectOf(wanted), until })
    return { ...way, confirm, until }
  }

  /**
   * @returns the id of the released message
   * @throws MailerError `not-possible` for a word that is not good, or not any more; and what `accept` throws
   */
  async send(wanted: Wanted, raw: Uint8Array, confirm: string): Promise<string> {
    this.#requireAllowed(wanted.to)
    const pending = this.#pending.get(confirm)
    if (pending === undefined || pending.until <= this.#ports.clock.now() || pending.of !== subjectOf(wanted))
      throw notPossible('confirm is no word for this release, or not any more', 'ask again without confirm')
    this.#pending.delete(confirm)
    const { mail, to, by } = wanted
    const from = mail.from === '' ? null : mail.from
    const account = mail.account === undefined ? {} : { account: mail.account }
    const mailer = await this.open()
    const { id } = await mailer.accept(raw, { from, to: [to] }, { ...account, tags: { [TAG]: mail.id } })
    this.#ports.logger.warn({ event: 'inbox-released', id, captured: mail.id, by }, 'captured mail was released')
    return id
  }

  /** What became of those of one captured message, the newest first. */
  async list(captured: string): Promise<readonly Released[]> {
    if (this.#mailer === undefined) return []
    const { messages } = await (await this.#mailer).messages.list({ tags: { [TAG]: captured }, limit: MOST_LISTED })
    return messages.flatMap(({ id, acceptedAt, recipients }) =>
      recipients.map(({ address, state, attempts, lastReply }) => ({
        ...{ id, to: address, at: acceptedAt, state, attempts },
        ...(lastReply !== undefined && { lastReply }),
      })),
    )
  }

  /** The mailer that delivers. @throws MailerError `closed` */
  async open(): Promise<Mailer> {
    if (this.#ended !== undefined) throw this.#ended
    this.#mailer ??= this.#opened().catch(error => {
      this.#mailer = undefined
      throw error
    })
    return this.#mailer
  }

  async #opened(): Promise<Mailer> {
    const mailer = await this.#ports.open(address => this.#barred(address))
    if (this.#taken !== undefined) mailer.reload(this.#taken)
    return mailer
  }

  /** As far as it is open. */
  async mailer(): Promise<Mailer | undefined> {
    return this.#mailer
  }

  /** Keys and limits for what is released from now on. */
  async reload(config: Parameters<Mailer['reload']>[0]): Promise<void> {
    this.#taken = config
    const mailer = await this.#mailer?.catch(() => undefined)
    mailer?.reload(config)
  }

  async close(withinMs: number): Promise<void> {
    this.#ended ??= new MailerError('closed', 'the relay is closed')
    const mailer = await this.#mailer?.catch(() => undefined)
    await mailer?.close({ withinMs })
  }

  destroy(reason: unknown): void {
    this.#ended ??= reason
    // One that does not open has nothing to end.
    void this.#mailer?.then(mailer => mailer.destroy(reason)).catch(() => undefined)
  }

  #requireAllowed(to: string): void {
    const barred = this.#barred(to)
    if (barred === undefined) return
    throw notPossible(
      `nothing is released to ${to}: ${barred}`,
      'name the address, or *@ and its domain, in relay.capture.release',
    )
  }

  #barred(to: string): string | undefined {
    const address = to.toLowerCase()
    const domain = address.slice(address.lastIndexOf('@'))
    const isAllowed = this.allowed.some(each => {
      const wanted = each.toLowerCase()
      return wanted.startsWith('*@') ? wanted.slice(1) === domain : wanted === address
    })
    if (isAllowed) return undefined
    return this.allowed.length === 0 ? 'relay.capture.release is empty' : 'relay.capture.release does not have it'
  }
}

function subjectOf({ mail, to, by }: Wanted): string {
  return JSON.stringify([mail.id, to, by])
}

function wayOf(route: Route | NoRoute): Pick<Planned, 'hosts' | 'noRoute'> {
  return 'hops' in route
    ? { hosts: [...new Set(route.hops.map(({ host }) => host))] }
    : { hosts: [], noRoute: route.detail }
}

function notPossible(message: string, fix: string): MailerError {
  return new MailerError('not-possible', message, { fix })
}
