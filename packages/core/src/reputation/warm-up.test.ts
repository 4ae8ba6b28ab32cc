import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { WarmUp } from '../model/standing.ts'
import { begun, coldAgain, counted, roomFor, sliceOf, slotFor, sum, turned } from './index.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const START = Date.UTC(2026, 0, 1)
const NOTHING = { first: 0, deferred: 0, refused: 0, complaints: 0 }
const CAPS = fc.constantFrom(100, 150, 300)

/** One day of so many, sent as soon as there is room; what became of some of them. */
function day(known: WarmUp, at: number, wanted: number, more: Partial<typeof NOTHING> = {}): WarmUp {
  let left = wanted
  let now = known
  for (let hour = 0; hour < 24 && left > 0; hour++) {
    now = turned(now, at + hour * HOUR)
    const first = Math.min(left, roomFor(now))
    left -= first
    now = counted(now, { ...NOTHING, first })
  }
  return counted(now, { ...NOTHING, ...more })
}

test('whatever is asked, no hour has more than two slices, no day more than its cap, and no day two fifths more than the one before', () => {
  fc.assert(
    fc.property(CAPS, fc.array(fc.tuple(fc.nat(40), fc.nat(3_000), fc.nat(9)), { maxLength: 120 }), (cap, steps) => {
      let known = begun(cap, START)
      let now = START
      for (const [hours, wanted, bad] of steps) {
        const before = known
        now += hours * HOUR
        known = turned(known, now)
        assert.deepEqual(turned(known, now), known)
        if (known.day !== before.day) assert.ok(known.cap <= Math.ceil(before.cap * 1.4))
        assert.ok(known.cap >= 20)
        const first = Math.min(wanted, roomFor(known))
        if (!Number.isFinite(roomFor(known))) return
        known = counted(known, { first, deferred: Math.min(first, bad), refused: 0, complaints: 0 })
        assert.ok(known.inHour <= 2 * sliceOf(known))
        assert.ok(known.first <= known.cap)
        assert.ok(known.first >= 0 && roomFor(known) >= 0)
      }
    }),
  )
})

test('who sends fifty a day never waits, at once or over the day, for a year', () => {
  for (const cap of [100, 150, 300]) {
    let known = begun(cap, START)
    for (let at = START; at < START + 365 * DAY; at += DAY) {
      known = turned(known, at + 9 * HOUR)
      assert.ok(roomFor(known) >= 50)
      known = counted(known, { ...NOTHING, first: 50 })
    }
  }
})

test('a clean day of which half was used raises the cap by two fifths; one of which little was used changes nothing', () => {
  const used = turned(day(begun(150, START), START, 150), START + DAY)
  assert.deepEqual([used.cap, used.trend, used.sendingDays, used.first], [210, 'raised', 1, 0])
  const idle = turned(day(used, START + DAY, 100), START + 2 * DAY)
  assert.deepEqual([idle.cap, idle.trend], [210, 'raised'])
  assert.equal(turned(used, START + 20 * DAY).cap, 210, 'a silence of weeks is none')
})

test('deferrals hold it, many halve it, and so does one refusal for our reputation', () => {
  const after = (more: Partial<typeof NOTHING>) => {
    const { cap, trend } = turned(day(begun(150, START), START, 150, more), START + DAY)
    return [cap, trend]
  }
  assert.deepEqual(after({ deferred: 3 }), [210, 'raised'])
  assert.deepEqual(after({ deferred: 4 }), [150, 'held'])
  assert.deepEqual(after({ deferred: 15 }), [150, 'held'])
  assert.deepEqual(after({ deferred: 16 }), [75, 'lowered'])
  assert.deepEqual(after({ refused: 1 }), [75, 'lowered'])
})

