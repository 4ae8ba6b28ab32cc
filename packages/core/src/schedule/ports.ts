/**
 * SchedulerPorts: what the scheduler is told and what it is handed, so that it knows the queue and the delivery only by what they do.
 */
import type { Clock } from '../ambient/clock.ts'
import type { Random } from '../ambient/random.ts'
import type { Domain } from '../model/address.ts'
import type { ClaimRequest } from '../model/claim-request.ts'
import type { InternalErrorFact, LeaseLostFact, QueueErrorFact, SiteWindowFact } from '../model/fact.ts'
import type { Job } from '../model/job.ts'
import type { Shares, ShareWish } from '../model/share.ts'
import type { LaneMemory } from './lane.ts'
import type { SharesPorts } from './shares.ts'
import { SITE_WINDOW_DEFAULTS, type SiteWindowOptions } from './site-window.ts'

export interface ScheduleOptions extends SiteWindowOptions {
  /** Jobs that do something at once; those that wait for their site queue do not count. @default 500 */
  readonly running: number
  /** How long a claimed job stays ours without a renewal. @default 120_000 */
  readonly leaseMs: number
  /** How long delivery stays ours without a renewal. @default 30_000 */
  readonly holdMs: number
  /** How often a process that stands by asks for delivery. @default 2_000 */
  readonly standByMs: number
}

export const SCHEDULE_DEFAULTS: ScheduleOptions = {
  ...SITE_WINDOW_DEFAULTS,
  running: 500,
  leaseMs: 120_000,
  holdMs: 30_000,
  standByMs: 2_000,
}

/**
 * The queue, as the scheduler uses it; `work` ends when the job was committed or given back. Of its two signals the first ends
 * everything, and the second, earlier or with it, what is sent: what is known by then is still written.
 */
export interface SchedulerPorts {
  readonly takeLeadership: (now: number, leaseMs: number) => Promise<boolean>
  readonly claim: (request: ClaimRequest) => Promise<readonly Job[]>
  readonly nextDue: (exclude: readonly Domain[]) => Promise<number | undefined>
  readonly renew: (jobs: readonly Job[], until: number) => Promise<readonly number[]>
  readonly release: (job: Job, dueAt: number) => Promise<boolean>
  readonly onWork: (call: (dueAt?: number) => void) => () => void
  readonly work: (job: Job, signal: AbortSignal, attempt: AbortSignal) => Promise<unknown>
  readonly record: (fact: SiteWindowFact | LeaseLostFact | QueueErrorFact | InternalErrorFact) => void
  readonly clock: Clock
  readonly random: Random
  /** Divides what lanes bear among those that deliver from the queue. @default all is ours */
  readonly share?: ((wishes: readonly ShareWish[]) => Promise<Shares>) | undefined
  /** Where rests and learnt limits outlive this process. @default nowhere */
  readonly memory?: LaneMemory
}

/** The reason of the signal of a job whose lease is lost. */
export class LeaseLostError extends Error {
  override readonly name: string = 'LeaseLostError'
  constructor() {
    super('the lease of this job is lost')
  }
}

/** The reason of the signal of an attempt whose lease could not be renewed in time. */
export class LeaseOverdueError extends Error {
  override readonly name: string = 'LeaseOverdueError'
  constructor() {
    super('the lease of this job could not be renewed in time')
  }
}

/** What the lines of mail sites stand on. */
export interface SiteQueuesPorts {
  readonly clock: Clock
  readonly random: Random
  readonly record: (fact: SiteWindowFact) => void
  /** A site queue takes more than it did: what was kept back for it may be claimed. */
  readonly opened: () => void
  /** @default all that a lane bears is ours */
  readonly share?: SharesPorts['ask'] | undefined
  /** @default nothing outlives this process */
  readonly memory?: LaneMemory
}
