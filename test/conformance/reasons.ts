/**
 * Reasons: which of our failure codes say the same as a label of the corpora, and what the label says about trying again.
 *
 * Policy. Written before the reply rules it measures, and not bent to them. What refuses our address or session (block list,
 * reputation, reverse name, rate, connections) refuses all that we send, recipients and messages aside: right is to keep the
 * mail and tell the operator, whatever the digit says. Otherwise the digit is right (RFC 5321 §4.2.1). A label that says
 * that nothing can be told (`onhold`, `undefined`) is measured for neither.
 */
import type { FailureCode, Permanence } from '../../packages/core/src/model/failure.ts'

interface Meaning {
  readonly codes: readonly FailureCode[]
  /** Of a 5yz; a 4yz is transient at the first attempt. */
  readonly permanence: Permanence
}

const OURS_TO_MEND = 'transient'
const BY_DIGIT = 'permanent'

/** Sisimai's reasons (libsisimai.org/en/reason). */
export const SISIMAI: Readonly<Record<string, Meaning | undefined>> = {
  userunknown: { codes: ['user-unknown'], permanence: BY_DIGIT },
  hostunknown: { codes: ['no-such-domain', 'no-mail-host'], permanence: BY_DIGIT },
  hasmoved: { codes: ['user-moved'], permanence: BY_DIGIT },
  notaccept: { codes: ['null-mx', 'no-mail-host', 'not-accepting'], permanence: BY_DIGIT },
  mailboxfull: { codes: ['mailbox-full'], permanence: BY_DIGIT },
  suspend: { codes: ['user-disabled'], permanence: BY_DIGIT },
  filtered: { codes: ['recipient-refused'], permanence: BY_DIGIT },
  expired: { codes: ['expired', 'remote-trouble', 'host-unreachable', 'connection-lost'], permanence: BY_DIGIT },
  networkerror: {
    codes: ['host-unreachable', 'connection-lost', 'no-mail-host', 'dns-trouble', 'bad-destination', 'remote-trouble'],
    permanence: BY_DIGIT,
  },
  systemerror: { codes: ['remote-trouble', 'dns-trouble'], permanence: BY_DIGIT },
  mailererror: { codes: ['remote-trouble'], permanence: BY_DIGIT },
  systemfull: { codes: ['remote-trouble', 'host-busy'], permanence: OURS_TO_MEND },
  toomanyconn: { codes: ['too-many-connections', 'rate-limited'], permanence: OURS_TO_MEND },
  speeding: { codes: ['rate-limited', 'mailbox-busy'], permanence: OURS_TO_MEND },
  ratelimited: { codes: ['rate-limited', 'too-many-connections'], permanence: OURS_TO_MEND },
  blocked: { codes: ['blocklisted', 'bad-reputation', 'policy-refused', 'greylisted'], permanence: OURS_TO_MEND },
  badreputation: { codes: ['bad-reputation'], permanence: OURS_TO_MEND },
  requireptr: { codes: ['reverse-dns'], permanence: OURS_TO_MEND },
  authfailure: { codes: ['unauthenticated'], permanence: BY_DIGIT },
  norelaying: { codes: ['relay-denied'], permanence: BY_DIGIT },
  rejected: { codes: ['policy-refused'], permanence: BY_DIGIT },
  failedstarttls: { codes: ['tls-required'], permanence: BY_DIGIT },
  spamdetected: { codes: ['content-refused'], permanence: BY_DIGIT },
  virusdetected: { codes: ['content-refused'], permanence: BY_DIGIT },
  contenterror: { codes: ['content-refused', 'message-malformed'], permanence: BY_DIGIT },
  policyviolation: { codes: ['policy-refused', 'content-refused'], permanence: BY_DIGIT },
  securityerror: { codes: ['policy-refused', 'login-failed'], permanence: BY_DIGIT },
  syntaxerror: { codes: ['protocol-trouble'], permanence: BY_DIGIT },
  notcompliantrfc: { codes: ['message-malformed'], permanence: BY_DIGIT },
  mesgtoobig: { codes: ['message-too-large'], permanence: BY_DIGIT },
  exceedlimit: { codes: ['message-too-large', 'too-many-recipients', 'rate-limited'], permanence: BY_DIGIT },
}

/** What Mail::DeliveryStatus::BounceParser answers: coarse, so more codes say the same. */
export const BOUNCEPARSER: Readonly<Record<string, Meaning | undefined>> = {
  user_unknown: { codes: ['user-unknown', 'user-moved', 'user-disabled'], permanence: BY_DIGIT },
  domain_error: { codes: ['no-such-domain', 'no-mail-host', 'null-mx', 'relay-denied'], permanence: BY_DIGIT },
  over_quota: { codes: ['mailbox-full'], permanence: BY_DIGIT },
  message_too_large: { codes: ['message-too-large'], permanence: BY_DIGIT },
  user_disabled: { codes: ['user-disabled'], permanence: BY_DIGIT },
}

/** Which reasons of Sisimai a class of KumoMTA's rules says. */
export const KUMO: Readonly<Record<string, readonly string[]>> = {
  InvalidRecipient: ['userunknown', 'hasmoved'],
  BadDomain: ['hostunknown', 'notaccept'],
  InactiveMailbox: ['suspend', 'userunknown'],
  InvalidSender: ['rejected'],
  QuotaIssues: ['mailboxfull', 'systemfull', 'exceedlimit'],
  NoAnswerFromHost: ['networkerror', 'expired'],
  BadConnection: ['networkerror', 'expired'],
  DNSFailure: ['networkerror', 'hostunknown', 'systemerror'],
  RoutingErrors: ['norelaying', 'networkerror', 'hostunknown'],
  RelayDenied: ['norelaying'],
  TransientFailure: ['expired', 'systemerror', 'systemfull', 'blocked'],
  MessageExpired: ['expired'],
  ProtocolErrors: ['syntaxerror', 'notcompliantrfc'],
  BadConfiguration: ['systemerror'],
  AuthenticationFailed: ['authfailure', 'securityerror'],
  PolicyRelated: ['policyviolation', 'securityerror', 'rejected', 'blocked'],
  SpamBlock: ['blocked', 'badreputation', 'spamdetected'],
  SpamContent: ['spamdetected', 'contenterror'],
  VirusMail: ['virusdetected'],
  ContentRelated: ['contenterror', 'mesgtoobig'],
  TooManyRecipients: ['exceedlimit'],
}

/** Which of KumoMTA's classes say that the address will not work again. */
export const KUMO_HARD: ReadonlySet<string> = new Set(['InvalidRecipient', 'BadDomain'])

/** Of ours: what the hard reasons say, if it is permanent and suppresses the address. A mailbox that is off is not gone. */
export const HARD: ReadonlySet<FailureCode> = new Set([
  'user-unknown',
  'user-moved',
  'no-such-domain',
  'no-mail-host',
  'null-mx',
  'not-accepting',
])
