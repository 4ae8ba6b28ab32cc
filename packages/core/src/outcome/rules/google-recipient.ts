/** What Gmail and Google Workspace answer about a recipient. Not here: google.ts. */
import { HOUR, type ReplyRule } from '../rule.ts'

const CODES = 'Google: Gmail SMTP errors and codes (support.google.com/a/answer/3726730)'
const OF = ['google'] as const

export const GOOGLE_RECIPIENT_RULES: readonly ReplyRule[] = [
  {
    id: 'google.no-such-user',
    of: OF,
    codes: [550],
    enhanced: ['5.1.1'],
    code: 'user-unknown',
    scope: 'recipient',
    permanence: 'permanent',
    suppress: true,
    source: CODES,
  },
  {
    id: 'google.receiving-rate',
    of: OF,
    codes: [450, 550],
    enhanced: ['*.2.1'],
    text: /\brate\b|too quickly|ReceivingRate/i,
    code: 'rate-limited',
    scope: 'recipient',
    permanence: 'transient',
    retryAfterMs: HOUR,
    source: CODES,
  },
  {
    id: 'google.user-disabled',
    of: OF,
    codes: [550],
    enhanced: ['5.2.1'],
    code: 'user-disabled',
    scope: 'recipient',
    permanence: 'permanent',
    suppress: true,
    source: CODES,
  },
  {
    id: 'google.user-busy',
    of: OF,
    codes: [450],
    enhanced: ['4.2.1'],
    code: 'rate-limited',
    scope: 'recipient',
    permanence: 'transient',
    source: CODES,
  },
  {
    id: 'google.mailbox-full',
    of: OF,
    codes: [452, 552],
    enhanced: ['*.2.2'],
    code: 'mailbox-full',
    scope: 'recipient',
    permanence: 'by-code',
    source: CODES,
  },
]
