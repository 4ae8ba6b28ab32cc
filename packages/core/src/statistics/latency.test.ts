import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addCounts, deliveredIn } from '../model/statistics.ts'
import { latencyOf } from './latency.ts'

function of(...times: readonly number[]): ReturnType<typeof latencyOf> {
  const counts: number[] = []
  for (const took of times) addCounts(counts, deliveredIn(took))
  return latencyOf(counts)
}

test('nothing delivered has no latency', () => {
  assert.equal(of(), undefined)
  assert.equal(latencyOf([5, 0, 3]), undefined)
})

test('a share of what was delivered is found within its bucket', () => {
  const found = of(...Array.from({ length: 90 }, () => 700), ...Array.from({ length: 10 }, () => 8_000))
  assert.equal(found?.p50Ms, 778)
  assert.equal(found?.p95Ms, 7_500)
  assert.ok(found !== undefined && found.p99Ms > 9_000 && found.p99Ms <= 10_000)
  assert.deepEqual(
    found.buckets.filter(({ recipients }) => recipients > 0),
    [
      { withinMs: 1_000, recipients: 90 },
      { withinMs: 10_000, recipients: 10 },
    ],
  )
})

test('a bound belongs to its bucket, and what took longer than all is told as the last of them', () => {
  assert.deepEqual(of(500)?.buckets[0], { withinMs: 500, recipients: 1 })
  const found = of(10 ** 9)
  assert.equal(found?.p50Ms, 14_400_000)
  assert.deepEqual(found?.buckets.at(-1), { recipients: 1 })
})
