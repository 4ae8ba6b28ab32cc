/**
 * Delivery: one job, start to finish: attempt > settle > render notices > commit > record.
 *
 * The order of the lines is the guarantee: judged before settled, settled before committed, committed before told. A job
 * of which nothing was attempted goes back until its site queue opens, and the attempt does not count; when its time is up it
 * ends there.
 *
 * What a server said 250 to is said once: when the outcome cannot be written, the job keeps its lease and writes again later,
 * because to give it back would deliver it again. A notice that cannot be made is told and left out for the same reason.
 *
 * Not here: one attempt (attempt.ts), when and how many (schedule/).
 */
import type { Domain } from '../model/address.ts'
import { MailerError } from '../model/error.ts'
import { errorFact } from '../model/error-fact.ts'
import { type DurableFact, type Fact, ofMessage } from '../model/fact.ts'
import type { Job } from '../model/job.ts'
import type { NoticeDue, Settlement } from '../model/settlement.ts'
import type { Submission } from '../model/submission.ts'
import type { Verdict } from '../model/verdict.ts'
import { type AttemptPorts, attempt } from './attempt.ts'

export interface DeliveryPorts extends AttemptPorts {
  /** Verdicts for recipients that need no attempt: those on the suppression list. */
  readonly judgeUnasked: (job: Job) => readonly Verdict[]
  /** Verdicts for a job whose time ran out while its site queue was shut. */
  readonly judgeNeverTried: (job: Job) => readonly Verdict[]
  /** When the site queue of a domain opens again, if it is shut. */
  readonly opensAt: (domain: Domain) => number | undefined
  readonly settle: (job: Job, verdicts: readonly Verdict[], now: number) => Settlement
  readonly factsOf: (settlement: Settlement) => readonly DurableFact[]
  readonly makeNotice: (notice: NoticeDue, settlement: Settlement) => Promise<Submission>
  readonly noticeFact: (notice: NoticeDue, submission: Submission, settlement: Settlement) => DurableFact
  readonly commit: (
    settlement: Settlement,
    notices: readonly Submission[],
    facts: readonly DurableFact[],
  ) => Promise<boolean>
  readonly release: (job: Job, dueAt: number) => Promise<boolean>
  readonly record: (fact: Fact) => void
  readonly now: () => number
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
}

/** How long until an outcome that could not be written is written again: at first, and at most. */
const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 30_000

export async function deliver(job: Job, ports: DeliveryPorts, signal: AbortSignal): Promise<void> {
  const unasked = ports.judgeUnasked(job)
  const asked = unasked.length === 0 ? job : withoutJudged(job, unasked)
  const verdicts = asked.recipients.length === 0 ? unasked : [...unasked, ...(await attempt(asked, ports, signal))]
  const now = ports.now()
  if (verdicts.length === 0 && now < job.expiresAt) {
    await ports.release(job, ports.opensAt(job.domain) ?? now)
    return
  }
  const final = verdicts.length > 0 ? verdicts : ports.judgeNeverTried(job)
  const settlement = ports.settle(job, final, now)
  const { notices, told } = await makeNotices(settlement, ports)
  const facts = [...ports.factsOf(settlement), ...told]
  const committed = await commit(() => ports.commit(settlement, notices, facts), ports, signal)
  if (!committed) ports.record({ kind: 'lease-lost', ...ofMessage(job, ports.now()) })
  else for (const fact of facts) ports.record(fact)
}

function withoutJudged(job: Job, judged: readonly Verdict[]): Job {
  const known = new Set(judged.map(verdict => verdict.recipient))
  return { ...job, recipients: job.recipients.filter(recipient => !known.has(recipient.index)) }
}

async function makeNotices(
  settlement: Settlement,
  ports: DeliveryPorts,
): Promise<{ readonly notices: readonly Submission[]; readonly told: readonly DurableFact[] }> {
  const notices: Submission[] = []
  const told: DurableFact[] = []
  for (const due of settlement.notices) {
    try {
      const notice = await ports.makeNotice(due, settlement)
      notices.push(notice)
      told.push(ports.noticeFact(due, notice, settlement))
    } catch (error) {
      recordQueueError('making a notice', error, ports)
    }
  }
  return { notices, told }
}

/** @throws what the queue threw last, when we are told to stop or the queue is closed */
async function commit(write: () => Promise<boolean>, ports: DeliveryPorts, signal: AbortSignal): Promise<boolean> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    try {
      return await write()
    } catch (error) {
      if (signal.aborted || (MailerError.is(error) && error.code === 'closed')) throw error
      recordQueueError('writing the outcome of a delivery', error, ports)
      await ports.sleep(waitMs, signal)
    }
  }
}

function recordQueueError(doing: string, error: unknown, ports: DeliveryPorts): void {
  ports.record(errorFact(doing, error, ports.now()))
}
