/**
 * The death of processes that use one queue: nothing that was promised is lost, nothing is there twice, and what is
 * uncertain is told, exactly.
 */
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { DurableFact } from '../../packages/core/src/model/fact.ts'
import type { QueueId } from '../../packages/core/src/model/queue-id.ts'
import type { QueueStore } from '../../packages/core/src/queue/index.ts'
import { type Child, startNode } from '../support/child.ts'
import type { Orders } from './queue-child.ts'

export interface QueuePlace {
  readonly queue: Orders['queue']
  open(): Promise<QueueStore>
  /** What processes that were killed had under way is anybody's after this. */
  succeed(): Promise<void>
  assertSound(store: QueueStore): Promise<void>
}

const CHILD = join(import.meta.dirname, 'queue-child.ts')
const PATIENCE_MS = 60_000

interface Word {
  readonly what: string
  readonly id: QueueId
}

const startChild = (orders: Orders): Child => startNode(CHILD, { args: [JSON.stringify(orders)] })

async function runChild(orders: Orders): Promise<readonly Word[]> {
  return await wordsOf(startChild(orders), orders)
}

async function wordsOf(child: Child, orders: Orders): Promise<readonly Word[]> {
  const { signal, code, stdout, stderr } = await child.ended()
  const died = orders.die.after !== 'nothing'
  assert.deepEqual([code, signal], died ? [null, 'SIGKILL'] : [0, null], stderr)
  // The last line may be half of one.
  return stdout
    .split('\n')
    .slice(0, -1)
    .map(line => {
      const [what, id] = line.split(' ') as [string, QueueId]
      return { what, id }
    })
}

const idsOf = (words: readonly Word[], what: string): QueueId[] =>
  words.filter(word => word.what === what).map(({ id }) => id)

async function allFacts(store: QueueStore): Promise<DurableFact[]> {
  return (await store.facts(0, 1_000_000)).map(({ fact }) => fact)
}

async function assertKept(store: QueueStore, accepted: readonly QueueId[]): Promise<void> {
  const queued = (await allFacts(store)).filter(({ kind }) => kind === 'queued').map(({ messageId }) => messageId)
  assert.equal(new Set(queued).size, queued.length, 'none is there twice')
  const kept = new Set(queued)
  for (const id of accepted) assert.ok(kept.has(id), `${id} was accepted and is lost`)
  for (const { id, recipients } of await store.list({ limit: 100_000 })) {
    assert.equal(recipients.length, 1)
    assert.deepEqual(await store.read(id), Buffer.from(`Subject: ${id}\r\n\r\n${id.repeat(200)}\r\n`))
  }
}

type Make = (t: TestContext) => Promise<QueuePlace>

export function describeQueueCrash(name: string, make: Make): void {
  describeAcceptance(name, make)
  describeDelivery(name, make)
  describeSuccession(name, make)
}

function describeAcceptance(name: string, make: Make): void {
  for (const count of [1, 7, 60, 250]) {
    test(`${name}: killed after ${count} messages were accepted, with others under way: each that was accepted is there once`, async t => {
      const place = await make(t)
      const { queue } = place
      const die = { after: 'accepted', count } as const
      const words = await runChild({ queue, sources: 20, messages: 1_000, deliver: false, die })
      await place.succeed()
      const store = await place.open()
      const accepted = idsOf(words, 'accepted')
      assert.equal(accepted.length, count)
      await assertKept(store, accepted)
      await place.assertSound(store)
    })
  }

  for (const turns of [1, 2, 3, 5, 9]) {
    test(`${name}: killed ${turns} turns after a batch was posted: each message is there whole or not at all`, async t => {
      const place = await make(t)
      const { queue } = place
      const die = { after: 'batch-posted', turns } as const
      const words = await runChild({ queue, sources: 0, messages: 200, deliver: false, die })
      await place.succeed()
      const store = await place.open()
      await assertKept(store, idsOf(words, 'accepted'))
      await place.assertSound(store)
    })
  }
}

