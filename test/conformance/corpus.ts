/**
 * Corpus: replies that others have labelled, from the folder that POSTRIDER_SUITES names, split into two halves by the hash
 * of their wording.
 *
 * Policy. A reply falls into a half by what it says: code, status, addresses, names and numbers are taken away first, so
 * that no wording stands in both halves, and equal wordings count once for each label. The *read* half may be looked at
 * while reply rules are written. The texts of the *unread* half are never shown by anything here: only its figures are.
 *
 * Not here: which of our codes is right for a label (reasons.ts), what is measured (measure.ts).
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Stage } from '../../packages/core/src/model/evidence.ts'
import type { Reply } from '../../packages/core/src/model/reply.ts'

export type Half = 'read' | 'unread'

export interface Labelled {
  readonly corpus: 'sisimai' | 'bounceparser'
  readonly half: Half
  /** With the code in front, the lines of the reply folded into one. */
  readonly line: string
  readonly reply: Reply
  readonly stage: Stage
  readonly host: string
  /** Who could not be reached, as the mail says it; '' where it does not. */
  readonly recipient: string
  readonly label: string
  /** This address will not work again. */
  readonly hard: boolean
}

const suites: string | undefined = process.env.POSTRIDER_SUITES
const BOUNCES: string | undefined = suites === undefined ? undefined : join(suites, 'bounce')

/** Why nothing can be measured, or false. */
export const SKIP: string | false =
  BOUNCES === undefined
    ? 'POSTRIDER_SUITES is not set: it names the folder of the published suites'
    : existsSync(BOUNCES)
      ? false
      : `${BOUNCES} does not exist`

export function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(BOUNCES ?? '', path), 'utf8'))
}

/** All replies with an SMTP code, each wording once for each label. */
export function labelledReplies(): readonly Labelled[] {
  const found = new Map<string, Labelled>()
  for (const one of [...sisimaiFields(), ...sisimaiMails(), ...bounceparserMails()]) {
    const key = `${wordingOf(one.line)} ${one.reply.code} ${one.label} ${one.corpus}`
    if (!found.has(key)) found.set(key, one)
  }
  return [...found.values()]
}

interface SisimaiLabel {
  readonly reason: string
  readonly hard: boolean
}

type Label = Pick<Labelled, 'label' | 'hard'>

function sisimaiFields(): readonly Labelled[] {
  const fields = readJson('sisimai/diagnostics.json') as readonly {
    readonly mail: string
    readonly diagnostic: string
    readonly remote_mta: string
    readonly expect: SisimaiLabel
  }[]
  return fields.flatMap(({ mail, diagnostic, remote_mta, expect }) => {
    // `smtp; 550-5.1.1 text 550 5.1.1 more text`: the lines of a reply were folded into one.
    const text = diagnostic.replace(/^\s*[\w-]+\s*;\s*/, '').trim()
    const said = { text, host: hostIn(remote_mta), mail: textOf(join('sisimai/mails', mail)) }
    return make('sisimai', said, { label: expect.reason, hard: expect.hard })
  })
}

/** The mails whose reply stands in their text, not in a field. */
function sisimaiMails(): readonly Labelled[] {
  const expected = readJson('sisimai/expected.json') as Readonly<Record<string, readonly SisimaiLabel[]>>
  const fields = readJson('sisimai/diagnostics.json') as readonly { readonly mail: string }[]
  const known = new Set(fields.map(({ mail }) => mail))
  return Object.entries(expected).flatMap(([mail, [only, ...more]]) => {
    if (known.has(mail) || only === undefined || more.length > 0) return []
    return fromMail('sisimai', join('sisimai/mails', mail), { label: only.reason, hard: only.hard })
  })
}

/** Its labels are what a module answers: a second opinion, not the truth. */
function bounceparserMails(): readonly Labelled[] {
  const labels = readJson('bounceparser/labels.json') as readonly {
    readonly file: string
    readonly reports: readonly { readonly std_reason: string }[]
  }[]
  return labels.flatMap(({ file, reports: [only, ...more] }) => {
    if (only === undefined || more.length > 0) return []
    const hard = only.std_reason === 'user_unknown' || only.std_reason === 'domain_error'
    return fromMail('bounceparser', join('bounceparser', file), { label: only.std_reason, hard })
  })
}

