import assert from 'node:assert/strict'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { FakeClock } from '@postrider/core/testing'
import { openSqliteStore } from '../store/index.ts'
import { endpointId } from './endpoint.ts'
import { placeOf } from './place.ts'
import { Records } from './records.ts'
import { dispatcher, endpoint, factLog, folder, kept, passUntil } from './webhook.fixture.ts'

suite('several relays on one queue', () => {
  test('tell each event once between them, and another goes on when one ends', async () => {
    const log = factLog()
    await using hook = await endpoint()
    const clock = new FakeClock()
    const first = await dispatcher(log, [hook.url], { file: 'shared.db', clock })
    for (let count = 0; count < 20; count++) log.add('delivered')
    await hook.waitFor(20)
    const second = await dispatcher(log, [hook.url], { file: 'shared.db', clock })
    for (let count = 0; count < 20; count++) log.add('delivered')
    await hook.waitFor(40)
    await first.close()
    for (let count = 0; count < 20; count++) log.add('delivered')
    await passUntil(clock, 1000, () => hook.received.length >= 60)
    await second.close()
    const ids = hook.received.map(one => one.headers['webhook-id'])
    assert.equal(ids.length, 60)
    assert.equal(new Set(ids).size, 60)
  })
  test('when one dies its lease runs out, and another goes on', async () => {
    const log = factLog()
    await using hook = await endpoint()
    const dead = await openSqliteStore(join(folder, 'dead.db'), new FakeClock())
    const records = new Records(dead)
    await records.add(endpointId(hook.url), placeOf(0))
    assert.ok(await records.hold(endpointId(hook.url), 'the dead', 15_000))
    await dead.close()
    const clock = new FakeClock()
    const { close } = await dispatcher(log, [hook.url], { file: 'dead.db', clock })
    log.add('delivered')
    const since = clock.now()
    await passUntil(clock, 1000, () => hook.received.length === 1)
    assert.ok(clock.now() - since >= 14_000)
    await close()
  })
  test('one that has slept past its lease tells nothing more', async () => {
    const log = factLog()
    await using hook = await endpoint()
    const clock = new FakeClock()
    const asleep = await dispatcher(log, [hook.url], { file: 'asleep.db', clock })
    // Another takes the endpoint by the clock of the store, whatever the sleeper believes.
    await asleep.store.ask("UPDATE postrider_relay.webhook_endpoint SET holder = 'another', until = now_ms() + 9000")
    log.add('delivered')
    await hook.waitFor(1)
    for (let count = 0; count < 100; count++) await new Promise(setImmediate)
    log.add('delivered')
    await clock.advance(5000)
    assert.equal(hook.received.length, 1)
    await asleep.close()
    const { place, holder } = await kept('asleep.db', hook.url)
    assert.deepEqual([place, holder], [placeOf(0), 'another'])
  })
})
