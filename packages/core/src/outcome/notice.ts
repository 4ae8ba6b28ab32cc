/**
 * Notice: which delivery status notifications are due, and to whom.
 *
 * Policy. Never for a null reverse-path, so that notices cannot breed (RFC 5321 §6.1, RFC 3461 §6.1). Each recipient's NOTIFY
 * is obeyed (RFC 3461 §4.1): without one, failures and delays are told; success only on request.
 *
 * Not here: how a notice looks (compose/notice.ts).
 */
import type { Notify } from '../model/envelope.ts'
import type { Job, JobRecipient } from '../model/job.ts'
import type { NoticeDue, RecipientSettlement } from '../model/settlement.ts'

/** Who is told by mail: nobody, because facts are enough, or the sender of the message. */
export type NoticeReader = 'nobody' | 'sender'

const ASKED_BY: Readonly<Record<NoticeDue['kind'], Notify>> = {
  failure: 'failure',
  delay: 'delay',
  success: 'success',
}

export function noticesDue(
  job: Job,
  settled: readonly RecipientSettlement[],
  reader: NoticeReader,
): readonly NoticeDue[] {
  const to = job.reversePath
  if (reader === 'nobody' || to === null) return []
  const notices: NoticeDue[] = []
  for (const kind of ['failure', 'delay', 'success'] as const) {
    const recipients = settled.filter(one => kindOf(one) === kind && wants(one.recipient, kind))
    if (recipients.length > 0) notices.push({ kind, to, recipients })
  }
  return notices
}

function kindOf({ state, delayDue, verdict }: RecipientSettlement): NoticeDue['kind'] | undefined {
  switch (state) {
    case 'bounced':
    case 'expired':
      return 'failure'
    case 'deferred':
      return delayDue ? 'delay' : undefined
    case 'delivered':
      // RFC 3461 §5.2.2: a host that took over the request reports success itself.
      return verdict.kind === 'accepted' && verdict.dsnPassedOn === true ? undefined : 'success'
  }
  return state satisfies never
}

/** RFC 3461 §4.1 */
function wants({ notify }: JobRecipient, kind: NoticeDue['kind']): boolean {
  if (notify === undefined) return kind !== 'success'
  return !notify.includes('never') && notify.includes(ASKED_BY[kind])
}
