import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LONGEST_WAIT_MS, readRetryAfter, waitAfter } from './waits.ts'

test('waits grow to the longest, and chance makes each up to a fifth longer', () => {
  const least = Array.from({ length: 12 }, (_, at) => waitAfter(at + 1, () => 0))
  assert.deepEqual(
    least.toSorted((a, b) => a - b),
    least,
  )
  assert.deepEqual([least[0], least.at(-1)], [1000, LONGEST_WAIT_MS])
  assert.equal(
    waitAfter(1, () => 0.5),
    1100,
  )
})

test('an endpoint that says when to come back is obeyed, never earlier than usual, never later than the longest wait', () => {
  assert.equal(
    waitAfter(1, () => 0, 60_000),
    60_000,
  )
  assert.equal(
    waitAfter(3, () => 0, 1),
    30_000,
  )
  assert.equal(
    waitAfter(1, () => 0, 1e12),
    LONGEST_WAIT_MS,
  )
})

test('retry-after is seconds or a date, and anything else is not there', () => {
  const now = Date.UTC(2026, 0, 1)
  assert.equal(readRetryAfter('120', now), 120_000)
  assert.equal(readRetryAfter('Thu, 01 Jan 2026 00:01:00 GMT', now), 60_000)
  assert.equal(readRetryAfter('Wed, 31 Dec 2025 00:00:00 GMT', now), 0)
  for (const text of [undefined, '', '-1', 'soon', '1e9999']) assert.equal(readRetryAfter(text, now), undefined)
})
