/**
 * Unanswered child: a process that takes a message and dies, by SIGKILL of its own hand, after the message is written and
 * before anybody is told: in the moment in which the queue asks whether its caller still waits.
 */
import { systemClock } from '../../packages/core/src/ambient/clock.ts'
import { openSqliteQueue } from '../../packages/core/src/queue/index.ts'
import { makeSubmission } from '../contract/queue-samples.ts'

const [path, deliver] = process.argv.slice(2) as [string, string]
const store = await openSqliteQueue({ path, clock: systemClock })
if (deliver === 'deliver') await store.takeLeadership(systemClock.now(), 3_600_000)

let isWriting = false
const signal = Object.create(new AbortController().signal, {
  aborted: { get: () => isWriting && process.kill(process.pid, 'SIGKILL') },
  throwIfAborted: { value: () => {} },
  addEventListener: { value: () => {} },
  removeEventListener: { value: () => {} },
}) as AbortSignal
await store.enqueue(makeSubmission({ to: ['you@b.example'] }), { signal, begun: () => (isWriting = true) })
