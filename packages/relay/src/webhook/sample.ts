/**
 * Sample: a fact of each kind that never was, for who wants to see whether an endpoint takes such an event.
 *
 * Policy. Its message is none that can be: receivers that look it up find nothing.
 */
import type { Domain, DurableFact, QueueId } from '@postrider/core'

const MESSAGE = '00000000000000000000' as QueueId
const TO = 'delivered@postrider.test'
const DOMAIN = 'postrider.test' as Domain
const DAY_MS = 86_400_000

export function sampleFact(kind: DurableFact['kind'], at: number): DurableFact {
  const of = { messageId: MESSAGE, at }
  const tried = { ...of, recipient: TO, attempt: 1, host: 'mx.postrider.test', address: '192.0.2.25' }
  const failed = {
    ...tried,
    code: 'user-unknown',
    scope: 'recipient',
    permanence: kind === 'deferred' ? 'transient' : 'permanent',
    stage: 'rcpt',
    rule: 'rfc5321.5yz',
    detail: 'a test',
    reply: '550 5.1.1 A test',
  } as const
  switch (kind) {
    case 'queued':
      return {
        ...of,
        kind,
        from: 'test@postrider.test',
        recipients: [TO],
        header: '<test@postrider.test>',
        sizeBytes: 0,
        clearance: {
          result: 'skipped',
          envelopeDomain: DOMAIN,
          fromDomain: DOMAIN,
          publicAddresses: [],
          checks: [],
        },
      }
    case 'delivered':
      return { ...tried, kind, reply: '250 2.0.0 A test', tookMs: 1000 }
    case 'deferred':
      return { ...failed, kind, nextAttemptAt: at + 60_000 }
    case 'delayed':
      return { ...tried, kind, sinceMs: DAY_MS }
    case 'bounced':
    case 'expired':
      return { ...failed, kind }
    case 'returned':
      return { ...failed, kind, proven: true }
    case 'uncertain':
      return { ...of, kind, recipients: [TO], because: 'connection-lost' }
    case 'complained':
      return { ...of, kind, recipient: TO, feedback: 'abuse' }
    case 'auto-replied':
      return { ...of, kind, recipient: TO, what: 'absence' }
    case 'cancelled':
    case 'unsubscribed':
      return { ...of, kind, recipient: TO }
    case 'suppressed':
      return { ...of, kind, recipient: TO, until: at + DAY_MS, rule: 'rfc5321.5yz' }
    case 'held':
      return { ...of, kind, because: 'a test' }
    case 'released':
      return { ...of, kind }
    case 'rescheduled':
      return { ...of, kind, dueAt: at + DAY_MS, expiresAt: at + 2 * DAY_MS }
    case 'notice-queued':
      return { ...of, kind, notice: 'failure', noticeId: MESSAGE, to: 'test@postrider.test' }
    default:
      return kind satisfies never
  }
}
