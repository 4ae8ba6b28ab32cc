/**
 * Postmark: what Postmark would post of the facts, and what its documentation says that each kind of record has.
 *
 * https://postmarkapp.com/developer/webhooks/bounce-webhook, …/delivery-webhook, …/spam-complaint-webhook,
 * …/subscription-change-webhook; the codes of https://postmarkapp.com/developer/api/bounce-api#bounce-types
 */
type Kind = 'string' | 'number' | 'boolean' | 'object'

const OF_MESSAGE = {
  RecordType: 'string',
  ServerID: 'number',
  MessageStream: 'string',
  MessageID: 'string',
  Tag: 'string',
  Metadata: 'object',
} as const
const OF_BOUNCE = {
  ...OF_MESSAGE,
  ID: 'number',
  Type: 'string',
  TypeCode: 'number',
  Name: 'string',
  Description: 'string',
  Details: 'string',
  Email: 'string',
  From: 'string',
  BouncedAt: 'string',
  DumpAvailable: 'boolean',
  Inactive: 'boolean',
  CanActivate: 'boolean',
  Subject: 'string',
  Content: 'string',
} as const

/** The fields of each record, all of them, and what they hold. */
export const RECORDS: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  Delivery: { ...OF_MESSAGE, Recipient: 'string', DeliveredAt: 'string', Details: 'string' },
  Bounce: OF_BOUNCE,
  SpamComplaint: OF_BOUNCE,
  SubscriptionChange: {
    ...OF_MESSAGE,
    ChangedAt: 'string',
    Recipient: 'string',
    Origin: 'string',
    SuppressSending: 'boolean',
    SuppressionReason: 'string',
  },
}

export const TYPE_CODES: Readonly<Record<string, number>> = {
  HardBounce: 1,
  Transient: 2,
  Unsubscribe: 16,
  Subscribe: 32,
  AutoResponder: 64,
  AddressChange: 128,
  DnsError: 256,
  SpamNotification: 512,
  OpenRelayTest: 1024,
  Unknown: 2048,
  SoftBounce: 4096,
  VirusNotification: 8192,
  ChallengeVerification: 16_384,
  BadEmailAddress: 100_000,
  SpamComplaint: 100_001,
  ManuallyDeactivated: 100_002,
  Unconfirmed: 100_003,
  Blocked: 100_006,
  SMTPApiError: 100_007,
  InboundError: 100_008,
  DMARCPolicy: 100_009,
  TemplateRenderingFailed: 100_010,
}
export const SUPPRESSION_REASONS: readonly string[] = ['HardBounce', 'SpamComplaint', 'ManualSuppression']

const at = '2026-11-05T10:02:03.450Z'
const message = {
  ServerID: 0,
  MessageStream: 'outbound',
  MessageID: '5e7a@shop.example',
  Tag: 'orders',
  Metadata: { kind: 'receipt', tag: 'orders' },
}
const bounce = (
  RecordType: string,
  [Type, Name, Inactive, CanActivate]: readonly [string, string, boolean, boolean],
) => ({
  RecordType,
  ...message,
  ID: 7,
  Type,
  TypeCode: TYPE_CODES[Type],
  Name,
  Description: 'It was refused.',
  Details: '550 5.1.1 No such user',
  Email: 'ann@dest.example',
  From: 'orders@shop.example',
  BouncedAt: at,
  DumpAvailable: false,
  Inactive,
  CanActivate,
  Subject: 'Your order',
  Content: '',
})
const HARD = ['HardBounce', 'Hard bounce', true, true] as const
const SOFT = ['SoftBounce', 'Soft bounce', false, false] as const
const BLOCKED = ['Blocked', 'ISP block', false, false] as const
const change = (SuppressionReason: string) => ({
  RecordType: 'SubscriptionChange',
  ...message,
  ChangedAt: at,
  Recipient: 'ann@dest.example',
  Origin: 'Recipient',
  SuppressSending: true,
  SuppressionReason,
})

export const POSTMARK: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  delivered: {
    RecordType: 'Delivery',
    ...message,
    Recipient: 'ann@dest.example',
    DeliveredAt: at,
    Details: '250 2.0.0 Ok',
  },
  bounced: bounce('Bounce', HARD),
  'bounced as full': { ...bounce('Bounce', SOFT), Details: '552 5.2.2 Full' },
  'bounced for its content': { ...bounce('Bounce', BLOCKED), Details: '554 5.7.1 Spam' },
  'bounced for our address': { ...bounce('Bounce', BLOCKED), Details: '554 5.7.1 Listed' },
  'bounced untried': { ...bounce('Bounce', HARD), Details: 'It was refused.' },
  expired: { ...bounce('Bounce', SOFT), Details: '450 4.1.1 Later' },
  returned: bounce('Bounce', HARD),
  'returned, says somebody': bounce('Bounce', ['Unknown', 'Unknown', false, false]),
  complained: {
    ...bounce('SpamComplaint', ['SpamComplaint', 'Spam complaint', true, false]),
    Description: 'The recipient called this message spam.',
    Details: 'abuse',
  },
  suppressed: change('HardBounce'),
  'suppressed for a complaint': change('SpamComplaint'),
  unsubscribed: change('ManualSuppression'),
}
