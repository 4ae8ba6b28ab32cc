/**
 * describeQueueStore: what every store of the queue does. The invariants are those of the header of queue/store.ts.
 *
 * Not here: the death of a process (test/crash), what is particular to one store (its own tests).
 */
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { afterEach, beforeEach, suite, test } from 'node:test'
import type { Domain } from '../../packages/core/src/model/address.ts'
import { MailerError, type MailerErrorCode } from '../../packages/core/src/model/error.ts'
import type { DurableFact } from '../../packages/core/src/model/fact.ts'
import type { Job } from '../../packages/core/src/model/job.ts'
import type { QueueId } from '../../packages/core/src/model/queue-id.ts'
import type { Submission } from '../../packages/core/src/model/submission.ts'
import type { ClaimRequest, QueueStore } from '../../packages/core/src/queue/index.ts'
import { FakeClock } from '../../packages/core/src/testing/fake-clock.ts'
import { DAY, deliveredFacts, FAILURE, LEASE_MS, makeSubmission, START, settle, type Wish } from './queue-samples.ts'

/** One queue, and a way to open it as each of several processes would. */
export interface QueueUnderTest {
  open(clock: FakeClock): Promise<QueueStore>
  remove(): Promise<void>
}

export interface Skip {
  readonly reason: string
  readonly tests: readonly string[]
}

