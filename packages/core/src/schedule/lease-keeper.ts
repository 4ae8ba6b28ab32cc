/**
 * LeaseKeeper: renews the leases of running jobs, cuts off the job whose lease is lost, for someone else may have it now, and
 * ends the attempt of a job whose lease cannot be renewed before it is over.
 *
 * Policy. How long a lease lasts is measured by the monotonic clock, from before it was asked for. The store may count by the
 * wall clock: when that was set forward, also while a claim or a renewal was under way, leases are renewed before a claim
 * could take them for abandoned.
 *
 * Not here: leases themselves (queue/).
 */
import type { Clock } from '../ambient/clock.ts'
import type { Job } from '../model/job.ts'

export interface LeaseKeeperPorts {
  readonly clock: Clock
  readonly leaseMs: number
  readonly renew: (jobs: readonly Job[], until: number) => Promise<readonly number[]>
  readonly trouble: (doing: string, error: unknown) => void
}

/** What becomes of a job; each is called at most once. */
export interface LeaseEnds {
  /** The lease is gone: somebody else may have the job. */
  readonly lost: () => void
  /** The lease could not be renewed and is about to end: nothing more may be sent. What is known may still be written. */
  readonly overdue: () => void
}

/** One moment by both clocks. */
export interface Moment {
  readonly monotonic: number
  readonly wall: number
}

interface Kept {
  readonly job: Job
  readonly ends: LeaseEnds
  /** When the lease that it has was asked for. */
  askedAt: Moment
  isOverdue: boolean
}

/** How often a lease is renewed before it could end. */
const RENEWALS = 3
/** After a renewal that failed, the next try; and so long before its end a lease counts as over. */
const TRIES = 12

const NEVER: Moment = { monotonic: Number.POSITIVE_INFINITY, wall: Number.POSITIVE_INFINITY }

function earlier(one: Moment, other: Moment): Moment {
  return {
    monotonic: Math.min(one.monotonic, other.monotonic),
    wall: Math.min(one.wall, other.wall),
  }
}

export class LeaseKeeper {
  readonly #ports: LeaseKeeperPorts
  readonly #kept = new Map<number, Kept>()
  #stopTimer: (() => void) | undefined
  #renewing: Promise<void> | undefined
  /** Nothing that is kept was asked for earlier, by either clock: the wall clock may have been set between two leases. */
  #oldest: Moment = NEVER

  constructor(ports: LeaseKeeperPorts) {
    this.#ports = ports
  }

  /** @param askedAt the time that the claim was made with */
  keep(job: Job, askedAt: Moment, ends: LeaseEnds): void {
    this.#oldest = this.#kept.size === 0 ? askedAt : earlier(this.#oldest, askedAt)
    this.#kept.set(job.id, { job, ends, askedAt, isOverdue: false })
    this.#arm(this.#ports.leaseMs / RENEWALS)
  }

  drop(job: Job): void {
    this.#kept.delete(job.id)
  }

  /**
   * The time for a claim, by the wall clock, at which nothing that is kept can be taken for abandoned: what may have run out
   * while this process was asleep, or the wall clock was set, is renewed before.
   * @throws what the renewal threw
   */
  async timeForClaim(): Promise<number> {
    const { clock } = this.#ports
    for (;;) {
      const now = clock.now()
      if (this.#isFresh(now)) return now
      await this.check()
    }
  }

  /** Renews now: leases may have been voided. */
  async check(): Promise<void> {
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = undefined
    })
    await this.#renewing
  }

  close(): void {
    this.#stopTimer?.()
    this.#stopTimer = undefined
    this.#kept.clear()
  }

  #isFresh(now: number): boolean {
    const { clock, leaseMs } = this.#ports
    const elapsed = Math.max(now - this.#oldest.wall, clock.monotonic() - this.#oldest.monotonic)
    return this.#kept.size === 0 || elapsed <= (2 * leaseMs) / RENEWALS
  }

  #arm(ms: number): void {
    // Never rejects: what fails there is told.
    this.#stopTimer ??= this.#ports.clock.after(ms, () => void this.#tick(), { idle: true })
  }

  async #tick(): Promise<void> {
    const { leaseMs, trouble } = this.#ports
    this.#stopTimer = undefined
    let renewals = RENEWALS
    try {
      await this.check()
    } catch (error) {
      renewals = TRIES
      trouble('renewing leases', error)
      this.#endOverdue()
    }
    if (this.#kept.size > 0) this.#arm(leaseMs / renewals)
  }

  async #renew(): Promise<void> {
    if (this.#kept.size === 0) return
    const { clock, leaseMs, renew } = this.#ports
    const kept = [...this.#kept.values()]
    const askedAt = { monotonic: clock.monotonic(), wall: clock.now() }
    const jobs = kept.map(({ job }) => job)
    const lost = new Set(await renew(jobs, askedAt.wall + leaseMs))
    for (const entry of kept) {
      entry.askedAt = askedAt
      // A job that ended meanwhile has no lease to lose.
      if (!lost.has(entry.job.id) || this.#kept.get(entry.job.id) !== entry) continue
      this.#kept.delete(entry.job.id)
      entry.ends.lost()
    }
    // Claims may have been answered meanwhile whose time was an earlier one.
    this.#oldest = NEVER
    for (const entry of this.#kept.values()) this.#oldest = earlier(this.#oldest, entry.askedAt)
  }

  #endOverdue(): void {
    const { clock, leaseMs } = this.#ports
    // The next try comes when this lease is over, or so close to its end that it may be too late.
    const horizon = clock.monotonic() + (2 * leaseMs) / TRIES
    for (const entry of this.#kept.values()) {
      if (entry.isOverdue || entry.askedAt.monotonic + leaseMs > horizon) continue
      entry.isOverdue = true
      entry.ends.overdue()
    }
  }
}
