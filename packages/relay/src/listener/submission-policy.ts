/**
 * SubmissionPolicy: the policy of every conversation: who logs in, what it may send, and the one place where a message goes
 * to the mailer. 250 is said after `accept()` has resolved, never before.
 *
 * Policy. Nothing here asks the DNS. A client in a trusted network needs no login and has no limits of an account. Connections
 * that never log in are counted by address, those that do are not: a forum opens one for each mail. At most `maxConcurrentMessages`
 * messages are with the mailer; a client that would bring one more hears 451 before it sends its content.
 *
 * Not here: the wire (conversation.ts), the rules (admission/), handing the message over (submitter.ts). RFC 6409.
 */
import { type Address, type Clock, type Logger, type Metrics, printAddress, type Receipt } from '@postrider/core'
import type { Account, AccountLimits, Credential, Logins } from '../account/index.ts'
import {
  addressKey,
  type Bans,
  Connections,
  type KnownRecipients,
  type Limited,
  mayUse,
  Rate,
  type RateCounter,
  type RateLimits,
  type Reply,
  refuse,
  sayLimit,
} from '../admission/index.ts'
import { limitsOf } from './account-limits.ts'
import { Body, type DiskRoom, type MemoryBudget } from './body.ts'
import { PASSWORD_METHODS, TOKEN_METHODS } from './sasl.ts'
import type { Ending, Peer, SmtpPolicy, Soon } from './smtp-policy.ts'
import { StandingLogins } from './standing-logins.ts'
import type { BatchHow, Refused, Submitter, Whole } from './submitter.ts'
import { type MailOptions, type Transaction, type TransactionRecipient, tooLarge } from './transaction.ts'

export interface SubmissionLimits {
  readonly messageBytes: number
  readonly recipients: number
  /** Messages that are with the mailer at once; 0 is no limit, here and below. */
  readonly maxConcurrentMessages: number
  /** Connections a minute from one address that do not log in. */
  readonly unauthenticatedPerMinute: number
  /** Connections of one address at once. */
  readonly connectionsPerAddress: number
  readonly connections: number
  /** Of an account that has none of its own; 0 is no limit. */
  readonly account: Required<AccountLimits>
}

export interface SubmissionServerOptions {
  readonly hostname: string
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  readonly logins: Logins
  readonly bans: Bans
  /** Of accounts. */
  readonly counters: { readonly messages: RateCounter; readonly recipients: RateCounter }
  readonly recipients: KnownRecipients
  readonly submitter: Submitter
  readonly budget: MemoryBudget
  /** Where bodies go that are not kept in memory. */
  readonly folder: string
  readonly memoryBytes: number
  readonly limits: () => SubmissionLimits
  /** The disk of the queue. */
  readonly disk: DiskRoom & { hasRoom(bytes: number): boolean }
  /** Domains whose mail goes nowhere: it counts against no limit of an account. */
  readonly isTest: (domain: string) => boolean
}

export class SubmissionPolicy implements SmtpPolicy {
  readonly #it: SubmissionServerOptions
  readonly #loginless: Rate
  readonly #connections: Connections
  /** Sessions whose login was put off by us: that they have none is not their fault. */
  readonly #putOff = new Set<string>()
  readonly #standing: StandingLogins
  readonly #count: (result: string) => void
  readonly #countLogin: (result: string) => void

  constructor(options: SubmissionServerOptions) {
    this.#it = options
    const { clock } = options
    this.#connections = new Connections(options.limits)
    this.#standing = new StandingLogins(options)
    this.#loginless = new Rate({ clock })
    const refused = options.metrics.counter(RELAY_METRICS.commands)
    const logins = options.metrics.counter(RELAY_METRICS.logins)
    this.#count = result => refused.add(1, { result })
    this.#countLogin = result => logins.add(1, { result })
  }

  get hostname(): string {
    return this.#it.hostname
  }

  get methods(): readonly string[] {
    return this.#it.logins.takesTokens ? ALL_METHODS : PASSWORD_METHODS
  }

  get messageBytes(): number {
    return this.#it.limits().messageBytes
  }

