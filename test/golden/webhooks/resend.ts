/**
 * Resend: what Resend would post of the facts. It compiles only while it is what the types of its SDK say; what
 * its documentation has beside them stands in objects of their own, which are not held against the types.
 */
import type {
  EmailBouncedEvent,
  EmailDeliveredEvent,
  EmailSuppressedEvent,
  SuppressionAddedEvent,
  WebhookEventPayload,
} from 'resend'

const created_at = '2026-11-05T10:02:03.450Z'
const email: EmailDeliveredEvent['data'] = {
  created_at: '2026-11-05T10:02:02.450Z',
  email_id: '0064bef0-d325-7000-8000-00002d400000',
  message_id: '<5e7a@shop.example>',
  from: 'The Shop <orders@shop.example>',
  to: ['ann@dest.example'],
  subject: 'Your order',
  tags: { kind: 'receipt', tag: 'orders' },
}
const bounced = (type: string, subType: string, said: string): EmailBouncedEvent => {
  const bounce = { type, subType, message: 'It was refused.', diagnosticCode: [`smtp; ${said}`] }
  return { type: 'email.bounced', created_at, data: { ...email, bounce } }
}
const refused = (): EmailSuppressedEvent => {
  const suppressed = { type: 'OnAccountSuppressionList', message: 'It was refused.', reason: 'previous_bounce' }
  return { type: 'email.suppressed', created_at, data: { ...email, suppressed } }
}
const suppression = (origin: 'bounce' | 'complaint'): SuppressionAddedEvent => ({
  type: 'suppression.added',
  created_at,
  data: { id: SUPPRESSION_ID, email: 'ann@dest.example', origin, source_id: email.email_id, created_at },
})
/** Of that address, whenever it is suppressed. */
const SUPPRESSION_ID = '7d099a99-7e12-898a-ba1e-7fe53624247b'

export const RESEND: Readonly<Record<string, WebhookEventPayload>> = {
  queued: { type: 'email.sent', created_at, data: { ...email, to: ['ann@dest.example', 'bob@dest.example'] } },
  delivered: { type: 'email.delivered', created_at, data: email },
  deferred: { type: 'email.delivery_delayed', created_at, data: email },
  bounced: bounced('Permanent', 'NoEmail', '550 5.1.1 No such user'),
  'bounced as full': bounced('Permanent', 'MailboxFull', '552 5.2.2 Full'),
  'bounced for its content': bounced('Permanent', 'ContentRejected', '554 5.7.1 Spam'),
  'bounced for our address': bounced('Permanent', 'General', '554 5.7.1 Listed'),
  'bounced untried': refused(),
  expired: bounced('Transient', 'NoEmail', '450 4.1.1 Later'),
  returned: bounced('Permanent', 'NoEmail', '550 5.1.1 No such user'),
  'returned, says somebody': bounced('Undetermined', 'Undetermined', '550 5.1.1 No such user'),
  complained: { type: 'email.complained', created_at, data: email },
  suppressed: suppression('bounce'),
  'suppressed for a complaint': suppression('complaint'),
}
