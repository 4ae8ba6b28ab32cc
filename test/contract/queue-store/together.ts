/**
 * What enqueueAll promises: all of them or none, once, each a message like any other.
 */
import assert from 'node:assert/strict'
import { suite } from 'node:test'
import { MailerError } from '../../../packages/core/src/model/error.ts'
import type { Submission } from '../../../packages/core/src/model/submission.ts'
import { makeSubmission, START } from '../queue-samples.ts'
import type { Harness } from './harness.ts'

const keyed = (place: number, digest = 'd'): Submission =>
  makeSubmission({ idempotencyKey: `k\n${place}`, idempotencyDigest: digest })

export function describeTogether(q: Harness): void {
  const { claim, another, promise } = q

  suite('enqueueAll', () => {
    promise('all are there, in their order, and are claimed as others are', async () => {
      const all = [makeSubmission(), makeSubmission({ notBefore: START + 1000 }), makeSubmission()]
      const answers = await q.store.enqueueAll(all)
      assert.deepEqual(
        answers,
        all.map(({ id }) => ({ id, duplicate: false })),
      )
      const facts = await q.store.facts(0, 10)
      assert.deepEqual(facts.map(({ fact }) => fact.messageId).toSorted(), all.map(({ id }) => id).toSorted())
      assert.equal((await claim()).length, 2)
      assert.deepEqual(await q.store.read(all[1]!.id), all[1]!.message.bytes)
    })

    promise('a key of one that is another message keeps all out, and says which', async () => {
      await q.store.enqueue(keyed(1, 'other'))
      const other = await another()
      for (const store of [q.store, other]) {
        const trying = store.enqueueAll([keyed(0), keyed(1), keyed(2)])
        await assert.rejects(
          trying,
          error => MailerError.is(error) && error.code === 'duplicate-key' && error.found === 'k\n1',
        )
      }
      assert.equal((await q.store.counts(START)).messages, 1)
      assert.equal((await q.store.facts(0, 10)).length, 1)
    })

    promise('given again they are the same, also at once and from two processes', async () => {
      const all = (): Submission[] => [keyed(0), keyed(1)]
      const other = await another()
      const answers = await Promise.all([q.store.enqueueAll(all()), other.enqueueAll(all()), q.store.enqueueAll(all())])
      for (const place of [0, 1]) assert.equal(new Set(answers.map(each => each[place]?.id)).size, 1)
      assert.equal(answers.flat().filter(({ duplicate }) => !duplicate).length, 2)
      assert.equal((await q.store.counts(START)).messages, 2)
    })

    promise('what a key stands for is found, within its account', async () => {
      const [first] = await q.store.enqueueAll([keyed(0)])
      await q.store.enqueue(makeSubmission({ idempotencyKey: 'theirs', idempotencyDigest: 'x', account: 'other' }))
      assert.deepEqual(await q.store.findKeys(['none', 'k\n0', 'theirs'], undefined), [
        undefined,
        { id: first?.id, digest: 'd' },
        undefined,
      ])
      assert.equal((await q.store.findKeys(['theirs'], 'other'))[0]?.digest, 'x')
    })

    promise('given up before the write begins none is there; later all are', async () => {
      const gone = new Error('gone')
      await assert.rejects(q.store.enqueueAll([keyed(0)], { signal: AbortSignal.abort(gone) }), gone)
      assert.equal((await q.store.counts(START)).messages, 0)
      const stop = new AbortController()
      await q.store.enqueueAll([keyed(0), keyed(1)], { signal: stop.signal, begun: () => stop.abort(gone) })
      assert.equal((await q.store.counts(START)).messages, 2)
    })
  })
}
