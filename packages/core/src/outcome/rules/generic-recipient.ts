/**
 * What anyone may say of a recipient, told by its words, where no enhanced status says it better.
 *
 * Policy. "Unknown" is believed, and the address suppressed, only where the words cannot mean that the sender is unwanted.
 */
import type { ReplyRule } from '../rule.ts'

const CORPUS = 'Sisimai: set of bounce mails (github.com/sisimai/set-of-emails)'
const KUMO = 'KumoMTA: community shaping and bounce rules (github.com/KumoCorp/kumomta, assets/community)'

/** Before the recipient stands, "unknown user" is about the sender. */
const FROM_RCPT_ON = ['rcpt', 'data', 'body', 'final-dot'] as const

export const RECIPIENT_TEXT_RULES: readonly ReplyRule[] = [
  {
    id: 'generic.sender-refused',
    text: /\bsender\b.{0,60}\b(?:reject|denied|refused|invalid|unknown|blocked|verif|not exist|not found|does ?n[o']t exist)|(?:verify|verification).{0,20}\bsender\b/i,
    code: 'policy-refused',
    scope: 'message',
    permanence: 'by-code',
    remedy: 'domain.exists',
    hint: 'The host refuses the sender address.',
    source: CORPUS,
  },
  {
    id: 'generic.not-accepting',
    codes: [5],
    text: /host does not accept (?:e-?)?mail/i,
    code: 'not-accepting',
    scope: 'host',
    permanence: 'permanent',
    source: 'RFC 7504 §3',
  },
  {
    id: 'generic.user-disabled',
    stages: FROM_RCPT_ON,
    text: /(?:mail ?box|account|user|recipient)\b.{0,60}\b(?:disabled|suspended|inactive|frozen|deactivated|not active(?:ated)?|not activated|blocked|locked|closed)\b|\bdisabled (?:recipient|user|account|mailbox)|account closed|OverQuotaPerm|DisabledUser/i,
    code: 'user-disabled',
    scope: 'recipient',
    permanence: 'by-code',
    source: KUMO,
  },
  {
    id: 'generic.unknown-or-filtered',
    codes: [550],
    stages: FROM_RCPT_ON,
    // Gateways such as docomo's and McAfee's say this with the bare address, also when a filter refused the sender.
    text: /^\s*unknown user \S+@\S+\s*$/i,
    code: 'user-unknown',
    scope: 'recipient',
    permanence: 'permanent',
    source: CORPUS,
  },
  {
    id: 'generic.user-unknown',
    codes: [5],
    stages: FROM_RCPT_ON,
    text: /\b(?:user|recipient|mailbox|mail-box|account|address|addressee|alias)\b.{0,60}\b(?:unknown|not found|(?:does ?n[o']t|not|no longer) exists?|unrecogni[sz]ed|no longer (?:on|valid|here)|invalid)\b|\b(?:unknown|invalid|no such|non-?existent|not a valid) (?:local )?(?:user|recipient|mailbox|mail-box|account|address|person|id)\b|no (?:such )?(?:user|mailbox|mail-box|person|id)\b.{0,20}(?:here|by that name)|not our (?:customer|user)|that recipient is not allowed|utilisateur inconnu|destinataire (?:invalide|inconnu)|undeliverable address|unrouteable address|adress(?:e|) .{0,30}invalide/i,
    code: 'user-unknown',
    scope: 'recipient',
    permanence: 'permanent',
    suppress: true,
    source: KUMO,
  },
  {
    id: 'generic.recipient-rejected',
    codes: [5],
    stages: ['rcpt'],
    // Nothing but the address and that it is refused: hosts that validate recipients say this of unknown ones.
    text: /^\s*<?\S{1,80}@\S{1,260}[ :.]*(?:recipient )?(?:address )?(?:rejected|denied)\.?\s*$|^\s*#?\d?\.?\d?\.?\d?\s*address rejected\.?\s*$/i,
    code: 'user-unknown',
    scope: 'recipient',
    permanence: 'permanent',
    suppress: true,
    source: CORPUS,
  },
  {
    id: 'generic.mailbox-unavailable',
    codes: [5],
    stages: ['rcpt'],
    // RFC 5321 §4.2.3 explains 550 with these words for missing mailboxes and for policy alike.
    text: /mailbox (?:is )?(?:currently )?unavailable|invalid (?:destination|domain)/i,
    code: 'user-unknown',
    scope: 'recipient',
    permanence: 'permanent',
    source: 'RFC 5321 §4.2.3',
  },
  {
    id: 'generic.user-moved',
    codes: [5],
    text: /(?:has|have) (?:moved|changed)|no longer on server|forwarding address/i,
    code: 'user-moved',
    scope: 'recipient',
    permanence: 'permanent',
    suppress: true,
    source: CORPUS,
  },
  {
    id: 'generic.recipient-refused',
    text: /recipient .{0,40}(?:preferences|does not want|refuses)|message filtered|(?:sender|you).{0,30}not (?:allowed|authori[sz]ed|permitted) to send .{0,40}(?:recipient|group|list|user)/i,
    code: 'recipient-refused',
    scope: 'recipient',
    permanence: 'by-code',
    source: CORPUS,
  },
  {
    id: 'generic.policy',
    codes: [5],
    text: /\bpolicy\b|policies|access denied|not authori[sz]ed|sender (?:address )?(?:rejected|denied|refused|blocked)|security/i,
    code: 'policy-refused',
    permanence: 'by-code',
    source: KUMO,
  },
]
