/**
 * NoticeText: the part of a notice that people read: what happened to which recipient, what the server said, what to do.
 *
 * Not here: its words in each language (notice-words.ts), the part that programs read (notice-fields.ts). RFC 3464 §2, RFC 3461 §6.
 */

import { FAILURE_CODES } from '../language/failures.ts'
import { printAddress } from '../model/address.ts'
import type { Failure, FailureCode } from '../model/failure.ts'
import { printReply } from '../model/reply.ts'
import type { NoticeDue, RecipientSettlement } from '../model/settlement.ts'
import type { NoticeContext } from './notice-context.ts'
import { replyOf } from './notice-status.ts'
import type { NoticeWords } from './notice-words.ts'

const WIDTH = 76
const LONGEST_REPLY = 2000
/** Between two languages. */
const RULE = '-'.repeat(WIDTH)

/** Once in each language. Lines with CRLF. */
export function noticeText(due: NoticeDue, context: NoticeContext, languages: readonly NoticeWords[]): string {
  const texts = languages.map(words => textIn(words, due, context))
  return `${texts.join(`\n\n${RULE}\n\n`)}\n`.replaceAll('\n', '\r\n')
}

function textIn(words: NoticeWords, { kind, recipients }: NoticeDue, { hostname, job }: NoticeContext): string {
  const { say, date } = words
  return [
    say('hello', { hostname }),
    wrap(say(`opening.${kind}`, { date: date(job.acceptedAt), count: recipients.length })),
    ...recipients.map(recipient => about(recipient, words)),
    wrap(say(`closing.${kind}`, { id: job.messageId, date: date(job.expiresAt) })),
  ].join('\n\n')
}

function about(settled: RecipientSettlement, words: NoticeWords): string {
  const lines = [printAddress(settled.recipient.address)]
  const { say, failure } = words
  const { verdict, state } = settled
  if (verdict.kind === 'failed') {
    const { code, detail } = verdict.failure
    const late = state === 'expired' && code !== 'expired'
    lines.push(indented(say(late ? 'reason.too-late' : 'reason', { text: failure(code) })))
    if (detail !== '' && detail !== FAILURE_CODES[code]) lines.push(indented(say('seen', { text: oneLine(detail) })))
  }
  const reply = replyOf(settled)
  if (reply) {
    const text = oneLine(printReply(reply))
    const { host } = verdict
    lines.push(indented(host === undefined ? say('said', { text }) : say('said-by', { host, text })))
  }
  if (verdict.kind === 'failed' && state !== 'deferred') {
    lines.push(indented(say(`advice.${adviceFor(verdict.failure)}`)))
  }
  return lines.join('\n')
}

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

function adviceFor({ code, scope }: Failure): Failure['scope'] | 'postmaster' {
  return FOR_POSTMASTER.has(code) ? 'postmaster' : scope
}

function indented(text: string): string {
  return wrap(text, '    ')
}

function oneLine(text: string): string {
  return text.replace(/[\x00-\x20\x7f-\x9f]+/g, ' ').slice(0, LONGEST_REPLY)
}

/**
 * Breaks between words, and between the characters of Chinese, which has no spaces and whose characters are two columns wide; a word that
 * is too long stays whole. Lines after the first of an indented text stand deeper.
 */
function wrap(text: string, indent = ''): string {
  const deeper = indent === '' ? '' : `${indent}  `
  const lines: string[] = []
  let line = ''
  for (const piece of text.split(/(?<= )|(?<=[\u2e80-\u9fff\uff00-\uffef])(?=[\u3400-\u9fff])/u)) {
    if (line === '') line = (lines.length === 0 ? indent : deeper) + piece
    else if (columns(line) + columns(piece.trimEnd()) <= WIDTH) line += piece
    else {
      lines.push(line.trimEnd())
      line = deeper + piece
    }
  }
  return [...lines, line].join('\n')
}

function columns(text: string): number {
  return text.length + (text.match(/[\u2e80-\u9fff\uff00-\uffef]/gu)?.length ?? 0)
}
