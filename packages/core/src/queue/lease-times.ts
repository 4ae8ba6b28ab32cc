/**
 * LeaseTimes: until when this process may rely on its leases, by its own monotonic clock.
 *
 * Policy. A lease is counted from before it was asked for, and as over a tenth of its time before its end: whoever takes the
 * job then never meets a final dot of ours that is still on its way. A wall clock that is set, here or at the database,
 * changes nothing; while a process is stopped, its leases end.
 *
 * Not here: what the store itself holds leases by (its tables), who renews them (schedule/lease-keeper.ts).
 */
import type { Clock } from '../ambient/clock.ts'
import type { Job } from '../model/job.ts'

interface Known {
  readonly token: number
  safeUntil: number
}

/** The last part of a lease in which nothing is begun that another could see. */
const MARGIN = 0.1

export class LeaseTimes {
  readonly #clock: Clock
  readonly #known = new Map<number, Known>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** To be called right before leases are asked for: until when they may be relied on, once they are granted. */
  asking(leaseMs: number): number {
    return this.#clock.monotonic() + leaseMs * (1 - MARGIN)
  }

  granted({ id, lease }: Job, safeUntil: number): void {
    this.#known.set(id, { token: lease.token, safeUntil })
  }

  renewed({ id, lease }: Job, safeUntil: number): void {
    const known = this.#known.get(id)
    if (known?.token === lease.token) known.safeUntil = safeUntil
  }

  /** The job was committed or given back, or its lease is lost. */
  ended({ id, lease }: Job): void {
    if (this.#known.get(id)?.token === lease.token) this.#known.delete(id)
  }

  forgetAll(): void {
    this.#known.clear()
  }

  /** Whether the lease is surely in force. */
  covers({ id, lease }: Job): boolean {
    const known = this.#known.get(id)
    return known !== undefined && known.token === lease.token && this.isBefore(known.safeUntil)
  }

  isBefore(safeUntil: number): boolean {
    return this.#clock.monotonic() < safeUntil
  }
}
