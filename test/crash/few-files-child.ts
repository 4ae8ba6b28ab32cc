/**
 * Few-files child: has a message in the queue and every descriptor of its process in use, frees one after the other, and asks for
 * leadership each time. It runs under a small limit of open files.
 *
 * Its lines: `refused CODE SENT` while it cannot lead, where SENT says whether a final dot might have been sent, and `leads` with
 * the marks that stand in the ledger after one final dot.
 */
import { closeSync, openSync } from 'node:fs'
import { systemClock } from '../../packages/core/src/ambient/clock.ts'
import { MailerError } from '../../packages/core/src/model/error.ts'
import { openSqliteQueue } from '../../packages/core/src/queue/index.ts'
import { readMarks } from '../../packages/core/src/queue/sqlite/both/final-dot-ledger.ts'
import { makeSubmission } from '../contract/queue-samples.ts'
import { say } from '../support/say.ts'

const LEASE_MS = 60_000
const path = process.argv[2] as string
const store = await openSqliteQueue({ path, clock: systemClock })
const now = systemClock.now()
await store.enqueue(makeSubmission({ acceptedAt: now, notBefore: now, expiresAt: now + 1e9 }))

const taken: number[] = []
try {
  for (;;) taken.push(openSync('/dev/null', 'r'))
} catch {
  // EMFILE: there are no more.
}

const claim = () => store.claim({ now: systemClock.now(), limit: 1, perDomain: 1, leaseMs: LEASE_MS, exclude: [] })

async function leads(): Promise<boolean> {
  try {
    return await store.takeLeadership(systemClock.now(), LEASE_MS)
  } catch (error) {
    if (!MailerError.is(error)) throw error
    const sent = (await claim()).some(job => store.enterFinalDot(job) !== undefined)
    say(`refused ${error.code} ${sent}`)
    return false
  }
}

while (!(await leads())) closeSync(taken.pop() as number)
for (const file of taken) closeSync(file)
const jobs = await claim()
for (const job of jobs) store.enterFinalDot(job)
say(`leads ${readMarks(path).length}`)
await store.close()
