/**
 * Delivery: one job, start to finish: attempt > settle > render notices > commit > record.
 *
 * The order of the lines is the guarantee: judged before settled, settled before committed, committed before told. A job
 * of which nothing was attempted goes back, and the attempt does not count.
 *
 * Not here: one attempt (attempt.ts), when and how many (schedule/).
 */
import type { DurableFact, Fact } from '../model/fact.ts'
import type { Job } from '../model/job.ts'
import type { NoticeDue, Settlement } from '../model/settlement.ts'
import type { Submission } from '../model/submission.ts'
import type { Verdict } from '../model/verdict.ts'
import { type AttemptRooms, attempt } from './attempt.ts'

export interface DeliveryRooms extends AttemptRooms {
  /** Verdicts for recipients that need no attempt: those on the suppression list. */
  readonly judgeUnasked: (job: Job) => readonly Verdict[]
  readonly settle: (job: Job, verdicts: readonly Verdict[], now: number) => Settlement
  readonly factsOf: (settlement: Settlement) => readonly DurableFact[]
  readonly makeNotice: (notice: NoticeDue, settlement: Settlement) => Promise<Submission>
  readonly noticeFacts: (settlement: Settlement, notices: readonly Submission[]) => readonly DurableFact[]
  readonly commit: (
    settlement: Settlement,
    notices: readonly Submission[],
    facts: readonly DurableFact[],
  ) => Promise<boolean>
  readonly release: (job: Job, dueAt: number) => Promise<boolean>
  readonly record: (fact: Fact) => void
  readonly now: () => number
}

export async function deliver(job: Job, rooms: DeliveryRooms, signal: AbortSignal): Promise<readonly Verdict[]> {
  const unasked = rooms.judgeUnasked(job)
  const asked = unasked.length === 0 ? job : withoutJudged(job, unasked)
  const verdicts = asked.recipients.length === 0 ? unasked : [...unasked, ...(await attempt(asked, rooms, signal))]
  if (verdicts.length === 0) {
    await rooms.release(job, rooms.now())
    return verdicts
  }
  const settlement = rooms.settle(job, verdicts, rooms.now())
  const notices = await Promise.all(settlement.notices.map(notice => rooms.makeNotice(notice, settlement)))
  const facts = [...rooms.factsOf(settlement), ...rooms.noticeFacts(settlement, notices)]
  const committed = await rooms.commit(settlement, notices, facts)
  if (!committed) rooms.record({ kind: 'lease-lost', at: rooms.now(), messageId: job.messageId })
  else for (const fact of facts) rooms.record(fact)
  return verdicts
}

function withoutJudged(job: Job, judged: readonly Verdict[]): Job {
  const known = new Set(judged.map(verdict => verdict.recipient))
  return { ...job, recipients: job.recipients.filter(recipient => !known.has(recipient.index)) }
}
