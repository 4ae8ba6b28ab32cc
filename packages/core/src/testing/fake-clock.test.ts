import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from './fake-clock.ts'

test('time stands still until it is moved, and timers fire in order at their own time', async () => {
  const clock = new FakeClock(1000)
  const fired: [string, number][] = []
  clock.after(30, () => fired.push(['late', clock.now()]))
  clock.after(10, () => fired.push(['early', clock.now()]))
  assert.equal(clock.now(), 1000)
  await clock.advance(20)
  assert.deepEqual(fired, [['early', 1010]])
  await clock.advance(20)
  assert.deepEqual(fired, [
    ['early', 1010],
    ['late', 1030],
  ])
  assert.equal(clock.now(), 1040)
  assert.equal(clock.monotonic(), 40)
})

test('it shows whole milliseconds, whatever part of one was waited for', async () => {
  const clock = new FakeClock(1000)
  let firedAt = 0
  clock.after(10.25, () => {
    firedAt = clock.now()
  })
  await clock.advance(20.5)
  assert.deepEqual([firedAt, clock.now()], [1011, 1021])
})

test('a chain of sleeps ends within one advance', async () => {
  const clock = new FakeClock()
  let slept = 0
  const chain = async (): Promise<void> => {
    for (; slept < 3; slept++) await clock.sleep(10)
  }
  const done = chain()
  await clock.advance(30)
  await done
  assert.equal(slept, 3)
})

test('a cancelled timer does not fire, and an aborted sleep is rejected with the reason', async () => {
  const clock = new FakeClock()
  const cancel = clock.after(5, () => assert.fail('it was cancelled'))
  cancel()
  const controller = new AbortController()
  const sleeping = clock.sleep(5, controller.signal)
  controller.abort(new Error('enough'))
  await assert.rejects(sleeping, /enough/)
  assert.equal(clock.waiting, 0)
  await clock.advance(10)
})

test('armed resolves when somebody waits long enough', async () => {
  const clock = new FakeClock()
  let armed = false
  const watching = clock.armed(100).then(() => {
    armed = true
  })
  clock.after(50, () => {})
  await Promise.resolve()
  assert.equal(armed, false)
  clock.after(100, () => {})
  await watching
  await clock.armed(80)
})

test('the wall clock can be set, and neither durations nor timers notice', async () => {
  const clock = new FakeClock(1_000_000)
  let fired = 0
  clock.after(50, () => fired++)
  await clock.advance(10)
  clock.step(-500_000)
  assert.deepEqual([clock.now(), clock.monotonic(), fired], [500_010, 10, 0])
  await clock.advance(39)
  assert.equal(fired, 0)
  await clock.advance(1)
  assert.deepEqual([clock.now(), clock.monotonic(), fired], [500_050, 50, 1])
})
