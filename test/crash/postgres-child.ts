/**
 * Postgres child: a process that delivers from a shared queue until nothing is left, or until it is killed. Each line of its
 * output is written at once: `dot ID`, `delivered ID`.
 */
import type { Job } from '../../packages/core/src/model/job.ts'
import { openPostgresQueue } from '../../packages/core/src/postgres.ts'
import { deliveredFacts, settle } from '../contract/queue-samples.ts'
import { say } from '../support/say.ts'

export interface Orders {
  readonly connectionString: string
  readonly leaseMs: number
  /** Stops by SIGKILL of its own hand after so many deliveries; 0 is never. */
  readonly dieAfter: number
}

const orders = JSON.parse(process.argv[2] as string) as Orders
const { connectionString, leaseMs, dieAfter } = orders
const store = await openPostgresQueue({ connectionString, connections: 6 })
let delivered = 0

async function deliver(job: Job): Promise<void> {
  const replied = store.enterFinalDot(job)
  // A machine that is busy for so long has lost its lease; the job comes back.
  if (replied === undefined) return
  say(`dot ${job.messageId}`)
  await new Promise(resolve => setTimeout(resolve, 5))
  replied()
  if (!(await store.commit(settle(job, 'delivered'), [], deliveredFacts(job, Date.now())))) return
  say(`delivered ${job.messageId}`)
  if (++delivered === dieAfter) process.kill(process.pid, 'SIGKILL')
}

say('open')
for (;;) {
  const jobs = await store.claim({ now: Date.now(), limit: 20, perDomain: 20, leaseMs, exclude: [] })
  await Promise.all(jobs.map(deliver))
  if (jobs.length > 0) continue
  if ((await store.counts(Date.now())).messages === 0) break
  await new Promise(resolve => setTimeout(resolve, 20))
}
await store.close()
