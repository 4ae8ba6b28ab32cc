/**
 * BounceText: who could not be reached, and why, out of the words that a mail server writes for people.
 *
 * Policy. No table of programs: all of them put the address at the beginning of a line, or behind a phrase such as "could not be
 * delivered to", and what was said beside or below it. The strictest way that finds somebody is taken. What is returned with
 * the mail is cut off first, so that addresses in it are nobody's.
 *
 * Not here: the machine's part, where there is one (delivery-status.ts), replies in the words (diagnostic.ts).
 */

import type { Action, ReportedRecipient } from '../model/reported-recipient.ts'
import { hostIn, replyIn, stageIn, stageShown, statusIn, withoutCommand } from './diagnostic.ts'
import { aboutOf } from './original.ts'

const MAX_RECIPIENTS = 1000
const MAX_LINES = 2000
const MAX_DIAGNOSTIC = 2000
/** Of what is said of all of them. */
const MAX_WORDS = 16_000
const ADDRESS = '[^\\s@<>()\\[\\],;:"\']{1,64}@[^\\s@<>()\\[\\],;:"\']{1,255}'

/** Where the message itself begins, in the words of those who return it. */
const RETURNED =
  /^[\s>*|=_-]*(?:-{2,}|={3,}|_{3,}|\*{3,})?\s*(?:this is a copy of|below this line is a copy|enclosed is a copy|original message follows|the (?:header|body|following is a copy|message) (?:of the|you sent)? ?(?:original )?message|the header of the original|message headers? follows?|original message(?: headers?| header)?\b|(?:the )?original (?:message|mail)\b.{0,30}(?:follows|headers?|below)|the original message (?:headers?|is|follows)|unsent message|returned message|message header|message text|below is a copy|here is a copy|headers? of (?:the|your) (?:original )?message|----- ?(?:message|header|body) |undelivered message|copy of (?:the|your) message|included is|your (?:original )?message (?:follows|reads)|begin (?:original )?message|first \d+ lines|the first \d+|x-header|text of (?:your )?message|the attachment|original data|----+ ?original)/i
