/**
 * Address: a mailbox and the domain it belongs to, parsed once and normalised.
 *
 * Policy. Domains are kept as lower-case A-labels, the form that DNS, TLS and route decisions compare (RFC 5891 §5.5).
 * The local part is kept as given, unquoted when it needs no quotes: only its own host may interpret it (RFC 5321 §2.4).
 * A parser returns what it found wrong; `requireAddress` is for callers to whom a wrong address is a bug.
 *
 * Not here: header addresses with display names (compose/), who may use an address (the relay's admission/).
 */
import { Buffer } from 'node:buffer'
import { isIPv4, isIPv6 } from 'node:net'
import { domainToASCII } from 'node:url'
import type { MailerError } from './error.ts'
import { requireKind, shown, wrongValue } from './wrong-value.ts'

declare const domainBrand: unique symbol
/** A lower-case A-label domain without a final dot, or an address literal in brackets. */
export type Domain = string & { readonly [domainBrand]: true }

/** An e-mail address that was read and found valid. */
export interface Address {
  /** The part before the last @, in the case in which it was written. */
  readonly local: string
  /** In lower case and ASCII: an internationalised name as `xn--…`. */
  readonly domain: Domain
}

/** Why a text is no address. */
export interface AddressProblem {
  /** One sentence in English, such as `it has no @`. */
  readonly problem: string
}

/** RFC 5321 §4.5.3.1.1 */
const MAX_LOCAL_OCTETS = 64
/** RFC 5321 §4.5.3.1.3: a path is at most 256 octets with its angle brackets. */
const MAX_ADDRESS_OCTETS = 254
const MAX_DOMAIN_OCTETS = 253
const MAX_LABEL_OCTETS = 63

