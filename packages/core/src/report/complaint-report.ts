/**
 * ComplaintReport: a feedback report (ARF), and what mail hosts send in its place: a mail with the message in it (Microsoft's
 * JMRP), a report without parts of its own, and "unsubscribe" buttons. RFC 5965, RFC 6591, RFC 9477.
 *
 * Policy. Reports are written by many programs: what a report must have to be used is its type and the message it is about.
 *
 * Not here: which message of ours it is about (traces.ts), what follows from it (flow/).
 */
import { decoded, readFields } from '../mime/index.ts'
import { addressOf } from './delivery-status.ts'
import type { AboutMessage, ComplaintReport } from './mail-report.ts'
import { headerOf, type Leaf, type OpenedMail } from './opened-mail.ts'
import { aboutOf, addressesIn, originalOf } from './original.ts'

const REPORT_TYPE = /^\s*(?:message|text)\/feedback-report\b/i
/** RFC 5965 §7.3, RFC 6430, RFC 6591 */
const OPT_OUT = /^opt-out(?:-list)?$/

const MAX_FIELD_BYTES = 256 * 1024

export interface ReportProblem {
  readonly problem: string
}

/** undefined: it is none. */
export function readComplaint(mail: OpenedMail): ComplaintReport | ReportProblem | undefined {
  const leaf = mail.leaves.find(({ type }) => REPORT_TYPE.test(type))
  if (leaf === undefined) return readJmrp(mail)
  const fields = readFields(decoded(leaf).toString('utf8', 0, MAX_FIELD_BYTES))
  const first = (name: string): string => fields.find(field => field[0] === name)?.[1] ?? ''
  const type = first('feedback-type').toLowerCase().trim()
  if (type === '') return { problem: 'a report without Feedback-Type (RFC 5965 §3.1)' }
  const original = originalOf(mail.leaves)
  if (original === undefined) return { problem: 'a report without the message that it is about (RFC 5965 §2)' }
  const recipients = fields
    .filter(([name]) => name === 'original-rcpt-to' || (OPT_OUT.test(type) && name === 'removal-recipient'))
    .map(([, value]) => addressOf(value))
  const mailFrom = addressOf(first('original-mail-from'))
  const arrivedAt = Date.parse(first('arrival-date') || first('received-date'))
  return {
    kind: 'complaint',
    type,
    userAgent: first('user-agent'),
    recipients: recipients.filter(one => one !== ''),
    ...(mailFrom !== '' && { mailFrom }),
    ...(first('source-ip') !== '' && { source: first('source-ip').trim().split(/\s/, 1)[0]?.slice(0, 64) ?? '' }),
    ...(!Number.isNaN(arrivedAt) && { arrivedAt }),
    about: withId(aboutOf(original), first('message-id')),
    original,
  }
}

/** Where the header was made unreadable, the report may still name the Message-ID. */
function withId(about: AboutMessage, messageId: string): AboutMessage {
  if (about.traces.messageId !== undefined || messageId === '') return about
  const id =
    /<[^<>\s]{1,900}>/.exec(messageId)?.[0] ??
    (/^[^<>\s]{1,900}$/.test(messageId.trim()) ? `<${messageId.trim()}>` : undefined)
  return id === undefined ? about : { ...about, traces: { ...about.traces, messageId: id } }
}

/** Microsoft's Junk Mail Reporting Program: the message, and no report. */
function readJmrp(mail: OpenedMail): ComplaintReport | undefined {
  const isHotmail = /\bstaff@hotmail\.com\b|@[\w.]*hotmail\.com\b/i.test(mail.field('from'))
  if (!isHotmail || !/^\s*complaint about message from\b/i.test(mail.field('subject'))) return undefined
  const leaf = mail.leaves.find(({ type }) => /^\s*message\/rfc822\b/i.test(type))
  if (leaf === undefined) return undefined
  const original = headerOf(decoded(leaf))
  const named = readFields(original).filter(([name]) => name === 'x-hmxmroriginalrecipient')
  const source = /from\s+\[?([\da-f.:]{3,45})/i.exec(mail.field('subject'))?.[1]
  return {
    kind: 'complaint',
    type: 'abuse',
    userAgent: 'Microsoft JMRP',
    recipients: named.flatMap(([, value]) => addressesIn(value)),
    ...(source !== undefined && { source }),
    about: aboutOf(original),
    original,
  }
}

export function hasReport(leaves: readonly Leaf[]): boolean {
  return leaves.some(({ type }) => REPORT_TYPE.test(type))
}
