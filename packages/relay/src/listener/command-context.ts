/**
 * CommandContext: what a command may do with the conversation it is said in.
 *
 * Not here: commands (commands.ts), the conversation (conversation.ts).
 */
import type { Reply } from '../admission/index.ts'
import type { Body } from './body.ts'
import type { Step } from './sasl.ts'
import type { Peer, SmtpPolicy, Soon } from './smtp-policy.ts'
import type { Transaction } from './transaction.ts'

export type Phase = 'new' | 'ready' | 'login' | 'mail' | 'rcpt' | 'body' | 'handing' | 'closed'

const MOVES: Readonly<Record<Phase, readonly Phase[]>> = {
  new: ['new', 'ready', 'closed'],
  ready: ['new', 'ready', 'login', 'mail', 'closed'],
  login: ['ready', 'closed'],
  mail: ['ready', 'rcpt', 'closed'],
  rcpt: ['ready', 'rcpt', 'body', 'closed'],
  body: ['handing', 'closed'],
  handing: ['ready', 'closed'],
  closed: ['closed'],
}

/** `to`, when it may follow `from`. @throws when it may not: a bug of ours */
export function moved(from: Phase, to: Phase): Phase {
  if (!MOVES[from].includes(to)) throw new Error(`a conversation cannot go from ${from} to ${to}`)
  return to
}

export interface CommandContext {
  readonly policy: SmtpPolicy
  readonly peer: Peer
  readonly phase: Phase
  readonly signal: AbortSignal
  readonly isSecure: boolean
  readonly canStartTls: boolean
  /** Login is allowed on this connection as it is. */
  readonly mayLogIn: boolean
  /** The client has said more than it was answered. */
  readonly hasInput: boolean
  /** Set: the next line belongs to a login. */
  loginStep: ((line: string) => Step) | undefined
  transaction: Transaction | undefined

  /** Adds to what is said next; a reply that closes is the last one. */
  say(reply: Reply): void
  sayRaw(text: string): void
  /** A refusal for something no client should say: it counts, and comes late when there were many. */
  mistake(reply: Reply): Soon<void>
  /** A line that no command begins. */
  unknownLine(): Soon<void>
  /** A command was understood. `false`: it must not be obeyed, and the conversation is over. */
  understood(verb: string): boolean
  identify(changes: Partial<Peer>): void
  enter(phase: Phase): void
  /** Drops the transaction, if there is one. */
  reset(): void
  nextTransactionId(): string
  /** What follows is content. */
  collect(body: Body): void
  /** TLS from here on; what was known of the client is forgotten. `false`: it failed, and all is over. */
  secure(): Promise<boolean>
  /** After `secure()`: reads on under TLS. */
  restart(): void
}
