/**
 * NoticeText: the part of a notice that people read: what happened to which recipient, what the server said, what to do.
 *
 * Not here: the part that programs read (notice-fields.ts). RFC 3464 §2, RFC 3461 §6.
 */

import { FAILURE_CODES } from '../language/failures.ts'
import { printAddress } from '../model/address.ts'
import type { Failure, FailureCode } from '../model/failure.ts'
import { printReply } from '../model/reply.ts'
import type { NoticeDue, RecipientSettlement } from '../model/settlement.ts'
import { formatDate } from './headers.ts'
import type { NoticeContext } from './notice-context.ts'
import { replyOf } from './notice-status.ts'

const WIDTH = 76
const LONGEST_REPLY = 2000

const SUBJECTS: Readonly<Record<NoticeDue['kind'], string>> = {
  failure: 'Your message could not be delivered',
  delay: 'Your message is delayed',
  success: 'Your message was handed over',
}

export function noticeSubject(kind: NoticeDue['kind']): string {
  return SUBJECTS[kind]
}

/** Lines with CRLF. */
export function noticeText({ kind, recipients }: NoticeDue, context: NoticeContext): string {
  const paragraphs = [
    `This is the mail system of ${context.hostname}.`,
    wrap(opening(kind, recipients.length, context)),
    ...recipients.map(recipient => about(recipient)),
    wrap(closing(kind, context)),
  ]
  return `${paragraphs.join('\n\n')}\n`.replaceAll('\n', '\r\n')
}

function opening(kind: NoticeDue['kind'], count: number, { job }: NoticeContext): string {
  const sent = `The message that you sent on ${formatDate(job.acceptedAt)}`
  const whom = count === 1 ? 'the recipient below' : `the ${count} recipients below`
  switch (kind) {
    case 'failure':
      return `${sent} could not be delivered to ${whom}. It will not be tried again.`
    case 'delay':
      return `${sent} has not been delivered to ${whom} yet. You do not need to send it again.`
    case 'success':
      return `${sent} was taken over by the mail server of ${whom}. That server does not send confirmations of its own.`
    default:
      throw new TypeError(kind satisfies never)
  }
}

function closing(kind: NoticeDue['kind'], { job }: NoticeContext): string {
  switch (kind) {
    case 'failure':
      return `Details for mail systems and the header of your message are attached. Reference: ${job.messageId}.`
    case 'delay':
      return `It will be tried again until ${formatDate(job.expiresAt)}. If it cannot be delivered by then, you will be told. Reference: ${job.messageId}.`
    case 'success':
      return `Reference: ${job.messageId}.`
    default:
      throw new TypeError(kind satisfies never)
  }
}

function about(settled: RecipientSettlement): string {
  const lines = [printAddress(settled.recipient.address)]
  const { verdict } = settled
  if (verdict.kind === 'failed') {
    lines.push(indented(`Reason: ${reason(settled)}`))
    const { code, detail } = verdict.failure
    if (detail !== '' && detail !== FAILURE_CODES[code]) lines.push(indented(`Seen: ${oneLine(detail)}`))
  }
  const reply = replyOf(settled)
  if (reply) {
    const who = verdict.host === undefined ? 'The server' : `The server ${verdict.host}`
    lines.push(indented(`${who} said: ${oneLine(printReply(reply))}`))
  }
  if (verdict.kind === 'failed' && settled.state !== 'deferred') {
    lines.push(indented(`What you can do: ${advice(verdict.failure)}`))
  }
  return lines.join('\n')
}

function reason({ state, verdict }: RecipientSettlement): string {
  if (verdict.kind === 'accepted') return ''
  const why = FAILURE_CODES[verdict.failure.code].replace(/ RFC \d+$/, '')
  if (state !== 'expired' || verdict.failure.code === 'expired') return why
  return `It could not be delivered in time. The last time: ${why}`
}

const ADVICE = {
  recipient: 'check the address for mistakes, or reach the recipient in another way.',
  message: 'change the message (its size, links or attachments) and send it again.',
  host: 'try again later. If this keeps happening, show this notice to your postmaster.',
  domain: 'check the part of the address after the @. If it is right, show this notice to your postmaster.',
} as const

/** Failures that no sender can mend: the receiver mistrusts this mail system. */
const FOR_POSTMASTER: ReadonlySet<FailureCode> = new Set([
  'bad-reputation',
  'blocklisted',
  'reverse-dns',
  'unauthenticated',
  'policy-refused',
  'rate-limited',
  'login-failed',
  'relay-denied',
])

function advice({ code, scope }: Failure): string {
  if (FOR_POSTMASTER.has(code)) return 'show this notice to your postmaster: it is not about your message.'
  return ADVICE[scope]
}

function indented(text: string): string {
  return wrap(text, '    ')
}

function oneLine(text: string): string {
  return text.replace(/[\x00-\x20\x7f-\x9f]+/g, ' ').slice(0, LONGEST_REPLY)
}

/** Breaks between words; a word that is too long stays whole. Lines after the first of an indented text stand deeper. */
function wrap(text: string, indent = ''): string {
  const deeper = indent === '' ? '' : `${indent}  `
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line === '') line = (lines.length === 0 ? indent : deeper) + word
    else if (line.length + 1 + word.length <= WIDTH) line += ` ${word}`
    else {
      lines.push(line)
      line = deeper + word
    }
  }
  return [...lines, line].join('\n')
}