/** A header without words before it: the message itself. */
const HEADER_START = /^(?:Return-Path:|Received: ?(?:from|by|\(|\[)|DKIM-Signature:|X-[\w-]+:|ARC-Seal:)/i

export interface TextClues {
  /** What the header of the mail says: X-Failed-Recipients. */
  readonly failed: readonly string[]
  /** Whom the mail itself is from and to, in lower case: never those who could not be reached, if anybody else is. */
  readonly own: ReadonlySet<string>
  /** Recipients of the message that is returned. */
  readonly to: readonly string[]
  readonly subject: string
  /** Of who writes: some leave it out of the addresses of their own users. */
  readonly domain: string
}

export interface BounceText {
  readonly recipients: readonly ReportedRecipient[]
  /** What stands in the text of the message that it returns. */
  readonly original: string
}

export function readBounceText(text: string, clues: TextClues): BounceText {
  const lines = text.split('\n', MAX_LINES)
  const cut = lines.findIndex(
    (line, index) => RETURNED.test(line.slice(0, 200)) || (index > 0 && HEADER_START.test(line.slice(0, 200))),
  )
  const told = cut < 0 ? lines : lines.slice(0, cut)
  const original =
    cut < 0
      ? ''
      : lines
          .slice(HEADER_START.test(lines[cut] ?? '') ? cut : cut + 1)
          .join('\n')
          .trimStart()
  const to = clues.to.length > 0 ? clues.to : aboutOf(original).to
  const found = findPassages(told, { ...clues, to })
  const whole = told.join('\n').slice(0, MAX_WORDS)
  const action = actionIn(clues.subject, whole)
  const recipients = found
    .slice(0, MAX_RECIPIENTS)
    .map(passage => recipientOf(passage, { whole, action, alone: found.length === 1 }))
  return { recipients, original }
}

/** Who, and what is said of them. */
interface Passage {
  readonly address: string
  readonly words: string
}

interface Place {
  readonly address: string
  readonly line: number
  /** What stands on the line behind it. */
  readonly rest: string
}

/** At the beginning of a line: `<a@b>:`, `a@b`, `  * a@b`, `550 5.1.1 <a@b>... User unknown`. Then, in the middle of a phrase. */
const STRICT = 2
const WAYS: readonly RegExp[] = [
  new RegExp(
    `^\\s{0,20}(?:[*>•|-]+\\s+|\\d{1,3}[.)]\\s+)?(?:>>> ?)?(?:(${ADDRESS})\\s+)?<(?:mailto:|smtp:)?(${ADDRESS})>\\s*(?:$|[:;,.(]|\\.\\.\\.|-|delivery|on |failed|was|is )(.*)$`,
    'i',
  ),
  new RegExp(
    `^\\s{0,20}(?:[*>•|-]+\\s+|\\d{1,3}[.)]\\s+)?()(?:mailto:|smtp:)?(${ADDRESS})(?:\\s*$|:(?!\\/)|\\.\\.\\.|\\s*[(;,-]|\\s+(?:on |\\(|<|error|invalid|failed|was|is|has|\\[))(.*)$`,
    'i',
  ),
  new RegExp(`^(?:<<< |>>> )?\\d{3}[ -](?:\\d\\.\\d{1,3}\\.\\d{1,3} )?()<?(${ADDRESS})>?(?:\\.\\.\\.|:|\\s)(.*)$`, 'i'),
  new RegExp(
    `(?:^|[^\\w@.+-])(?:to|for|recipients?(?:\\(s\\))?|address(?:es)?|addressee|adresse|users?|mailbox|rcpt|deliver\\w*)(?: was)?\\s*(?::|=)?\\s*()["'<]{0,2}(?:mailto:)?(${ADDRESS})[>"']{0,2}(?=[\\s.,:;)]|$)(.*)$`,
    'i',
  ),
  new RegExp(`()<(${ADDRESS})>(.*)$`, 'i'),
]

function findPassages(lines: readonly string[], clues: TextClues): readonly Passage[] {
  // Who writes to himself may be the one who could not be reached; a mail of which all names were made one is such a case.
  const ways = [
    ...WAYS.map(way => [way, clues] as const),
    ...WAYS.slice(0, STRICT).map(way => [way, { ...clues, own: NOBODY }] as const),
  ]
  for (const [way, given] of ways) {
    const places = placesIn(lines, way, given)
    if (places.length > 0) return passagesOf(lines, places)
  }
  const [user] =
    /following recipients?\b[^\n]*:\s*\n\s+([\w.-]{1,64})\s*(?:\n|$)/i.exec(lines.join('\n'))?.slice(1) ?? []
  if (user !== undefined && clues.domain !== '') return [{ address: `${user}@${clues.domain}`, words: '' }]
  const named = clues.failed.length > 0 ? clues.failed : clues.to.length === 1 ? clues.to : []
  return named.map(address => ({ address, words: '' }))
}

const NOBODY: ReadonlySet<string> = new Set()

function placesIn(lines: readonly string[], way: RegExp, { own, failed, to }: TextClues): readonly Place[] {
  const found = new Map<string, Place>()
  for (const [index, line] of lines.entries()) {
    const match = line.length > 2000 ? null : way.exec(line)
    const address = (match?.[2] ?? '').replace(/[.]+$/, '')
    const key = address.toLowerCase()
    if (match === null || !/@.*\w$/.test(address) || (isOffice(key) && !to.some(other => other.toLowerCase() === key)))
      continue
    if (own.has(key) && !failed.some(other => other.toLowerCase() === key)) continue
    if (failed.length > 0 && !failed.some(other => other.toLowerCase() === key)) continue
    const place = { address, line: index, rest: (match[3] ?? '').replace(/^[\s:;,.>-]+/, '') }
    const known = found.get(key)
    // Named in a list and again where it is explained: there counts.
    if (known === undefined || (!says(known, lines) && says(place, lines))) found.set(key, place)
  }
  return [...found.values()].sort((a, b) => a.line - b.line)
}

function says({ rest, line }: Place, lines: readonly string[]): boolean {
  return rest.length > 3 || /^\s+\S/.test(lines[line + 1] ?? '') || replyIn(lines[line + 1] ?? '') !== undefined
}

/** Who writes such mails, or answers questions about them. */
function isOffice(address: string): boolean {
  return /^(?:mailer-daemon|postmaster|abuse|helpdesk|support|noreply|no-reply|webmaster|hostmaster)@/.test(address)
}

function passagesOf(lines: readonly string[], places: readonly Place[]): readonly Passage[] {
  return places.map(({ address, line, rest }, index) => {
    if (SHOWN.test(lines[line] ?? '')) return { address, words: shown(lines, line) }
    const end = places[index + 1]?.line ?? lines.length
    const below = lines.slice(line + 1, Math.max(end, line + 1))
    return { address, words: [rest, ...paragraph(below)].join('\n').slice(0, MAX_DIAGNOSTIC) }
  })
}

/** Sendmail's transcript: `<<< 550 what the remote host said`, and below it `550 5.1.1 <a@b>... what was made of it`. */
const SHOWN = /^(?:<<< )?[45]\d\d[ -]/

function shown(lines: readonly string[], at: number): string {
  const line = lines[at] ?? ''
  for (let above = at - 1; above >= Math.max(0, at - 20); above--) {
    const said = lines[above] ?? ''
    if (/^<<< [45]\d\d/.test(said)) return `${said.slice(4)}\n${line}`
    if (!/^(?:<<<|>>>|[45]\d\d [^<]*$)/.test(said) || /^>>> QUIT/.test(said)) break
  }
  return line
}

/** Up to where something else begins: a blank line, unless nothing was said before it or what follows is indented. */
function paragraph(lines: readonly string[]): readonly string[] {
  const taken: string[] = []
  let blank = false
  for (const line of lines.slice(0, 60)) {
    // `----- Transcript of session follows -----`
    if (/^\s{0,8}-{3,} ?[A-Z]/i.test(line)) break
    if (line.trim() === '') {
      blank = taken.length > 0
      continue
    }
    const open = /:\s*$/.test(taken.at(-1) ?? '')
    if (
      blank &&
      !open &&
      !/^\s|^[45]\d\d[ -]|^(?:reason|remote|giving up|i'm not going|server|smtp|error|diagnostic|status)\b/i.test(line)
    )
      break
    blank = false
    taken.push(line)
  }
  return taken
}

interface Around {
  readonly whole: string
  readonly action: Action
  readonly alone: boolean
}

function recipientOf({ address, words }: Passage, { whole, action, alone }: Around): ReportedRecipient {
  const own = flat(words)
  // A list of names, and below it what was said of all of them, or of each by name.
  const said = saidIn({ own, words, whole, address, alone })
  const line = flat(said)
  const bare = withoutCommand(line)
  const reply = replyIn(bare)
  const status = statusIn(bare)
  const stage =
    stageIn(line) ??
    (reply === undefined ? undefined : (stageShown(whole, reply.code) ?? (alone ? stageIn(flat(whole)) : undefined)))
  const host = hostIn(line) ?? (alone ? hostIn(flat(whole)) : undefined)
  return {
    address,
    action,
    ...(status !== undefined && { status }),
    ...(reply !== undefined && { reply }),
    diagnostic: bare.replace(/\s+/g, ' ').trim().slice(0, MAX_DIAGNOSTIC),
    ...(host !== undefined && { host }),
    ...(stage !== undefined && { stage }),
  }
}

interface Sayings {
  readonly own: string
  readonly words: string
  readonly whole: string
  readonly address: string
  readonly alone: boolean
}

function saidIn({ own, words, whole, address, alone }: Sayings): string {
  if (replyIn(own) !== undefined) return words
  const transcript = transcriptOf(whole, address)
  if (transcript !== undefined) return transcript
  if (alone && replyIn(flat(whole)) !== undefined) return whole
  return tells(own) || !alone ? words : whole
}

function tells(words: string): boolean {
  return (
    words
      .replace(/[^\p{L}]+/gu, ' ')
      .trim()
      .split(' ').length >= 3
  )
}

/** The lines of a transcript that name the address, and what was answered to them. */
function transcriptOf(whole: string, address: string): string | undefined {
  const lines = whole.split('\n')
  const wanted = address.toLowerCase()
  const found = lines.flatMap((line, index) => {
    const names = line.toLowerCase().includes(wanted)
    if (names && replyIn(line) !== undefined) return [line]
    return names && /^<<< |^[45]\d\d[ -]/.test(lines[index + 1] ?? '') ? [lines[index + 1] ?? ''] : []
  })
  return found.length > 0 ? found.join('\n') : undefined
}

function flat(text: string): string {
  return text
    .split('\n')
    .map(line => line.trim())
    .join(' ')
    .trim()
}

const DELAY =
  /\b(?:warning only|this is a warning|is delayed|delayed|will (?:keep|continue) trying|still (?:being retried|undelivered)|temporary failure report|not yet been delivered|will be retried|do not need to resend|no action is required on your part)\b/i
const GIVEN_UP = /permanent|given up|giving up|returned to sender|failed|could not be delivered to one or more/i

function actionIn(subject: string, whole: string): Action {
  if (/\b(?:delay\w*|warning|could not send message for past)\b/i.test(subject)) return 'delayed'
  if (/\b(?:success\w*|has been delivered|relayed)\b/i.test(subject))
    return /relay/i.test(subject) ? 'relayed' : 'delivered'
  return DELAY.test(whole) && !GIVEN_UP.test(whole) ? 'delayed' : 'failed'
}
