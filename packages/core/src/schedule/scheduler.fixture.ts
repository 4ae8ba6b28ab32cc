/**
 * The scheduler, for tests: a queue that keeps its promises, in memory.
 */
import { seededRandom } from '../ambient/random.ts'
import type { ClaimRequest } from '../model/claim-request.ts'
import type { Fact } from '../model/fact.ts'
import type { Failure } from '../model/failure.ts'
import type { Job } from '../model/job.ts'
import type { QueueId } from '../model/queue-id.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { jobFor } from '../testing/parcel.ts'
import type { ScheduleOptions, SchedulerPorts } from './ports.ts'
import { Scheduler } from './scheduler.ts'

export const DOWN: Failure = {
  scope: 'host',
  permanence: 'transient',
  code: 'host-unreachable',
  stage: 'connect',
  rule: 'test',
  detail: 'no answer',
  suppress: false,
}
export const LIMITS = { connections: 20, messagesPerConnection: 100, recipientsPerTransaction: 100 }

export interface Waiting {
  readonly job: Job
  due: number
  leased: boolean
}

/** The least that keeps the queue's promises towards the scheduler: leases, quotas, domains in turn. */
export class FakeQueue {
  readonly clock: FakeClock = new FakeClock(0)
  readonly facts: Fact[] = []
  readonly claims: ClaimRequest[] = []
  readonly done: Job[] = []
  readonly voided: Set<number> = new Set<number>()
  held = true
  broken = false
  #jobs = new Map<number, Waiting>()
  #next = 1
  /** Renewals fail. */
  cutOff = false
  #nudge: (dueAt?: number) => void = () => {}

  add(domain: string, count = 1, due = 0): void {
    for (let n = 0; n < count; n++) {
      const id = this.#next++
      this.#jobs.set(id, { job: makeJob(id, domain), due, leased: false })
    }
    this.#nudge()
  }

  get left(): number {
    return this.#jobs.size
  }

  finish(job: Job): void {
    this.#jobs.delete(job.id)
    this.done.push(job)
  }

  ports(work: SchedulerPorts['work']): SchedulerPorts {
    return {
      clock: this.clock,
      random: seededRandom(1),
      record: fact => this.facts.push(fact),
      work,
      onWork: call => {
        this.#nudge = call
        return () => {
          this.#nudge = () => {}
        }
      },
      takeLeadership: async () => this.held,
      claim: async request => this.#claim(request),
      nextDue: async exclude => {
        const dues = [...this.#jobs.values()].filter(({ job, leased }) => !leased && !exclude.includes(job.domain))
        return dues.length === 0 ? undefined : Math.min(...dues.map(({ due }) => due))
      },
      renew: async jobs => {
        if (this.cutOff) throw new Error('no answer')
        return jobs.filter(job => this.voided.has(job.id)).map(job => job.id)
      },
      release: async (job, dueAt) => {
        const waiting = this.#jobs.get(job.id)
        if (waiting === undefined) return false
        waiting.leased = false
        waiting.due = dueAt
        this.#nudge(dueAt)
        return true
      },
    }
  }

  #claim(request: ClaimRequest): readonly Job[] {
    if (this.broken) throw new Error('disk on fire')
    this.claims.push(request)
    const room = new Map(request.quotas)
    for (const domain of request.exclude) room.set(domain, 0)
    const taken: Job[] = []
    for (const waiting of this.#jobs.values()) {
      const { domain } = waiting.job
      const left = room.get(domain) ?? request.perDomain
      if (taken.length === request.limit) break
      if (waiting.leased || waiting.due > request.now || left === 0) continue
      waiting.leased = true
      room.set(domain, left - 1)
      taken.push(waiting.job)
    }
    return taken
  }
}

function makeJob(id: number, domain: string): Job {
  return jobFor(Buffer.from('x'), [`you@${domain}`], { id, messageId: `M${id}` as QueueId })
}

type Deliver = (job: Job, signal: AbortSignal) => Promise<Failure | undefined>

/** A scheduler whose work goes through the site queue of its domain, as flow/ does it. */
export function build(queue: FakeQueue, deliver: Deliver, options: Partial<ScheduleOptions> = {}): Scheduler {
  const work = async (job: Job, signal: AbortSignal): Promise<void> => {
    const entry = { site: job.domain, domain: job.domain, limits: LIMITS }
    const ran = await scheduler.enter(entry, async () => ({ failure: await deliver(job, signal) }), signal)
    if (ran === undefined) {
      await ports.release(job, scheduler.opensAt(job.domain) ?? queue.clock.now())
      return
    }
    scheduler.observe({ site: job.domain }, ran.failure)
    if (ran.failure === undefined) queue.finish(job)
    else await ports.release(job, queue.clock.now() + 600_000)
  }
  const ports = queue.ports(work)
  const scheduler = new Scheduler(ports, options)
  return scheduler
}

export const turns = async (count: number): Promise<void> => {
  for (let n = 0; n < count; n++) await new Promise(resolve => setImmediate(resolve))
}
