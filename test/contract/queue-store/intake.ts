/**
 * What enqueue promises: whole, once, and with its fact.
 */
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { suite } from 'node:test'
import type { Domain } from '../../../packages/core/src/model/address.ts'
import { MailerError } from '../../../packages/core/src/model/error.ts'
import type { DurableFact } from '../../../packages/core/src/model/fact.ts'
import type { Submission } from '../../../packages/core/src/model/submission.ts'
import { DAY, LEASE_MS, makeSubmission, START, settle, type Wish } from '../queue-samples.ts'
import type { Harness } from './harness.ts'

export function describeIntake(q: Harness): void {
  const { add, claim, claimOne, kinds, another, promise } = q

  suite('enqueue', () => {
    promise('a job carries everything of its message that an attempt needs', async () => {
      const submission = makeSubmission({
        tags: { kind: 'reset' },
        priority: 'high',
        envelope: {
          reversePath: { local: 'me', domain: 'a.example' as Domain },
          recipients: [
            {
              address: { local: 'You+x', domain: 'b.example' as Domain },
              notify: ['success', 'failure'],
              originalRecipient: 'rfc822;you@b.example',
            },
          ],
          ret: 'headers',
          envid: 'E1',
          requireTls: true,
        },
      } as Wish)
      await q.store.enqueue(submission)
      const { id: _, lease, ...job } = await claimOne()
      const { sizeBytes, eightBit, smtpUtf8, longestLine, messageId, tlsRequiredNo } = submission.message
      assert.deepEqual(job, {
        messageId: submission.id,
        domain: 'b.example',
        recipients: [{ index: 0, ...submission.envelope.recipients[0] }],
        reversePath: submission.envelope.reversePath,
        ret: 'headers',
        envid: 'E1',
        requireTls: true,
        facts: { sizeBytes, eightBit, smtpUtf8, longestLine, messageId, tlsRequiredNo },
        attempts: 0,
        acceptedAt: START,
        expiresAt: START + 5 * DAY,
        priority: 'high',
        tags: { kind: 'reset' },
      })
      assert.equal(lease.until, START + LEASE_MS)
    })

    promise('the fact of one that is wanted later says when, and that of another does not', async () => {
      const later = await add({ notBefore: START + DAY })
      const now = await add({ notBefore: START - DAY })
      const told = new Map((await q.store.facts(0, 100)).map(({ fact }) => [fact.messageId, fact]))
      for (const [{ id }, wanted] of [
        [later, START + DAY],
        [now, undefined],
      ] as const) {
        const fact = told.get(id)
        assert.equal(fact?.kind === 'queued' ? fact.notBefore : 'no such fact', wanted)
      }
    })

    promise('the bytes come back as they were, in this process and in another', async () => {
      const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, at) => at % 256))
      const { id } = await add({ bytes })
      assert.deepEqual(await q.store.read(id), bytes)
      assert.deepEqual(await (await another()).read(id), bytes)
    })

    promise('what is large is read in blocks too, and none of it is left when it is done', async () => {
      const bytes = Buffer.from(Array.from({ length: 5_000_003 }, (_, at) => at % 251))
      const { id } = await add({ bytes })
      const readers = [q.store, await another()]
      for (const store of readers) {
        const blocks: Buffer[] = []
        for (let at = 0; at < bytes.length; at += blocks.at(-1)?.length ?? bytes.length)
          blocks.push((await store.readBlock(id, at)) ?? Buffer.alloc(0))
        assert.ok(Buffer.concat(blocks).equals(bytes))
        assert.ok((await store.readBlock(id, 4_999_999))?.equals(bytes.subarray(4_999_999)))
        assert.equal(await store.readBlock(id, bytes.length), undefined)
        assert.ok((await store.read(id))?.equals(bytes))
      }
      await q.store.commit(settle(await claimOne(), 'delivered'), [], [])
      for (const at of [0, 4_999_999]) assert.equal(await q.store.readBlock(id, at), undefined)
    })

    promise('many at once keep each its own bytes', async () => {
      const all = await Promise.all(Array.from({ length: 50 }, (_, at) => add({ bytes: Buffer.from(`message ${at}`) })))
      const other = await another()
      for (const { id, message } of all) assert.deepEqual(await other.read(id), message.bytes)
    })

    promise('one message for several domains is a job for each, with its recipients in their places', async () => {
      await add({ to: ['1@b.example', '2@c.example', '3@b.example'] })
      const jobs = await claim()
      const seen = Object.fromEntries(jobs.map(job => [job.domain, job.recipients.map(({ index }) => index)]))
      assert.deepEqual(seen, { 'b.example': [0, 2], 'c.example': [1] })
    })

    promise('the null reverse-path stays null', async () => {
      await add({ from: null })
      assert.equal((await claimOne()).reversePath, null)
    })

    promise('a key that was used with the same content is the same message, and nothing is added', async () => {
      const first = await add({ idempotencyKey: 'k', idempotencyDigest: 'd' })
      const again = await q.store.enqueue(makeSubmission({ idempotencyKey: 'k', idempotencyDigest: 'd' }))
      assert.deepEqual(again, { id: first.id, duplicate: true })
      assert.equal((await claim()).length, 1)
      assert.equal((await q.store.facts(0, 100)).length, 1)
    })

    promise('a key that was used with other content is refused, and disturbs nobody else', async () => {
      await add({ idempotencyKey: 'k', bytes: Buffer.from('one') })
      const [refused, fine] = await Promise.allSettled([
        q.store.enqueue(makeSubmission({ idempotencyKey: 'k', bytes: Buffer.from('two') })),
        q.store.enqueue(makeSubmission()),
      ])
      assert.equal(fine.status, 'fulfilled')
      assert.ok(refused.status === 'rejected' && MailerError.is(refused.reason))
      assert.equal(refused.reason.code, 'duplicate-key')
      assert.equal((await q.store.counts(START)).messages, 2)
    })

    promise('the same key in one moment is one message, also from two processes', async () => {
      const other = await another()
      const same = (): Submission => makeSubmission({ idempotencyKey: 'k', idempotencyDigest: 'd' })
      const answers = await Promise.all([q.store.enqueue(same()), q.store.enqueue(same()), other.enqueue(same())])
      assert.equal(new Set(answers.map(({ id }) => id)).size, 1)
      assert.equal(answers.filter(({ duplicate }) => !duplicate).length, 1)
    })

    promise('keys of different accounts are different keys', async () => {
      await add({ idempotencyKey: 'k', account: 'one' })
      await add({ idempotencyKey: 'k', account: 'two', bytes: Buffer.from('other') })
      assert.equal((await q.store.counts(START)).messages, 2)
    })

    promise('the queued fact is written with the message', async () => {
      const submission = await add({ to: ['1@b.example', '2@c.example'], tags: { a: 'b' }, account: 'shop' })
      const [numbered] = await q.store.history(submission.id)
      assert.deepEqual(numbered?.fact, {
        kind: 'queued',
        messageId: submission.id,
        at: START,
        tags: { a: 'b' },
        account: 'shop',
        from: 'me@a.example',
        recipients: ['1@b.example', '2@c.example'],
        header: '<1@a.example>',
        sizeBytes: submission.message.sizeBytes,
        clearance: submission.clearance,
      } satisfies DurableFact)
    })

    promise('a message accepted as held is told so and waits until it is released', async () => {
      const { id } = await add({ held: true, holdReason: 'to be looked at' })
      assert.deepEqual(await kinds(id), ['queued', 'held'])
      assert.equal((await claim()).length, 0)
      assert.equal((await q.store.show(id))?.held, 'to be looked at')
      assert.equal(await q.store.unhold(id, START), 1)
      assert.equal((await claim()).length, 1)
    })
  })
}
