/**
 * Canonical: the two canonical forms of RFC 6376 §3.4, over one Buffer with CRLF line ends.
 *
 * Policy. Most bodies are canonical already except for empty lines at their end, and are hashed where they lie; the octets
 * are copied, in one pass into one Buffer, only from the first tab, double space or space before a line end on.
 *
 * Not here: which fields are signed (signed-headers.ts), hashing (dkim.ts).
 */
import { Buffer } from 'node:buffer'

const CR = 13
const LF = 10
const SPACE = 32
const TAB = 9
/** Squeezed at once. */
const BLOCK_OCTETS = 1024 * 1024
const CRLF = Buffer.from('\r\n')
const NOTHING = Buffer.alloc(0)
const TWO_SPACES = Buffer.from('  ')
const SPACE_AT_END = Buffer.from(' \r\n')

/** RFC 6376 §3.4.4 */
export function relaxedBody(body: Buffer): Buffer {
  const from = firstToChange(body)
  return ended(from < 0 ? body : squeezed(body, from), NOTHING)
}

/** RFC 6376 §3.4.4, piece by piece: of a large body no more than a block is copied at a time. */
export function* relaxedPieces(body: Buffer, blockOctets: number = BLOCK_OCTETS): Generator<Buffer> {
  const end = relaxedEnd(body)
  if (end === 0) return
  const from = firstToChange(body)
  let at = from < 0 || from > end ? end : from
  if (at > 0) yield body.subarray(0, at)
  while (at < end) {
    // White space that is squeezed never goes beyond the end of its line.
    const lineEnd = at + blockOctets < end ? body.indexOf(CRLF, at + blockOctets) : -1
    const next = lineEnd < 0 || lineEnd >= end ? end : lineEnd + 2
    yield squeezed(body.subarray(at, next), 0)
    at = next
  }
  yield CRLF
}

/** What is left of a body without empty lines at its end and without its last line end. */
function relaxedEnd(body: Buffer): number {
  let end = body.length
  for (;;) {
    const last = body[end - 1]
    if (last === SPACE || last === TAB) end--
    else if (last === LF && body[end - 2] === CR) end -= 2
    else return end
  }
}

/** RFC 6376 §3.4.3 */
export function simpleBody(body: Buffer): Buffer {
  return ended(body, CRLF)
}

/** The body without the empty lines at its end, with one CRLF there; `empty` when nothing is left. */
function ended(body: Buffer, empty: Buffer): Buffer {
  let end = body.length
  while (end >= 2 && body[end - 1] === LF && body[end - 2] === CR) end -= 2
  if (end === 0) return empty
  if (end + 2 <= body.length) return body.subarray(0, end + 2)
  return Buffer.concat([body, CRLF])
}

/** Where the first octet stands that relaxed canonicalisation would change, or less than 0. */
function firstToChange(body: Buffer): number {
  let first = body.at(-1) === SPACE ? body.length - 1 : -1
  for (const at of [body.indexOf(TAB), body.indexOf(TWO_SPACES), body.indexOf(SPACE_AT_END)]) {
    if (at >= 0 && (first < 0 || at < first)) first = at
  }
  // The run that is to change may begin with one plain space.
  while (first > 0 && body[first - 1] === SPACE) first--
  return first
}

/** Runs of white space become one space, and none at the end of a line. */
function squeezed(body: Buffer, from: number): Buffer {
  const out = Buffer.allocUnsafe(body.length)
  body.copy(out, 0, 0, from)
  let to = from
  let waiting = false
  for (let at = from; at < body.length; at++) {
    const octet = body[at]!
    if (octet === SPACE || octet === TAB) {
      waiting = true
      continue
    }
    if (waiting) {
      waiting = false
      if (octet !== CR || body[at + 1] !== LF) out[to++] = SPACE
    }
    out[to++] = octet
  }
  return out.subarray(0, to)
}

/**
 * One field in relaxed form, without its CRLF. RFC 6376 §3.4.2
 * @param field what follows the colon, octet by octet (latin1), folds and final CRLF included
 */
export function relaxedField(name: string, field: string): string {
  const unfolded = field.replace(/[ \t\r\n]+/g, ' ')
  const start = unfolded.startsWith(' ') ? 1 : 0
  const end = unfolded.endsWith(' ') ? unfolded.length - 1 : unfolded.length
  return `${name}:${unfolded.slice(start, Math.max(start, end))}`
}
