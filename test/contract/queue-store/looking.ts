/**
 * What people and readers of facts are shown.
 */
import assert from 'node:assert/strict'
import { suite } from 'node:test'
import type { Domain } from '../../../packages/core/src/model/address.ts'
import type { QueueStore } from '../../../packages/core/src/queue/index.ts'
import { DAY, makeSubmission, START, settle } from '../queue-samples.ts'
import type { Harness } from './harness.ts'

export function describeLooking(q: Harness): void {
  const { add, claim, claimOne, rejects, promise } = q

  suite('facts', () => {
    promise('facts are numbered in the order in which they became true, and read with a cursor', async () => {
      const ids = [await add(), await add(), await add()].map(({ id }) => id)
      const all = await q.store.facts(0, 100)
      assert.deepEqual(
        all.map(({ fact }) => fact.messageId),
        ids,
      )
      const [first, second] = all
      assert.ok(first !== undefined && second !== undefined && first.number < second.number)
      assert.deepEqual(await q.store.facts(first.number, 1), [second])
    })

    promise('numbers are not used again, also when everything was pruned', async () => {
      await add()
      await q.store.commit(settle(await claimOne(), 'delivered'), [], [])
      const last = (await q.store.facts(0, 100)).at(-1)?.number as number
      assert.equal(await q.store.prune(START + DAY), 1)
      await add()
      assert.ok(((await q.store.facts(0, 100))[0]?.number as number) > last)
    })
  })

  suite('looking', () => {
    promise('of a message that is done the end of each recipient is shown', async () => {
      const { id } = await add({ to: ['1@b.example', '2@b.example', '3@b.example'] })
      await q.store.commit(settle(await claimOne(), ['bounced', 'delivered', 'bounced']), [], [])
      assert.deepEqual(
        (await q.store.show(id))?.recipients.map(({ address, state }) => [address, state]),
        [
          ['1@b.example', 'bounced'],
          ['2@b.example', 'delivered'],
          ['3@b.example', 'bounced'],
        ],
      )
    })

    promise('list shows what is open, filtered, a page at a time', async () => {
      const one = await add({ to: ['1@b.example'], from: 'News@a.example', account: 'x', tags: { t: '1' } })
      const two = await add({ to: ['2@c.example', '3@b.example'] })
      const three = await add({ to: ['4@d.example'], held: true, holdReason: 'why not' })
      const ids = async (filter: Parameters<QueueStore['list']>[0]): Promise<string[]> =>
        (await q.store.list(filter)).map(({ id }) => id)
      assert.deepEqual(await ids({}), [one.id, two.id, three.id])
      assert.deepEqual(await ids({ domain: 'b.example' }), [one.id, two.id])
      assert.deepEqual(await ids({ from: 'news@' }), [one.id])
      assert.deepEqual(await ids({ account: 'x' }), [one.id])
      assert.deepEqual(await ids({ state: 'held' }), [three.id])
      assert.deepEqual(await ids({ state: 'waiting' }), [one.id, two.id])
      assert.deepEqual(await ids({ limit: 2 }), [one.id, two.id])
      assert.deepEqual(await ids({ limit: 2, after: two.id }), [three.id])
      await claim({ exclude: ['b.example' as Domain] })
      assert.deepEqual(await ids({ state: 'running' }), [two.id])
      assert.deepEqual((await q.store.list({ account: 'x' }))[0], {
        id: one.id,
        from: 'News@a.example',
        acceptedAt: START,
        expiresAt: START + 5 * DAY,
        sizeBytes: one.message.sizeBytes,
        priority: 'normal',
        tags: { t: '1' },
        account: 'x',
        messageId: '<1@a.example>',
        dueAt: START,
        recipients: [{ address: '1@b.example', state: 'waiting', attempts: 0 }],
      })
    })

    promise('a list longer than one stretch of work is complete', async () => {
      await Promise.all(Array.from({ length: 1_200 }, (_, at) => add({ to: [`u@d${at % 7}.example`] })))
      assert.equal((await q.store.list({ limit: 5_000 })).length, 1_200)
      assert.equal((await q.store.list({ limit: 5_000, domain: 'd3.example' })).length, 171)
      assert.equal(await q.store.hold({ domain: 'd3.example' }, 'test', START), 171)
      const { messages, held, due } = await q.store.counts(START)
      assert.deepEqual([messages, held, due], [1_200, 171, 1_029])
    })

    promise('show tells the last reply and the attempts of each recipient', async () => {
      const { id } = await add({ to: ['1@b.example', '2@b.example'] })
      const next = START + 60_000
      await q.store.commit(settle(await claimOne(), ['delivered', 'deferred'], { nextAttemptAt: next }), [], [])
      const entry = await q.store.show(id)
      assert.equal(entry?.dueAt, next)
      assert.deepEqual(entry?.recipients, [
        { address: '1@b.example', state: 'delivered', attempts: 1, lastReply: '250 ok' },
        { address: '2@b.example', state: 'deferred', attempts: 1, lastReply: '550 5.1.1 User unknown' },
      ])
      assert.deepEqual((await q.store.list({ state: 'deferred' })).length, 1)
    })

    promise('counts tell what waits, runs and is held', async () => {
      await add({ to: ['1@b.example', '2@c.example'], acceptedAt: START - 5 })
      await add({ notBefore: START + 1 })
      await add({ held: true })
      await claim({ limit: 1 })
      assert.deepEqual(await q.store.counts(START), {
        messages: 3,
        recipients: 4,
        due: 1,
        running: 1,
        held: 1,
        oldestAcceptedAt: START - 5,
      })
    })

    promise('what nobody knows is undefined, empty, or refused', async () => {
      const id = makeSubmission().id
      assert.equal(await q.store.show(id), undefined)
      assert.equal(await q.store.read(id), undefined)
      assert.deepEqual(await q.store.history(id), [])
      assert.equal(await q.store.hold(id, 'x', START), 0)
      await rejects(q.store.list({ after: id }), 'unknown-message')
    })
  })
}
