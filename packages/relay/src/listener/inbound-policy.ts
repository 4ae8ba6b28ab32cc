/**
 * InboundPolicy: the policy of listeners that other mail servers come to: it takes mail about our mail from anybody, and nothing else.
 *
 * Policy. Who is not logged in may write to return addresses of ours alone, which are proved without a look-up, DMARC reports to `reports@`
 * their domain, and mail of any kind to aliases, if it is what it says to be; everything else is
 * `550 5.1.1`, counts as a mistake, and so comes late and ends the session (no harvest of addresses, no relay, RFC 5321 §3.6.2).
 * What cannot be read as such a report, or is not counted, is refused while its sender listens and changes nothing: nothing that was taken
 * is dropped, and nothing is ever answered by mail. TLS reports of others are for a mailbox: nobody counts them here. Where logins are taken
 * too, who is logged in submits as ever; elsewhere there is no login, and no network is trusted: a proxy in front of port 25 would lend its
 * own trust to the whole internet.
 *
 * Not here: connections, bans and submission (submission-policy.ts), what a report changes (the mailer). RFC 3834 §5.
 */
import {
  type Address,
  type Clock,
  type Logger,
  type Mailer,
  printAddress,
  type ReturnKeys,
  readReturnAddress,
  type TakenReport,
} from '@postrider/core'
import type { Account, Credential } from '../account/index.ts'
import { type Reply, refusalOf, refuse } from '../admission/index.ts'
import { type AliasPoster, type AliasSettings, findAlias, forwardAliased } from './aliases.ts'
import type { Body } from './body.ts'
import type { Ending, Peer, SmtpPolicy, Soon } from './smtp-policy.ts'
import type { SubmissionPolicy } from './submission-policy.ts'
import { type MailOptions, type Transaction, type TransactionRecipient, tooLarge } from './transaction.ts'

export interface InboundPolicyOptions {
  /** Of whoever is logged in, and of every connection. */
  readonly submission: SubmissionPolicy
  /** Whether clients may log in here, or be trusted. */
  readonly login: boolean
  readonly mailer: Pick<Mailer, 'takeReport' | 'forward' | 'authenticate'>
  /** Of aliases that are endpoints. */
  readonly poster: AliasPoster
  readonly aliases: () => AliasSettings
  readonly returnKeys: () => ReturnKeys | undefined
  /** The largest report. */
  readonly messageBytes: () => number
  readonly clock: Clock
  readonly logger: Logger
}

/** Where DMARC reports may be sent, at the domain of return addresses. */
const REPORTS = 'reports'
const TAKEN: Reply = { code: 250, enhanced: '2.0.0', text: 'Taken' }

export class InboundPolicy implements SmtpPolicy {
  readonly takesStrangers = true
  readonly #it: InboundPolicyOptions

  constructor(options: InboundPolicyOptions) {
    this.#it = options
  }

  get hostname(): string {
    return this.#it.submission.hostname
  }

  get methods(): readonly string[] {
    return this.#it.login ? this.#it.submission.methods : []
  }

  get messageBytes(): number {
    return this.#it.login ? this.#it.submission.messageBytes : this.#it.messageBytes()
  }

  connected(peer: Peer, leave: (reply: Reply) => void): Reply | undefined {
    return this.#it.submission.connected(peer, leave)
  }

  login(credential: Credential, peer: Peer, signal: AbortSignal): Promise<Account | Reply> {
    return this.#it.submission.login(credential, peer, signal)
  }

