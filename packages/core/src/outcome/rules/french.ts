/**
 * What Orange, La Poste, SFR and Free answer. Orange and La Poste end a reply in a code, such as `OFR006_102` or `LPN007_405`,
 * whose last three digits say what it is; the texts are in French and in English.
 */
import type { FailureCode, FailureScope } from '../../model/failure.ts'
import { HOUR, MINUTE, type ReplyRule } from '../rule.ts'

const POSTMASTER = 'Orange Postmaster (postmaster.orange.fr) and La Poste: codes of refusal'
const SFR = 'SFR: postmaster codes SFR_IN_xNN'
const FREE = 'Free: postmaster.free.fr, blocks end by themselves within a day'

/** One row for each meaning of the last three digits. */
function coded(
  name: string,
  digits: string,
  what: Omit<ReplyRule, 'id' | 'text' | 'source' | 'code' | 'scope'> & {
    readonly code: FailureCode
    readonly scope: FailureScope
  },
): ReplyRule {
  const text = new RegExp(`\\b(?:OFR|LPN|OUK)[\\d_]*_(?:${digits})\\b|\\bofr_(?:${digits})\\b`, 'i')
  return { id: `orange.${name}`, text, source: POSTMASTER, ...what }
}

export const FRENCH_RULES: readonly ReplyRule[] = [
  {
    id: 'orange.connections',
    text: /trop de connexions|\b(?:OFR|LPN|OUK)[\d_]*_104\b/i,
    code: 'too-many-connections',
    scope: 'domain',
    permanence: 'transient',
    retryAfterMs: HOUR,
    source: POSTMASTER,
  },
  coded('blocked', '10[2389]|11[0-9]', {
    code: 'bad-reputation',
    scope: 'domain',
    permanence: 'held',
    retryAfterMs: HOUR,
    remedy: 'reputation.dnsbl',
  }),
  coded('sender', '40[35]', {
    code: 'policy-refused',
    scope: 'message',
    permanence: 'by-code',
    remedy: 'domain.exists',
  }),
  coded('no-such-user', '416', {
    stages: ['rcpt', 'data', 'body', 'final-dot'],
    code: 'user-unknown',
    scope: 'recipient',
    permanence: 'by-code',
    suppress: true,
  }),
  coded('mailbox-full', '417', { code: 'mailbox-full', scope: 'recipient', permanence: 'by-code' }),
  coded('account-blocked', '42[06]', { code: 'user-disabled', scope: 'recipient', permanence: 'by-code' }),
  coded('paused', '503|999', {
    code: 'rate-limited',
    scope: 'domain',
    permanence: 'transient',
    retryAfterMs: HOUR,
    remedy: 'volume.warm-up',
  }),
  coded('service-trouble', '505', {
    code: 'remote-trouble',
    scope: 'domain',
    permanence: 'transient',
    retryAfterMs: HOUR,
  }),
  coded('spam', '506', {
    code: 'content-refused',
    scope: 'message',
    permanence: 'by-code',
    remedy: 'message.content',
  }),
  {
    id: 'sfr.unknown-users',
    of: ['sfr'],
    text: /\bSFR_IN_\w?04\b/,
    code: 'rate-limited',
    scope: 'domain',
    permanence: 'transient',
    retryAfterMs: 2 * HOUR,
    remedy: 'reputation.provider',
    source: SFR,
  },
  {
    id: 'sfr.blocked',
    of: ['sfr'],
    text: /\bSFR_IN_\w?\d\d\b/,
    code: 'bad-reputation',
    scope: 'domain',
    permanence: 'transient',
    retryAfterMs: 2 * HOUR,
    remedy: 'reputation.provider',
    source: SFR,
  },
  {
    id: 'free.blocked',
    of: ['free'],
    text: /too many (?:spams?|errors) from your ip/i,
    code: 'bad-reputation',
    scope: 'domain',
    // Whatever the digit: it ends by itself.
    permanence: 'transient',
    retryAfterMs: 2 * HOUR,
    remedy: 'reputation.provider',
    source: FREE,
  },
  {
    id: 'free.connections',
    of: ['free'],
    codes: [421],
    text: /too many connections/i,
    code: 'too-many-connections',
    scope: 'domain',
    permanence: 'transient',
    retryAfterMs: 5 * MINUTE,
    source: FREE,
  },
]
