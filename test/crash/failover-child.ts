/**
 * Failover child: a process that accepts and delivers on one queue in PostgreSQL, whatever its servers do, until it is told to
 * end (SIGTERM) and nothing is left. Each line of its output is written at once: `accepted ID`, `refused CODE`, `dot ID`.
 */
import { MailerError } from '../../packages/core/src/model/error.ts'
import type { Job } from '../../packages/core/src/model/job.ts'
import { openPostgresQueue } from '../../packages/core/src/postgres.ts'
import { deliveredFacts, makeSubmission, settle } from '../contract/queue-samples.ts'
import { say } from '../support/say.ts'

export interface Orders {
  readonly connectionString: string
  readonly sources: number
}

const { connectionString, sources } = JSON.parse(process.argv[2] as string) as Orders
/** As long as an SMTP client that is patient waits for its reply. */
const WITHIN_MS = 45_000
/** What was under way when the primary died, and could not be told, is claimed again after so long. */
const LEASE_MS = 20_000
const store = await openPostgresQueue({ connectionString })
const moment = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 10))
let stopping = false
process.on('SIGTERM', () => {
  stopping = true
})

async function source(): Promise<void> {
  for (let at = 0; !stopping; at++) {
    const now = Date.now()
    // One in four waits in the tables, for everybody.
    const to = at % 4 === 0 ? ['u@b.example', 'u@c.example'] : ['u@d.example']
    const submission = makeSubmission({ to, acceptedAt: now, notBefore: now, expiresAt: now + 1e9 })
    try {
      await store.enqueue(submission, { withinMs: WITHIN_MS })
      say(`accepted ${submission.id}`)
    } catch (error) {
      say(`refused ${MailerError.is(error) ? error.code : String(error)}`)
    }
    await moment()
  }
}

async function deliver(job: Job): Promise<void> {
  try {
    if (store.enterFinalDot(job) === undefined) return void (await store.release(job, Date.now()))
    say(`dot ${job.messageId}/${job.domain}`)
    await moment()
    await store.commit(settle(job, 'delivered'), [], deliveredFacts(job, Date.now()))
  } catch {
    // Its lease ends, and it is claimed again.
  }
}

async function sink(): Promise<void> {
  for (;;) {
    try {
      const now = Date.now()
      await store.takeLeadership(now, LEASE_MS)
      const jobs = await store.claim({ now, limit: 20, perDomain: 20, leaseMs: LEASE_MS, exclude: [] })
      await Promise.all(jobs.map(deliver))
      if (stopping && jobs.length === 0 && (await store.counts(now)).messages === 0) return
    } catch {
      // The queue is away for a moment.
    }
    await moment()
  }
}

say('open')
const all = Array.from({ length: sources }, source)
await sink()
await Promise.all(all)
await store.close()
