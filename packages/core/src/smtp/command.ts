/**
 * Command: the only place where a command line is written. RFC 5321 §4.1.
 *
 * Policy. A value with CR, LF or NUL never gets out: it is refused with a MailerError, because every value was checked when
 * the message was accepted, and only a bug can bring one here. Parameters are written in the encoding of their own RFC.
 *
 * Not here: which parameters a server understands (extensions.ts), when what is said (session.ts, transaction.ts).
 */
import { Buffer } from 'node:buffer'
import { type Address, type Domain, printAddress } from '../model/address.ts'
import type { Notify } from '../model/envelope.ts'
import { MailerError } from '../model/error.ts'

const FORBIDDEN = /[\r\n\0]/

function line(text: string): string {
  if (FORBIDDEN.test(text))
    throw new MailerError('invalid-header', 'an SMTP command would contain CR, LF or NUL', {
      where: 'SMTP command',
      found: JSON.stringify(text.slice(0, 200)),
      wanted: 'one line',
      fix: 'remove the line break from the address, name or login',
    })
  return `${text}\r\n`
}

export const STARTTLS = 'STARTTLS\r\n'
export const DATA = 'DATA\r\n'
export const RSET = 'RSET\r\n'
export const QUIT = 'QUIT\r\n'

/** RFC 5321 §4.1.1.1 */
export function ehlo(hostname: Domain): string {
  return line(`EHLO ${hostname}`)
}

export function helo(hostname: Domain): string {
  return line(`HELO ${hostname}`)
}

/** What MAIL says beside the reverse-path; each only where the server offered it. */
export interface MailParameters {
  /** RFC 1870 §6 */
  readonly size?: number
  /** RFC 6152 §2 */
  readonly eightBit?: boolean
  /** RFC 6531 §3.4 */
  readonly smtpUtf8?: boolean
  /** RFC 8689 §2 */
  readonly requireTls?: boolean
  /** RFC 3461 §4.3 */
  readonly ret?: 'full' | 'headers'
  /** RFC 3461 §4.4, decoded. */
  readonly envid?: string
}

/** `null` is the null reverse-path. RFC 5321 §4.1.1.2 */
export function mail(reversePath: Address | null, parameters: MailParameters): string {
  let text = reversePath === null ? 'MAIL FROM:<>' : `MAIL FROM:<${printAddress(reversePath)}>`
  if (parameters.size !== undefined) text += ` SIZE=${parameters.size}`
  if (parameters.eightBit) text += ' BODY=8BITMIME'
  if (parameters.smtpUtf8) text += ' SMTPUTF8'
  if (parameters.requireTls) text += ' REQUIRETLS'
  if (parameters.ret !== undefined) text += parameters.ret === 'full' ? ' RET=FULL' : ' RET=HDRS'
  // RFC 3461 §4.4: at most 100 printable characters.
  if (parameters.envid !== undefined && /^[\x20-\x7e]{1,100}$/.test(parameters.envid))
    text += ` ENVID=${xtext(parameters.envid)}`
  return line(text)
}

/** RFC 3461 §4.1, §4.2; only where DSN was offered. */
export interface RcptParameters {
  readonly notify?: readonly Notify[]
  readonly originalRecipient?: string
}

/** RFC 5321 §4.1.1.3 */
export function rcpt(recipient: Address, parameters?: RcptParameters): string {
  let text = `RCPT TO:<${printAddress(recipient)}>`
  const notify = parameters?.notify
  if (notify !== undefined && notify.length > 0)
    text += ` NOTIFY=${notify.includes('never') ? 'NEVER' : notify.join(',').toUpperCase()}`
  const original = parameters?.originalRecipient === undefined ? undefined : orcpt(parameters.originalRecipient)
  if (original !== undefined) text += ` ORCPT=${original}`
  return line(text)
}

/** `rfc822;joe+x@example.org` gives `rfc822;joe+2Bx@example.org`; undefined when the type cannot carry the characters. */
function orcpt(decoded: string): string | undefined {
  const semicolon = decoded.indexOf(';')
  const type = decoded.slice(0, Math.max(semicolon, 0))
  const value = decoded.slice(semicolon + 1)
  if (!/^[a-zA-Z0-9-]+$/.test(type) || value === '' || value.length > 500) return undefined
  // RFC 6533 §3: an utf-8 address is written with \x{…} so that it also passes hosts without SMTPUTF8.
  if (type.toLowerCase() === 'utf-8') return `${type};${unitext(value)}`
  return /^[\x00-\x7f]*$/.test(value) ? `${type};${xtext(value)}` : undefined
}

/** RFC 3461 §4 */
export function xtext(text: string): string {
  return text.replace(/[^\x21-\x2a\x2c-\x3c\x3e-\x7e]/g, octet => `+${hex(octet).padStart(2, '0')}`)
}

/** RFC 6533 §3, utf-8-addr-unitext in its ASCII form. */
function unitext(text: string): string {
  return text.replace(/[^\x21-\x2a\x2c-\x3c\x3e-\x5b\x5d-\x7e]/gu, character => `\\x{${hex(character)}}`)
}

function hex(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase()
}

/** RFC 4954 §4; `initial` is the decoded initial response. */
export function auth(mechanism: 'PLAIN' | 'LOGIN' | 'XOAUTH2', initial?: string): string {
  return line(initial === undefined ? `AUTH ${mechanism}` : `AUTH ${mechanism} ${base64(initial)}`)
}

/** An answer to a 334. */
export function authAnswer(decoded: string): string {
  return line(base64(decoded))
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64')
}
