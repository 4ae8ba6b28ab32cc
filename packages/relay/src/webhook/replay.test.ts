import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { MailerError } from '@postrider/core'
import { placeOf, readPlace } from './place.ts'
import {
  type Dispatching,
  dispatcher,
  endpoint,
  type FactLog,
  factLog,
  kept,
  passUntil,
  webhooksOf,
} from './webhook.fixture.ts'
import type { Webhooks } from './webhooks.ts'

const replayOf = (it: Dispatching, log: FactLog, ...urls: readonly string[]): Webhooks => webhooksOf(it, log, urls)

const ids = (hook: { readonly received: readonly { readonly headers: object }[] }): unknown[] =>
  hook.received.map(({ headers }) => (headers as Record<string, string>)['webhook-id'])

suite('replay', () => {
  test('what was dropped is told after all, once, with the ids it had, and stands as dropped no more', async () => {
    const log = factLog()
    let isDown = true
    await using hook = await endpoint(() => (isDown ? 500 : 204))
    const it = await dispatcher(log, [hook.url], { file: 'replay.db', mostParked: 5 })
    for (let count = 0; count < 40; count++) log.add('delivered')
    const replay = replayOf(it, log, hook.url)
    await passUntil(it.clock, 1000, () => hook.received.length >= 17)
    while ((await replay.list())[0]?.dropped[0]?.count !== 35) await it.clock.advance(100)
    isDown = false
    const before = ids(hook).length
    const [done] = await replay.replay(hook.url)
    assert.deepEqual(done, { after: placeOf(0), through: placeOf(35), events: 35 })
    await passUntil(it.clock, 1000, () => new Set(ids(hook).slice(before)).size === 40)
    await it.close()
    assert.deepEqual(
      ids(hook).slice(before).toSorted(),
      log.log.map(({ number, fact }) => `${placeOf(number)}-${fact.messageId}`),
    )
    assert.deepEqual((await kept('replay.db', hook.url)).dropped, [])
  })

  test('a range is told again, of the events that are asked for and no further than was told', async () => {
    const log = factLog()
    await using hook = await endpoint()
    const it = await dispatcher(log, [hook.url], { file: 'range.db' })
    for (const kind of ['delivered', 'queued', 'delivered', 'delivered'] as const) log.add(kind)
    await hook.waitFor(3)
    const replay = replayOf(it, log, hook.url)
    while ((await replay.list())[0]?.place !== placeOf(4)) await new Promise(setImmediate)
    const [first = ''] = ids(hook) as string[]
    assert.deepEqual(await replay.replay(new URL(hook.url).origin, { after: first, through: '999' }), [
      { after: placeOf(1), through: placeOf(4), events: 2 },
    ])
    await passUntil(it.clock, 1000, () => hook.received.length === 5)
    await it.close()
    assert.deepEqual(ids(hook).slice(3).toSorted(), ids(hook).slice(1, 3).toSorted())
  })

  test('a day and a moment with an offset are moments', async () => {
    const log = factLog()
    await using hook = await endpoint()
    const it = await dispatcher(log, [hook.url], { file: 'day.db' })
    for (let day = 1; day < 9; day++) log.add('delivered', { at: Date.UTC(2026, 0, day, 12) })
    await hook.waitFor(8)
    const replay = replayOf(it, log, hook.url)
    while ((await replay.list())[0]?.place !== placeOf(8)) await new Promise(setImmediate)
    const after = async (moment: string) => (await replay.replay(hook.url, { after: moment }))[0]?.after
    assert.equal(await after('2026-01-06'), placeOf(5))
    assert.equal(await after('2026-01-06T08:00:00-0500'), placeOf(6))
    assert.equal(await after('2026-01-06T06:00:00-05:00'), placeOf(5))
    await assert.rejects(after('2026-01-99'), { code: 'invalid-option' })
    await it.close()
  })

  test('an endpoint that is not there, was never told or is meant twice is refused with what there is', async () => {
    const log = factLog()
    await using hook = await endpoint()
    const it = await dispatcher(log, [], { file: 'nobody.db' })
    const replay = replayOf(it, log, hook.url, `${hook.url}&y=2`)
    const refused = (code: string, text: RegExp) => (error: unknown) =>
      MailerError.is(error) && error.code === code && text.test(`${error.message} ${error.wanted}`)
    await assert.rejects(
      replay.replay('https://other.example'),
      refused('invalid-option', /no endpoint .* one of \S{22} \(/),
    )
    await assert.rejects(replay.replay(new URL(hook.url).origin), refused('invalid-option', /more than one/))
    await assert.rejects(replay.replay(hook.url), refused('not-possible', /nothing was ever sent/))
    await it.close()
  })

  test('a place is read from itself and from the ids of events in each form', () => {
    assert.equal(readPlace('42'), placeOf(42))
    assert.equal(readPlace(placeOf(42)), placeOf(42))
    assert.equal(readPlace(`${placeOf(42)}-06H2SN6X6R5WKM6KSBC3`), placeOf(42))
    assert.equal(readPlace('06H2SN6X6R5WKM6KSBC3-42'), placeOf(42))
    assert.equal(readPlace('yesterday'), undefined)
    for (const moment of ['2026-11-30', '2026-11-30T10:00:00-0500']) assert.equal(readPlace(moment), undefined)
  })
})
