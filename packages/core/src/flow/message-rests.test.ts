import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fact } from '../model/fact.ts'
import { Standings } from '../schedule/index.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { type MessageRests, openMessageRests } from './message-rests.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const SENDER = ['sender a.test'] as const
const TOLD = { forMs: 10 * MINUTE, because: 'too much' }

function open(): { readonly rests: MessageRests; readonly clock: FakeClock; readonly facts: Fact[] } {
  const clock = new FakeClock()
  const facts: Fact[] = []
  const store = { standings: async () => [], putStandings: async () => [] }
  const standings = new Standings({ clock, store, heard: () => {}, trouble: () => assert.fail() })
  const recorder = { record: (fact: Fact) => facts.push(fact) }
  return { rests: openMessageRests({ standings, clock, recorder }), clock, facts }
}

const tell = (rests: MessageRests): void => rests.rest('google', SENDER[0], TOLD)

test('told again after its rest it rests twice as long, up to four hours', async () => {
  const { rests, clock } = open()
  const lengths: number[] = []
  for (let n = 0; n < 7; n++) {
    tell(rests)
    const { until = 0 } = rests.held('google', SENDER) ?? {}
    lengths.push((until - clock.now()) / MINUTE)
    await clock.advance(until - clock.now() + MINUTE)
  }
  assert.deepEqual(lengths, [10, 20, 40, 80, 160, 240, 240])
})

test('what was not told for an hour is told as if for the first time', async () => {
  const { rests, clock } = open()
  tell(rests)
  await clock.advance(10 * MINUTE + HOUR)
  assert.equal(rests.held('google', SENDER), undefined)
  tell(rests)
  assert.equal(rests.held('google', SENDER)?.until, clock.now() + 10 * MINUTE)
})

test('many that were under way together lengthen nothing, and are told of once', () => {
  const { rests, clock, facts } = open()
  for (let n = 0; n < 50; n++) tell(rests)
  assert.equal(rests.held('google', SENDER)?.until, clock.now() + 10 * MINUTE)
  assert.equal(facts.length, 1)
})

test('after a rest one goes, and the others a minute later unless it was told the same', async () => {
  const { rests, clock } = open()
  tell(rests)
  await clock.advance(10 * MINUTE)
  assert.equal(rests.held('google', SENDER), undefined)
  assert.deepEqual(rests.held('google', SENDER), { until: clock.now() + MINUTE, because: 'too much' })
  tell(rests)
  await clock.advance(MINUTE)
  assert.equal(rests.held('google', SENDER)?.until, clock.now() + 19 * MINUTE)
  await clock.advance(19 * MINUTE)
  assert.equal(rests.held('google', SENDER), undefined)
  await clock.advance(MINUTE)
  for (let n = 0; n < 3; n++) assert.equal(rests.held('google', SENDER), undefined)
})

test('another sender, and another site, hear nothing of it', () => {
  const { rests } = open()
  tell(rests)
  assert.equal(rests.held('google', ['sender b.test']), undefined)
  assert.equal(rests.held('outlook', SENDER), undefined)
})
