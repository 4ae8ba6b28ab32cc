/**
 * DataReader: the octets after 354 to the content of a message, dots undone, up to the one sequence that ends it.
 *
 * Policy. Only CRLF.CRLF ends DATA, whatever the packets look like; LF.LF, LF.CRLF, CR.CR and CRLF.LF are content. A line
 * begins only after CRLF: there a dot is taken away, and only there does one stand for the end. So no octet that another
 * server might take for the end of a message ends it here, and none that ends it here is taken for content elsewhere (SMTP
 * smuggling). Content is handed on without a copy; where dots are undone it is moved within the buffer that the socket gave us.
 *
 * Not here: bare CR and LF in content (the mailer's normalise), where content is kept (body.ts). RFC 5321 §2.3.8, §4.1.1.4, §4.5.2.
 */
import { Buffer } from 'node:buffer'

const CR = 13
const LF = 10
const DOT = 46
const DOT_AT_LINE_START = Buffer.from('\r\n.')

/** What was seen just before the next octet, as far as it matters. */
type Tail = 'inside' | 'cr' | 'line-start' | 'dot' | 'dot-cr'

export class DataReader {
  readonly #take: (piece: Buffer) => void
  #tail: Tail = 'line-start'

  /** `take` gets the content piece by piece. */
  constructor(take: (piece: Buffer) => void) {
    this.#take = take
  }

  /** Reads on. Returns what follows the end of the message, or undefined while it has not come. The chunk may be written to. */
  feed(chunk: Buffer): Buffer | undefined {
    const bytes = this.#tail === 'dot' || this.#tail === 'dot-cr' ? this.#withHeldDot(chunk) : chunk
    let kept = 0
    let from = 0
    let dot = this.#firstDot(bytes)
    while (dot >= 0) {
      const one = bytes[dot + 1]
      const two = bytes[dot + 2]
      if (one === CR && two === LF) {
        this.#emit(bytes, kept, from, dot)
        return bytes.subarray(dot + 3)
      }
      if (one === undefined || (one === CR && two === undefined)) {
        this.#emit(bytes, kept, from, dot)
        this.#tail = one === undefined ? 'dot' : 'dot-cr'
        return undefined
      }
      // RFC 5321 §4.5.2: the dot goes, whatever follows it.
      kept = move(bytes, kept, from, dot)
      from = dot + 1
      dot = nextDot(bytes, from)
    }
    this.#tail = tailOf(bytes, from, this.#tail)
    this.#emit(bytes, kept, from, bytes.length)
    return undefined
  }

  /** A dot at the start of a line, held back because its chunk ended there, goes before the next chunk. */
  #withHeldDot(chunk: Buffer): Buffer {
    const held = this.#tail === 'dot' ? '.' : '.\r'
    this.#tail = 'line-start'
    return Buffer.concat([Buffer.from(held), chunk])
  }

  /** The first dot at the start of a line, with the line start possibly in the chunk before. */
  #firstDot(bytes: Buffer): number {
    if (this.#tail === 'line-start' && bytes[0] === DOT) return 0
    if (this.#tail === 'cr' && bytes[0] === LF) {
      if (bytes[1] === DOT) return 1
    }
    return nextDot(bytes, 0)
  }

  #emit(bytes: Buffer, kept: number, from: number, to: number): void {
    const end = move(bytes, kept, from, to)
    if (end > 0) this.#take(bytes.subarray(0, end))
  }
}

/** Moves `from..to` down to `kept`; the end of what is kept. */
function move(bytes: Buffer, kept: number, from: number, to: number): number {
  if (kept !== from) bytes.copyWithin(kept, from, to)
  return kept + to - from
}

function nextDot(bytes: Buffer, from: number): number {
  const at = bytes.indexOf(DOT_AT_LINE_START, from)
  return at < 0 ? -1 : at + 2
}

/** `from` is where content that follows an undone dot begins: octets before it say nothing about line ends. */
function tailOf(bytes: Buffer, from: number, before: Tail): Tail {
  const length = bytes.length
  if (length === 0) return before
  const last = bytes[length - 1]
  if (last === CR) return 'cr'
  if (last !== LF) return 'inside'
  if (length - 2 >= from) return bytes[length - 2] === CR ? 'line-start' : 'inside'
  return from === 0 && before === 'cr' ? 'line-start' : 'inside'
}
