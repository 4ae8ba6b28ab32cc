/**
 * What anyone may say, told by the enhanced status: RFC 3463 and the registry of IANA.
 *
 * Policy. Asked after the words that name a cause (sender.ts, recipient.ts, message.ts). VAGUE is asked last, where only the kind of trouble is known.
 * The class digit decides permanence, except for "too many recipients", which is never the end (RFC 5321 §4.5.3.1.10), and a
 * login, which its owner can mend; what refuses our address is held.
 */
import type { FailureCode, FailureScope } from '../../model/failure.ts'
import type { ReplyRule } from '../rule.ts'

type More = Pick<ReplyRule, 'retryAfterMs' | 'suppress' | 'tryOtherFamily' | 'remedy' | 'stages'> & {
  readonly permanence?: ReplyRule['permanence']
}

function row(
  status: string,
  code: FailureCode,
  scope: FailureScope | undefined,
  source: string,
  more: More = {},
): ReplyRule {
  const id = `rfc3463.${status.replaceAll('*', 'x')}`
  const base = { id, enhanced: [status], code, source, permanence: 'by-code', ...more } as const
  return scope === undefined ? base : { ...base, scope }
}

export const LOGIN_RULES: readonly ReplyRule[] = [
  {
    id: 'rfc4954.login',
    stages: ['auth'],
    code: 'login-failed',
    scope: 'domain',
    // Ours to mend, not the sender's: what waits is delivered once the login is right. Postfix: smtp_sasl_auth_soft_bounce.
    permanence: 'transient',
    remedy: 'route.login',
    source: 'RFC 4954 §6',
  },
  {
    id: 'rfc4954.login-needed',
    codes: [530, 534, 535, 538],
    unless: ['tls-wanted'],
    code: 'login-failed',
    scope: 'domain',
    permanence: 'transient',
    remedy: 'route.login',
    source: 'RFC 4954 §6',
  },
]

/** They speak of the sender and of nobody else, whatever words for "unknown" stand beside them. */
export const SENDER_STATUS_RULES: readonly ReplyRule[] = [
  row('*.1.7', 'policy-refused', 'message', 'RFC 3463 §3.2', { remedy: 'domain.exists' }),
  row('*.1.8', 'policy-refused', 'message', 'RFC 3463 §3.2', { remedy: 'domain.exists' }),
]

