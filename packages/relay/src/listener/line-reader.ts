/**
 * LineReader: the octets of a client to command lines.
 *
 * Policy. A line ends in CRLF; LF alone is taken too, because people type commands by hand and nothing hangs on it between
 * commands. What is longer than the limit is thrown away up to its end and told as such, in bounded memory.
 *
 * Not here: DATA (data-reader.ts). RFC 5321 §2.3.8, §4.5.3.1.4.
 */
import { Buffer } from 'node:buffer'

const CR = 13
const LF = 10

/** A line that was too long; no line can be equal to it. */
export const TOO_LONG: unique symbol = Symbol('a line that is too long')

export class LineReader {
  #bytes: Buffer | undefined
  #scanned = 0
  #skipping = false

  /** Octets that wait. */
  get waiting(): number {
    return this.#bytes?.length ?? 0
  }

  /** Whether this command is the last thing that waits. */
  endsWith(verb: string): boolean {
    const tail = this.#bytes?.toString('latin1', Math.max(0, this.#bytes.length - verb.length - 3)) ?? ''
    return new RegExp(`(?:^|\\n)${verb}\\r?\\n$`, 'i').test(tail)
  }

  push(chunk: Buffer): void {
    if (chunk.length === 0) return
    this.#bytes = this.#bytes ? Buffer.concat([this.#bytes, chunk]) : chunk
  }

  /** The next line without its end; undefined while it has not come. */
  next(limit: number): string | typeof TOO_LONG | undefined {
    const bytes = this.#bytes
    if (bytes === undefined) return undefined
    const lf = bytes.indexOf(LF, this.#scanned)
    if (lf < 0) {
      if (bytes.length > limit) {
        this.#skipping = true
        this.#bytes = undefined
      }
      this.#scanned = this.#bytes?.length ?? 0
      return undefined
    }
    this.#scanned = 0
    this.#bytes = lf + 1 < bytes.length ? bytes.subarray(lf + 1) : undefined
    const tooLong = this.#skipping || lf > limit
    this.#skipping = false
    if (tooLong) return TOO_LONG
    return bytes.toString('utf8', 0, lf > 0 && bytes[lf - 1] === CR ? lf - 1 : lf)
  }

  /** All that waits, taken away: it is not for this reader. */
  rest(): Buffer | undefined {
    const bytes = this.#bytes
    this.#bytes = undefined
    this.#scanned = 0
    return bytes
  }
}
