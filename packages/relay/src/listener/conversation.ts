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
 * answer is being found no more is read than a bound, and a client that does not read its replies is not answered.
 * After `softErrors` mistakes answers come late, after `hardErrors` the connection ends; a refused sender or recipient is
 * no mistake. Nothing said before TLS survives it (RFC 3207 §4.2).
 * A client that does not double its dots (phpBB) ends its own message early, and the rest of it arrives as commands. So an
 * unknown line right after a message ends the connection, and so do a MAIL that did not wait for the reply to the message
 * and content that did not wait for 354.
 *
 * Not here: who may do what (desk.ts), the commands (commands.ts), sockets (channel.ts), listening (listener.ts).
 * RFC 5321 §3, §4.1.4.
 */
import type { Socket } from 'node:net'
import type { Clock } from '@postrider/core'
import { type Reply, refuse } from '../admission/index.ts'
import type { Body } from './body.ts'
import { Channel } from './channel.ts'
import { commandOf } from './commands.ts'
import { DataReader } from './data-reader.ts'
import type { Desk, Peer, Soon } from './desk.ts'
import { LineReader, TOO_LONG } from './line-reader.ts'
import { printReply } from './reply.ts'
import type { Step } from './sasl.ts'
import type { Phase, Talk } from './talk.ts'
import type { TlsContexts } from './tls.ts'
import type { Transaction } from './transaction.ts'

const MOVES: Readonly<Record<Phase, readonly Phase[]>> = {
  new: ['new', 'ready', 'closed'],
  ready: ['new', 'ready', 'mail', 'closed'],
  mail: ['ready', 'rcpt', 'closed'],
  rcpt: ['ready', 'rcpt', 'body', 'closed'],
  body: ['handing', 'closed'],
  handing: ['ready', 'closed'],
  closed: ['closed'],
}

/** How the wire treats a client. */
export interface WireLimits {
  /** Mistakes after which answers come late. @default 3 */
  readonly softErrors: number
  /** Mistakes after which the connection ends. @default 10 */
  readonly hardErrors: number
  /** How late. @default 1000 */
  readonly errorDelayMs: number
  /** Silence allowed to a client that is logged in. @default 300000, the least of RFC 5321 §4.5.3.2.7 */
  readonly idleMs: number
  /** Silence allowed before that. @default 60000 */
  readonly idleBeforeLoginMs: number
  /** Time to log in. @default 120000 */
  readonly loginWithinMs: number
  /** Silence allowed inside a message; RFC 5321 §4.5.3.2.5. @default 180000 */
  readonly bodyIdleMs: number
  /** Time for a whole message. @default 1800000 */
  readonly bodyMs: number
}

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
  readonly desk: Desk
  readonly peer: Peer
  readonly mode: ListenerMode
  readonly contexts: () => TlsContexts | undefined
  readonly limits: WireLimits
  readonly clock: Clock
  /** The connection is gone. Called once. */
  readonly gone: () => void
}

/** RFC 5321 §4.5.3.1.4 asks for 512, extensions for more; RFC 4954 §4.3 for 12,288 in a login. */
const LINE_BYTES = 4096
const LOGIN_LINE_BYTES = 12_288
/** Read ahead at most this much while an answer is being found. */
const MOST_WAITING_BYTES = 64 * 1024
/** Lines of one packet that are answered before others get their turn. */
const MOST_AT_ONCE = 100
const LINGER_MS = 5000

export class Conversation implements Talk {
  readonly desk: Desk
  readonly mode: ListenerMode
  readonly clock: Clock
  readonly limits: WireLimits
  readonly #contexts: () => TlsContexts | undefined
  readonly #onGone: () => void
  readonly #channel: Channel
  readonly #lines = new LineReader()
  readonly #stop = new AbortController()
  readonly #startedAt: number
  #peer: Peer
  #phase: Phase = 'new'
  #busy = true
  #stopping = false
  #heardAt: number
  #bodySince = 0
  #errors = 0
  #transactions = 0
  #messages = 0
  /** A message was just answered, and no command has been understood since. */
  #justAnswered = false
  /** What waits was sent before the reply to the message. */
  #eager = false
  #body: Body | undefined
  #reader: DataReader | undefined
  #because = ''
  loginStep: ((line: string) => Step) | undefined
  transaction: Transaction | undefined

