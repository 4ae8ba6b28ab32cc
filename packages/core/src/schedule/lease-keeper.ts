/**
 * LeaseKeeper: renews the leases of running jobs, and cuts off the job whose lease is lost: someone else may have it now.
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

interface Kept {
  readonly job: Job
  readonly lost: () => void
}

/** How often a lease is renewed before it could end. */
const RENEWALS = 3

export class LeaseKeeper {
  readonly #ports: LeaseKeeperPorts
  readonly #kept = new Map<number, Kept>()
  #stopTimer: (() => void) | undefined
  #renewing: Promise<void> | undefined
  /** When everything that is kept was surely fresh. */
  #renewedAt = 0

  constructor(ports: LeaseKeeperPorts) {
    this.#ports = ports
  }

  /** `lost` is called once, when the lease of the job is gone. */
  keep(job: Job, lost: () => void): void {
    if (this.#kept.size === 0) this.#renewedAt = this.#ports.clock.now()
    this.#kept.set(job.id, { job, lost })
    this.#arm()
  }

  drop(job: Job): void {
    this.#kept.delete(job.id)
  }

  /**
   * Renews what may have run out while this process was asleep or the clock jumped, before a claim takes it for abandoned and
   * hands it out a second time.
   */
  async refresh(): Promise<void> {
    const { clock, leaseMs } = this.#ports
    if (this.#kept.size > 0 && clock.now() - this.#renewedAt > (2 * leaseMs) / RENEWALS) await this.check()
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

  #arm(): void {
    const { clock, leaseMs } = this.#ports
    // Never rejects: what fails in #renew is told.
    this.#stopTimer ??= clock.after(leaseMs / RENEWALS, () => void this.#tick(), { idle: true })
  }

  async #tick(): Promise<void> {
    this.#stopTimer = undefined
    await this.check()
    if (this.#kept.size > 0) this.#arm()
  }

  async #renew(): Promise<void> {
    if (this.#kept.size === 0) return
    const { clock, leaseMs, renew, trouble } = this.#ports
    const kept = [...this.#kept.values()]
    const now = clock.now()
    try {
      const lost = new Set(
        await renew(
          kept.map(({ job }) => job),
          now + leaseMs,
        ),
      )
      this.#renewedAt = now
      for (const entry of kept) {
        // A job that ended meanwhile has no lease to lose.
        if (!lost.has(entry.job.id) || this.#kept.get(entry.job.id) !== entry) continue
        this.#kept.delete(entry.job.id)
        entry.lost()
      }
    } catch (error) {
      trouble('renewing leases', error)
    }
  }
}
