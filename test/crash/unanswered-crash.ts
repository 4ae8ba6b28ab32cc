/**
 * The death of a process between the write of a message and its answer: whoever delivers next delivers it.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { runNode } from '../support/child.ts'
import type { QueuePlace } from './queue-crash.ts'

const CHILD = join(import.meta.dirname, 'unanswered-child.ts')

export function describeUnanswered(name: string, make: (t: TestContext) => Promise<QueuePlace>): void {
  for (const role of ['deliver', 'accept'])
    test(`${name}: a message that was written and never answered is due after the death of its process, which was there to ${role}`, async t => {
      const place = await make(t)
      const { signal, stderr } = await runNode(CHILD, { args: [JSON.stringify(place.queue), role] })
      assert.equal(signal, 'SIGKILL', stderr)
      await place.succeed()
      const store = await place.open()
      const now = Date.now()
      assert.equal(await store.takeLeadership(now, 60_000), true)
      const jobs = await store.claim({ now, limit: 10, perDomain: 10, leaseMs: 60_000, exclude: [] })
      assert.equal(jobs.length, 1)
    })
}
