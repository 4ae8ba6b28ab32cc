/**
 * Full-disk child: enqueues until the queue is full, says so, and goes on trying until it takes messages again.
 *
 * Its lines: `accepted ID`, `refused CODE` once, `recovered`.
 */
import { Buffer } from 'node:buffer'
import { writeSync } from 'node:fs'
import { systemClock } from '../../packages/core/src/ambient/clock.ts'
import { MailerError } from '../../packages/core/src/model/error.ts'
import { openSqliteQueue } from '../../packages/core/src/queue/index.ts'
import { makeSubmission } from '../contract/queue-samples.ts'

const store = await openSqliteQueue({ path: process.argv[2] as string, clock: systemClock })
let refused = false
let recovered = false

async function source(): Promise<void> {
  while (!recovered) {
    const submission = makeSubmission({ bytes: Buffer.alloc(20_000, 'x') })
    try {
      await store.enqueue(submission)
      writeSync(1, `accepted ${submission.id}\n`)
      if (!refused) continue
      recovered = true
      writeSync(1, 'recovered\n')
    } catch (error) {
      if (!MailerError.is(error)) throw error
      if (!refused) writeSync(1, `refused ${error.code}\n`)
      refused = true
    }
  }
}

await Promise.all(Array.from({ length: 8 }, source))
await store.close()
