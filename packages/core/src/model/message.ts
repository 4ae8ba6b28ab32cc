/**
 * RawMessage: the bytes of one message, and the facts about them that later steps need, found in one pass (compose/inspect.ts).
 */
import type { Buffer } from 'node:buffer'
import type { Address } from './address.ts'
import { putAbove } from './message-buffer.ts'

/** One header field: `bytes.subarray(start, end)` is the whole field with its folds and its final CRLF. */
export interface HeaderField {
  /** Lower case. */
  readonly name: string
  /** Offset of its first octet in the message. */
  readonly start: number
  /** Where the value begins, after the colon. */
  readonly valueStart: number
  /** Offset of the octet after its final CRLF. */
  readonly end: number
}

/** What a session needs to know of a message without reading it. */
export interface MessageFacts {
  /** Octets with CRLF line ends, before dot-stuffing. */
  readonly sizeBytes: number
  /** An octet above 127 stands in the body: 8BITMIME (RFC 6152). */
  readonly eightBit: boolean
  /** An octet above 127 stands in the header: SMTPUTF8 (RFC 6531). */
  readonly smtpUtf8: boolean
  /** Octets of the longest line, without its CRLF; more than 998 breaks RFC 5322 §2.1.1. */
  readonly longestLine: number
  /** With angle brackets; empty when the message has none. */
  readonly messageId: string
  /** The header said `TLS-Required: No` (RFC 8689 §3). */
  readonly tlsRequiredNo: boolean
}

/** A message as bytes, with what was read of its header. */
export interface RawMessage extends MessageFacts {
  /** The whole message, with CRLF line ends. */
  readonly bytes: Buffer
  /** The header fields, from the top. */
  readonly fields: readonly HeaderField[]
  /** The first octet after the empty line that ends the header. */
  readonly bodyStart: number
  /** The authors: every address of every From field. */
  readonly from: readonly Address[]
}

/** What is too large to be held whole while it is sent. */
export interface MessageBlocks {
  readonly sizeBytes: number
  /** Its octets, in order. Rejects when the queue cannot be read, or has the message no more. */
  read(): AsyncIterable<Buffer>
}

/** The octets of a message on their way out: at hand, or read while they are sent. */
export type MessageContent = Buffer | MessageBlocks

/** Whole header fields to stand above a message: octets, where each field stands in them, and their longest line. */
export interface FieldsAbove {
  readonly bytes: Buffer
  readonly fields: readonly HeaderField[]
  readonly longestLine: number
}

/** The message with fields above it that change none of its facts: nothing of it is read again. */
export function moveDown(message: RawMessage, above: FieldsAbove): RawMessage {
  const shift = above.bytes.length
  const fields = [...above.fields]
  for (const { name, start, valueStart, end } of message.fields) {
    fields.push({ name, start: start + shift, valueStart: valueStart + shift, end: end + shift })
  }
  return {
    ...message,
    bytes: putAbove(above.bytes, message.bytes),
    fields,
    bodyStart: message.bodyStart + shift,
    sizeBytes: message.sizeBytes + shift,
    longestLine: Math.max(message.longestLine, above.longestLine),
  }
}
