/**
 * Notice: a delivery status notification, as a message of its own.
 *
 * Policy. It comes from nobody (null reverse-path), so that a notice about a notice can never be; it says that it is automatic
 * (RFC 3834 §3.1.7), and threads with the message it is about. The original comes back whole only when the sender asked for
 * that (RET=FULL) and it is small and 7-bit; else its header does, without the fields that nobody needs to see twice.
 * A sender with an internationalised address gets the RFC 6533 types; every other gets ASCII.
 *
 * Not here: whether a notice is due (outcome/), who signs it (flow/). RFC 3461 §6, RFC 3464, RFC 6522, RFC 6533, RFC 8689 §5.
 */
import { Buffer, isAscii } from 'node:buffer'
import { needsSmtpUtf8, printAddress } from '../model/address.ts'
import type { Envelope } from '../model/envelope.ts'
import type { RawMessage } from '../model/message.ts'
import type { NoticeDue } from '../model/settlement.ts'
import { formatDate, makeMessageId } from './headers.ts'
import { inspect } from './inspect.ts'
import type { NoticeContext } from './notice-context.ts'
import { noticeFields } from './notice-fields.ts'
import { noticeText } from './notice-text.ts'
import { type NoticeWords, noticeWords } from './notice-words.ts'
import { isSevenBit } from './seven-bit.ts'
import { encode, textEncoding } from './transfer-encoding.ts'

interface Part {
  readonly headers: readonly string[]
  readonly body: Buffer
}

const DEFAULT_RETURN_BYTES = 262_144
/** RFC 5322 §3.6.4; only such an id is worth repeating. */
const MESSAGE_ID = /^<[!-;=?-~]{1,500}>$/

export async function renderNotice(
  due: NoticeDue,
  context: NoticeContext,
): Promise<{ readonly message: RawMessage; readonly envelope: Envelope }> {
  const languages = await noticeWords(context.language)
  const parts = [humanPart(due, context, languages), statusPart(due, context)]
  const returned = returnedPart(due, context)
  if (returned) parts.push(returned)
  const boundary = boundaryFor(context, parts)
  const pieces: Buffer[] = [
    Buffer.from(header(due, context, { boundary, subject: languages[0].say(`subject.${due.kind}`) }), 'utf8'),
  ]
  for (const { headers, body } of parts) {
    pieces.push(Buffer.from(`--${boundary}\r\n${headers.map(line => `${line}\r\n`).join('')}\r\n`, 'latin1'), body)
    pieces.push(Buffer.from('\r\n', 'latin1'))
  }
  pieces.push(Buffer.from(`--${boundary}--\r\n`, 'latin1'))
  return {
    message: inspect(Buffer.concat(pieces)),
    envelope: {
      reversePath: null,
      recipients: [{ address: due.to }],
      // RFC 8689 §5: it goes back as safely as it can, and if that cannot be, it still goes.
      ...(context.job.requireTls ? { requireTls: true } : {}),
    },
  }
}

interface Own {
  readonly boundary: string
  readonly subject: string
}

function header(due: NoticeDue, context: NoticeContext, { boundary, subject }: Own): string {
  const { hostname, now, job } = context
  const from = context.from ?? { local: 'MAILER-DAEMON', domain: hostname }
  const lines = [
    `From: Mail delivery system <${printAddress(from)}>`,
    `To: <${printAddress(due.to)}>`,
    `Subject: ${isAscii(Buffer.from(subject)) ? subject : encodedWord(subject)}`,
    `Date: ${formatDate(now)}`,
    `Message-ID: ${context.noticeMessageId ?? makeMessageId(from.domain)}`,
  ]
  if (MESSAGE_ID.test(job.facts.messageId)) {
    lines.push(`In-Reply-To: ${job.facts.messageId}`, `References: ${job.facts.messageId}`)
  }
  lines.push(
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status;',
    ` boundary="${boundary}"`,
    '',
    '',
  )
  return lines.join('\r\n')
}

/** RFC 2047 §2: one is at most 75 octets long, which a subject of ours is. */
function encodedWord(text: string): string {
  return `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`
}

function humanPart(due: NoticeDue, context: NoticeContext, languages: readonly NoticeWords[]): Part {
  const body = Buffer.from(noticeText(due, context, languages), 'utf8')
  return labelled(['Content-Type: text/plain; charset=utf-8', 'Content-Description: Notification'], body)
}

function statusPart(due: NoticeDue, context: NoticeContext): Part {
  const charset = readsUtf8(due) ? 'utf-8' : 'ascii'
  const type = charset === 'utf-8' ? 'message/global-delivery-status' : 'message/delivery-status'
  const body = Buffer.from(noticeFields(due, context, charset), 'utf8')
  return labelled([`Content-Type: ${type}`, 'Content-Description: Delivery report'], body)
}

function readsUtf8(due: NoticeDue): boolean {
  return needsSmtpUtf8(due.to)
}

/** RFC 3461 §4.3, RFC 6522 §3, RFC 6533 §6 */
function returnedPart(
  due: NoticeDue,
  { original, job, returnBytes = DEFAULT_RETURN_BYTES }: NoticeContext,
): Part | undefined {
  if (!original) return undefined
  // RFC 8689 §5: what had to be safe on its way there is not sent back whole.
  const whole = due.kind === 'failure' && job.ret === 'full' && !job.requireTls && original.length <= returnBytes
  if (whole && isSevenBit(original)) {
    return { headers: ['Content-Type: message/rfc822', 'Content-Description: Undelivered message'], body: original }
  }
  const { bodyStart } = inspect(original)
  const fields = original.subarray(0, bodyStart)
  const type = isAscii(fields)
    ? 'text/rfc822-headers'
    : readsUtf8(due)
      ? 'message/global-headers'
      : 'text/rfc822-headers; charset=utf-8'
  return labelled([`Content-Type: ${type}`, 'Content-Description: Header of the message'], fields)
}

/** Adds the transfer encoding that makes the part 7-bit. RFC 6533 §6.3 lets the global types be encoded. */
function labelled(headers: readonly string[], body: Buffer): Part {
  if (isSevenBit(body)) return { headers, body }
  const encoding = textEncoding(body)
  return { headers: [...headers, `Content-Transfer-Encoding: ${encoding}`], body: encode(body, encoding) }
}

/** A delimiter that no part contains. RFC 2046 §5.1.1 */
function boundaryFor({ job }: NoticeContext, parts: readonly Part[]): string {
  for (let attempt = 0; ; attempt++) {
    const boundary = `=_report-${job.messageId}-${attempt}`
    if (!parts.some(part => part.body.includes(boundary))) return boundary
  }
}
