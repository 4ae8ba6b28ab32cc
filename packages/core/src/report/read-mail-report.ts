/**
 * ReadMailReport: what a mail that came back is, and what it says. The door for bytes.
 *
 * Policy. The machine's part goes before words, and what is certainly no bounce before what looks like one. A mail that is not
 * understood is said to be none: it is never guessed. Never throws; what is looked at is bounded, however it is nested.
 *
 * Not here: what it means (outcome/), which message it is about and what follows (flow/take-report.ts).
 */
import { Buffer } from 'node:buffer'
import { decoded } from '../mime/index.ts'
import type { ReportedRecipient } from '../model/reported-recipient.ts'
import { isChallenge, readAutoReply, readReceipt, readUnsubscribe } from './auto-reply.ts'
import { readBounceText } from './bounce-text.ts'
import { hasReport, readComplaint } from './complaint-report.ts'
import { type DeliveryStatus, readDeliveryStatus } from './delivery-status.ts'
import { findDmarcReport, isPacked, readDmarcReport } from './dmarc-report.ts'
import type { MailReport, Purpose, ReturnedReport } from './mail-report.ts'
import { readNotification } from './notification.ts'
import { type OpenedMail, openMail, readable, textOf } from './opened-mail.ts'
import { aboutOf, addressesIn, originalOf } from './original.ts'

const STATUS_TYPE = /^\s*message\/(?:global-)?delivery-status\b/i
const MESSAGE_TYPE = /^\s*message\/rfc822\b/i
const MAX_FORWARDS = 4
const MAX_STATUS_BYTES = 512 * 1024

