/**
 * What enqueue promises to a caller that gives up: not begun, or taken back, or accepted; never two of them.
 */
import assert from 'node:assert/strict'
import { suite } from 'node:test'
import type { Submission } from '../../../packages/core/src/model/submission.ts'
import type { Enqueued, QueueStore } from '../../../packages/core/src/queue/index.ts'
import { DAY, makeSubmission, START, type Wish } from '../queue-samples.ts'
import type { Harness } from './harness.ts'

const GONE = new Error('the client is gone')

export function describeGivingUp(q: Harness): void {
  const { claim, kinds, another, promise } = q

  /** Enqueues, and gives up as soon as the write has begun. */
  const giveUpLate = (store: QueueStore, submission: Submission): Promise<Enqueued> => {
    const stop = new AbortController()
    return store.enqueue(submission, { signal: stop.signal, begun: () => stop.abort(GONE) })
  }
  const isGone = (error: unknown): boolean => error === GONE

  suite('giving up', () => {
    promise('what is given up before its write begins is never begun', async () => {
      const stop = new AbortController()
      let begun = false
      const waiting = q.store.enqueue(makeSubmission(), { signal: stop.signal, begun: () => (begun = true) })
      stop.abort(GONE)
      await assert.rejects(waiting, isGone)
      const late = q.store.enqueue(makeSubmission(), { signal: stop.signal })
      await assert.rejects(late, isGone)
      assert.equal(begun, false)
      assert.equal((await q.store.facts(0, 10)).length, 0)
    })

    promise('others of the same moment are not disturbed by one that is never begun', async () => {
      const stop = new AbortController()
      const fine = makeSubmission()
      const answers = Promise.allSettled([
        q.store.enqueue(makeSubmission(), { signal: stop.signal }),
        q.store.enqueue(fine, { signal: new AbortController().signal }),
      ])
      stop.abort(GONE)
      const [gone, kept] = await answers
      assert.deepEqual([gone.status, kept.status], ['rejected', 'fulfilled'])
      assert.deepEqual(await q.store.read(fine.id), fine.message.bytes)
    })

    promise('begun is said once the write has begun, and before it is answered', async () => {
      const seen: string[] = []
      await q.store.enqueue(makeSubmission(), { begun: () => seen.push('begun') })
      seen.push('answered')
      assert.deepEqual(seen, ['begun', 'answered'])
    })

    const samples: readonly [string, Wish][] = [
      ['of one job', {}],
      ['for several domains', { to: ['1@b.example', '2@c.example'] }],
      ['that waits for its time', { notBefore: START + DAY }],
      ['that is held', { held: true }],
    ]
    for (const [title, wish] of samples) {
      promise(
        `a message ${title} that is given up while it is written is taken back, and told as cancelled`,
        async () => {
          const submission = makeSubmission(wish)
          await assert.rejects(giveUpLate(q.store, submission), isGone)
          assert.deepEqual(await claim({ now: START + 2 * DAY }), [])
          const told = await kinds(submission.id)
          assert.deepEqual([told[0], told.at(-1)], ['queued', 'cancelled'])
          const { messages, recipients, due, running, held } = await q.store.counts(START)
          assert.deepEqual([messages, recipients, due, running, held], [0, 0, 0, 0, 0])
          assert.equal(await q.store.read(submission.id), undefined)
        },
      )
    }

    promise('a key that was given up is free again', async () => {
      const wish = { idempotencyKey: 'k', idempotencyDigest: 'd' }
      await assert.rejects(giveUpLate(q.store, makeSubmission(wish)), isGone)
      assert.equal((await q.store.enqueue(makeSubmission(wish))).duplicate, false)
      assert.equal((await claim()).length, 1)
    })

    promise('giving up a repetition does not take back the first message', async () => {
      const wish = { idempotencyKey: 'k', idempotencyDigest: 'd' }
      const first = makeSubmission(wish)
      await q.store.enqueue(first)
      assert.deepEqual(await giveUpLate(q.store, makeSubmission(wish)), { id: first.id, duplicate: true })
      assert.equal((await claim()).length, 1)
    })

    promise('whoever claims at the same moment, each message is taken back or delivered, never both', async () => {
      const accepting = await another()
      const samples = Array.from({ length: 40 }, (_, at) => ({
        store: at % 2 === 0 ? q.store : accepting,
        submission: makeSubmission(at % 3 === 0 ? { to: ['1@b.example', '2@c.example'] } : {}),
      }))
      const asked = samples.map(({ store, submission }) => {
        const answer = Promise.allSettled([giveUpLate(store, submission)])
        return [answer, claim({ limit: 3 })] as const
      })
      const answers = (await Promise.all(asked.map(([answer]) => answer))).flat()
      const jobs = (await Promise.all([...asked.map(([, claimed]) => claimed), claim()])).flat()
      const claimed = new Set(jobs.map(({ messageId }) => messageId))
      for (const [at, { submission }] of samples.entries()) {
        const accepted = answers[at]?.status === 'fulfilled'
        assert.equal(claimed.has(submission.id), accepted, `message ${at}`)
      }
      for (const job of jobs) assert.equal(await q.store.release(job, START), true)
    })
  })
}
