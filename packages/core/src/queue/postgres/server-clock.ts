/**
 * ServerClock: the time of the server of a queue, by which all who share that queue go, whatever the clocks of their machines show.
 *
 * Policy. What is due, how long a lease or a pause lasts and when a fact was seen is told by one clock, so that nothing is sent
 * early by a machine that is ahead, or late by one that is behind. The server tells its time with each beat (owner.ts), and to
 * one that does not deliver each minute; in between it passes with the monotonic clock of this machine. The server read its clock
 * somewhere between question and answer, so that half of that time is the most by which a reading is wrong; one that is less exact
 * than what is known is passed over, unless it shows that a clock was set. While the server is away time goes on.
 *
 * Not here: by what owners grow old, which stands while nobody can write (fast-path/tables.ts).
 */
import type { Clock } from '../../ambient/clock.ts'
import type { Connections } from './connection.ts'
import { SQL } from './sql.ts'

/** How far two clocks may drift apart: 200 millionths, twice what a poor quartz does. */
const DRIFT = 0.0002
const OLD_MS = 60_000

export class ServerClock implements Clock {
  readonly #machine: Clock
  /** What the server's clock shows when our monotonic one shows 0, and by how much that may be wrong. */
  #ahead: number
  #error = Number.POSITIVE_INFINITY
  #readAt = Number.NEGATIVE_INFINITY

  constructor(machine: Clock) {
    this.#machine = machine
    this.#ahead = machine.now() - machine.monotonic()
  }

  async ask(connections: Connections): Promise<void> {
    const asked = this.monotonic()
    const [row] = await connections.ask<[number]>('passing', SQL.time)
    if (row !== undefined) this.heard(row[0], asked)
  }

  /** The server said this to a question that was asked at `asked`, by our monotonic clock. */
  heard(theirs: number, asked: number): void {
    const now = this.#machine.monotonic()
    const error = (now - asked) / 2
    const ahead = theirs - (asked + now) / 2
    const known = this.#error + (now - this.#readAt) * DRIFT
    const isFresh = this.#readAt === Number.NEGATIVE_INFINITY
    if (!isFresh && error > known && Math.abs(ahead - this.#ahead) <= error + known) return
    this.#ahead = ahead
    this.#error = error
    this.#readAt = now
  }

  /** Whether nothing was heard of the server for a minute. */
  get isOld(): boolean {
    return this.#machine.monotonic() - this.#readAt >= OLD_MS
  }

  now(): number {
    return Math.round(this.#machine.monotonic() + this.#ahead)
  }

  monotonic(): number {
    return this.#machine.monotonic()
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#machine.sleep(ms, signal)
  }

  after(ms: number, call: () => void, options?: { readonly idle?: boolean }): () => void {
    return this.#machine.after(ms, call, options)
  }
}
