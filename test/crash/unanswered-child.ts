/**
 * Unanswered child: a process that takes a message and dies, by SIGKILL of its own hand, after the message is written and
 * before anybody is told: in the moment in which the queue asks whether its caller still waits.
 */
import { systemClock } from '../../packages/core/src/ambient/clock.ts'
import { openPostgresQueue } from '../../packages/core/src/postgres.ts'
import { openSqliteQueue } from '../../packages/core/src/queue/index.ts'
import { makeSubmission } from '../contract/queue-samples.ts'
import type { Orders } from './queue-child.ts'

const [place, deliver] = process.argv.slice(2) as [string, string]
const queue = JSON.parse(place) as Orders['queue']
const store = 'path' in queue ? await openSqliteQueue({ ...queue, clock: systemClock }) : await openPostgresQueue(queue)
if (deliver === 'deliver') await store.takeLeadership(systemClock.now(), 3_600_000)

let isWriting = false
const signal = Object.create(new AbortController().signal, {
  aborted: { get: () => isWriting && process.kill(process.pid, 'SIGKILL') },
  throwIfAborted: { value: () => {} },
  addEventListener: { value: () => {} },
  removeEventListener: { value: () => {} },
}) as AbortSignal
const now = Date.now()
await store.enqueue(makeSubmission({ to: ['you@b.example'], acceptedAt: now, notBefore: now, expiresAt: now + 1e9 }), {
  signal,
  begun: () => (isWriting = true),
})
