/**
 * TableLeases: leases of this owner on jobs that stand in the tables, and until when they were given.
 *
 * Policy. To the database a lease of an owner ends with the owner; that it also ends by its own time is the owner's matter.
 */
import type { Job } from '../../model/job.ts'

interface Held {
  readonly token: number
  until: number
  /** Its final dot is about to be sent, or was. */
  marked: boolean
}

export interface HeldLease extends Held {
  readonly job: number
}

export class TableLeases {
  readonly #held = new Map<number, Held>()

  granted({ id, lease: { token, until } }: Pick<Job, 'id' | 'lease'>, { marked }: Pick<Held, 'marked'>): void {
    this.#held.set(id, { token, until, marked })
  }

  mark({ id, lease }: Job): void {
    const held = this.#held.get(id)
    if (held?.token === lease.token) held.marked = true
  }

  /** Whether it was held. */
  renew({ id, lease }: Job, until: number): boolean {
    const held = this.#held.get(id)
    if (held?.token !== lease.token) return false
    held.until = until
    return true
  }

  ended(job: number, token: number): void {
    if (this.#held.get(job)?.token === token) this.#held.delete(job)
  }

  all(): readonly HeldLease[] {
    return Array.from(this.#held, ([job, held]) => ({ job, ...held }))
  }

  /** Jobs whose final dot is about to be sent, or was. */
  dotted(): readonly number[] {
    return this.all().flatMap(({ job, marked }) => (marked ? [job] : []))
  }

  lapsed(now: number): readonly HeldLease[] {
    return this.all().filter(({ until }) => until <= now)
  }

  forget(): void {
    this.#held.clear()
  }
}