export function readMailReport(bytes: Uint8Array, purpose?: Purpose): MailReport {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const file = isPacked(buffer) || /^[\s\ufeff]*[{<]/.test(buffer.toString('utf8', 0, 100))
  if (file) return readFile(buffer)
  const mail = openMail(buffer)
  return (
    complaintIn(mail, MAX_FORWARDS) ??
    readNotification(mail) ??
    readStatus(mail) ??
    readReceipt(mail) ??
    readAttachedReport(mail, buffer) ??
    readUnsubscribe(mail, purpose === 'unsubscribe' ? purpose : undefined) ??
    readWords(mail) ??
    readAutoReply(mail) ?? { kind: 'other', because: 'no report that is known' }
  )
}

/** A report without a mail around it. */
function readFile(buffer: Buffer): MailReport {
  if (/^[\s\ufeff]*\{/.test(buffer.toString('utf8', 0, 100))) return { kind: 'tls', bytes: buffer }
  const report = readDmarcReport(buffer)
  return 'problem' in report
    ? report.problem === 'json'
      ? { kind: 'tls', bytes: buffer }
      : { kind: 'other', because: report.problem }
    : { kind: 'dmarc', report }
}

/** A report that someone forwarded is found inside the mail that carries it. */
function complaintIn(mail: OpenedMail, forwards: number): MailReport | undefined {
  const found = readComplaint(mail)
  if (found !== undefined) return 'problem' in found ? { kind: 'other', because: found.problem } : found
  if (forwards === 0) return undefined
  for (const leaf of mail.leaves) {
    if (!MESSAGE_TYPE.test(leaf.type)) continue
    const inner = openMail(decoded(leaf))
    if (hasReport(inner.leaves) || inner.leaves.some(({ type }) => MESSAGE_TYPE.test(type))) {
      const within = complaintIn(inner, forwards - 1)
      if (within !== undefined) return within
    }
  }
  return undefined
}

function readAttachedReport(mail: OpenedMail, whole: Buffer): MailReport | undefined {
  for (const leaf of mail.leaves) {
    const described = `${leaf.type};${leaf.fields.get('content-disposition') ?? ''}`
    if (/^\s*application\/tlsrpt\b/i.test(leaf.type) || /\bname\*?\s*=[^;]{0,300}\.json(?:\.gz)?\b/i.test(described))
      return { kind: 'tls', bytes: whole }
  }
  const found = findDmarcReport(mail)
  if (found === undefined) return undefined
  if (!('problem' in found)) return { kind: 'dmarc', report: found }
  return found.problem === 'json' ? { kind: 'tls', bytes: whole } : { kind: 'other', because: found.problem }
}

/** RFC 3464; some write its fields into a text. */
function readStatus(mail: OpenedMail): MailReport | undefined {
  const leaf = mail.leaves.find(({ type }) => STATUS_TYPE.test(type))
  const text = leaf === undefined ? fieldsInText(mail.text) : decoded(leaf).toString('utf8', 0, MAX_STATUS_BYTES)
  if (text === undefined) return undefined
  const status = readDeliveryStatus(text)
  if (status.recipients.length === 0) return undefined
  const words = wordsOf(mail)
  if (
    isChallenge(`${words.text} ${status.recipients[0]?.diagnostic ?? ''}`) &&
    status.recipients.every(one => one.reply === undefined)
  )
    return {
      kind: 'auto-reply',
      what: 'challenge',
      from: addressesIn(mail.field('from'))[0] ?? '',
      ...aboutIn(mail, ''),
    }
  return { kind: 'returned', ...withWords(status, mail, words), ...aboutIn(mail, '') }
}

function fieldsInText(text: string): string | undefined {
  const start = text.search(/^\s{0,4}(?:Reporting-MTA|Final-Recipient|Original-Recipient):/im)
  if (start < 0 || !/^\s{0,4}(?:Action|Status):/im.test(text)) return undefined
  return text.slice(start).replace(/^ {1,4}(?=[A-Z][\w-]+:)/gm, '')
}

/** The words beside the fields know what the fields leave out: the reply, or whom. */
function withWords(
  { recipients, reporter }: DeliveryStatus,
  mail: OpenedMail,
  words: Words,
): Pick<ReturnedReport, 'recipients' | 'reporter'> {
  const named = readBounceText(words.text, cluesOf(mail, words)).recipients
  const filled = recipients.map((one, index): ReportedRecipient => {
    const said =
      named.find(other => same(other, one)) ?? (named.length === recipients.length ? named[index] : undefined)
    if (said === undefined) return one
    const address = one.address.includes('@') && !/\s/.test(one.address) ? one.address : said.address || one.address
    const stage = one.stage ?? said.stage
    const lacks = one.reply === undefined && (said.reply !== undefined || one.diagnostic === '')
    return {
      ...one,
      address,
      ...(stage !== undefined && { stage }),
      ...(lacks && said.reply !== undefined && { reply: said.reply }),
      ...(lacks && { diagnostic: [one.diagnostic, said.diagnostic].filter(Boolean).join(' ') }),
      ...(lacks && said.host !== undefined && { host: said.host }),
    }
  })
  return { recipients: filled, reporter: reporter || senderOf(mail) }
}

function same(a: ReportedRecipient, b: ReportedRecipient): boolean {
  const address = a.address.toLowerCase()
  return address === b.address.toLowerCase() || address === b.original?.toLowerCase()
}

/** What makes words worth reading: that a mail server seems to have written them. */
const DAEMON =
  /\b(?:mailer-daemon|postmaster|mail(?:er)? (?:delivery|system|administrator)|mail[-_]?daemon|mailadmin|system administrator|mdaemon|mail delivery|mailhost|mail_?master)\b/i
const FAILING =
  /undeliver|returned mail|delivery (?:status|report|failure|problem|has failed|notification|failed|error|status)|failure (?:notice|delivery)|mail (?:delivery|system|could not|failure)|nondeliver|non[- ]?(?:delivery|remis)|not (?:be )?deliver|could not be delivered|could not send|message (?:delivery|status|undeliverable|not)|(?:delivery|mail) (?:failure|failed|problem|error)|failed (?:delivery|mail)|bounce|unzustellbar|delivery|delayed mail|rejected|permanent (?:delivery )?failure|unknown (?:user|address|recipient)|are not member|mail error|error mail|warning:/i

function readWords(mail: OpenedMail): MailReport | undefined {
  const subject = readable(mail.field('subject'))
  const from = `${mail.field('from')} ${mail.field('sender')} ${mail.field('x-failed-recipients') && 'mailer-daemon'}`
  const nobody = mail.field('from').trim() === '<>'
  const nullSender = /^\s*(?:<>|<?mailer-daemon)/i.test(mail.field('return-path'))
  const failing = FAILING.test(subject)
  const daemon = nobody || DAEMON.test(from)
  if (!daemon && !(failing && (nullSender || !/^\s*(?:re|aw|fw|fwd)\s*:/i.test(subject)))) return undefined
  if (isVacation(mail, failing)) return undefined
  const words = wordsOf(mail)
  const { recipients, original } = readBounceText(words.text, cluesOf(mail, words))
  if (recipients.length === 0) return undefined
  return { kind: 'returned', recipients, reporter: senderOf(mail), ...aboutIn(mail, original) }
}

/** A daemon may answer for somebody who is away. */
function isVacation(mail: OpenedMail, failing: boolean): boolean {
  return (
    !failing &&
    mail.field('x-failed-recipients') === '' &&
    readAutoReply(mail) !== undefined &&
    !/fail|undeliver|could not|unable|unknown|reject|error|valid/i.test(mail.text.slice(0, 4000))
  )
}

interface Words {
  readonly text: string
  readonly returned: string | undefined
}

function wordsOf(mail: OpenedMail): Words {
  const returned = originalOf(mail.leaves)
  if (mail.text.trim() !== '') return { text: mail.text, returned }
  const first = mail.leaves[0]
  return { text: first === undefined ? '' : textOf(first), returned }
}

function cluesOf(mail: OpenedMail, { returned }: Words) {
  const own = ['to', 'from', 'delivered-to', 'return-path'].flatMap(name => mail.all(name).flatMap(addressesIn))
  return {
    failed: mail.all('x-failed-recipients').flatMap(addressesIn),
    own: new Set(own.map(address => address.toLowerCase())),
    to: returned === undefined ? [] : aboutOf(returned).to,
    subject: readable(mail.field('subject')),
    domain: senderOf(mail),
  }
}

function aboutIn(mail: OpenedMail, inText: string): Pick<ReturnedReport, 'about'> {
  const header = originalOf(mail.leaves) ?? inText
  return header.trim() === '' ? {} : { about: aboutOf(header) }
}

function senderOf(mail: OpenedMail): string {
  return (addressesIn(mail.field('from'))[0] ?? '').replace(/^.*@/, '').toLowerCase()
}
