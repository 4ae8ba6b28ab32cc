/**
 * TransferEncoding: octets to lines of ASCII, and the choice between the two ways.
 *
 * Policy. Text is quoted-printable while most of it stays readable, else base64. Line ends of text stay line ends; everything else
 * is encoded. No line is longer than 76 octets.
 *
 * Not here: which parts need it (mime.ts for drafts, seven-bit.ts for raw messages). RFC 2045 §6.7, §6.8.
 */
import { Buffer } from 'node:buffer'

const CR = 13
const LF = 10
const TAB = 9
const SPACE = 32
const EQUALS = 61
const LINE_LENGTH = 76
/** Whole lines: 57 octets make one. */
const AT_ONCE = 57 * 1024
const HEX = Buffer.from('0123456789ABCDEF')

export type SafeEncoding = 'quoted-printable' | 'base64'

/** Quoted-printable while at most a third of the text is escaped. */
export function textEncoding(text: Buffer): SafeEncoding {
  let escaped = 0
  for (const octet of text) {
    if (octet > 126 || octet === EQUALS || (octet < SPACE && octet !== CR && octet !== LF)) escaped++
  }
  return escaped * 3 > text.length ? 'base64' : 'quoted-printable'
}

export function encode(octets: Buffer, encoding: SafeEncoding): Buffer {
  return encoding === 'base64' ? encodeBase64(octets) : encodeQuotedPrintable(octets)
}

/** RFC 2045 §6.8, with CRLF after each line but the last. */
export function encodeBase64(octets: Buffer): Buffer {
  const size = 4 * Math.ceil(octets.length / 3)
  const out = Buffer.allocUnsafe(size + 2 * Math.max(0, Math.ceil(size / LINE_LENGTH) - 1))
  let to = 0
  // As text the whole would take its size once more.
  for (let at = 0; at < octets.length; at += AT_ONCE) {
    const base64 = octets.toString('base64', at, at + AT_ONCE)
    for (let from = 0; from < base64.length; from += LINE_LENGTH) {
      if (to > 0) {
        out[to++] = CR
        out[to++] = LF
      }
      to += out.write(base64.slice(from, from + LINE_LENGTH), to, 'latin1')
    }
  }
  return out
}

/** RFC 2045 §6.7. @param text with CRLF line ends, which stay */
export function encodeQuotedPrintable(text: Buffer): Buffer {
  const out = Buffer.allocUnsafe(Math.ceil(text.length * 3.2) + 8)
  let to = 0
  let column = 0
  for (let at = 0; at < text.length; at++) {
    const octet = text[at]!
    const next = text[at + 1]
    if (octet === CR && next === LF) {
      out[to++] = CR
      out[to++] = LF
      column = 0
      at++
      continue
    }
    const lineEnds = next === undefined || (next === CR && text[at + 2] === LF)
    const blank = octet === SPACE || octet === TAB
    const plain = blank ? !lineEnds : octet > SPACE && octet < 127 && octet !== EQUALS
    const width = plain ? 1 : 3
    // The last place of a line belongs to the `=` of a soft break, unless the line ends here.
    if (column + width > (lineEnds ? LINE_LENGTH : LINE_LENGTH - 1)) {
      out[to++] = EQUALS
      out[to++] = CR
      out[to++] = LF
      column = 0
    }
    if (plain) out[to++] = octet
    else {
      out[to++] = EQUALS
      out[to++] = HEX[octet >> 4]!
      out[to++] = HEX[octet & 15]!
    }
    column += width
  }
  return Buffer.from(out.subarray(0, to))
}
