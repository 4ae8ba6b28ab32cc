/**
 * What is known of a message when it is done.
 */
import assert from 'node:assert/strict'
import { suite } from 'node:test'
import { deliveredFacts, settle } from '../queue-samples.ts'
import type { Harness } from './harness.ts'

export function describeHistory(q: Harness): void {
  const { add, another, claimOne, promise } = q

  suite('cards', () => {
    const card = { subject: '您的验证码 "1"', from: 'A <me@a.example>', to: 'you@b.example', cc: 'x@y.example' }
    const shown = async (id: Parameters<typeof q.store.show>[0]): Promise<unknown> => {
      const { via, card, messageId } = (await (await another()).show(id)) ?? {}
      return { via, card, messageId }
    }
    const wanted = { via: 'http', card, messageId: '<1@a.example>' }

    promise('card, way in and Message-ID are there while a message waits and when it is done', async () => {
      const waiting = await add({ via: 'http', card, idempotencyKey: 'k' })
      assert.deepEqual(await shown(waiting.id), wanted)
      const job = await claimOne()
      assert.equal(await q.store.commit(settle(job, 'delivered'), [], deliveredFacts(job)), true)
      assert.deepEqual(await shown(waiting.id), wanted)
    })

    promise('a message that was delivered at once has them too', async () => {
      const { id } = await add({ via: 'http', card })
      const job = await claimOne()
      assert.equal(await q.store.commit(settle(job, 'delivered'), [], deliveredFacts(job)), true)
      assert.deepEqual(await shown(id), wanted)
    })

    promise('what has none of them is shown without', async () => {
      const { id } = await add({ header: '' })
      const entry = await q.store.show(id)
      assert.ok(entry)
      for (const name of ['via', 'card', 'messageId']) assert.equal(name in entry, false, name)
    })
  })
}
