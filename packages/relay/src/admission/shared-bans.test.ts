/** What relays with one database tell each other of failed logins, without the database. */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { FakeClock } from '@postrider/core/testing'
import type { Ask, RelayStore } from '../store/index.ts'
import { Bans } from './ban.ts'
import { SharedBans } from './shared-bans.ts'

const OPTIONS = { failures: 5, withinMs: 600_000, firstMs: 900_000, longestMs: 86_400_000, forgetMs: 86_400_000 }
const ADDRESS = '192.0.2.1'

interface Told {
  readonly address: string
  readonly times: number
}

/** A table that can be away. */
function fakeStore() {
  const told: Told[] = []
  const state = { away: false, told, asked: 0 }
  const ask: Ask = async (statement, ...values) => {
    state.asked++
    if (state.away) throw new Error('away')
    if (statement.startsWith('INSERT')) told.push(...(JSON.parse(String(values[1])) as Told[]))
    return (statement.includes('AS since') ? [{ since: 0 }] : []) as never
  }
  const store: Pick<RelayStore, 'ask'> = { ask }
  return { state, store: store as RelayStore }
}

function open() {
  const clock = new FakeClock()
  const bans = new Bans({ clock, options: () => OPTIONS })
  const { state, store } = fakeStore()
  const shared = new SharedBans({ bans, store, clock, forgetMs: () => OPTIONS.forgetMs })
  return { clock, bans, state, shared }
}

suite('failed logins that relays share', () => {
  test('of before this relay started count', () => {
    const { bans } = open()
    bans.heard(ADDRESS, 50, 60_000)
    assert.equal(bans.isBanned(ADDRESS), true)
  })

  test('seen while the database is away are told when it is back, and what was right ends them', async () => {
    const { clock, bans, state, shared } = open()
    shared.start()
    state.away = true
    for (let n = 0; n < 3; n++) bans.failed(ADDRESS)
    bans.failed('192.0.2.2')
    await clock.advance(1_000)
    bans.failed(ADDRESS)
    bans.succeeded('192.0.2.2')
    await clock.advance(1_000)
    assert.deepEqual(state.told, [])
    state.away = false
    await clock.advance(2_000)
    const sums = Object.fromEntries(
      [ADDRESS, '192.0.2.2'].map(address => [
        address,
        state.told.filter(each => each.address === address).reduce((sum, { times }) => sum + times, 0),
      ]),
    )
    assert.deepEqual(sums, { [ADDRESS]: 4, '192.0.2.2': 0 })
    await shared.close()
  })

  test('of the last moment are told before it closes', async () => {
    const { bans, state, shared } = open()
    shared.start()
    bans.failed(ADDRESS)
    await shared.close()
    assert.deepEqual(
      state.told.map(({ times }) => times),
      [1],
    )
  })
})
