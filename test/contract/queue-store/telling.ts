/**
 * What comes true of a message beside any attempt, and how the message is found.
 */
import assert from 'node:assert/strict'
import { suite } from 'node:test'
import { requireAddress } from '../../../packages/core/src/model/address.ts'
import type { ComplainedFact, LateFact, SuppressedFact } from '../../../packages/core/src/model/fact.ts'
import { makeQueueId, type QueueId } from '../../../packages/core/src/model/queue-id.ts'
import type { Suppression } from '../../../packages/core/src/model/settlement.ts'
import { DAY, deliveredFacts, FAILURE, makeSubmission, START, settle } from '../queue-samples.ts'
import type { Harness } from './harness.ts'

const READER = 'you@b.example'
const complained = (messageId: QueueId, recipient = READER, at = START): ComplainedFact => {
  return { kind: 'complained', messageId, at, recipient, feedback: 'abuse' }
}
const suppressed = (messageId: QueueId): SuppressedFact => {
  return { kind: 'suppressed', messageId, at: START, recipient: READER, until: START + DAY, rule: FAILURE.rule }
}
const suppression: Suppression = {
  address: requireAddress(READER, 'x'),
  origin: 'complaint',
  failure: FAILURE,
  since: START,
  until: START + DAY,
}

export function describeTelling(q: Harness): void {
  const { add, claim, claimOne, promise } = q

  suite('telling', () => {
    promise('what is told of a message stands in its history, with the suppressions that follow', async () => {
      const { id } = await add()
      assert.equal(await q.store.recordOnce([complained(id), suppressed(id)], [suppression]), true)
      const facts = (await q.store.history(id)).map(({ fact }) => fact)
      assert.deepEqual(facts.slice(1), [complained(id), suppressed(id)])
      assert.deepEqual(await q.store.suppression(suppression.address, START), suppression)
    })

    promise('what is told of one message keeps no other from going out', async () => {
      const { id } = await add()
      const job = await claimOne()
      await q.store.commit(settle(job, 'delivered'), [], deliveredFacts(job, START))
      assert.deepEqual(await claim(), [])
      await add({ to: ['u@c.example'] })
      assert.equal(await q.store.recordOnce([complained(id)], []), true)
      assert.equal((await claim()).length, 1)
    })

    promise('the same of the same recipient is told once, also by others and at once', async () => {
      const { id } = await add()
      const other = await q.another()
      const answers = await Promise.all([
        q.store.recordOnce([complained(id)], []),
        other.recordOnce([complained(id)], []),
        q.store.recordOnce([complained(id, 'third@b.example')], []),
      ])
      assert.equal(answers.filter(Boolean).length, 2)
      assert.equal(answers[2], true)
      assert.equal(await q.store.recordOnce([complained(id, READER, START + 1)], [suppression]), false)
      assert.equal(await q.store.suppression(suppression.address, START), undefined)
      assert.equal((await q.store.history(id)).length, 3)
    })

    promise('what came back and who unsubscribed are told beside each other, each once', async () => {
      const { id } = await add()
      const common = { messageId: id, at: START, recipient: READER }
      const returned: LateFact = {
        kind: 'returned',
        ...common,
        code: FAILURE.code,
        scope: FAILURE.scope,
        permanence: FAILURE.permanence,
        stage: FAILURE.stage,
        rule: FAILURE.rule,
        detail: FAILURE.detail,
        proven: true,
      }
      const facts: readonly LateFact[] = [
        returned,
        { kind: 'auto-replied', ...common, what: 'absence' },
        { kind: 'unsubscribed', ...common },
      ]
      for (const fact of facts) assert.equal(await q.store.recordOnce([fact], []), true)
      for (const fact of facts) assert.equal(await q.store.recordOnce([fact], []), false)
      assert.deepEqual(
        (await q.store.history(id)).slice(1).map(({ fact }) => fact),
        facts,
      )
    })

    promise('who gets what comes back of it is known when it is done, too', async () => {
      const plain = makeSubmission()
      const { id } = plain
      await q.store.enqueue({ ...plain, envelope: { ...plain.envelope, returnsToUs: true, passesOn: true } })
      const other = await add()
      assert.equal((await q.store.show(id))?.passesOn, true)
      // Nobody has looked at this one before it is done.
      const unseen = makeSubmission()
      await q.store.enqueue({ ...unseen, envelope: { ...unseen.envelope, returnsToUs: true, passesOn: true } })
      for (const job of await claim()) await q.store.commit(settle(job, 'delivered'), [], [])
      assert.equal((await q.store.show(id))?.passesOn, true)
      assert.equal((await q.store.show(unseen.id))?.passesOn, true)
      assert.equal((await q.store.show(other.id))?.passesOn, undefined)
    })

    promise('it may be of a message that is done, and not of one that is not known', async () => {
      const { id } = await add()
      await q.store.commit(settle(await claimOne(), 'delivered'), [], [])
      assert.equal(await q.store.recordOnce([complained(id)], []), true)
      assert.equal(await q.store.recordOnce([complained(makeQueueId(START))], [suppression]), false)
      assert.equal(await q.store.suppression(suppression.address, START), undefined)
    })

    promise('the newest fact is the last one that can be read, also when everything was pruned', async () => {
      assert.equal(await q.store.newestFact(), 0)
      await add()
      const { id } = await add()
      await q.store.recordOnce([complained(id)], [])
      const last = (await q.store.facts(0, 100)).at(-1)?.number
      assert.equal(await q.store.newestFact(), last)
      await q.store.cancel({}, START)
      const cancelled = await q.store.newestFact()
      assert.deepEqual(await q.store.facts(cancelled, 100), [])
      assert.equal(await q.store.prune(START + DAY), 2)
      assert.equal(await q.store.newestFact(), cancelled)
    })

    promise('a message is found by its Message-ID among those of a time', async () => {
      const { message } = makeSubmission()
      const named = (messageId: string, acceptedAt: number): Promise<{ readonly id: QueueId }> =>
        add({ acceptedAt, bytes: message.bytes, header: messageId })
      const [one, two] = [await named('<x@a.example>', START), await named('<x@a.example>', START + 60_000)]
      await named('<y@a.example>', START)
      const find = (since: number, before: number) => q.store.findByMessageId('<x@a.example>', since, before)
      assert.deepEqual(await find(START - 1, START + 60_001), [one.id, two.id])
      assert.deepEqual(await find(START, START + 60_000), [one.id])
      assert.deepEqual(await find(START + 1, START + 60_001), [two.id])
      assert.deepEqual(await find(START + 60_001, START + DAY), [])
    })

    promise('it is found among more messages than one transaction looks at', async () => {
      const many = Array.from({ length: 2_500 }, (_, at) =>
        add({ acceptedAt: START + at, header: `<${at}@a.example>` }),
      )
      const [last] = (await Promise.all(many)).slice(-1)
      assert.deepEqual(await q.store.findByMessageId('<2499@a.example>', START, START + 3_000), [last?.id])
    })
  })
}
