import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Domain } from '../model/address.ts'
import type { SiteWindowFact } from '../model/fact.ts'
import type { SiteQueueEntry } from '../model/parcel.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { DOWN } from './scheduler.fixture.ts'
import { SiteQueues } from './site-queues.ts'
import { SITE_WINDOW_DEFAULTS } from './site-window.ts'

const signal = new AbortController().signal

function entry(site: string, domain: string = site, connections = 2): SiteQueueEntry {
  return {
    site,
    domain: domain as Domain,
    limits: { connections, messagesPerConnection: 100, recipientsPerTransaction: 100 },
  }
}

function build(): { siteQueues: SiteQueues; clock: FakeClock; facts: SiteWindowFact[]; opened: () => number } {
  const clock = new FakeClock(0)
  const facts: SiteWindowFact[] = []
  let times = 0
  const ports = { clock, random: () => 0.5, record: (fact: SiteWindowFact) => facts.push(fact), opened: () => times++ }
  return { siteQueues: new SiteQueues(ports, SITE_WINDOW_DEFAULTS), clock, facts, opened: () => times }
}

/** Work that is under way until it is let go. */
function gate(): { run: () => Promise<string>; open: () => void; running: () => number } {
  const { promise, resolve } = Promise.withResolvers<void>()
  let running = 0
  return {
    run: async () => {
      running++
      await promise
      running--
      return 'done'
    },
    open: resolve,
    running: () => running,
  }
}

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

test('a site queue runs as many at once as its window, and the others after them', async () => {
  const { siteQueues } = build()
  const work = gate()
  const all = Array.from({ length: 5 }, () => siteQueues.enter(entry('a.example'), work.run, signal))
  await turn()
  assert.equal(work.running(), 2)
  assert.equal(siteQueues.waiting, 3)
  work.open()
  assert.deepEqual(await Promise.all(all), ['done', 'done', 'done', 'done', 'done'])
  assert.equal(siteQueues.waiting, 0)
})

test('sites do not wait for each other; domains of one site share its site queue', async () => {
  const { siteQueues } = build()
  const work = gate()
  for (const domain of ['one.example', 'two.example', 'three.example']) {
    void siteQueues.enter(entry('shared', domain), work.run, signal)
  }
  await turn()
  assert.equal(work.running(), 2)
  const other = await siteQueues.enter(entry('other'), async () => 'at once', signal)
  assert.equal(other, 'at once')
  work.open()
})

test('a site queue that pauses tells at once those who wait that nothing was run, and lets who runs finish', async () => {
  const { siteQueues, facts } = build()
  const work = gate()
  const all = Array.from({ length: 5 }, () => siteQueues.enter(entry('a.example'), work.run, signal))
  await turn()
  siteQueues.observe({ site: 'a.example' }, DOWN)
  siteQueues.observe({ site: 'a.example' }, DOWN)
  assert.deepEqual(await Promise.all(all.slice(2)), [undefined, undefined, undefined])
  assert.equal(work.running(), 2)
  assert.deepEqual(
    facts.map(({ kind, window, until }) => [kind, window, until]),
    [
      ['site-narrowed', 1, undefined],
      ['site-paused', 1, 60_000],
    ],
  )
  work.open()
  assert.deepEqual(await Promise.all(all.slice(0, 2)), ['done', 'done'])
})

test('a paused site queue lets nobody in, names its domains as shut, and says when it opened again', async () => {
  const { siteQueues, clock, opened } = build()
  await siteQueues.enter(entry('site', 'a.example'), async () => 1, signal)
  await siteQueues.enter(entry('site', 'b.example'), async () => 1, signal)
  siteQueues.observe({ site: 'site' }, DOWN)
  siteQueues.observe({ site: 'site' }, DOWN)
  assert.equal(await siteQueues.enter(entry('site', 'a.example'), async () => 1, signal), undefined)
  assert.deepEqual(siteQueues.shut(), ['a.example', 'b.example'])
  assert.equal(siteQueues.opensAt('b.example' as Domain), 60_000)
  const before = opened()
  await clock.advance(60_000)
  assert.equal(opened(), before + 1)
  assert.deepEqual(siteQueues.shut(), [])
  assert.equal(await siteQueues.enter(entry('site', 'a.example'), async () => 1, signal), 1)
})

