/**
 * Raw: ready-made bytes of a client to a message that may be sent.
 *
 * Policy. A submission server may complete a message and must not otherwise touch it (RFC 6409 §8): a missing Date and
 * Message-ID are added, Bcc and Return-Path are taken out (RFC 5322 §3.6.3, RFC 5321 §4.4), an mbox `From ` line at the top
 * is dropped, white space before a colon goes (RFC 5322 §4.5; some verifiers refuse it), and an empty line is put where a
 * header runs into its body or ends without one. What needs nothing is returned without a copy.
 *
 * Not here: what a stray line end is (normalise.ts), the Received line (its writer hands it in as `trace`), 8-bit bodies
 * (seven-bit.ts).
 */
import { Buffer, isAscii } from 'node:buffer'
import type { Domain } from '../model/address.ts'
import { type FieldsAbove, type HeaderField, moveDown, type RawMessage } from '../model/message.ts'
import { letGo, putAbove } from '../model/message-buffer.ts'
import { formatDate, makeMessageId } from './headers.ts'
import { describe, fieldValue, type Header, readHeader } from './inspect.ts'
import { normalise } from './normalise.ts'

/** What may be mended in a raw message. */
const RAW_FIXES = ['date', 'message-id', 'bcc', 'return-path'] as const
export type RawFix = (typeof RAW_FIXES)[number]

export interface RawOptions {
  /** Milliseconds since 1970: the Date of a message that has none. */
  readonly now: number
  /** The right side of a Message-ID when no author is known. */
  readonly hostname: Domain
  /** @default all of them */
  readonly fixes?: readonly RawFix[]
  /** Whole header lines with CRLF to stand above everything, such as our Received. */
  readonly trace?: string
}

const CRLF = Buffer.from('\r\n')
const MBOX_LINE = /^>?From [^\r\n]*\r\n/

/** @throws {MailerError} `invalid-message` when the bytes are no message (NUL, nothing, an unreadable From) */
export function prepareRaw(given: Buffer, options: RawOptions): RawMessage {
  const normal = normalise(given)
  if (normal !== given) letGo(given)
  const bytes = withoutMboxLine(normal)
  const header = readHeader(bytes)
  const message = describe(bytes, header)
  const fixes = options.fixes ?? RAW_FIXES
  const dropped = rangesToDrop(message, fixes)
  const added = missingFields(message, fixes, options)
  const whole = header.brokenAt === undefined && header.ended
  if (whole && dropped.length === 0 && added === '') {
    const above = readTrace(options.trace ?? '')
    if (above !== undefined) return above.bytes.length === 0 ? message : moveDown(message, above)
  }

  const mended = rebuild(bytes, header, dropped, { above: options.trace ?? '', below: added })
  return describe(mended, readHeader(mended))
}

/** The message with whole header lines above it that change nothing of what it is known by. */
export function fieldsAbove(message: RawMessage, bytes: Buffer): RawMessage {
  const { fields, longestLine } = readHeader(bytes)
  return moveDown(message, { bytes, fields, longestLine })
}

/** Trace lines that change nothing of what a message is known by; undefined for others. */
function readTrace(trace: string): FieldsAbove | undefined {
  const bytes = Buffer.from(trace, 'latin1')
  const { fields, longestLine } = readHeader(bytes)
  return fields.every(({ name }) => name === 'received') && isAscii(bytes) ? { bytes, fields, longestLine } : undefined
}

function withoutMboxLine(bytes: Buffer): Buffer {
  if (bytes[0] !== 0x46 && bytes[0] !== 0x3e) return bytes
  const line = MBOX_LINE.exec(bytes.toString('latin1', 0, Math.min(bytes.length, 1000)))
  return line ? bytes.subarray(line[0].length) : bytes
}

interface Range {
  readonly start: number
  readonly end: number
}

/** Whole fields, and white space between a name and its colon, in order. */
function rangesToDrop({ bytes, fields }: RawMessage, fixes: readonly RawFix[]): readonly Range[] {
  const ranges: Range[] = []
  for (const field of fields) {
    const nameEnd = field.start + field.name.length
    if (mustGo(bytes, field, fixes)) ranges.push(field)
    else if (nameEnd < field.valueStart - 1) ranges.push({ start: nameEnd, end: field.valueStart - 1 })
  }
  return ranges
}

/** An empty Date or Message-ID makes room for the real one. */
function mustGo(bytes: Buffer, field: HeaderField, fixes: readonly RawFix[]): boolean {
  switch (field.name) {
    case 'bcc':
    case 'resent-bcc':
      return fixes.includes('bcc')
    case 'return-path':
      return fixes.includes('return-path')
    case 'date':
    case 'message-id':
      return fixes.includes(field.name) && fieldValue(bytes, field) === ''
    default:
      return false
  }
}

/** RFC 6409 §8.2, §8.3 */
function missingFields(message: RawMessage, fixes: readonly RawFix[], { now, hostname }: RawOptions): string {
  let added = ''
  const has = (name: string): boolean =>
    message.fields.some(field => field.name === name && fieldValue(message.bytes, field) !== '')
  if (fixes.includes('date') && !has('date')) added += `Date: ${formatDate(now)}\r\n`
  if (fixes.includes('message-id') && message.messageId === '') {
    added += `Message-ID: ${makeMessageId(message.from[0]?.domain ?? hostname)}\r\n`
  }
  return added
}

interface AddedLines {
  readonly above: string
  readonly below: string
}

function rebuild(bytes: Buffer, header: Header, dropped: readonly Range[], { above, below }: AddedLines): Buffer {
  const pieces: Buffer[] = [Buffer.from(above, 'latin1')]
  const fieldsEnd = header.fields.at(-1)?.end ?? 0
  let from = header.fields[0]?.start ?? 0
  for (const { start, end } of dropped) {
    pieces.push(bytes.subarray(from, start))
    from = end
  }
  pieces.push(bytes.subarray(from, fieldsEnd), Buffer.from(below, 'latin1'), CRLF)
  return putAbove(Buffer.concat(pieces), bytes, header.bodyStart)
}
