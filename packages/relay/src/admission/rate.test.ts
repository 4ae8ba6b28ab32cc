import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Clock } from '@postrider/core'
import { FakeClock } from '@postrider/core/testing'
import { Rate, sayLimit } from './rate.ts'

function clocked(clock: FakeClock): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    after: (ms, call) => clock.after(ms, call),
  }
}

suite('rates', () => {
  test('the use after the limit is refused, with how long to wait', async () => {
    const rate = new Rate({ clock: new FakeClock(Date.now()) })
    assert.equal(rate.use('bob', { perMinute: 2, perDay: 100 }), undefined)
    assert.equal(rate.use('bob', { perMinute: 2, perDay: 100 }), undefined)
    const broken = rate.use('bob', { perMinute: 2, perDay: 100 })
    assert.equal(broken?.window, 'minute')
    assert.ok(broken.retryAfterMs > 0 && broken.retryAfterMs <= 60_000)
    assert.equal(rate.isBroken('bob'), true)
    assert.equal(rate.use('eve', { perMinute: 2 }), undefined)
    assert.equal(rate.isBroken('eve'), false)
  })
  test('0 is no limit', async () => {
    const rate = new Rate({ clock: new FakeClock() })
    for (let times = 0; times < 100; times++) assert.equal(rate.use('bob', { perMinute: 0 }), undefined)
  })
  test('what is broken is forgotten when its window ends', async () => {
    const clock = new FakeClock()
    const rate = new Rate({ clock })
    rate.use('bob', { perMinute: 1 })
    rate.use('bob', { perMinute: 1 })
    assert.equal(rate.isBroken('bob'), true)
    await clock.advance(61_000)
    assert.equal(rate.isBroken('bob'), false)
  })
  test('a clock that is set neither opens nor closes a window', async () => {
    const clock = new FakeClock()
    let setBy = 0
    const rate = new Rate({ clock: { ...clocked(clock), now: () => clock.now() + setBy } })
    rate.use('bob', { perMinute: 1 })
    setBy = 3_600_000
    assert.equal(rate.use('bob', { perMinute: 1 })?.window, 'minute')
    setBy = -3_600_000
    assert.ok((rate.use('bob', { perMinute: 1 })?.retryAfterMs ?? Infinity) <= 60_000)
    await clock.advance(60_000)
    assert.equal(rate.use('bob', { perMinute: 1 }), undefined)
  })
  test('a flood of keys costs bounded memory, and a key that is counted stays counted while it goes on', () => {
    const rate = new Rate({ clock: new FakeClock() })
    globalThis.gc?.()
    const before = process.memoryUsage().heapUsed
    for (let n = 0; n < 500_000; n++) rate.use(`2001:db8::${n.toString(16)}`, { perMinute: 1, perHour: 1, perDay: 1 })
    globalThis.gc?.()
    const grown = (process.memoryUsage().heapUsed - before) / 2 ** 20
    assert.ok(grown < 200, `${grown} MiB`)
    assert.equal(rate.use('2001:db8::7a11f', { perMinute: 1 })?.limit, 1)
  })
  test('a limit is said in words', () => {
    assert.equal(sayLimit({ window: 'hour', limit: 5, retryAfterMs: 300_000 }), '5 in an hour; try again in 5 min')
    assert.equal(sayLimit({ window: 'minute', limit: 5, retryAfterMs: 1 }), '5 in a minute; try again in 1 s')
  })
})