test('a full waiting room lets nobody in until someone has left it', async () => {
  const { siteQueues, opened } = build()
  const work = gate()
  const all = Array.from({ length: 40 }, () => siteQueues.enter(entry('a.example'), work.run, signal))
  await turn()
  assert.deepEqual(siteQueues.shut(), ['a.example'])
  const before = opened()
  work.open()
  const results = await Promise.all(all)
  assert.equal(results.filter(result => result === undefined).length, 18, 'two run, twenty wait')
  assert.deepEqual(siteQueues.shut(), [])
  assert.ok(opened() > before)
})

test('who waits and is told to stop leaves at once; who runs ends in its own way', async () => {
  const { siteQueues } = build()
  const work = gate()
  const controller = new AbortController()
  const all = Array.from({ length: 3 }, () => siteQueues.enter(entry('a.example'), work.run, controller.signal))
  await turn()
  controller.abort()
  assert.equal(await all[2], undefined)
  assert.equal(work.running(), 2)
  work.open()
  assert.deepEqual(await Promise.all(all), ['done', 'done', undefined])
})

test('a higher priority waits less', async () => {
  const { siteQueues } = build()
  const work = gate()
  const order: string[] = []
  void siteQueues.enter(entry('a.example', 'a.example', 1), work.run, signal)
  const all = (['low', 'normal', 'high'] as const).map(priority =>
    siteQueues.enter({ ...entry('a.example', 'a.example', 1), priority }, async () => order.push(priority), signal),
  )
  work.open()
  await Promise.all(all)
  assert.deepEqual(order, ['high', 'normal', 'low'])
})

test('what the work throws is thrown, and frees its place', async () => {
  const { siteQueues } = build()
  const broken = siteQueues.enter(entry('a.example', 'a.example', 1), () => Promise.reject(new Error('broken')), signal)
  await assert.rejects(broken, /broken/)
  assert.equal(await siteQueues.enter(entry('a.example', 'a.example', 1), async () => 'next', signal), 'next')
})

test('a site queue that was idle for ten minutes is forgotten, unless it remembers trouble', async () => {
  const { siteQueues, clock } = build()
  await siteQueues.enter(entry('calm'), async () => 1, signal)
  await siteQueues.enter(entry('troubled', 'troubled', 9), async () => 1, signal)
  siteQueues.observe({ site: 'troubled' }, DOWN)
  await clock.advance(11 * 60_000)
  await siteQueues.enter(entry('other'), async () => 1, signal)
  assert.equal(siteQueues.windowOf('calm' as Domain), undefined)
  assert.equal(siteQueues.windowOf('troubled' as Domain), 4)
})

test('after close nobody is let in, and who waits is told', async () => {
  const { siteQueues } = build()
  const work = gate()
  const all = Array.from({ length: 3 }, () => siteQueues.enter(entry('a.example'), work.run, signal))
  await turn()
  siteQueues.close()
  assert.equal(await all[2], undefined)
  assert.equal(await siteQueues.enter(entry('b.example'), async () => 1, signal), undefined)
  work.open()
  assert.deepEqual(await Promise.all(all), ['done', 'done', undefined])
})

test('what each lane bears, carries and keeps waiting can be seen, and that it rests', async () => {
  const { siteQueues, clock } = build()
  assert.deepEqual(siteQueues.lanes(), [])
  const work = gate()
  const all = Array.from({ length: 3 }, (_, at) => siteQueues.enter(entry('a', `${at}.example`), work.run, signal))
  await turn()
  const lane = { site: 'a', domains: 3, window: 2, limit: 2 }
  assert.deepEqual(siteQueues.lanes(), [{ ...lane, running: 2, waiting: 1 }])
  work.open()
  await Promise.all(all)
  siteQueues.observe({ site: 'a' } as never, DOWN)
  siteQueues.observe({ site: 'a' } as never, DOWN)
  const [rests] = siteQueues.lanes()
  assert.deepEqual([rests?.running, rests?.waiting, rests?.pausedUntil], [0, 0, clock.now() + 60_000])
})