const LABEL = /^(?!-)[a-z0-9_-]+(?<!-)$/
// RFC 5321 §4.1.2 Atom, with the UTF8-non-ascii of RFC 6531 §3.3
const DOT_STRING =
  /^[a-zA-Z0-9!#$%&'*+/=?^_`{|}~\u{80}-\u{10ffff}-]+(?:\.[a-zA-Z0-9!#$%&'*+/=?^_`{|}~\u{80}-\u{10ffff}-]+)*$/u
// qtextSMTP and quoted-pairSMTP
const QUOTED_STRING = /^"(?:[\x20-\x21\x23-\x5b\x5d-\x7e\u{80}-\u{10ffff}]|\\[\x20-\x7e])*"$/u
const CONTROL = /[\x00-\x1f\x7f\u{80}-\u{9f}]/u

/** What most addresses are: nothing to unquote, to fold or to normalise, and no IP address. */
const PLAIN =
  /^[a-zA-Z0-9_+-]+(?:\.[a-zA-Z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * Parses `local@domain` (no display name, no angle brackets).
 * @returns the address, or the problem in words. Never throws.
 */
export function parseAddress(text: string): Address | AddressProblem {
  if (typeof text !== 'string') return { problem: 'it is no text' }
  const at = text.lastIndexOf('@')
  if (at < 0) return { problem: 'it has no @' }
  if (at <= MAX_LOCAL_OCTETS && text.length <= MAX_ADDRESS_OCTETS && PLAIN.test(text))
    return { local: text.slice(0, at), domain: text.slice(at + 1) as Domain }
  const local = parseLocalPart(text.slice(0, at))
  if (typeof local !== 'string') return local
  const domain = parseDomain(text.slice(at + 1))
  if (typeof domain !== 'string') return domain
  if (Buffer.byteLength(local) + 1 + domain.length > MAX_ADDRESS_OCTETS)
    return { problem: 'it is longer than 254 octets' }
  return { local, domain }
}

function parseLocalPart(text: string): string | AddressProblem {
  if (text === '') return { problem: 'the part before @ is empty' }
  if (CONTROL.test(text)) return { problem: 'the part before @ contains a control character' }
  if (Buffer.byteLength(text) > MAX_LOCAL_OCTETS) return { problem: 'the part before @ is longer than 64 octets' }
  if (DOT_STRING.test(text)) return text.normalize('NFC')
  if (!QUOTED_STRING.test(text)) return { problem: 'the part before @ has a character that needs quotes' }
  const content = text.slice(1, -1).replace(/\\(.)/gu, '$1')
  return DOT_STRING.test(content) ? content : content === '' ? text : quote(content)
}

/**
 * Parses a domain name (U-labels or A-labels, a final dot allowed) or an address literal such as `[192.0.2.1]`.
 * @returns the lower-case A-label form, or the problem in words. Never throws.
 */
export function parseDomain(text: string): Domain | AddressProblem {
  if (typeof text !== 'string') return { problem: 'it is no text' }
  if (text.startsWith('[')) return parseLiteral(text)
  const name = text.endsWith('.') ? text.slice(0, -1) : text
  if (name === '') return { problem: 'the domain is empty' }
  if (CONTROL.test(name) || /[\s@/:?#\\%]/.test(name)) return { problem: 'the domain contains a forbidden character' }
  const ascii = /^[\x21-\x7e]+$/.test(name) ? name.toLowerCase() : domainToASCII(name).toLowerCase()
  if (ascii === '') return { problem: 'the domain is not a valid internationalised name' }
  if (ascii.length > MAX_DOMAIN_OCTETS) return { problem: 'the domain is longer than 253 octets' }
  const labels = ascii.split('.')
  for (const label of labels) {
    if (label === '') return { problem: 'the domain has an empty label' }
    if (label.length > MAX_LABEL_OCTETS) return { problem: 'the domain has a label longer than 63 octets' }
    if (!LABEL.test(label)) return { problem: `the domain label "${label}" is not a host name label` }
  }
  if (isIPv4(ascii)) return { problem: 'an IP address must be written in brackets' }
  return ascii as Domain
}

/**
 * Parses what an operator names as a server: a name, with or without dots, or an IP address, with or without brackets.
 * @returns the name, or the address as a literal in brackets, or the problem in words. Never throws.
 */
export function parseServer(text: string): Domain | AddressProblem {
  const bare = /^\[(?:IPv6:)?([^\]]*)\]$/i.exec(text)?.[1] ?? text
  if (isIPv6(bare) && !bare.includes('%')) return `[IPv6:${bare.toLowerCase()}]` as Domain
  if (isIPv4(bare)) return `[${bare}]` as Domain
  const domain = parseDomain(text)
  // `10.0.0.300` is a mistake, no name: no top-level domain is a number (RFC 3696 §2).
  if (typeof domain === 'string' && /(?:^|\.)\d+$/.test(domain))
    return { problem: 'it is neither a name nor an IP address' }
  return domain
}

/** RFC 5321 §4.1.3 */
function parseLiteral(text: string): Domain | AddressProblem {
  const content = /^\[(.+)\]$/.exec(text)?.[1]
  const v6 = content !== undefined && /^ipv6:/i.test(content) ? content.slice(5) : undefined
  if (v6 !== undefined && isIPv6(v6)) return `[IPv6:${v6.toLowerCase()}]` as Domain
  if (content !== undefined && isIPv4(content)) return `[${content}]` as Domain
  return { problem: 'the address literal is not an IP address in brackets' }
}

function quote(content: string): string {
  return `"${content.replace(/["\\]/g, '\\$&')}"`
}

/** @throws {MailerError} `invalid-address`, naming `where` the text stands. */
export function requireAddress(text: string, where: string): Address {
  requireKind(text, 'string', { code: 'invalid-address', where })
  const address = parseAddress(text)
  if ('problem' in address)
    throw invalid(text, where, `an e-mail address, such as name@example.com: ${address.problem}`)
  return address
}

/** @throws {MailerError} `invalid-address`, naming `where` the text stands. */
export function requireDomain(text: string, where: string): Domain {
  requireKind(text, 'string', { code: 'invalid-address', where })
  const domain = parseDomain(text)
  if (typeof domain !== 'string') throw invalid(text, where, `a domain name, such as example.com: ${domain.problem}`)
  return domain
}

function invalid(text: string, where: string, wanted: string): MailerError {
  return wrongValue('invalid-address', { where, found: shown(text), wanted })
}

/** `local@domain`, as it stands in an SMTP path or a header. */
export function printAddress(address: Address): string {
  return `${address.local}@${address.domain}`
}

/** Whether the address needs SMTPUTF8 on the wire (RFC 6531 §3.4): its domain never does, its local part may. */
export function needsSmtpUtf8(address: Address): boolean {
  return /[^\x00-\x7f]/.test(address.local)
}

/** The IP address of a domain that is an address literal, or undefined. RFC 5321 §4.1.3 */
export function literalAddress(domain: Domain): string | undefined {
  if (!domain.startsWith('[')) return undefined
  return domain.startsWith('[IPv6:') ? domain.slice(6, -1) : domain.slice(1, -1)
}
