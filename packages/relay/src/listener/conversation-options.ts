/**
 * ConversationOptions: what a conversation is begun with.
 */
import type { Socket } from 'node:net'
import type { Clock } from '@postrider/core'
import type { WireLimits } from './session-limits.ts'
import type { Peer, SmtpPolicy } from './smtp-policy.ts'
import type { TlsContexts } from './tls.ts'

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

export interface ConversationOptions {
  readonly socket: Socket
  readonly policy: SmtpPolicy
  readonly peer: Peer
  readonly mode: ListenerMode
  readonly contexts: () => TlsContexts | undefined
  readonly limits: WireLimits
  readonly clock: Clock
  /** The connection is gone. Called once. */
  readonly gone: () => void
}
