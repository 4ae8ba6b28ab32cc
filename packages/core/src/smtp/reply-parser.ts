/**
 * Reply parser: octets as they arrive to whole replies. RFC 5321 §4.2, §4.2.1, RFC 2034.
 *
 * Policy. Liberal in form: a line may end in a bare LF, the text may be missing, the last line of a reply decides its code,
 * and an enhanced status is taken even when its class contradicts the code (Gmail says `421 5.7.32`). Strict in bounds: a
 * line, the lines of a reply and the whole reply have a limit. Control characters of the text become `?`.
 * Once something wrong was said the parser stays broken: what follows could be anything.
 *
 * Not here: deadlines and sockets (wire.ts), what a reply means (outcome/).
 */
import { Buffer } from 'node:buffer'
import type { EnhancedStatus, Reply } from '../model/reply.ts'
import { replyText } from '../model/reply-text.ts'

/** RFC 5321 §4.5.3.1.5 says 512; servers that quote policies say more. */
export const MAX_LINE_OCTETS = 4_096
export const MAX_REPLY_LINES = 256
export const MAX_REPLY_OCTETS = 65_536

export interface ReplyProblem {
  readonly code: 'protocol-error' | 'line-too-long'
  readonly detail: string
}

const LF = 10
const ENHANCED = /^([245])\.(\d{1,3})\.(\d{1,3})(?:[ \t]+|$)/
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f-\x9f]/

export class ReplyParser {
  /** The line that has not ended yet. */
  #rest: Buffer | undefined
  #lines: string[] = []
  #octets = 0
  #enhanced: EnhancedStatus | undefined
  #problem: ReplyProblem | undefined

  /** What was wrong; no reply comes after it. */
  get problem(): ReplyProblem | undefined {
    return this.#problem
  }

  /** Octets of a reply that has not ended are waiting. */
  get midway(): boolean {
    return this.#rest !== undefined || this.#lines.length > 0
  }

  /** The replies that these octets complete. When `problem` is set afterwards, they are the ones before it. */
  push(octets: Buffer): Reply[] {
    const replies: Reply[] = []
    if (this.#problem !== undefined) return replies
    const end = octets.lastIndexOf(LF) + 1
    if (end === 0) {
      this.#keep(octets)
      return replies
    }
    const whole = end === octets.length ? octets : octets.subarray(0, end)
    const lines = this.#rest === undefined ? whole : Buffer.concat([this.#rest, whole])
    let text = lines.toString('utf8')
    this.#rest = undefined
    let asked = false
    let linesRead = 0
    for (let at = 0; at < text.length && this.#problem === undefined; ) {
      let lineEnd = text.indexOf('\n', at)
      // Only a refusal is worth asking whether it is UTF-8 at all; once, for all that came with it.
      if (!asked && text.charCodeAt(at) >= 0x34 && text.slice(at, lineEnd).includes('\ufffd')) {
        asked = true
        text = replyText(afterLines(lines, linesRead))
        at = 0
        lineEnd = text.indexOf('\n')
      }
      linesRead++
      const reply = this.#line(text.slice(at, text.charCodeAt(lineEnd - 1) === 13 ? lineEnd - 1 : lineEnd))
      if (reply !== undefined) replies.push(reply)
      at = lineEnd + 1
    }
    if (end < octets.length && this.#problem === undefined) this.#keep(octets.subarray(end))
    return replies
  }

  #keep(octets: Buffer): void {
    if (octets.length === 0) return
    // Copied: a view would keep the whole block alive that came from the socket.
    this.#rest = this.#rest === undefined ? Buffer.from(octets) : Buffer.concat([this.#rest, octets])
    if (this.#rest.length > MAX_LINE_OCTETS) this.#tooLong(`a line of more than ${MAX_LINE_OCTETS} octets`)
  }

  #line(line: string): Reply | undefined {
    if (line.length > MAX_LINE_OCTETS) return this.#tooLong(`a line of more than ${MAX_LINE_OCTETS} octets`)
    const code = codeOf(line)
    const separator = line.charCodeAt(3)
    // RFC 5321 §4.2: a space or the end of the line ends a reply, a hyphen continues it.
    const last = line.length === 3 || separator === 0x20
    if (code === undefined || !(last || separator === 0x2d)) {
      this.#problem = { code: 'protocol-error', detail: `"${printable(line.slice(0, 80))}" is not an SMTP reply` }
      return undefined
    }
    this.#octets += line.length + 2
    this.#lines.push(this.#withoutStatus(line.slice(4)))
    if (this.#lines.length > MAX_REPLY_LINES || this.#octets > MAX_REPLY_OCTETS)
      return this.#tooLong(`a reply of more than ${MAX_REPLY_LINES} lines or ${MAX_REPLY_OCTETS} octets`)
    return last ? this.#finish(code) : undefined
  }

  #withoutStatus(text: string): string {
    const first = text.charCodeAt(0)
    const found = first === 0x32 || first === 0x34 || first === 0x35 ? ENHANCED.exec(text) : null
    if (found === null) return printable(text)
    this.#enhanced ??= { class: Number(found[1]) as 2 | 4 | 5, subject: Number(found[2]), detail: Number(found[3]) }
    return printable(text.slice(found[0].length))
  }

  #finish(code: number): Reply {
    const enhanced = this.#enhanced
    const reply: Reply = enhanced === undefined ? { code, lines: this.#lines } : { code, enhanced, lines: this.#lines }
    this.#lines = []
    this.#octets = 0
    this.#enhanced = undefined
    return reply
  }

  #tooLong(detail: string): undefined {
    this.#problem = { code: 'line-too-long', detail: `the server sent ${detail}` }
  }
}

function afterLines(octets: Buffer, count: number): Buffer {
  let at = 0
  for (let line = 0; line < count; line++) at = octets.indexOf(LF, at) + 1
  return octets.subarray(at)
}

/** 200 to 599. RFC 5321 §4.2.1 */
function codeOf(line: string): number | undefined {
  const hundreds = line.charCodeAt(0) - 48
  const tens = line.charCodeAt(1) - 48
  const ones = line.charCodeAt(2) - 48
  if (!(hundreds >= 2 && hundreds <= 5 && tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9)) return undefined
  return hundreds * 100 + tens * 10 + ones
}

function printable(text: string): string {
  return CONTROL.test(text) ? text.replace(/[\x00-\x08\x0a-\x1f\x7f-\x9f]/g, '?') : text
}
