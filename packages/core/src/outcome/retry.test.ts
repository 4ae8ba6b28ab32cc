import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DEFAULT_RETRY, nextAttemptAt } from './retry.ts'
import { DAY, HOUR, MINUTE } from './rule.ts'

const middle = (): number => 0.5
const at = (attempts: number, retryAfterMs?: number): number =>
  nextAttemptAt(
    { attempts, now: 0, expiresAt: 5 * DAY, ...(retryAfterMs !== undefined && { retryAfterMs }) },
    { ...DEFAULT_RETRY, jitter: 0 },
    middle,
  ) as number

test('waits are 1, 5, 15, 30 minutes, 1, 2, 4 hours, and then always 4 hours', () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6, 7, 8, 40].map(attempts => at(attempts) / MINUTE),
    [1, 5, 15, 30, 60, 120, 240, 240, 240],
  )
})

test('a time that the receiver names is honoured', () => {
  assert.equal(at(1, 10 * MINUTE), 10 * MINUTE)
  assert.equal(at(4, 2 * MINUTE), 2 * MINUTE)
})

test('a host that always says "in two minutes" is not asked for days every two minutes', () => {
  assert.equal(at(9, 2 * MINUTE), 4 * HOUR)
})

test('jitter never makes a stated time earlier', () => {
  const early = nextAttemptAt({ attempts: 1, now: 0, expiresAt: DAY, retryAfterMs: MINUTE }, DEFAULT_RETRY, () => 0)
  assert.equal(early, MINUTE)
})

test('the last attempt is made when the message expires, and none after', () => {
  const policy = { ...DEFAULT_RETRY, jitter: 0 }
  assert.equal(nextAttemptAt({ attempts: 9, now: 0, expiresAt: HOUR }, policy, middle), HOUR)
  assert.equal(nextAttemptAt({ attempts: 9, now: HOUR, expiresAt: HOUR }, policy, middle), undefined)
})

test('the next attempt is never before now, and never after the expiry', () => {
  fc.assert(
    fc.property(
      fc.nat(50),
      fc.nat(10 * DAY),
      fc.option(fc.nat(DAY), { nil: undefined }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (attempts, left, retryAfterMs, chance) => {
        const deferral = { attempts, now: 1000, expiresAt: 1001 + left, ...(retryAfterMs && { retryAfterMs }) }
        const next = nextAttemptAt(deferral, DEFAULT_RETRY, () => chance)
        assert.ok(next !== undefined && next > 1000 && next <= deferral.expiresAt)
      },
    ),
  )
})
