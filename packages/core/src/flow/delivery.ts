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
import type { Clock } from '../ambient/clock.ts'
import type { Random } from '../ambient/random.ts'
import type { Domain } from '../model/address.ts'
import { MailerError } from '../model/error.ts'
import { errorFact } from '../model/error-fact.ts'
import { type DurableFact, ofMessage } from '../model/fact.ts'
import type { Job } from '../model/job.ts'
import type { Settlement } from '../model/settlement.ts'
import type { Submission } from '../model/submission.ts'
import type { Verdict } from '../model/verdict.ts'
import { classifySuppressed, expiredVerdicts, factsOf, type SettlePolicy, settle } from '../outcome/index.ts'
import type { QueueStore } from '../queue/index.ts'
import { type Attempted, type AttemptPorts, attempt, type SiteQueuePort } from './attempt.ts'
import type { OwnMail } from './own-mail.ts'

export interface DeliveryPorts extends AttemptPorts {
  readonly store: Pick<QueueStore, 'read' | 'readBlock' | 'nearFinalDot' | 'enterFinalDot' | 'commit' | 'release'>
  readonly siteQueues: SiteQueuePort & {
    /** When the queue of a domain's site opens again, if it is paused. */
    opensAt(domain: Domain): number | undefined
  }
  readonly clock: Pick<Clock, 'now' | 'sleep'>
  readonly ownMail: OwnMail
  readonly policy: SettlePolicy
  readonly random: Random
  /** Counts what became of recipients, and at which mail site. */
  readonly countSettled: (settlement: Settlement, site: string | undefined) => void
}

/** How long until an outcome that could not be written is written again: at first, and at most. */
const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 30_000
const NOTHING: Attempted = { verdicts: [] }

/** @param attempting ends the attempt alone; what it showed by then is still written */
export async function deliver(
  job: Job,
  ports: DeliveryPorts,
  signal: AbortSignal,
  attempting: AbortSignal = signal,
): Promise<void> {
  const unasked = classifySuppressed(job.recipients, ports.clock.now())
  const asked = unasked.length === 0 ? job : withoutJudged(job, unasked)
  const shown = asked.recipients.length === 0 ? NOTHING : await attempt(asked, ports, attempting)
  const verdicts = unasked.length === 0 ? shown.verdicts : [...unasked, ...shown.verdicts]
  const now = ports.clock.now()
  if (verdicts.length === 0 && now < job.expiresAt) {
    if (shown.waits !== undefined) ports.pace.tell(job, shown.waits)
    const due = shown.waits?.until ?? ports.siteQueues.opensAt(job.domain) ?? now
    const released = await ports.store.release(job, Math.min(due, job.expiresAt))
    if (!released && !attempting.aborted) ports.recorder.record({ kind: 'lease-lost', ...ofMessage(job, now) })
    return
  }
  const final = verdicts.length > 0 ? verdicts : expiredVerdicts(job.recipients)
  const settlement = settle(job, final, { policy: ports.policy, now, random: ports.random })
  const { notices, told } = await makeNotices(settlement, ports)
  const facts = [...factsOf(settlement), ...told]
  const committed = await commit(() => ports.store.commit(settlement, notices, facts), ports, signal)
  if (!committed) {
    ports.recorder.record({ kind: 'lease-lost', ...ofMessage(job, ports.clock.now()) })
    return
  }
  ports.countSettled(settlement, shown.site)
  for (const fact of facts) ports.recorder.record(fact)
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
      const { submission, fact } = await ports.ownMail.notice(due, settlement)
      notices.push(submission)
      told.push(fact)
    } catch (error) {
      recordError('making a notice', error, ports)
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
      recordError('writing the outcome of a delivery', error, ports)
      await ports.clock.sleep(waitMs, signal)
    }
  }
}

function recordError(doing: string, error: unknown, ports: DeliveryPorts): void {
  ports.recorder.record(errorFact(doing, error, ports.clock.now()))
}
