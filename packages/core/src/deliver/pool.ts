/**
 * Pool: sessions that wait for their next message, by what makes them interchangeable.
 *
 * Policy. The session that was used last is lent first, so that those that are not needed stay idle and are closed. A session is closed
 * when it served as many messages as its site bears, when it rested too long, or when too many rest; one that broke is never
 * seen again. Resting sessions do not keep the process alive. `close` waits for the sessions that are lent; `destroy` cuts.
 *
 * Not here: how many sessions a site gets (schedule/), when plain text may be used (transmit.ts).
 */
import type { Clock } from '../ambient/clock.ts'
import { joined } from '../ambient/deadline.ts'
import type { SessionFact } from '../model/fact.ts'
import { printReply } from '../model/reply.ts'
import type { Hop } from '../model/route.ts'
import {
  defaultTimeouts,
  Session,
  type SessionPorts,
  SmtpError,
  type Timeouts,
  TlsSessions,
  TlsTrust,
} from '../smtp/index.ts'
import { sessionKey } from './session-key.ts'

export interface PoolOptions {
  readonly clock: Clock
  /** @default the minimums of RFC 5321 §4.5.3.2 */
  readonly timeouts?: Partial<Timeouts>
  /** PEM of authorities to trust beside those of the system. */
  readonly ca?: string
  readonly record: (fact: SessionFact) => void
  /** How long a session may wait for its next message. @default 15_000 */
  readonly idleMs?: number
  /** How many may wait, over all sites. @default 200 */
  readonly maxIdle?: number
}

export interface BorrowOptions {
  /** The mail site, for facts. */
  readonly site: string
  /** Why TLS is left out. */
  readonly plainBecause?: string
  /** Open a new one, whatever rests. */
  readonly fresh?: boolean
}

/** A session that is somebody's until it is disposed of. */
export interface Lent extends Disposable {
  readonly session: Session
  readonly reused: boolean
}

interface Resting {
  readonly session: Session
  readonly key: string
  /** Monotonic. */
  readonly since: number
}

export class SessionPool {
  readonly #ports: SessionPorts
  readonly #record: (fact: SessionFact) => void
  readonly #idleMs: number
  readonly #maxIdle: number
  /** Each list is ordered by age, the youngest last. */
  readonly #resting = new Map<string, Resting[]>()
  readonly #lent = new Set<Session>()
  readonly #leaving = new Map<Session, Promise<void>>()
  readonly #stop = new AbortController()
  #restingCount = 0
  #opening = 0
  #cancelSweep: (() => void) | undefined
  #closing: { readonly done: Promise<void>; readonly resolve: () => void } | undefined

  constructor(options: PoolOptions) {
    const { clock, ca } = options
    const timeouts = { ...defaultTimeouts, ...options.timeouts }
    this.#ports = { clock, timeouts, trust: new TlsTrust(ca), tlsSessions: new TlsSessions(clock) }
    this.#record = options.record
    this.#idleMs = options.idleMs ?? 15_000
    this.#maxIdle = options.maxIdle ?? 200
  }

