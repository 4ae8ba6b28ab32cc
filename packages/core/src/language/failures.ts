/**
 * Failures: one line for each failure code. Constants, since a failure takes its line along on the way of every delivery.
 *
 * Not here: what a rule of one provider knows better (reply-hints.ts), what to do about it (remedies.ts).
 */
import type { FailureCode } from '../model/failure.ts'

export const FAILURE_CODES: Readonly<Record<FailureCode, string>> = {
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
}
