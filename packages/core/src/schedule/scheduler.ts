/**
 * Scheduler: the loop that takes due jobs from the queue and hands each to `work`.
 *
 * Policy.
 * - Claims are made ahead of the siteQueues, so that a fast site never waits for the queue, and are bounded for each domain, so
 *   that no domain fills the window: a domain gets more when less than half of what its site queue can use is out.
 * - Who waits in a site queue costs little and does not count as running.
 * - When the queue cannot be used, that is told, and the loop waits longer each time; it never spins and never ends.
 * - One process delivers from a queue. Another stands by and asks again.
 * - Waits are measured by the monotonic clock: that the wall clock was set keeps nobody waiting. What a message is due by is
 *   the wall clock's.
 *
 * Not here: what a delivery is (flow/), how wide a site queue is (pace.ts), when a message is due again (outcome/retry.ts).
 */
import type { Domain } from '../model/address.ts'
import { errorFact } from '../model/error-fact.ts'
import { ofMessage } from '../model/fact.ts'
import type { Failure } from '../model/failure.ts'
import type { Job } from '../model/job.ts'
import type { Lane, SiteQueueEntry } from '../model/parcel.ts'
import type { Rest, StandingKey } from '../model/standing.ts'
import { Alarm } from './alarm.ts'
import { Allotment } from './allotment.ts'
import type { LaneNow } from './lane.ts'
import { LeaseKeeper, type Moment } from './lease-keeper.ts'
import {
  LeaseLostError,
  LeaseOverdueError,
  SCHEDULE_DEFAULTS,
  type ScheduleOptions,
  type SchedulerPorts,
} from './ports.ts'
import { SiteQueues } from './site-queues.ts'

interface Running {
  readonly job: Job
  /** Cuts off everything that is done for the job. */
  readonly cut: (reason: unknown) => void
  readonly ended: Promise<void>
}

const FIRST_BACKOFF_MS = 500
const LONGEST_BACKOFF_MS = 30_000
/** A job whose work broke down is not handed out again at once. */
const BROKEN_JOB_MS = 60_000
/** A queue that promises work and gives none is asked again no sooner. */
const LEAST_WAIT_MS = 20
/** For what was cut off to end. */
const GRACE_MS = 1_000

export class Scheduler {
  readonly #ports: SchedulerPorts
  readonly #options: ScheduleOptions
  readonly #siteQueues: SiteQueues
  readonly #keeper: LeaseKeeper
  readonly #allotment: Allotment
  readonly #running = new Map<number, Running>()
  readonly #idleWaiters = new Set<() => void>()
  readonly #stopListening: () => void
  readonly #loop: Promise<void>
  #state: 'open' | 'closing' | 'closed' = 'open'
  #holding = false
  /** By the monotonic clock. */
  #holdAgainAt = -Infinity
  readonly #alarm: Alarm
  /** The last claim was cut by the window, not by what was due. */
  #hungry = false

  constructor(ports: SchedulerPorts, options: Partial<ScheduleOptions> = {}) {
    const { clock, random, record, renew } = ports
    this.#ports = ports
    this.#alarm = new Alarm(clock)
    this.#options = { ...SCHEDULE_DEFAULTS, ...options }
    const trouble = (doing: string, error: unknown): void => this.#trouble(doing, error)
    const memory = ports.memory === undefined ? {} : { memory: ports.memory }
    const opened = (): void => this.nudge()
    const { share } = ports
    this.#siteQueues = new SiteQueues({ clock, random, record, opened, share, ...memory }, this.#options)
    this.#keeper = new LeaseKeeper({ clock, leaseMs: this.#options.leaseMs, renew, trouble })
    this.#allotment = new Allotment(this.#siteQueues)
    this.#stopListening = ports.onWork(dueAt => this.nudge(dueAt))
    this.#loop = this.#run()
  }

  /** Runs `run` in the site queue of a site, or gives `undefined` when the site queue is shut. For `work`. */
  enter<T>(entry: SiteQueueEntry, run: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
    return this.#siteQueues.enter(entry, run, signal)
  }

