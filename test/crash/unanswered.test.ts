/**
 * The death of a process between the write of a message and its answer: whoever delivers next delivers it.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '../../packages/core/src/ambient/clock.ts'
import { openSqliteQueue } from '../../packages/core/src/queue/index.ts'
import { runNode } from '../support/child.ts'
import { tempFolder } from '../support/folder.ts'

const CHILD = join(import.meta.dirname, 'unanswered-child.ts')

for (const role of ['deliver', 'accept'])
  test(`a message that was written and never answered is due after the death of its process, which was there to ${role}`, async () => {
    const path = join(tempFolder(), 'queue.db')
    const { signal, stderr } = await runNode(CHILD, { args: [path, role] })
    assert.equal(signal, 'SIGKILL', stderr)
    const store = await openSqliteQueue({ path, clock: systemClock })
    const now = systemClock.now()
    assert.equal(await store.takeLeadership(now, 60_000), true)
    const jobs = await store.claim({ now, limit: 10, perDomain: 10, leaseMs: 60_000, exclude: [] })
    assert.equal(jobs.length, 1)
    await store.close()
  })
