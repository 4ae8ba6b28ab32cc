/**
 * Returned: what it means that another mail server could not deliver what it had taken from us. The same judge as for replies.
 *
 * Policy. What a server said there goes through the same rows as what one says to us, with its name as the host. Where no server
 * said anything, the words of the one that reports are judged as such a reply, and then its status. That it gave up makes nothing
 * permanent that a reply would not: `suppress` is only for what leaves no doubt of the address.
 *
 * Not here: reading reports (report/), how often a vague one must come (suppress.ts).
 */
import { FAILURE_CODES } from '../language/failures.ts'
import { parseAddress } from '../model/address.ts'
import type { Failure, FailureCode } from '../model/failure.ts'
import { type EnhancedStatus, printEnhanced, type Reply } from '../model/reply.ts'
import type { ReportedRecipient } from '../model/reported-recipient.ts'
import { AT_LAST, judgeReply } from './classify.ts'
import { BASIC_RULE_IDS } from './reply-rules.ts'

type Words = readonly (readonly [code: FailureCode, words: RegExp])[]

/** What a mail server says of its own way to another, and can mean nothing else. */
const PLAIN: Words = [
  // A file, a program or a right that is missing there says nothing of the address.
  [
    'remote-trouble',
    /\b(?:no such file or directory|(?:cannot|can't|failed to) (?:create|append|open|write|read|execute|chdir|load)|command (?:died|failed|not found)|local delivery failed|child process|exit(?:ed)? (?:code|status)|internal (?:software )?error|unable to contact \w+ server)\b/i,
  ],
  [
    'bad-destination',
    /\bmail (?:loop|for \S+ loops)|too many hops|loops? back to (?:me|myself)|routing loop|hop count exceeded/i,
  ],
  [
    'no-mail-host',
    /\bmail server for "?\S+ unreachable|all relevant mx records|no mx (?:record|host|found)|has no (?:mail|mx)|unable to (?:route|lookup mx)|mx lookup/i,
  ],
  [
    'no-such-domain',
    /\b(?:host(?:name)?|domain|name server:? \S*) ?(?:\S+ )?(?:unknown|not found|not exist)|(?:unknown|no such) (?:host|domain)\b|nxdomain|name or service not known|unrout(?:e)?able (?:mail )?(?:domain|address)|couldn.t find any host named|because the domain \S+ couldn.t be found|illegal host\/domain/i,
  ],
  // Google Groups and list managers, in whose words there is no reply.
  ['content-refused', /\brejected due to spam classification/i],
  [
    'policy-refused',
    /\b(?:permission to post|not (?:are )?(?:a )?member of (?:this|the) (?:mailing list|group)|groups\.google\.com\/support)/i,
  ],
]

/** What it says of trouble on the way, unless a cause stands beside it. */
const TROUBLE: Words = [
  [
    'host-unreachable',
    /\bconnection (?:timed out|refused|reset|attempt failed)|connect(?:ed|ion)? (?:to|with) \S+ (?:timed out|refused|failed)|operation timed out|(?:could not|cannot|couldn.t|unable to|wasn.t able to|failed to|not accept our requests to) (?:establish|connect|contact|reach|open)|socket error|no route to host|network (?:is )?unreachable|not (?:be )?reach(?:able|ed)|not responding|unreachable|conversation with \S+ timed out|lost connection|timed out while|failed to respond|did not respond|no answer from/i,
  ],
  [
    'expired',
    /\b(?:expired|too long|time[- ]?out|giv(?:en|ing) up|(?:has )?been in (?:the )?queue|undeliver(?:ed|able) (?:for|after)|not (?:been )?delivered (?:for|within|after)|deferred|retr(?:y|ies) (?:limit|count|time)|for (?:more than )?\d+ (?:hours?|days?|minutes?)|delay(?:ed)?)\b/i,
  ],
  ['dns-trouble', /\bname server|dns (?:error|lookup|failure)|name service error|host lookup/i],
]

/** What rows say when they know little, or by words that trouble on the way also has. */
const VAGUE: ReadonlySet<FailureCode> = new Set([
  'message-too-large',
  'host-busy',
  'remote-trouble',
  'refused',
  'protocol-trouble',
  'policy-refused',
  'connection-lost',
  'no-mail-host',
])

/** What it means, or undefined where it was delivered or handed on. */
export function judgeReturned(reported: ReportedRecipient): Failure | undefined {
  if (reported.action !== 'failed' && reported.action !== 'delayed') return undefined
  const said = reported.reply
  if (said !== undefined && said.code >= 400) {
    const judged = judge(withStatus(said, reported.status), reported)
    return BASIC_RULE_IDS.has(judged.rule) ? (judgeWords(reported, [...PLAIN, ...TROUBLE]) ?? judged) : judged
  }
  const plain = judgeWords(reported, PLAIN)
  if (plain !== undefined) return plain
  const worded = judge(asReply(reported), reported)
  return VAGUE.has(worded.code) || BASIC_RULE_IDS.has(worded.rule) ? (judgeWords(reported, TROUBLE) ?? worded) : worded
}

/** The words of a server that reports, as if it had said them to us. */
function asReply({ status, diagnostic, action }: ReportedRecipient): Reply {
  const failed = status === undefined ? action === 'failed' : status.class !== 4
  return { code: failed ? 550 : 450, ...(status !== undefined && { enhanced: status }), lines: [diagnostic] }
}

/** `Status:` may know more than the reply, unless it is as vague. */
function withStatus(reply: Reply, status: EnhancedStatus | undefined): Reply {
  if (reply.enhanced !== undefined || status === undefined || status.class !== Math.floor(reply.code / 100))
    return reply
  return status.subject === 0 ? reply : { ...reply, enhanced: status }
}

function judgeWords({ diagnostic, stage, action }: ReportedRecipient, known: Words): Failure | undefined {
  const found = known.find(([, words]) => words.test(diagnostic))
  if (found === undefined) return undefined
  const [code] = found
  return {
    scope: 'recipient',
    permanence: action === 'failed' ? 'permanent' : 'transient',
    code,
    stage: stage ?? 'route',
    rule: `returned.${code}`,
    detail: FAILURE_CODES[code],
    // DNS may be wrong at the server that reports: it is asked here, with the next message.
    suppress: code === 'no-such-domain' && action === 'failed',
  }
}

function judge(reply: Reply, { host = '', stage = 'rcpt', address, original }: ReportedRecipient): Failure {
  const parsed = parseAddress(original ?? address)
  const asked = { tried: AT_LAST, ...(!('problem' in parsed) && { address: parsed }) }
  return judgeReply({ hop: { host } }, { stage, reply }, asked)
}

/** For people: what was said, in one line. */
export function saidOf({ reply, status, diagnostic }: ReportedRecipient): string {
  if (reply !== undefined)
    return [String(reply.code), reply.enhanced && printEnhanced(reply.enhanced), ...reply.lines]
      .filter(Boolean)
      .join(' ')
  return diagnostic || (status === undefined ? '' : printEnhanced(status))
}
