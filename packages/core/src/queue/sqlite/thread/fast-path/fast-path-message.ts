/**
 * FastPathMessage: one message of the fast path, as a row of its table and as rows of all the others. Runs inside the writer's transaction.
 */
import { type PackedRecipients, unpackRecipients } from '../../../packed.ts'
import { jobBase, NO_ABOUT } from '../../../rows.ts'
import type { WriterTransaction } from '../transaction.ts'
import { type Standing, writeMessage } from '../write-message.ts'
import type { FastPathMessage } from './fast-path-memory.ts'

/** From the fast path into the tables. */
export function writeFastPathMessage(
  transaction: WriterTransaction,
  { n, message, fact, queued }: FastPathMessage,
  standing: Standing,
): void {
  transaction.sql.dropFromFastPath.run(n)
  writeMessage(transaction, n, message, standing)
  transaction.sql.addFact.run({ number: fact, message: n, at: message.acceptedAt, json: queued })
}

/** What stands in the table. */
export function readFastPath(transaction: WriterTransaction): readonly FastPathMessage[] {
  return transaction.sql.fastPath.all().map(({ n, domain, recipients, fact, queued, ...row }) => {
    const job = { domain, recipients: unpackRecipients(JSON.parse(recipients) as PackedRecipients) }
    const message = {
      ...row,
      about: NO_ABOUT,
      due: row.acceptedAt,
      held: null,
      key: null,
      digest: null,
      jobs: [job],
      recipients: job.recipients.length,
      facts: [queued],
      start: 0,
      end: 0,
    }
    return { n, message, job, fact, queued, lease: undefined }
  })
}

/** A leader that died left these: all of them wait again. Answers their jobs. */
export function takeOverFastPath(transaction: WriterTransaction): readonly number[] {
  return readFastPath(transaction).map(staged => {
    writeFastPathMessage(transaction, staged, { state: 0, attempts: 0 })
    return jobBase(staged.n)
  })
}
