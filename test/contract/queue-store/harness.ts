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

/** How many octets of messages that are done a queue keeps here. */
export const MOST_KEPT: number = 20 * 2 ** 20

/** One queue, and a way to open it as each of several processes would. */
export interface QueueUnderTest {
  open(clock: FakeClock): Promise<QueueStore>
  remove(): Promise<void>
  /** How long a process that was killed is waited for, before another takes over what it had. */
  readonly silentMs: number
  /** Whether the marks of these final dots are where another process finds them. */
  marked(jobs: readonly Job[]): Promise<boolean>
}

export class Harness {
  readonly #make: () => Promise<QueueUnderTest>
  queue!: QueueUnderTest
  clock!: FakeClock
  /** The process that holds delivery when a test begins. */
  store!: QueueStore
  others: QueueStore[] = []

  constructor(make: () => Promise<QueueUnderTest>) {
    this.#make = make
    beforeEach(async () => {
      this.clock = new FakeClock(START)
      this.queue = await this.#make()
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
    test(title, body)
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

  /** The process of `store` is killed with these final dots marked, and another takes over from it and stands in its place. */
  readonly succeed = async (heir: QueueStore, marked: readonly Job[]): Promise<void> => {
    await settled(() => this.queue.marked(marked))
    this.store.destroy(new Error('killed'))
    await outlive(heir, this.clock, this.queue.silentMs)
    this.store = heir
    this.others = this.others.filter(each => each !== heir)
  }

  readonly rejects = (asking: Promise<unknown>, code: MailerErrorCode): Promise<void> =>
    assert.rejects(asking, error => MailerError.is(error) && error.code === code)
}

/** Becomes the one that delivers in the place of one that was killed: says each second that it lives, for as long as it takes. */
export async function outlive(heir: QueueStore, clock: FakeClock, silentMs: number): Promise<void> {
  for (let passed = 0; passed < silentMs; passed += 1_000) {
    await heir.takeLeadership(clock.now(), LEASE_MS)
    await clock.advance(1_000)
  }
  await settled(() => heir.takeLeadership(clock.now(), LEASE_MS))
}

/** Longer than anything that another process or thread does takes, on a busy machine too. */
const SETTLES_MS = 20_000

/** Asks until it is so: what another process or thread does takes the time it takes. @throws when it never is */
export async function settled(check: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + SETTLES_MS
  while (!(await check())) {
    assert.ok(performance.now() < end, `not so after ${SETTLES_MS} ms: ${check}`)
    await new Promise(resolve => setImmediate(resolve))
  }
}
