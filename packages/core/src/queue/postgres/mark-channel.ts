/**
 * MarkChannel: the way of marks of final dots to the server, and whether all that were sent got there.
 *
 * Policy. Nobody waits for a mark. But after one that did not get through no further dot is begun until the server is heard again
 * and all marks that count were made anew: whoever is cut off would go on for as long as he can be relied on, and another, who
 * finds no mark, would send it all again untold.
 *
 * Not here: which dots count (fast-path/marks.ts, table-leases.ts), the connection (notify.ts).
 */
import type { LostDots } from './lost-dots.ts'
import type { Statement } from './sql.ts'

/** Answers whether it got through. */
type Send = (statement: Statement, ...values: readonly unknown[]) => Promise<boolean>

export class MarkChannel {
  readonly #send: Send
  readonly #makeAnew: () => Promise<void>
  readonly #lost: LostDots
  /** How many did not get through since all were made anew. */
  #missing = 0

  constructor(send: Send, makeAnew: () => Promise<void>, lost: LostDots) {
    this.#send = send
    this.#makeAnew = makeAnew
    this.#lost = lost
  }

  /** Whether a dot may be begun. */
  get isOpen(): boolean {
    return this.#missing === 0
  }

  readonly send = (statement: Statement, ...values: readonly unknown[]): void => {
    // Never rejects: it answers whether it got through.
    void this.#send(statement, ...values).then(through => {
      if (!through) this.#missing++
    })
  }

  /** All marks that count are made anew. @throws when the server is away */
  async again(): Promise<void> {
    const missing = this.#missing
    await this.#makeAnew()
    if (this.#missing === missing) this.#missing = 0
  }

  /** The server answers. */
  heard(): void {
    // What fails is tried again when it is heard the next time.
    if (this.#missing > 0) void this.again().catch(() => {})
    this.#lost.heard()
  }

  /** That owner is no more: none of its marks counts, and what came of these dots nobody knows. */
  forget(owner: number, dotted: readonly number[]): void {
    this.#missing = 0
    this.#lost.add(owner, dotted)
  }
}
