/**
 * Submitter: a collected message to the mailer, and the mailer's answer to a reply.
 *
 * Policy. A reply is due within `replyWithinMs`. A mailer that is not done by then is told to stop; if it does not in as long
 * again, the client is told to come back (451), and a message that is queued after all is taken back, so that the retry
 * does not make a second one. A client that leaves after its final dot has sent its message. A user whose volume jumps far
 * above its habit is not refused: its messages are held.
 *
 * Not here: whether there may be a message at all (submission-server.ts). RFC 5321 §4.2.5, §6.1.
 */
import {
  type AcceptEnvelope,
  type AcceptOptions,
  type Clock,
  type Logger,
  MailerError,
  printAddress,
  type Receipt,
} from '@postrider/core'
import type { Account } from '../account/index.ts'
import {
  judgeMessage,
  RefusedError,
  type Reply,
  refusalOf,
  refuse,
  type VolumeBaselines,
  type VolumeSpike,
} from '../admission/index.ts'
import type { Body } from './body.ts'
import { inTime, LATE } from './deadline.ts'
import { receivedLine } from './received.ts'
import { queuedAs } from './reply.ts'
import type { Peer } from './smtp-policy.ts'
import { type Transaction, tooLarge } from './transaction.ts'

/** What the relay needs of a Mailer to hand a message over. */
export interface AcceptingMailer {
  accept(raw: Uint8Array, envelope: AcceptEnvelope, options?: AcceptOptions): Promise<Receipt>
  readonly queue: { cancel(which: Receipt['id']): Promise<number> }
}

export interface SubmitterOptions {
  readonly mailer: AcceptingMailer
  readonly hostname: string
  readonly clock: Clock
  readonly logger: Logger
  readonly baselines: VolumeBaselines
  /** A user has jumped above its habit; told once a day. */
  readonly onSpike: (account: Account, spike: VolumeSpike) => void
  readonly replyWithinMs: number
  readonly mostReceived: number
  /** What the Received line shows. */
  readonly trace: { readonly client: boolean; readonly login: boolean }
}

export class Submitter {
  readonly #it: SubmitterOptions
  #underWay = 0

  constructor(options: SubmitterOptions) {
    this.#it = options
  }

  /** Messages that are with the mailer now. */
  get underWay(): number {
    return this.#underWay
  }

  async accept(body: Body, transaction: Transaction, peer: Peer, limitBytes: number): Promise<Reply> {
    this.#underWay++
    const since = this.#it.clock.monotonic()
    try {
      const content = await body.content()
      if (content === 'too-large') return tooLarge(limitBytes)
      if (content === 'disk-full') return refuse('disk-full')
      if (content === 'no-memory') return refuse('overloaded')
      return await this.#submit(content, transaction, peer, since)
    } finally {
      this.#underWay--
    }
  }