  mail(sender: Address | null, options: MailOptions, peer: Peer): Soon<Reply | undefined> {
    const limit = this.#it.messageBytes()
    if (!this.#submits(peer) && (options.sizeBytes ?? 0) > limit) return tooLarge(limit)
    return this.#it.submission.mail(sender, options, peer)
  }

  rcpt(recipient: TransactionRecipient, transaction: Transaction, peer: Peer): Soon<Reply | undefined> {
    if (this.#submits(peer)) return this.#it.submission.rcpt(recipient, transaction, peer)
    const keys = this.#it.returnKeys()
    const isAlias = findAlias(recipient.address, this.#it.aliases()) !== undefined
    const proof =
      keys === undefined ? 'none' : readReturnAddress(printAddress(recipient.address), keys, this.#it.clock.now())
    if (typeof proof === 'string' && !isAlias && !this.#isReports(printAddress(recipient.address)))
      return { ...refuse('no-such-recipient'), isMistake: true }
    // Each names one message and one recipient of it: what is told of two is told twice (RFC 5321 §4.5.3.1.10).
    return transaction.recipients.length > 0 ? refuse('too-many-recipients') : undefined
  }

  body(transaction: Transaction, peer: Peer): Body | Reply {
    const { submission, messageBytes } = this.#it
    return this.#submits(peer) ? submission.body(transaction, peer) : submission.body(transaction, peer, messageBytes())
  }

  message(body: Body, transaction: Transaction, peer: Peer, signal: AbortSignal): Promise<Reply> {
    return this.#submits(peer)
      ? this.#it.submission.message(body, transaction, peer, signal)
      : this.#take(body, transaction, peer)
  }

  ended(peer: Peer, how: Ending): void {
    this.#it.submission.ended(peer, how)
  }

  #submits({ account, trusted }: Peer): boolean {
    return account !== undefined || trusted
  }

  /** The one address that needs no proof: what comes there is counted, and names no message (RFC 9990). */
  #isReports(address: string): boolean {
    const domain = this.#it.returnKeys()?.domain
    return domain !== undefined && address.toLowerCase() === `${REPORTS}@${domain.toLowerCase()}`
  }

  async #take(body: Body, transaction: Transaction, peer: Peer): Promise<Reply> {
    const [recipient] = transaction.recipients
    const content = await body.content()
    if (content === 'too-large') return tooLarge(body.limitBytes)
    if (content === 'disk-full') return refuse('disk-full')
    if (content === 'no-memory' || recipient === undefined) return refuse('overloaded')
    const settings = this.#it.aliases()
    const alias = findAlias(recipient.address, settings)
    const { id, sender } = transaction
    const about = {
      event: 'inbound',
      transaction: id,
      session: peer.id,
      address: peer.address,
      from: sender === null ? '' : printAddress(sender),
      size: content.length,
    }
    try {
      if (alias !== undefined)
        return await forwardAliased({ content, alias, transaction, peer }, { ...this.#it, ...settings })
      return await this.#report(content, printAddress(recipient.address), about)
    } catch (error) {
      const reply = refusalOf(error)
      this.#it.logger.warn(
        { ...about, reply: reply.code, error: (error as Error).message },
        'inbound mail was not taken',
      )
      return reply
    }
  }

  async #report(content: Uint8Array, to: string, about: object): Promise<Reply> {
    const { mailer, logger } = this.#it
    // Whoever writes there names no message of ours that anything could follow for.
    const only = this.#isReports(to) ? { kinds: ['dmarc'] as const } : undefined
    const { kind, messageId, recipients, because, counted } = await mailer.takeReport(content, { to, ...only })
    const results = recipients.map(({ result }) => result)
    logger.info({ ...about, kind, id: messageId, results, because, counted }, 'mail about mail')
    if (only !== undefined && kind !== 'dmarc') return refuse('no-report')
    // Nothing follows from it: whoever believes to have unsubscribed would be mailed again.
    if (recipients.length === 0 && (kind === 'unsubscribe' || (kind === 'complaint' && messageId === undefined)))
      return refuse('report-too-late')
    return replyTo(kind, counted)
  }
}

function replyTo(kind: TakenReport['kind'], counted: TakenReport['counted']): Reply {
  if (kind === 'other' || kind === 'tls') return refuse('no-report')
  if (counted === 'full') return refuse('reports-full')
  return counted === 'foreign' || counted === 'old' ? refuse('report-not-ours') : TAKEN
}
