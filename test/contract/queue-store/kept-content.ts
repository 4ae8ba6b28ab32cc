/**
 * Kept content: the bytes of messages that are done, where they are to be kept.
 */
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { suite } from 'node:test'
import type { QueueId } from '../../../packages/core/src/model/queue-id.ts'
import { DAY, START, settle } from '../queue-samples.ts'
import { type Harness, MOST_KEPT } from './harness.ts'

export function describeKeptContent(q: Harness): void {
  const { add, another, claim, claimOne, promise } = q

  /** Delivers all that is due, to every domain. */
  async function deliverAll(): Promise<void> {
    for (const job of await claim()) assert.equal(await q.store.commit(settle(job, 'delivered'), [], []), true)
  }
  const kept = async (id: QueueId, now = START): Promise<string | undefined> =>
    (await q.store.keptContent(id, now))?.toString()

  suite('kept content', () => {
    promise('is there when a message is done, until its time is over, for every process', async () => {
      const { id } = await add({ keepContentMs: DAY, bytes: Buffer.from('Subject: x\r\n\r\nkeep me\r\n') })
      const { id: other } = await add()
      assert.equal(await kept(id), undefined)
      await deliverAll()
      assert.equal(await q.store.read(other), undefined)
      assert.equal(await kept(other), undefined)
      assert.equal(await kept(id), 'Subject: x\r\n\r\nkeep me\r\n')
      assert.equal(await (await another()).keptContent(id, START).then(String), 'Subject: x\r\n\r\nkeep me\r\n')
      assert.equal(await kept(id, START + DAY), undefined)
      assert.equal((await q.store.counts(START)).messages, 0)
    })

    promise('is that of all domains when the last of them is done, and of what bounced too', async () => {
      const { id } = await add({ keepContentMs: DAY, to: ['a@a.example', 'b@b.example'] })
      const [one, two] = await claim()
      await q.store.commit(settle(one!, 'delivered'), [], [])
      assert.equal(await kept(id), undefined)
      assert.ok((await q.store.read(id)) !== undefined)
      await q.store.commit(settle(two!, 'bounced'), [], [])
      assert.equal(await kept(id), 'Subject: hello\r\n\r\nhello\r\n')
    })

    promise('is removed when its time is over, and with the history of its message', async () => {
      const { id } = await add({ keepContentMs: DAY })
      const { id: longer } = await add({ keepContentMs: 2 * DAY })
      await deliverAll()
      await q.store.forgetContent(START + DAY)
      assert.deepEqual([await kept(id), (await kept(longer)) !== undefined], [undefined, true])
      await q.store.prune(START + 30 * DAY)
      assert.equal(await kept(longer), undefined)
    })

    promise('is not that of a message that was cancelled', async () => {
      const { id } = await add({ keepContentMs: DAY })
      assert.equal(await q.store.cancel(id, START), 1)
      assert.equal(await kept(id), undefined)
    })

    promise('of a large message is whole', async () => {
      const bytes = Buffer.alloc(9 * 2 ** 20, 'The quick brown fox. ')
      const { id } = await add({ keepContentMs: DAY, bytes })
      await deliverAll()
      assert.ok((await q.store.keptContent(id, START))?.equals(bytes))
      await q.store.forgetContent(START + DAY)
      assert.equal(await kept(id), undefined)
    })

    promise(
      'never takes more than its room: the oldest goes, and what is larger than all of it is not kept',
      async () => {
        const ids: QueueId[] = []
        for (let at = 0; at < 6; at++) {
          const bytes = Buffer.alloc(4 * 2 ** 20 + 1, `${at}`)
          ids.push((await add({ keepContentMs: DAY + at, bytes })).id)
          const job = await claimOne()
          await q.store.commit(settle(job, 'delivered'), [], [])
        }
        const lengths = await Promise.all(ids.map(async id => (await q.store.keptContent(id, START))?.length ?? 0))
        assert.deepEqual(lengths.map(Boolean), [false, false, true, true, true, true])
        assert.ok(lengths.reduce((sum, length) => sum + length, 0) <= MOST_KEPT)
        const { id } = await add({ keepContentMs: DAY, bytes: Buffer.alloc(MOST_KEPT + 1, 'x') })
        await deliverAll()
        assert.equal(await kept(id), undefined)
      },
    )
  })
}
