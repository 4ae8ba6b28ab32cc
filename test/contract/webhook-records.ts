/**
 * describeWebhookRecords: what every store of the relay does with what is kept of webhook endpoints.
 */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import type { RelayStore } from '../../packages/relay/src/store/index.ts'
import { DeliveryLog, MOST_LOGGED } from '../../packages/relay/src/webhook/delivery-log.ts'
import { placeOf } from '../../packages/relay/src/webhook/place.ts'
import { type Changes, type Parked, Records } from '../../packages/relay/src/webhook/records.ts'
import { MOST_STORED, StoredEndpoints } from '../../packages/relay/src/webhook/stored-endpoints.ts'

/** A new, empty store, and a way to open it as each of several relays would. */
export interface StoreUnderTest {
  open(): Promise<RelayStore>
  /** Lets so much time pass by the clock of the store. */
  pass(ms: number): Promise<void>
  remove(): Promise<void>
}

const LEASE_MS = 60_000
const parked = (number: number, more: Partial<Parked> = {}): Parked => {
  return { place: placeOf(number), after: placeOf(number - 1), since: 1000, attempts: 1, due: 2000, ...more }
}
const changes = (number: number, more: Partial<Changes> = {}): Changes => {
  return { place: placeOf(number), parked: [], again: [], unparked: [], dropped: [], ...more }
}
const plain = (rows: readonly object[]): object[] => rows.map(row => ({ ...row }))

