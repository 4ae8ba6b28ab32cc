/**
 * Normalise: the octets of a raw submission become lines that end in CRLF and nothing else.
 *
 * Policy. Clients send bare LF and bare CR inside DATA, and refusing them loses mail that other servers take; leaving them
 * in lets two servers see two different messages. So each stray line end becomes CRLF, a run of CR before an LF is one line
 * end, and a last line without an end gets one. NUL is refused: no line end stands for it (RFC 5322 §4, RFC 5321 §4.1.1.4).
 * Octets that are clean already are returned as they are, not copied.
 *
 * Not here: what ends DATA (only CRLF.CRLF, the listener), dot-stuffing (smtp/), the header's own form (inspect.ts).
 * RFC 5321 §2.3.8, RFC 5322 §2.1.
 */
import type { Buffer } from 'node:buffer'
import { allocateOwn } from '../model/message-buffer.ts'
import { wrongValue } from '../model/wrong-value.ts'

const CR = 13
const LF = 10

/**
 * The same Buffer when every line already ends in CRLF; else a new one.
 * @throws {MailerError} `invalid-message` when there is a NUL, or nothing at all
 */
export function normalise(bytes: Buffer): Buffer {
  if (bytes.length === 0) {
    throw wrongValue('invalid-message', {
      where: 'message',
      found: 'no octets',
      wanted: 'a header, an empty line and a body (RFC 5322 §2.1)',
      fix: 'give the bytes of a whole message',
    })
  }
  refuseNul(bytes)
  return endLinesWithCrlf(bytes, 'ended')
}

/** @throws {MailerError} `invalid-message` */
export function refuseNul(bytes: Buffer): void {
  const at = bytes.indexOf(0)
  if (at < 0) return
  throw wrongValue('invalid-message', {
    where: 'message',
    found: `NUL at octet ${at}`,
    wanted: 'no NUL anywhere (RFC 5322 §4)',
    fix: 'encode binary content as base64',
  })
}

/** Whether a last line without a line end gets one (`ended`) or stays as it is (`open`). */
export type LastLine = 'ended' | 'open'

/** Every bare CR and bare LF becomes CRLF. The same Buffer when there is none. */
export function endLinesWithCrlf(bytes: Buffer, last: LastLine): Buffer {
  const length = bytes.length
  const ended = last === 'open' || length === 0 || (bytes[length - 1] === LF && bytes[length - 2] === CR)
  if (ended && hasOnlyCrlf(bytes)) return bytes
  return rewritten(bytes, last)
}

function hasOnlyCrlf(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at - 1] !== CR) return false
  }
  for (let at = bytes.indexOf(CR); at >= 0; at = bytes.indexOf(CR, at + 2)) {
    if (bytes[at + 1] !== LF) return false
  }
  return true
}

/** In two passes, so that the result is as large as it has to be. */
function rewritten(bytes: Buffer, last: LastLine): Buffer {
  let size = 0
  const isOpen = eachLine(bytes, (from, to, ends) => {
    size += to - from + 2 * ends
  })
  const isEnded = last === 'ended' && isOpen
  const out = allocateOwn(isEnded ? size + 2 : size)
  let at = 0
  const end = (ends: number): void => {
    for (let count = 0; count < ends; count++) {
      out[at++] = CR
      out[at++] = LF
    }
  }
  eachLine(bytes, (from, to, ends) => {
    at += bytes.copy(out, at, from, to)
    end(ends)
  })
  if (isEnded) end(1)
  return out
}

/** Each line, and how many line ends follow it; whether the last has none. */
function eachLine(bytes: Buffer, take: (from: number, to: number, ends: number) => void): boolean {
  let from = 0
  let cr = bytes.indexOf(CR)
  let lf = bytes.indexOf(LF)
  while (cr >= 0 || lf >= 0) {
    const end = cr < 0 || (lf >= 0 && lf < cr) ? lf : cr
    let next = end
    while (bytes[next] === CR) next++
    // CR CR LF is one line end that was converted twice; CR CR without LF is two of an old Mac.
    const ends = bytes[next] === LF ? 1 : next - end
    if (bytes[next] === LF) next++
    take(from, end, ends)
    from = next
    if (cr >= 0 && cr < from) cr = bytes.indexOf(CR, from)
    if (lf >= 0 && lf < from) lf = bytes.indexOf(LF, from)
  }
  take(from, bytes.length, 0)
  return from < bytes.length
}
