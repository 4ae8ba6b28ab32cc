/**
 * What anyone may say about the recipient, told by the meaning of the words (wording/).
 *
 * Policy. An address is called unknown, and suppressed, only where the words cannot mean that the sender is unwanted, and only
 * where it was named.
 */
import type { ReplyRule } from '../rule.ts'

/** Before the recipient stands, "unknown user" is about the sender. */
const FROM_RCPT_ON = ['rcpt', 'data', 'body', 'final-dot'] as const

export const RECIPIENT_RULES: readonly ReplyRule[] = [
  {
    id: 'words.sender-off',
    says: ['off'],
    stages: ['mail'],
    code: 'policy-refused',
    scope: 'message',
    permanence: 'by-code',
    remedy: 'domain.exists',
    source: 'RFC 3463 §3.3',
  },
  {
    id: 'words.sender-unknown',
    says: ['no-such-user'],
    stages: ['mail'],
    code: 'policy-refused',
    scope: 'message',
    permanence: 'by-code',
    remedy: 'domain.exists',
    source: 'RFC 3463 §3.2',
  },
  {
    id: 'words.too-many-recipients',
    says: ['too-many-recipients'],
    stages: FROM_RCPT_ON,
    code: 'too-many-recipients',
    scope: 'recipient',
    permanence: 'transient',
    retryAfterMs: 0,
    source: 'RFC 5321 §4.5.3.1.10',
  },
  {
    id: 'words.full',
    says: ['full'],
    code: 'mailbox-full',
    scope: 'recipient',
    permanence: 'by-code',
    source: 'RFC 3463 §3.3',
  },
  {
    id: 'words.off',
    says: ['off'],
    stages: FROM_RCPT_ON,
    code: 'user-disabled',
    scope: 'recipient',
    permanence: 'by-code',
    suppress: true,
    source: 'RFC 3463 §3.3',
  },
  {
    id: 'words.moved',
    says: ['moved'],
    codes: [5],
    code: 'user-moved',
    scope: 'recipient',
    permanence: 'permanent',
    suppress: true,
    source: 'RFC 5321 §3.4',
  },
  {
    // RFC 7505 gives 5.1.10 to a domain that takes no mail; Exchange says it of a mailbox that is not there.
    id: 'words.null-mx',
    codes: [5],
    stages: ['rcpt'],
    text: /null ?mx|domain does not accept (?:e-?)?mail/i,
    code: 'null-mx',
    scope: 'recipient',
    permanence: 'permanent',
    suppress: true,
    source: 'RFC 7505 §4.1',
  },
  {
    id: 'words.not-accepting',
    says: ['not-accepting'],
    codes: [5],
    code: 'not-accepting',
    scope: 'host',
    permanence: 'permanent',
    suppress: true,
    source: 'RFC 7504 §3',
  },
  {
    id: 'rfc5321.551',
    codes: [551],
    stages: ['rcpt'],
    code: 'user-moved',
    scope: 'recipient',
    permanence: 'permanent',
    suppress: true,
    source: 'RFC 5321 §3.4',
  },
  {
    // Gateways such as docomo's and McAfee's say this with the bare address, also when a filter refused the sender.
    id: 'words.unknown-or-filtered',
    codes: [550],
    stages: FROM_RCPT_ON,
    text: /^\s*unknown user \S+@\S+\s*$/i,
    code: 'user-unknown',
    scope: 'recipient',
    permanence: 'permanent',
    source: 'Sisimai: set of bounce mails (github.com/sisimai/set-of-emails)',
  },
  {
    id: 'words.no-such-user',
    says: ['no-such-user'],
    unless: ['lookup-failed'],
    stages: FROM_RCPT_ON,
    code: 'user-unknown',
    scope: 'recipient',
    permanence: 'at-last',
    suppress: true,
    source: 'RFC 3463 §3.2',
  },
  {
    id: 'words.no-such-domain',
    says: ['no-such-domain'],
    stages: FROM_RCPT_ON,
    code: 'no-such-domain',
    scope: 'recipient',
    permanence: 'at-last',
    suppress: true,
    source: 'RFC 3463 §3.2',
  },
]