const REPLY_IN_TEXT = /(?:^|[\s>:("'])([45]\d\d)(?:[- ]|$)(?=#?[45]\.\d{1,3}\.\d{1,3}|[A-Za-z<(*:[ ]*[A-Za-z<])/m
const HOST_IN_TEXT = /(?:host|server|Remote-MTA: *dns; *|while talking to)\s+([\w-]+(?:\.[\w-]+)+)/i

function fromMail(corpus: Labelled['corpus'], path: string, label: Label): readonly Labelled[] {
  const mail = textOf(path)
  const body = unquoted(mail.slice(Math.max(0, mail.indexOf('\n\n'))))
  const found = REPLY_IN_TEXT.exec(body)
  if (found === null) return []
  const start = body.indexOf(found[1] ?? '', found.index)
  const text = body.slice(start, start + 600).split(/\n[ \t>]*\n|\n--/)[0] ?? ''
  return make(corpus, { text: text.replace(/\s+/g, ' ').trim(), host: HOST_IN_TEXT.exec(body)?.[1] ?? '', mail }, label)
}

function textOf(path: string): string {
  const full = join(BOUNCES ?? '', path)
  return existsSync(full) ? readFileSync(full, 'latin1').replaceAll('\r\n', '\n') : ''
}

/** Quoted-printable is common in the texts of bounces; what is not is left as it is. RFC 2045 §6.7 */
function unquoted(text: string): string {
  if (!/=\n|=[0-9A-F]{2}/.test(text) || !/quoted-printable/i.test(text)) return text
  return text.replace(/=\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
}

function hostIn(remoteMta: string): string {
  return /;\s*([^\s()]+)/.exec(remoteMta)?.[1] ?? ''
}

/** RFC 3464 §2.3.2, or how qmail and Postfix begin what they say of somebody. */
const RECIPIENT_IN_MAIL = /^(?:Final-Recipient: *rfc822; *<?|<)([^\s<>@"]+@[\w.-]+)>?:?/im

interface Found {
  readonly text: string
  readonly host: string
  /** The whole mail it stood in. */
  readonly mail: string
}

function make(corpus: Labelled['corpus'], { text, host, mail }: Found, { label, hard }: Label): readonly Labelled[] {
  const { said, stage } = withoutCommand(text, mail)
  const reply = parse(said)
  if (reply === undefined) return []
  const name = host.replace(/\.$/, '')
  return [
    {
      corpus,
      half: halfOf(said),
      line: said.replace(/^(\d{3})-/, '$1 '),
      reply,
      stage,
      host: /^[\w-]+(\.[\w-]+)*\.[a-z]+$/i.test(name) ? name.toLowerCase() : 'mx.example.net',
      recipient: RECIPIENT_IN_MAIL.exec(mail)?.[1] ?? '',
      label,
      hard,
    },
  ]
}

const COMMANDS: Readonly<Record<string, Stage>> = {
  MAIL: 'mail',
  RCPT: 'rcpt',
  EHLO: 'ehlo',
  HELO: 'ehlo',
  DATA: 'data',
}
/** `(in reply to RCPT TO command)`, as Postfix and others write behind the reply. */
const COMMAND =
  /\(?\b(?:in reply to|after)\s+(end of )?(MAIL|RCPT|DATA|EHLO|HELO)\b(?: (?:TO|FROM))?(?: command)?[).]*/i

/** What the mailer that wrote the bounce says beside the reply or elsewhere; where it says nothing, it was RCPT. */
function withoutCommand(text: string, mail: string): { readonly said: string; readonly stage: Stage } {
  const found = COMMAND.exec(text)
  if (found === null) return { said: text, stage: stageIn(mail, text.slice(0, 3)) ?? 'rcpt' }
  return { said: text.replace(COMMAND, '').trim(), stage: stageOf(found) }
}

function stageOf([, itsEnd, command = '']: RegExpExecArray): Stage {
  return itsEnd === undefined ? (COMMANDS[command.toUpperCase()] ?? 'rcpt') : 'final-dot'
}

/** How Postfix, Exim, qmail and Sendmail tell in the text of a bounce what was refused. */
const TOLD: readonly (readonly [words: RegExp, stage: Stage])[] = [
  [/SMTP error from remote (?:mail )?server (?:after|for) end of data/i, 'final-dot'],
  [/SMTP error from remote (?:mail )?server (?:after|for) initial connection/i, 'greeting'],
  [/failed after I sent the message/, 'final-dot'],
  [/but my name was rejected/, 'ehlo'],
  [/but sender was rejected/, 'mail'],
  [/but (?:connection died|greeting failed)/, 'greeting'],
]

function stageIn(mail: string, code: string): Stage | undefined {
  const flat = mail.replace(/\s+/g, ' ')
  const found = COMMAND.exec(flat)
  if (found !== null) return stageOf(found)
  const told = TOLD.find(([words]) => words.test(flat))
  if (told !== undefined) return told[1]
  // Sendmail shows the conversation: `>>> DATA`, `<<< 550 ...`.
  const said = new RegExp(`>>> (\\S+)[^\\n]*\\n(?:<<< [^\\n]*\\n)*?<<< ${code}`).exec(mail)
  if (said === null) return undefined
  // It pipelines: what refuses the recipient is shown behind DATA, and then nobody is left to send to.
  if (said[1] === 'DATA' && /<<< 5\d\d[^\n]*(?:need rcpt|valid recipients)/i.test(mail)) return 'rcpt'
  return said[1] === '.' ? 'final-dot' : COMMANDS[(said[1] ?? '').toUpperCase()]
}

function parse(text: string): Reply | undefined {
  const match = /^([45]\d\d)(?:[- ]|$)(?:#?([245])\.(\d{1,3})\.(\d{1,3})(?:\s|$))?(.*)$/s.exec(text)
  if (!match) return undefined
  const enhanced = match[2] && {
    class: Number(match[2]) as 2 | 4 | 5,
    subject: Number(match[3]),
    detail: Number(match[4]),
  }
  return { code: Number(match[1]), ...(enhanced && { enhanced }), lines: [match[5] ?? ''] }
}

export function halfOf(line: string): Half {
  const [first = 0] = createHash('sha256').update(wordingOf(line)).digest()
  return first % 2 === 0 ? 'read' : 'unread'
}

/** What a reply says, without code, status, addresses, names, numbers and what is no letter. Fixed: the halves hang on it. */
export function wordingOf(line: string): string {
  return line
    .toLowerCase()
    .replace(/https?:\/\/\S+/g, ' ')
    .replace(/\S+@\S+/g, ' ')
    .replace(/\b[\w-]+(?:\.[\w-]+)+\b/g, ' ')
    .replace(/\S*\d\S*/g, ' ')
    .replace(/[^\p{L}]+/gu, ' ')
    .trim()
}
