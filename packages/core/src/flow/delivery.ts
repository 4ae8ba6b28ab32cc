/**
 * Delivery: one job, start to finish: attempt > settle > render notices > commit > record.
 *
 * The order of the lines is the guarantee: judged before settled, settled before committed, committed before told. A job
 * of which nothing was attempted goes back until its lane opens, and the attempt does not count; when its time is up it
 * ends there.
 *
 * Not here: one attempt (attempt.ts), when and how many (schedule/).
 */
import type { Domain } from '../model/address.ts'
import type { DurableFact, Fact } from '../model/fact.ts'
import type { Job } from '../model/job.ts'
import type { NoticeDue, Settlement } from '../model/settlement.ts'
import type { Submission } from '../model/submission.ts'
import type { Verdict } from '../model/verdict.ts'
import { type AttemptRooms, attempt } from './attempt.ts'

export interface DeliveryRooms extends AttemptRooms {
  /** Verdicts for recipients that need no attempt: those on the suppression list. */
  readonly judgeUnasked: (job: Job) => readonly Verdict[]
  /** Verdicts for a job whose time ran out while its lane was shut. */
  readonly judgeNeverTried: (job: Job) => readonly Verdict[]
  /** When the lane of a domain opens again, if it is shut. */
  readonly opensAt: (domain: Domain) => number | undefined
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

export async function deliver(job: Job, rooms: DeliveryRooms, signal: AbortSignal): Promise<void> {
  const unasked = rooms.judgeUnasked(job)
  const asked = unasked.length === 0 ? job : withoutJudged(job, unasked)
  const verdicts = asked.recipients.length === 0 ? unasked : [...unasked, ...(await attempt(asked, rooms, signal))]
  const now = rooms.now()
  if (verdicts.length === 0 && now < job.expiresAt) {
    await rooms.release(job, rooms.opensAt(job.domain) ?? now)
    return
  }
  const final = verdicts.length > 0 ? verdicts : rooms.judgeNeverTried(job)
  const settlement = rooms.settle(job, final, now)
  const notices = await Promise.all(settlement.notices.map(notice => rooms.makeNotice(notice, settlement)))
  const facts = [...rooms.factsOf(settlement), ...rooms.noticeFacts(settlement, notices)]
  const committed = await rooms.commit(settlement, notices, facts)
  if (!committed) rooms.record({ kind: 'lease-lost', at: rooms.now(), messageId: job.messageId })
  else for (const fact of facts) rooms.record(fact)
}

function withoutJudged(job: Job, judged: readonly Verdict[]): Job {
  const known = new Set(judged.map(verdict => verdict.recipient))
  return { ...job, recipients: job.recipients.filter(recipient => !known.has(recipient.index)) }
}
