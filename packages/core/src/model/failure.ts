/**
 * Failure: why a recipient was not delivered in one attempt, judged.
 *
 * `scope` says what else the failure speaks about: the recipient alone, this message, the host we spoke to, or everything
 * for the domain; pace and next-hop decisions read it. The judge is outcome/classify.ts.
 */
import type { Stage } from './evidence.ts'
import type { Reply } from './reply.ts'

export type FailureScope = 'recipient' | 'message' | 'host' | 'domain'
export type Permanence = 'transient' | 'permanent'

/** One vocabulary for facts, metrics, explain and the doctor. */
export const FAILURE_CODES = {
  'no-such-domain': 'The recipient domain does not exist.',
  'no-mail-host': 'The recipient domain has no mail host.',
  'null-mx': 'The recipient domain takes no mail.',
  'bad-destination': 'The mail hosts of the domain cannot be used: they are IP addresses, private, or this host.',
  'dns-trouble': 'The domain could not be looked up now.',
  'host-unreachable': 'No connection to the mail host.',
  'connection-lost': 'The mail host broke off.',
  'delivery-uncertain':
    'The connection broke after the final dot: the message may or may not have been taken. RFC 1047',
  'protocol-trouble': 'The mail host does not speak SMTP as it should.',
  'tls-required': 'A policy demands TLS that the mail host does not give.',
  'requiretls-unsupported': 'The message demands REQUIRETLS, and the mail host does not support it. RFC 8689',
  'login-failed': 'The host refused our login, or wants one.',
  'host-busy': 'The mail host asks to come back later.',
  'not-accepting': 'The host says that it takes no mail. RFC 7504',
  'rate-limited': 'We send too much or too fast for this provider.',
  'too-many-connections': 'The mail host wants fewer connections.',
  greylisted: 'The mail host asks us to try again after a while, as it does with all strangers.',
  'bad-reputation': 'The provider mistrusts our address or domain.',
  blocklisted: 'The provider refuses us because of a block list.',
  'reverse-dns': 'The provider refuses our address for its reverse name.',
  unauthenticated: 'SPF, DKIM or DMARC did not pass at the receiver.',
  'policy-refused': 'The receiver refuses this sender or session for a policy of its own.',
  'user-unknown': 'There is no such mailbox.',
  'user-disabled': 'The mailbox exists and is switched off.',
  'mailbox-busy': 'The mailbox takes nothing just now.',
  'user-moved': 'The mailbox has moved.',
  'mailbox-full': 'The mailbox is full.',
  'recipient-refused': 'The mailbox exists, and does not want this sender.',
  complained: 'The recipient called an earlier message spam, and is not mailed any more. RFC 5965',
  suppressed: 'The operator put the address on the list of those that are not mailed.',
  'too-many-recipients': 'The host takes fewer recipients in one transaction.',
  'relay-denied': 'The host says that it is not responsible for the recipient.',
  'message-too-large': 'The message is larger than the receiver takes.',
  'content-refused': 'The receiver refuses the content: spam, virus, links or form.',
  'message-malformed': 'The receiver says the message breaks the standards.',
  'not-supported': 'The receiver lacks an extension that this message needs.',
  'remote-trouble': 'The receiver has trouble of its own.',
  refused: 'Refused for a reason that no rule knows.',
  expired: 'Not delivered before it expired.',
} as const
export type FailureCode = keyof typeof FAILURE_CODES

export interface Failure {
  readonly scope: FailureScope
  readonly permanence: Permanence
  readonly code: FailureCode
  readonly stage: Stage
  /** What decided: an id of outcome/reply-rules.ts such as `google.rate`, or `rfc5321.5yz`. */
  readonly rule: string
  readonly reply?: Reply
  /** For people. */
  readonly detail: string
  /** The server or a rule named a time to wait, in ms. */
  readonly retryAfterMs?: number
  /** The address should not be mailed again. */
  readonly suppress: boolean
  /** Worth trying the other address family at the same site. */
  readonly tryOtherFamily?: boolean
  /** What the operator can do; ids of checks such as `spf.covers-egress`. */
  readonly remedy?: string
  readonly transcript?: readonly string[]
}
