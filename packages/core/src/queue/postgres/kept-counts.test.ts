import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '../../testing/fake-clock.ts'
import type { QueueCounts } from '../store.ts'
import { KeptCounts } from './kept-counts.ts'

/** Counts that take so long, and say how often they were counted. */
class World {
  readonly clock = new FakeClock()
  readonly kept = new KeptCounts(this.clock, () => this.#count())
  tookMs: number
  #counted = 0

  constructor(tookMs: number) {
    this.tookMs = tookMs
  }

  async ask(): Promise<number> {
    const asked = this.kept.ask(0)
    await this.clock.advance(this.tookMs)
    return (await asked).messages
  }

  async #count(): Promise<QueueCounts> {
    const messages = ++this.#counted
    await this.clock.sleep(this.tookMs, new AbortController().signal)
    return { messages, recipients: 0, due: 0, running: 0, held: 0 }
  }
}

const world = (tookMs: number): World => new World(tookMs)

test('what is cheap is counted each time', async () => {
  const it = world(250)
  assert.deepEqual([await it.ask(), await it.ask(), await it.ask()], [1, 2, 3])
})

test('what is dear is kept for twenty times as long, and then counted again', async () => {
  const it = world(300)
  assert.equal(await it.ask(), 1)
  await it.clock.advance(5_000)
  assert.equal((await it.kept.ask(0)).messages, 1)
  await it.clock.advance(1_001)
  const both = [it.kept.ask(0), it.kept.ask(0)]
  await it.clock.advance(300)
  assert.deepEqual(
    (await Promise.all(both)).map(({ messages }) => messages),
    [2, 2],
  )
})

test('what became cheap is counted each time again, and so is what was changed by hand', async () => {
  const it = world(300)
  await it.ask()
  it.kept.forget()
  assert.equal(await it.ask(), 2)
  await it.clock.advance(6_001)
  it.tookMs = 10
  assert.deepEqual([await it.ask(), await it.ask()], [3, 4])
})

test('what was being counted while it was changed by hand is not kept', async () => {
  const it = world(300)
  const asked = it.ask()
  it.kept.forget()
  await asked
  assert.equal(await it.ask(), 2)
})

test('a failure is told to who asked, and not kept', async () => {
  const clock = new FakeClock()
  let asked = 0
  const kept = new KeptCounts(clock, async () => {
    if (++asked === 1) throw new Error('the server is away')
    return { messages: asked, recipients: 0, due: 0, running: 0, held: 0 }
  })
  await assert.rejects(kept.ask(0), /away/)
  assert.equal((await kept.ask(0)).messages, 2)
})
