/**
 * Facts: what the golden webhooks are told of: one message, and what became of it.
 */
import { Buffer } from 'node:buffer'
import type { DurableFact, QueueId } from '@postrider/core'
import type { MessageLook } from '../../../packages/relay/src/webhook/message-look.ts'

const AT: number = Date.UTC(2026, 10, 5, 10, 2, 3, 450)
const ID = '01JBXW6K4M000000005N' as QueueId
const OF = { messageId: ID, at: AT, account: 'shop', tags: { kind: 'receipt', tag: 'orders' } }
const TRIED = { ...OF, recipient: 'ann@dest.example', attempt: 1, host: 'mx.dest.example', address: '192.0.2.25' }
const FAILED = {
  ...TRIED,
  stage: 'rcpt',
  rule: 'rfc5321.5yz',
  scope: 'recipient',
  transcript: ['RCPT TO:<ann@dest.example>'],
}

export const LOOK: MessageLook = {
  header: '<5e7a@shop.example>',
  from: 'The Shop <orders@shop.example>',
  subject: 'Your order',
  acceptedAt: AT - 1000,
}

const refused = (code: string, more: object = {}): object => ({
  ...FAILED,
  code,
  permanence: 'permanent',
  detail: 'It was refused.',
  reply: '550 5.1.1 No such user',
  ...more,
})

/** By the name of the golden example. */
export const FACTS: Readonly<Record<string, DurableFact>> = Object.fromEntries(
  Object.entries({
    queued: {
      ...OF,
      kind: 'queued',
      from: 'orders@shop.example',
      recipients: ['ann@dest.example', 'bob@dest.example'],
      header: '<5e7a@shop.example>',
      sizeBytes: Buffer.byteLength('x'),
      clearance: {},
    },
    delivered: { ...TRIED, kind: 'delivered', reply: '250 2.0.0 Ok', tookMs: 900 },
    deferred: { ...refused('greylisted', { permanence: 'transient', nextAttemptAt: AT + 1 }), kind: 'deferred' },
    'deferred again': { ...refused('greylisted', { attempt: 2, nextAttemptAt: AT + 1 }), kind: 'deferred' },
    bounced: { ...refused('user-unknown'), kind: 'bounced' },
    'bounced as full': { ...refused('mailbox-full', { reply: '552 5.2.2 Full' }), kind: 'bounced' },
    'bounced for its content': { ...refused('content-refused', { reply: '554 5.7.1 Spam' }), kind: 'bounced' },
    'bounced for our address': { ...refused('blocklisted', { reply: '554 5.7.1 Listed' }), kind: 'bounced' },
    'bounced untried': {
      ...refused('suppressed', { rule: 'queue.suppressed', reply: undefined, attempt: 0 }),
      kind: 'bounced',
    },
    expired: { ...refused('user-unknown', { permanence: 'transient', reply: '450 4.1.1 Later' }), kind: 'expired' },
    returned: { ...refused('user-unknown', { proven: true }), kind: 'returned' },
    'returned, says somebody': { ...refused('user-unknown', { proven: false }), kind: 'returned' },
    complained: { ...OF, kind: 'complained', recipient: 'ann@dest.example', feedback: 'abuse', reporter: 'Mail/1' },
    suppressed: {
      ...OF,
      kind: 'suppressed',
      recipient: 'ann@dest.example',
      until: AT + 1000,
      rule: 'rfc5321.5yz',
    },
    'suppressed for a complaint': {
      ...OF,
      kind: 'suppressed',
      recipient: 'ann@dest.example',
      until: AT + 1000,
      rule: 'feedback.complained',
    },
    unsubscribed: { ...OF, kind: 'unsubscribed', recipient: 'ann@dest.example' },
    held: { ...OF, kind: 'held', because: 'looked at' },
  }).map(([name, fact]) => [name, fact as never]),
)
