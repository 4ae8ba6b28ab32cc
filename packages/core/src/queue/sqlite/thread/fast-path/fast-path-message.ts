/**
 * FastPathMessage: one message of the fast path, as a row of its table and as rows of all the others. Runs inside the writer's transaction.
 */
import { jobBase } from '../../../rows.ts'
import type { WriterTransaction } from '../transaction.ts'
import { type Standing, writeMessage } from '../write-message.ts'
import type { FastPathMessage } from './fast-path-memory.ts'

/** From the fast path into the tables. */
export function writeFastPathMessage(
  transaction: WriterTransaction,
  { n, message, fact }: FastPathMessage,
  standing: Standing,
): void {
  transaction.sql.dropFromFastPath.run(n)
  writeMessage(transaction, n, message, standing)
  transaction.sql.addFact.run(fact, n, message[2], message[14][0] as string)
}

type Row = [
  n: number,
  id: string,
  sender: string,
  acceptedAt: number,
  expiresAt: number,
  size: number,
  priority: number,
  account: string | null,
  meta: string,
  domain: string,
  recipients: string,
  fact: number,
  queued: string,
]

/** What stands in the table. */
export function readFastPath(transaction: WriterTransaction): readonly FastPathMessage[] {
  return (transaction.sql.fastPath.all() as unknown as Row[]).map(
    ([n, id, sender, at, expiresAt, size, priority, account, meta, domain, json, fact, queued]) => {
      const recipients = JSON.parse(json) as (number | string | null)[]
      const jobs = [domain, recipients]
      const count = recipients.length / 3
      const start = [id, sender, at, at, expiresAt, size, priority, account, null, null, null] as const
      return { n, fact, lease: undefined, message: [...start, meta, jobs, count, [queued], 0, 0] }
    },
  )
}

/** A leader that died left these: all of them wait again. Answers their jobs. */
export function takeOverFastPath(transaction: WriterTransaction): readonly number[] {
  return readFastPath(transaction).map(staged => {
    writeFastPathMessage(transaction, staged, { state: 0, attempts: 0 })
    return jobBase(staged.n)
  })
}
