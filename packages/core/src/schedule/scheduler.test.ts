import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../ambient/random.ts'
import type { Domain } from '../model/address.ts'
import type { ClaimRequest } from '../model/claim-request.ts'
import type { Fact } from '../model/fact.ts'
import type { Failure } from '../model/failure.ts'
import type { Job } from '../model/job.ts'
import type { QueueId } from '../model/queue-id.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import type { ScheduleOptions, SchedulerPorts } from './ports.ts'
import { Scheduler } from './scheduler.ts'

const DOWN: Failure = {
  scope: 'host',
  permanence: 'transient',
  code: 'host-unreachable',
  stage: 'connect',
  rule: 'test',
  detail: 'no answer',
  suppress: false,
}
const LIMITS = { connections: 20, messagesPerConnection: 100, recipientsPerTransaction: 100 }

interface Waiting {
  readonly job: Job
  due: number
  leased: boolean
}

/** The least that keeps the queue's promises towards the scheduler: leases, quotas, domains in turn. */
class FakeQueue {
  readonly clock = new FakeClock(0)
  readonly facts: Fact[] = []
  readonly claims: ClaimRequest[] = []
  readonly done: Job[] = []
  readonly voided = new Set<number>()
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
  return {
    id,
    messageId: `M${id}` as QueueId,
    domain: domain as Domain,
    recipients: [{ index: 0, address: { local: 'you', domain: domain as Domain } }],
    reversePath: null,
    requireTls: false,
    facts: { sizeBytes: 1, eightBit: false, smtpUtf8: false, longestLine: 1, messageId: '', tlsRequiredNo: false },
    attempts: 0,
    acceptedAt: 0,
    expiresAt: 1e12,
    priority: 'normal',
    tags: {},
    lease: { token: 1, until: 1e12 },
  }
}

type Deliver = (job: Job, signal: AbortSignal) => Promise<Failure | undefined>

/** A scheduler whose work goes through the site queue of its domain, as flow/ does it. */
function build(queue: FakeQueue, deliver: Deliver, options: Partial<ScheduleOptions> = {}): Scheduler {
  const work = async (job: Job, signal: AbortSignal): Promise<void> => {
    const entry = { site: job.domain, domain: job.domain, limits: LIMITS }
    const ran = await scheduler.enter(entry, async () => ({ failure: await deliver(job, signal) }), signal)
    if (ran === undefined) {
      await ports.release(job, scheduler.opensAt(job.domain) ?? queue.clock.now())
      return
    }
    scheduler.observe(job.domain, ran.failure)
    if (ran.failure === undefined) queue.finish(job)
    else await ports.release(job, queue.clock.now() + 600_000)
  }
  const ports = queue.ports(work)
  const scheduler = new Scheduler(ports, options)
  return scheduler
}

const turns = async (count: number): Promise<void> => {
  for (let n = 0; n < count; n++) await new Promise(resolve => setImmediate(resolve))
}

test('what is due is worked on, and idle tells when nothing is left to do', async () => {
  const queue = new FakeQueue()
  queue.add('a.example', 3)
  const scheduler = build(queue, async () => undefined)
  await scheduler.idle()
  assert.equal(queue.done.length, 3)
  await scheduler.close({ withinMs: 1_000 })
})

test('a job that is due later is worked on at its time', async () => {
  const queue = new FakeQueue()
  queue.add('a.example', 1, 5_000)
  const scheduler = build(queue, async () => undefined)
  await turns(3)
  await queue.clock.advance(4_999)
  assert.equal(queue.done.length, 0)
  await queue.clock.advance(1)
  assert.equal(queue.done.length, 1)
  await scheduler.close({ withinMs: 1_000 })
})

test('new work is taken at once, without any time passing', async () => {
  const queue = new FakeQueue()
  const scheduler = build(queue, async () => undefined)
  await scheduler.idle()
  queue.add('a.example')
  await turns(5)
  assert.equal(queue.done.length, 1)
  assert.equal(queue.clock.now(), 0)
  await scheduler.close({ withinMs: 1_000 })
})

test('ten thousand messages for one healthy site run at its full width, fetched in few claims', async () => {
  const queue = new FakeQueue()
  queue.add('big.example', 10_000)
  let running = 0
  let widest = 0
  let starved = 0
  const scheduler = build(queue, async () => {
    running++
    widest = Math.max(widest, running)
    await turns(3)
    if (queue.left > 100 && widest === 20 && running < 15) starved++
    running--
    return undefined
  })
  await scheduler.idle()
  assert.equal(queue.done.length, 10_000)
  assert.equal(widest, LIMITS.connections)
  assert.ok(starved < 100, `${starved} times fewer than 15 of 20 ran`)
  assert.ok(queue.claims.length < 1_000, `${queue.claims.length} claims`)
  await scheduler.close({ withinMs: 1_000 })
})

