/**
 * Conversation: one client on one connection, from the greeting to the end.
 *
 * Policy. Commands are answered in order, and the answers to what came in one packet leave in one (RFC 2920). While an
 * answer is being found no more is read than a bound. Nothing said before TLS survives it (RFC 3207 §4.2).
 *
 * Not here: its phases (phase.ts), who may do what (smtp-policy.ts), the commands (commands.ts), when to yield
 * (command-loop.ts), lines and content (input.ts), time and mistakes (session-limits.ts), dots (lone-dot.ts), sockets
 * (channel.ts), listening (listener.ts). RFC 5321 §3.
 */
import type { Socket } from 'node:net'
import { type Clock, MailerError } from '@postrider/core'
import { type Reply, refuse } from '../admission/index.ts'
import type { Body } from './body.ts'
import { Channel } from './channel.ts'
import { CommandLoop } from './command-loop.ts'
import { type CommandContext, commandOf } from './commands.ts'
import { Input, TOO_LONG } from './input.ts'
import { LoneDot } from './lone-dot.ts'
import { moved, type Phase } from './phase.ts'
import { printReply } from './reply.ts'
import type { Step } from './sasl.ts'
import { SessionLimits, type WireLimits } from './session-limits.ts'
import type { ListenerMode, Peer, SmtpPolicy, Soon } from './smtp-policy.ts'
import type { TlsContexts } from './tls.ts'
import type { Transaction } from './transaction.ts'

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

export class Conversation implements CommandContext {
  readonly policy: SmtpPolicy
  readonly mode: ListenerMode
  readonly contexts: () => TlsContexts | undefined
  peer: Peer
  readonly #limits: SessionLimits
  readonly #onGone: () => void
  readonly #channel: Channel
  readonly #turns: CommandLoop
  readonly #input = new Input()
  readonly #stop = new AbortController()
  /** Aborts when nobody waits for the reply to a message. */
  readonly #hungUp = new AbortController()
  #phase: Phase = 'new'
  #stopping = false
  #transactions = 0
  #messages = 0
  readonly #loneDot = new LoneDot()
  #because = ''
  #inHandshake = false
  loginStep: ((line: string) => Step) | undefined
  transaction: Transaction | undefined

