/**
 * Inspect: the bytes of a message to the facts that later steps need, in one pass over its lines.
 *
 * Policy. The bytes are believed to have CRLF line ends (normalise.ts makes them so); a bare LF and a header line that is no
 * field are refused rather than guessed at, because the next server could guess otherwise. Every address of every From
 * field is an author, and one that cannot be read makes the message unusable: nobody could say who may send it.
 *
 * Not here: mending raw messages (raw.ts), the structure of the body (structure.ts). RFC 5322 §2, §3.6.
 */
import { type Buffer, isAscii } from 'node:buffer'
import { type Address, parseAddress } from '../model/address.ts'
import type { MailerError } from '../model/error.ts'
import type { HeaderField, RawMessage } from '../model/message.ts'
import { invalidMessage, shown } from './draft-error.ts'
import { addressTexts } from './mailboxes.ts'
import { refuseNul } from './normalise.ts'

const CR = 13
const LF = 10
const SPACE = 32
const TAB = 9
const COLON = 58
/** Far beyond every list of recipients; a header is walked line by line, and a larger one would only keep us busy. */
const MAX_HEADER_OCTETS = 1_048_576
/** RFC 5322 §2.2, with the white space before the colon of §4.5. */
const FIELD_NAME = /^[!-9;-~]+[ \t]*$/

/** The header section, and where it stops being one. */
export interface Header {
  readonly fields: readonly HeaderField[]
  readonly bodyStart: number
  readonly longestLine: number
  /** Where a line begins that is neither a field, nor its continuation, nor empty. */
  readonly brokenAt?: number
  /** There is an empty line, or the header is broken. */
  readonly ended: boolean
}

/** @throws {MailerError} `invalid-message`, saying at which octet */
export function inspect(bytes: Buffer): RawMessage {
  refuseNul(bytes)
  const header = readHeader(bytes)
  if (header.brokenAt !== undefined) {
    throw invalidMessage(
      `header line at octet ${header.brokenAt}`,
      shown(
        bytes.toString('latin1', header.brokenAt, Math.min(lineEnd(bytes, header.brokenAt) - 2, header.brokenAt + 200)),
      ),
      'a field such as `Subject: text` (RFC 5322 §2.2)',
      'put an empty line between header and body',
    )
  }
  return describe(bytes, header)
}

/** The facts of a message whose header is read. */
export function describe(bytes: Buffer, { fields, bodyStart, longestLine }: Header): RawMessage {
  const from: Address[] = []
  let messageId = ''
  let tlsRequiredNo = false
  for (const field of fields) {
    if (field.name === 'from') readAuthors(bytes, field, from)
    else if (field.name === 'message-id') messageId ||= fieldValue(bytes, field)
    else if (field.name === 'tls-required') tlsRequiredNo ||= fieldValue(bytes, field).toLowerCase() === 'no'
  }
  return {
    bytes,
    fields,
    bodyStart,
    from,
    sizeBytes: bytes.length,
    eightBit: !isAscii(bytes.subarray(bodyStart)),
    smtpUtf8: !isAscii(bytes.subarray(0, bodyStart)),
    longestLine: longestLineFrom(bytes, bodyStart, longestLine),
    messageId,
    tlsRequiredNo,
  }
}

/** The value of a field, unfolded and trimmed. RFC 5322 §2.2.3 */
export function fieldValue(bytes: Buffer, field: HeaderField): string {
  const text = bytes.toString('utf8', field.valueStart, field.end)
  return (text.indexOf('\r\n') < text.length - 2 ? text.replaceAll('\r\n', '') : text).trim()
}

/** One walk over the header lines of bytes with CRLF line ends. @throws {MailerError} `invalid-message` at a bare LF, or when it has no end */
export function readHeader(bytes: Buffer): Header {
  const fields: HeaderField[] = []
  let longestLine = 0
  let name = ''
  let start = 0
  let valueStart = 0
  const finish = (end: number): void => {
    if (valueStart > 0) fields.push({ name, start, valueStart, end })
    valueStart = 0
  }
  for (let at = 0; at < bytes.length; ) {
    const next = lineEnd(bytes, at)
    if (next > MAX_HEADER_OCTETS) throw headerTooLong()
    const length = next - 2 - at
    if (length > longestLine) longestLine = length
    const first = bytes[at]
    const folded = (first === SPACE || first === TAB) && valueStart > 0
    if (!folded) {
      finish(at)
      if (length === 0) return { fields, bodyStart: next, longestLine, ended: true }
      const colon = bytes.indexOf(COLON, at)
      const text = colon < 0 || colon >= next ? '' : bytes.toString('latin1', at, colon)
      if (!FIELD_NAME.test(text)) return { fields, bodyStart: at, longestLine, brokenAt: at, ended: true }
      name = text.trimEnd().toLowerCase()
      start = at
      valueStart = colon + 1
    }
    at = next
  }
  finish(bytes.length)
  return { fields, bodyStart: bytes.length, longestLine, ended: false }
}

function headerTooLong(): MailerError {
  return invalidMessage(
    'header',
    `more than ${MAX_HEADER_OCTETS} octets`,
    `at most ${MAX_HEADER_OCTETS} octets before the empty line`,
    'put an empty line between header and body, or name fewer recipients in the header',
  )
}

/** The octet after the CRLF of the line that begins at `at`. */
function lineEnd(bytes: Buffer, at: number): number {
  const lf = bytes.indexOf(LF, at)
  if (lf >= 0 && lf > at && bytes[lf - 1] === CR) return lf + 1
  throw invalidMessage(
    `octet ${lf < 0 ? bytes.length : lf}`,
    lf < 0 ? 'a last line without CRLF' : 'a bare LF',
    'lines that end in CRLF (RFC 5322 §2.1)',
    'normalise the line ends first',
  )
}

function longestLineFrom(bytes: Buffer, start: number, known: number): number {
  let longest = known
  for (let at = start; at < bytes.length; ) {
    const next = lineEnd(bytes, at)
    if (next - 2 - at > longest) longest = next - 2 - at
    at = next
  }
  return longest
}

/** The addresses of a field, as they are written: what is none is among them. */
export function addressesIn({ bytes }: RawMessage, field: HeaderField): readonly string[] {
  return addressTexts(fieldValue(bytes, field))
}

function readAuthors(bytes: Buffer, field: HeaderField, from: Address[]): void {
  for (const text of addressTexts(fieldValue(bytes, field))) {
    const address = parseAddress(text)
    if ('problem' in address) {
      throw invalidMessage('From', shown(text), `an e-mail address: ${address.problem}`, 'write From: name@example.com')
    }
    from.push(address)
  }
}
