/**
 * ResendEvent: a durable fact as Resend tells it (`email.delivered`, `email.bounced` …).
 *
 * Policy. `to` is whom the event is about: all recipients of a mail that was sent, one of everything else, since whoever reads an
 * event suppresses whom it names. Resend says once that a mail is late, at the first deferral. A bounce that nothing proves to be ours is
 * `Undetermined`. What Resend has no event for is not told: endpoints that want it take our own form.
 *
 * https://resend.com/docs/webhooks/event-types; the types of its SDK.
 */
import type { DurableFact, FailureCode } from '@postrider/core'
import { uuidOf, uuidOfText } from '../uuid/index.ts'
import type { MessageLook } from './message-look.ts'

export const RESEND_TYPES = [
  'email.sent',
  'email.scheduled',
  'email.delivered',
  'email.delivery_delayed',
  'email.bounced',
  'email.suppressed',
  'email.complained',
  'suppression.added',
] as const
export type ResendType = (typeof RESEND_TYPES)[number]

/** The facts that such an event may be told of. */
export const KINDS_OF_RESEND: Readonly<Record<ResendType, readonly DurableFact['kind'][]>> = {
  'email.sent': ['queued'],
  'email.scheduled': ['queued'],
  'email.delivered': ['delivered'],
  'email.delivery_delayed': ['deferred'],
  'email.bounced': ['bounced', 'expired', 'returned'],
  'email.suppressed': ['bounced'],
  'email.complained': ['complained'],
  'suppression.added': ['suppressed'],
}

const SUB_TYPES: Partial<Readonly<Record<FailureCode, string>>> = {
  'user-unknown': 'NoEmail',
  'user-moved': 'NoEmail',
  'no-such-domain': 'NoEmail',
  'mailbox-full': 'MailboxFull',
  'message-too-large': 'MessageTooLarge',
  'content-refused': 'ContentRejected',
}

type Failed = Extract<DurableFact, { readonly kind: 'bounced' | 'expired' | 'returned' }>

interface ResendEvent {
  readonly type: ResendType
  readonly created_at: string
  readonly data: Readonly<Record<string, unknown>>
}

export function resendEvent(fact: DurableFact, look: MessageLook): ResendEvent | undefined {
  const named = nameOf(fact)
  if (named === undefined) return undefined
  const { type, to, ...more } = named
  const created_at = new Date(fact.at).toISOString()
  if (fact.kind === 'suppressed') return { type, created_at, data: suppressionOf(fact) }
  const data = {
    created_at: new Date(look.acceptedAt ?? fact.at).toISOString(),
    email_id: uuidOf(fact.messageId),
    message_id: look.header,
    from: look.from,
    to,
    subject: look.subject,
    ...(fact.tags !== undefined && { tags: fact.tags }),
    ...more,
  }
  return { type, created_at, data }
}

type Named = { readonly type: ResendType; readonly to: readonly string[] } & Readonly<Record<string, unknown>>

function nameOf(fact: DurableFact): Named | undefined {
  switch (fact.kind) {
    case 'queued':
      return { type: fact.notBefore === undefined ? 'email.sent' : 'email.scheduled', to: fact.recipients }
    case 'delivered':
      return { type: 'email.delivered', to: [fact.recipient] }
    case 'deferred':
      return fact.attempt === 1 ? { type: 'email.delivery_delayed', to: [fact.recipient] } : undefined
    case 'bounced':
      if (fact.rule === SUPPRESSED_BEFOREHAND)
        return { type: 'email.suppressed', to: [fact.recipient], ...refusalOf(fact) }
      return { type: 'email.bounced', to: [fact.recipient], bounce: bounceOf(fact) }
    case 'expired':
    case 'returned':
      return { type: 'email.bounced', to: [fact.recipient], bounce: bounceOf(fact) }
    case 'complained':
      return { type: 'email.complained', to: [fact.recipient] }
    case 'suppressed':
      return { type: 'suppression.added', to: [fact.recipient] }
    default:
      return undefined
  }
}

/** It was refused before it was tried. */
export const SUPPRESSED_BEFOREHAND = 'queue.suppressed'

function bounceOf(fact: Failed): Readonly<Record<string, unknown>> {
  const { code, detail, reply } = fact
  const isDoubtful = fact.kind === 'returned' && !fact.proven
  const lasting = fact.kind !== 'expired' && fact.permanence === 'permanent' ? 'Permanent' : 'Transient'
  return {
    type: isDoubtful ? 'Undetermined' : lasting,
    subType: isDoubtful ? 'Undetermined' : (SUB_TYPES[code] ?? 'General'),
    message: detail,
    ...(reply !== undefined && { diagnosticCode: [`smtp; ${reply}`] }),
  }
}

function refusalOf({ code, detail }: Failed): Readonly<Record<string, unknown>> {
  const reason = code === 'complained' ? 'previous_complaint' : 'previous_bounce'
  return { suppressed: { type: 'OnAccountSuppressionList', message: detail, reason } }
}

function suppressionOf({ recipient, rule, messageId, at }: Extract<DurableFact, { readonly kind: 'suppressed' }>) {
  return {
    id: uuidOfText('suppression', recipient.toLowerCase()),
    email: recipient,
    origin: isOfComplaint(rule) ? 'complaint' : isOfUnsubscribing(rule) ? 'manual' : 'bounce',
    source_id: uuidOf(messageId),
    created_at: new Date(at).toISOString(),
  }
}

/** It has no word for the wish of the recipient. */
export function isOfUnsubscribing(rule: string): boolean {
  return rule === 'feedback.unsubscribed'
}

/** What a suppression stands for: a complaint, or an address that refused. */
export function isOfComplaint(rule: string): boolean {
  return rule === 'feedback.complained'
}
