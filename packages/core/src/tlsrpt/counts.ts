/**
 * Counts: the sums of TLS results, in memory for a moment and then in the queue file.
 *
 * Policy. Counting a session costs a key and an addition; the file is written every half minute, when much has come
 * together, and at the end. So a process that is killed loses the counts of half a minute, and no mail waits for statistics.
 * What cannot be written is kept and tried again; when too much has come together, new rows are dropped rather than memory
 * filled.
 *
 * Not here: what counts (result.ts), reports (reporter.ts).
 */
import type { Clock } from '../ambient/clock.ts'
import type { Domain } from '../model/address.ts'
import { dayOf, type TlsFailure, type TlsPolicy, type TlsResult, type TlsTally } from '../model/tls-result.ts'

export interface CountsOptions {
  readonly clock: Clock
  /** Adds them to what is stored. */
  readonly store: (tallies: readonly TlsTally[]) => Promise<void>
  readonly onTrouble: (error: unknown) => void
  /** @default 30_000 */
  readonly flushEveryMs?: number
}

/** Written at once when so many rows have come together. */
const MANY = 2_000
const MOST = 20_000

type Row = { -readonly [Key in keyof TlsTally]: TlsTally[Key] }

export class TlsCounts {
  readonly #options: CountsOptions
  readonly #flushEveryMs: number
  #rows = new Map<string, Row>()
  #cancel: (() => void) | undefined
  #flushing: Promise<void> | undefined
  #closed = false

  constructor(options: CountsOptions) {
    this.#options = options
    this.#flushEveryMs = options.flushEveryMs ?? 30_000
  }

  add({ reportTo, policy, good, failures }: TlsResult): void {
    if (this.#closed) return
    const day = dayOf(this.#options.clock.now())
    // Of one session nothing else is as long; the same for all its rows.
    const key = `${day} ${policy.type} ${policy.domain} ${policy.text.join('\n')}`
    for (const domain of reportTo) {
      this.#count(`${key} ${domain}`, { day, domain, policy, good })
      for (const failure of failures)
        this.#count(`${key} ${domain} ${keyOf(failure)}`, { day, domain, policy, good: false, failure })
    }
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

  #count(
    key: string,
    seen: { day: number; domain: Domain; policy: TlsPolicy; good: boolean; failure?: TlsFailure },
  ): void {
    const known = this.#rows.get(key)
    if (known !== undefined) {
      if (seen.good) known.good++
      else known.bad++
      return
    }
    if (this.#rows.size < MOST) this.#rows.set(key, { ...seen, good: seen.good ? 1 : 0, bad: seen.good ? 0 : 1 })
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
      else {
        known.good += row.good
        known.bad += row.bad
      }
    }
    if (!this.#closed) this.#flushLater()
  }
}

function keyOf({ type, mxHost, mxAddress, sendingAddress, reason }: TlsFailure): string {
  return `${type} ${mxHost ?? ''} ${mxAddress ?? ''} ${sendingAddress ?? ''} ${reason ?? ''}`
}
