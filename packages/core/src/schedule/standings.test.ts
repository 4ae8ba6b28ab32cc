import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Rest, StandingKey, StandingRow } from '../model/standing.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { Standings } from './standings.ts'

const SENDER: StandingKey = 'sender a.example'
const ONE = { first: 1, deferred: 0, refused: 0, complaints: 0 }
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** The promise of the store, in memory. */
class Rows {
  readonly rows = new Map<string, StandingRow>()
  writes = 0
  down = false

  async standings(): Promise<readonly StandingRow[]> {
    return [...this.rows.values()]
  }

  async putStandings(rows: readonly StandingRow[]): Promise<readonly StandingRow[]> {
    if (this.down) throw new Error('no disk')
    this.writes++
    return rows.flatMap(row => {
      const name = `${row.site} ${row.key}`
      const stands = this.rows.get(name)
      if (stands !== undefined && stands.version !== row.version - 1) return [stands]
      this.rows.set(name, row)
      return []
    })
  }
}

function build(store: Rows, clock: FakeClock) {
  const heard: string[] = []
  const troubles: string[] = []
  const standings = new Standings({
    clock,
    store,
    heard: (site, key, rest) => heard.push(`${site} ${key} ${rest.until}`),
    trouble: doing => troubles.push(doing),
  })
  return { standings, heard, troubles }
}

const rest = (since: number, until: number): Rest => ({ since, until, because: 'they said so' })

test('a rest is written at once, never shortened, and over when its time is', async () => {
  const clock = new FakeClock(1_000_000)
  const store = new Rows()
  const { standings } = build(store, clock)
  standings.rest('a', SENDER, rest(clock.now(), clock.now() + 5_000))
  standings.rest('a', SENDER, rest(clock.now(), clock.now() + 1_000))
  await turn()
  assert.equal(store.rows.get(`a ${SENDER}`)?.until, clock.now() + 5_000)
  assert.equal(standings.restOf('a', SENDER)?.until, clock.now() + 5_000)
  assert.equal(standings.restOf('b', SENDER), undefined)
  await clock.advance(5_000)
  assert.equal(standings.restOf('a', SENDER), undefined)
})

test('of two relays that count at once neither count is lost', async () => {
  const clock = new FakeClock(1_000_000)
  const store = new Rows()
  const [one, other] = [build(store, clock).standings, build(store, clock).standings]
  for (let round = 0; round < 5; round++) {
    for (let n = 0; n < 10; n++) one.count('a', SENDER, ONE, 100)
    for (let n = 0; n < 7; n++) other.count('a', SENDER, ONE, 100)
    await clock.advance(6_000)
    await turn()
  }
  await one.close()
  await other.close()
  const reader = build(store, clock).standings
  await reader.read()
  assert.equal(reader.warmUp('a', SENDER, 100).first, 85)
})

test('what one relay is told, the others hear with their next look', async () => {
  const clock = new FakeClock(1_000_000)
  const store = new Rows()
  const [one, other] = [build(store, clock), build(store, clock)]
  one.standings.rest('a', 'source 192.0.2.1', rest(clock.now(), clock.now() + 60_000))
  await turn()
  await other.standings.read()
  await other.standings.read()
  assert.deepEqual(other.heard, [`a source 192.0.2.1 ${clock.now() + 60_000}`])
  assert.deepEqual(one.heard, [])
})

test('while the store is away nothing is lost, and what waits to be written does not grow', async () => {
  const clock = new FakeClock(1_000_000)
  const store = new Rows()
  const { standings, troubles } = build(store, clock)
  store.down = true
  for (let n = 0; n < 1_000; n++) standings.count('a', SENDER, ONE, 100)
  await clock.advance(60_000)
  assert.ok(troubles.length > 2)
  store.down = false
  await clock.advance(6_000)
  await turn()
  assert.equal(JSON.parse(store.rows.get(`a ${SENDER}`)?.body ?? '').warmUp.first, 1_000)
})

test('a clock that is set back keeps nobody waiting', () => {
  const clock = new FakeClock(10 * 3_600_000)
  const { standings } = build(new Rows(), clock)
  standings.rest('a', SENDER, rest(clock.now(), clock.now() + 60_000))
  clock.step(-8 * 3_600_000)
  assert.equal(standings.restOf('a', SENDER), undefined)
})

test('so many are remembered, and what waits to be written is not forgotten before it is', async () => {
  const clock = new FakeClock(1_000_000)
  const { standings } = build(new Rows(), clock)
  for (let n = 0; n < 25_000; n++) {
    standings.learn('a', `sender ${n}.example`, { until: clock.now() + 1_000_000, connections: 1 })
    if (n % 5_000 === 4_999) {
      await clock.advance(6_000)
      await turn()
    }
  }
  assert.equal(standings.size, 20_000)
  assert.equal(standings.learntOf('a', 'sender 0.example'), undefined)
  assert.equal(standings.learntOf('a', 'sender 24999.example')?.connections, 1)
})

test('what is counted is written although the row that stands has a lower version than ours', async () => {
  const clock = new FakeClock(1_000_000)
  const store = new Rows()
  const { standings } = build(store, clock)
  standings.rest('google', SENDER, rest(1_000_000, 2_000_000))
  await turn()
  standings.rest('google', SENDER, rest(1_000_000, 3_000_000))
  await clock.advance(10_000)
  // The server lost its last writes, or the row was removed and another relay began it anew.
  for (const [name, row] of store.rows) store.rows.set(name, { ...row, version: 1, body: '{}' })
  standings.rest('google', SENDER, rest(1_010_000, 4_000_000))
  await clock.advance(10_000)
  assert.equal([...store.rows.values()][0]?.until, 4_000_000)
  await standings.close()
})

test('a rest from a clock that was ahead gives way to one of now', () => {
  const clock = new FakeClock(10_000_000_000)
  const { standings } = build(new Rows(), clock)
  standings.change('google', SENDER, () => ({ rest: rest(90_000_000_000, 99_000_000_000) }))
  standings.rest('google', SENDER, rest(10_000_000_000, 10_000_600_000))
  assert.equal(standings.restOf('google', SENDER)?.until, 10_000_600_000)
})
