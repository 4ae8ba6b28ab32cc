/**
 * Holding: which process delivers, and what becomes of leases whose holder is gone. Runs inside the writer's transaction.
 *
 * Policy.
 * - The holder of delivery has a row with its token and time, and the lock of a side file, which the system frees when the
 *   process dies: then another takes over at once, without waiting for the row to run out.
 * - On a takeover every lease is void, and no site rests any more: the new holder knows of no trouble. A job whose mark stands in the ledger of final dots may have been delivered: that is
 *   told as an `uncertain` fact, and it is due again (RFC 1047). So it is with a lease that ran out.
 *
 * Not here: the lock itself (open.ts), the ledger (final-dots.ts).
 */
import { ofMessage, type UncertainFact } from '../../../model/fact.ts'
import type { QueueId } from '../../../model/queue-id.ts'
import type { MessageMeta } from '../../encode.ts'
import { messageOf } from '../../rows.ts'
import { readMarks } from '../final-dot-ledger.ts'
import type { Verbs } from '../protocol.ts'
import { writeAll } from './fast-path/fast-path.ts'
import { takeOverStage } from './fast-path/fast-path-message.ts'
import type { Desk } from './transaction.ts'

type LapsedRow = readonly [job: number, domain: string, priority: number, due: number, state: number]

export function holdDelivery(desk: Desk, ask: Verbs['holdDelivery']['ask']): Verbs['holdDelivery']['answer'] {
  const { now, until } = ask
  const [holder, heldUntil, locked] = desk.delivery()
  const hasLock = desk.queue.lock()
  if (holder === desk.holder) {
    desk.setHolder(desk.holder, until, hasLock ? 1 : 0)
    return 'kept'
  }
  // A holder that never had the lock (because another one froze with it) can only be told dead by its time.
  const gone = holder === null || heldUntil <= now || (hasLock && locked === 1)
  if (!gone) {
    if (hasLock) desk.queue.unlock()
    return 'no'
  }
  desk.setHolder(desk.holder, until, hasLock ? 1 : 0)
  desk.sql.endRests.run()
  const staged = takeOverStage(desk)
  const uncertain = jobsInFinalDot(desk, new Set(staged))
  backInLine(desk, desk.sql.lapseAll.all() as unknown as LapsedRow[], uncertain, now)
  for (const job of staged) if (uncertain.has(job)) tellUncertain(desk, job, now)
  desk.stage.open(desk.delivery()[3])
  return 'taken'
}

export function leaveDelivery(desk: Desk): null {
  if (!desk.isHolder()) return null
  writeAll(desk)
  desk.setHolder(null, 0, 0)
  desk.sql.endRests.run()
  backInLine(desk, desk.sql.lapseAll.all() as unknown as LapsedRow[], NONE, 0)
  return null
}

/** Makes jobs whose lease ran out visible again. */
export function lapse(desk: Desk, now: number): void {
  if (desk.sql.anyLapsed.get(now) === undefined) return
  const uncertain = jobsInFinalDot(desk, NONE)
  backInLine(desk, desk.sql.lapseUntil.all(now) as unknown as LapsedRow[], uncertain, now)
}

const NONE: ReadonlySet<number> = new Set()

/**
 * A mark counts while the lease it was made under is in force: one that was committed or given back left no doubt. What was
 * on the stage, or was written out from there by another process, had no lease but that one.
 */
function jobsInFinalDot(desk: Desk, staged: ReadonlySet<number>): ReadonlySet<number> {
  const jobs = new Set<number>()
  for (const { job, token } of readMarks(desk.queue.path)) {
    if (staged.has(job)) {
      jobs.add(job)
      continue
    }
    const running = desk.sql.runningToken.get(job) as unknown as [number | null] | undefined
    if (running !== undefined && (running[0] === token || running[0] === null)) jobs.add(job)
  }
  return jobs
}

function backInLine(desk: Desk, rows: readonly LapsedRow[], uncertain: ReadonlySet<number>, now: number): void {
  for (const [job, domain, priority, due, state] of rows) {
    if (state === 0) desk.queueLane(domain, priority, due)
    if (uncertain.has(job)) tellUncertain(desk, job, now)
  }
}

function tellUncertain(desk: Desk, job: number, now: number): void {
  const n = messageOf(job)
  const [id, , meta] = desk.sql.jobMessage.get(n) as unknown as [string, number, string]
  const { tags, account } = JSON.parse(meta) as MessageMeta
  const [domain] = desk.sql.jobDomain.get(job) as unknown as [string]
  const rows = desk.sql.jobRecipients.all(job) as unknown as [number, string][]
  const fact: UncertainFact = {
    kind: 'uncertain',
    ...ofMessage({ messageId: id as QueueId, tags, account }, now),
    recipients: rows.map(([, local]) => `${local}@${domain}`),
    because: 'process-died',
  }
  desk.tell(n, now, JSON.stringify(fact))
}
