import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '../../testing/fake-clock.ts'
import { recallOthers, type Waiting } from './recall.ts'
import { SQL } from './sql.ts'

/** One other owner, that gives what it has when it is asked so often; never is one that died a moment ago. */
function others(clock: FakeClock, answersAt: number): { readonly waiting: Waiting; readonly looks: () => number } {
  let looks = 0
  const answer = (name: string): number => {
    if (name === SQL.recallNumber.name) return 1
    if (name === SQL.askRecall.name) return 7
    return ++looks < answersAt ? 1 : 0
  }
  const ask: Waiting['connections']['ask'] = async (_durability, { name }) => [[answer(name)]] as never
  const waiting: Waiting = { connections: { ask }, signals: { tell: () => {} }, me: 3, clock, time: 'server' }
  return { waiting, looks: () => looks }
}

test('what another gives at once is not waited for', async () => {
  const clock = new FakeClock()
  const { waiting, looks } = others(clock, 3)
  await recallOthers(waiting)
  assert.deepEqual([looks(), clock.monotonic()], [3, 0])
})

test('one that does not answer is asked a hundred times a second, for three seconds', async () => {
  const clock = new FakeClock()
  const { waiting, looks } = others(clock, Number.POSITIVE_INFINITY)
  let over = false
  const asked = recallOthers(waiting).finally(() => {
    over = true
  })
  while (!over) await clock.advance(10)
  await asked
  assert.ok(clock.monotonic() >= 3_000 && clock.monotonic() < 3_200, `${clock.monotonic()} ms`)
  assert.ok(looks() <= 310, `${looks()} times`)
})