export function describeWebhookRecords(name: string, make: () => Promise<StoreUnderTest>): void {
  suite(`the webhook contract, ${name}`, () => {
    let place: StoreUnderTest
    let store: RelayStore
    let other: RelayStore
    let one: Records
    let two: Records
    beforeEach(async () => {
      place = await make()
      store = await place.open()
      other = await place.open()
      one = new Records(store)
      two = new Records(other)
    })
    afterEach(async () => {
      await Promise.all([store.close(), other.close()])
      await place.remove()
    })

    test('an endpoint begins where it was first added', async () => {
      await one.add('a', placeOf(5))
      await two.add('a', placeOf(9))
      assert.deepEqual(await two.hold('a', 'two', LEASE_MS), { place: placeOf(5), former: '', parked: 0 })
    })
    test('one at a time holds it, until it is given up', async () => {
      await one.add('a', placeOf(0))
      assert.ok(await one.hold('a', 'one', LEASE_MS))
      assert.equal(await two.hold('a', 'two', LEASE_MS), undefined)
      await two.giveUp('a', 'two')
      assert.equal(await two.hold('a', 'two', LEASE_MS), undefined)
      assert.equal(await one.renew('a', 'one', LEASE_MS), true)
      await one.giveUp('a', 'one')
      assert.ok(await two.hold('a', 'two', LEASE_MS))
      assert.equal(await one.renew('a', 'one', LEASE_MS), false)
    })
    test('of many that want it at once one gets it', async () => {
      await one.add('a', placeOf(0))
      const holders = Array.from({ length: 12 }, (_, at) => (at % 2 === 0 ? one : two).hold('a', `h${at}`, LEASE_MS))
      assert.equal((await Promise.all(holders)).filter(held => held !== undefined).length, 1)
    })
    test('a lease that is not renewed runs out, and who had it writes nothing more', async () => {
      await one.add('a', placeOf(0))
      await one.hold('a', 'one', LEASE_MS)
      await place.pass(LEASE_MS + 1)
      assert.equal(await one.write('a', 'one', changes(1, { parked: [parked(1)] })), undefined)
      assert.ok(await two.hold('a', 'two', LEASE_MS))
      assert.equal(await one.write('a', 'one', changes(1, { parked: [parked(1)] })), undefined)
      await one.giveUp('a', 'one')
      assert.equal(await one.hold('a', 'one', LEASE_MS), undefined)
      assert.deepEqual(await two.oldest('a', 10), [])
    })
    test('endpoints are held and kept apart', async () => {
      for (const id of ['a', 'b']) await one.add(id, placeOf(0))
      await one.hold('a', 'one', LEASE_MS)
      await two.hold('b', 'two', LEASE_MS)
      await one.write('a', 'one', changes(3, { parked: [parked(2)] }))
      await two.write('b', 'two', changes(7, { parked: [parked(4)] }))
      assert.deepEqual(plain(await two.oldest('a', 10)), [parked(2)])
      await one.giveUp('a', 'one')
      assert.deepEqual(await two.hold('a', 'two', LEASE_MS), { place: placeOf(3), former: '', parked: 1 })
    })
    test('what is parked is found by when it is due and by its place, and counted', async () => {
      await one.add('a', placeOf(0))
      await one.hold('a', 'one', LEASE_MS)
      const rows = [parked(1, { due: 30 }), parked(2, { due: 10 }), parked(10, { due: 20 })]
      assert.equal(await one.write('a', 'one', changes(10, { parked: rows })), -3)
      assert.deepEqual(plain(await one.soonest('a', 2)), [rows[1], rows[2]])
      assert.deepEqual(plain(await one.oldest('a', 2)), [rows[0], rows[1]])
      const later = { ...rows[1]!, attempts: 2, due: 40 }
      assert.equal(await one.write('a', 'one', changes(10, { again: [later], unparked: [placeOf(1), placeOf(3)] })), 1)
      assert.deepEqual(plain(await one.soonest('a', 9)), [rows[2], later])
      assert.equal((await one.hold('a', 'one', LEASE_MS))?.parked, 2)
    })
    test('what is not parked any more is not parked again by trying it later', async () => {
      await one.add('a', placeOf(0))
      await one.hold('a', 'one', LEASE_MS)
      await one.write('a', 'one', changes(5, { again: [parked(5)] }))
      assert.deepEqual(await one.oldest('a', 9), [])
    })
    test('what is dropped within an hour is one range', async () => {
      await one.add('a', placeOf(0))
      await one.hold('a', 'one', 10 * 3_600_000)
      const dropped = (from: number, to: number, count: number) =>
        ({ after: placeOf(from), through: placeOf(to), count, because: 'number' }) as const
      await one.write('a', 'one', changes(9, { dropped: [dropped(3, 5, 2)] }))
      await one.write('a', 'one', changes(9, { dropped: [dropped(5, 9, 4), { ...dropped(0, 1, 1), because: 'age' }] }))
      const kept = plain(await two.dropped('a')) as { readonly because: string }[]
      assert.deepEqual(
        kept.toSorted((x, y) => (x.because < y.because ? -1 : 1)),
        [{ ...dropped(0, 1, 1), because: 'age' }, dropped(3, 9, 6)],
      )
      await place.pass(3_600_001)
      await one.write('a', 'one', changes(12, { dropped: [dropped(9, 12, 3)] }))
      assert.equal((await one.dropped('a')).length, 3)
    })
    test('what was kept elsewhere is taken over once, and moves nothing back', async () => {
      await one.takeOver(new Map([['a', placeOf(3)]]), placeOf(8))
      await one.hold('a', 'one', LEASE_MS)
      await one.write('a', 'one', changes(9))
      await two.takeOver(
        new Map([
          ['a', placeOf(3)],
          ['b', placeOf(4)],
        ]),
        placeOf(8),
      )
      await one.giveUp('a', 'one')
      assert.deepEqual(await two.hold('a', 'two', LEASE_MS), { place: placeOf(9), former: placeOf(8), parked: 0 })
      assert.deepEqual(await two.hold('b', 'two', LEASE_MS), { place: placeOf(4), former: placeOf(8), parked: 0 })
    })
    test('another queue begins anew', async () => {
      await one.add('a', placeOf(100))
      await one.hold('a', 'one', LEASE_MS)
      await one.write('a', 'one', changes(100, { parked: [parked(50)] }))
      await one.restart('a', 'one', placeOf(2))
      assert.deepEqual(await one.hold('a', 'one', LEASE_MS), { place: placeOf(2), former: '', parked: 0 })
    })
    test('an endpoint that is stopped is held by nobody until it is started, and by whom it was held no more', async () => {
      await one.add('a', placeOf(3))
      assert.ok(await one.hold('a', 'one', LEASE_MS))
      assert.equal(await two.stop('a', 'gone'), true)
      assert.equal(await one.stop('a', 'operator'), false)
      assert.equal(await one.renew('a', 'one', LEASE_MS), false)
      await one.giveUp('a', 'one')
      assert.equal(await two.hold('a', 'two', LEASE_MS), undefined)
      assert.equal((await two.standing('a'))?.stopped?.because, 'gone')
      assert.equal(await two.start('a'), true)
      assert.equal(await two.start('a'), false)
      assert.deepEqual(await two.hold('a', 'two', LEASE_MS), { place: placeOf(3), former: '', parked: 0 })
      assert.equal((await two.standing('a'))?.stopped, undefined)
    })
    test('since when an endpoint fails is told by what it was tried with', async () => {
      await one.add('a', placeOf(0))
      await one.hold('a', 'one', LEASE_MS)
      const rows = [parked(1, { since: 50, attempts: 0 }), parked(2, { since: 80 }), parked(3, { since: 70 })]
      await one.write('a', 'one', changes(3, { parked: rows }))
      assert.equal((await two.standing('a'))?.failingSince, 70)
      await one.write('a', 'one', changes(3, { unparked: [placeOf(2), placeOf(3)] }))
      assert.equal((await two.standing('a'))?.failingSince, undefined)
    })
    test('of an endpoint that is removed nothing is kept', async () => {
      await one.add('a', placeOf(0))
      await one.hold('a', 'one', LEASE_MS)
      await one.write('a', 'one', changes(3, { parked: [parked(2)] }))
      await two.remove('a')
      assert.equal(await two.standing('a'), undefined)
      assert.deepEqual(await two.oldest('a', 9), [])
      assert.equal(await one.write('a', 'one', changes(4)), undefined)
    })
    test('endpoints that are made are the same for all who share the store, and bounded', async () => {
      const clock = { now: () => 1000 }
      const [here, there] = [new StoredEndpoints(store, clock), new StoredEndpoints(other, clock)]
      const wanted = { url: 'https://x.example/a', secret: 's', events: ['delivered'], format: 'resend' } as const
      const id = await here.add({ ...wanted, types: ['email.delivered'], account: 'shop' })
      assert.ok(id)
      const [made] = await there.list()
      assert.deepEqual(made, {
        ...wanted,
        id,
        from: 'store',
        createdAt: 1000,
        types: ['email.delivered'],
        account: 'shop',
      })
      assert.equal(await there.change(made!, { secret: 't', previousSecret: 's' }), true)
      assert.deepEqual((await here.list())[0], { ...made, secret: 't', previousSecret: 's' })
      for (let n = 1; n < MOST_STORED; n++) assert.ok(await here.add(wanted))
      assert.equal(await there.add(wanted), undefined)
      assert.equal((await there.list()).length, MOST_STORED)
      assert.equal(await there.remove(id), true)
      assert.equal(await here.remove(id), false)
      // What a removal left that was cut off.
      await one.add(id, placeOf(0))
      await one.add('of-the-configuration', placeOf(0))
      assert.deepEqual(await there.orphans(), [id])
      assert.equal(await here.change(made!, { url: 'https://y.example/' }), false)
    })
    test('of what was answered the newest are kept, of what was taken and what was not', async () => {
      const log = new DeliveryLog(store, { after: () => () => undefined })
      const note = (at: number, taken: boolean): void =>
        log.note('a', {
          at,
          event: `e${at}`,
          type: 't',
          attempt: 1,
          taken,
          answer: taken ? 'taken' : 'x'.repeat(999),
          tookMs: 1.6,
        })
      note(1, false)
      for (let at = 2; at < MOST_LOGGED + 50; at++) {
        note(at, true)
        if (at % 50 === 0) await log.write()
      }
      await log.write()
      for (let at = 5000; at < 5100; at++) note(at, true)
      const [first, second] = await log.list('a', { limit: 2 })
      assert.deepEqual([first?.at, second?.at], [5099, 5098])
      assert.deepEqual([first?.taken, first?.tookMs, first?.event], [true, 2, 'e5099'])
      const all = await new DeliveryLog(other, { after: () => () => undefined }).list('a', { limit: 9999 })
      assert.equal(all.length, MOST_LOGGED + 1)
      const last = all.at(-1)
      assert.deepEqual([last?.at, last?.taken, last?.answer.length], [1, false, 200])
      assert.deepEqual((await log.list('a', { limit: 1, before: second!.id }))[0]?.at, 5097)
      // Of a second that has more than it can write, the newest.
      for (let at = 6000; at < 9000; at++) note(at, true)
      const busy = await log.list('a', { limit: 9999 })
      assert.deepEqual([busy.filter(({ at }) => at >= 6000).length, busy[0]?.at], [100, 8999])
      await log.clear('a')
      assert.deepEqual(await log.list('a', { limit: 9 }), [])
    })
    test('a transaction that throws leaves nothing', async () => {
      for (const durability of ['lasting', 'passing'] as const) {
        await assert.rejects(
          store.transact(durability, async ask => {
            await ask(
              "INSERT INTO postrider_relay.webhook_endpoint (id, place, former, holder, until) VALUES ('x', '', '', '', 0)",
            )
            throw new Error('no')
          }),
        )
        assert.deepEqual(await other.ask('SELECT id FROM postrider_relay.webhook_endpoint'), [])
      }
    })
  })
}
