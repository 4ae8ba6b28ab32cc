/**
 * Counts: the sums of TLS results, in memory for a moment and then in the queue.
 *
 * Not here: when they are written (ambient/batched-sums.ts), what counts (result.ts), reports (reporter.ts).
 */
import { BatchedSums } from '../ambient/batched-sums.ts'
import type { Clock } from '../ambient/clock.ts'
import { dayOf, type TlsFailure, type TlsResult, type TlsTally } from '../model/tls-result.ts'

export interface CountsOptions {
  readonly clock: Clock
  /** Adds them to what is stored. */
  readonly store: (tallies: readonly TlsTally[]) => Promise<void>
  readonly onTrouble: (error: unknown) => void
}

type Row = { -readonly [Key in keyof TlsTally]: TlsTally[Key] }

export class TlsCounts {
  readonly #clock: Clock
  readonly #sums: BatchedSums<Row>

  constructor({ clock, store, onTrouble }: CountsOptions) {
    this.#clock = clock
    const add = (to: Row, { good, bad }: Row): void => {
      to.good += good
      to.bad += bad
    }
    this.#sums = new BatchedSums({ clock, add, store, onTrouble })
  }

  add({ reportTo, policy, good, failures }: TlsResult): void {
    const day = dayOf(this.#clock.now())
    // Of one session nothing else is as long; the same for all its rows.
    const key = `${day} ${policy.type} ${policy.domain} ${policy.text.join('\n')}`
    for (const domain of reportTo) {
      this.#sums.add(`${key} ${domain}`, { day, domain, policy, good: good ? 1 : 0, bad: good ? 0 : 1 })
      for (const failure of failures)
        this.#sums.add(`${key} ${domain} ${keyOf(failure)}`, { day, domain, policy, failure, good: 0, bad: 1 })
    }
  }

  /** Resolves when what was counted so far is written, or could not be. Never rejects. */
  flush(): Promise<void> {
    return this.#sums.flush()
  }

  /** Writes what is left. */
  close(): Promise<void> {
    return this.#sums.close()
  }

  /** Forgets what is left. */
  destroy(): void {
    this.#sums.destroy()
  }
}

function keyOf({ type, mxHost, mxAddress, sendingAddress, reason }: TlsFailure): string {
  return `${type} ${mxHost ?? ''} ${mxAddress ?? ''} ${sendingAddress ?? ''} ${reason ?? ''}`
}
