/**
 * Submitter: a collected message to the mailer, and the mailer's answer to a reply.
 *
 * Policy. A message has to be ready to be written within `replyWithinMs`, and as long again for each `MESSAGE_BYTES` more; else
 * the client is told to come back (451), and nothing is written. A write that has begun is waited for. A client that hangs up
 * before it is answered has sent nothing: its message is not written, or taken back before it is delivered, because it
 * will come again (RFC 5321 §4.1.1.10). So 250 and delivery are the same thing, and so are 451 and none. A user whose volume
 * sends far more than it usually does is not refused: its messages are held.
 *
 * Not here: whether there may be a message at all (submission-policy.ts). RFC 5321 §4.2.5, §6.1; RFC 1047.
 */
import {
  type AcceptEnvelope,
  type AcceptOptions,
  type Batch,
  type Clock,
  type Logger,
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
import { receivedLine } from './received.ts'
import { queuedAs } from './reply.ts'
import type { Peer } from './smtp-policy.ts'
import { type Transaction, tooLarge } from './transaction.ts'

/** What the relay needs of a Mailer to hand a message over. */
export interface AcceptingMailer {
  accept(raw: Uint8Array, envelope: AcceptEnvelope, options?: AcceptOptions): Promise<Receipt>
  readonly batch: Pick<Batch, 'accept'>
}

export interface SubmitterOptions {
  readonly mailer: AcceptingMailer
  readonly hostname: string
  readonly clock: Clock
  readonly logger: Logger
  readonly baselines: VolumeBaselines
  /** A user sends far more than it usually does; told once a day. */
  readonly onSpike: (account: Account, spike: VolumeSpike) => void
  /** For a message of up to `MESSAGE_BYTES`. */
  readonly replyWithinMs: number
  readonly mostReceived: number
  /** Domains whose mail goes nowhere. */
  readonly isTest: (domain: string) => boolean
  /** What the Received line shows. */
  readonly trace: { readonly client: boolean; readonly login: boolean }
}

/** Each begun part of a message of so many octets gets its time. */
const MESSAGE_BYTES = 4 * 1024 * 1024

/** What other ways in than SMTP can say of a message. */
export type SubmitExtras = Pick<AcceptOptions, 'idempotencyKey' | 'fingerprint' | 'notBefore' | 'tags'>

/** A message that is whole, and is to go into the queue together with others. */
export interface Whole {
  readonly content: Buffer
  readonly transaction: Transaction
  readonly peer: Peer
  readonly extras: Pick<SubmitExtras, 'notBefore' | 'tags'>
  /** In what the key of the batch stands for. */
  readonly place: number
}

/** What stands for all of a batch. */
export type BatchHow = Pick<SubmitExtras, 'idempotencyKey' | 'fingerprint'> & { readonly signal: AbortSignal }

interface Work {
  readonly transaction: Transaction
  readonly peer: Peer
  readonly size: number
  readonly since: number
}

export interface Refused {
  readonly reply: Reply
  /** What the mailer threw. */
  readonly error?: unknown
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

  /** @param signal aborts when the client is gone */
  async accept(body: Body, transaction: Transaction, peer: Peer, signal: AbortSignal): Promise<Reply> {
    this.#underWay++
    const since = this.#it.clock.monotonic()
    try {
      const content = await body.content()
      if (content === 'too-large') return tooLarge(body.limitBytes)
      if (content === 'disk-full') return refuse('disk-full')
      if (content === 'no-memory') return refuse('overloaded')
      // The mailer's from here on.
      const size = content.length
      const answer = await this.#submit(content, transaction, peer, { signal })
      return this.#told(answer, { transaction, peer, size, since })
    } finally {
      this.#underWay--
    }
  }

  /** A message that is whole already. */
  async submit(
    content: Buffer,
    transaction: Transaction,
    peer: Peer,
    how: { readonly extras: SubmitExtras; readonly signal: AbortSignal },
  ): Promise<Receipt | Refused> {
    this.#underWay++
    const since = this.#it.clock.monotonic()
    try {
      const size = content.length
      const answer = await this.#submit(content, transaction, peer, how)
      this.#told(answer, { transaction, peer, size, since })
      return answer
    } finally {
      this.#underWay--
    }
  }

  /** All of these, or none. */
  async submitAll(all: readonly Whole[], how: BatchHow): Promise<readonly Receipt[] | Refused> {
    const { mailer, clock } = this.#it
    this.#underWay += all.length
    const since = clock.monotonic()
    const works = all.map(({ transaction, peer, content }) => ({ transaction, peer, size: content.length, since }))
    try {
      const messages = all.map(({ content, transaction, peer, extras, place }) => ({
        place,
        raw: content,
        envelope: envelopeOf(transaction),
        options: this.#options(transaction, peer, extras),
      }))
      const size = all.reduce((sum, { content }) => sum + content.length, 0)
      const receipts = await mailer.batch.accept(messages, { ...how, startWithinMs: this.#timeFor(size) })
      for (const [at, work] of works.entries()) if (receipts[at] !== undefined) this.#told(receipts[at], work)
      return receipts
    } catch (error) {
      const answer = { reply: refusalOf(error), error }
      for (const work of works) this.#told(answer, work)
      if (!how.signal.aborted && works[0] !== undefined) this.#logTrouble(error, answer.reply, works[0].transaction)
      return answer
    } finally {
      this.#underWay -= all.length
    }
  }

  async #submit(
    content: Buffer,
    transaction: Transaction,
    peer: Peer,
    { extras, signal }: { readonly extras?: SubmitExtras; readonly signal: AbortSignal },
  ): Promise<Receipt | Refused> {
    const options = {
      ...this.#options(transaction, peer, extras),
      signal,
      startWithinMs: this.#timeFor(content.length),
    }
    try {
      return await this.#it.mailer.accept(content, envelopeOf(transaction), options)
    } catch (error) {
      const reply = refusalOf(error)
      if (!signal.aborted) this.#logTrouble(error, reply, transaction)
      return { reply, error }
    }
  }

  #options<T extends SubmitExtras>(transaction: Transaction, peer: Peer, extras: T | undefined) {
    const hold = this.#holdReason(transaction, peer)
    return {
      ...extras,
      via: extras === undefined ? ('smtp' as const) : ('http' as const),
      prepend: (id: string) => this.#trace(id, transaction, peer),
      check: this.#check(transaction, peer),
      ...(peer.account ? { account: peer.account.name } : {}),
      ...(peer.account?.returnPath ? { returnPath: peer.account.returnPath } : {}),
      ...(peer.account?.pool ? { pool: peer.account.pool } : {}),
      ...(peer.account?.passOn ? { passOn: peer.account.passOn } : {}),
      ...(peer.account?.unsubscribe ? { unsubscribe: peer.account.unsubscribe } : {}),
      ...(peer.account?.feedbackId ? { feedbackId: peer.account.feedbackId } : {}),
      ...(hold === undefined ? {} : { hold }),
    }
  }

  #timeFor(octets: number): number {
    return this.#it.replyWithinMs * (1 + Math.floor(octets / MESSAGE_BYTES))
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
    const real = transaction.recipients.filter(({ address }) => !this.#it.isTest(address.domain))
    if (real.length === 0) return undefined
    const spike = account && this.#it.baselines.count(account.name, real.length)
    if (!spike) return undefined
    if (spike.first) this.#it.onSpike(account, spike)
    return `${account.name} sent to ${spike.today} recipients today; usually it sends to ${spike.usual}`
  }

  #trace(id: string, transaction: Transaction, peer: Peer): string {
    const { hostname, clock, trace } = this.#it
    return receivedLine({
      hostname,
      id,
      now: clock.now(),
      extended: peer.extended,
      http: peer.http === true,
      utf8: transaction.options.utf8 === true,
      authenticated: peer.account !== undefined,
      ...(peer.tls ? { tls: peer.tls } : {}),
      ...(trace.client ? { client: { hello: peer.hello, address: peer.address } } : {}),
      ...(trace.login && peer.account ? { login: peer.account.name } : {}),
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

  #told(answer: Receipt | Refused, facts: Work): Reply {
    const id = 'id' in answer ? answer.id : undefined
    const reply = 'id' in answer ? queuedAs(answer.id) : answer.reply
    this.#log(reply, id, facts)
    return reply
  }

  #log(reply: Reply, id: string | undefined, { transaction, peer, size, since }: Work): void {
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
