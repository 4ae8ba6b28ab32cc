/**
 * Read: a feedback report (ARF), in which a mail host tells what a recipient thinks of our mail. RFC 5965.
 *
 * Policy. Reports are written by many programs: what a report must have to be used is its type and the message it is about.
 * A report that someone forwarded is found inside the mail that carries it.
 *
 * Not here: which message of ours it is about (traces.ts), what follows from it (the front door).
 */
import { Buffer } from 'node:buffer'
import { decoded, leavesOf, readFields } from '../mime/index.ts'

export interface FeedbackReport {
  /** `abuse`, `fraud`, `virus`, `other`, `not-spam` and others, in lower case. RFC 5965 §7.3, RFC 6430, RFC 6591 */
  readonly type: string
  /** The program that wrote it. */
  readonly userAgent: string
  /** As they are written there; often made unreadable. */
  readonly recipients: readonly string[]
  /** The header of the message it is about. */
  readonly original: string
}

export interface FeedbackProblem {
  readonly problem: string
}

const REPORT_TYPE = /^\s*message\/feedback-report\b/i
const MESSAGE_TYPE = /^\s*message\/rfc822\b/i
/** RFC 5965 §2 d; some write the type as they would a message. */
const ORIGINAL_TYPE = /^\s*(?:message\/rfc822|(?:text|message)\/rfc822-headers)\b/i
const MAX_FORWARDS = 4

/** Never throws. */
export function readFeedback(bytes: Uint8Array): FeedbackReport | FeedbackProblem {
  const found = find(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), MAX_FORWARDS)
  if (found === undefined) return { problem: 'no mail with a feedback report in it (RFC 5965 §2)' }
  const fields = readFields(found.report.toString('utf8'))
  const first = (name: string): string | undefined => fields.find(field => field[0] === name)?.[1]
  const type = first('feedback-type')?.toLowerCase()
  if (type === undefined || type === '') return { problem: 'a report without Feedback-Type (RFC 5965 §3.1)' }
  if (found.original === undefined) return { problem: 'a report without the message that it is about (RFC 5965 §2)' }
  const recipients = fields.filter(([name]) => name === 'original-rcpt-to').map(([, value]) => value)
  return {
    type,
    userAgent: first('user-agent') ?? '',
    recipients: recipients.map(addressIn),
    original: headerOf(found.original),
  }
}

/** `rfc822; <a@example.com>` */
function addressIn(text: string): string {
  return text
    .replace(/^\s*(?:rfc822\s*;)?\s*<?/i, '')
    .trimEnd()
    .replace(/>$/, '')
}

interface Found {
  readonly report: Buffer
  readonly original: Buffer | undefined
}

function find(mail: Buffer, forwards: number): Found | undefined {
  const leaves = [...leavesOf(mail, () => false)]
  const report = leaves.find(({ type }) => REPORT_TYPE.test(type))
  if (report !== undefined) {
    const original = leaves.find(({ type }) => ORIGINAL_TYPE.test(type))
    return { report: decoded(report), original: original && decoded(original) }
  }
  if (forwards === 0) return undefined
  for (const leaf of leaves) {
    const found = MESSAGE_TYPE.test(leaf.type) ? find(decoded(leaf), forwards - 1) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

function headerOf(message: Buffer): string {
  const text = message.toString('utf8')
  const end = text.search(/\r?\n\r?\n/)
  return end < 0 ? text : text.slice(0, end)
}
