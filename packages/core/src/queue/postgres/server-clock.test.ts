/** The time of the server, as it is counted on a machine whose own clock shows another. */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { FakeClock } from '../../testing/fake-clock.ts'
import { ServerClock } from './server-clock.ts'

const SERVER = Date.UTC(2026, 5, 1)
const MINUTES_3 = 180_000

suite('the clock of the server', () => {
  for (const [name, skew] of [
    ['ahead', MINUTES_3],
    ['behind', -MINUTES_3],
  ] as const) {
    test(`is gone by on a machine that is three minutes ${name}`, async () => {
      const machine = new FakeClock(SERVER + skew)
      const clock = new ServerClock(machine)
      clock.heard(SERVER, clock.monotonic())
      assert.equal(clock.now(), SERVER)
      await machine.advance(1_500)
      assert.equal(clock.now(), SERVER + 1_500)
    })
  }

  test('is not moved by an answer that took long, and is by one that was quick', async () => {
    const machine = new FakeClock(SERVER)
    const clock = new ServerClock(machine)
    clock.heard(SERVER, clock.monotonic())
    const asked = clock.monotonic()
    await machine.advance(4_000)
    // Read at the very beginning of the four seconds: half of them too little.
    clock.heard(SERVER, asked)
    assert.equal(clock.now(), SERVER + 4_000)
    clock.heard(SERVER + 4_000, clock.monotonic())
    assert.equal(clock.now(), SERVER + 4_000)
  })

  test('is followed at once when it was set, or when this machine slept', async () => {
    const machine = new FakeClock(SERVER)
    const clock = new ServerClock(machine)
    clock.heard(SERVER, clock.monotonic())
    const asked = clock.monotonic()
    await machine.advance(200)
    clock.heard(SERVER - MINUTES_3, asked)
    assert.equal(clock.now(), SERVER - MINUTES_3 + 100)
  })

  test('is asked for again when nothing was heard for a minute', async () => {
    const machine = new FakeClock(SERVER)
    const clock = new ServerClock(machine)
    assert.equal(clock.isOld, true)
    clock.heard(SERVER, clock.monotonic())
    assert.equal(clock.isOld, false)
    await machine.advance(60_000)
    assert.equal(clock.isOld, true)
  })
})
