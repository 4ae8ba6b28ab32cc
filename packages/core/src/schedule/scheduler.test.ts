import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Domain } from '../model/address.ts'
import { build, DOWN, FakeQueue, LIMITS, turns } from './scheduler.fixture.ts'
import { Scheduler } from './scheduler.ts'

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
