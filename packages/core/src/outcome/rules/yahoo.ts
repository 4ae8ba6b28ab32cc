/** What Yahoo and AOL answer. */
import { HOUR, type ReplyRule, SECOND } from '../rule.ts'

const CODES = 'Yahoo: SMTP error codes (senders.yahooinc.com/smtp-error-codes)'
const OF = ['yahoo'] as const

export const YAHOO_RULES: readonly ReplyRule[] = [
  {
    id: 'yahoo.tss04',
    of: OF,
    codes: [4],
    text: /\[TSS?0[1-5]\]|\[IPTS0[45]\]|temporarily deferred|unexpected volume/i,
    // [TS03] says that retrying will not succeed; until Yahoo says it with a 5yz, waiting costs nothing.
    code: 'bad-reputation',
    scope: 'domain',
    permanence: 'transient',
    retryAfterMs: 2 * HOUR,
    remedy: 'reputation.provider',
    source: CODES,
  },
  {
    id: 'yahoo.tss09',
    of: OF,
    codes: [5],
    text: /\[TSS09\]|permanently deferred|Retrying will NOT succeed/i,
    code: 'bad-reputation',
    scope: 'domain',
    permanence: 'permanent',
    remedy: 'reputation.provider',
    source: CODES,
  },
  {
    id: 'yahoo.blocklisted',
    of: OF,
    codes: [553],
    text: /\[BL\d+\]/,
    code: 'blocklisted',
    scope: 'domain',
    permanence: 'held',
    retryAfterMs: HOUR,
    remedy: 'reputation.dnsbl',
    source: CODES,
  },
  {
    id: 'yahoo.phishing-link',
    of: OF,
    text: /\[?\bPH\d\d\b/,
    code: 'content-refused',
    scope: 'message',
    permanence: 'by-code',
    remedy: 'reputation.url',
    source: CODES,
  },
  {
    id: 'yahoo.unauthenticated',
    of: OF,
    codes: [554],
    enhanced: ['5.7.9'],
    code: 'unauthenticated',
    scope: 'message',
    permanence: 'permanent',
    remedy: 'dmarc.alignment',
    source: CODES,
  },
  {
    id: 'yahoo.no-such-user',
    // Without `of`: the text is unmistakable, and Yahoo answers for hosts under many names.
    codes: [55],
    stages: ['rcpt', 'data', 'body', 'final-dot'],
    text: /delivery error: dd\b|user doesn't have a \S+ account/i,
    code: 'user-unknown',
    scope: 'recipient',
    permanence: 'permanent',
    suppress: true,
    source: CODES,
  },
  {
    id: 'yahoo.messages-per-connection',
    of: OF,
    text: /max(?:imum)? messages? per connection/i,
    code: 'host-busy',
    scope: 'host',
    permanence: 'transient',
    retryAfterMs: 5 * SECOND,
    source: CODES,
  },
]
