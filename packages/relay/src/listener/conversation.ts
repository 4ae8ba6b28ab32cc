/**
 * Conversation: one client on one connection, from the greeting to the end.
 *
 * Phases (`#phase`, moved only by `#enter`):
 *
 *   new ─EHLO─▶ ready ─MAIL─▶ mail ─RCPT─▶ rcpt ─DATA─▶ body ─CRLF.CRLF─▶ handing ─reply─▶ ready
 *    ▲           │  ▲           └─ RSET, EHLO ─┴─▶ ready
 *    └─ STARTTLS ┘  └─ AUTH                                               any ─▶ closed
 *
 * Policy. Commands are answered in order, and the answers to what came in one packet leave in one (RFC 2920). While an
 * answer is being found no more is read than a bound. Nothing said before TLS survives it (RFC 3207 §4.2).
 *
 * Not here: who may do what (smtp-policy.ts), the commands (commands.ts), when to yield (command-loop.ts), time and mistakes
 * (session-limits.ts), dots (lone-dot.ts), sockets (channel.ts), listening (listener.ts).
 * RFC 5321 §3, §4.1.4.
 */
import { MailerError } from '@postrider/core'
import { type Reply, refuse } from '../admission/index.ts'
import type { Body } from './body.ts'
import { Channel } from './channel.ts'
import { type CommandContext, moved, type Phase } from './command-context.ts'
import { CommandLoop } from './command-loop.ts'
import { commandOf } from './commands.ts'
import type { ConversationOptions, ListenerMode } from './conversation-options.ts'
import { Incoming } from './incoming.ts'
import { LineReader, TOO_LONG } from './line-reader.ts'
import { LoneDot } from './lone-dot.ts'
import { printReply } from './reply.ts'
import type { Step } from './sasl.ts'
import { SessionLimits } from './session-limits.ts'
import type { Peer, SmtpPolicy, Soon } from './smtp-policy.ts'
import type { TlsContexts } from './tls.ts'
import type { Transaction } from './transaction.ts'

/** RFC 5321 §4.5.3.1.4 asks for 512, extensions for more; RFC 4954 §4.3 for 12,288 in a login. */
const LINE_BYTES = 4096
const LOGIN_LINE_BYTES = 12_288
/** Read ahead at most this much while an answer is being found. */
const MOST_WAITING_BYTES = 16 * 1024

export class Conversation implements CommandContext {
  readonly policy: SmtpPolicy
  readonly mode: ListenerMode
  readonly #limits: SessionLimits
  readonly #contexts: () => TlsContexts | undefined
  readonly #onGone: () => void
  readonly #channel: Channel
  readonly #turns: CommandLoop
  readonly #lines = new LineReader()
  readonly #stop = new AbortController()
  /** Aborts when nobody waits for the reply to a message. */
  readonly #hungUp = new AbortController()
  #peer: Peer
  #phase: Phase = 'new'
  #stopping = false
  #transactions = 0
  #messages = 0
  readonly #loneDot = new LoneDot()
  readonly #incoming = new Incoming()
  #because = ''
  #inHandshake = false
  loginStep: ((line: string) => Step) | undefined
  transaction: Transaction | undefined

