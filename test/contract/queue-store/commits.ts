/**
 * What a commit changes, and that it is all or nothing.
 */
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { suite } from 'node:test'
import type { DurableFact } from '../../../packages/core/src/model/fact.ts'
import { DAY, deliveredFacts, FAILURE, LEASE_MS, makeSubmission, START, settle } from '../queue-samples.ts'
import type { Harness } from './harness.ts'

export function describeCommits(q: Harness): void {
  const { add, claim, claimOne, kinds, promise } = q

  suite('commit', () => {
    promise('what is delivered is gone, its bytes too, and its facts stay', async () => {
      const { id } = await add()
      const job = await claimOne()
      assert.equal(await q.store.commit(settle(job, 'delivered'), [], deliveredFacts(job)), true)
      assert.equal((await claim({ now: START + 10 * DAY })).length, 0)
      assert.equal(await q.store.read(id), undefined)
      assert.equal((await q.store.list({})).length, 0)
      assert.deepEqual(await kinds(id), ['queued', 'delivered'])
      assert.equal((await q.store.show(id))?.recipients[0]?.state, 'delivered')
      const { messages, recipients } = await q.store.counts(START)
      assert.deepEqual([messages, recipients], [0, 0])
    })

    promise('what is deferred is due again at its time, with one attempt more and only what is open', async () => {
      await add({ to: ['1@b.example', '2@b.example', '3@b.example'] })
      const job = await claimOne()
      const settlement = settle(job, ['delivered', 'deferred', 'bounced'], { nextAttemptAt: START + 60_000 })
      await q.store.commit(settlement, [], [])
      assert.equal((await claim({ now: START + 59_999 })).length, 0)
      const again = await claimOne({ now: START + 60_000 })
      assert.equal(again.attempts, 1)
      assert.deepEqual(
        again.recipients.map(({ index }) => index),
        [1],
      )
    })

    promise('a delay that was told is not told again', async () => {
      await add()
      const job = await claimOne()
      const settlement = settle(job, 'deferred', { nextAttemptAt: START })
      const recipients = settlement.recipients.map(each => ({ ...each, delayDue: true }))
      await q.store.commit({ ...settlement, recipients }, [], [])
      const next = await claimOne()
      assert.equal(next.recipients[0]?.delayTold, true)
      await q.store.commit(settle(next, 'deferred', { nextAttemptAt: START }), [], [])
      assert.equal((await claimOne()).recipients[0]?.delayTold, true)
    })

    promise('a lost lease makes commit answer false and write nothing', async () => {
      const { id } = await add()
      const stale = await claimOne()
      const fresh = await claimOne({ now: START + LEASE_MS })
      const address = stale.recipients[0]?.address
      assert.ok(address !== undefined)
      const suppressions = [{ address, origin: 'bounce', failure: FAILURE, since: START, until: START + DAY }] as const
      const notice = makeSubmission({ from: null, to: ['me@a.example'] })
      assert.equal(
        await q.store.commit(settle(stale, 'bounced', { suppressions }), [notice], deliveredFacts(stale)),
        false,
      )
      assert.deepEqual(await kinds(id), ['queued'])
      assert.equal(await q.store.suppression(address, START), undefined)
      assert.equal(await q.store.show(notice.id), undefined)
      assert.equal(await q.store.commit(settle(fresh, 'delivered'), [], []), true)
    })

    promise('committing twice counts once', async () => {
      await add()
      const job = await claimOne()
      assert.equal(await q.store.commit(settle(job, 'delivered'), [], []), true)
      assert.equal(await q.store.commit(settle(job, 'delivered'), [], []), false)
    })

    promise('notices become messages of their own in the same moment', async () => {
      await add()
      const job = await claimOne()
      const notice = makeSubmission({ from: null, to: ['me@a.example'], bytes: Buffer.from('undeliverable') })
      const facts: DurableFact[] = [
        {
          kind: 'notice-queued',
          messageId: job.messageId,
          at: START,
          notice: 'failure',
          noticeId: notice.id,
          to: 'me@a.example',
        },
      ]
      await q.store.commit(settle(job, 'bounced'), [notice], facts)
      assert.deepEqual(await kinds(job.messageId), ['queued', 'notice-queued'])
      assert.deepEqual(await kinds(notice.id), ['queued'])
      const next = await claimOne()
      assert.equal(next.messageId, notice.id)
      assert.deepEqual(await q.store.read(notice.id), Buffer.from('undeliverable'))
    })

    promise('the bytes stay until the last domain of a message is done', async () => {
      const { id, message } = await add({ to: ['1@b.example', '2@c.example', '3@d.example'] })
      const jobs = await claim()
      for (const [at, job] of jobs.entries()) {
        assert.deepEqual(await q.store.read(id), message.bytes)
        assert.equal((await q.store.counts(START)).recipients, 3 - at)
        await q.store.commit(settle(job, 'delivered'), [], [])
      }
      assert.equal(await q.store.read(id), undefined)
      assert.equal((await q.store.counts(START)).messages, 0)
    })
  })
}
