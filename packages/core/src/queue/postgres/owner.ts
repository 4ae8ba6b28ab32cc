/**
 * Owner: this process as one that delivers: its number in the database, which is its epoch, and the beat that keeps it alive.
 *
 * Policy.
 * - It says each second that it lives. One that was silent for 15 seconds of the queue's own time is dead for good; what it
 *   still writes is refused by the fence, and it appears anew under another number. The time of the queue stands while
 *   nobody can write, so that an outage of the database makes nobody old.
 * - By its own clock it relies on its life for 12 seconds after a beat was begun that succeeded.
 * - With the beat come the segment that is written to, what others want back (a recall), who is silent, and whether the server
 *   lost its marks.
 *
 * Not here: what becomes of the dead (takeover.ts), the functions (fast-path/tables.ts).
 */
import type { Clock } from '../../ambient/clock.ts'
import type { Connections } from './connection.ts'
import { isFenced } from './errors.ts'
import type { BornCounts } from './fast-path/born.ts'
import { LEAST_TOKEN, SQL } from './sql.ts'

export interface OwnerParts {
  readonly connections: Connections
  readonly clock: Clock
  readonly name: string
  /** `server`: the time of the queue passes with the server's clock; `clock` with ours, as in tests. */
  readonly time: 'server' | 'clock'
  readonly counts: () => BornCounts
  /** Another has taken over: nothing that was ours is. */
  readonly lost: (owner: number) => void
  /** Others want to see or change what this process has. To be told to `recalled` when it is done. */
  readonly recall: (number: number) => void
  /** The server lost the marks that it had; those that count are to be made anew before this resolves. */
  readonly marksLost: () => Promise<void>
  readonly silent: (owners: readonly number[]) => void
  /** What the server's clock shows, to a question of then by our monotonic one. */
  readonly heardTime: (theirs: number, asked: number) => void
}

const BEAT_MS = 1_000
/** Less than the 15 seconds after which others call it dead. */
const RELY_MS = 12_000
const TOKENS = 2 ** 20

interface Life {
  readonly id: number
  segment: number
  tokens: number
  recalled: number
  safeUntil: number
}

export class Owner {
  readonly #parts: OwnerParts
  #life: Life | undefined
  #appearing: Promise<void> | undefined
  #beating: Promise<void> | undefined
  #stop: (() => void) | undefined
  #closed = false

  constructor(parts: OwnerParts) {
    this.#parts = parts
  }

  get alive(): boolean {
    return this.#life !== undefined
  }

  /** @throws when it did not appear */
  get id(): number {
    return this.#known().id
  }

  get segment(): number {
    return this.#known().segment
  }

  /** Of a lease: no other has it, here or anywhere. */
  makeToken(): number {
    const life = this.#known()
    life.tokens = (life.tokens + 1) % TOKENS
    return LEAST_TOKEN + life.id * TOKENS + life.tokens
  }

  /** Whether nobody can have taken over yet, by our own clock. */
  get relied(): boolean {
    return this.#life !== undefined && this.#parts.clock.monotonic() < this.#life.safeUntil
  }

  /** Makes this process one that delivers, if it is not. */
  async appear(): Promise<void> {
    if (this.#life !== undefined) return
    this.#appearing ??= this.#appear().finally(() => {
      this.#appearing = undefined
    })
    await this.#appearing
  }

  /** Says that it lives, unless it just did. */
  async beat(): Promise<void> {
    if (this.#life === undefined) return
    this.#beating ??= this.#beat(this.#life).finally(() => {
      this.#beating = undefined
    })
    await this.#beating
  }

  /** One that begins now. */
  async beatAnew(): Promise<void> {
    // What that one found is told by the next.
    await this.#beating?.catch(() => {})
    await this.beat()
  }

  /** Appears, or beats anew; appears again when it turns out to be dead. */
  async lead(): Promise<void> {
    await this.appear()
    try {
      await this.beatAnew()
    } catch (error) {
      if (!isFenced(error)) throw error
      await this.appear()
    }
  }

  /** Beats until it can be relied on: the beat under way may have begun too long ago. */
  async live(): Promise<void> {
    for (let tries = 0; tries < 2 && this.#life !== undefined && !this.relied; tries++) await this.beat()
  }

  /** @throws when another took over */
  async recalled(number: number): Promise<void> {
    const life = this.#known()
    await this.#parts.connections.ask('passing', SQL.noteRecalled, life.id, number)
    life.recalled = Math.max(life.recalled, number)
  }

  /** A write was refused: it is dead, and appears anew when it is asked to deliver. */
  die(): void {
    const life = this.#life
    if (life === undefined) return
    this.#life = undefined
    this.#stop?.()
    this.#stop = undefined
    this.#parts.lost(life.id)
  }

  /** Ends in order: nothing is left that is its own. */
  async disappear(): Promise<void> {
    this.stop()
    const life = this.#life
    this.#life = undefined
    if (life !== undefined) await this.#parts.connections.ask('passing', SQL.disappear, life.id)
  }

  stop(): void {
    this.#closed = true
    this.#stop?.()
    this.#stop = undefined
  }

  async #appear(): Promise<void> {
    const { connections, clock, name } = this.#parts
    const safeUntil = clock.monotonic() + RELY_MS
    type Row = [id: number, segment: number, marks: number]
    const [row] = await connections.ask<Row>('lasting', SQL.appear, name, this.#given())
    const [id, segment] = row as Row
    this.#life = { id, segment, tokens: 0, recalled: 0, safeUntil }
    this.#arm()
  }

  #arm(): void {
    if (this.#closed) return
    const tick = (): void => {
      // It is told by what it makes of it: a beat that fails is followed by another.
      this.beat()
        .catch(() => {})
        .finally(() => {
          if (this.#life !== undefined) this.#arm()
        })
    }
    this.#stop?.()
    this.#stop = this.#parts.clock.after(BEAT_MS, tick, { idle: true })
  }

  async #beat(life: Life): Promise<void> {
    const { connections, clock, counts } = this.#parts
    const begun = clock.monotonic()
    const { messages, recipients, running, oldest } = counts()
    type Row = [segment: number, then: number, now: number, asked: number, silent: string[] | null, clock: number]
    try {
      const values = [life.id, this.#given(), messages, recipients, running, oldest]
      const [row] = await connections.ask<Row>('passing', SQL.beat, ...values)
      if (this.#life !== life) return
      const [segment, marksThen, marksNow, asked, silent, theirs] = row as Row
      this.#parts.heardTime(theirs, begun)
      life.segment = segment
      life.safeUntil = begun + RELY_MS
      if (marksThen !== marksNow) {
        await this.#parts.marksLost()
        await connections.ask('lasting', SQL.renewMarks, life.id, marksNow)
      }
      if (asked > life.recalled) this.#parts.recall(asked)
      if (silent !== null) this.#parts.silent(silent.map(Number))
    } catch (error) {
      if (isFenced(error) && this.#life === life) this.die()
      throw error
    }
  }

  #given(): number | null {
    return this.#parts.time === 'clock' ? this.#parts.clock.now() : null
  }

  #known(): Life {
    if (this.#life === undefined) throw new Error('this process does not deliver')
    return this.#life
  }
}
