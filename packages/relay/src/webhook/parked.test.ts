import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { placeOf } from './place.ts'
import { dispatcher, dropped as drops, endpoint, factLog, kept, passUntil, type Received } from './webhook.fixture.ts'

suite('events that fail', () => {
  const recipients = (hook: { readonly received: readonly Received[] }): string[] =>
    hook.received.map(one => JSON.parse(one.body).data.recipient)

  test('do not keep others waiting, however many they are, and are parked', async () => {
    const log = factLog()
    // Every other event is one that this receiver cannot take.
    await using hook = await endpoint((_, body) => (Number(/r(\d+)@x/.exec(body)?.[1]) % 2 === 0 ? 500 : 204))
    const { close } = await dispatcher(log, [hook.url], { file: 'poison.db' })
    for (let count = 0; count < 100; count++) log.add('delivered')
    await hook.waitFor(100)
    await close()
    const { place, parked } = await kept('poison.db', hook.url)
    assert.equal(place, placeOf(100))
    assert.deepEqual(
      parked.map(one => one.place),
      Array.from({ length: 50 }, (_, at) => placeOf(2 * at + 2)),
    )
  })
  test('are not tried all when none is taken, and are all told when the endpoint is back', async () => {
    const log = factLog()
    let isDown = true
    await using hook = await endpoint(() => (isDown ? 503 : 204))
    const { clock, close } = await dispatcher(log, [hook.url], { file: 'down.db' })
    for (let count = 0; count < 500; count++) log.add('delivered')
    await passUntil(clock, 0, () => hook.received.length >= 17)
    await passUntil(clock, 1000, () => clock.now() > Date.UTC(2026, 0, 5, 12, 1))
    assert.ok(hook.received.length < 200, `${hook.received.length} tries in a minute`)
    isDown = false
    const before = hook.received.length
    await passUntil(clock, 1000, () => new Set(recipients(hook).slice(before)).size === 500)
    await close()
    const { place, parked } = await kept('down.db', hook.url)
    assert.deepEqual([place, parked], [placeOf(500), []])
    assert.equal(hook.received.length - before, 500)
  })
  test('beyond so many the oldest are dropped, told with the range and counted', async () => {
    const log = factLog()
    await using hook = await endpoint(() => 500)
    const { clock, close } = await dispatcher(log, [hook.url], { file: 'many.db', mostParked: 30 })
    const told = drops.length
    for (let count = 0; count < 100; count++) log.add('delivered')
    await passUntil(clock, 100, () => drops.length > told)
    await passUntil(clock, 1000, () => clock.now() > Date.UTC(2026, 0, 5, 12, 2))
    await close()
    const { place, parked, dropped } = await kept('many.db', hook.url)
    assert.equal(place, placeOf(100))
    assert.deepEqual(
      parked.map(one => one.place),
      Array.from({ length: 30 }, (_, at) => placeOf(at + 71)),
    )
    assert.deepEqual(dropped, [{ because: 'number', after: placeOf(0), through: placeOf(70), count: 70 }])
    assert.equal(
      drops.slice(told).reduce((sum, { count }) => sum + count, 0),
      70,
    )
    const { origin } = new URL(hook.url)
    for (const fact of drops.slice(told)) assert.deepEqual([fact.endpoint, fact.because], [origin, 'number'])
  })
  test('that the queue has no more are dropped and told', async () => {
    const log = factLog()
    await using hook = await endpoint(count => (count === 1 ? 500 : 204))
    const { clock, close } = await dispatcher(log, [hook.url], { file: 'retention.db' })
    log.add('delivered')
    await hook.waitFor(1)
    log.log.length = 0
    await passUntil(clock, 1000, () => drops.some(({ because }) => because === 'gone'))
    await close()
    assert.equal((await kept('retention.db', hook.url)).parked.length, 0)
  })
})