export function describeQueueStore(
  name: string,
  make: () => Promise<QueueUnderTest>,
  { skip = [] }: { readonly skip?: readonly Skip[] } = {},
): void {
  suite(`the queue contract, ${name}`, () => {
    let queue: QueueUnderTest
    let clock: FakeClock
    let store: QueueStore
    let others: QueueStore[]

    beforeEach(async () => {
      clock = new FakeClock(START)
      queue = await make()
      store = await queue.open(clock)
      others = []
      assert.equal(await store.holdDelivery(START, LEASE_MS), true)
    })
    afterEach(async () => {
      await Promise.all([store, ...others].map(each => each.close()))
      await queue.remove()
    })

    const promise = (title: string, body: () => Promise<void>): void => {
      const reason = skip.find(({ tests }) => tests.includes(title))?.reason
      test(title, reason === undefined ? {} : { skip: reason }, body)
    }
    const another = async (): Promise<QueueStore> => {
      const opened = await queue.open(clock)
      others.push(opened)
      return opened
    }
    const add = async (wish?: Wish): Promise<Submission> => {
      const submission = makeSubmission(wish)
      await store.enqueue(submission)
      return submission
    }
    const claim = (over: Partial<ClaimRequest> = {}): Promise<readonly Job[]> =>
      store.claim({ now: START, limit: 100, perDomain: 100, leaseMs: LEASE_MS, exclude: [], ...over })
    const claimOne = async (over: Partial<ClaimRequest> = {}): Promise<Job> => {
      const jobs = await claim(over)
      assert.equal(jobs.length, 1, `claimed ${jobs.length}`)
      return jobs[0] as Job
    }
    const kinds = async (id: QueueId): Promise<string[]> => (await store.history(id)).map(({ fact }) => fact.kind)
    const rejects = (asking: Promise<unknown>, code: MailerErrorCode): Promise<void> =>
      assert.rejects(asking, error => MailerError.is(error) && error.code === code)

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
        await store.enqueue(submission)
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

      promise('the bytes come back as they were, in this process and in another', async () => {
        const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, at) => at % 256))
        const { id } = await add({ bytes })
        assert.deepEqual(await store.read(id), bytes)
        assert.deepEqual(await (await another()).read(id), bytes)
      })

      promise('many at once keep each its own bytes', async () => {
        const all = await Promise.all(
          Array.from({ length: 50 }, (_, at) => add({ bytes: Buffer.from(`message ${at}`) })),
        )
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
        const again = await store.enqueue(makeSubmission({ idempotencyKey: 'k', idempotencyDigest: 'd' }))
        assert.deepEqual(again, { id: first.id, duplicate: true })
        assert.equal((await claim()).length, 1)
        assert.equal((await store.facts(0, 100)).length, 1)
      })

      promise('a key that was used with other content is refused, and disturbs nobody else', async () => {
        await add({ idempotencyKey: 'k', bytes: Buffer.from('one') })
        const [refused, fine] = await Promise.allSettled([
          store.enqueue(makeSubmission({ idempotencyKey: 'k', bytes: Buffer.from('two') })),
          store.enqueue(makeSubmission()),
        ])
        assert.equal(fine.status, 'fulfilled')
        assert.ok(refused.status === 'rejected' && MailerError.is(refused.reason))
        assert.equal(refused.reason.code, 'duplicate-key')
        assert.equal((await store.counts(START)).messages, 2)
      })

      promise('the same key in one moment is one message, also from two processes', async () => {
        const other = await another()
        const same = (): Submission => makeSubmission({ idempotencyKey: 'k', idempotencyDigest: 'd' })
        const answers = await Promise.all([store.enqueue(same()), store.enqueue(same()), other.enqueue(same())])
        assert.equal(new Set(answers.map(({ id }) => id)).size, 1)
        assert.equal(answers.filter(({ duplicate }) => !duplicate).length, 1)
      })

      promise('keys of different accounts are different keys', async () => {
        await add({ idempotencyKey: 'k', account: 'one' })
        await add({ idempotencyKey: 'k', account: 'two', bytes: Buffer.from('other') })
        assert.equal((await store.counts(START)).messages, 2)
      })

      promise('the queued fact is written with the message', async () => {
        const submission = await add({ to: ['1@b.example', '2@c.example'], tags: { a: 'b' }, account: 'shop' })
        const [numbered] = await store.history(submission.id)
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
        assert.equal((await store.show(id))?.held, 'to be looked at')
        assert.equal(await store.unhold(id, START), 1)
        assert.equal((await claim()).length, 1)
      })
    })

    suite('claim', () => {
      promise('a claimed job is invisible until its lease ends', async () => {
        await add()
        await claimOne()
        assert.equal((await claim({ now: START + LEASE_MS - 1 })).length, 0)
        assert.equal((await claim({ now: START + LEASE_MS })).length, 1)
      })

      promise('what is not due yet is not claimed, and nextDue tells when it is', async () => {
        await add({ notBefore: START + 5_000 })
        assert.equal((await claim({ now: START + 4_999 })).length, 0)
        assert.equal(await store.nextDue([]), START + 5_000)
        assert.equal((await claim({ now: START + 5_000 })).length, 1)
        assert.equal(await store.nextDue([]), undefined)
      })

      promise('no domain gets more than perDomain of one claim, and the rest comes with the next', async () => {
        for (let n = 0; n < 7; n++) await add({ to: [`u${n}@b.example`] })
        await add({ to: ['u@c.example'] })
        const domains = (await claim({ perDomain: 3 })).map(job => job.domain)
        assert.deepEqual(domains.sort(), ['b.example', 'b.example', 'b.example', 'c.example'])
        assert.equal((await claim({ perDomain: 3 })).length, 3)
        assert.equal((await claim({ perDomain: 3 })).length, 1)
      })

      promise('domains take turns: one with many jobs does not keep another waiting', async () => {
        for (let n = 0; n < 20; n++) await add({ to: [`u${n}@b.example`] })
        for (const domain of ['c.example', 'd.example', 'e.example']) await add({ to: [`u@${domain}`] })
        const seen: string[] = []
        for (let n = 0; n < 4; n++) {
          for (const job of await claim({ limit: 2, perDomain: 2 })) seen.push(job.domain)
        }
        for (const domain of ['c.example', 'd.example', 'e.example']) assert.ok(seen.includes(domain), String(seen))
      })

      promise('a quota takes the place of perDomain', async () => {
        for (let n = 0; n < 9; n++) await add({ to: [`u${n}@b.example`, `u${n}@c.example`] })
        const jobs = await claim({ perDomain: 1, quotas: [['b.example' as Domain, 6]] })
        assert.equal(jobs.filter(job => job.domain === 'b.example').length, 6)
        assert.equal(jobs.filter(job => job.domain === 'c.example').length, 1)
      })

      promise('excluded domains are passed over, and do not count in nextDue', async () => {
        await add({ to: ['u@b.example'] })
        await add({ to: ['u@c.example'], notBefore: START + 9_000 })
        const exclude = ['b.example' as Domain]
        assert.equal((await claim({ exclude })).length, 0)
        assert.equal(await store.nextDue(exclude), START + 9_000)
        assert.equal(await store.nextDue([]), START)
      })

      promise('a higher priority goes first, whatever came before', async () => {
        await add({ priority: 'low', to: ['low@b.example'] })
        await add({ priority: 'normal', to: ['normal@b.example'] })
        await add({ priority: 'high', to: ['high@b.example'], acceptedAt: START + 10 })
        const order: string[] = []
        for (let n = 0; n < 3; n++) {
          const job = await claimOne({ limit: 1, now: START + 20 })
          order.push(job.recipients[0]?.address.local as string)
        }
        assert.deepEqual(order, ['high', 'normal', 'low'])
      })

      promise('of one domain the one that is due longest goes first', async () => {
        for (const wait of [300, 100, 200]) await add({ to: [`u${wait}@b.example`], notBefore: START + wait })
        const jobs = await claim({ now: START + 1_000 })
        assert.deepEqual(
          jobs.map(job => job.recipients[0]?.address.local),
          ['u100', 'u200', 'u300'],
        )
      })

      promise('an expired job is claimed before its time and although its domain is excluded', async () => {
        await add({ expiresAt: START + DAY, notBefore: START + 2 * DAY })
        assert.equal((await claim({ now: START + DAY - 1 })).length, 0)
        assert.equal(await store.nextDue(['b.example' as Domain]), START + DAY)
        const job = await claimOne({ now: START + DAY, exclude: ['b.example' as Domain] })
        assert.equal(job.expiresAt, START + DAY)
      })

      promise('a renewed lease lasts longer, and renew names the jobs whose lease is lost', async () => {
        await add()
        await add({ to: ['u@c.example'] })
        const [kept, lost] = (await claim()) as [Job, Job]
        assert.equal(await store.release(lost, START), true)
        assert.deepEqual(await store.renew([kept, lost], START + 3 * LEASE_MS), [lost.id])
        const later = await claim({ now: START + 2 * LEASE_MS })
        assert.deepEqual(
          later.map(job => job.id),
          [lost.id],
        )
      })

      promise('a released job is due when it was said, and the attempt does not count', async () => {
        await add()
        assert.equal(await store.release(await claimOne(), START + 7_000), true)
        assert.equal((await claim({ now: START + 6_999 })).length, 0)
        assert.equal((await claimOne({ now: START + 7_000 })).attempts, 0)
      })

      promise('release with a lost lease changes nothing', async () => {
        await add()
        const stale = await claimOne()
        const fresh = await claimOne({ now: START + LEASE_MS })
        assert.equal(await store.release(stale, START), false)
        assert.equal(await store.commit(settle(fresh, 'delivered'), [], []), true)
      })

      promise('an address that is suppressed is marked on the job, with what was said then', async () => {
        await add({ to: ['gone@b.example'] })
        const job = await claimOne()
        const until = START + 30 * DAY
        const address = job.recipients[0]?.address
        assert.ok(address !== undefined)
        await store.commit(settle(job, 'bounced', { suppressions: [{ address, failure: FAILURE, until }] }), [], [])
        await add({ to: ['gone@b.example', 'here@b.example'] })
        const next = await claimOne()
        assert.deepEqual(next.recipients[0]?.suppressed, { until, detail: '550 5.1.1 User unknown' })
        assert.equal(next.recipients[1]?.suppressed, undefined)
      })
    })

    suite('commit', () => {
      promise('what is delivered is gone, its bytes too, and its facts stay', async () => {
        const { id } = await add()
        const job = await claimOne()
        assert.equal(await store.commit(settle(job, 'delivered'), [], deliveredFacts(job)), true)
        assert.equal((await claim({ now: START + 10 * DAY })).length, 0)
        assert.equal(await store.read(id), undefined)
        assert.equal((await store.list({})).length, 0)
        assert.deepEqual(await kinds(id), ['queued', 'delivered'])
        assert.equal((await store.show(id))?.recipients[0]?.state, 'delivered')
        const { messages, recipients } = await store.counts(START)
        assert.deepEqual([messages, recipients], [0, 0])
      })

      promise('what is deferred is due again at its time, with one attempt more and only what is open', async () => {
        await add({ to: ['1@b.example', '2@b.example', '3@b.example'] })
        const job = await claimOne()
        const settlement = settle(job, ['delivered', 'deferred', 'bounced'], { nextAttemptAt: START + 60_000 })
        await store.commit(settlement, [], [])
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
        await store.commit({ ...settlement, recipients }, [], [])
        const next = await claimOne()
        assert.equal(next.recipients[0]?.delayTold, true)
        await store.commit(settle(next, 'deferred', { nextAttemptAt: START }), [], [])
        assert.equal((await claimOne()).recipients[0]?.delayTold, true)
      })

      promise('a lost lease makes commit answer false and write nothing', async () => {
        const { id } = await add()
        const stale = await claimOne()
        const fresh = await claimOne({ now: START + LEASE_MS })
        const address = stale.recipients[0]?.address
        assert.ok(address !== undefined)
        const suppressions = [{ address, failure: FAILURE, until: START + DAY }]
        const notice = makeSubmission({ from: null, to: ['me@a.example'] })
        assert.equal(
          await store.commit(settle(stale, 'bounced', { suppressions }), [notice], deliveredFacts(stale)),
          false,
        )
        assert.deepEqual(await kinds(id), ['queued'])
        assert.equal(await store.suppression(address, START), undefined)
        assert.equal(await store.show(notice.id), undefined)
        assert.equal(await store.commit(settle(fresh, 'delivered'), [], []), true)
      })

      promise('committing twice counts once', async () => {
        await add()
        const job = await claimOne()
        assert.equal(await store.commit(settle(job, 'delivered'), [], []), true)
        assert.equal(await store.commit(settle(job, 'delivered'), [], []), false)
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
        await store.commit(settle(job, 'bounced'), [notice], facts)
        assert.deepEqual(await kinds(job.messageId), ['queued', 'notice-queued'])
        assert.deepEqual(await kinds(notice.id), ['queued'])
        const next = await claimOne()
        assert.equal(next.messageId, notice.id)
        assert.deepEqual(await store.read(notice.id), Buffer.from('undeliverable'))
      })

      promise('the bytes stay until the last domain of a message is done', async () => {
        const { id, message } = await add({ to: ['1@b.example', '2@c.example', '3@d.example'] })
        const jobs = await claim()
        for (const [at, job] of jobs.entries()) {
          assert.deepEqual(await store.read(id), message.bytes)
          assert.equal((await store.counts(START)).recipients, 3 - at)
          await store.commit(settle(job, 'delivered'), [], [])
        }
        assert.equal(await store.read(id), undefined)
        assert.equal((await store.counts(START)).messages, 0)
      })
    })

    suite('one delivers', () => {
      promise('while one living process delivers, another gets nothing', async () => {
        await add()
        const other = await another()
        assert.equal(await other.holdDelivery(START, LEASE_MS), false)
        const request = { now: START, limit: 9, perDomain: 9, leaseMs: LEASE_MS, exclude: [] }
        assert.deepEqual(await other.claim(request), [])
        assert.equal(await store.holdDelivery(START + 1, LEASE_MS), true)
      })

      promise('several processes enqueue into one queue, and the one that delivers hears of it', async () => {
        const other = await another()
        let heard = 0
        const stop = store.onWork(() => heard++)
        await clock.advance(3_000)
        await settled(() => true)
        heard = 0
        const submission = makeSubmission()
        await other.enqueue(submission)
        await settled(async () => {
          await clock.advance(1_000)
          return heard > 0
        })
        assert.equal((await claimOne()).messageId, submission.id)
        stop()
      })

      promise('work of this process is heard of at once', async () => {
        let heard = 0
        const stop = store.onWork(() => heard++)
        await add()
        assert.equal(heard, 1)
        stop()
        await add()
        assert.equal(heard, 1)
      })

      promise('one that closes hands over at once: its leases are void', async () => {
        const leaving = store
        await add()
        const job = await claimOne()
        const other = await another()
        await leaving.close()
        assert.equal(await other.holdDelivery(START + 1, LEASE_MS), true)
        store = other
        others = []
        const again = await claimOne({ now: START + 1 })
        assert.equal(again.id, job.id)
        assert.deepEqual(await kinds(job.messageId), ['queued'])
      })

      promise(
        'when the one that delivers is gone, another takes over at once, and knows what is uncertain',
        async () => {
          const [sure, unsure, done] = [
            await add({ to: ['sure@b.example'] }),
            await add({ to: ['unsure@c.example', 'too@c.example'], tags: { n: '2' } }),
            await add({ to: ['done@d.example'] }),
          ]
          const jobs = new Map((await claim()).map(job => [job.messageId, job]))
          const jobOf = ({ id }: Submission): Job => jobs.get(id) as Job
          store.enterFinalDot(jobOf(unsure))
          store.enterFinalDot(jobOf(done))
          await store.commit(settle(jobOf(done), 'delivered'), [], deliveredFacts(jobOf(done)))
          const other = await another()
          store.destroy(new Error('killed'))
          await settled(() => other.holdDelivery(START + 5, LEASE_MS))
          store = other
          others = []
          const uncertain = (await store.facts(0, 100))
            .map(({ fact }) => fact)
            .filter(({ kind }) => kind === 'uncertain')
          assert.deepEqual(uncertain, [
            {
              kind: 'uncertain',
              messageId: unsure.id,
              at: START + 5,
              tags: { n: '2' },
              recipients: ['unsure@c.example', 'too@c.example'],
              because: 'process-died',
            },
          ])
          const again = await claim({ now: START + 5 })
          assert.deepEqual(new Set(again.map(job => job.messageId)), new Set([sure.id, unsure.id]))
          assert.equal(await store.commit(settle(jobOf(sure), 'delivered'), [], []), false, 'an old lease is void')
        },
      )

      promise('a job that was given back after its final dot leaves no doubt behind', async () => {
        await add()
        const job = await claimOne()
        store.enterFinalDot(job)()
        await store.release(job, START)
        await claimOne()
        const other = await another()
        store.destroy(new Error('killed'))
        await settled(() => other.holdDelivery(START, LEASE_MS))
        store = other
        others = []
        assert.deepEqual(await kinds(job.messageId), ['queued'])
      })
    })

    suite('facts', () => {
      promise('facts are numbered in the order in which they became true, and read with a cursor', async () => {
        const ids = [await add(), await add(), await add()].map(({ id }) => id)
        const all = await store.facts(0, 100)
        assert.deepEqual(
          all.map(({ fact }) => fact.messageId),
          ids,
        )
        const [first, second] = all
        assert.ok(first !== undefined && second !== undefined && first.number < second.number)
        assert.deepEqual(await store.facts(first.number, 1), [second])
      })

      promise('numbers are not used again, also when everything was pruned', async () => {
        await add()
        await store.commit(settle(await claimOne(), 'delivered'), [], [])
        const last = (await store.facts(0, 100)).at(-1)?.number as number
        assert.equal(await store.prune(START + DAY), 1)
        await add()
        assert.ok(((await store.facts(0, 100))[0]?.number as number) > last)
      })
    })

    suite('looking', () => {
      promise('list shows what is open, filtered, a page at a time', async () => {
        const one = await add({ to: ['1@b.example'], from: 'News@a.example', account: 'x', tags: { t: '1' } })
        const two = await add({ to: ['2@c.example', '3@b.example'] })
        const three = await add({ to: ['4@d.example'], held: true, holdReason: 'why not' })
        const ids = async (filter: Parameters<QueueStore['list']>[0]): Promise<string[]> =>
          (await store.list(filter)).map(({ id }) => id)
        assert.deepEqual(await ids({}), [one.id, two.id, three.id])
        assert.deepEqual(await ids({ domain: 'b.example' }), [one.id, two.id])
        assert.deepEqual(await ids({ from: 'news@' }), [one.id])
        assert.deepEqual(await ids({ account: 'x' }), [one.id])
        assert.deepEqual(await ids({ state: 'held' }), [three.id])
        assert.deepEqual(await ids({ state: 'waiting' }), [one.id, two.id])
        assert.deepEqual(await ids({ limit: 2 }), [one.id, two.id])
        assert.deepEqual(await ids({ limit: 2, after: two.id }), [three.id])
        await claim({ exclude: ['b.example' as Domain] })
        assert.deepEqual(await ids({ state: 'running' }), [two.id])
        assert.deepEqual((await store.list({ account: 'x' }))[0], {
          id: one.id,
          from: 'News@a.example',
          acceptedAt: START,
          expiresAt: START + 5 * DAY,
          sizeBytes: one.message.sizeBytes,
          priority: 'normal',
          tags: { t: '1' },
          account: 'x',
          dueAt: START,
          recipients: [{ address: '1@b.example', state: 'waiting', attempts: 0 }],
        })
      })

      promise('a list longer than one stretch of work is complete', async () => {
        await Promise.all(Array.from({ length: 1_200 }, (_, at) => add({ to: [`u@d${at % 7}.example`] })))
        assert.equal((await store.list({ limit: 5_000 })).length, 1_200)
        assert.equal((await store.list({ limit: 5_000, domain: 'd3.example' })).length, 171)
        assert.equal(await store.hold({ domain: 'd3.example' }, 'test', START), 171)
        const { messages, held, due } = await store.counts(START)
        assert.deepEqual([messages, held, due], [1_200, 171, 1_029])
      })

      promise('show tells the last reply and the attempts of each recipient', async () => {
        const { id } = await add({ to: ['1@b.example', '2@b.example'] })
        const next = START + 60_000
        await store.commit(settle(await claimOne(), ['delivered', 'deferred'], { nextAttemptAt: next }), [], [])
        const entry = await store.show(id)
        assert.equal(entry?.dueAt, next)
        assert.deepEqual(entry?.recipients, [
          { address: '1@b.example', state: 'delivered', attempts: 1, lastReply: '250 ok' },
          { address: '2@b.example', state: 'deferred', attempts: 1, lastReply: '550 5.1.1 User unknown' },
        ])
        assert.deepEqual((await store.list({ state: 'deferred' })).length, 1)
      })

      promise('counts tell what waits, runs and is held', async () => {
        await add({ to: ['1@b.example', '2@c.example'], acceptedAt: START - 5 })
        await add({ notBefore: START + 1 })
        await add({ held: true })
        await claim({ limit: 1 })
        assert.deepEqual(await store.counts(START), {
          messages: 3,
          recipients: 4,
          due: 1,
          running: 1,
          held: 1,
          oldestAcceptedAt: START - 5,
        })
      })

      promise('what nobody knows is undefined, empty, or refused', async () => {
        const id = makeSubmission().id
        assert.equal(await store.show(id), undefined)
        assert.equal(await store.read(id), undefined)
        assert.deepEqual(await store.history(id), [])
        assert.equal(await store.hold(id, 'x', START), 0)
        await rejects(store.list({ after: id }), 'unknown-message')
      })
    })

    suite('operating', () => {
      promise('what is held is not delivered until it is released, and both are told', async () => {
        const { id } = await add()
        assert.equal(await store.hold(id, 'looks odd', START), 1)
        assert.equal(await store.hold(id, 'again', START), 0)
        assert.equal((await claim()).length, 0)
        assert.equal(await store.nextDue([]).then(due => due === undefined || due <= START), true)
        assert.equal(await store.unhold(id, START), 1)
        assert.equal(await store.unhold(id, START), 0)
        assert.equal((await claim()).length, 1)
        assert.deepEqual(await kinds(id), ['queued', 'held', 'released'])
      })

      promise('a hold of what is being delivered takes effect when the attempt ends', async () => {
        const { id } = await add()
        const job = await claimOne()
        assert.equal(await store.hold(id, 'too late', START), 1)
        assert.equal(await store.commit(settle(job, 'deferred', { nextAttemptAt: START }), [], []), true)
        assert.equal((await claim()).length, 0)
        await store.unhold(id, START)
        assert.equal((await claimOne()).attempts, 1)
      })

      promise('retry makes what waits due now', async () => {
        const { id } = await add({ notBefore: START + DAY })
        await add({ to: ['u@c.example'], notBefore: START + DAY })
        assert.equal(await store.retry({ domain: 'b.example' }, START), 1)
        assert.equal((await claimOne()).messageId, id)
      })

      promise('cancel takes back what waits, and leaves what is being delivered', async () => {
        const { id, message } = await add({ to: ['1@b.example', '2@c.example'] })
        const job = await claimOne({ exclude: ['c.example' as Domain] })
        assert.equal(await store.cancel(id, START), 1)
        assert.deepEqual(await store.read(id), message.bytes)
        assert.deepEqual(
          (await store.show(id))?.recipients.map(({ state }) => state),
          ['running', 'cancelled'],
        )
        assert.equal(await store.commit(settle(job, 'delivered'), [], deliveredFacts(job)), true)
        assert.equal(await store.read(id), undefined)
        assert.deepEqual(await kinds(id), ['queued', 'cancelled', 'delivered'])
        assert.equal((await store.counts(START)).recipients, 0)
      })

      promise('cancel of all that waits removes its bytes and counts each message once', async () => {
        const { id } = await add({ to: ['1@b.example', '2@c.example', '3@c.example'] })
        const held = await add({ held: true })
        assert.equal(await store.cancel({}, START), 2)
        assert.equal(await store.cancel({}, START), 0)
        assert.equal(await store.read(id), undefined)
        assert.equal(await store.read(held.id), undefined)
        assert.deepEqual(await kinds(id), ['queued', 'cancelled', 'cancelled', 'cancelled'])
        const counts = await store.counts(START)
        assert.deepEqual(counts, { messages: 0, recipients: 0, due: 0, running: 0, held: 0 })
        assert.equal((await claim()).length, 0)
      })
    })

    suite('suppression and retention', () => {
      promise('a suppression is in force until its time, however the local part is written', async () => {
        await add({ to: ['Gone@b.example'] })
        const job = await claimOne()
        const address = { local: 'Gone', domain: 'b.example' as Domain }
        const until = START + DAY
        await store.commit(settle(job, 'bounced', { suppressions: [{ address, failure: FAILURE, until }] }), [], [])
        const other = { ...address, local: 'gone' }
        assert.deepEqual(await store.suppression(other, START), { address, failure: FAILURE, until })
        assert.equal(await store.suppression(other, until), undefined)
        assert.equal(await store.unsuppress(other), true)
        assert.equal(await store.unsuppress(other), false)
        assert.equal(await store.suppression(address, START), undefined)
      })

      promise('prune removes what is done and older, and nothing that is open or younger', async () => {
        const open = await add({ to: ['open@b.example'] })
        const old = await add({ to: ['old@c.example'] })
        const young = await add({ to: ['young@d.example'] })
        const jobs = new Map((await claim({ exclude: ['b.example' as Domain] })).map(job => [job.messageId, job]))
        const oldJob = jobs.get(old.id) as Job
        const youngJob = jobs.get(young.id) as Job
        await store.commit(settle(oldJob, 'delivered'), [], deliveredFacts(oldJob, START + 1_000))
        await store.commit(settle(youngJob, 'delivered'), [], deliveredFacts(youngJob, START + 5_000))
        assert.equal(await store.prune(START + 3_000), 1)
        assert.equal(await store.show(old.id), undefined)
        assert.deepEqual(await kinds(old.id), [])
        assert.deepEqual(await kinds(young.id), ['queued', 'delivered'])
        assert.deepEqual(await kinds(open.id), ['queued'])
        assert.equal((await claim()).length, 1)
      })

      promise('a key may be used anew when the history of its message is gone', async () => {
        await add({ idempotencyKey: 'k', bytes: Buffer.from('one') })
        await store.commit(settle(await claimOne(), 'delivered'), [], [])
        await store.prune(START + DAY)
        await add({ idempotencyKey: 'k', bytes: Buffer.from('two') })
      })
    })

    suite('the end', () => {
      promise('what was accepted is there when the queue is opened again', async () => {
        const { id, message } = await add()
        await store.close()
        store = await queue.open(clock)
        assert.deepEqual(await store.read(id), message.bytes)
        assert.equal(await store.holdDelivery(START, LEASE_MS), true)
        assert.equal((await claimOne()).messageId, id)
      })

      promise('close finishes what was asked before, and refuses what is asked after', async () => {
        const other = await another()
        const enqueued = other.enqueue(makeSubmission())
        await other.close()
        const { id } = await enqueued
        assert.notEqual(await store.show(id), undefined)
        await rejects(other.enqueue(makeSubmission()), 'closed')
        await rejects(other.facts(0, 1), 'closed')
        await other.close()
      })

      promise('destroy lets go at once, and whoever waits is told', async () => {
        const other = await another()
        const asked = other.facts(0, 1)
        other.destroy(new Error('enough'))
        await rejects(asked, 'closed')
        await rejects(other.enqueue(makeSubmission()), 'closed')
        other.destroy(new Error('again'))
      })
    })
  })
}

/** Asks until it is so; a store that was let go of needs a moment of the system's. */
async function settled(check: () => boolean | Promise<boolean>): Promise<void> {
  for (let round = 0; round < 2_000; round++) {
    if (await check()) return
    await new Promise(resolve => setImmediate(resolve))
  }
  assert.fail('it did not come to pass')
}
