/**
 * What the basic code alone says, when nothing knew better. RFC 5321 §4.2.2, §4.2.3.
 *
 * Policy. Digits alone suppress nobody: hosts make up their own. The last row of each digit is the judgement of what nobody knows: RFC 5321 §4.2.1 and nothing more.
 */
import type { ReplyRule } from '../rule.ts'

const CODES = 'RFC 5321 §4.2.3'

/** Codes that say all there is to say. RFC 5321 §4.2.4 */
export const CODE_RULES: readonly ReplyRule[] = [
  { id: 'rfc5321.455', codes: [455], code: 'not-supported', permanence: 'transient', source: CODES },
  {
    id: 'rfc5321.555',
    codes: [555],
    stages: ['mail', 'rcpt'],
    code: 'not-supported',
    permanence: 'permanent',
    source: CODES,
  },
]

export const BASIC_RULES: readonly ReplyRule[] = [
  { id: 'rfc5321.450', codes: [450], stages: ['rcpt'], code: 'remote-trouble', permanence: 'transient', source: CODES },
  {
    id: 'rfc5321.452-rcpt',
    codes: [452],
    stages: ['rcpt'],
    code: 'too-many-recipients',
    scope: 'recipient',
    permanence: 'transient',
    retryAfterMs: 0,
    source: 'RFC 5321 §4.5.3.1.10',
  },
  { id: 'rfc5321.452', codes: [452], code: 'remote-trouble', scope: 'host', permanence: 'transient', source: CODES },
  {
    id: 'rfc5321.552-rcpt',
    codes: [552],
    stages: ['rcpt'],
    code: 'too-many-recipients',
    scope: 'recipient',
    permanence: 'transient',
    retryAfterMs: 0,
    source: 'RFC 5321 §4.5.3.1.10',
  },
  {
    id: 'rfc5321.552',
    codes: [552],
    code: 'message-too-large',
    scope: 'message',
    permanence: 'permanent',
    remedy: 'message.size',
    source: CODES,
  },
  {
    // To MAIL, 550 to 554 without a word that anyone knows refuse the sender: nothing else has been said yet.
    id: 'rfc5321.55z-mail',
    codes: [550, 551, 553, 554],
    stages: ['mail'],
    code: 'policy-refused',
    scope: 'message',
    permanence: 'permanent',
    source: CODES,
  },
  {
    // A 5yz where the host should greet refuses us, whoever the mail is for.
    id: 'rfc5321.55z-session',
    codes: [55],
    stages: ['greeting', 'ehlo'],
    code: 'policy-refused',
    scope: 'host',
    permanence: 'by-code',
    source: 'RFC 5321 §3.1',
  },
  { id: 'rfc5321.50z', codes: [50], code: 'protocol-trouble', permanence: 'permanent', source: CODES },
  {
    id: 'rfc7504.521',
    codes: [521],
    code: 'not-accepting',
    scope: 'host',
    permanence: 'permanent',
    source: 'RFC 7504 §3',
  },
  {
    id: 'rfc7504.556',
    codes: [556],
    code: 'null-mx',
    scope: 'recipient',
    permanence: 'permanent',
    source: 'RFC 7504 §4',
  },
  { id: 'rfc5321.4yz', codes: [4], code: 'remote-trouble', permanence: 'transient', source: 'RFC 5321 §4.2.1' },
  { id: 'rfc5321.5yz', codes: [5], code: 'refused', permanence: 'by-code', source: 'RFC 5321 §4.2.1' },
]
