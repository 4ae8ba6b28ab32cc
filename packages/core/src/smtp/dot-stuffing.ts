/**
 * Dot-stuffing: the transparency of DATA. RFC 5321 §4.5.2.
 *
 * Policy. Next to nothing is copied: the result is views of the message with one dot between them where a line begins with
 * one, and a message without such a line is itself. It always ends in CRLF (RFC 5321 §4.1.1.4), so the final dot can follow.
 *
 * Not here: CR and LF that do not stand together; compose/ has made sure that there are none.
 */
import { Buffer } from 'node:buffer'

const DOT = 0x2e
const LINE_WITH_DOT = Buffer.from('\r\n.')
const EXTRA_DOT = Buffer.from('.')
const CRLF = Buffer.from('\r\n')

/** What ends a message on the wire. */
export const FINAL_DOT: Buffer = Buffer.from('.\r\n')

/** More dots than this are put in by one copy: a message of nothing but dots must not become millions of views. */
const MAX_VIEWS = 32

/** The octets to send before the final dot, in order. */
export function dotStuffed(message: Buffer): readonly Buffer[] {
  const complete = message.length === 0 || (message.length >= 2 && message.readUInt16BE(message.length - 2) === 0x0d0a)
  const dots: number[] = []
  for (let dot = nextDot(message, 0); dot >= 0; dot = nextDot(message, dot + 1)) dots.push(dot)
  const pieces = dots.length === 0 ? [message] : dots.length <= MAX_VIEWS ? views(message, dots) : [copy(message, dots)]
  return complete ? pieces : [...pieces, CRLF]
}

function views(message: Buffer, dots: readonly number[]): Buffer[] {
  const pieces: Buffer[] = []
  let from = 0
  for (const dot of dots) {
    if (dot > from) pieces.push(message.subarray(from, dot))
    pieces.push(EXTRA_DOT)
    from = dot
  }
  pieces.push(message.subarray(from))
  return pieces
}

function copy(message: Buffer, dots: readonly number[]): Buffer {
  const stuffed = Buffer.allocUnsafe(message.length + dots.length)
  let from = 0
  let at = 0
  for (const dot of dots) {
    at += message.copy(stuffed, at, from, dot)
    stuffed[at++] = DOT
    from = dot
  }
  message.copy(stuffed, at, from)
  return stuffed
}

/** Where the next dot stands that begins a line. */
function nextDot(message: Buffer, from: number): number {
  if (from === 0 && message[0] === DOT) return 0
  // The CRLF before a dot may lie up to two octets back.
  const found = message.indexOf(LINE_WITH_DOT, Math.max(0, from - 2))
  return found < 0 ? -1 : found + 2
}
