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
const CR = 13
const LF = 10
const LINE_WITH_DOT = Buffer.from('\r\n.')
const EXTRA_DOT = Buffer.from('.')
const CRLF = Buffer.from('\r\n')

/** What ends a message on the wire. */
export const FINAL_DOT: Buffer = Buffer.from('.\r\n')

/** More dots than this are put in by one copy: a message of nothing but dots must not become millions of views. */
const MAX_VIEWS = 32

/** The octets to send before the final dot, in order. */
export function dotStuffed(message: Buffer): readonly Buffer[] {
  const stuffer = new DotStuffer()
  const pieces = stuffer.add(message)
  return stuffer.isComplete ? pieces : [...pieces, ...stuffer.end()]
}

/** Of a message that comes in blocks. */
export class DotStuffer {
  /** The last two octets; at first a line begins. */
  #tail = CRLF

  /** Nothing has to follow before the final dot. */
  get isComplete(): boolean {
    return this.#tail.equals(CRLF)
  }

  add(block: Buffer): readonly Buffer[] {
    const dots: number[] = []
    for (let dot = this.#firstDot(block); dot >= 0; dot = nextDot(block, dot + 1)) dots.push(dot)
    if (block.length > 0) this.#tail = Buffer.concat([this.#tail, block.subarray(-2)]).subarray(-2)
    return dots.length === 0 ? [block] : dots.length <= MAX_VIEWS ? views(block, dots) : [copy(block, dots)]
  }

  /** What stands for the last line end when it is missing. */
  end(): readonly Buffer[] {
    return this.isComplete ? [] : [CRLF]
  }

  #firstDot(block: Buffer): number {
    if (block[0] === DOT && this.isComplete) return 0
    if (block[0] === LF && block[1] === DOT && this.#tail[1] === CR) return 1
    return nextDot(block, 0)
  }
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
  // The CRLF before a dot may lie up to two octets back.
  const found = message.indexOf(LINE_WITH_DOT, Math.max(0, from - 2))
  return found < 0 ? -1 : found + 2
}
