/**
 * Reply: how a reply is written, and the replies that are no refusal.
 *
 * Policy. Everything but the answer to EHLO is one line. Replies to HELO, EHLO and those of class 3 carry no enhanced
 * status (RFC 2034 §3). Written replies of the table are kept, because they are said again and again. A reply is printable
 * ASCII whatever it quotes (RFC 5321 §4.2; RFC 6531 §3.7.4 allows more only to those who asked for it, and few log it well).
 *
 * Not here: refusals (admission/refusal.ts). RFC 5321 §4.2.
 */
import type { Reply } from '../admission/index.ts'

export const OK_SENDER: Reply = { code: 250, enhanced: '2.1.0', text: 'Ok' }
export const OK_RECIPIENT: Reply = { code: 250, enhanced: '2.1.5', text: 'Ok' }
export const OK: Reply = { code: 250, enhanced: '2.0.0', text: 'Ok' }
export const GO_AHEAD: Reply = { code: 354, text: 'End data with <CR><LF>.<CR><LF>' }
export const START_TLS: Reply = { code: 220, enhanced: '2.0.0', text: 'Ready to start TLS' }
export const WELCOME: Reply = { code: 235, enhanced: '2.7.0', text: 'Login successful' }
export const BYE: Reply = { code: 221, enhanced: '2.0.0', text: 'Bye', close: true }
export const CANNOT_VERIFY: Reply = { code: 252, enhanced: '2.5.2', text: 'Cannot verify; send a message and see' }
export const HELP: Reply = { code: 214, enhanced: '2.0.0', text: 'EHLO STARTTLS AUTH MAIL RCPT DATA RSET NOOP QUIT' }

export function queuedAs(id: string): Reply {
  return { code: 250, enhanced: '2.0.0', text: `Ok: queued as ${id}` }
}

/** The challenge of a login step, base64 already. RFC 4954 §4 */
export function challenge(text: string): Reply {
  return { code: 334, text }
}

const written = new WeakMap<Reply, string>()

/** With its CRLF. */
export function printReply(reply: Reply): string {
  let line = written.get(reply)
  if (line === undefined) {
    line = `${reply.code} ${reply.enhanced === undefined ? '' : `${reply.enhanced} `}${printable(reply.text)}\r\n`
    written.set(reply, line)
  }
  return line
}

/** Characters beyond ASCII as RFC 6533 §3 writes them in an address; what is none is a question mark. */
function printable(text: string): string {
  return text.replace(BEYOND, character => {
    const code = character.codePointAt(0) ?? 0
    return code < 0xa0 || code === 0xfffd ? '?' : `\\x{${code.toString(16).toUpperCase()}}`
  })
}

const BEYOND = /[^\x20-\x7e]/gu

/** The answer to EHLO, one keyword a line. RFC 5321 §4.1.1.1 */
export function printExtensions(hostname: string, keywords: readonly string[]): string {
  const lines = [hostname, ...keywords]
  return lines.map((line, at) => `250${at === lines.length - 1 ? ' ' : '-'}${line}\r\n`).join('')
}
