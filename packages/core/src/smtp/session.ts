/**
 * Session: one connection from greeting to QUIT. RFC 5321 §3.1, §4.1.1.1, §4.1.4; RFC 3207.
 *
 *   greeting ──> ready <──> busy
 *      │           │          │
 *      └───────────┴──────────┴──> broken          ready ──> closed
 *
 * Policy. `#enter` is the only mover and knows the moves that are allowed. A session that anything unexpected happened to
 * is broken and stays so: a reply too many, a reply too few, a server that speaks while nobody asked. What the server said
 * before TLS is forgotten with TLS (RFC 3207 §4.2). HELO is only tried where plain text is allowed, because TLS needs EHLO.
 *
 * Not here: messages (transaction.ts), which session serves whom (deliver/pool.ts), what a failure means (outcome/).
 */
import type { Clock } from '../ambient/clock.ts'
import type { TlsSeen } from '../model/evidence.ts'
import type { Reply } from '../model/reply.ts'
import type { Hop } from '../model/route.ts'
import { logIn } from './auth.ts'
import { ehlo, helo, QUIT, STARTTLS } from './command.ts'
import { dial } from './dial.ts'
import { lost, refused, SmtpError } from './errors.ts'
import { type Extensions, noExtensions, parseExtensions } from './extensions.ts'
import type { Timeouts } from './timeouts.ts'
import { secure, type TlsTrust } from './tls.ts'
import type { TlsSessions } from './tls-sessions.ts'
import { Wire } from './wire.ts'

export type Phase = 'greeting' | 'ready' | 'busy' | 'closed' | 'broken'

const MOVES: Readonly<Record<Phase, readonly Phase[]>> = {
  greeting: ['ready', 'broken'],
  ready: ['busy', 'closed', 'broken'],
  busy: ['ready', 'broken'],
  closed: [],
  broken: [],
}

export interface SessionPorts {
  readonly clock: Clock
  readonly timeouts: Timeouts
  readonly trust: TlsTrust
  readonly tlsSessions: TlsSessions
}

export interface OpenOptions {
  /** Why TLS is left out although it would be tried; only for the level `opportunistic`. */
  readonly plainBecause?: string
}

export class Session {
  readonly hop: Hop
  readonly wire: Wire
  readonly timeouts: Timeouts
  readonly plainBecause: string | undefined
  /** Called once, when the session is closed or broken. */
  onEnd: (() => void) | undefined
  readonly #clock: Clock
  #phase: Phase = 'greeting'
  #extensions: Extensions = noExtensions
  #tls: TlsSeen | undefined
  #transactions = 0
  #disobey: (() => void) | undefined

  private constructor(hop: Hop, wire: Wire, ports: SessionPorts, { plainBecause }: OpenOptions) {
    this.hop = hop
    this.wire = wire
    this.timeouts = ports.timeouts
    this.#clock = ports.clock
    this.plainBecause = plainBecause
    wire.onEvent = () => this.#noticed()
  }

  /** Dials, greets, secures and logs in. @throws SmtpError; nothing stays open then. */
  static async open(hop: Hop, ports: SessionPorts, options: OpenOptions, signal: AbortSignal): Promise<Session> {
    const localAddress = hop.departure.localAddress
    const { address, family, port } = hop
    const socket = await dial(
      { address, family, port, ...(localAddress === undefined ? {} : { localAddress }) },
      { clock: ports.clock, connectMs: ports.timeouts.connectMs },
      signal,
    )
    const session = new Session(hop, new Wire(socket, ports.clock), ports, options)
    const disobey = session.wire.obey(signal)
    try {
      await session.#greet(ports, signal)
      session.#enter('ready')
      return session
    } catch (error) {
      session.abandon()
      // The words of the conversation are the best part of such a failure.
      if (error instanceof SmtpError) error.transcript = session.wire.transcript.lines()
      throw error
    } finally {
      disobey()
    }
  }

  get phase(): Phase {
    return this.#phase
  }

  get extensions(): Extensions {
    return this.#extensions
  }

  get tls(): TlsSeen | undefined {
    return this.#tls
  }

  /** How many transactions were begun on it. */
  get transactions(): number {
    return this.#transactions
  }

  /** RFC 5321 §4.1.1.5: a transaction that is not the first begins with RSET. */
  get needsReset(): boolean {
    return this.#transactions > 1
  }

