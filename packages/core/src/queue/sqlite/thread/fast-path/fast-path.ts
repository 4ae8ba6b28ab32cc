/**
 * FastPath: what the process that delivers accepted a moment ago and is about to deliver. Such a message is one row of a small
 * table and its bytes; its claim and its lease are in memory alone; and when its attempt settles it for good, its rows are
 * written once, as they stay. Only what is not delivered at once is written out to where it can wait and be found.
 *
 * Policy.
 * - On the fast path stands what has one job, is due at once, and has no key: by the leader, up to `MOST`.
 * - What was not claimed within `PATIENCE_MS`, or is given back or deferred, is written out. So is everything before anyone
 *   looks at the queue or changes it by hand: all other verbs know nothing of the fast path.
 * - When the leader dies, its successor finds the rows, and all is due again. What stands here had one lease at most, so that
 *   a mark of its final dot needs no token to count.
 * - Another process that looks writes everything out as running, for it cannot know what is; the leader sees that it did
 *   (`delivery.cleared`), and puts right what is not.
 *
 * Not here: who waits in which order (fast-path-memory.ts), which verbs look (writer.ts), the order of claims (claim.ts).
 */
import { packRecipients } from '../../../packed.ts'
import { jobBase, type NewMessage, wholeMeta } from '../../../rows.ts'
import type { WriterTransaction } from '../transaction.ts'
import type { Standing } from '../write-message.ts'
import type { FastPathMessage } from './fast-path-memory.ts'
import { readFastPath, writeFastPathMessage } from './fast-path-message.ts'

const MOST = 1_000
const UNCLAIMED_LIMIT_MS = 1_000

/** Whether this process holds delivery and all that it knows of the fast path is so. */
export function isFastPathOpen(transaction: WriterTransaction): boolean {
  if (transaction.fastPath.cleared === undefined) return false
  const { cleared } = transaction.delivery()
  if (!transaction.isLeader()) transaction.fastPath.forget()
  else if (cleared !== transaction.fastPath.cleared) reconcile(transaction, cleared)
  return transaction.fastPath.cleared !== undefined
}

/** Takes a message that `writeMessage` would take, and answers whether it did. */
export function takeOnFastPath(transaction: WriterTransaction, n: number, message: NewMessage): boolean {
  const { id, sender, acceptedAt, expiresAt, size, priority, account } = message
  const [job, second] = message.jobs
  const [queued] = message.facts
  if (job === undefined || second !== undefined || queued === undefined) return false
  if (message.key !== null || message.held !== null || message.due !== acceptedAt) return false
  if (transaction.fastPath.size >= MOST) return false
  if (!isFastPathOpen(transaction)) return false
  const twin = transaction.fastPath.find(jobBase(transaction.fastPath.numberOf(id) ?? -1))
  // An id that is there twice is refused by the table.
  if (twin !== undefined) writeOut(transaction, twin)
  if (twin !== undefined || transaction.sql.messageNumber.get(id) !== undefined) return false
  const fact = transaction.nextFact()
  const { domain } = job
  const recipients = JSON.stringify(packRecipients(job.recipients))
  transaction.sql.addToFastPath.run({
    n,
    id,
    sender,
    acceptedAt,
    expiresAt,
    size,
    priority,
    account,
    meta: wholeMeta(message),
    domain,
    recipients,
    fact,
    queued,
  })
  transaction.fastPath.put(transaction, { n, message, job, fact, queued, lease: undefined })
  return true
}

/** What stands here under this lease. `undefined`: it does not stand here. `false`: it does, but the lease is lost. */
export function fastPathUnder(
  transaction: WriterTransaction,
  job: number,
  token: number,
): FastPathMessage | false | undefined {
  if (!isFastPathOpen(transaction)) return undefined
  const staged = transaction.fastPath.find(job)
  if (staged === undefined) return undefined
  return staged.lease?.token === token ? staged : false
}

/** Writes out what waited too long, is over, or is under a lease that ran out. */
export function writeOld(transaction: WriterTransaction, now: number): void {
  if (!isFastPathOpen(transaction)) return
  for (const staged of transaction.fastPath.lapsed(now)) writeOut(transaction, staged)
  for (const staged of transaction.fastPath.old(now - UNCLAIMED_LIMIT_MS, now)) writeOut(transaction, staged)
}

/** Writes everything out, as it stands. */
export function writeAll(transaction: WriterTransaction): void {
  if (isFastPathOpen(transaction)) {
    for (const staged of transaction.fastPath.all()) writeOut(transaction, staged)
  } else if (!transaction.isLeader()) {
    const rows = readFastPath(transaction)
    if (rows.length === 0) return
    const { until } = transaction.delivery()
    for (const staged of rows)
      writeFastPathMessage(transaction, staged, { state: 1, attempts: 0, lease: { token: null, until } })
    transaction.sql.clearedOnce.run()
  }
}

/** Writes out one message: running while it is under a lease, else waiting; or as it is said. */
export function writeOut(transaction: WriterTransaction, staged: FastPathMessage, standing?: Standing): void {
  const { lease } = staged
  writeFastPathMessage(transaction, staged, standing ?? { state: lease === undefined ? 0 : 1, attempts: 0, lease })
  transaction.fastPath.drop(transaction, staged)
}

/** What another process wrote out as running is told as it is. */
function reconcile(transaction: WriterTransaction, cleared: number): void {
  transaction.fastPath.setCleared(transaction, cleared)
  for (const staged of transaction.fastPath.all()) {
    const { n, lease, message } = staged
    if (transaction.sql.isOnFastPath.holds(n)) continue
    const job = jobBase(n)
    // Under a token of its own its row can be found by those who end leases.
    const token = lease?.token ?? -1
    transaction.sql.adopt.run(token, lease?.until ?? 0, job)
    if (lease === undefined) {
      const held = transaction.sql.leased.get(job, token)?.held === 1
      transaction.sql.putBack.run(held ? 2 : 0, message.due, 0, job)
      if (!held) transaction.queueReadyDomain(staged.job.domain, message.priority, message.due)
    }
    transaction.fastPath.drop(transaction, staged)
  }
}
