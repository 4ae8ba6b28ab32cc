/**
 * SevenBit: a raw message with 8-bit octets or endless lines in its body to one that no hop has a reason to change.
 *
 * Policy. A server that cannot take 8-bit converts the body on the way or returns the message, and a converted body breaks every
 * signature (RFC 6376 §5.3); so leaves are re-encoded here, before we sign. It is all or nothing: when the result would not
 * be 7-bit throughout, or the structure leaves doubt, or the message is signed or encrypted already (RFC 1847, DKIM), the
 * message is returned as it came. The decoded content of every part stays the same, octet for octet.
 *
 * Not here: 8-bit headers, which need SMTPUTF8 whatever is done to the body. RFC 2045 §6, RFC 6152 §3, RFC 1428.
 */
import { Buffer, isAscii, isUtf8 } from 'node:buffer'
import type { RawMessage } from '../model/message.ts'
import { joined } from '../model/message-buffer.ts'
import { describe, type Header, readHeader } from './inspect.ts'
import { type Entity, readStructure } from './structure.ts'
import { encode, textEncoding } from './transfer-encoding.ts'

/** RFC 5322 §2.1.1 */
const LONGEST_LINE = 998
const LF = 10
const SIGNED_ALREADY: ReadonlySet<string> = new Set(['dkim-signature', 'arc-seal', 'arc-message-signature'])

/** The same message when it is 7-bit already, or cannot be made so without doubt. */
export function sevenBit(message: RawMessage): RawMessage {
  if (!message.eightBit && message.longestLine <= LONGEST_LINE) return message
  const bytes = sevenBitBytes(message.bytes, message)
  return bytes === message.bytes ? message : describe(bytes, readHeader(bytes))
}

/** The same Buffer when nothing was, or could be, converted. */
export function sevenBitBytes(bytes: Buffer, header: Pick<Header, 'fields' | 'bodyStart' | 'brokenAt'>): Buffer {
  if (header.brokenAt !== undefined || header.fields.some(field => SIGNED_ALREADY.has(field.name))) return bytes
  const root = readStructure(bytes, header)
  if (!root) return bytes
  const pieces: Buffer[] = []
  if (!convert(bytes, root, pieces, 'message')) return bytes
  return joined(pieces)
}

/** Appends the converted entity. `false`: something in it may not be touched. */
function convert(bytes: Buffer, entity: Entity, pieces: Buffer[], level: 'message' | 'part'): boolean {
  const body = bytes.subarray(entity.bodyStart, entity.end)
  if (isSevenBit(body)) {
    // RFC 2045 §6.2: a label that promised more than 7-bit is true all the same; it is left alone.
    pieces.push(bytes.subarray(entity.start, entity.end))
    return true
  }
  if (!/^(?:7bit|8bit|binary)$/.test(entity.encoding)) return false
  const type = entity.type ?? 'text/plain'
  if (type === 'multipart/signed' || type === 'multipart/encrypted' || type.startsWith('message/')) return false
  return type.startsWith('multipart/')
    ? convertMultipart(bytes, entity, pieces, level)
    : convertLeaf(bytes, entity, pieces, level)
}

function convertMultipart(bytes: Buffer, entity: Entity, pieces: Buffer[], level: 'message' | 'part'): boolean {
  pushHeader(bytes, entity, pieces, { level, encoding: '7bit' })
  let at = entity.bodyStart
  for (const part of entity.parts) {
    const between = bytes.subarray(at, part.start)
    if (!isSevenBit(between)) return false
    pieces.push(between)
    if (!convert(bytes, part, pieces, 'part')) return false
    at = part.end
  }
  const epilogue = bytes.subarray(at, entity.end)
  pieces.push(epilogue)
  return isSevenBit(epilogue)
}

function convertLeaf(bytes: Buffer, entity: Entity, pieces: Buffer[], level: 'message' | 'part'): boolean {
  const body = bytes.subarray(entity.bodyStart, entity.end)
  const isText = entity.type === undefined || entity.type.startsWith('text/')
  const encoding = isText ? textEncoding(body) : 'base64'
  pushHeader(bytes, entity, pieces, { level, encoding, ...(entity.type ? {} : { charset: charsetOf(body) }) })
  const encoded = encode(body, encoding)
  pieces.push(encoded)
  // A message ends in CRLF; that of an encoded part belongs to the delimiter that follows.
  if (level === 'message' && encoded.at(-1) !== LF) pieces.push(Buffer.from('\r\n'))
  return true
}

/** RFC 1428 §3: text whose character set nobody named. */
function charsetOf(body: Buffer): string {
  return isAscii(body) ? 'us-ascii' : isUtf8(body) ? 'utf-8' : 'unknown-8bit'
}

interface NewLabels {
  readonly level: 'message' | 'part'
  readonly encoding: string
  /** Set when there is no Content-Type. */
  readonly charset?: string
}

function pushHeader(bytes: Buffer, entity: Entity, pieces: Buffer[], { level, encoding, charset }: NewLabels): void {
  let at = entity.start
  for (const field of entity.fields) {
    if (field.name !== 'content-transfer-encoding') continue
    pieces.push(bytes.subarray(at, field.start))
    at = field.end
  }
  const end = entity.fields.at(-1)?.end ?? entity.start
  let labels = ''
  // Without MIME-Version the labels mean nothing (RFC 2045 §4).
  if (level === 'message' && !entity.fields.some(field => field.name === 'mime-version'))
    labels += 'MIME-Version: 1.0\r\n'
  if (charset !== undefined) labels += `Content-Type: text/plain; charset=${charset}\r\n`
  labels += `Content-Transfer-Encoding: ${encoding}\r\n\r\n`
  pieces.push(bytes.subarray(at, end), Buffer.from(labels, 'latin1'))
}

/** ASCII without NUL, and no line that is too long. */
export function isSevenBit(octets: Buffer): boolean {
  if (!isAscii(octets) || octets.includes(0)) return false
  for (let at = 0; at + LONGEST_LINE < octets.length; ) {
    // The last line end within reach, so that short lines are passed many at a time.
    const lf = octets.lastIndexOf(LF, at + LONGEST_LINE + 1)
    if (lf < at) return false
    at = lf + 1
  }
  return true
}
