import assert from 'node:assert/strict'
import { test } from 'node:test'
import { build, FakeQueue, turns } from './scheduler.fixture.ts'
import { Scheduler } from './scheduler.ts'

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
