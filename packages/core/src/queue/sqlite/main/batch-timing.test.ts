import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '../../../testing/fake-clock.ts'
import { BatchTiming } from './batch-timing.ts'

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

function start(): { readonly clock: FakeClock; readonly pace: BatchTiming; readonly posts: () => number } {
  const clock = new FakeClock()
  let posts = 0
  const pace = new BatchTiming(clock, () => posts++)
  return { clock, pace, posts: () => posts }
}

test('a call goes with all that the same turn brings', async () => {
  const { pace, posts } = start()
  pace.add('enqueue')
  pace.add('claim')
  assert.equal(posts(), 0)
  await turn()
  assert.equal(posts(), 1)
})

test('one batch is under way at a time, and what came meanwhile goes when it is answered', async () => {
  const { pace, posts } = start()
  pace.add('enqueue')
  await turn()
  pace.add('enqueue')
  await turn()
  assert.equal(posts(), 1)
  pace.answered()
  await turn()
  assert.equal(posts(), 2)
  pace.answered()
  await turn()
  assert.equal(posts(), 2)
})

test('the outcome of an attempt waits a moment for company, and goes with the first that comes', async () => {
  const { clock, pace, posts } = start()
  pace.add('settle')
  await turn()
  assert.equal(posts(), 0)
  pace.add('enqueue')
  await turn()
  assert.equal(posts(), 1)
  pace.answered()
  await clock.advance(100)
  assert.equal(posts(), 1)
  pace.add('settle')
  await clock.advance(100)
  assert.equal(posts(), 2)
})

test('outcomes that fill a transaction go at once', async () => {
  const { pace, posts } = start()
  for (let n = 0; n < 32; n++) pace.add('settle')
  await turn()
  assert.equal(posts(), 1)
})

test('while acceptances crowd in, batches keep a distance, and one that comes later finds none', async () => {
  const { clock, pace, posts } = start()
  for (let batch = 0; batch < 20; batch++) {
    for (let n = 0; n < 10; n++) pace.add('enqueue')
    await clock.advance(3)
    await turn()
    pace.answered()
  }
  const crowded = posts()
  pace.add('enqueue')
  await turn()
  assert.equal(posts(), crowded, 'it waits')
  await clock.advance(3)
  assert.equal(posts(), crowded + 1)
  pace.answered()
  await clock.advance(1_000)
  for (const _ of [1, 2]) {
    const before = posts()
    pace.add('enqueue')
    await turn()
    assert.equal(posts(), before + 1, 'it does not wait')
    pace.answered()
  }
})

test('after the end nothing is posted', async () => {
  const { clock, pace, posts } = start()
  pace.add('settle')
  pace.stop()
  pace.add('enqueue')
  pace.answered()
  await clock.advance(100)
  await turn()
  assert.equal(posts(), 0)
})
