import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Failure } from '../model/failure.ts'
import { SITE_WINDOW_DEFAULTS, SiteWindow } from './site-window.ts'

const middling = (): number => 0.5

function failure(over: Partial<Failure> = {}): Failure {
  return {
    scope: 'host',
    permanence: 'transient',
    code: 'host-unreachable',
    stage: 'connect',
    rule: 'test',
    detail: 'connection refused',
    suppress: false,
    ...over,
  }
}

const pace = (ceiling = 20): SiteWindow => new SiteWindow(ceiling, SITE_WINDOW_DEFAULTS, middling)

test('a new site starts with five, or fewer when it takes fewer', () => {
  assert.equal(pace().window, 5)
  assert.equal(pace(2).window, 2)
})

test('every success widens the window by one, up to the limit of the site', () => {
  const it = pace(8)
  for (let n = 0; n < 10; n++) it.succeeded(0)
  assert.equal(it.window, 8)
})

test('trouble narrows the window by one, and a success between keeps the site open', () => {
  const it = pace()
  assert.equal(it.failed(failure(), 0)?.kind, 'site-narrowed')
  assert.equal(it.window, 4)
  for (let n = 0; n < 20; n++) {
    it.succeeded(0)
    assert.notEqual(it.failed(failure(), 0)?.kind, 'site-paused')
  }
})

test('trouble as often in a row as the window is wide makes the site rest', () => {
  const it = pace(3)
  it.failed(failure(), 0)
  const change = it.failed(failure(), 1_000)
  assert.deepEqual(change, { kind: 'site-paused', until: 61_000, because: 'connection refused', moves: true })
  assert.equal(it.pausedUntil, 61_000)
  assert.equal(it.window, 1)
})

test('a refused recipient or message is no trouble of the site, and ends a row of trouble', () => {
  const it = pace()
  for (let n = 0; n < 50; n++)
    assert.equal(it.failed(failure({ scope: n % 2 ? 'recipient' : 'message' }), 0), undefined)
  assert.equal(it.window, 5)
  it.failed(failure(), 0)
  it.failed(failure({ scope: 'recipient' }), 0)
  assert.notEqual(it.failed(failure(), 0)?.kind, 'site-paused')
})

test('"slow down" halves the window, and said twice it makes the site rest', () => {
  const it = pace()
  for (let n = 0; n < 11; n++) it.succeeded(0)
  assert.equal(it.window, 16)
  it.failed(failure({ code: 'too-many-connections' }), 0)
  assert.equal(it.window, 8)
  assert.equal(it.failed(failure({ code: 'too-many-connections' }), 0)?.kind, 'site-paused')
})

test('a time that the site names is honoured at once, and not exceeded by our own', () => {
  const it = pace()
  const change = it.failed(failure({ scope: 'domain', code: 'rate-limited', retryAfterMs: 10_000 }), 0)
  assert.deepEqual(change, { kind: 'site-paused', until: 10_000, because: 'connection refused' })
})

test('who names the same time again after it was kept is given twice as much each time, up to four hours, until something succeeds', () => {
  const it = pace()
  const asks = failure({ scope: 'domain', code: 'rate-limited', retryAfterMs: 600_000 })
  const rests: number[] = []
  let now = 0
  for (let n = 0; n < 7; n++) {
    const until = it.failed(asks, now)?.until ?? 0
    rests.push((until - now) / 60_000)
    now = until
  }
  assert.deepEqual(rests, [10, 20, 40, 80, 160, 240, 240])
  it.succeeded(now)
  assert.equal(it.failed(asks, now)?.until, now + 600_000)
})

test('each rest is twice as long as the one before, up to half an hour', () => {
  const it = pace(1)
  const rests: number[] = []
  let now = 0
  for (let n = 0; n < 9; n++) {
    while (it.pausedUntil <= now) it.failed(failure(), now)
    rests.push((it.pausedUntil - now) / 60_000)
    now = it.pausedUntil
  }
  assert.deepEqual(rests, [1, 2, 4, 8, 16, 30, 30, 30, 30])
})

test('after a rest one failure is the next rest, and successes open the window again and say so', () => {
  const it = pace(2)
  it.failed(failure(), 0)
  it.failed(failure(), 0)
  const now = it.pausedUntil
  assert.equal(it.failed(failure(), now)?.kind, 'site-paused')
  const later = it.pausedUntil
  assert.deepEqual(it.succeeded(later), { kind: 'site-widened' })
  assert.equal(it.window, 2)
  assert.ok(it.calm)
  it.failed(failure(), later)
  it.failed(failure(), later)
  assert.equal(it.pausedUntil - later, 60_000, 'the rests start anew')
})

test('what was under way when the rest began neither ends nor counts against it', () => {
  const it = pace(2)
  it.failed(failure(), 0)
  it.failed(failure(), 0)
  const until = it.pausedUntil
  assert.equal(it.succeeded(1), undefined)
  assert.equal(it.failed(failure(), 1), undefined)
  assert.equal(it.pausedUntil, until)
  assert.equal(it.window, 1)
})

test('after trouble a wide window grows by one in as many successes as it is wide', () => {
  const it = pace(40)
  for (let n = 0; n < 15; n++) it.succeeded(0)
  assert.equal(it.window, 20)
  it.failed(failure(), 0)
  for (let n = 0; n < 19; n++) it.succeeded(0)
  assert.equal(it.window, 19)
  for (let n = 0; n < 3; n++) it.succeeded(0)
  assert.equal(it.window, 20)
})
