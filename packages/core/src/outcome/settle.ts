/**
 * Settle: from verdicts to everything that follows of them. Pure; the only author of settlements.
 *
 * Policy. Accepted is delivered, permanent is bounced, transient is deferred until its time runs out. A recipient without a
 * verdict is not settled: the attempt was cut off before it was reached, and does not count for it. The recipients that
 * stay deferred are tried together: not before what any failure of the whole host or domain asks for, else when the first
 * of them is due. "At once" is honoured only when this attempt got somewhere, so that it cannot spin.
 *
 * Not here: what a verdict is (classify.ts), how it is told (tell.ts).
 */
import type { Random } from '../ambient/random.ts'
import type { Failure } from '../model/failure.ts'
import type { Job, JobRecipient } from '../model/job.ts'
import type { RecipientSettlement, Settlement } from '../model/settlement.ts'
import type { Failed, Verdict } from '../model/verdict.ts'
import { type NoticeReader, noticesDue } from './notice.ts'
import { DEFAULT_RETRY, nextAttemptAt, type RetryPolicy } from './retry.ts'
import { HOUR, SECOND } from './rule.ts'
import { DEFAULT_SUPPRESS, type SuppressPolicy, suppressions } from './suppress.ts'

export interface SettlePolicy {
  readonly retry: RetryPolicy
  readonly suppress: SuppressPolicy
  /** After how long a message that still waits is told as delayed, once, in ms. @default 4 hours */
  readonly delayWarningMs: number
  /** Who gets delivery status notifications (RFC 3464). @default 'nobody': facts are enough */
  readonly notices: NoticeReader
}

export const DEFAULT_SETTLE: SettlePolicy = {
  retry: DEFAULT_RETRY,
  suppress: DEFAULT_SUPPRESS,
  delayWarningMs: 4 * HOUR,
  notices: 'nobody',
}

/** Rows that say "at once" name less than this. */
const AT_ONCE_MS = 10 * SECOND

export function settle(
  job: Job,
  verdicts: readonly Verdict[],
  { policy, now, random }: { readonly policy: SettlePolicy; readonly now: number; readonly random: Random },
): Settlement {
  const byRecipient = new Map(verdicts.map(verdict => [verdict.recipient, verdict]))
  const recipients: RecipientSettlement[] = []
  for (const recipient of job.recipients) {
    const verdict = byRecipient.get(recipient.index)
    if (verdict !== undefined) recipients.push(settleOne(job, recipient, verdict, { policy, now }))
  }
  const next = nextFor(job, recipients, { policy, now, random })
  return {
    job,
    at: now,
    recipients,
    ...(next !== undefined && { nextAttemptAt: next }),
    suppressions: suppressions(recipients, policy.suppress, { messageId: job.messageId, now }),
    notices: noticesDue(job, recipients, policy.notices),
  }
}

function settleOne(
  job: Job,
  recipient: JobRecipient,
  verdict: Verdict,
  { policy, now }: { readonly policy: SettlePolicy; readonly now: number },
): RecipientSettlement {
  const state = stateOf(verdict, now >= job.expiresAt)
  const delayed = state === 'deferred' && now - job.acceptedAt >= policy.delayWarningMs
  return { recipient, state, verdict, delayDue: delayed && recipient.delayTold !== true }
}

function stateOf(verdict: Verdict, timeIsUp: boolean): RecipientSettlement['state'] {
  if (verdict.kind === 'accepted') return 'delivered'
  if (verdict.failure.code === 'expired') return 'expired'
  if (verdict.failure.permanence === 'permanent') return 'bounced'
  return timeIsUp ? 'expired' : 'deferred'
}

function nextFor(
  job: Job,
  settled: readonly RecipientSettlement[],
  { policy, now, random }: { readonly policy: SettlePolicy; readonly now: number; readonly random: Random },
): number | undefined {
  const progress = settled.some(one => one.state === 'delivered')
  let earliest = Number.POSITIVE_INFINITY
  let notBefore = 0
  for (const { state, verdict } of settled) {
    if (state !== 'deferred') continue
    const { failure } = verdict as Failed
    const retryAfterMs = honoured(failure, progress)
    const due = nextAttemptAt(
      {
        attempts: job.attempts + 1,
        now,
        expiresAt: job.expiresAt,
        ...(retryAfterMs !== undefined && { retryAfterMs }),
      },
      policy.retry,
      random,
    )
    if (due === undefined) continue
    earliest = Math.min(earliest, due)
    const wide = failure.scope === 'host' || failure.scope === 'domain'
    if (wide && retryAfterMs !== undefined) notBefore = Math.max(notBefore, due)
  }
  return Number.isFinite(earliest) ? Math.max(earliest, notBefore) : undefined
}

function honoured({ retryAfterMs }: Failure, progress: boolean): number | undefined {
  return retryAfterMs !== undefined && retryAfterMs < AT_ONCE_MS && !progress ? undefined : retryAfterMs
}