  connected({ id, address, trusted }: Peer, leave: (reply: Reply) => void): Reply | undefined {
    const key = addressKey(address)
    if (!trusted && this.#it.bans.isBanned(address)) return this.#refused(refuse('banned'))
    if (!trusted && this.#loginless.isBroken(key)) return this.#refused(refuse('too-many-from-you'))
    const entered = this.#connections.enter({ id, address: key, trusted }, () => leave(refuse('too-many-connections')))
    if (entered === 'full') return this.#refused(refuse('too-many-connections'))
    return entered === 'in' ? undefined : this.#refused(refuse('too-many-from-you'))
  }

  async login(credential: Credential, peer: Peer, signal: AbortSignal): Promise<Account | Reply> {
    const { logins, bans, logger } = this.#it
    if (bans.isBanned(peer.address)) return refuse('banned')
    const answer = await logins.check(credential, signal, addressKey(peer.address))
    this.#countLogin(answer.kind)
    if (answer.kind === 'welcome') {
      bans.succeeded(peer.address)
      this.#connections.loggedIn(peer.id)
      this.#standing.loggedIn(peer.id, credential)
      return answer.account
    }
    if (answer.kind === 'busy' || answer.kind === 'trouble') {
      this.#putOff.add(peer.id)
      return refuse(`login-${answer.kind}`)
    }
    const bannedForMs = bans.failed(peer.address)
    logger.warn(
      {
        event: 'login-failed',
        session: peer.id,
        address: peer.address,
        user: credential.user.slice(0, 100),
        bannedForMs,
      },
      'login failed',
    )
    return bannedForMs > 0 ? { ...refuse('login-failed'), close: true } : refuse('login-failed')
  }

  mail(sender: Address | null, options: MailOptions, peer: Peer): Soon<Reply | undefined> {
    const stands = this.#standing.ask(peer)
    if (stands === true) return this.#mail(sender, options, peer)
    return stands.then(does =>
      does ? this.#mail(sender, options, peer) : this.#refused({ ...refuse('login-over'), close: true }),
    )
  }

  #mail(sender: Address | null, options: MailOptions, peer: Peer): Soon<Reply | undefined> {
    const { account } = peer
    // A foreign one is replaced with the From, where the account has an address for that.
    if (account && sender && account.rewriteFrom === undefined && !mayUse(account.senders, sender)) {
      const allowed = account.senders.join(' ') || 'nothing'
      const text = `Sender <${printAddress(sender)}> is not allowed for this user; allowed: ${allowed}`
      return this.#refused(refuse('sender-not-allowed', text))
    }
    if ((options.sizeBytes ?? 0) > this.messageBytes) return this.#refused(tooLarge(this.messageBytes))
    if (!this.#it.disk.hasRoom(options.sizeBytes ?? 0)) return this.#refused(refuse('disk-full'))
    if (account === undefined) return undefined
    const limits = limitsOf(account, this.#it.limits().account, 'messages')
    if (limits === undefined) return undefined
    const judge = (broken: Limited | undefined): Reply | undefined =>
      broken && this.#refused(limited(broken, 'rate-messages', 'messages'))
    const used = this.#it.counters.messages.use(account.name, limits)
    return used instanceof Promise ? used.then(judge) : judge(used)
  }

  rcpt(recipient: TransactionRecipient, transaction: Transaction, peer: Peer): Soon<Reply | undefined> {
    if (transaction.recipients.length >= this.#it.limits().recipients)
      return this.#refused(refuse('too-many-recipients'))
    if (this.#it.isTest(recipient.address.domain)) return undefined
    const limits = peer.account && limitsOf(peer.account, this.#it.limits().account, 'recipients')
    const suppressed = this.#it.recipients.refusal(recipient.address)
    if (limits === undefined && !(suppressed instanceof Promise)) return suppressed && this.#refused(suppressed)
    return this.#rcptLater(suppressed, peer.account?.name ?? '', limits)
  }

  async #rcptLater(
    suppressed: Soon<Reply | undefined>,
    account: string,
    limits: RateLimits | undefined,
  ): Promise<Reply | undefined> {
    const refusal = await suppressed
    if (refusal) return this.#refused(refusal)
    const broken = limits && (await this.#it.counters.recipients.use(account, limits))
    return broken && this.#refused(limited(broken, 'rate-recipients', 'recipients'))
  }

  body(transaction: Transaction, peer: Peer, limitBytes: number = this.messageBytes): Body | Reply {
    const { sizeBytes: announcedBytes = 0 } = transaction.options
    const overload = this.#overload()
    if (overload !== undefined) return overload
    const { budget, folder, memoryBytes, disk } = this.#it
    if (!disk.take(announcedBytes)) return this.#refused(refuse('disk-full'))
    this.#forgiveTest(transaction, peer)
    return new Body({ limitBytes, memoryBytes, folder, budget, disk, announcedBytes })
  }

  /** A message was counted before its recipients were known. */
  #forgiveTest({ recipients }: Transaction, { account }: Peer): void {
    if (account !== undefined && recipients.every(({ address }) => this.#it.isTest(address.domain)))
      this.#it.counters.messages.giveBack(account.name)
  }

  #overload(): Reply | undefined {
    const { maxConcurrentMessages } = this.#it.limits()
    const tooMany = maxConcurrentMessages > 0 && this.#it.submitter.underWay >= maxConcurrentMessages
    return tooMany ? this.#refused(refuse('overloaded')) : undefined
  }

  async message(body: Body, transaction: Transaction, peer: Peer, signal: AbortSignal): Promise<Reply> {
    const reply = await this.#it.submitter.accept(body, transaction, peer, signal)
    this.#count(reply.code < 300 ? 'accepted' : reply.code < 500 ? 'deferred' : 'refused')
    return reply
  }

  /** A message that came whole, by another way than SMTP; its sender and recipients were asked about before. */
  submit(
    content: Buffer,
    transaction: Transaction,
    peer: Peer,
    how: Parameters<Submitter['submit']>[3],
  ): Promise<Receipt | Refused> {
    return this.#whole([{ content, transaction, peer }], () =>
      this.#it.submitter.submit(content, transaction, peer, how),
    )
  }

  /** Several that came whole: all of them, or none. */
  submitAll(all: readonly Whole[], how: BatchHow): Promise<readonly Receipt[] | Refused> {
    return this.#whole(all, () => this.#it.submitter.submitAll(all, how))
  }

  async #whole<T extends object>(
    all: readonly Pick<Whole, 'content' | 'transaction' | 'peer'>[],
    work: () => Promise<T | Refused>,
  ): Promise<T | Refused> {
    const overload = this.#overload()
    if (overload !== undefined) return { reply: overload }
    const { disk } = this.#it
    const size = all.reduce((sum, { content }) => sum + content.length, 0)
    if (!disk.take(size)) return { reply: this.#refused(refuse('disk-full')) }
    for (const { transaction, peer } of all) this.#forgiveTest(transaction, peer)
    try {
      const answer = await work()
      const result = 'reply' in answer ? (answer.reply.code < 500 ? 'deferred' : 'refused') : 'accepted'
      for (const _ of all) this.#count(result)
      return answer
    } finally {
      disk.give(size)
    }
  }

  ended(peer: Peer, { because, inHandshake, messages, errors }: Ending): void {
    const key = addressKey(peer.address)
    this.#connections.left(peer.id)
    this.#standing.ended(peer.id)
    if (!this.#putOff.delete(peer.id) && !peer.account && !peer.trusted && !inHandshake)
      this.#loginless.use(key, { perMinute: this.#it.limits().unauthenticatedPerMinute })
    this.#it.logger.info(
      {
        event: 'session',
        session: peer.id,
        listener: peer.listener,
        address: peer.address,
        hello: peer.hello,
        tls: peer.tls?.protocol,
        account: peer.account?.name,
        messages,
        errors,
        because,
      },
      'session ended',
    )
  }

  #refused(reply: Reply): Reply {
    this.#count(reply.code < 500 ? 'deferred' : 'refused')
    return reply
  }
}

const RELAY_METRICS: Readonly<
  Record<'commands' | 'logins', { readonly name: string; readonly help: string; readonly labels: readonly string[] }>
> = {
  commands: {
    name: 'postrider_relay_answers_total',
    help: 'Messages accepted, and senders, recipients and messages deferred or refused.',
    labels: ['result'],
  },
  logins: { name: 'postrider_relay_logins_total', help: 'Logins by their result.', labels: ['result'] },
}

function limited(broken: Limited, name: 'rate-messages' | 'rate-recipients', what: string): Reply {
  return { ...refuse(name, `Too many ${what}: ${sayLimit(broken)}`), limited: broken }
}

const ALL_METHODS: readonly string[] = [...PASSWORD_METHODS, ...TOKEN_METHODS]
