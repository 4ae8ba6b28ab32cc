/**
 * Transcript: the last lines of a conversation, as `C:` and `S:` lines, for people who look into a failure.
 *
 * Policy. Bounded in lines and in the length of a line: what is older falls out, and says so. Credentials are dropped when
 * they come in, not when they are shown: the arguments of AUTH, and whatever the client says until the server has ended
 * the exchange (RFC 4954 §4). Keeping a line costs one array slot; text is made only when a transcript is asked for.
 *
 * Not here: message bytes. The one who sends them notes their number instead.
 */
import type { Buffer } from 'node:buffer'

/** Text, or octets that nobody changes afterwards. A line, or several with CRLF between them, as they were sent together. */
export type TranscriptLine = string | Buffer

export interface Transcript {
  client(line: TranscriptLine): void
  server(line: TranscriptLine): void
  /** Forgets what was said so far: the next message of a reused session begins. */
  clear(): void
  lines(): readonly string[]
}

export interface TranscriptOptions {
  /** What is kept at most; older lines fall out. @default 60 */
  readonly maxLines?: number
  /** Longer lines are cut, in characters. @default 500 */
  readonly maxLineLength?: number
}

interface Said {
  readonly by: 'C' | 'S'
  readonly text: string
}

const SECRET = '****'
/** A reply that ends the exchange. What merely continues a 334 that came in pieces is none. */
const END_OF_LOGIN = /^(?!334)[2-5]\d\d(?:[ -]|\r?\n|$)/

export function createTranscript({ maxLines = 60, maxLineLength = 500 }: TranscriptOptions = {}): Transcript {
  const ring: Said[] = []
  let oldest = 0
  let dropped = 0
  let loggingIn = false

  function keep(said: Said): void {
    if (ring.length < maxLines) {
      ring.push(said)
      return
    }
    ring[oldest] = said
    oldest = (oldest + 1) % maxLines
    dropped++
  }

  return {
    client(line) {
      if (loggingIn) return keep({ by: 'C', text: SECRET })
      const text = textOf(line, maxLineLength)
      // RFC 2920 §3.1: AUTH can only be the last command of a group.
      const last = text.lastIndexOf('\n', text.length - 2) + 1
      loggingIn = isAuth(text, last)
      keep({ by: 'C', text: loggingIn ? text.slice(0, last) + withoutArguments(text.slice(last)) : text })
    },
    server(line) {
      const text = textOf(line, maxLineLength)
      // RFC 4954 §4: 334 asks for more; any other reply ends the exchange.
      if (loggingIn && END_OF_LOGIN.test(text)) loggingIn = false
      keep({ by: 'S', text })
    },
    clear() {
      ring.length = 0
      oldest = 0
      dropped = 0
    },
    lines() {
      const shown = [...ring.slice(oldest), ...ring.slice(0, oldest)].flatMap(said => print(said, maxLineLength))
      const missing = dropped + Math.max(0, shown.length - maxLines)
      const last = shown.slice(-maxLines)
      return missing === 0 ? last : [`(${missing} earlier lines)`, ...last]
    },
  }
}

/** Octets are copied: a view would keep the whole block alive that came from the socket. */
function textOf(line: TranscriptLine, maxLineLength: number): string {
  // Several lines may stand in one block, so the bound of one line does not bound the block.
  return typeof line === 'string' ? line : line.toString('latin1', 0, maxLineLength * 16)
}

function isAuth(text: string, at: number): boolean {
  const first = text.charCodeAt(at)
  return (first === 0x41 || first === 0x61) && /^auth\b/i.test(text.slice(at, at + 5))
}

/** `AUTH PLAIN AGpvZQBzZWNyZXQ=` gives `AUTH PLAIN ****`. */
function withoutArguments(text: string): string {
  const [verb, mechanism, secret] = text.trimEnd().split(' ')
  return [verb, mechanism, secret === undefined ? undefined : SECRET].filter(Boolean).join(' ')
}

function print(said: Said, maxLineLength: number): string[] {
  return said.text
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map(line => `${said.by}: ${printable(line, maxLineLength)}`)
}

/** Control characters of a stranger must not reach a terminal. */
function printable(line: string, maxLineLength: number): string {
  const safe = line.replace(/[\x00-\x1f\x7f\x80-\x9f]/g, '?')
  return safe.length > maxLineLength ? `${safe.slice(0, maxLineLength)}…` : safe
}