  async #submit(content: Buffer, transaction: Transaction, peer: Peer, since: number): Promise<Reply> {
    const stop = new AbortController()
    const hold = this.#holdReason(transaction, peer)
    const options: AcceptOptions = {
      signal: stop.signal,
      prepend: id => this.#trace(id, transaction, peer),
      check: this.#check(transaction, peer),
      ...(peer.account ? { account: peer.account.name } : {}),
      ...(hold === undefined ? {} : { hold }),
    }
    const work = this.#it.mailer.accept(content, envelopeOf(transaction), options)
    let answer: Receipt | Reply | typeof LATE
    try {
      answer = await this.#within(work, stop)
    } catch (error) {
      answer = refusalOf(error)
      this.#logTrouble(error, answer, transaction)
    }
    if (answer === LATE) {
      this.#cancelLate(work, transaction)
      answer = refuse('overloaded')
    }
    const reply = 'code' in answer ? answer : queuedAs(answer.id)
    this.#log(reply, 'id' in answer ? answer.id : undefined, { transaction, peer, size: content.length, since })
    return reply
  }

  async #within(work: Promise<Receipt>, stop: AbortController): Promise<Receipt | typeof LATE> {
    const { clock, replyWithinMs } = this.#it
    const first = await inTime(work, replyWithinMs, clock)
    if (first !== LATE) return first
    stop.abort(new MailerError('aborted', `not accepted within ${replyWithinMs} ms`))
    return inTime(work, replyWithinMs, clock)
  }

  /** What the account may not send is refused, or replaced where it has an address for that. */
  #check(transaction: Transaction, { account }: Peer): NonNullable<AcceptOptions['check']> {
    const { mostReceived } = this.#it
    return message => {
      const verdict = judgeMessage(message, { account, sender: transaction.sender, mostReceived })
      if (verdict !== undefined && 'code' in verdict) throw new RefusedError(verdict)
      return verdict
    }
  }

  #holdReason(transaction: Transaction, peer: Peer): string | undefined {
    const { account } = peer
    const spike = account && this.#it.baselines.count(account.name, transaction.recipients.length)
    if (!spike) return undefined
    if (spike.first) this.#it.onSpike(account, spike)
    return `${account.name} sent to ${spike.today} recipients today; its habit is ${spike.habit}`
  }

  #trace(id: string, transaction: Transaction, peer: Peer): string {
    const { hostname, clock, trace } = this.#it
    return receivedLine({
      hostname,
      id,
      now: clock.now(),
      extended: peer.extended,
      utf8: transaction.options.utf8 === true,
      authenticated: peer.account !== undefined,
      ...(peer.tls ? { tls: peer.tls } : {}),
      ...(trace.client ? { client: { hello: peer.hello, address: peer.address } } : {}),
      ...(trace.login && peer.account ? { login: peer.account.name } : {}),
    })
  }

  /** The client was told to come back: a message that is queued after all would be a second one. */
  #cancelLate(work: Promise<Receipt>, transaction: Transaction): void {
    const { mailer, logger } = this.#it
    work
      .then(async ({ id }) => {
        const taken = await mailer.queue.cancel(id)
        logger.warn({ event: 'taken-back', transaction: transaction.id, id, taken }, 'queued after 451 and taken back')
      })
      .catch(() => {
        // It was not queued after all, as the client was told.
      })
  }

  #logTrouble(error: unknown, reply: Reply, transaction: Transaction): void {
    if (reply.code >= 500 || error instanceof RefusedError) return
    const { message, code } = error as { readonly message?: string; readonly code?: string }
    this.#it.logger.error(
      { event: 'accept-failed', transaction: transaction.id, code, error: message },
      'a message was not accepted',
    )
  }

  #log(
    reply: Reply,
    id: string | undefined,
    { transaction, peer, size, since }: { transaction: Transaction; peer: Peer; size: number; since: number },
  ): void {
    // An accepted message has its line already: the mailer's, when it was queued.
    this.#it.logger[id === undefined ? 'info' : 'debug'](
      {
        event: 'message',
        id,
        transaction: transaction.id,
        account: peer.account?.name,
        from: transaction.sender === null ? '' : printAddress(transaction.sender),
        recipients: transaction.recipients.length,
        size,
        reply: `${reply.code} ${reply.enhanced ?? ''} ${id === undefined ? reply.text : ''}`.trim(),
        tookMs: Math.round(this.#it.clock.monotonic() - since),
      },
      id === undefined ? 'message refused' : 'message queued',
    )
  }
}

function envelopeOf({ sender, recipients, options }: Transaction): AcceptEnvelope {
  return {
    from: sender === null ? null : printAddress(sender),
    to: recipients.map(({ address, ...options }) => ({ address: printAddress(address), ...options })),
    ...(options.ret === undefined ? {} : { ret: options.ret }),
    ...(options.envid === undefined ? {} : { envid: options.envid }),
    ...(options.requireTls ? { requireTls: true } : {}),
  }
}
