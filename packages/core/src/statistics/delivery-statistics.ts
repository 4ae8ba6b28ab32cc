/**
 * DeliveryStatistics: counts what becomes of recipients, in memory for a moment and then in the queue.
 *
 * Policy. What is accepted counts where it is accepted, what is delivered or not where it is tried. Mail to test addresses counts
 * nowhere. Days that are over are summed by the first process that writes on a new one.
 *
 * Not here: when they are written (ambient/batched-sums.ts), how they are kept (queue/statistics.ts).
 */
import { BatchedSums } from '../ambient/batched-sums.ts'
import type { Clock } from '../ambient/clock.ts'
import type { Settlement } from '../model/settlement.ts'
import {
  addCounts,
  type CountedOutcome,
  type Counts,
  countsOf,
  deliveredIn,
  hourOf,
  NO_SITE,
  type StatisticsTally,
} from '../model/statistics.ts'
import { dayOf } from '../model/tls-result.ts'

export interface StatisticsPorts {
  readonly clock: Clock
  readonly store: {
    addStatistics(tallies: readonly StatisticsTally[]): Promise<void>
    sumStatistics(today: number): Promise<void>
  }
  readonly onTrouble: (error: unknown) => void
}

interface Row extends StatisticsTally {
  readonly counts: number[]
}

export class DeliveryStatistics {
  readonly #ports: StatisticsPorts
  readonly #sums: BatchedSums<Row>
  /** Whose days before were summed. */
  #today = 0

  constructor(ports: StatisticsPorts) {
    this.#ports = ports
    this.#sums = new BatchedSums<Row>({
      clock: ports.clock,
      add: (to, { counts }) => addCounts(to.counts, counts),
      store: rows => this.#write(rows),
      onTrouble: ports.onTrouble,
    })
  }

  /** @param site absent: nobody was asked */
  settled({ job, at, recipients }: Settlement, site: string = NO_SITE): void {
    const account = job.account ?? ''
    for (const { state, verdict } of recipients) {
      if (state === 'delivered') this.#add(site, account, deliveredIn(at - job.acceptedAt))
      else if (verdict.kind === 'failed' && verdict.failure.rule === 'queue.suppressed')
        this.count('suppressed', 1, account)
      else this.#add(site, account, countsOf(state, 1))
    }
  }

  /** Of what has no site. */
  count(outcome: CountedOutcome, recipients: number, account = ''): void {
    this.#add(NO_SITE, account, countsOf(outcome, recipients))
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

  #add(site: string, account: string, counts: Counts): void {
    const hour = hourOf(this.#ports.clock.now())
    this.#sums.add(`${hour} ${site} ${account}`, { hour, site, account, counts: counts as number[] })
  }

  async #write(rows: readonly Row[]): Promise<void> {
    const { clock, store, onTrouble } = this.#ports
    await store.addStatistics(rows)
    const today = dayOf(clock.now())
    if (today === this.#today || this.#sums.closed) return
    this.#today = today
    // What is not summed today is summed tomorrow; the counts themselves are written.
    await store.sumStatistics(today).catch(onTrouble)
  }
}