  /** Sessions that rest, and sessions that work. */
  get size(): { readonly resting: number; readonly lent: number } {
    return { resting: this.#restingCount, lent: this.#lent.size }
  }

  /** @throws SmtpError when no session can be had. */
  async borrow(hop: Hop, options: BorrowOptions, signal: AbortSignal): Promise<Lent> {
    const key = sessionKey(hop)
    const most = hop.limits.messagesPerConnection
    const rested = options.fresh === true ? undefined : this.#take(key, most)
    const session = rested ?? (await this.#open(hop, options, signal))
    this.#lent.add(session)
    return { session, reused: rested !== undefined, [Symbol.dispose]: () => this.#giveBack(session, key, most) }
  }

  /** Waits for what is lent, and says goodbye on what rests. */
  async close(): Promise<void> {
    this.#retireAll()
    if (this.#closing === undefined) {
      const { promise: done, resolve } = Promise.withResolvers<void>()
      this.#closing = { done, resolve }
      this.#settleClosing()
    }
    await this.#closing.done
    await Promise.all(this.#leaving.values())
  }

  /** Cuts everything. */
  destroy(reason: unknown): void {
    this.#stop.abort(reason)
    for (const session of [...this.#lent, ...this.#leaving.keys()]) session.abandon()
    for (const resting of [...this.#resting.values()].flat()) resting.session.abandon()
    this.#cancelSweep?.()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** Its site may bear less by now than when it was opened. */
  #take(key: string, most: number): Session | undefined {
    for (;;) {
      const list = this.#resting.get(key)
      const youngest = list?.at(-1)
      if (list === undefined || youngest === undefined) return undefined
      if (youngest.session.transactions >= most) {
        this.#forget(youngest)
        this.#retire(youngest.session)
        continue
      }
      this.#forget(youngest)
      youngest.session.onEnd = undefined
      return youngest.session
    }
  }

  async #open(hop: Hop, { site, plainBecause }: BorrowOptions, signal: AbortSignal): Promise<Session> {
    const { clock } = this.#ports
    const started = clock.monotonic()
    const facts = { site, host: hop.host, address: hop.address }
    this.#opening++
    try {
      const plain = plainBecause === undefined ? {} : { plainBecause }
      using either = joined(signal, this.#stop.signal)
      const session = await Session.open(hop, this.#ports, plain, either.signal)
      const tls = session.tls === undefined ? {} : { tls: session.tls }
      this.#record({ kind: 'session-opened', at: clock.now(), ...facts, ...tls, tookMs: clock.monotonic() - started })
      return session
    } catch (error) {
      if (error instanceof SmtpError) {
        const { stage, loss, refusal } = error
        const why = loss === undefined ? {} : { code: loss.code }
        const detail = loss?.detail ?? (refusal === undefined ? '' : printReply(refusal.reply))
        const tookMs = clock.monotonic() - started
        this.#record({ kind: 'session-failed', at: clock.now(), ...facts, stage, ...why, detail, tookMs })
      }
      throw error
    } finally {
      this.#opening--
      this.#settleClosing()
    }
  }

  #giveBack(session: Session, key: string, mostMessages: number): void {
    if (!this.#lent.delete(session)) return
    if (session.phase === 'ready') {
      const most = Math.min(mostMessages, session.extensions.limits.mailMax ?? Infinity)
      if (session.transactions >= most || this.#closing !== undefined || this.#maxIdle === 0) this.#retire(session)
      else this.#rest(session, key)
    }
    this.#settleClosing()
  }

  #rest(session: Session, key: string): void {
    if (this.#restingCount >= this.#maxIdle) this.#retireOldest()
    const resting: Resting = { session, key, since: this.#ports.clock.monotonic() }
    const list = this.#resting.get(key)
    if (list === undefined) this.#resting.set(key, [resting])
    else list.push(resting)
    this.#restingCount++
    session.onEnd = () => this.#forget(resting)
    session.rest()
    this.#cancelSweep ??= this.#ports.clock.after(this.#idleMs, this.#sweep, { idle: true })
  }

  #forget(resting: Resting): void {
    const list = this.#resting.get(resting.key)
    const at = list?.indexOf(resting) ?? -1
    if (list === undefined || at < 0) return
    list.splice(at, 1)
    if (list.length === 0) this.#resting.delete(resting.key)
    this.#restingCount--
  }

  readonly #sweep = (): void => {
    this.#cancelSweep = undefined
    const now = this.#ports.clock.monotonic()
    let nextMs = Infinity
    for (const resting of [...this.#resting.values()].flat()) {
      const leftMs = resting.since + this.#idleMs - now
      if (leftMs <= 0) this.#retire(resting.session)
      else nextMs = Math.min(nextMs, leftMs)
    }
    if (nextMs < Infinity) this.#cancelSweep = this.#ports.clock.after(Math.ceil(nextMs), this.#sweep, { idle: true })
  }

  #retireOldest(): void {
    let oldest: Resting | undefined
    for (const [first] of this.#resting.values()) {
      if (first !== undefined && (oldest === undefined || first.since < oldest.since)) oldest = first
    }
    if (oldest !== undefined) this.#retire(oldest.session)
  }

  #retireAll(): void {
    this.#cancelSweep?.()
    this.#cancelSweep = undefined
    for (const resting of [...this.#resting.values()].flat()) this.#retire(resting.session)
  }

  /** Says QUIT in the background. Its `onEnd` takes it off the list. */
  #retire(session: Session): void {
    this.#leaving.set(
      session,
      session.quit().finally(() => this.#leaving.delete(session)),
    )
  }

  #settleClosing(): void {
    if (this.#lent.size === 0 && this.#opening === 0) this.#closing?.resolve()
  }
}
