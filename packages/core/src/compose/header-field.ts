/**
 * HeaderField: one field of a header as it stands in the message: encoded where it must be, folded where it is long.
 *
 * Policy. What is plain ASCII is written here. What needs an encoded word, and an address that is more than dots and letters, is
 * the encoder's, which is loaded with the first message that has some.
 *
 * Not here: what may stand in a value (header-text.ts, which also leaves only single spaces), which fields there are (ordinary.ts).
 * RFC 5322 §2.2.3, §3.4; RFC 2047 §5.
 */
import type { NamedAddress } from './mailboxes.ts'

/** Encodes any value as its field demands, on one line. */
export type EncodeValue = (key: string, value: string | { name: string; address: string }[]) => string

const CRLF = '\r\n'
/** RFC 5322 §2.1.1: lines should be no longer than 78; folding begins a little before. */
const FOLD_AT = 76
/** A quote is left to the encoder, because readers decode what stands between two of them in different ways. */
const PLAIN_TEXT = /^[ !#-~]*$/
/** Written without quotes. */
const PLAIN_NAME = /^[\w ]*$/
const ASCII = /^[ -~]*$/
const PLAIN_LOCAL = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/
/** Neither an A-label nor anything that could be read as an IP address. */
const PLAIN_DOMAIN = /^(?!.*--)(?:[a-z0-9_-]+\.)*[a-z][a-z0-9_-]*$/

/** The line or lines of a field with its CRLF, nothing for an empty value; undefined when only the encoder can write it. */
export function textField(key: string, value: string, encode: EncodeValue | undefined): string | undefined {
  const plain = PLAIN_TEXT.test(value) && !value.includes('=?')
  return finished(key, plain ? value : encode?.(key, value))
}

/** The same, of a value that needs no encoding whatever it is: an id, a date. */
export function plainField(key: string, value: string): string {
  return value === '' ? '' : folded(`${key}: ${value}`) + CRLF
}

/** The same, of mailboxes. */
export function mailboxField(
  key: string,
  mailboxes: readonly NamedAddress[],
  encode: EncodeValue | undefined,
): string | undefined {
  let value = ''
  for (const mailbox of mailboxes) {
    const text = plainMailbox(mailbox) ?? encodedMailbox(key, mailbox, encode)
    if (text === undefined) return undefined
    value += value === '' ? text : `, ${text}`
  }
  return finished(key, value)
}

/** A local part outside ASCII makes the field UTF-8 (RFC 6532), which is folded by other rules. */
function finished(key: string, value: string | undefined): string | undefined {
  return value === undefined || !ASCII.test(value) ? undefined : plainField(key, value.trim() === '' ? '' : value)
}

function plainMailbox({ name, address: { local, domain } }: NamedAddress): string | undefined {
  if (!PLAIN_LOCAL.test(local) || !PLAIN_DOMAIN.test(domain)) return undefined
  const address = `${local}@${domain}`
  if (name === '') return address
  if (PLAIN_NAME.test(name)) return `${name} <${address}>`
  return ASCII.test(name) ? `"${name.replace(/["\\]/g, '\\$&')}" <${address}>` : undefined
}

function encodedMailbox(
  key: string,
  { name, address }: NamedAddress,
  encode: EncodeValue | undefined,
): string | undefined {
  return encode?.(key, [{ name, address: `${address.local}@${address.domain}` }])
}

/** A long line is broken before the last run of spaces that fits, or before the first one. RFC 5322 §2.2.3 */
function folded(text: string): string {
  let result = ''
  let rest = text
  while (rest.length >= FOLD_AT) {
    const end = endOfLine(rest)
    result += rest.slice(0, end)
    if (end === rest.length) return result
    result += CRLF
    rest = rest.slice(end)
  }
  return result + rest
}

function endOfLine(text: string): number {
  let space = text.lastIndexOf(' ', FOLD_AT - 1)
  while (space > 0 && text[space - 1] === ' ') space--
  if (space > 0) return space
  const next = text.indexOf(' ', FOLD_AT)
  return next < 0 ? text.length : next
}
