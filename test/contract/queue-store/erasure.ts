/**
 * Erasure: a person is taken out of what is kept of messages that are done.
 */
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { suite } from 'node:test'
import { requireAddress } from '../../../packages/core/src/model/address.ts'
import type { DeliveredFact } from '../../../packages/core/src/model/fact.ts'
import type { Job } from '../../../packages/core/src/model/job.ts'
import type { QueueId } from '../../../packages/core/src/model/queue-id.ts'
import type { Erased } from '../../../packages/core/src/queue/index.ts'
import { DAY, FAILURE, makeSubmission, START, settle } from '../queue-samples.ts'
import type { Harness } from './harness.ts'

const JOE = 'Joe.Doe@b.example'

export function describeErasure(q: Harness): void {
  const { add, claim, promise } = q

  const erase = (address = JOE): Promise<Erased> => q.store.erase(requireAddress(address, 'address'))

  /** What a server said that had the address, and the local part alone, in it. */
  const told = (job: Job): DeliveredFact => ({
    kind: 'delivered',
    at: START + 1,
    messageId: job.messageId,
    recipient: JOE,
    attempt: 1,
    host: 'mx.b.example',
    reply: '250 joe.doe: queued for <JOE.DOE@b.example>, not for bjoe.doe@b.example',
    tookMs: 1,
  })
  async function deliverAll(): Promise<void> {
    for (const job of await claim()) {
      const isHis = job.recipients.some(({ address }) => address.local === 'Joe.Doe')
      assert.equal(await q.store.commit(settle(job, 'delivered'), [], isHis ? [told(job)] : []), true)
    }
  }
  /** All that can be read of a message, as one text. */
  async function allOf(id: QueueId): Promise<string> {
    const content = await q.store.keptContent(id, START)
    const [entry, facts] = [await q.store.show(id), await q.store.history(id)]
    return JSON.stringify([entry, facts, content?.toString()])
  }

  suite('erasure', () => {
    promise('leaves nothing of an address in a message that is done, and all of the others', async () => {
      const card = { subject: 'Hello Joe', from: 'me@a.example', to: `Joe <${JOE}>` }
      const { id } = await add({
        to: [JOE, 'ann@b.example', 'joe.doe@c.example'],
        card,
        tags: { who: JOE, kind: 'reset' },
        keepContentMs: DAY,
        bytes: Buffer.from(`To: ${JOE}\r\n\r\nhello\r\n`),
      })
      const { id: other } = await add({ to: ['ann@b.example'], card: { subject: 'Hello Ann' }, keepContentMs: DAY })
      await deliverAll()
      const before = await allOf(other)
      assert.deepEqual(await erase('joe.doe@B.example'), { messages: 1, contents: 1, open: 0, openIds: [] })
      const after = await allOf(id)
      assert.doesNotMatch(after, /[^b]joe\.doe(?!@c\.example)/i)
      assert.doesNotMatch(after, /Hello Joe/)
      const entry = await q.store.show(id)
      assert.deepEqual(
        entry?.recipients.map(({ address, state }) => [address, state]),
        [
          ['erased@b.example', 'delivered'],
          ['ann@b.example', 'delivered'],
          ['joe.doe@c.example', 'delivered'],
        ],
      )
      assert.deepEqual(entry?.tags, { who: 'erased@b.example', kind: 'reset' })
      const [delivered] = (await q.store.history(id)).map(({ fact }) => fact).filter(({ kind }) => kind === 'delivered')
      assert.equal(
        (delivered as DeliveredFact).reply,
        '250 erased: queued for <erased@b.example>, not for bjoe.doe@b.example',
      )
      assert.equal(await allOf(other), before)
    })

    promise('finds whoever is erased no more, in any case of letters', async () => {
      const { id } = await add({ to: [JOE] })
      await deliverAll()
      const query = { least: '', below: '~', limit: 10, withinMs: 1_000 }
      const found = async (to: string): Promise<readonly QueueId[]> =>
        (await q.store.messages({ ...query, to })).messages.map(each => each.id)
      assert.deepEqual(await found('joe.doe@b.example'), [id])
      await erase('JOE.DOE@b.example')
      assert.deepEqual([await found('joe.doe@b.example'), await found('erased@b.example')], [[], [id]])
      assert.deepEqual(await erase(), { messages: 0, contents: 0, open: 0, openIds: [] })
    })

    promise('takes a sender out, and a bounce with its transcript', async () => {
      const { id } = await add({ from: JOE, to: ['you@c.example'] })
      const [job] = await claim()
      const at = { at: START, messageId: id, recipient: 'you@c.example', attempt: 1 }
      const transcript = ['C: MAIL FROM:<joe.doe@b.example>', 'S: 550 no mail of joe.doe@b.example.']
      const { scope, permanence, code, stage, rule, detail } = FAILURE
      const fact = { kind: 'bounced', ...at, scope, permanence, code, stage, rule, detail, transcript } as const
      await q.store.commit(settle(job!, 'bounced'), [], [fact])
      assert.equal((await erase()).messages, 1)
      assert.doesNotMatch(await allOf(id), /joe/i)
      assert.match(await allOf(id), /550 no mail of erased@b\.example\./)
      assert.equal((await q.store.show(id))?.from, 'erased@b.example')
    })

    promise('leaves what waits or runs, and tells it', async () => {
      const { id: waiting } = await add({ to: [JOE], notBefore: START + DAY })
      const { id: running } = await add({ to: [JOE] })
      await claim()
      const { id: done } = await add({ to: [JOE, 'ann@b.example'] })
      const [job] = await claim()
      await q.store.commit(settle(job!, 'delivered'), [], [])
      const erased = await erase()
      assert.deepEqual([erased.messages, erased.open], [1, 2])
      assert.deepEqual(new Set(erased.openIds), new Set([waiting, running]))
      assert.equal((await q.store.show(waiting))?.recipients[0]?.address, JOE)
      assert.equal((await q.store.show(done))?.recipients[0]?.address, 'erased@b.example')
    })

    promise('frees an idempotency key that says the address, and no other', async () => {
      const { id } = await add({ to: [JOE], idempotencyKey: `welcome/${JOE}` })
      const { id: other } = await add({ to: [JOE], idempotencyKey: 'welcome/7' })
      await deliverAll()
      await erase()
      const keys = await q.store.findKeys([`welcome/${JOE}`, 'welcome/7'], undefined)
      assert.deepEqual([keys[0], keys[1]?.id], [undefined, other])
      assert.doesNotMatch(await allOf(id), /[^b]joe/i)
    })

    promise('leaves a suppression in force', async () => {
      const { id } = await add({ to: [JOE] })
      const [job] = await claim()
      const address = requireAddress(JOE, 'address')
      const entry = { address, origin: 'bounce', since: START, until: START + DAY, failure: FAILURE } as const
      await q.store.commit({ ...settle(job!, 'bounced'), suppressions: [entry] }, [], [])
      assert.equal((await erase()).messages, 1)
      assert.doesNotMatch(await allOf(id), /joe/i)
      assert.ok((await q.store.suppression(address, START)) !== undefined)
    })

    promise('goes through more than one stretch', async () => {
      for (let at = 0; at < 30; at++) await q.store.enqueueAll(batch(at))
      while ((await claim({ limit: 500, perDomain: 500 }).then(settleEach)) > 0);
      assert.equal((await erase('reader@b.example')).messages, 1_200)
      assert.equal((await erase('reader@b.example')).messages, 0)
    })

    promise(
      'finds addresses of every form that they have, also in a sender of others and in names of tags',
      async () => {
        for (const [at, address] of [
          'mary_jane@b.example',
          "o'brien-smith@my-firm.example",
          'a+b=c@xn--bcher-kva.example',
          '{x}^$|?*/~`!#%&@b.example',
        ].entries()) {
          const { id } = await add({
            to: [address],
            ...(at < 2 && { from: `list-bounces+${address.replace('@', '=')}@a.example` }),
            tags: { [`who${at}`]: address, ...(at === 0 && { [address]: 'x' }) },
          })
          await deliverAll()
          assert.equal((await erase(address)).messages, 1, address)
          const [local = ''] = address.split('@')
          assert.equal((await allOf(id)).includes(local), false, await allOf(id))
          assert.equal((await q.store.show(id))?.erased, true)
        }
      },
    )
  })

  const batch = (at: number) =>
    Array.from({ length: 40 }, (_, place) =>
      makeSubmission({ to: ['reader@b.example'], header: `<${at}-${place}@a.example>` }),
    )
  async function settleEach(jobs: readonly Job[]): Promise<number> {
    await Promise.all(jobs.map(job => q.store.commit(settle(job, 'delivered'), [], [])))
    return jobs.length
  }
}