test('a dead and a slow domain with ten thousand messages each delay no other domain', async () => {
  const queue = new FakeQueue()
  queue.add('dead.example', 10_000)
  queue.add('slow.example', 10_000)
  const { clock } = queue
  const scheduler = build(queue, async job => {
    if (job.domain === 'dead.example') return clock.sleep(30_000).then(() => DOWN)
    if (job.domain === 'slow.example') await clock.sleep(20_000)
    return undefined
  })
  for (let second = 0; second < 300; second++) {
    const before = queue.done.filter(job => job.domain === 'well.example').length
    queue.add('well.example', 5, clock.now())
    await turns(12)
    const after = queue.done.filter(job => job.domain === 'well.example').length
    assert.equal(after - before, 5, `at second ${second}`)
    await clock.advance(1_000)
  }
  assert.ok(scheduler.inFlight < 200, `${scheduler.inFlight} in flight`)
  assert.ok(queue.facts.some(fact => fact.kind === 'site-paused' && fact.site === 'dead.example'))
  scheduler.destroy(new Error('end of test'))
})

test('when a site queue pauses, the jobs that wait in it go back until it opens', async () => {
  const queue = new FakeQueue()
  queue.add('dead.example', 50)
  const scheduler = build(queue, () => turns(1).then(() => DOWN))
  await scheduler.idle()
  assert.equal(scheduler.inFlight, 0)
  const paused = queue.facts.find(fact => fact.kind === 'site-paused')
  assert.ok(paused?.kind === 'site-paused' && paused.until !== undefined)
  const { length } = queue.claims
  await queue.clock.advance(paused.until - queue.clock.now() - 1)
  assert.ok(queue.claims.slice(length).every(claim => claim.exclude.includes('dead.example' as Domain)))
  await queue.clock.advance(1)
  assert.ok(
    queue.claims.some(claim => claim.now >= (paused.until ?? 0) && !claim.exclude.includes('dead.example' as Domain)),
  )
  scheduler.destroy(new Error('end of test'))
})

test('no more run at once than the window allows', async () => {
  const queue = new FakeQueue()
  for (let n = 0; n < 100; n++) queue.add(`d${n}.example`)
  let running = 0
  let most = 0
  const scheduler = build(
    queue,
    async () => {
      most = Math.max(most, ++running)
      await turns(2)
      running--
      return undefined
    },
    { running: 16 },
  )
  await scheduler.idle()
  assert.equal(queue.done.length, 100)
  assert.equal(most, 16)
  await scheduler.close({ withinMs: 1_000 })
})

test('a queue in trouble is told and asked again, less and less often, and never spun on', async () => {
  const queue = new FakeQueue()
  queue.broken = true
  const scheduler = build(queue, async () => undefined)
  await turns(3)
  await queue.clock.advance(60_000)
  const told = queue.facts.filter(fact => fact.kind === 'queue-error').length
  assert.ok(told >= 3 && told <= 10, `told ${told} times`)
  queue.broken = false
  queue.add('a.example')
  await queue.clock.advance(30_000)
  assert.equal(queue.done.length, 1)
  await scheduler.close({ withinMs: 1_000 })
})

test('a process that does not hold delivery claims nothing, and does when it gets it', async () => {
  const queue = new FakeQueue()
  queue.held = false
  queue.add('a.example')
  const scheduler = build(queue, async () => undefined)
  await scheduler.idle()
  await queue.clock.advance(10_000)
  assert.equal(queue.claims.length, 0)
  queue.held = true
  await queue.clock.advance(2_000)
  assert.equal(queue.done.length, 1)
  await scheduler.close({ withinMs: 1_000 })
})

test('a job whose lease is lost is cut off and told, and is not given back', async () => {
  const queue = new FakeQueue()
  queue.add('a.example')
  const reasons: unknown[] = []
  const scheduler = build(queue, (_, signal) => {
    const { promise, reject } = Promise.withResolvers<undefined>()
    signal.addEventListener('abort', () => {
      reasons.push((signal.reason as Error).name)
      reject(signal.reason)
    })
    return promise
  })
  await turns(5)
  queue.voided.add(1)
  await queue.clock.advance(120_000)
  assert.deepEqual(reasons, ['LeaseLostError'])
  assert.ok(queue.facts.some(fact => fact.kind === 'lease-lost' && fact.messageId === 'M1'))
  assert.equal(queue.claims.filter(claim => claim.now > 0).length > 0, true)
  assert.equal(scheduler.inFlight, 0)
  await scheduler.close({ withinMs: 1_000 })
})

test('a job whose work breaks down is given back for later, and told', async () => {
  const queue = new FakeQueue()
  queue.add('a.example')
  let times = 0
  const scheduler = build(queue, async () => {
    if (times++ === 0) throw new Error('a bug')
    return undefined
  })
  await scheduler.idle()
  assert.equal(queue.done.length, 0)
  assert.ok(queue.facts.some(fact => fact.kind === 'internal-error' && fact.detail === 'a bug'))
  assert.ok(!queue.facts.some(fact => fact.kind === 'queue-error'))
  await queue.clock.advance(60_000)
  assert.equal(queue.done.length, 1)
  await scheduler.close({ withinMs: 1_000 })
})