test('one complaint says nothing; two of a thousand hold it, and more halve it, until they fade', () => {
  const begin = { ...begun(1_000, START), recentFirst: 900 }
  const after = (complaints: number) => turned(day(begin, START, 600, { complaints }), START + DAY).trend
  assert.deepEqual([after(1), after(2), after(5)], ['raised', 'held', 'lowered'])
  let known = turned(day(begin, START, 600, { complaints: 5 }), START + DAY)
  for (let days = 1; days < 40; days++) known = turned(day(known, START + days * DAY, 500), START + (days + 1) * DAY)
  assert.ok(known.cap > 1_000)
})

test('thirty days of silence leave a quarter', () => {
  const known = { ...begun(4_000, START), first: 3_000 }
  assert.equal(turned(known, START + 29 * DAY).cap, 5_600)
  assert.equal(turned(known, START + 30 * DAY).cap, 1_400)
})

test('what is urgent is not bound by the hour and may have a fifth more', () => {
  const spent = day(begun(150, START), START, 150)
  assert.equal(roomFor(spent), 0)
  assert.equal(roomFor(spent, { urgent: true }), 30)
})

test('who may send twenty thousand is known, and a bad day is heeded all the same', () => {
  const known = turned(day({ ...begun(15_000, START), hour: START / HOUR }, START, 15_000), START + DAY)
  assert.deepEqual([known.cap, known.trend, roomFor(known)], [21_000, 'ended', Number.POSITIVE_INFINITY])
  const bad = turned(counted(known, { ...NOTHING, first: 21_000, deferred: 5_000 }), START + 2 * DAY)
  assert.equal(bad.cap, 10_500)
  assert.ok(Number.isFinite(roomFor(bad)))
})

test('no 24 hours have much more than a day may have, whenever they begin', () => {
  let known = begun(150, START)
  const tried: number[] = []
  for (let hour = 0; hour < 10 * 24; hour++) {
    known = turned(known, START + hour * HOUR)
    const first = roomFor(known)
    known = counted(known, { ...NOTHING, first })
    tried.push(first)
    const lately = tried.slice(-24).reduce((all, each) => all + each, 0)
    // Before midnight the cap is that of the day.
    assert.ok(lately <= known.cap * 1.35, `${lately} of ${known.cap} in hour ${hour}`)
  }
  assert.ok(known.cap > 150 * 1.4 ** 8)
})

test('slots are in the future, in order, and no hour has more than its slice', () => {
  fc.assert(
    fc.property(CAPS, fc.nat(23), fc.nat(400), (cap, hour, used) => {
      const at = START + hour * HOUR
      const known = counted(turned(begun(cap, START), at), { ...NOTHING, first: Math.min(used, cap) })
      let last = at
      const hours = new Map<number, number>()
      for (let ahead = 0; ahead < 2_000; ahead++) {
        const slot = slotFor(known, ahead)
        assert.ok(slot > at && slot >= last)
        last = slot
        hours.set(slot, (hours.get(slot) ?? 0) + 1)
      }
      for (const [slot, count] of hours) {
        const days = Math.floor(slot / DAY) - known.day
        assert.ok(count <= sliceOf({ cap: Math.ceil(cap * 1.45 ** days) }), `${count} at ${slot}`)
      }
    }),
    { numRuns: 30 },
  )
})

test('counts that were made apart are those that were made together', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ first: fc.nat(9), deferred: fc.nat(9), refused: fc.nat(9), complaints: fc.nat(9) })),
      tallies => {
        const known = begun(100, START)
        assert.deepEqual(counted(known, tallies.reduce(sum, NOTHING)), tallies.reduce(counted, known))
      },
    ),
  )
})

test('who is cold again has the first day once more, and never more than he had', () => {
  assert.equal(coldAgain(begun(900, START), 150).cap, 150)
  assert.equal(coldAgain(begun(75, START), 150).cap, 75)
})

test('a clock that was ahead stops nobody when it is right again', () => {
  const ahead = counted(begun(150, START + 365 * DAY), { ...NOTHING, first: 10 })
  const back = turned(ahead, START)
  assert.ok(roomFor(back) > 0)
  const next = turned(counted(back, { ...NOTHING, first: 100 }), START + DAY)
  assert.deepEqual([next.day, next.first], [(START + DAY) / DAY, 0])
})
