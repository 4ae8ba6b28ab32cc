/**
 * Settle: every durable consequence of one attempt, under the lease it was made with. Runs inside the writer's
 * transaction; without the lease nothing is written.
 */

import { messageOf, type Settled } from '../../rows.ts'
import type { Verbs } from '../both/protocol.ts'
import { putBack } from './claim.ts'
import { dropContent } from './content.ts'
import { enqueue } from './enqueue.ts'
import { fastPathUnder, writeOut } from './fast-path/fast-path.ts'
import { keepContent } from './kept-content.ts'
import { suppress } from './suppressions.ts'
import type { WriterTransaction } from './transaction.ts'

export function settle(transaction: WriterTransaction, settled: Settled): Verbs['settle']['answer'] {
  const { job, token, attempt, next, recipients } = settled
  const n = messageOf(job)
  const staged = fastPathUnder(transaction, job, token)
  if (staged === false) return 'lost'
  const final = next === null
  if (staged !== undefined && final) {
    writeOut(transaction, staged, { state: 3, attempts: attempt, settled: recipients })
  } else {
    if (staged !== undefined) writeOut(transaction, staged)
    const kept = final
      ? transaction.sql.finish.run(job, token).changes === 1
      : putBack(transaction, { job, token, due: next, attempts: 1 })
    if (!kept) return 'lost'
    for (const { place, state, delayTold, reply } of recipients)
      transaction.sql.settleRecipient.run(state, attempt, delayTold, reply, job, place)
  }
  suppress(transaction, settled.suppressions)
  for (const notice of settled.notices) enqueue(transaction, notice)
  for (const { id, at, json } of settled.facts)
    transaction.tell(id === settled.id ? n : numberOf(transaction, id), at, json)
  const end = (): true =>
    settled.keepUntil === 0 ? dropContent(transaction, n) : keepContent(transaction, n, settled.keepUntil)
  const done = final && (staged !== undefined ? end() : closeJob(transaction, n, end))
  transaction.count(done ? -1 : 0, -settled.finals)
  return done ? 'done' : 'open'
}

function numberOf(transaction: WriterTransaction, id: string): number {
  return transaction.fastPath.numberOf(id) ?? transaction.sql.messageNumber.get(id)?.n ?? 0
}

/** One job of a message is done; with the last of them its bytes go. A message of one job keeps no count. */
export function closeJob(
  transaction: WriterTransaction,
  n: number,
  end: () => true = () => dropContent(transaction, n),
): boolean {
  const { jobs, open } = transaction.sql.openJobs.one(n)
  if (jobs > 1) {
    transaction.sql.setOpenJobs.run(open - 1, n)
    if (open > 1) return false
  }
  return end()
}
