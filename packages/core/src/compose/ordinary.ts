/**
 * Ordinary: the bytes of a message of text, of html, or of both, written at once.
 *
 * Policy. The same octets as mime.ts would make of it with nodemailer, boundaries aside: a test compares them for random drafts.
 * Most mail that programs send has this shape, and gets here in a tenth of the time.
 *
 * Not here: every other shape (mime.ts), encoded words (header-field.ts). RFC 2045, RFC 2046 §5.1.4.
 */
import { Buffer } from 'node:buffer'
import { randomUUID } from 'node:crypto'
import { type EncodeValue, mailboxField, plainField, textField } from './header-field.ts'
import { formatDate } from './headers.ts'
import { type Ingredients, NO_VISIBLE_RECIPIENT } from './ingredients.ts'
import { endLinesWithCrlf } from './normalise.ts'
import { encode } from './transfer-encoding.ts'

/** One body: its own part of the header, and its octets. */
interface Leaf {
  readonly type: string
  readonly encoding: '7bit' | 'quoted-printable' | 'base64' | undefined
  readonly content: string | Buffer
}

const CRLF = '\r\n'
const BINARY = /[\x00-\x08\x0b\x0c\x0e-\x1f\u0080-\uffff]/
const LONGEST_LINE = 76
/** Longer text is encoded without a look at its lines. */
const LONGEST_LOOK = 128 * 1024

/** @returns undefined when the shape is another one, or the header needs an encoder that is not there. */
export function renderOrdinary(ingredients: Ingredients, encodeValue: EncodeValue | undefined): Buffer | undefined {
  const { draft, parts } = ingredients
  if (parts.length > 0 || draft.calendar !== undefined || (draft.alternatives?.length ?? 0) > 0) return undefined
  const header = headerOf(ingredients, encodeValue)
  if (header === undefined) return undefined
  const { text, html } = draft
  if (text && html) return alternative(header, [leaf('text/plain', text), leaf('text/html', html)])
  if (html) return single(header, leaf('text/html', html))
  return single(header, text ? leaf('text/plain', text) : { type: 'text/plain', encoding: undefined, content: '' })
}

/** Every field but those of MIME, which stand last. */
function headerOf(
  { draft, parties, headers, messageId, date }: Ingredients,
  encodeValue: EncodeValue | undefined,
): string | undefined {
  const { from, to, cc, replyTo } = parties
  const visible = to.length > 0 || cc.length > 0
  let header = ''
  for (const field of customFields(headers, encodeValue)) {
    if (field === undefined) return undefined
    header += field
  }
  const fields = [
    mailboxField('From', [from], encodeValue),
    visible ? mailboxField('To', to, encodeValue) : plainField('To', NO_VISIBLE_RECIPIENT),
    mailboxField('Cc', cc, encodeValue),
    mailboxField('Reply-To', replyTo, encodeValue),
    plainField('In-Reply-To', draft.inReplyTo ?? ''),
    plainField('References', (draft.references ?? []).join(' ')),
    textField('Subject', draft.subject ?? '', encodeValue),
    plainField('Message-ID', messageId),
    plainField('Date', formatDate(date.getTime())),
  ]
  for (const field of fields) {
    if (field === undefined) return undefined
    header += field
  }
  return header
}

/** A name that is given twice is spelt as it was the last time. */
function customFields(
  headers: Ingredients['headers'],
  encodeValue: EncodeValue | undefined,
): readonly (string | undefined)[] {
  if (headers.length === 0) return []
  const spelling = new Map(headers.map(({ key }) => [key.toLowerCase(), key]))
  return headers.map(({ key, value }) => {
    const name = key.toLowerCase()
    // An address and a token have rules of their own.
    if (name === 'sender' || name === 'otp-token') return undefined
    return textField(spelling.get(name) ?? key, value, encodeValue)
  })
}

function single(header: string, { type, encoding, content }: Leaf): Buffer {
  const head = `${header}${encodingField(encoding)}MIME-Version: 1.0${CRLF}Content-Type: ${type}${CRLF}${CRLF}`
  const ended = content.length === 0 || content.at(-1) === '\n' || content.at(-1) === 10
  return joined(ended ? [head, content] : [head, content, CRLF])
}

/** RFC 2046 §5.1.4: the plainest first. */
function alternative(header: string, leaves: readonly Leaf[]): Buffer {
  // A boundary cannot stand in a body by chance: 64 random bits.
  const id = randomUUID()
  const boundary = `--_NmP-${id.slice(0, 8)}${id.slice(-8)}-Part_1`
  const pieces: (string | Buffer)[] = [
    `${header}MIME-Version: 1.0${CRLF}Content-Type: multipart/alternative;${CRLF} boundary="${boundary}"${CRLF}${CRLF}`,
  ]
  let between = ''
  for (const { type, encoding, content } of leaves) {
    const fields = `Content-Type: ${type}${CRLF}${encodingField(encoding)}`
    pieces.push(`${between}--${boundary}${CRLF}${fields}${CRLF}`, content)
    between = CRLF
  }
  pieces.push(`${CRLF}--${boundary}--${CRLF}`)
  return joined(pieces)
}

function encodingField(encoding: Leaf['encoding']): string {
  return encoding === undefined ? '' : `Content-Transfer-Encoding: ${encoding}${CRLF}`
}

function leaf(type: string, given: string): Leaf {
  const charset = `${type}; charset=utf-8`
  if (!BINARY.test(given) && given.length <= LONGEST_LOOK) {
    const content = withCrlf(given)
    if (!hasLongLine(content)) return { type: charset, encoding: '7bit', content }
  }
  const octets = endLinesWithCrlf(Buffer.from(given, 'utf8'), 'open')
  const encoding = isMostlyLatin(given) ? 'quoted-printable' : 'base64'
  return { type: charset, encoding, content: encode(octets, encoding) }
}

/** Of ASCII text. */
function withCrlf(text: string): string {
  if (!text.includes('\r')) return text.replaceAll('\n', CRLF)
  return endLinesWithCrlf(Buffer.from(text, 'latin1'), 'open').toString('latin1')
}

function hasLongLine(text: string): boolean {
  let start = 0
  for (let end = text.indexOf(CRLF); end >= 0; end = text.indexOf(CRLF, start)) {
    if (end - start > LONGEST_LINE) return true
    start = end + CRLF.length
  }
  return text.length - start > LONGEST_LINE
}

/** Quoted-printable stays readable where letters outnumber what is escaped. */
function isMostlyLatin(text: string): boolean {
  let letters = 0
  let others = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code >= 128 || (code < 32 && code !== 9 && code !== 10 && code !== 13)) others++
    else if ((code >= 65 && code <= 90) || (code >= 97 && code <= 122)) letters++
  }
  return others < letters
}

function joined(pieces: readonly (string | Buffer)[]): Buffer {
  let length = 0
  for (const piece of pieces) length += piece.length
  const bytes = Buffer.allocUnsafe(length)
  let at = 0
  for (const piece of pieces) {
    // Every string here is ASCII.
    at += typeof piece === 'string' ? bytes.write(piece, at, 'latin1') : piece.copy(bytes, at)
  }
  return bytes
}