  constructor({ socket, desk, peer, mode, contexts, limits, clock, gone }: ConversationOptions) {
    this.desk = desk
    this.#peer = peer
    this.mode = mode
    this.limits = limits
    this.clock = clock
    this.#contexts = contexts
    this.#onGone = gone
    this.#startedAt = clock.monotonic()
    this.#heardAt = this.#startedAt
    this.#channel = new Channel(socket, {
      bytes: chunk => this.#bytes(chunk),
      ended: () => this.#pump(),
      gone: because => this.#gone(because),
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
    const refusal = this.desk.connected(this.#peer)
    if (this.mode.implicitTls) {
      // Nothing can be said before the handshake, and a handshake is what a flood wants to have.
      if (refusal) return this.destroy(refusal.text)
      if (!(await this.secure())) return this.destroy('TLS failed')
    }
    this.say(refusal ?? { code: 220, text: `${this.desk.hostname} ESMTP Postrider` })
    if (this.#phase === 'closed') return
    this.#channel.start()
    this.#busy = false
    this.#pump()
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
    this.#errors++
    if (this.#errors >= this.limits.hardErrors) {
      this.say(refuse('too-many-errors'))
      return
    }
    if (this.#errors <= this.limits.softErrors) {
      this.say(reply)
      return
    }
    return this.clock.sleep(this.limits.errorDelayMs, this.signal).then(
      () => this.say(reply),
      () => undefined,
    )
  }

  unknownLine(): Soon<void> {
    if (this.#justAnswered) return this.say(refuse('dot-alone'))
    return this.mistake(refuse('unknown'))
  }

  understood(verb: string): boolean {
    if (verb === 'MAIL' && this.#eager) {
      this.say(refuse('dot-alone'))
      return false
    }
    this.#justAnswered = false
    return true
  }

  identify(changes: Partial<Peer>): void {
    this.#peer = { ...this.#peer, ...changes }
  }

  enter(phase: Phase): void {
    if (!MOVES[this.#phase].includes(phase)) throw new Error(`a conversation cannot go from ${this.#phase} to ${phase}`)
    this.#phase = phase
  }

  reset(): void {
    this.transaction = undefined
    this.#body?.discard()
    this.#body = undefined
    this.#reader = undefined
    if (this.#phase === 'mail' || this.#phase === 'rcpt' || this.#phase === 'handing') this.enter('ready')
  }

  nextTransactionId(): string {
    this.#transactions++
    return `${this.#peer.id}.${this.#transactions}`
  }

  collect(body: Body): void {
    this.enter('body')
    this.#body = body
    this.#bodySince = this.clock.monotonic()
    this.#reader = new DataReader(piece => body.write(piece))
  }

  /** TLS from here on; what was known of the client is forgotten (RFC 3207 §4.2). `false`: it failed, and all is over. */
  async secure(): Promise<boolean> {
    const contexts = this.#contexts()
    if (contexts === undefined) return false
    this.#channel.flush()
    try {
      const tls = await this.#channel.secure(contexts)
      this.reset()
      const { account: _, ...peer } = this.#peer
      this.#peer = { ...peer, tls, hello: '', extended: false }
      this.#heardAt = this.clock.monotonic()
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
    this.#heardAt = this.clock.monotonic()
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
  tick(now: number): void {
    const { idleMs, idleBeforeLoginMs, loginWithinMs, bodyIdleMs, bodyMs } = this.limits
    const silent = now - this.#heardAt
    const known = this.#peer.account !== undefined || this.#peer.trusted
    if (this.#phase === 'closed') {
      if (silent > LINGER_MS) this.#channel.destroy(this.#because)
    } else if (this.#phase === 'handing') return
    else if (this.#phase === 'body') {
      if (silent > bodyIdleMs || now - this.#bodySince > bodyMs) this.say(refuse('idle'))
    } else if (silent > (known ? idleMs : idleBeforeLoginMs)) this.say(refuse('idle'))
    else if (!known && now - this.#startedAt > loginWithinMs) this.say(refuse('idle'))
  }

  #bytes(chunk: Buffer): void {
    this.#heardAt = this.clock.monotonic()
    this.#lines.push(chunk)
    if (this.#busy && this.#lines.waiting > MOST_WAITING_BYTES) this.#channel.pause()
    this.#pump()
  }

  /** Reads and answers until there is nothing left, or something takes time. */
  #pump(): void {
    if (this.#busy) return
    this.#busy = true
    for (let turn = 0; this.#phase !== 'closed'; turn++) {
      if (turn === MOST_AT_ONCE) {
        setImmediate(this.#goOn)
        return
      }
      const later = this.#phase === 'body' ? this.#readBody() : this.#readLine()
      if (later === 'nothing') break
      const wait = later ?? this.#channel.backlog()
      if (wait) {
        this.#channel.flush()
        wait.then(this.#goOn, this.#failed)
        return
      }
    }
    this.#channel.flush()
    this.#busy = false
    if (this.#channel.isEnded) this.close('closed by the client')
  }

  readonly #goOn = (): void => {
    this.#channel.flush()
    this.#busy = false
    this.#channel.resume()
    this.#pump()
  }

  readonly #failed = (error: unknown): void => {
    this.#because = `trouble of our own: ${(error as Error)?.message}`
    this.reset()
    this.say({ ...refuse('internal'), close: true })
    this.#goOn()
  }

  #readLine(): Soon<void> | 'nothing' {
    const line = this.#lines.next(this.loginStep ? LOGIN_LINE_BYTES : LINE_BYTES)
    if (line === undefined) return 'nothing'
    if (line === TOO_LONG) return this.mistake(refuse('line-too-long'))
    const later = commandOf(this, line)
    if (!this.hasInput) this.#eager = false
    return later
  }

  #readBody(): Soon<void> | 'nothing' {
    const bytes = this.#lines.rest()
    if (bytes === undefined) return 'nothing'
    const body = this.#body!
    const rest = this.#reader!.feed(bytes)
    if (rest !== undefined) {
      this.#lines.push(rest)
      return this.#handIn(body)
    }
    // It was told the limit and goes on: what for?
    if (body.size > 2 * this.desk.messageBytes) return this.say({ ...refuse('too-large'), close: true })
    return body.backlog()
  }

  async #handIn(body: Body): Promise<void> {
    this.enter('handing')
    const reply = await this.desk.message(body, this.transaction!, this.#peer, this.signal)
    this.#messages++
    this.reset()
    this.#justAnswered = true
    this.#eager = this.hasInput
    this.say(reply)
    if (this.#stopping) this.say(refuse('shutting-down'))
  }

  #gone(because: string): void {
    this.#because ||= because
    this.#body?.discard()
    this.#stop.abort(new Error('the client is gone'))
    if (this.#phase !== 'closed') this.#phase = 'closed'
    this.desk.ended(this.#peer, { because: this.#because, messages: this.#messages, errors: this.#errors })
    this.#onGone()
  }
}
