/**
 * Full-disk child: enqueues until the queue is full, says so, and goes on trying until it takes messages again.
 *
 * Its lines: `accepted ID`, `refused CODE` once, `recovered`.
 */
import { Buffer } from 'node:buffer'
import { systemClock } from '../../packages/core/src/ambient/clock.ts'
import { MailerError } from '../../packages/core/src/model/error.ts'
import { openSqliteQueue } from '../../packages/core/src/queue/index.ts'
import { makeSubmission } from '../contract/queue-samples.ts'
import { say } from '../support/say.ts'

const store = await openSqliteQueue({ path: process.argv[2] as string, clock: systemClock })
let refused = false
let recovered = false

async function source(): Promise<void> {
  while (!recovered) {
    const submission = makeSubmission({ bytes: Buffer.alloc(20_000, 'x') })
    try {
      await store.enqueue(submission)
      say(`accepted ${submission.id}`)
      if (!refused) continue
      recovered = true
      say('recovered')
    } catch (error) {
      if (!MailerError.is(error)) throw error
      if (!refused) say(`refused ${error.code}`)
      refused = true
    }
  }
}

await Promise.all(Array.from({ length: 8 }, source))
await store.close()
