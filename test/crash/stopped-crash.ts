/**
 * A process that delivers is stopped for longer than its lease, another delivers what it had, and it wakes: it sends nothing
 * that the other one sent.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { QueueStore } from '../../packages/core/src/queue/index.ts'
import { makeSubmission } from '../contract/queue-samples.ts'
import { type Child, startNode } from '../support/child.ts'
import type { Orders } from './stopped-child.ts'

const CHILD = join(import.meta.dirname, 'stopped-child.ts')
/** Longer than a busy machine keeps the heir from its own final dot. */
const LEASE_MS = 5_000

function startChild(t: TestContext, queue: Orders['queue'], stops: boolean): Child {
  const child = startNode(CHILD, { args: [JSON.stringify({ queue, leaseMs: LEASE_MS, stops } satisfies Orders)] })
  t.after(() => child.kill('SIGKILL'))
  return child
}

export async function assertNothingTwice(t: TestContext, store: QueueStore, queue: Orders['queue']): Promise<void> {
  const now = Date.now()
  const { id } = makeSubmission()
  await store.enqueue({ ...makeSubmission(), id, acceptedAt: now, notBefore: now, expiresAt: now + 1e9 })
  const sleeper = startChild(t, queue, true)
  await sleeper.says(/^claimed$/m)
  const heir = await startChild(t, queue, false).ended()
  assert.equal(heir.stdout, 'claimed\nsent\ncommitted\n', heir.stderr)
  sleeper.kill('SIGCONT')
  const woken = await sleeper.ended()
  assert.deepEqual([woken.code, woken.stdout], [0, 'claimed\nrefused\n'], woken.stderr)
  const told = (await store.history(id)).map(({ fact }) => fact.kind)
  assert.equal(told.filter(kind => kind === 'delivered').length, 1)
}
