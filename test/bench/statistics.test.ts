import assert from 'node:assert/strict'
import { test } from 'node:test'
import { median, pairedRatio, quantile, spread } from './statistics.ts'

test('a median lies in the middle, of an even count between the two', () => {
  assert.equal(median([5, 1, 3]), 3)
  assert.equal(median([4, 1, 3, 2]), 2.5)
})
test('a quantile is linear between neighbours', () => assert.equal(quantile([0, 10], 0.99), 9.9))
test('a ratio is of pairs, so a slow minute of both does not count', () => {
  assert.equal(pairedRatio([100, 10, 100], [50, 5, 50]), 2)
})
test('equal values have no spread', () => assert.equal(spread([7, 7, 7]), 0))
