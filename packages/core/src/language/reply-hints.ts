/**
 * Reply hints: what the operator of this host reads instead of the line of a failure code, where a rule knows more of it.
 * By id of the rule (outcome/rules/). Constants: they are told on the way of every failed delivery.
 */
import { FAILURE_CODES } from './failures.ts'
import { inLanguage } from './speaker.ts'

export const REPLY_HINTS: Readonly<Record<string, string>> = {
  'google.workspace-rule': 'A rule of the recipient’s Google Workspace administrator refused it.',
  'google.ptr-v6': 'Gmail refuses an address without a reverse name that resolves back to it.',
  'google.ipv6-guidelines': 'Gmail’s guidelines for IPv6 are not met: reverse name and authentication.',
  'google.ptr': 'Gmail defers all mail from an address whose reverse name does not resolve back to it.',
  'google.auth-check-deferred': 'Gmail could not check SPF and DKIM now, or they did not pass.',
  'google.unauthenticated': 'Neither SPF nor DKIM passed, or DMARC of the From domain refuses it.',
  'google.spf': 'Gmail wants SPF to pass, and it did not.',
  'google.spf-suspicious': 'Gmail finds suspicious entries in the SPF record of the sender.',
  'google.link-reputation': 'Gmail mistrusts the sending domain or the links in the message.',
  'google.dkim': 'Gmail wants DKIM to pass, and it did not.',
  'google.alignment': 'The From domain is aligned with neither SPF nor DKIM.',
  'google.dmarc-missing': 'Gmail wants a DMARC record for the From domain.',
  'google.tls-required': 'Gmail wants TLS.',
  'google.rate': 'Gmail saw an unusual rate of mail from our address, domain or with the same links.',
  'google.rate-refused': 'Gmail saw an unusual rate of mail from our address, domain or with the same links.',
  'google.reputation': 'Gmail slows our address down. It takes time; another address would not help.',
  'google.dynamic-address': 'Gmail takes our address for a dynamic one.',
  'google.spam': 'Gmail takes the message for spam because of its sender’s reputation or its content.',
  'google.receiving-rate': 'This mailbox gets more mail than Gmail lets it take now.',
  'google.one-domain': 'Gmail takes one destination domain per transaction.',
  'google.daily-quota': 'The daily limit of this sender is used up.',
  'google.attachment': 'Gmail refuses this kind of attachment.',
  'google.loop': 'The message went round in circles.',
  'google.helo': 'Gmail does not take our HELO name for valid.',
  'google.pipelined-starttls': 'Something was sent between STARTTLS and the TLS handshake: a fault of the client.',
  'yahoo.tss04': 'Yahoo defers our address for its volume or for complaints; it wants hours of quiet.',
  'yahoo.tss09': 'Yahoo refuses our address for good and asks not to retry.',
  'yahoo.blocklisted': 'Yahoo refuses an address that Spamhaus lists.',
  'yahoo.phishing-link': 'Yahoo takes a link in the message for phishing.',
  'yahoo.unauthenticated': 'SPF, DKIM or DMARC did not pass at Yahoo.',
  'yahoo.messages-per-connection':
    'Yahoo takes a limited number of messages per connection; a new one may be opened at once.',
  'microsoft.rate': 'Microsoft limits our rate for the reputation of our address.',
  'microsoft.reputation': 'Microsoft limits our rate for the reputation of our address; fewer connections help.',
  'microsoft.one-recipient':
    'The recipients are kept in different regions; each needs a transaction of its own (ATTR38).',
  'microsoft.tenant-trouble': 'The Microsoft 365 tenant of the recipient domain is not set up completely (ATTR5).',
  'microsoft.unauthenticated': 'Microsoft wants SPF, DKIM and DMARC all to pass from those who send much.',
  'microsoft.block-list':
    'Our address is on Microsoft’s own block list: olcsupport.office.com takes requests for removal.',
  'microsoft.policy-sc': 'Microsoft holds content, address guessing, an open relay or complaints against our address.',
  'microsoft.dynamic-address': 'Microsoft takes our address for a dynamic or hijacked one.',
  'microsoft.policy-ou': 'A block list that Microsoft asks lists our address, or its policy refuses it.',
  'microsoft.customer-block-list': 'The administrator of the recipient’s organisation blocks our address.',
  'microsoft.banned-address': 'Our address is banned: sender.office.com takes requests for removal.',
  'microsoft.no-such-user': 'The directory of the recipient’s organisation does not know the mailbox.',
  'microsoft.not-allowed': 'The recipient or group takes mail only from some senders.',
  'qq.day-limit': 'What QQ takes of this sender in a day is used up; it begins anew at midnight in China.',
  'qq.connections': 'QQ wants fewer connections from this address; its 550 is a deferral.',
  'qq.frequency': 'QQ limits how often this address, sender or domain may send; its 550 is a deferral.',
  'qq.mailbox-or-access': 'QQ says the same to a missing mailbox and to a sender it mistrusts.',
  'netease.rate': 'NetEase limits our address: too many connections, messages, errors or foreign senders.',
  'netease.connection-used-up':
    'NetEase takes a limited number of messages, recipients and errors in one connection; a new one may be opened at once.',
  'netease.sender-rate': 'NetEase takes no more from this sender for a quarter of an hour.',
  'netease.daily-quota': 'What NetEase takes of this sender in a day is used up.',
  'netease.sender-differs': 'NetEase wants the envelope sender and From to be the same.',
  'docomo.filtered': 'docomo knew the recipient at RCPT; a filter of the recipient refused the message.',
  'docomo.unknown-or-filtered': 'docomo says "Unknown user" also when the recipient’s filter refuses the sender.',
  'kddi.filtered-later': 'KDDI knew the recipient at RCPT; a filter of the recipient refused the message.',
  'kddi.filtered': 'KDDI leaves the address out when the recipient’s filter refused it; the mailbox may exist.',
  'orange.connections': 'The provider takes two connections at a time.',
  'orange.blocked': 'The provider refuses our address for now; the form that the reply names lifts it.',
  'orange.sender': 'The provider refuses the sender address: it must accept mail itself.',
  'orange.service-trouble': 'The provider asks to try later.',
  'sfr.unknown-users': 'SFR saw too many unknown recipients of ours; every block lasts two hours.',
  'sfr.blocked': 'SFR refuses our address for what it sent; every block lasts two hours.',
  'free.blocked': 'Free refuses our address for what it sent; its blocks end by themselves within a day.',
  't-online.not-known':
    'T-Online takes mail only from addresses that it knows: write to tobr@rx.t-online.de with the address, its host name and the imprint of the operator.',
  'wp.rate': 'WP says that too much was sent.',
  'apple.content': 'iCloud refuses the content or its links; icloudadmin@apple.com answers questions.',
  'apple.rate': 'iCloud limits our rate.',
  'gmx.sender-domain': 'The domain of the sender has no MX or address record.',
  'gmx.policy': 'GMX refuses our address: mostly its reverse name or missing authentication.',
  'secureserver.rate': 'Our address has sent to too many recipients this hour.',
  'proofpoint.blocked': 'Proofpoint lists our address: ipcheck.proofpoint.com takes requests for removal.',
  'barracuda.blocked': 'Barracuda lists our address: barracudacentral.org takes requests for removal.',
  'rfc4954.login': 'The smarthost refused our login.',
  'rfc4954.login-needed': 'The host takes mail only from those who log in.',
  'words.tls': 'The host wants TLS, or had trouble with it.',
  'words.greylist': 'The host asks strangers to come back; the same address has to come back.',
  'words.lookup-failed-for-now': 'The host could not look something up just now.',
  'words.lookup-failed': 'The host could not look something up just now.',
  'words.helo': 'The host does not like our HELO name.',
  'words.link-listed': 'A link or domain in the message is on a list.',
  'words.login': 'The host takes mail only from those who log in.',
  'words.messages-per-connection':
    'The host takes a limited number of messages per connection; a new one may be opened at once.',
  'words.sender': 'The host refuses the sender address.',
  'words.recipient-rate': 'This mailbox gets more mail than its host lets it take now.',
  'words.block-list': 'A block list names our address; it is tried again for hours, so that it can be taken off.',
  'words.relaying': 'The host is not responsible for the recipient domain: its MX records may be wrong.',
  'words.host-refused': 'The host does not want our address, and does not say why.',
  'words.sender-off': 'The host says that the sender’s mailbox is switched off.',
  'words.sender-unknown': 'The host does not know the sender address.',
  'words.loop': 'The message went round in circles.',
  'words.come-back-in': 'The host asks to come back at a time that it names.',
  'rfc3463.x.1.x-mail': 'The host refuses the sender address.',
  'rfc3463.x.4.1-recipient': 'The directory of the recipient’s organisation does not know the mailbox.',
  'words.passing': 'The host says that it is for now, although the code says that it is for good.',
}

interface Failure {
  readonly rule: string
  readonly code: string
  readonly detail: string
}

/** What a failure means, in the language of this process. What was told of the attempt itself, and stands in no table, stays as it is. */
export function failureText({ rule, code, detail }: Failure): string {
  if (detail === REPLY_HINTS[rule]) return inLanguage(REPLY_HINTS, rule, detail)
  const codes: Readonly<Record<string, string>> = FAILURE_CODES
  return detail === codes[code] ? inLanguage(FAILURE_CODES, code, detail) : detail
}