  constructor({ socket, policy, peer, mode, contexts, limits, clock, gone }: ConversationOptions) {
    this.policy = policy
    this.peer = peer
    this.mode = mode
    this.#limits = new SessionLimits(limits, clock)
    this.contexts = contexts
    this.#onGone = gone
    this.#channel = new Channel(socket, {
      bytes: chunk => this.#bytes(chunk),
      ended: () => {
        if (this.#phase === 'handing') this.#leftEarly('the client hung up')
        this.#turns.take()
      },
      gone: because => this.#gone(because),
    })
    this.#turns = new CommandLoop({
      channel: this.#channel,
      over: () => this.#phase === 'closed',
      next: () => (this.#phase === 'body' ? this.#readBody() : this.#readLine()),
      // Content comes faster than a disk writes; of commands little comes before their answer.
      floods: () => this.#phase === 'body',
      caughtUp: () => {
        if (this.#channel.isEnded) this.close('closed by the client')
      },
      failed: error => this.#failed(error),
    })
  }

  get phase(): Phase {
    return this.#phase
  }

  get signal(): AbortSignal {
    return this.#stop.signal
  }

  get hasInput(): boolean {
    return this.#input.waiting > 0
  }

  /** Greets, after TLS where that comes first. */
  async start(): Promise<void> {
    const leave = (reply: Reply): void => (this.#inHandshake ? this.destroy(reply.text) : this.say(reply))
    const refusal = this.policy.connected(this.peer, leave)
    if (this.mode.implicitTls) {
      // Nothing can be said before the handshake, and a handshake is what a flood wants to have.
      if (refusal) return this.destroy(refusal.text)
      if (!(await this.secure())) return this.destroy('TLS failed')
    }
    this.say(refusal ?? { code: 220, text: `${this.policy.hostname} ESMTP Postrider` })
    if (this.#phase === 'closed') return
    this.#turns.begin()
  }

  say(reply: Reply): void {
    if (this.#phase === 'closed') return
    this.#channel.say(printReply(reply))
    if (reply.close) this.close(reply.text)
  }

  sayRaw(text: string): void {
    this.#channel.say(text)
  }

  mistake(reply: Reply): Soon<void> {
    const late = this.#limits.mistake(this.signal)
    if (late === 'end') return this.say(refuse('too-many-errors'))
    if (late === undefined) return this.say(reply)
    return late.then(
      () => this.say(reply),
      () => undefined,
    )
  }

  unknownLine(): Soon<void> {
    if (this.#loneDot.betrayedByNoise) return this.say(refuse('dot-alone'))
    return this.mistake(refuse('unknown'))
  }

  understood(verb: string): boolean {
    if (!this.#loneDot.betrayedBy(verb)) return true
    this.say(refuse('dot-alone'))
    return false
  }

  identify(changes: Partial<Peer>): void {
    this.peer = { ...this.peer, ...changes }
  }

  enter(phase: Phase): void {
    this.#phase = moved(this.#phase, phase)
  }

  reset(): void {
    this.transaction = undefined
    this.#input.discard()
    if (this.#phase === 'mail' || this.#phase === 'rcpt' || this.#phase === 'handing') this.enter('ready')
  }

  nextTransactionId(): string {
    this.#transactions++
    return `${this.peer.id}.${this.#transactions}`
  }

  collect(body: Body): void {
    this.enter('body')
    this.#limits.bodyBegins()
    this.#input.begin(body, this.policy.messageBytes)
  }

  /** TLS from here on; what was known of the client is forgotten (RFC 3207 §4.2). `false`: it failed, and all is over. */
  async secure(): Promise<boolean> {
    const contexts = this.contexts()
    if (contexts === undefined) return false
    this.#channel.flush()
    this.#inHandshake = true
    try {
      const tls = await this.#channel.secure(contexts)
      this.#inHandshake = false
      this.reset()
      const { account: _, ...peer } = this.peer
      this.peer = { ...peer, tls, hello: '', extended: false }
      this.#limits.heard()
      return true
    } catch {
      // A client that does not like our certificate, or is none: the channel has ended and says why.
      return false
    }
  }

  restart(): void {
    this.enter('new')
    this.#channel.start()
  }

  /** Ends, after what there is to say. */
  close(because: string): void {
    if (this.#phase === 'closed') return
    this.enter('closed')
    this.#because = because
    this.#limits.heard()
    this.#channel.end(because)
  }

  /** Finishes the message that is under way, if there is one, then ends. */
  finish(): void {
    this.#stopping = true
    if (this.#phase !== 'body' && this.#phase !== 'handing') this.say(refuse('shutting-down'))
  }

  destroy(because: string): void {
    this.#channel.destroy(because)
  }

  /** Called every now and then: ends what has been silent for too long. */
  tick(): void {
    const known = this.peer.account !== undefined || this.peer.trusted
    if (!this.#limits.isOver(this.#phase, known)) return
    if (this.#phase === 'closed') this.#channel.destroy(this.#because)
    else this.say(refuse('idle'))
  }

  #bytes(chunk: Buffer): void {
    this.#limits.heard()
    if (this.#input.push(chunk) === 'enough') this.#channel.pause()
    this.#turns.take()
  }

  #failed(error: unknown): void {
    this.reset()
    this.say(refuse('internal'))
    this.close(`internal error: ${(error as Error)?.message}`)
  }

  #readLine(): Soon<void> | 'nothing' {
    const line = this.#input.line(this.loginStep !== undefined)
    if (line === undefined) return 'nothing'
    if (line === TOO_LONG) {
      // The exchange is over with it (RFC 4954 §4).
      const inLogin = this.loginStep !== undefined
      this.loginStep = undefined
      return this.mistake(refuse(inLogin ? 'login-line-too-long' : 'line-too-long'))
    }
    const later = commandOf(this, line)
    if (!this.hasInput) this.#loneDot.caughtUp()
    return later
  }

  #readBody(): Soon<void> | 'nothing' {
    const progress = this.#input.content()
    switch (progress.kind) {
      case 'nothing':
        return 'nothing'
      case 'more':
        return progress.wait
      case 'endless':
        // It was told the limit (SIZE) and sends on: the rest is not read.
        return this.say({ ...refuse('too-large'), close: true })
      case 'done':
        return this.#handIn(progress.body)
    }
  }

  async #handIn(body: Body): Promise<void> {
    this.enter('handing')
    if (this.#channel.isEnded) this.#leftEarly('the client hung up')
    const reply = await this.policy.message(body, this.transaction!, this.peer, this.#hungUp.signal)
    this.#messages++
    this.reset()
    this.#loneDot.answered(this.hasInput)
    this.say(reply)
    if (this.#stopping) this.say(refuse('shutting-down'))
  }

  /**
   * A connection that is closed without QUIT is a command that failed (RFC 5321 §4.1.1.10). Who said QUIT together with its
   * message (RFC 2920 §3.1) may go without reading the replies.
   */
  #leftEarly(because: string): void {
    if (this.#input.endsWith('QUIT')) return
    this.#hungUp.abort(new MailerError('aborted', `${because} before it was answered`))
  }

  #gone(because: string): void {
    this.#because ||= because
    this.#leftEarly('the connection was lost')
    this.#input.discard()
    this.#stop.abort(new Error('the client is gone'))
    if (this.#phase !== 'closed') this.#phase = 'closed'
    this.policy.ended(this.peer, {
      because: this.#because,
      inHandshake: this.#inHandshake,
      messages: this.#messages,
      errors: this.#limits.mistakes,
    })
    this.#onGone()
  }
}