  constructor({ socket, policy, peer, mode, contexts, limits, clock, gone }: ConversationOptions) {
    this.policy = policy
    this.#peer = peer
    this.mode = mode
    this.#limits = new SessionLimits(limits, clock)
    this.#contexts = contexts
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

  get peer(): Peer {
    return this.#peer
  }

  get phase(): Phase {
    return this.#phase
  }

  get signal(): AbortSignal {
    return this.#stop.signal
  }

  get isSecure(): boolean {
    return this.#peer.tls !== undefined
  }

  get canStartTls(): boolean {
    return !this.isSecure && this.mode.startTls && this.#contexts() !== undefined
  }

  get mayLogIn(): boolean {
    return this.isSecure || this.mode.plainLogin
  }

  get hasInput(): boolean {
    return this.#lines.waiting > 0
  }

  /** Greets, after TLS where that comes first. */
  async start(): Promise<void> {
    const refusal = this.policy.connected(this.#peer)
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
    switch (this.#limits.mistake()) {
      case 'end':
        return this.say(refuse('too-many-errors'))
      case 'answer':
        return this.say(reply)
      case 'answer-late':
        return this.#limits.late(this.signal).then(
          () => this.say(reply),
          () => undefined,
        )
    }
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
    this.#peer = { ...this.#peer, ...changes }
  }

  enter(phase: Phase): void {
    this.#phase = moved(this.#phase, phase)
  }

  reset(): void {
    this.transaction = undefined
    this.#incoming.discard()
    if (this.#phase === 'mail' || this.#phase === 'rcpt' || this.#phase === 'handing') this.enter('ready')
  }

  nextTransactionId(): string {
    this.#transactions++
    return `${this.#peer.id}.${this.#transactions}`
  }

  collect(body: Body): void {
    this.enter('body')
    this.#limits.bodyBegins()
    this.#incoming.begin(body, this.policy.messageBytes)
  }

  /** TLS from here on; what was known of the client is forgotten (RFC 3207 §4.2). `false`: it failed, and all is over. */
  async secure(): Promise<boolean> {
    const contexts = this.#contexts()
    if (contexts === undefined) return false
    this.#channel.flush()
    this.#inHandshake = true
    try {
      const tls = await this.#channel.secure(contexts)
      this.#inHandshake = false
      this.reset()
      const { account: _, ...peer } = this.#peer
      this.#peer = { ...peer, tls, hello: '', extended: false }
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
    const known = this.#peer.account !== undefined || this.#peer.trusted
    if (!this.#limits.isOver(this.#phase, known)) return
    if (this.#phase === 'closed') this.#channel.destroy(this.#because)
    else this.say(refuse('idle'))
  }

  #bytes(chunk: Buffer): void {
    this.#limits.heard()
    this.#lines.push(chunk)
    if (this.#lines.waiting > MOST_WAITING_BYTES) this.#channel.pause()
    this.#turns.take()
  }

  #failed(error: unknown): void {
    this.reset()
    this.say(refuse('internal'))
    this.close(`trouble of our own: ${(error as Error)?.message}`)
  }

  #readLine(): Soon<void> | 'nothing' {
    const line = this.#lines.next(this.loginStep ? LOGIN_LINE_BYTES : LINE_BYTES)
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
    const bytes = this.#lines.rest()
    if (bytes === undefined) return 'nothing'
    const progress = this.#incoming.feed(bytes)
    switch (progress.kind) {
      case 'more':
        return progress.wait
      case 'endless':
        // It was told the limit and goes on: what for?
        return this.say({ ...refuse('too-large'), close: true })
      case 'done':
        this.#lines.push(progress.rest)
        return this.#handIn(progress.body)
    }
  }

  async #handIn(body: Body): Promise<void> {
    this.enter('handing')
    if (this.#channel.isEnded) this.#leftEarly('the client hung up')
    const reply = await this.policy.message(body, this.transaction!, this.#peer, this.#hungUp.signal)
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
    if (this.#lines.endsWith('QUIT')) return
    this.#hungUp.abort(new MailerError('aborted', `${because} before it was answered`))
  }

  #gone(because: string): void {
    this.#because ||= because
    this.#leftEarly('the connection was lost')
    this.#incoming.discard()
    this.#stop.abort(new Error('the client is gone'))
    if (this.#phase !== 'closed') this.#phase = 'closed'
    this.policy.ended(this.#peer, {
      because: this.#because,
      inHandshake: this.#inHandshake,
      messages: this.#messages,
      errors: this.#limits.mistakes,
    })
    this.#onGone()
  }
}
