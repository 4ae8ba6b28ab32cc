/** What a relay makes of failed logins that others saw. */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { FakeClock } from '@postrider/core/testing'
import { Bans } from './ban.ts'

const OPTIONS = { failures: 3, withinMs: 600_000, firstMs: 60_000, longestMs: 3_600_000, forgetMs: 86_400_000 }
const ADDRESS = '192.0.2.7'

function bans(): { readonly clock: FakeClock; readonly it: Bans; readonly told: (readonly [string, boolean])[] } {
  const clock = new FakeClock()
  const told: (readonly [string, boolean])[] = []
  const it = new Bans({ clock, options: () => OPTIONS })
  it.onLogin((key, isRight) => told.push([key, isRight]))
  return { clock, it, told }
}

suite('failed logins that others saw', () => {
  test('add to our own, and ban', () => {
    const { it, told } = bans()
    it.failed(ADDRESS)
    it.heard(ADDRESS, 1, 0)
    assert.equal(it.isBanned(ADDRESS), false)
    it.heard(ADDRESS, 1, 0)
    assert.equal(it.isBanned(ADDRESS), true)
    // What was heard is not told again: it would go round.
    assert.deepEqual(told, [[ADDRESS, false]])
  })

  test('count from when they were seen: a ban ends when it does for them, and what is old bans nobody', async () => {
    const { clock, it } = bans()
    await clock.advance(1_000_000)
    it.heard(ADDRESS, 3, 59_000)
    assert.equal(it.isBanned(ADDRESS), true)
    await clock.advance(1_001)
    assert.equal(it.isBanned(ADDRESS), false)
    it.heard('192.0.2.8', 2, 700_000)
    it.heard('192.0.2.8', 1, 0)
    assert.equal(it.isBanned('192.0.2.8'), false)
  })

  test('are forgotten with a login that was right, which is told once', () => {
    const { it, told } = bans()
    it.heard(ADDRESS, 2, 0)
    it.heard(ADDRESS, 0, 0)
    it.heard(ADDRESS, 2, 0)
    assert.equal(it.isBanned(ADDRESS), false)
    it.succeeded(ADDRESS)
    it.succeeded(ADDRESS)
    assert.deepEqual(told, [[ADDRESS, true]])
  })
})
