/**
 * Stopped child: a process that delivers one message, and may stop itself (SIGSTOP) between its claim and its final dot. Each
 * line of its output is written at once: `claimed`, then `sent` or `refused`, and `committed` or `lost`.
 */
import { systemClock } from '../../packages/core/src/ambient/clock.ts'
import type { Job } from '../../packages/core/src/model/job.ts'
import { openPostgresQueue } from '../../packages/core/src/postgres.ts'
import { openSqliteQueue } from '../../packages/core/src/queue/index.ts'
import { deliveredFacts, settle } from '../contract/queue-samples.ts'
import { say } from '../support/say.ts'

export interface Orders {
  readonly queue: { readonly path: string } | { readonly connectionString: string }
  readonly leaseMs: number
  readonly stops: boolean
}

const { queue, leaseMs, stops } = JSON.parse(process.argv[2] as string) as Orders
const store = 'path' in queue ? await openSqliteQueue({ ...queue, clock: systemClock }) : await openPostgresQueue(queue)
const moment = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 20))

async function claimOne(): Promise<Job> {
  for (;;) {
    const held = await store.takeLeadership(Date.now(), leaseMs)
    const request = { now: Date.now(), limit: 1, perDomain: 1, leaseMs, exclude: [] }
    const [job] = held ? await store.claim(request) : []
    if (job !== undefined) return job
    await moment()
  }
}

const job = await claimOne()
say('claimed')
// It goes on from here when it is woken, before any of its timers.
if (stops) process.kill(process.pid, 'SIGSTOP')
const replied = store.enterFinalDot(job)
say(replied === undefined ? 'refused' : 'sent')
replied?.()
if (replied === undefined) await store.release(job, Date.now())
else say((await store.commit(settle(job, 'delivered'), [], deliveredFacts(job, Date.now()))) ? 'committed' : 'lost')
await store.close()
