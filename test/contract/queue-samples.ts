/**
 * Samples: submissions and settlements for tests of stores.
 */
import { Buffer } from 'node:buffer'
import { type Domain, requireAddress } from '../../packages/core/src/model/address.ts'
import type { DurableFact } from '../../packages/core/src/model/fact.ts'
import type { Failure } from '../../packages/core/src/model/failure.ts'
import type { Job } from '../../packages/core/src/model/job.ts'
import { makeQueueId } from '../../packages/core/src/model/queue-id.ts'
import type { RecipientSettlement, Settlement } from '../../packages/core/src/model/settlement.ts'
import type { Submission } from '../../packages/core/src/model/submission.ts'

export const START: number = Date.UTC(2026, 0, 1)
export const DAY = 86_400_000
export const LEASE_MS = 60_000

export interface Wish extends Partial<Omit<Submission, 'envelope' | 'message'>> {
  readonly to?: readonly string[]
  readonly from?: string | null
  readonly bytes?: Buffer
  /** The Message-ID. */
  readonly header?: string
}

export function makeSubmission({
  to = ['you@b.example'],
  from = 'me@a.example',
  bytes,
  header = '<1@a.example>',
  ...over
}: Wish = {}): Submission {
  const acceptedAt = over.acceptedAt ?? START
  const content = bytes ?? Buffer.from('Subject: hello\r\n\r\nhello\r\n')
  return {
    id: makeQueueId(acceptedAt),
    envelope: {
      reversePath: from === null ? null : requireAddress(from, 'from'),
      recipients: to.map(address => ({ address: requireAddress(address, 'to') })),
    },
    message: {
      bytes: content,
      fields: [],
      bodyStart: 18,
      from: [requireAddress('me@a.example', 'from')],
      sizeBytes: content.length,
      eightBit: false,
      smtpUtf8: false,
      longestLine: 14,
      messageId: header,
      tlsRequiredNo: false,
    },
    clearance: {
      result: 'cleared',
      envelopeDomain: 'a.example' as Domain,
      fromDomain: 'a.example' as Domain,
      publicAddresses: [],
      checks: [],
    },
    acceptedAt,
    notBefore: acceptedAt,
    expiresAt: acceptedAt + 5 * DAY,
    priority: 'normal',
    tags: {},
    ...over,
  }
}

export const FAILURE: Failure = {
  scope: 'recipient',
  permanence: 'permanent',
  code: 'user-unknown',
  stage: 'rcpt',
  rule: 'rfc3463.5.1.1',
  reply: { code: 550, enhanced: { class: 5, subject: 1, detail: 1 }, lines: ['User unknown'] },
  detail: 'there is no such mailbox',
  suppress: true,
}

type State = RecipientSettlement['state']

/** Settles each recipient of a job with the state given for it, in order; the last one stands for all that follow. */
export function settle(job: Job, states: State | readonly State[], over: Partial<Settlement> = {}): Settlement {
  const list = typeof states === 'string' ? [states] : states
  const recipients = job.recipients.map((recipient, at): RecipientSettlement => {
    const state = list[Math.min(at, list.length - 1)] as State
    const verdict =
      state === 'delivered'
        ? ({
            kind: 'accepted',
            recipient: recipient.index,
            reply: { code: 250, lines: ['ok'] },
            host: 'mx.b.example',
            address: '192.0.2.1',
          } as const)
        : ({ kind: 'failed', recipient: recipient.index, failure: FAILURE } as const)
    return { recipient, state, verdict, delayDue: false }
  })
  return { job, at: START, recipients, suppressions: [], notices: [], ...over }
}

export function deliveredFacts(job: Job, at: number = START): readonly DurableFact[] {
  return job.recipients.map(({ address }) => ({
    kind: 'delivered',
    messageId: job.messageId,
    at,
    recipient: `${address.local}@${address.domain}`,
    attempt: job.attempts + 1,
    reply: '250 ok',
    tookMs: at - job.acceptedAt,
  }))
}
