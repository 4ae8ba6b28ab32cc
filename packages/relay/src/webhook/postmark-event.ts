/**
 * PostmarkEvent: a durable fact as Postmark tells it: Delivery, Bounce, SpamComplaint, SubscriptionChange.
 *
 * Policy. `MessageID` is the Message-ID header without its angle brackets, and not an id of ours: that is how those who send by SMTP know
 * their mail; Discourse finds the bounced mail by it together with the recipient. It counts HardBounce, SpamNotification and SpamComplaint
 * against the user and SoftBounce a little. So only what the recipient's address is the reason of is a HardBounce: a refusal of our content
 * or address is `Blocked`, and what nothing proves to be about our mail is `Unknown`. What Postmark has no event for is not told.
 *
 * https://postmarkapp.com/developer/webhooks; https://postmarkapp.com/developer/api/bounce-api#bounce-types
 */
import type { DurableFact, FailureCode } from '@postrider/core'
import type { MessageLook } from './message-look.ts'
import { isOfComplaint, isOfUnsubscribing, SUPPRESSED_BEFOREHAND } from './resend-event.ts'

const BOUNCES = {
  HardBounce: { code: 1, name: 'Hard bounce' },
  DnsError: { code: 256, name: 'DNS error' },
  Unknown: { code: 2048, name: 'Unknown' },
  SoftBounce: { code: 4096, name: 'Soft bounce' },
  SpamComplaint: { code: 100_001, name: 'Spam complaint' },
  Blocked: { code: 100_006, name: 'ISP block' },
  DMARCPolicy: { code: 100_009, name: 'DMARC policy' },
} as const
type BounceType = keyof typeof BOUNCES

const TYPES: Partial<Readonly<Record<FailureCode, BounceType>>> = {
  'user-unknown': 'HardBounce',
  'user-disabled': 'HardBounce',
  'user-moved': 'HardBounce',
  'recipient-refused': 'HardBounce',
  'no-such-domain': 'HardBounce',
  'null-mx': 'HardBounce',
  'bad-destination': 'HardBounce',
  suppressed: 'HardBounce',
  complained: 'SpamComplaint',
  'no-mail-host': 'DnsError',
  'dns-trouble': 'DnsError',
  'bad-reputation': 'Blocked',
  blocklisted: 'Blocked',
  'reverse-dns': 'Blocked',
  'policy-refused': 'Blocked',
  'content-refused': 'Blocked',
  'rate-limited': 'Blocked',
  'relay-denied': 'Blocked',
  unauthenticated: 'DMARCPolicy',
}

type Failed = Extract<DurableFact, { readonly kind: 'bounced' | 'expired' | 'returned' }>

interface PostmarkEvent {
  readonly RecordType: 'Delivery' | 'Bounce' | 'SpamComplaint' | 'SubscriptionChange'
  readonly [field: string]: unknown
}

/** @param number its place in the log, which is the id of a bounce */
export function postmarkEvent(fact: DurableFact, look: MessageLook, number: number): PostmarkEvent | undefined {
  const at = new Date(fact.at).toISOString()
  switch (fact.kind) {
    case 'delivered':
      return {
        RecordType: 'Delivery',
        ...ofMessage(fact, look),
        Recipient: fact.recipient,
        DeliveredAt: at,
        Details: fact.reply ?? '',
      }
    case 'bounced':
    case 'expired':
    case 'returned':
      return {
        RecordType: 'Bounce',
        ...ofMessage(fact, look),
        ...ofBounce(fact, look, number, typeOf(fact)),
        Description: fact.detail,
        Details: fact.reply ?? fact.detail,
      }
    case 'complained':
      return {
        RecordType: 'SpamComplaint',
        ...ofMessage(fact, look),
        ...ofBounce(fact, look, number, 'SpamComplaint'),
        Description: 'The recipient called this message spam.',
        Details: fact.feedback,
      }
    case 'suppressed':
      // Told as `unsubscribed`.
      if (isOfUnsubscribing(fact.rule)) return undefined
      return changeOf(fact, look, isOfComplaint(fact.rule) ? 'SpamComplaint' : 'HardBounce')
    // Who unsubscribes is suppressed with this reason there.
    case 'unsubscribed':
      return changeOf(fact, look, 'ManualSuppression')
    default:
      return undefined
  }
}

function typeOf(fact: Failed): BounceType {
  if (fact.kind === 'returned' && !fact.proven) return 'Unknown'
  const type = TYPES[fact.code] ?? 'SoftBounce'
  if (fact.rule === SUPPRESSED_BEFOREHAND) return type
  // It was tried until its time was over: nobody said that it never can be.
  const isLasting = fact.kind !== 'expired' && fact.permanence === 'permanent'
  return type === 'HardBounce' && !isLasting ? 'SoftBounce' : type
}

function ofMessage({ tags = {} }: DurableFact, { header }: MessageLook) {
  return {
    // We have no servers and no streams: those that its own examples name.
    ServerID: 0,
    MessageStream: 'outbound',
    MessageID: header.replace(/^<|>$/g, ''),
    Tag: tags.tag ?? '',
    Metadata: tags,
  }
}

function ofBounce(
  { at, recipient }: Failed | Extract<DurableFact, { readonly kind: 'complained' }>,
  { from, subject }: MessageLook,
  number: number,
  type: BounceType,
) {
  const { code, name } = BOUNCES[type]
  return {
    ID: number,
    Type: type,
    TypeCode: code,
    Name: name,
    Email: recipient,
    From: addressIn(from),
    BouncedAt: new Date(at).toISOString(),
    DumpAvailable: false,
    Inactive: type === 'HardBounce' || type === 'SpamComplaint',
    CanActivate: type === 'HardBounce',
    Subject: subject,
    Content: '',
  }
}

function changeOf(
  fact: Extract<DurableFact, { readonly kind: 'suppressed' | 'unsubscribed' }>,
  look: MessageLook,
  reason: 'HardBounce' | 'SpamComplaint' | 'ManualSuppression',
): PostmarkEvent {
  return {
    RecordType: 'SubscriptionChange',
    ...ofMessage(fact, look),
    ChangedAt: new Date(fact.at).toISOString(),
    Recipient: fact.recipient,
    Origin: 'Recipient',
    SuppressSending: true,
    SuppressionReason: reason,
  }
}

/** `Name <a@b>` is `a@b` there. */
function addressIn(from: string): string {
  return /<([^<>]*)>\s*$/.exec(from)?.[1] ?? from
}
