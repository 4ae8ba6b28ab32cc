/**
 * OwnLeases: what this process may deliver: leadership, the leases of its jobs, and the ledger of their final dots.
 *
 * Policy. A final dot is marked, and so may be sent, only while both leadership and the lease of its job are surely ours by the
 * monotonic clock, and the mark is in our own ledger. Who cannot begin a ledger does not deliver.
 *
 * Not here: what the tables say of leases (../thread/leadership.ts, ../thread/claim.ts).
 */
import { Buffer } from 'node:buffer'
import { randomFillSync } from 'node:crypto'
import type { Clock } from '../../../ambient/clock.ts'
import type { Job } from '../../../model/job.ts'
import { LeaseTimes } from '../../lease-times.ts'
import { troubleOf } from '../both/errors.ts'
import { FinalDots } from '../both/final-dot-ledger.ts'
import { queueError, type ThreadClient } from './thread-client.ts'

export class OwnLeases {
  readonly #thread: ThreadClient
  readonly #clock: Clock
  readonly #path: string
  readonly #times: LeaseTimes
  #dots: FinalDots | undefined
  /** Until when delivery is surely ours, by the monotonic clock. */
  #leadsUntil = -Infinity

  constructor(thread: ThreadClient, clock: Clock, path: string) {
    this.#thread = thread
    this.#clock = clock
    this.#path = path
    this.#times = new LeaseTimes(clock)
  }

  async takeLeadership(now: number, leaseMs: number): Promise<boolean> {
    const safeUntil = this.#times.asking(leaseMs)
    const ask = { now, until: now + leaseMs, monotonic: this.#clock.monotonic() }
    const answer = await this.#thread.ask('takeLeadership', ask)
    if (answer === 'taken' || (answer === 'kept' && this.#dots === undefined)) await this.#beginLedger()
    this.#leadsUntil = answer === 'no' ? -Infinity : safeUntil
    return answer !== 'no'
  }

  /** Another process may be able to. */
  async #beginLedger(): Promise<void> {
    const before = this.#dots
    this.#dots = undefined
    this.#times.forgetAll()
    try {
      this.#dots = new FinalDots(this.#path)
    } catch (error) {
      // On a disk that is full this cannot be written either; then the lock is free all the same.
      await this.#thread.ask('giveUpLeadership', null).catch(() => {})
      throw queueError(troubleOf(error, this.#path), this.#path, error)
    } finally {
      before?.close()
    }
  }

  /** To be called right before leases are asked for: until when they may be relied on. */
  asking(leaseMs: number): number {
    return this.#times.asking(leaseMs)
  }

  granted(jobs: readonly Job[], safeUntil: number): void {
    for (const job of jobs) this.#times.granted(job, safeUntil)
  }

  /** @returns the ids of jobs whose lease is lost */
  async renew(jobs: readonly Job[], until: number): Promise<readonly number[]> {
    const safeUntil = this.#times.asking(until - this.#clock.now())
    const tokens = jobs.map(job => job.lease.token)
    const lost = await this.#thread.ask('renew', { jobs: jobs.map(job => job.id), tokens, until })
    const gone = new Set(lost)
    for (const job of jobs) {
      if (gone.has(job.id)) this.#times.ended(job)
      else this.#times.renewed(job, safeUntil)
    }
    return lost
  }

  /** The job was committed or given back. */
  ended(job: Job): void {
    this.#times.ended(job)
    this.#dots?.leave(job.id)
  }

  /** @throws MailerError `queue-full`, `queue-unavailable` when there can be no mark: then there is no dot */
  enterFinalDot(job: Job): (() => void) | undefined {
    if (this.#dots === undefined || !this.#times.isBefore(this.#leadsUntil) || !this.#times.covers(job))
      return undefined
    try {
      this.#dots.enter(job.id, job.lease.token)
    } catch (error) {
      throw queueError(troubleOf(error, this.#path), this.#path, error)
    }
    return () => {}
  }

  close(): void {
    this.#dots?.close()
    this.#dots = undefined
  }
}

const TOKEN_OCTETS = 6
/** One call for randomness serves a hundred claims. */
const chance = { octets: Buffer.alloc(100 * TOKEN_OCTETS), used: 100 * TOKEN_OCTETS }

/** Never 0, which is an empty slot of the ledger. */
export function makeToken(): number {
  if (chance.used === chance.octets.length) {
    randomFillSync(chance.octets)
    chance.used = 0
  }
  chance.used += TOKEN_OCTETS
  return chance.octets.readUIntLE(chance.used - TOKEN_OCTETS, TOKEN_OCTETS) || 1
}