function describeDelivery(name: string, make: Make): void {
  test(`${name}: killed while a claim is under way: its jobs are due again at once, and nothing is uncertain`, async t => {
    const place = await make(t)
    const { queue } = place
    const words = await runChild({ queue, sources: 5, messages: 200, deliver: true, die: { after: 'claim-asked' } })
    await place.succeed()
    const store = await place.open()
    const accepted = idsOf(words, 'accepted')
    await assertKept(store, accepted)
    assert.equal(await store.takeLeadership(Date.now(), 60_000), true)
    const open_ = new Set((await store.list({ limit: 10_000 })).map(({ id }) => id))
    const jobs = await store.claim({ now: Date.now(), limit: 1_000, perDomain: 1_000, leaseMs: 60_000, exclude: [] })
    assert.deepEqual(new Set(jobs.map(job => job.messageId)), open_)
    await place.assertSound(store)
  })

  for (const die of [
    { after: 'dot', count: 1 },
    { after: 'dot', count: 33 },
    { after: 'delivered', count: 1 },
    { after: 'delivered', count: 50 },
  ] as const) {
    test(`${name}: killed after ${die.count} ${die.after}: what stood between final dot and commit is uncertain, and nothing else`, async t => {
      const place = await make(t)
      const { queue } = place
      const words = await runChild({ queue, sources: 10, messages: 500, deliver: true, die })
      await place.succeed()
      const store = await place.open()
      assert.equal(await store.takeLeadership(Date.now(), 60_000), true)
      await assertKept(store, idsOf(words, 'accepted'))
      const facts = await allFacts(store)
      const of = (kind: string): QueueId[] => facts.filter(fact => fact.kind === kind).map(({ messageId }) => messageId)
      const delivered = new Set(of('delivered'))
      for (const id of idsOf(words, 'delivered')) assert.ok(delivered.has(id), `${id} was committed and is lost`)
      const doubtful = idsOf(words, 'dot').filter(id => !delivered.has(id))
      assert.deepEqual(of('uncertain').sort(), doubtful.sort())
      await place.assertSound(store)
    })
  }
}

function describeSuccession(name: string, make: Make): void {
  test(`${name}: killed again and again, and delivered in the end: each message is delivered once for the queue`, async t => {
    const place = await make(t)
    const { queue } = place
    const accepted: QueueId[] = []
    for (const count of [5, 40, 90, 20]) {
      const die = { after: 'delivered', count } as const
      accepted.push(...idsOf(await runChild({ queue, sources: 8, messages: 300, deliver: true, die }), 'accepted'))
      await place.succeed()
    }
    accepted.push(
      ...idsOf(
        await runChild({ queue, sources: 1, messages: 1, deliver: true, die: { after: 'nothing' } }),
        'accepted',
      ),
    )
    await place.succeed()
    const store = await place.open()
    await assertKept(store, accepted)
    const facts = await allFacts(store)
    const delivered = facts.filter(({ kind }) => kind === 'delivered').map(({ messageId }) => messageId)
    assert.equal(new Set(delivered).size, delivered.length, 'none was committed twice')
    const ids = new Set(delivered)
    for (const id of accepted) assert.ok(ids.has(id), `${id} was not delivered`)
    assert.equal((await store.counts(Date.now())).messages, 0)
    await place.assertSound(store)
  })

  test(`${name}: one of three processes is killed: the others go on, and what it accepted is there`, async t => {
    const place = await make(t)
    const { queue } = place
    const nothing = { after: 'nothing' } as const
    const orders = {
      queue,
      sources: 4,
      messages: 200,
      deliver: true,
      die: { after: 'delivered of others', count: 40 },
    } as const
    const first = startChild(orders)
    t.after(() => first.kill('SIGKILL'))
    // From here on it delivers.
    await first.says(/^delivered /m, PATIENCE_MS)
    const [killed, heir, other] = await Promise.all([
      wordsOf(first, orders),
      runChild({ queue, sources: 4, messages: 400, deliver: true, die: nothing }),
      runChild({ queue, sources: 4, messages: 400, deliver: false, die: nothing }),
    ])
    await place.succeed()
    const store = await place.open()
    assert.ok(idsOf(heir, 'delivered').length > 0)
    const accepted = [killed, heir, other].flatMap(words => idsOf(words, 'accepted'))
    await assertKept(store, accepted)
    await place.assertSound(store)
  })
}