  /** What a delivery through a site showed: a failure, or a success. */
  observe(lane: Lane, failure?: Failure): void {
    this.#siteQueues.observe(lane, failure)
  }

  /** Whether what waits for this lane may take another. */
  mayLeave(lane: Lane): boolean {
    return this.#siteQueues.mayLeave(lane)
  }

  /** A rest that somebody else told of. */
  heard(site: string, key: StandingKey, rest: Rest): void {
    this.#siteQueues.heard(site, key, rest)
  }

  lanes(): readonly LaneNow[] {
    return this.#siteQueues.lanes()
  }

  /** When the site queue of a domain opens again, if it is paused: the time to give a job back with. */
  opensAt(domain: Domain): number | undefined {
    return this.#siteQueues.opensAt(domain)
  }

  /** Jobs that are claimed now. */
  get inFlight(): number {
    return this.#running.size
  }

  /** There may be something to do: now, or at `dueAt`. */
  nudge(dueAt?: number): void {
    this.#alarm.nudge(dueAt)
  }

  /** Resolves when nothing runs and nothing that could run is due. */
  idle(): Promise<void> {
    if (this.#state === 'closed') return Promise.resolve()
    return new Promise(resolve => {
      this.#idleWaiters.add(resolve)
      this.nudge()
    })
  }

  /** Claims no more, lets what runs finish, sends away who waits for a siteQueue; cuts off what takes longer than `withinMs`. */
  async close({ withinMs }: { readonly withinMs: number }): Promise<void> {
    this.#stop()
    const { clock } = this.#ports
    const timers: (() => void)[] = []
    const passed = (ms: number): Promise<void> => new Promise(resolve => timers.push(clock.after(ms, resolve)))
    const cut = passed(withinMs).then(() => {
      this.destroy(new Error(`not finished within ${withinMs} ms`))
      // What was cut off still gives its jobs back; what does not even end then is left behind.
      return passed(GRACE_MS)
    })
    await Promise.race([this.#drained(), cut])
    for (const cancel of timers) cancel()
    this.#finish()
  }

  async #drained(): Promise<void> {
    await this.#loop
    await Promise.all(Array.from(this.#running.values(), ({ ended }) => ended))
  }

  /** Cuts everything off. */
  destroy(reason: unknown): void {
    this.#stop()
    for (const { cut } of this.#running.values()) cut(reason)
    this.#finish()
  }

  #stop(): void {
    if (this.#state === 'open') this.#state = 'closing'
    this.#stopListening()
    this.#siteQueues.close()
    this.#alarm.end()
  }

  #finish(): void {
    this.#state = 'closed'
    this.#keeper.close()
    for (const resolve of this.#idleWaiters) resolve()
    this.#idleWaiters.clear()
  }

  async #run(): Promise<void> {
    let failures = 0
    while (this.#state === 'open') {
      this.#alarm.reset()
      try {
        const waitMs = await this.#round()
        failures = 0
        if (waitMs > 0) await this.#alarm.sleep(waitMs)
      } catch (error) {
        this.#trouble('claiming jobs', error)
        const backoffMs = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** failures++)
        await this.#alarm.sleepThrough(backoffMs)
      }
    }
  }

  /** One look at the queue. Answers how long there is nothing to look for. */
  async #round(): Promise<number> {
    const { clock } = this.#ports
    await this.#hold()
    const now = await this.#keeper.timeForClaim()
    const askedAt = clock.monotonic()
    const untilHold = Math.max(1, this.#holdAgainAt - askedAt)
    if (!this.#holding) {
      if (this.#running.size === 0) this.#tellIdle()
      return untilHold
    }
    const limit = this.#room()
    if (limit <= 0 || this.#state !== 'open') return untilHold
    const waiters = [...this.#idleWaiters]
    const { exclude, quotas, perDomain } = this.#allotment.plan()
    const request = { now, limit, perDomain, leaseMs: this.#options.leaseMs, exclude, quotas }
    // Asked together, they are answered by one transaction, one after the other.
    const [jobs, next] = await Promise.all([this.#ports.claim(request), this.#ports.nextDue(exclude)])
    this.#hungry = jobs.length >= limit
    for (const job of jobs) this.#start(job, { monotonic: askedAt, wall: now })
    if (jobs.length === 0 && this.#running.size === 0 && (next === undefined || next > clock.now()))
      this.#tellIdle(waiters)
    if (next === undefined) return untilHold
    if (jobs.length === 0 && next <= now) return Math.min(untilHold, LEAST_WAIT_MS)
    // It may have fallen due while the queue answered.
    return Math.min(untilHold, Math.max(0, next - clock.now()))
  }

  async #hold(): Promise<void> {
    const { clock } = this.#ports
    const askedAt = clock.monotonic()
    if (askedAt < this.#holdAgainAt) return
    const { holdMs, standByMs } = this.#options
    const held = this.#holding
    this.#holding = await this.#ports.takeLeadership(clock.now(), holdMs)
    this.#holdAgainAt = askedAt + (this.#holding ? holdMs / 3 : standByMs)
    if (held && !this.#holding) await this.#keeper.check()
  }

  /** How many more may be out: waiting in a site queue is cheap, but not free. */
  #room(): number {
    const { running } = this.#options
    const busy = this.#running.size - this.#siteQueues.waiting
    return Math.min(running - busy, 4 * running - this.#running.size)
  }

  #start(job: Job, askedAt: Moment): void {
    // The end came while the claim was under way.
    if (this.#state !== 'open') {
      // Never rejects: its failure is told.
      void this.#giveBack(job, this.#ports.clock.now())
      return
    }
    const controller = new AbortController()
    const attempt = new AbortController()
    const cut = (reason: unknown): void => {
      controller.abort(reason)
      attempt.abort(reason)
    }
    const { clock, record } = this.#ports
    this.#allotment.out(job.domain)
    this.#keeper.keep(job, askedAt, {
      lost: () => {
        record({ kind: 'lease-lost', ...ofMessage(job, clock.now()) })
        cut(new LeaseLostError())
      },
      overdue: () => attempt.abort(new LeaseOverdueError()),
    })
    const ended = this.#work(job, controller.signal, attempt.signal).finally(() => {
      this.#keeper.drop(job)
      this.#running.delete(job.id)
      const more = this.#allotment.back(job.domain)
      const drained = this.#running.size === 0 && this.#idleWaiters.size > 0
      if (more || drained || (this.#hungry && this.#room() >= this.#options.running / 8)) this.nudge()
    })
    this.#running.set(job.id, { job, cut, ended })
  }

  async #work(job: Job, signal: AbortSignal, attempt: AbortSignal): Promise<void> {
    const { work, clock } = this.#ports
    try {
      await work(job, signal, attempt)
    } catch (error) {
      if (!attempt.aborted && this.#state !== 'closed')
        this.#ports.record(errorFact('delivering a job', error, clock.now()))
      if (signal.reason instanceof LeaseLostError) return
      await this.#giveBack(job, attempt.aborted ? clock.now() : clock.now() + BROKEN_JOB_MS)
    }
  }

  async #giveBack(job: Job, dueAt: number): Promise<void> {
    await this.#ports.release(job, dueAt).catch(error => this.#trouble('giving a job back', error))
  }

  #tellIdle(waiters: readonly (() => void)[] = [...this.#idleWaiters]): void {
    for (const resolve of waiters) {
      this.#idleWaiters.delete(resolve)
      resolve()
    }
  }

  #trouble(doing: string, error: unknown): void {
    // After the end, a queue that is closed is no news.
    if (this.#state === 'closed') return
    const detail = error instanceof Error ? error.message : String(error)
    this.#ports.record({ kind: 'queue-error', at: this.#ports.clock.now(), doing, detail })
  }
}
