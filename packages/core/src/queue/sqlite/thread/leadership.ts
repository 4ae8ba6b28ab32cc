/**
 * Leadership: which process delivers, and what becomes of leases whose leader is gone. Runs inside the writer's transaction.
 *
 * Policy.
 * - The holder of delivery has a row with its token and time, and the lock of a side file, which the system frees when the
 *   process dies: then another takes over at once. Without the lock, a holder is told dead when its row has not changed for
 *   the time of a lease by the monotonic clock of who watches: what the wall clock shows ends nobody's delivery.
 * - On a takeover every lease is void, and no site rests any more: the new holder knows of no trouble. A job whose mark stands in the ledger of final dots may have been delivered: that is
 *   told as an `uncertain` fact, and it is due again (RFC 1047). So it is with a lease that ran out.
 *
 * Not here: the lock itself (open.ts), the ledger (final-dot-ledger.ts).
 */
import { ofMessage, type UncertainFact } from '../../../model/fact.ts'
import type { QueueId } from '../../../model/queue-id.ts'
import type { MessageMeta } from '../../encode.ts'
import { messageOf } from '../../rows.ts'
import { readMarks } from '../both/final-dot-ledger.ts'
import type { Verbs } from '../both/protocol.ts'
import { writeAll } from './fast-path/fast-path.ts'
import { takeOverFastPath } from './fast-path/fast-path-message.ts'
import type { TableRow } from './tables.ts'
import type { WriterTransaction } from './transaction.ts'

type LapsedJob = Pick<TableRow<'job'>, 'id' | 'domain' | 'priority' | 'due' | 'state'>

export function takeLeadership(
  transaction: WriterTransaction,
  ask: Verbs['takeLeadership']['ask'],
): Verbs['takeLeadership']['answer'] {
  const { now, until, monotonic } = ask
  const { holder, until: heldUntil, locked } = transaction.delivery()
  const hasLock = transaction.queue.lock()
  if (holder === transaction.holder) {
    // Each renewal makes the row another than it ever was, for those who watch it; also when the wall clock is set back.
    transaction.setLeader(transaction.holder, Math.max(until, heldUntil + 1), hasLock ? 1 : 0)
    return 'kept'
  }
  // A holder that never had the lock (because another one froze with it) can only be told dead by its silence.
  const silentMs = transaction.leaderWatch.silentMs(`${holder} ${heldUntil}`, monotonic)
  const gone = holder === null || silentMs >= until - now || (hasLock && locked === 1)
  if (!gone) {
    if (hasLock) transaction.queue.unlock()
    return 'no'
  }
  transaction.setLeader(transaction.holder, until, hasLock ? 1 : 0)
  const staged = takeOverFastPath(transaction)
  const uncertain = jobsInFinalDot(transaction, new Set(staged))
  backInLine(transaction, transaction.sql.lapseAll.all(), uncertain, now)
  for (const job of staged) if (uncertain.has(job)) tellUncertain(transaction, job, now)
  transaction.fastPath.open(transaction.delivery().cleared)
  return 'taken'
}

export function giveUpLeadership(transaction: WriterTransaction): null {
  if (!transaction.isLeader()) return null
  // First, for it lasts also when nothing of this can be written: a leader whose lock is free is told dead at once.
  transaction.queue.unlock()
  writeAll(transaction)
  transaction.setLeader(null, 0, 0)
  backInLine(transaction, transaction.sql.lapseAll.all(), NONE, 0)
  return null
}

/** Makes jobs whose lease ran out visible again. */
export function lapse(transaction: WriterTransaction, now: number): void {
  if (!transaction.sql.anyLapsed.holds(now)) return
  const uncertain = jobsInFinalDot(transaction, NONE)
  backInLine(transaction, transaction.sql.lapseUntil.all(now), uncertain, now)
}

const NONE: ReadonlySet<number> = new Set()

/**
 * A mark counts while the lease it was made under is in force: one that was committed or given back left no doubt. What was
 * on the fast path, or was written out from there by another process, had no lease but that one.
 */
function jobsInFinalDot(transaction: WriterTransaction, staged: ReadonlySet<number>): ReadonlySet<number> {
  const jobs = new Set<number>()
  for (const { job, token } of readMarks(transaction.queue.path)) {
    if (staged.has(job)) {
      jobs.add(job)
      continue
    }
    const running = transaction.sql.runningToken.get(job)
    if (running !== undefined && (running.token === token || running.token === null)) jobs.add(job)
  }
  return jobs
}

function backInLine(
  transaction: WriterTransaction,
  jobs: readonly LapsedJob[],
  uncertain: ReadonlySet<number>,
  now: number,
): void {
  for (const { id, domain, priority, due, state } of jobs) {
    if (state === 0) transaction.queueReadyDomain(domain, priority, due)
    if (uncertain.has(id)) tellUncertain(transaction, id, now)
  }
}

function tellUncertain(transaction: WriterTransaction, job: number, now: number): void {
  const n = messageOf(job)
  const { id, meta } = transaction.sql.jobMessage.one(n)
  const { tags, account } = JSON.parse(meta) as MessageMeta
  const { domain } = transaction.sql.jobDomain.one(job)
  const recipients = transaction.sql.jobRecipients.all(job)
  const fact: UncertainFact = {
    kind: 'uncertain',
    ...ofMessage({ messageId: id as QueueId, tags, account }, now),
    recipients: recipients.map(({ local }) => `${local}@${domain}`),
    because: 'process-died',
  }
  transaction.tell(n, now, JSON.stringify(fact))
}
