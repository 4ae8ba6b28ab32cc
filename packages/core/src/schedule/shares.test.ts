/** Shares of lanes, where several relays deliver from one queue. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Domain } from '../model/address.ts'
import type { Shares, ShareWish } from '../model/share.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { SharesOfLanes } from './shares.ts'
import { SiteQueues } from './site-queues.ts'
import { SITE_WINDOW_DEFAULTS } from './site-window.ts'

function build(answer: (wishes: readonly ShareWish[]) => Shares | Promise<Shares>) {
  const clock = new FakeClock(0)
  const asked: (readonly ShareWish[])[] = []
  const busy = new Map<string, number>()
  const shares = new SharesOfLanes({
    clock,
    busy: lane => busy.get(lane) ?? 0,
    changed: () => {},
    ask: async wishes => {
      asked.push(wishes)
      return answer(wishes)
    },
  })
  return { clock, asked, busy, shares }
}

test('one connection is ours until we heard, and what we heard after that', async () => {
  const { clock, asked, busy, shares } = build(wishes => ({ relays: 4, got: wishes.map(() => 7) }))
  assert.equal(shares.of('a', 20), 1)
  busy.set('a', 5)
  await clock.advance(50)
  assert.deepEqual(asked, [[{ lane: 'a', most: 20, want: 11 }]])
  assert.equal(shares.of('a', 20), 7)
  // What the lane bears is the roof of every share.
  assert.equal(shares.of('a', 3), 3)
  // A lane that was just found has an even part.
  assert.equal(shares.of('b', 20), 5)
})

test('it is asked every two seconds while there is mail, and once more to give back', async () => {
  const { clock, asked, busy, shares } = build(wishes => ({ relays: 2, got: wishes.map(() => 7) }))
  busy.set('a', 1)
  shares.of('a', 20)
  await clock.advance(50)
  await clock.advance(2_000)
  busy.delete('a')
  await clock.advance(2_000)
  assert.deepEqual(
    asked.map(([wish]) => wish?.want),
    [3, 3, 0],
  )
  await clock.advance(60_000)
  assert.equal(asked.length, 3)
})

test('a lane that took nothing long enough to be heard of costs nothing', async () => {
  const { clock, asked, shares } = build(() => ({ relays: 2, got: [] }))
  shares.of('a', 20)
  await clock.advance(60_000)
  assert.deepEqual(asked, [])
})

test('while the queue is away an even part is ours, of as many relays as there were', async () => {
  let away = false
  const { clock, busy, shares } = build(async wishes => {
    if (away) throw new Error('away')
    return { relays: 4, got: wishes.map(() => 19) }
  })
  busy.set('a', 30)
  shares.of('a', 20)
  await clock.advance(50)
  assert.equal(shares.of('a', 20), 19)
  away = true
  await clock.advance(5_000)
  assert.equal(shares.of('a', 20), 19)
  await clock.advance(1_100)
  assert.equal(shares.of('a', 20), 5)
  away = false
  await clock.advance(2_000)
  assert.equal(shares.of('a', 20), 19)
})

test('a lane of which another has everything is shut, and opens when there is some for us', async () => {
  const clock = new FakeClock(0)
  let [got, opened] = [0, 0]
  const wants: number[] = []
  const siteQueues = new SiteQueues(
    {
      clock,
      random: () => 0.5,
      record: () => {},
      opened: () => opened++,
      share: async wishes => {
        wants.push(...wishes.map(({ want }) => want))
        return { relays: 2, got: wishes.map(() => got) }
      },
    },
    SITE_WINDOW_DEFAULTS,
  )
  const domain = 'a.example' as Domain
  const limits = { connections: 4, messagesPerConnection: 100, recipientsPerTransaction: 100 }
  const held = Promise.withResolvers<string>()
  const enter = (): Promise<string | undefined> =>
    siteQueues.enter({ site: 'a', domain, limits }, () => held.promise, new AbortController().signal)
  const first = enter()
  const second = enter()
  await clock.advance(50)
  // The first is under way; the second is told at once that nothing was run.
  assert.equal(await second, undefined)
  assert.deepEqual(siteQueues.shut(), [domain])
  assert.equal(await enter(), undefined)
  held.resolve('done')
  assert.equal(await first, 'done')
  // Nothing comes here any more, and still something is wanted.
  await clock.advance(2_000)
  got = 2
  await clock.advance(2_000)
  assert.equal(opened, 1)
  assert.deepEqual(siteQueues.shut(), [])
  assert.deepEqual(
    wants,
    [5, 1, 1].map(want => Math.min(want, 4)),
  )
  siteQueues.close()
})
