/**
 * Diagnostic: what a server said, to which command, and which server, out of the words in which another one tells it.
 *
 * Policy. A number is a reply only where a reply can stand and where words or a status follow it; of several, what the remote host
 * said goes before what the local one made of it. RFC 5321 §4.2, RFC 3463, RFC 3464 §2.3.6.
 *
 * Not here: what the reply means (outcome/), whom it is about (delivery-status.ts, bounce-text.ts).
 */
import type { Stage } from '../model/evidence.ts'
import type { EnhancedStatus, Reply } from '../model/reply.ts'

const MAX_CHARACTERS = 2000

const CODE =
  /(?:^|[\s>:("'<;,=#[|])([245]\d\d)(?:[ \t-]+|(?=[\s:,;#])[:,;]?\s*|$)(?:\(?#?([245])\.(\d{1,3})\.(\d{1,3})\b\)?[:\s-]*)?(?=\S|$)/g
/** What the remote host said, as its reporter introduces it. */
const SAID =
  /(?:\bsaid|\bsays|\breason|\bresponse(?: from the remote server)?(?: was)?|\bresponded with|\breturned|\berror was|<<<|\bresponded|\breplied|\bREPLY|\bfailed with)\s*(?:was)?\s*:?\s*$/i
const STATUS = /(?:^|[\s(#:;<])([245])\.(\d{1,3})\.(\d{1,3})(?=$|[\s):;,\]>(.-])/

export function statusIn(text: string): EnhancedStatus | undefined {
  const found = STATUS.exec(text)
  return found === null ? undefined : statusOf(found[1], found[2], found[3])
}

function statusOf(klass = '', subject = '', detail = ''): EnhancedStatus {
  return { class: Number(klass) as EnhancedStatus['class'], subject: Number(subject), detail: Number(detail) }
}

interface Candidate {
  readonly code: number
  readonly enhanced: EnhancedStatus | undefined
  readonly text: string
  readonly weight: number
}

/** The reply in this text, or undefined. */
export function replyIn(words: string): Reply | undefined {
  const text = words.slice(0, MAX_CHARACTERS)
  let best: Candidate | undefined
  for (const found of text.matchAll(CODE)) {
    const one = candidate(text, found)
    if (one !== undefined && (best === undefined || one.weight > best.weight)) best = one
  }
  if (best === undefined) return undefined
  const { code, enhanced } = best
  return { code, ...(enhanced !== undefined && { enhanced }), lines: [withoutRepeats(best.text, code)] }
}

function candidate(text: string, found: RegExpExecArray): Candidate | undefined {
  const code = Number(found[1])
  const at = found.index + found[0].length
  // `450 450 4.2.2 Mailbox full`: told with the code that it has itself.
  const twice = new RegExp(`^${code}[ -]+(?:([245])\\.(\\d{1,3})\\.(\\d{1,3})\\s+)?`).exec(text.slice(at))
  const rest = text.slice(at + (twice?.[0].length ?? 0))
  const [klass, subject, detail] = found[2] === undefined ? (twice ?? []).slice(1) : found.slice(2)
  const enhanced = klass === undefined ? undefined : statusOf(klass, subject, detail)
  const before = text.slice(Math.max(0, found.index - 60), found.index + 1)
  const said = SAID.test(before)
  // `550 messages`, `port 250`, a date, a size.
  if (enhanced === undefined && !said && !/^[A-Za-z<(*:[#"'\u0080-\uffff]|^$/.test(rest)) return undefined
  if (/\b(?:in|of|for|port|line|than|id|after|size)\s$/i.test(before) && enhanced === undefined) return undefined
  if (
    enhanced === undefined &&
    /^(?:bytes|octets|hours?|days?|minutes?|seconds?|messages?|times|kb|mb|characters)\b/i.test(rest)
  )
    return undefined
  const weight =
    (said ? 4 : 0) +
    (enhanced !== undefined ? 2 : 0) +
    (found.index === 0 ? 2 : 0) +
    (code >= 400 ? 8 : 0) +
    (code >= 500 ? 1 : 0)
  return code < 400 && enhanced === undefined && !said ? undefined : { code, enhanced, text: rest, weight }
}

/** `550-5.1.1 text 550-5.1.1 more`: the lines of a reply were folded into one. */
function withoutRepeats(text: string, code: number): string {
  return text
    .replace(new RegExp(`(?:^|\\s)${code}[- ](?:[245]\\.\\d{1,3}\\.\\d{1,3}\\s)?`, 'g'), ' ')
    .replace(AFTERWARDS, '')
    .replace(/\s+/g, ' ')
    .trim()
}

/** What the reporter says behind the reply. */
const AFTERWARDS =
  /\s(?:I'm not going to try again|Giving up on|Giving up\b|This has been a permanent failure|No further delivery attempts)[\s\S]*$/i

const COMMANDS: Readonly<Record<string, Stage>> = {
  MAIL: 'mail',
  RCPT: 'rcpt',
  EHLO: 'ehlo',
  HELO: 'ehlo',
  DATA: 'data',
  TEXT: 'final-dot',
  BDAT: 'final-dot',
  STARTTLS: 'starttls',
  AUTH: 'auth',
}

/** `(in reply to RCPT TO command)`, as Postfix and others write; what stands between is never long. */
const COMMAND =
  /\(?\b(?:in reply to|after|during|for|response to|sending|at)\s+(end of |end-of-)?(MAIL|RCPT|DATA|EHLO|HELO|TEXT|BDAT|STARTTLS|AUTH)\b(?:[ _]?(?:TO|FROM))?(?::\s*<[^<>\s]{0,300}>)?(?: command| SIZE=\d+)*[).:]*/i
const BRACKETED = /\[(RCPT_TO|MAIL_FROM|DATA|BDAT|BODY|CONNECT|HELO|EHLO)\]/

/** How others tell to what it was said. */
const TOLD: readonly (readonly [words: RegExp, stage: Stage])[] = [
  [
    /after end of data|end of data command|failed after I sent the message|after sending (?:the )?(?:message|data)|message (?:content|body) (?:was )?rejected/i,
    'final-dot',
  ],
  [/(?:after|for) initial connection|initial greeting|but (?:connection died|greeting failed)/i, 'greeting'],
  [/does not like recipient|did not like our RCPT|recipient rejected|RCPT TO\b/i, 'rcpt'],
  [/but my name was rejected|did not like our (?:HELO|EHLO)/i, 'ehlo'],
  [/but sender was rejected|did not like our MAIL/i, 'mail'],
  [/did not like our (?:DATA|message)/i, 'final-dot'],
]

const BRACKET_STAGES: Readonly<Record<string, Stage>> = {
  RCPT_TO: 'rcpt',
  MAIL_FROM: 'mail',
  DATA: 'data',
  BDAT: 'final-dot',
  BODY: 'final-dot',
  CONNECT: 'greeting',
  HELO: 'ehlo',
  EHLO: 'ehlo',
}

export function stageIn(text: string): Stage | undefined {
  const found = COMMAND.exec(text)
  if (found !== null) return found[1] === undefined ? COMMANDS[(found[2] ?? '').toUpperCase()] : 'final-dot'
  const bracketed = BRACKETED.exec(text)?.[1]
  if (bracketed !== undefined) return BRACKET_STAGES[bracketed]
  return TOLD.find(([words]) => words.test(text))?.[1]
}

/** The text without the words that name the command. */
export function withoutCommand(text: string): string {
  return text.replace(COMMAND, ' ').replace(BRACKETED, ' ')
}

/** Sendmail shows the conversation: `>>> DATA`, `<<< 550 ...`. */
export function stageShown(transcript: string, code: number): Stage | undefined {
  const said = new RegExp(`>>> (\\S{1,20})[^\\n]{0,1000}\\n(?:<<< [^\\n]{0,1000}\\n){0,50}?<<< ${code}`).exec(
    transcript,
  )
  if (said === null) return undefined
  // It pipelines: what refuses the recipient is shown behind DATA, and then nobody is left to send to.
  if (said[1] === 'DATA')
    return /<<< 5\d\d[^\n]*(?:need rcpt|valid recipients)/i.test(transcript) ? 'rcpt' : 'final-dot'
  return said[1] === '.' ? 'final-dot' : COMMANDS[(said[1] ?? '').toUpperCase()]
}

const HOST_IN_TEXT =
  /(?:\bhost|\bserver|Remote-MTA:\s*dns;|while talking to|\bserver for the recipient domain \S+ by|\bby)\s+\[?([a-z0-9](?:[\w-]{0,62})(?:\.[\w-]{1,63}){1,10})\.?/i

export function hostIn(text: string): string | undefined {
  return HOST_IN_TEXT.exec(text)?.[1]?.toLowerCase()
}
