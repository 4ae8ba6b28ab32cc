/**
 * NoticeFields: the part of a notice that programs read, a group of fields for the message and one for each recipient.
 *
 * Policy. Every value is one line of ASCII in message/delivery-status; in message/global-delivery-status addresses stand as
 * they are (RFC 6533 §4). What a server said is quoted with its line breaks and strange octets taken out, and never trusted
 * to be short.
 *
 * Not here: which status (notice-status.ts). RFC 3464 §2.2, §2.3; RFC 6533 §3.
 */
import { type Address, needsSmtpUtf8, printAddress } from '../model/address.ts'
import { printReply } from '../model/reply.ts'
import type { NoticeDue, RecipientSettlement } from '../model/settlement.ts'
import { formatDate } from './headers.ts'
import type { NoticeContext } from './notice-context.ts'
import { actionOf, replyOf, statusOf } from './notice-status.ts'

const LINE_LENGTH = 76
const LONGEST_VALUE = 2000

/** Whether the report may hold UTF-8: only a reader with an internationalised address is known to understand it. */
export type NoticeCharset = 'ascii' | 'utf-8'

/** Lines with CRLF. */
export function noticeFields(due: NoticeDue, context: NoticeContext, charset: NoticeCharset): string {
  const { job, hostname } = context
  const write = (name: string, value: string): string => field(name, value, charset)
  let text = write('Reporting-MTA', `dns; ${hostname}`)
  if (job.envid !== undefined) text = write('Original-Envelope-Id', job.envid) + text
  text += write('Arrival-Date', formatDate(job.acceptedAt))
  for (const settled of due.recipients) text += `\r\n${recipientFields(settled, due.kind, context, write)}`
  return text
}

type Write = (name: string, value: string) => string

function recipientFields(
  settled: RecipientSettlement,
  kind: NoticeDue['kind'],
  context: NoticeContext,
  write: Write,
): string {
  const { recipient, verdict } = settled
  const action = actionOf(kind)
  let text = ''
  if (recipient.originalRecipient !== undefined) {
    text += write('Original-Recipient', recipient.originalRecipient.replace(';', '; '))
  }
  text += write('Final-Recipient', typedAddress(recipient.address))
  text += write('Action', action)
  text += write('Status', statusOf(settled, action))
  if (verdict.host !== undefined) text += write('Remote-MTA', `dns; ${verdict.host}`)
  const reply = replyOf(settled)
  if (reply) text += write('Diagnostic-Code', `smtp; ${printReply(reply)}`)
  else if (verdict.kind === 'failed') text += write('Diagnostic-Code', `x-postrider; ${verdict.failure.detail}`)
  text += write('Last-Attempt-Date', formatDate(context.now))
  if (kind === 'delay') text += write('Will-Retry-Until', formatDate(context.job.expiresAt))
  return text
}

/** RFC 3464 §2.3.2, RFC 6533 §3 */
function typedAddress(address: Address): string {
  return `${needsSmtpUtf8(address) ? 'utf-8' : 'rfc822'}; ${printAddress(address)}`
}

function field(name: string, value: string, charset: NoticeCharset): string {
  const line = value
    .replace(/[\x00-\x20\x7f-\x9f]+/g, ' ')
    .slice(0, LONGEST_VALUE)
    .trim()
  return fold(`${name}: ${charset === 'ascii' ? toAscii(line) : line}`)
}

/** utf-8-addr-xtext of RFC 6533 §3; elsewhere the escape is at least plain to see. */
function toAscii(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, char => `\\x{${char.codePointAt(0)!.toString(16).toUpperCase()}}`)
}

function fold(text: string): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    // A field whose first line were only its name would be read as empty by many.
    if (lines.length + line.indexOf(' ') > 0 && line.length + 1 + word.length > LINE_LENGTH) {
      lines.push(line)
      line = ` ${word}`
    } else line += line === '' ? word : ` ${word}`
  }
  return `${[...lines, line].join('\r\n')}\r\n`
}
