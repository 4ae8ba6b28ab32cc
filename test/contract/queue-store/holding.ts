/**
 * What one process has under way no other gets, until it is gone: then another takes over.
 */
import assert from 'node:assert/strict'
import { suite } from 'node:test'
import type { Job } from '../../../packages/core/src/model/job.ts'
import type { Submission } from '../../../packages/core/src/model/submission.ts'
import { DAY, deliveredFacts, LEASE_MS, makeSubmission, START, settle } from '../queue-samples.ts'
import { type Harness, settled } from './harness.ts'

export function describeHolding(q: Harness): void {
  const { add, claim, claimOne, kinds, another, promise } = q

  suite('several processes', () => {
    promise('what a living process has under way, leased or about to be, another does not get', async () => {
      await add()
      const job = await claimOne()
      const waits = await add({ to: ['u@c.example'] })
      const other = await another()
      await other.takeLeadership(START, LEASE_MS)
      const request = { now: START, limit: 9, perDomain: 9, leaseMs: LEASE_MS, exclude: [] }
      assert.deepEqual(await other.claim(request), [])
      assert.equal(await q.store.takeLeadership(START + 1, LEASE_MS), true)
      assert.equal((await claimOne()).messageId, waits.id)
      assert.equal(await q.store.commit(settle(job, 'delivered'), [], deliveredFacts(job)), true)
    })

    promise('several processes enqueue into one queue, and the one that delivers hears of it', async () => {
      const other = await another()
      let heard = 0
      const stop = q.store.onWork(() => heard++)
      // Answered after the first look, with which later ones are compared.
      await q.store.counts(START)
      heard = 0
      const submission = makeSubmission()
      await other.enqueue(submission)
      await settled(async () => {
        await q.clock.advance(1_000)
        return heard > 0
      })
      assert.equal((await claimOne()).messageId, submission.id)
      stop()
    })

    promise('work of this process is heard of at once', async () => {
      let heard = 0
      const stop = q.store.onWork(() => heard++)
      await add()
      assert.equal(heard, 1)
      stop()
      await add()
      assert.equal(heard, 1)
    })

    promise('one that closes hands over at once: its leases are void', async () => {
      const leaving = q.store
      await add()
      const job = await claimOne()
      const other = await another()
      await leaving.close()
      assert.equal(await other.takeLeadership(START + 1, LEASE_MS), true)
      q.store = other
      q.others = []
      const again = await claimOne({ now: START + 1 })
      assert.equal(again.id, job.id)
      assert.deepEqual(await kinds(job.messageId), ['queued'])
    })

    promise('when one that delivered is killed, another takes over, and knows what is uncertain', async () => {
      const [sure, unsure, done] = [
        await add({ to: ['sure@b.example'] }),
        await add({ to: ['unsure@c.example', 'too@c.example'], tags: { n: '2' } }),
        await add({ to: ['done@d.example'] }),
      ]
      const jobs = new Map((await claim()).map(job => [job.messageId, job]))
      const jobOf = ({ id }: Submission): Job => jobs.get(id) as Job
      q.store.enterFinalDot(jobOf(unsure))
      q.store.enterFinalDot(jobOf(done))
      await q.store.commit(settle(jobOf(done), 'delivered'), [], deliveredFacts(jobOf(done)))
      const other = await another()
      await q.succeed(other, [jobOf(unsure)])
      const now = q.clock.now()
      const uncertain = (await q.store.facts(0, 100)).map(({ fact }) => fact).filter(({ kind }) => kind === 'uncertain')
      const at = uncertain[0]?.at ?? 0
      assert.ok(at >= START && at <= now)
      assert.deepEqual(uncertain, [
        {
          kind: 'uncertain',
          messageId: unsure.id,
          at,
          tags: { n: '2' },
          recipients: ['unsure@c.example', 'too@c.example'],
          because: 'process-died',
        },
      ])
      const again = await claim({ now })
      assert.deepEqual(new Set(again.map(job => job.messageId)), new Set([sure.id, unsure.id]))
      assert.equal(await q.store.commit(settle(jobOf(sure), 'delivered'), [], []), false, 'an old lease is void')
    })

    promise('a job that was given back after its final dot leaves no doubt behind', async () => {
      await add()
      const job = await claimOne()
      const replied = q.store.enterFinalDot(job)
      assert.ok(replied !== undefined)
      replied()
      await q.store.release(job, START)
      await claimOne()
      await q.succeed(await another(), [])
      assert.equal((await claimOne({ now: q.clock.now() })).id, job.id)
      assert.deepEqual(await kinds(job.messageId), ['queued'])
    })

    promise(
      'a final dot is refused once the lease may be over by the own clock, and allowed when it was renewed',
      async () => {
        await q.store.takeLeadership(START, 10 * LEASE_MS)
        await add()
        const job = await claimOne()
        assert.ok(q.store.enterFinalDot(job) !== undefined)
        await q.clock.advance(LEASE_MS - 1)
        assert.equal(q.store.enterFinalDot(job), undefined, 'so close to its end it may be too late')
        assert.deepEqual(await q.store.renew([job], q.clock.now() + LEASE_MS), [])
        assert.ok(q.store.enterFinalDot(job) !== undefined)
        await q.clock.advance(LEASE_MS)
        assert.equal(q.store.enterFinalDot(job), undefined)
      },
    )

    promise('that the wall clock is set neither ends a lease nor lengthens it', async () => {
      await q.store.takeLeadership(START, 10 * LEASE_MS)
      await add()
      const job = await claimOne()
      q.clock.step(8 * 3_600_000)
      assert.ok(q.store.enterFinalDot(job) !== undefined)
      q.clock.step(-3 * DAY)
      assert.ok(q.store.enterFinalDot(job) !== undefined)
      await q.clock.advance(LEASE_MS)
      assert.equal(q.store.enterFinalDot(job), undefined)
    })

    promise('a final dot is refused when the lease was lost, given back, or is of another claim', async () => {
      await q.store.takeLeadership(START, 10 * LEASE_MS)
      await add()
      const stale = await claimOne()
      const fresh = await claimOne({ now: START + LEASE_MS })
      assert.equal(q.store.enterFinalDot(stale), undefined)
      assert.ok(q.store.enterFinalDot(fresh) !== undefined)
      await q.store.release(fresh, START)
      assert.equal(q.store.enterFinalDot(fresh), undefined)
    })

    promise('what is deferred or given back is heard of at once, with the time it is due', async () => {
      await add()
      await add({ to: ['u@c.example'] })
      const [one, other] = (await claim()) as [Job, Job]
      const heard: (number | undefined)[] = []
      const stop = q.store.onWork(dueAt => heard.push(dueAt))
      await q.store.commit(settle(one, 'deferred', { nextAttemptAt: START + 3_000 }), [], [])
      await q.store.release(other, START + 4_000)
      assert.deepEqual(
        heard.filter(dueAt => dueAt !== undefined),
        [START + 3_000, START + 4_000],
      )
      stop()
    })
  })
}
