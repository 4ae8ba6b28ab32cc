import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { FakeClock } from '@postrider/core/testing'
import type { Limited } from './rate.ts'
import { type CountAnswer, type CountAsk, type CountTogether, SharedRate } from './shared-rate.ts'

/** One place for all, as the database is: what it answers it does at once. */
class Place {
  readonly counts = new Map<string, { used: number; endsAt: number }>()
  asked = 0
  down = false
  readonly #clock: FakeClock

  constructor(clock: FakeClock) {
    this.#clock = clock
  }

  readonly count: CountTogether = async asks => {
    this.asked++
    if (this.down) throw new Error('it is away')
    return asks.map(ask => this.#one(ask))
  }

  #one({ name, windowMs, most, owed, back, want }: CountAsk): CountAnswer {
    const now = this.#clock.now()
    const known = this.counts.get(`${name} ${windowMs}`)
    const isOver = known === undefined || known.endsAt <= now
    const used = owed + (isOver ? 0 : Math.max(0, known.used - back))
    const endsAt = isOver ? now + windowMs : known.endsAt
    const given = Math.max(0, Math.min(want, Math.floor((most - used) / 2)))
    this.counts.set(`${name} ${windowMs}`, { used: used + given, endsAt })
    return { used, given, endsInMs: endsAt - now }
  }
}

function relays(count: number): { clock: FakeClock; place: Place; rates: SharedRate[] } {
  const clock = new FakeClock()
  const place = new Place(clock)
  return { clock, place, rates: Array.from({ length: count }, () => new SharedRate({ clock, count: place.count })) }
}

const fits = async (uses: readonly (Limited | undefined | Promise<Limited | undefined>)[]): Promise<number> =>
  (await Promise.all(uses)).filter(limited => limited === undefined).length

suite('rates of relays that count together', () => {
  for (const most of [1, 7, 100])
    test(`of a limit of ${most}, as much as that is taken by all together, whoever comes first`, async () => {
      const { clock, rates } = relays(3)
      let taken = 0
      for (let round = 0; round < 60; round++) {
        const uses = rates.flatMap((rate, at) =>
          Array.from({ length: 1 + ((round + at) % 3) }, () => rate.use('bob', { perHour: most })),
        )
        taken += await fits(uses)
        await clock.advance(100)
      }
      assert.equal(taken, most)
      const broken = await rates[0]?.use('bob', { perHour: most })
      assert.equal(broken?.window, 'hour')
      assert.ok(broken.retryAfterMs > 0 && broken.retryAfterMs <= 3_600_000)
    })

  test('a busy account is asked for once in many messages, and one that is refused not at all', async () => {
    const { place, rates } = relays(1)
    for (let n = 0; n < 1_000; n++) assert.equal(await rates[0]?.use('bob', { perHour: 10_000 }), undefined)
    assert.ok(place.asked <= 20, `asked ${place.asked} times for 1000 messages`)
    for (let n = 0; n < 3; n++) await rates[0]?.use('eve', { perHour: 1 })
    const before = place.asked
    for (let n = 0; n < 100; n++) assert.ok(rates[0]?.use('eve', { perHour: 1 }) !== undefined)
    assert.equal(place.asked, before)
  })

  test('what one was given ahead is for others when it is not used, after two seconds and at the end', async () => {
    const { clock, place, rates } = relays(2)
    const [one, two] = rates as [SharedRate, SharedRate]
    for (let n = 0; n < 5; n++) await one.use('bob', { perDay: 20 })
    assert.ok((place.counts.get('bob 86400000')?.used ?? 0) > 5)
    await clock.advance(3_000)
    assert.equal(place.counts.get('bob 86400000')?.used, 5)
    for (let n = 0; n < 5; n++) await two.use('bob', { perDay: 20 })
    await two.close()
    assert.equal(place.counts.get('bob 86400000')?.used, 10)
  })

  test('what is refused counts, and a new window forgets it', async () => {
    const { clock, place, rates } = relays(2)
    const [one, two] = rates as [SharedRate, SharedRate]
    for (let n = 0; n < 10; n++) await one.use('bob', { perMinute: 2 })
    await clock.advance(1_000)
    assert.equal(place.counts.get('bob 60000')?.used, 10)
    assert.ok((await two.use('bob', { perMinute: 2 })) !== undefined)
    await clock.advance(60_000)
    assert.equal(await two.use('bob', { perMinute: 2 }), undefined)
  })

  test('what is taken back is not counted', async () => {
    const { clock, place, rates } = relays(1)
    await rates[0]?.use('bob', { perHour: 3 })
    rates[0]?.giveBack('bob')
    await clock.advance(3_000)
    assert.equal(place.counts.get('bob 3600000')?.used, 0)
  })

  test('what a relay that is killed had ahead is missing until its window ends, and then is not', async () => {
    const { clock, rates } = relays(2)
    const [killed, other] = rates as [SharedRate, SharedRate]
    for (let n = 0; n < 6; n++) await killed.use('bob', { perMinute: 20 })
    const uses = Array.from({ length: 20 }, () => other.use('bob', { perMinute: 20 }))
    const taken = await fits(uses)
    assert.ok(taken >= 7 && taken <= 14, `${taken} were left`)
    await clock.advance(61_000)
    assert.equal(await fits(Array.from({ length: 21 }, () => other.use('bob', { perMinute: 20 }))), 20)
  })

  test('while the place is away each relay counts for itself, and is bound by the limit', async () => {
    const { place, rates } = relays(1)
    place.down = true
    const uses = Array.from({ length: 10 }, () => rates[0]?.use('bob', { perHour: 4 }))
    assert.equal(await fits(uses), 4)
  })
})
