/**
 * EncodedWord: text of a header in which words of other alphabets stand encoded (RFC 2047), as readers see it.
 *
 * Policy. What cannot be decoded (an unknown charset, broken octets) is left, or marked, and never refused: it is for people to look at.
 * A character that was cut between two words is put together again, for many programs cut there (RFC 2047 §5 forbids it).
 *
 * Not here: writing encoded words (compose/mime.ts).
 */
import { Buffer } from 'node:buffer'

/** With the language that RFC 2231 §5 adds. */
const WORD = /=\?([^?*\s]{1,40})(?:\*[^?\s]{0,40})?\?([bq])\?([^?\s]*)\?=/gi

/** Words of one charset, side by side. */
interface Run {
  readonly charset: string
  readonly octets: Buffer[]
  /** As they were written. */
  written: string
}

export function decodeWords(text: string): string {
  if (!text.includes('=?')) return text
  let result = ''
  let at = 0
  let run: Run | undefined
  for (const match of text.matchAll(WORD)) {
    const [written, charset = '', encoding = '', content = ''] = match
    const between = text.slice(at, match.index)
    // White space between two of them is not shown (RFC 2047 §6.2).
    const beside = run !== undefined && between.trim() === ''
    if (run === undefined || !beside || run.charset !== charset.toLowerCase()) {
      result += run === undefined ? between : textOf(run) + (beside ? '' : between)
      run = { charset: charset.toLowerCase(), octets: [], written: '' }
    }
    run.octets.push(octetsOf(encoding, content))
    run.written += written
    at = match.index + written.length
  }
  return result + (run === undefined ? '' : textOf(run)) + text.slice(at)
}

function textOf({ charset, octets, written }: Run): string {
  try {
    return new TextDecoder(charset).decode(Buffer.concat(octets))
  } catch {
    // No charset that anybody knows.
    return written
  }
}

function octetsOf(encoding: string, content: string): Buffer {
  if (encoding.toLowerCase() === 'b') return Buffer.from(content, 'base64')
  const plain = content.replaceAll('_', ' ')
  return Buffer.from(
    plain.replaceAll(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )
}
