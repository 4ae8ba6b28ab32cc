/**
 * What operators do to a queue, what time does, and how it ends.
 */
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { suite } from 'node:test'
import type { Domain } from '../../../packages/core/src/model/address.ts'
import type { Job } from '../../../packages/core/src/model/job.ts'
import { DAY, deliveredFacts, FAILURE, LEASE_MS, makeSubmission, START, settle } from '../queue-samples.ts'
import type { Harness } from './harness.ts'

export function describeOperating(q: Harness): void {
  const { add, claim, claimOne, kinds, rejects, another, promise } = q

  suite('operating', () => {
    promise('what is held is not delivered until it is released, and both are told', async () => {
      const { id } = await add()
      assert.equal(await q.store.hold(id, 'looks odd', START), 1)
      assert.equal(await q.store.hold(id, 'again', START), 0)
      assert.equal((await claim()).length, 0)
      assert.equal(await q.store.nextDue([]).then(due => due === undefined || due <= START), true)
      assert.equal(await q.store.unhold(id, START), 1)
      assert.equal(await q.store.unhold(id, START), 0)
      assert.equal((await claim()).length, 1)
      assert.deepEqual(await kinds(id), ['queued', 'held', 'released'])
    })

    promise('a hold of what is being delivered takes effect when the attempt ends', async () => {
      const { id } = await add()
      const job = await claimOne()
      assert.equal(await q.store.hold(id, 'too late', START), 1)
      assert.equal(await q.store.commit(settle(job, 'deferred', { nextAttemptAt: START }), [], []), true)
      assert.equal((await claim()).length, 0)
      await q.store.unhold(id, START)
      assert.equal((await claimOne()).attempts, 1)
    })

    promise('retry makes what waits due now', async () => {
      const { id } = await add({ notBefore: START + DAY })
      await add({ to: ['u@c.example'], notBefore: START + DAY })
      assert.equal(await q.store.retry({ domain: 'b.example' }, START), 1)
      assert.equal((await claimOne()).messageId, id)
    })

    promise('what waits is rescheduled, with its expiry, and told', async () => {
      const { id, expiresAt } = await add({ notBefore: START + DAY, to: ['1@b.example', '2@c.example'] })
      assert.equal(await q.store.reschedule(id, START + 2 * DAY, START), 'rescheduled')
      assert.equal((await claim({ now: START + DAY })).length, 0)
      const moved = await q.store.show(id)
      assert.deepEqual([moved?.dueAt, moved?.expiresAt], [START + 2 * DAY, expiresAt + DAY])
      assert.equal(await q.store.reschedule(id, START + 10, START), 'rescheduled')
      assert.equal(await q.store.nextDue([]), START + 10)
      const jobs = await claim({ now: START + 10 })
      const expires = expiresAt - DAY + 10
      assert.deepEqual(
        jobs.map(job => job.expiresAt),
        [expires, expires],
      )
      const last = (await q.store.history(id)).at(-1)?.fact
      assert.deepEqual(last, { kind: 'rescheduled', messageId: id, at: START, dueAt: START + 10, expiresAt: expires })
    })

    promise('what is held is rescheduled and stays held; what runs, is done or is unknown is not', async () => {
      const held = await add({ held: true })
      assert.equal(await q.store.reschedule(held.id, START + 5, START), 'rescheduled')
      assert.equal((await claim({ now: START + 10 })).length, 0)
      await q.store.unhold(held.id, START)
      assert.equal((await claim({ now: START + 4 })).length, 0)
      const job = await claimOne({ now: START + 5 })
      assert.equal(await q.store.reschedule(held.id, START + 9, START), 'running')
      await q.store.commit(settle(job, 'delivered'), [], deliveredFacts(job))
      assert.equal(await q.store.reschedule(held.id, START + 9, START), 'done')
      assert.deepEqual(await kinds(held.id), ['queued', 'held', 'rescheduled', 'released', 'delivered'])
      assert.equal(await q.store.reschedule(makeSubmission().id, START + 9, START), 'unknown')
    })

    promise('a message that was just accepted is rescheduled before it is claimed', async () => {
      const { id } = await add()
      assert.equal(await q.store.reschedule(id, START + 5, START), 'rescheduled')
      assert.equal((await claim()).length, 0)
      assert.equal((await claimOne({ now: START + 5 })).messageId, id)
    })

    promise('cancel takes back what waits, and leaves what is being delivered', async () => {
      const { id, message } = await add({ to: ['1@b.example', '2@c.example'] })
      const job = await claimOne({ exclude: ['c.example' as Domain] })
      assert.equal(await q.store.cancel(id, START), 1)
      assert.deepEqual(await q.store.read(id), message.bytes)
      assert.deepEqual(
        (await q.store.show(id))?.recipients.map(({ state }) => state),
        ['running', 'cancelled'],
      )
      assert.equal(await q.store.commit(settle(job, 'delivered'), [], deliveredFacts(job)), true)
      assert.equal(await q.store.read(id), undefined)
      assert.deepEqual(await kinds(id), ['queued', 'cancelled', 'delivered'])
      assert.equal((await q.store.counts(START)).recipients, 0)
    })

    promise('cancel of all that waits removes its bytes and counts each message once', async () => {
      const { id } = await add({ to: ['1@b.example', '2@c.example', '3@c.example'] })
      const held = await add({ held: true })
      assert.equal(await q.store.cancel({}, START), 2)
      assert.equal(await q.store.cancel({}, START), 0)
      assert.equal(await q.store.read(id), undefined)
      assert.equal(await q.store.read(held.id), undefined)
      assert.deepEqual(await kinds(id), ['queued', 'cancelled', 'cancelled', 'cancelled'])
      const counts = await q.store.counts(START)
      assert.deepEqual(counts, { messages: 0, recipients: 0, due: 0, running: 0, held: 0 })
      assert.equal((await claim()).length, 0)
    })
  })

  suite('suppression and retention', () => {
    promise('a suppression is in force until its time, however the local part is written', async () => {
      await add({ to: ['Gone@b.example'] })
      const job = await claimOne()
      const address = { local: 'Gone', domain: 'b.example' as Domain }
      const until = START + DAY
      const suppression = { address, origin: 'bounce', failure: FAILURE, since: START, until } as const
      await q.store.commit(settle(job, 'bounced', { suppressions: [suppression] }), [], [])
      const other = { ...address, local: 'gone' }
      assert.deepEqual(await q.store.suppression(other, START), suppression)
      assert.equal(await q.store.suppression(other, until), undefined)
      assert.equal(await q.store.unsuppress(other), true)
      assert.equal(await q.store.unsuppress(other), false)
      assert.equal(await q.store.suppression(address, START), undefined)
    })

    promise('prune removes what is done and older, and nothing that is open or younger', async () => {
      const open = await add({ to: ['open@b.example'] })
      const old = await add({ to: ['old@c.example'] })
      const young = await add({ to: ['young@d.example'] })
      const jobs = new Map((await claim({ exclude: ['b.example' as Domain] })).map(job => [job.messageId, job]))
      const oldJob = jobs.get(old.id) as Job
      const youngJob = jobs.get(young.id) as Job
      await q.store.commit(settle(oldJob, 'delivered'), [], deliveredFacts(oldJob, START + 1_000))
      await q.store.commit(settle(youngJob, 'delivered'), [], deliveredFacts(youngJob, START + 5_000))
      assert.equal(await q.store.prune(START + 3_000), 1)
      assert.equal(await q.store.show(old.id), undefined)
      assert.deepEqual(await kinds(old.id), [])
      assert.deepEqual(await kinds(young.id), ['queued', 'delivered'])
      assert.deepEqual(await kinds(open.id), ['queued'])
      assert.equal((await claim()).length, 1)
    })

    promise('a key may be used anew when the history of its message is gone', async () => {
      await add({ idempotencyKey: 'k', bytes: Buffer.from('one') })
      await q.store.commit(settle(await claimOne(), 'delivered'), [], [])
      await q.store.prune(START + DAY)
      await add({ idempotencyKey: 'k', bytes: Buffer.from('two') })
    })
  })

  suite('the end', () => {
    promise('what was accepted is there when the queue is opened again', async () => {
      const { id, message } = await add()
      await q.store.close()
      q.store = await q.queue.open(q.clock)
      assert.deepEqual(await q.store.read(id), message.bytes)
      assert.equal(await q.store.takeLeadership(START, LEASE_MS), true)
      assert.equal((await claimOne()).messageId, id)
    })

    promise('close finishes what was asked before, and refuses what is asked after', async () => {
      const other = await another()
      const enqueued = other.enqueue(makeSubmission())
      await other.close()
      const { id } = await enqueued
      assert.notEqual(await q.store.show(id), undefined)
      await rejects(other.enqueue(makeSubmission()), 'closed')
      await rejects(other.facts(0, 1), 'closed')
      await other.close()
    })

    promise('destroy lets go at once, and whoever waits is told', async () => {
      const other = await another()
      const asked = other.facts(0, 1)
      other.destroy(new Error('enough'))
      await rejects(asked, 'closed')
      await rejects(other.enqueue(makeSubmission()), 'closed')
      other.destroy(new Error('again'))
    })
  })
}
