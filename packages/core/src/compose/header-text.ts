/**
 * HeaderText: what a caller's text must be like to stand in a header or an envelope.
 *
 * Policy. A control character is an attack or a mistake, never a wish: it is refused, and the error names the field, before
 * any library sees the value. Runs of white space become one space, because folding would change them anyway.
 *
 * Not here: which fields may be set (headers.ts), encoded words (mime.ts). RFC 5322 §2.1.1, §2.2.
 */
import { invalidDraft, invalidHeader, shown } from './draft-error.ts'

/** A word longer than this cannot be folded into lines of 998 octets (RFC 5322 §2.1.1). */
export const LONGEST_WORD = 900
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/

/**
 * @returns the text with single spaces
 * @throws {MailerError} `invalid-draft` when it is no string, `invalid-header` when it cannot stand in a header
 */
export function requireHeaderText(value: unknown, where: string): string {
  if (typeof value !== 'string') throw invalidDraft(where, shown(value), 'a string')
  const bad = CONTROL.exec(value)
  if (bad) {
    throw invalidHeader(where, `${shown(value)} with ${controlName(bad[0])}`, 'one line without control characters')
  }
  if (value.length > LONGEST_WORD && value.split(/[ \t]/).some(word => word.length > LONGEST_WORD)) {
    throw invalidHeader(where, shown(value), `words of at most ${LONGEST_WORD} characters`, 'put spaces into the value')
  }
  return value.replace(/[ \t]+/g, ' ').trim()
}

function controlName(char: string): string {
  if (char === '\r') return 'CR'
  if (char === '\n') return 'LF'
  if (char === '\0') return 'NUL'
  return `the control character 0x${char.charCodeAt(0).toString(16).padStart(2, '0')}`
}
