/**
 * Harness: a queue of its own for each test of the contract, and the few moves that most tests make.
 */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import type { ClaimRequest } from '../../../packages/core/src/model/claim-request.ts'
import { MailerError, type MailerErrorCode } from '../../../packages/core/src/model/error.ts'
import type { Job } from '../../../packages/core/src/model/job.ts'
import type { QueueId } from '../../../packages/core/src/model/queue-id.ts'
import type { Submission } from '../../../packages/core/src/model/submission.ts'
import type { QueueStore } from '../../../packages/core/src/queue/index.ts'
import { FakeClock } from '../../../packages/core/src/testing/fake-clock.ts'
import { LEASE_MS, makeSubmission, START, type Wish } from '../queue-samples.ts'

/** One queue, and a way to open it as each of several processes would. */
export interface QueueUnderTest {
  open(clock: FakeClock): Promise<QueueStore>
  remove(): Promise<void>
}

export interface Skip {
  readonly reason: string
  readonly tests: readonly string[]
}

export class Harness {
  readonly #skip: readonly Skip[]
  queue!: QueueUnderTest
  clock!: FakeClock
  /** The process that holds delivery when a test begins. */
  store!: QueueStore
  others: QueueStore[] = []

  constructor(make: () => Promise<QueueUnderTest>, skip: readonly Skip[]) {
    this.#skip = skip
    beforeEach(async () => {
      this.clock = new FakeClock(START)
      this.queue = await make()
      this.store = await this.queue.open(this.clock)
      this.others = []
      assert.equal(await this.store.takeLeadership(START, LEASE_MS), true)
    })
    afterEach(async () => {
      await Promise.all([this.store, ...this.others].map(each => each.close()))
      await this.queue.remove()
    })
  }

  readonly promise = (title: string, body: () => Promise<void>): void => {
    const reason = this.#skip.find(({ tests }) => tests.includes(title))?.reason
    test(title, reason === undefined ? {} : { skip: reason }, body)
  }

  readonly another = async (): Promise<QueueStore> => {
    const opened = await this.queue.open(this.clock)
    this.others.push(opened)
    return opened
  }

  readonly add = async (wish?: Wish): Promise<Submission> => {
    const submission = makeSubmission(wish)
    await this.store.enqueue(submission)
    return submission
  }

  readonly claim = (over: Partial<ClaimRequest> = {}): Promise<readonly Job[]> =>
    this.store.claim({ now: START, limit: 100, perDomain: 100, leaseMs: LEASE_MS, exclude: [], ...over })

  readonly claimOne = async (over: Partial<ClaimRequest> = {}): Promise<Job> => {
    const jobs = await this.claim(over)
    assert.equal(jobs.length, 1, `claimed ${jobs.length}`)
    return jobs[0] as Job
  }

  readonly kinds = async (id: QueueId): Promise<string[]> => (await this.store.history(id)).map(({ fact }) => fact.kind)

  readonly rejects = (asking: Promise<unknown>, code: MailerErrorCode): Promise<void> =>
    assert.rejects(asking, error => MailerError.is(error) && error.code === code)
}

/** Asks until it is so, for as long as a test may last: what another process or thread does takes the time it takes. */
export async function settled(check: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await check())) await new Promise(resolve => setImmediate(resolve))
}
