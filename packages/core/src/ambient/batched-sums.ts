/**
 * BatchedSums: numbers that come together in memory for a moment and are then written at once.
 *
 * Policy. Counting costs a key and an addition; what came together is written every half minute, when it is much, and at the end. So a
 * process that is killed loses the counts of half a minute, and no mail waits for statistics. What cannot be written is kept
 * and tried again; when too much has come together, new rows are dropped rather than memory filled.
 *
 * Not here: what is counted.
 */
import type { Clock } from './clock.ts'

export interface BatchedSumsOptions<Row> {
  readonly clock: Pick<Clock, 'after'>
  /** Adds one row to another of the same key. */
  readonly add: (to: Row, more: Row) => void
  /** Adds them to what is stored. */
  readonly store: (rows: readonly Row[]) => Promise<void>
  readonly onTrouble: (error: unknown) => void
  /** @default 30_000 */
  readonly flushEveryMs?: number
}

/** Written at once when so many rows have come together. */
const MANY = 2_000
const MOST = 20_000

export class BatchedSums<Row> {
  readonly #options: BatchedSumsOptions<Row>
  readonly #flushEveryMs: number
  #rows = new Map<string, Row>()
  #cancel: (() => void) | undefined
  #flushing: Promise<void> | undefined
  #closed = false

  constructor(options: BatchedSumsOptions<Row>) {
    this.#options = options
    this.#flushEveryMs = options.flushEveryMs ?? 30_000
  }

  get closed(): boolean {
    return this.#closed
  }

  /** @param row becomes ours */
  add(key: string, row: Row): void {
    if (this.#closed) return
    const known = this.#rows.get(key)
    if (known !== undefined) this.#options.add(known, row)
    else if (this.#rows.size < MOST) this.#rows.set(key, row)
    if (this.#rows.size >= MANY && this.#flushing === undefined) this.#flushAside()
    else this.#flushLater()
  }

  /** Resolves when what was counted so far is written, or could not be. Never rejects. */
  async flush(): Promise<void> {
    this.#cancel?.()
    this.#cancel = undefined
    while (this.#flushing !== undefined) await this.#flushing
    if (this.#rows.size === 0) return
    this.#flushing = this.#write()
    await this.#flushing
  }

  /** Writes what is left. */
  async close(): Promise<void> {
    this.#closed = true
    await this.flush()
    this.#cancel?.()
  }

  /** Forgets what is left. */
  destroy(): void {
    this.#closed = true
    this.#cancel?.()
    this.#rows.clear()
  }

  #flushLater(): void {
    this.#cancel ??= this.#options.clock.after(this.#flushEveryMs, () => this.#flushAside(), { idle: true })
  }

  #flushAside(): void {
    // Never rejects: what cannot be written is told by #write, and tried again.
    void this.flush()
  }

  async #write(): Promise<void> {
    const rows = this.#rows
    this.#rows = new Map()
    try {
      await this.#options.store([...rows.values()])
    } catch (error) {
      // Nobody waits for this; it is told, and comes with the next batch.
      this.#putBack(rows)
      this.#options.onTrouble(error)
    } finally {
      this.#flushing = undefined
    }
  }

  #putBack(rows: ReadonlyMap<string, Row>): void {
    for (const [key, row] of rows) {
      const known = this.#rows.get(key)
      if (known === undefined) this.#rows.set(key, row)
      else this.#options.add(known, row)
    }
    if (!this.#closed) this.#flushLater()
  }
}