test('close claims no more, waits for what runs, and gives back what waits for a site queue', async () => {
  const queue = new FakeQueue()
  queue.add('a.example', 10)
  const { promise, resolve } = Promise.withResolvers<void>()
  let running = 0
  const scheduler = build(queue, () => {
    running++
    return promise.then(() => undefined)
  })
  await turns(5)
  assert.equal(running, 5)
  let closed = false
  const closing = scheduler.close({ withinMs: 60_000 }).then(() => {
    closed = true
  })
  await turns(5)
  assert.equal(closed, false)
  assert.equal(scheduler.inFlight, 5)
  resolve()
  await closing
  assert.equal(queue.done.length, 5)
  assert.equal(queue.left, 5)
  await scheduler.close({ withinMs: 1 })
})

test('close cuts off what takes longer than it was given', async () => {
  const queue = new FakeQueue()
  queue.add('a.example')
  const scheduler = build(queue, (_, signal) => queue.clock.sleep(3_600_000, signal).then(() => undefined))
  await turns(5)
  const closing = scheduler.close({ withinMs: 5_000 })
  await turns(3)
  await queue.clock.advance(5_000)
  await closing
  assert.equal(scheduler.inFlight, 0)
  assert.equal(queue.left, 1)
})

test('what is deferred for a moment is worked on when that is over, not when the loop happens to look', async () => {
  const desk = new FakeQueue()
  desk.add('a.example')
  const seen: number[] = []
  const ports = desk.ports(async job => {
    seen.push(desk.clock.now())
    if (seen.length === 1) await ports.release(job, desk.clock.now() + 3_000)
    else desk.finish(job)
  })
  const scheduler = new Scheduler(ports, { holdMs: 3_600_000 })
  await turns(5)
  await desk.clock.advance(3_000)
  assert.deepEqual(seen, [0, 3_000])
  await scheduler.close({ withinMs: 1_000 })
})

test('a wall clock that is set back keeps no new work waiting, and delivery stays ours', async () => {
  const desk = new FakeQueue()
  let asked = 0
  const ports = desk.ports(async job => desk.finish(job))
  const scheduler = new Scheduler({ ...ports, takeLeadership: async () => ++asked > 0 })
  await turns(3)
  await desk.clock.advance(1_000)
  desk.clock.step(-8 * 3_600_000)
  desk.add('a.example', 1, desk.clock.now())
  await turns(5)
  assert.equal(desk.done.length, 1)
  const before = asked
  await desk.clock.advance(30_000)
  assert.ok(asked >= before + 3, `asked ${asked - before} times in 30 s`)
  await scheduler.close({ withinMs: 1_000 })
})

test('a wall clock that is set back while the queue is in trouble does not lengthen the wait', async () => {
  const desk = new FakeQueue()
  desk.broken = true
  const scheduler = build(desk, async () => undefined)
  await turns(3)
  desk.clock.step(-24 * 3_600_000)
  desk.broken = false
  desk.add('a.example', 1, desk.clock.now())
  await desk.clock.advance(30_000)
  assert.equal(desk.done.length, 1)
  await scheduler.close({ withinMs: 1_000 })
})

test('leases are renewed before a claim when the wall clock was set forward, and no claim follows a renewal that failed', async () => {
  const desk = new FakeQueue()
  desk.add('slow.example')
  const until: number[] = []
  const ports = desk.ports(job =>
    job.domain === 'slow.example' ? desk.clock.sleep(3_600_000) : Promise.resolve(desk.finish(job)),
  )
  const scheduler = new Scheduler({
    ...ports,
    renew: (jobs, time) => {
      until.push(time)
      return ports.renew(jobs, time)
    },
  })
  await turns(5)
  desk.clock.step(8 * 3_600_000)
  desk.cutOff = true
  const claims = desk.claims.length
  desk.add('a.example')
  await turns(5)
  assert.equal(desk.claims.length, claims)
  desk.cutOff = false
  await desk.clock.advance(1_000)
  assert.equal(desk.done.length, 1)
  assert.ok((until.at(-1) ?? 0) >= desk.clock.now() + 100_000)
  assert.ok(desk.claims.slice(claims).every(({ now }) => now < (until.at(-1) ?? 0)))
  scheduler.destroy(new Error('end of test'))
})

test('an attempt whose lease cannot be renewed is ended before the lease is over, and what it knows may be written', async () => {
  const desk = new FakeQueue()
  desk.add('a.example')
  let endedAt = 0
  let cut = false
  const ports = desk.ports(
    (_, signal, attempt) =>
      new Promise(resolve => {
        attempt.addEventListener('abort', () => {
          endedAt = desk.clock.now()
          cut = signal.aborted
          resolve(undefined)
        })
      }),
  )
  const scheduler = new Scheduler(ports, { leaseMs: 120_000 })
  await turns(5)
  desk.cutOff = true
  await desk.clock.advance(119_000)
  assert.ok(endedAt >= 90_000 && endedAt < 120_000, `ended at ${endedAt}`)
  assert.equal(cut, false)
  scheduler.destroy(new Error('end of test'))
})
