import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EVERYWHERE } from '../model/standing.ts'
import { begun, counted } from '../reputation/index.ts'
import { Standings } from '../schedule/index.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { noteKnownBefore } from './known-before.ts'

const NOW = Date.UTC(2026, 10, 30)
const DAY = 86_400_000

async function askedAfter(
  factAt: number | undefined,
  prepare: (standings: Standings) => void = () => {},
): Promise<boolean> {
  const clock = new FakeClock(NOW)
  const store = { standings: async () => [], putStandings: async () => [] }
  const standings = new Standings({ clock, store, heard: () => {}, trouble: () => {} })
  prepare(standings)
  const facts = factAt === undefined ? [] : [{ number: 1, fact: { kind: 'released', messageId: '0', at: factAt } }]
  await noteKnownBefore(standings, { store: { facts: async () => facts as never }, now: NOW })
  const isKnown = standings.learntOf(EVERYWHERE, 'site') !== undefined
  standings.destroy()
  return isKnown
}

test('a queue with mail of more than three days ago is that of somebody known, also when a site was paused at its upgrade', async () => {
  assert.equal(await askedAfter(NOW - 4 * DAY), true)
  const paused = (standings: Standings): void =>
    standings.rest('google', 'site', { since: NOW, until: NOW + 1000, because: 'slow down' })
  assert.equal(await askedAfter(NOW - 4 * DAY, paused), true)
})

test('a new one is not, nor one of which anything was counted, nor one that was asked before', async () => {
  assert.equal(await askedAfter(undefined), false)
  assert.equal(await askedAfter(NOW - DAY), false)
  const one = { first: 1, deferred: 0, refused: 0, complaints: 0 }
  const sent = (standings: Standings): void =>
    standings.change('google', 'sender a.example', () => ({ warmUp: counted(begun(150, NOW), one) }))
  assert.equal(await askedAfter(NOW - 4 * DAY, sent), false)
  assert.equal(
    await askedAfter(NOW - 4 * DAY, standings => standings.learn(EVERYWHERE, 'site', { until: NOW - 1 })),
    false,
  )
})