  /** A transaction has the session to itself until `end`. */
  begin(signal: AbortSignal): void {
    this.#enter('busy')
    if (this.#transactions > 0) this.wire.transcript.clear()
    this.#transactions++
    this.wire.busy()
    this.#disobey = this.wire.obey(signal)
  }

  /** `clean`: every command has its reply, and the server expects the next transaction. */
  end(how: 'clean' | 'unclean'): void {
    this.#disobey?.()
    this.#disobey = undefined
    if (how === 'clean' && !this.wire.failed && !this.wire.spoken) this.#enter('ready')
    else this.abandon()
  }

  /** It may stay open without work, and does not keep the process alive. */
  rest(): void {
    this.wire.idle()
  }

  /** Cuts the connection. */
  abandon(): void {
    if (this.#phase !== 'broken' && this.#phase !== 'closed') this.#enter('broken')
    this.wire.fail('closed', 'the session was given up')
  }

  /** Says QUIT and waits for the 221 (RFC 5321 §4.1.1.10), but not for long. Never throws. */
  async quit(): Promise<void> {
    if (this.#phase !== 'ready') return this.abandon()
    this.#enter('closed')
    // Whoever waits for the goodbye must not see the process end before it.
    this.wire.busy()
    this.wire.send(QUIT)
    try {
      await this.wire.reply('ehlo', this.timeouts.quitMs)
    } catch {
      // A server that does not say goodbye has lost nothing.
    }
    this.wire.fail('closed', 'the session has ended')
  }

  #enter(phase: Phase): void {
    if (!MOVES[this.#phase].includes(phase)) throw new Error(`a session cannot go from ${this.#phase} to ${phase}`)
    this.#phase = phase
    if (phase === 'broken' || phase === 'closed') this.onEnd?.()
  }

  /** An idle session that speaks or fails is of no use: mostly it says 421 and closes. */
  #noticed(): void {
    if (this.#phase === 'ready') this.abandon()
  }

  async #greet(ports: SessionPorts, signal: AbortSignal): Promise<void> {
    const { hop, wire, timeouts } = this
    if (hop.implicitTls) await this.#secure(ports, signal)
    const greeting = await wire.reply('greeting', timeouts.greetingMs)
    // RFC 5321 §3.1: a 554 may stand here, and only QUIT may follow.
    if (greeting.code >= 400) {
      wire.send(QUIT)
      throw refused('greeting', greeting)
    }
    if (greeting.code !== 220) throw lost('greeting', 'protocol-error', `the server greeted with ${greeting.code}`)
    await this.#introduce()
    if (this.#tls === undefined) await this.#startTls(ports, signal)
    if (hop.login !== undefined) {
      const wireIsSafe = this.#tls !== undefined || hop.tls.level === 'none'
      await logIn(wire, { login: hop.login, offered: this.#extensions.auth, wireIsSafe, authMs: timeouts.authMs })
    }
  }

  async #introduce(): Promise<void> {
    const { hop, wire, timeouts } = this
    wire.send(ehlo(hop.departure.hostname))
    const reply = await wire.reply('ehlo', timeouts.ehloMs)
    if (reply.code === 250) {
      this.#extensions = parseExtensions(reply)
      return
    }
    if (reply.code < 400) throw lost('ehlo', 'protocol-error', `the server answered EHLO with ${reply.code}`)
    const mayBePlain = hop.tls.level === 'none' || hop.tls.level === 'opportunistic'
    if (reply.code < 500 || !mayBePlain || this.#tls !== undefined) throw refused('ehlo', reply)
    // RFC 5321 §3.2: what does not know EHLO may know HELO.
    if (!(await this.#saysHelo(reply))) throw refused('ehlo', reply)
    this.#extensions = noExtensions
  }

  async #saysHelo(toEhlo: Reply): Promise<boolean> {
    this.wire.send(helo(this.hop.departure.hostname))
    try {
      return (await this.wire.reply('ehlo', this.timeouts.ehloMs)).code === 250
    } catch (error) {
      // Its refusal of EHLO tells more than that it hung up after it.
      if (error instanceof SmtpError && error.loss?.code === 'closed') throw refused('ehlo', toEhlo)
      throw error
    }
  }

  async #startTls(ports: SessionPorts, signal: AbortSignal): Promise<void> {
    const { hop, wire, timeouts } = this
    if (hop.tls.level === 'none' || this.plainBecause !== undefined) return
    if (!this.#extensions.startTls) {
      if (hop.tls.level === 'opportunistic') return
      throw lost('starttls', 'starttls-missing', 'TLS is required, and the server does not offer STARTTLS')
    }
    wire.send(STARTTLS)
    const reply = await wire.reply('starttls', timeouts.tlsMs)
    if (reply.code >= 400) {
      if (hop.tls.level === 'opportunistic') throw refused('starttls', reply)
      throw lost('starttls', 'starttls-refused', `TLS is required, and STARTTLS was refused with ${reply.code}`)
    }
    if (reply.code !== 220) throw lost('starttls', 'protocol-error', `the server answered STARTTLS with ${reply.code}`)
    await this.#secure(ports, signal)
    // RFC 3207 §4.2: what was offered in plain text does not count any more.
    await this.#introduce()
  }

  async #secure(ports: SessionPorts, signal: AbortSignal): Promise<void> {
    const { hop, wire } = this
    const { socket, seen } = await secure(
      { socket: wire.detach('starttls'), peer: `${hop.host} ${hop.address} ${hop.port}`, requirement: hop.tls },
      { clock: this.#clock, trust: ports.trust, sessions: ports.tlsSessions, tlsMs: ports.timeouts.tlsMs },
      signal,
    )
    wire.upgraded(socket)
    this.#tls = seen
  }
}