export const STATUS_RULES: readonly ReplyRule[] = [
  {
    // To MAIL, an address status speaks of the sender, whatever its detail.
    id: 'rfc3463.x.1.x-mail',
    enhanced: ['*.1.*'],
    stages: ['mail'],
    code: 'policy-refused',
    scope: 'message',
    permanence: 'by-code',
    remedy: 'domain.exists',
    source: 'RFC 3463 §3.2',
  },
  row('*.1.1', 'user-unknown', 'recipient', 'RFC 3463 §3.2', { suppress: true }),
  row('*.1.6', 'user-moved', 'recipient', 'RFC 3463 §3.2', { suppress: true }),
  row('*.1.10', 'user-unknown', 'recipient', 'Microsoft: Non-delivery reports in Exchange Online (RecipientNotFound)', {
    suppress: true,
  }),
  {
    id: 'rfc3463.x.4.1-recipient',
    codes: [5],
    enhanced: ['*.4.1'],
    text: /recipient address(?:es)? rejected/i,
    code: 'user-unknown',
    scope: 'recipient',
    permanence: 'permanent',
    suppress: true,
    source: 'Microsoft: Non-delivery reports in Exchange Online (directory based edge blocking)',
  },
  row('4.2.1', 'mailbox-busy', 'recipient', 'RFC 5321 §4.2.3, 450'),
  row('5.2.1', 'user-disabled', 'recipient', 'RFC 3463 §3.3'),
  row('*.2.2', 'mailbox-full', 'recipient', 'RFC 3463 §3.3'),
  row('*.5.3', 'too-many-recipients', 'recipient', 'RFC 3463 §3.6', { permanence: 'transient', retryAfterMs: 0 }),
  row('*.7.13', 'user-disabled', 'recipient', 'RFC 5248 §3', { suppress: true }),
  row('*.7.20', 'unauthenticated', 'message', 'RFC 7372 §3.1', { remedy: 'dkim.matches' }),
  row('*.7.21', 'unauthenticated', 'message', 'RFC 7372 §3.1', { remedy: 'dkim.matches' }),
  row('*.7.22', 'unauthenticated', 'message', 'RFC 7372 §3.1', { remedy: 'dmarc.alignment' }),
  row('*.7.23', 'unauthenticated', 'message', 'RFC 7372 §3.2', { remedy: 'spf.covers-egress' }),
  row('*.7.24', 'unauthenticated', 'message', 'RFC 7372 §3.2', { remedy: 'spf.covers-egress' }),
  row('*.7.25', 'reverse-dns', 'domain', 'RFC 7372 §3.3', {
    tryOtherFamily: true,
    remedy: 'host.ptr-confirmed',
    permanence: 'held',
  }),
  row('*.7.26', 'unauthenticated', 'message', 'RFC 7372 §3.4', { remedy: 'dmarc.alignment' }),
  row('*.7.27', 'policy-refused', 'message', 'RFC 7505 §4.2', { remedy: 'domain.exists' }),
  row('*.7.28', 'rate-limited', 'domain', 'IANA: SMTP Enhanced Status Codes (mail flood detected)', {
    remedy: 'volume.warm-up',
  }),
  row('*.1.2', 'no-such-domain', 'recipient', 'RFC 3463 §3.2', { suppress: true }),
  row('*.1.3', 'user-unknown', 'recipient', 'RFC 3463 §3.2', { suppress: true }),
  row('*.1.4', 'user-unknown', 'recipient', 'RFC 3463 §3.2'),
  row('*.1.9', 'not-supported', 'recipient', 'RFC 3886 §3.3.4'),
  row('*.2.3', 'message-too-large', 'recipient', 'RFC 3463 §3.3', { remedy: 'message.size' }),
  row('*.2.4', 'remote-trouble', 'recipient', 'RFC 3463 §3.3'),
  row('*.3.1', 'remote-trouble', 'host', 'RFC 3463 §3.4'),
  row('4.3.2', 'host-busy', 'host', 'RFC 3463 §3.4'),
  row('5.3.2', 'not-accepting', 'host', 'RFC 3463 §3.4, RFC 7504 §4', { suppress: true }),
  row('*.3.3', 'not-supported', 'message', 'RFC 3463 §3.4'),
  row('*.3.4', 'message-too-large', 'message', 'RFC 3463 §3.4', { remedy: 'message.size' }),
  row('*.3.5', 'remote-trouble', 'host', 'RFC 3463 §3.4'),
  row('*.4.1', 'remote-trouble', 'recipient', 'RFC 3463 §3.5'),
  row('*.4.2', 'connection-lost', 'host', 'RFC 3463 §3.5'),
  row('*.4.3', 'remote-trouble', 'recipient', 'RFC 3463 §3.5'),
  row('*.4.4', 'no-mail-host', 'recipient', 'RFC 3463 §3.5'),
  row('*.4.5', 'host-busy', 'host', 'RFC 3463 §3.5'),
  row('*.4.6', 'bad-destination', 'message', 'RFC 3463 §3.5', { remedy: 'route.loop' }),
  row('*.4.7', 'remote-trouble', 'recipient', 'RFC 3463 §3.5'),
  row('*.6.1', 'content-refused', 'message', 'RFC 3463 §3.7', { remedy: 'message.content' }),
  row('*.6.2', 'content-refused', 'message', 'RFC 3463 §3.7', { remedy: 'message.content' }),
  row('*.6.3', 'not-supported', 'message', 'RFC 3463 §3.7'),
  row('*.6.7', 'not-supported', 'message', 'RFC 6531 §4.1'),
  row('*.6.8', 'not-supported', 'message', 'RFC 6531 §4.1'),
  row('*.6.9', 'not-supported', 'message', 'RFC 6531 §4.1'),
  row('*.7.2', 'recipient-refused', 'recipient', 'RFC 3463 §3.8'),
  row('*.7.10', 'tls-required', 'host', 'RFC 5248 §3', { remedy: 'tls.offered' }),
  row('*.7.11', 'login-failed', 'domain', 'RFC 4954 §6', { remedy: 'route.login' }),
  row('*.7.12', 'login-failed', 'domain', 'RFC 4954 §6', { remedy: 'route.login' }),
  row('*.7.16', 'message-too-large', 'message', 'RFC 6710 §9', { remedy: 'message.size' }),
  row('*.7.17', 'user-moved', 'recipient', 'RFC 7293 §14', { suppress: true }),
  row('*.7.18', 'user-moved', 'recipient', 'RFC 7293 §14', { suppress: true }),
  row('*.7.19', 'policy-refused', 'recipient', 'RFC 7293 §14'),
  row('*.7.29', 'unauthenticated', 'message', 'RFC 8617 §10.3'),
  row('*.7.30', 'requiretls-unsupported', 'host', 'RFC 8689 §4.2'),
]

export const VAGUE_STATUS_RULES: readonly ReplyRule[] = [
  row('*.5.*', 'protocol-trouble', undefined, 'RFC 3463 §3.6'),
  row('*.6.*', 'message-malformed', 'message', 'RFC 3463 §3.7', { remedy: 'message.lint' }),
  row('*.7.*', 'policy-refused', undefined, 'RFC 3463 §3.8'),
  row('*.3.*', 'remote-trouble', undefined, 'RFC 3463 §3.4'),
  row('*.4.*', 'remote-trouble', undefined, 'RFC 3463 §3.5'),
]
