/**
 * Notify: the one connection that listens: other processes' news, our news for them, and the marks of final dots.
 *
 * Policy.
 * - News is told after the commit and not in it, because a NOTIFY makes commits wait for each other; the first at once, and
 *   what gathers in a few moments after it as one more. News that is lost is found by looking: leases and due times are
 *   looked at regularly.
 * - A mark is written to the socket in the turn of the event loop that asks for it, behind nothing that waits, so that it is
 *   on its way before the final dot is. Nobody waits for it.
 * - Behind a pooler nobody hears: whoever cannot look each second whether something came.
 * - When the connection breaks it is made again, after waits that double up to half a minute; then whoever listens looks once,
 *   for what was told meanwhile.
 */
import type { Clock } from '../../ambient/clock.ts'
import type { Connections, Solo } from './connection.ts'
import { SQL, type Statement } from './sql.ts'

/** What others tell: there is something to do, or what we have is wanted. `again`: we listen anew after a while. */
export type News = 'work' | 'recall' | 'again'

const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 30_000
const LOOK_EVERY_MS = 1_000
/** Each piece of news makes every other process look for work. */
const TELL_EVERY_MS = 20

export class Signals {
  readonly #connections: Connections
  readonly #clock: Clock
  /** Of this process, to know its own news. */
  readonly #name: string
  readonly #news: (what: News) => void
  #solo: Solo | undefined
  #stopWaiting: (() => void) | undefined
  #stopLooking: (() => void) | undefined
  #failures = 0
  /** Set while news waits to be told with what follows it. */
  #pace: (() => void) | undefined
  #tellAgain = false
  #ended = false

  constructor(parts: {
    readonly connections: Connections
    readonly clock: Clock
    readonly name: string
    readonly news: (what: News) => void
  }) {
    this.#connections = parts.connections
    this.#clock = parts.clock
    this.#name = parts.name
    this.#news = parts.news
  }

  /** The first connection is part of opening the queue. */
  async connect(): Promise<void> {
    let lost = false
    const solo = await this.#connections.solo({
      heard: payload => {
        const [name, what] = payload.split(' ')
        if (name !== this.#name) this.#news(what === 'recall' ? 'recall' : 'work')
      },
      lost: () => {
        lost = true
        if (this.#solo !== undefined) this.#lose()
      },
    })
    if (this.#ended) return void (await solo.end())
    this.#failures = 0
    this.#solo = solo
    if (!solo.listens) this.#look()
    if (lost) this.#lose()
  }

  /** In place of news: something may have come. */
  #look(): void {
    this.#stopLooking?.()
    this.#stopLooking = this.#clock.after(
      LOOK_EVERY_MS,
      () => {
        if (this.#ended) return
        this.#news('work')
        this.#look()
      },
      { idle: true },
    )
  }

  /** There may be work for others, or others are asked for what they have. */
  tell(what: News = 'work'): void {
    if (what === 'recall') {
      const { channel } = this.#connections
      // Never rejects: it answers whether it got through.
      void this.send(SQL.tell, channel, `${this.#name} recall`)
      return
    }
    if (this.#pace !== undefined) {
      this.#tellAgain = true
      return
    }
    this.#tellAgain = false
    if (this.#solo === undefined) return
    // Never rejects: its failure is caught there.
    void this.#tellNow(this.#solo)
    const passed = (): void => {
      this.#pace = undefined
      if (this.#tellAgain) this.tell()
    }
    this.#pace = this.#clock.after(TELL_EVERY_MS, passed, { idle: true })
  }

  /** Others look by themselves, a little later, when this fails. */
  #tellNow(solo: Solo): Promise<void> {
    return solo.run(SQL.tell, this.#connections.channel, this.#name).catch(() => {})
  }

  /** Sends a statement, such as a mark, in this turn of the event loop; answers whether it got through. */
  send(statement: Statement, ...values: readonly unknown[]): Promise<boolean> {
    // While the connection is made anew, by one of the pool, a little later.
    const sent = this.#solo?.run(statement, ...values) ?? this.#connections.ask('passing', statement, ...values)
    return sent.then(
      () => true,
      () => false,
    )
  }

  async close(): Promise<void> {
    this.#ended = true
    this.#stopWaiting?.()
    this.#stopLooking?.()
    const solo = this.#solo
    this.#solo = undefined
    this.#pace?.()
    if (solo === undefined) return
    if (this.#tellAgain) await this.#tellNow(solo)
    await solo.end()
  }

  #lose(): void {
    this.#solo = undefined
    if (this.#ended) return
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#failures++)
    // Never rejects: what fails is tried again later.
    this.#stopWaiting = this.#clock.after(wait, () => void this.#again(), { idle: true })
  }

  async #again(): Promise<void> {
    try {
      await this.connect()
      this.#news('again')
      this.#news('recall')
    } catch {
      this.#lose()
    }
  }
}
