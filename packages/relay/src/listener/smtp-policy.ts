/**
 * SmtpPolicy: what a conversation asks of the house behind it, and what it knows of its client. The wire decides nothing.
 *
 * Not here: how it is answered (submission-policy.ts), the wire (conversation.ts).
 */
import type { Address } from '@postrider/core'
import type { Account, Credential } from '../account/index.ts'
import type { Reply } from '../admission/index.ts'
import type { Body } from './body.ts'
import type { MailOptions, Transaction, TransactionRecipient } from './transaction.ts'

export interface ListenerMode {
  /** As configured, for logs. */
  readonly name: string
  /** TLS from the first octet. */
  readonly implicitTls: boolean
  /** Login is allowed without TLS. */
  readonly plainLogin: boolean
  /** STARTTLS is offered. */
  readonly startTls: boolean
}

/** One client and its session. */
export interface Peer {
  readonly id: string
  readonly address: string
  readonly port: number
  /** `127.0.0.1:587`, as configured: for logs. */
  readonly listener: string
  /** May relay without login. */
  readonly trusted: boolean
  readonly tls?: { readonly protocol: string; readonly cipher: string }
  /** What it called itself; '' before EHLO. */
  readonly hello: string
  /** EHLO rather than HELO. */
  readonly extended: boolean
  /** It came by HTTP. */
  readonly http?: true
  readonly account?: Account
}

/** An answer at once or later; most are at once, and waiting costs. */
export type Soon<T> = T | Promise<T>

export interface SmtpPolicy {
  readonly hostname: string
  /** SASL methods on offer. */
  readonly methods: readonly string[]
  readonly messageBytes: number
  /** Somebody who is not logged in may say MAIL. */
  readonly takesStrangers?: boolean

  /** Refuses a connection before the greeting. `leave` ends it later, for want of room. */
  connected(peer: Peer, leave: (reply: Reply) => void): Reply | undefined
  login(credential: Credential, peer: Peer, signal: AbortSignal): Promise<Account | Reply>
  /** Undefined: go on. */
  mail(sender: Address | null, options: MailOptions, peer: Peer): Soon<Reply | undefined>
  rcpt(recipient: TransactionRecipient, transaction: Transaction, peer: Peer): Soon<Reply | undefined>
  /** Asked before 354: a body to collect into, or why not now. */
  body(transaction: Transaction, peer: Peer): Body | Reply
  /** The message is in. What is said next is the outcome; a client that is gone before, which `signal` tells, sent nothing. */
  message(body: Body, transaction: Transaction, peer: Peer, signal: AbortSignal): Promise<Reply>
  /** The conversation is over. */
  ended(peer: Peer, how: Ending): void
}

export interface Ending {
  readonly because: string
  /** It left while TLS was being agreed on: it never had a word. */
  readonly inHandshake: boolean
  readonly messages: number
  readonly errors: number
}
