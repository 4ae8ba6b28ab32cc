import assert from 'node:assert/strict'
import { test } from 'node:test'
import { yieldEvery } from './yield-every.ts'

/** Lets each in and notes in which turn of the event loop. */
async function turnsOf(most: number, count: number): Promise<number[]> {
  const turns = yieldEvery(most)
  let now = 0
  let over = false
  const tick = (): void => {
    now++
    if (!over) setImmediate(tick)
  }
  setImmediate(tick)
  const seen: number[] = []
  const order: number[] = []
  await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      await turns()
      order.push(index)
      seen.push(now)
    }),
  )
  over = true
  assert.deepEqual(order, [...order.keys()])
  return seen
}

test('so many go through in one turn, and the others in later ones, in order', async () => {
  const seen = await turnsOf(3, 10)
  const each = Map.groupBy(seen, turn => turn)
  assert.deepEqual(
    [...each.values()].map(list => list.length),
    [3, 3, 3, 1],
  )
})

test('who comes alone does not wait', async () => {
  const turns = yieldEvery(1)
  assert.equal(turns(), undefined)
  const second = turns()
  assert.ok(second instanceof Promise)
  await second
  await new Promise(resolve => setImmediate(() => setImmediate(resolve)))
  assert.equal(turns(), undefined)
})

test('twenty thousand who come at once all get through', async () => {
  const seen = await turnsOf(1000, 20_000)
  assert.equal(seen.length, 20_000)
})
