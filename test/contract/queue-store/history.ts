/**
 * What is known of a message when it is done.
 */
import assert from 'node:assert/strict'
import { suite } from 'node:test'
import type { Domain } from '../../../packages/core/src/model/address.ts'
import type { Job } from '../../../packages/core/src/model/job.ts'
import { leastQueueId, makeQueueId, type QueueId } from '../../../packages/core/src/model/queue-id.ts'
import type { Submission } from '../../../packages/core/src/model/submission.ts'
import type { HistoryQuery, MessagePage } from '../../../packages/core/src/queue/index.ts'
import { DAY, deliveredFacts, START, settle, type Wish } from '../queue-samples.ts'
import type { Harness } from './harness.ts'

export function describeHistory(q: Harness): void {
  const { add, another, claim, claimOne, promise } = q

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

    promise('what was just accepted shows them to another process, and keeps them', async () => {
      const { id } = await add({ via: 'http', card })
      assert.deepEqual(await shown(id), wanted)
      assert.equal(await q.store.commit(settle(await claimOne(), 'bounced'), [], []), true)
      assert.deepEqual(await shown(id), wanted)
    })

    promise('what has none of them is shown without', async () => {
      const { id } = await add({ header: '' })
      const entry = await q.store.show(id)
      assert.ok(entry)
      for (const name of ['via', 'card', 'messageId']) assert.equal(name in entry, false, name)
    })
  })
  suite('all messages', () => {
    const page = (query: Partial<HistoryQuery> = {}): Promise<MessagePage> =>
      q.store.messages({ least: '', below: '~', limit: 100, withinMs: 60_000, ...query })
    const ids = async (query?: Partial<HistoryQuery>): Promise<readonly QueueId[]> =>
      (await page(query)).messages.map(({ id }) => id)
    /** One that came so long after the first. */
    const later = (ms: number, wish: Wish = {}): Promise<Submission> =>
      add({ acceptedAt: START + ms, id: makeQueueId(START + ms), ...wish })
    const finish = async (state: 'delivered' | 'bounced' = 'delivered'): Promise<void> => {
      for (const job of await claim({ now: START + DAY }))
        assert.equal(await q.store.commit(settle(job, state), [], deliveredFacts(job)), true)
    }

    promise(
      'finished ones and those that wait are listed newest first, page by page, seen from any process',
      async () => {
        const first = await later(0)
        await finish()
        const second = await later(10, { to: ['you@c.example'], idempotencyKey: 'k' })
        await finish('bounced')
        const third = await later(20)
        const fourth = await later(30, { notBefore: START + 9 * DAY })
        assert.deepEqual(await ids(), [fourth.id, third.id, second.id, first.id])
        const { messages, next } = await page({ limit: 2 })
        assert.deepEqual([messages.map(({ id }) => id), next], [[fourth.id, third.id], third.id])
        const rest = await page({ limit: 3, below: String(next) })
        assert.deepEqual([rest.messages.map(({ id }) => id), rest.next], [[second.id, first.id], undefined])
        const other = await another()
        const done = await other.messages({ least: '', below: second.id, limit: 9, withinMs: 0 })
        assert.deepEqual(done.messages, [await q.store.show(first.id)])
      },
    )

    promise('each part of a filter means what it says, and all of them together', async () => {
      const tags = { kind: 'reset "now"', n: '1' }
      const one = await later(0, {
        from: 'News@a.example',
        to: ['Jo@b.example'],
        account: 'shop',
        tags,
        via: 'smtp',
        card: { subject: 'Your ORDER 100% "new"' },
        header: '<x"y@a.example>',
      })
      await finish()
      const two = await later(10, {
        to: ['jo@c.example', 'Ann@b.example'],
        via: 'http',
        card: { subject: '您的验证码 Ä' },
        idempotencyKey: 'two',
        account: 'shop',
      })
      const [b] = await claim({ now: START + 10, exclude: ['c.example' as Domain] })
      assert.ok(b)
      await q.store.commit(settle(b, 'bounced'), [], [])
      const three = await later(20, { held: true, to: ['x@d.example'], tags: { kind: 'digest' } })
      const cases: readonly (readonly [Partial<HistoryQuery>, readonly Submission[]])[] = [
        [{ from: 'nEWs@' }, [one]],
        [{ to: 'jo@b.example' }, [one]],
        [{ to: 'ann@b.example' }, [two]],
        [{ to: 'o@b.example' }, []],
        [{ domain: 'b.example' }, [two, one]],
        [{ domain: 'example' }, []],
        [{ account: 'shop' }, [two, one]],
        [{ account: 'sho' }, []],
        [{ tags: { kind: 'reset "now"' } }, [one]],
        [{ tags: { n: '1', kind: 'digest' } }, []],
        [{ via: 'smtp' }, [one]],
        [{ via: 'sdk' }, []],
        [{ messageId: '<x"y@a.example>' }, [one]],
        [{ messageId: 'x"y@a.example' }, []],
        [{ subject: 'order 100% "N' }, [one]],
        [{ subject: '验证' }, [two]],
        [{ subject: '码 ä' }, [two]],
        [{ state: 'delivered' }, [one]],
        [{ state: 'bounced' }, [two]],
        [{ state: 'bounced', domain: 'c.example' }, []],
        [{ state: 'waiting' }, [two]],
        [{ state: 'waiting', to: 'jo@c.example' }, [two]],
        [{ state: 'held' }, [three]],
        [{ state: 'running' }, []],
        [{ state: 'cancelled' }, []],
        [{ least: leastQueueId(START + 10) }, [three, two]],
        [{ below: leastQueueId(START + 10) }, [one]],
        [{ account: 'shop', via: 'http', subject: '验', domain: 'b.example', state: 'bounced' }, [two]],
      ]
      for (const [query, wanted] of cases)
        assert.deepEqual(
          await ids(query),
          wanted.map(({ id }) => id),
          JSON.stringify(query),
        )
    })

    promise('what was tried is found by why it failed and where, of one attempt', async () => {
      const told = (job: Job, more: object) => [
        { kind: 'deferred', at: job.acceptedAt, messageId: job.messageId, recipient: 'x@b.example', ...more },
      ]
      const full = await later(0, { to: ['full@b.example'], tags: { code: 'greylisted', host: 'mx1.b.example' } })
      const [job] = await claim({ now: START })
      assert.ok(job)
      const where = { code: 'mailbox-full', host: 'MX1.b.example' }
      await q.store.commit(settle(job, 'deferred'), [], told(job, where) as never)
      const done = await later(10, { to: ['done@b.example'] })
      const quick = (await claim({ now: START + 10 })).find(({ messageId }) => messageId === done.id)
      assert.ok(quick)
      const there = { kind: 'delivered', host: 'mx2.b.example' }
      await q.store.commit(settle(quick, 'delivered'), [], told(quick, there) as never)
      const untried = await later(20, { to: ['untried@b.example'] })
      const cases: readonly (readonly [Partial<HistoryQuery>, readonly Submission[]])[] = [
        [{ code: 'mailbox-full' }, [full]],
        [{ code: 'greylisted' }, []],
        [{ host: 'mx1.b.example' }, [full]],
        [{ host: 'mx2.b.example' }, [done]],
        [{ host: 'b.example' }, []],
        [{ code: 'mailbox-full', host: 'mx2.b.example' }, []],
        [{ code: 'mailbox-full', host: 'mx1.b.example', domain: 'b.example' }, [full]],
        [{ domain: 'b.example' }, [untried, done, full]],
      ]
      for (const [query, wanted] of cases)
        assert.deepEqual(
          await ids(query),
          wanted.map(({ id }) => id),
          JSON.stringify(query),
        )
    })

    promise('a look that takes too long answers a part of the page, and where it goes on', async () => {
      const rare = await later(0, { to: ['rare@x.example'] })
      await Promise.all(Array.from({ length: 1_100 }, (_, at) => later(1 + at, { to: [`u${at}@b.example`] })))
      // Whoever looks into the queue brings all of it into the tables.
      await q.store.list({ limit: 1 })
      const query = { to: 'rare@x.example', withinMs: 0 }
      const first = await page(query)
      assert.deepEqual(first.messages, [])
      assert.ok(first.next !== undefined && first.next > rare.id)
      let found = first
      let pages = 1
      for (; found.messages.length === 0 && found.next !== undefined; pages++)
        found = await page({ ...query, below: found.next })
      assert.deepEqual(
        found.messages.map(({ id }) => id),
        [rare.id],
      )
      assert.ok(pages > 1 && pages < 10, String(pages))
    })

    promise('a page ends early when its messages have very many recipients', async () => {
      const to = Array.from({ length: 1_500 }, (_, at) => `u${at}@b.example`)
      for (let at = 0; at < 5; at++) await later(at, { to })
      const { messages, next } = await page()
      assert.equal(messages.length, 4)
      assert.equal((await page({ below: String(next) })).messages.length, 1)
    })

    promise('what was pruned is not listed', async () => {
      await later(0)
      await finish()
      const open = await later(1, { notBefore: START + 9 * DAY })
      await q.store.prune(START + DAY)
      assert.deepEqual(await ids(), [open.id])
    })
  })
}
