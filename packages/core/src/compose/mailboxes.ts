/**
 * Mailboxes: the addresses inside the text of an address field, and the one mailbox of a draft field.
 *
 * Policy. A raw From is read to learn who is meant, by everyone who may read it: quoted strings, nested comments, groups
 * (RFC 6854), encoded words, source routes and two angle brackets side by side give every address that some reader could
 * take for an author. A mailbox of a draft is read strictly: one mailbox, because a list smuggled into one field would be
 * recipients that the program never meant.
 * One pass, whatever the text.
 *
 * Not here: what an address may look like (model/address.ts). RFC 5322 §3.4, §4.4.
 */
import { type Address, requireAddress } from '../model/address.ts'
import type { Mailbox } from '../model/draft.ts'
import { invalidDraft, shown } from './draft-error.ts'
import { requireHeaderText } from './header-text.ts'

const WHITE_SPACE = ' \t\r\n'

/** A mailbox of a draft, taken apart. */
export interface NamedAddress {
  readonly name: string
  readonly address: Address
}

/** The text of each address in an unfolded address field, names and comments left out. */
export function addressTexts(field: string): readonly string[] {
  return addressEntries(field).flatMap(({ addresses }) => addresses)
}

/** What stands between commas. */
export interface AddressEntry {
  /** As it was written, without the name of its group. */
  readonly written: string
  /** Several where brackets stand side by side; without brackets the words, joined. */
  readonly addresses: readonly string[]
  readonly bracketed: boolean
}

export function addressEntries(field: string): readonly AddressEntry[] {
  const entries: AddressEntry[] = []
  let found: string[] = []
  let words = ''
  let bracketed = false
  let start = 0
  const flush = (end: number): void => {
    if (!bracketed && words !== '') found.push(words)
    const written = field.slice(start, end).trim()
    if (written !== '') entries.push({ written, addresses: found, bracketed })
    found = []
    words = ''
    bracketed = false
    start = end + 1
  }
  for (let at = 0; at < field.length; at++) {
    const char = field[at]!
    if (char === '(') at = endOfComment(field, at)
    else if (char === '"' || char === '[') {
      const end = char === '"' ? endOfQuoted(field, at) : endOfLiteral(field, at)
      words += field.slice(at, end + 1)
      at = end
    } else if (char === '<') {
      const end = endOfBrackets(field, at)
      const address = withoutSourceRoute(field.slice(at + 1, end).trim())
      if (address !== '') found.push(address)
      bracketed = true
      at = end
    } else if (char === ',' || char === ';') flush(at)
    // What stood before the colon is the name of a group; brackets are an address, whatever follows them.
    else if (char === ':') {
      words = ''
      if (!bracketed) start = at + 1
    }
    // White space round the dots and @ of an addr-spec is obsolete and still legal (RFC 5322 §4.4).
    else if (!WHITE_SPACE.includes(char)) words += char
  }
  flush(field.length)
  return entries
}

/** Index of the parenthesis that closes the comment, or of the last character. */
function endOfComment(field: string, start: number): number {
  let depth = 0
  for (let at = start; at < field.length; at++) {
    if (field[at] === '\\') at++
    else if (field[at] === '(') depth++
    else if (field[at] === ')' && --depth === 0) return at
  }
  return field.length - 1
}

function endOfQuoted(field: string, start: number): number {
  for (let at = start + 1; at < field.length; at++) {
    if (field[at] === '\\') at++
    else if (field[at] === '"') return at
  }
  return field.length - 1
}

function endOfLiteral(field: string, start: number): number {
  const end = field.indexOf(']', start)
  return end < 0 ? field.length - 1 : end
}

function endOfBrackets(field: string, start: number): number {
  for (let at = start + 1; at < field.length; at++) {
    if (field[at] === '"') at = endOfQuoted(field, at)
    else if (field[at] === '>') return at
  }
  return field.length
}

/** `@a,@b:local@domain` means `local@domain` (RFC 5322 §4.4). */
function withoutSourceRoute(text: string): string {
  return text.startsWith('@') ? text.slice(text.indexOf(':') + 1) : text
}

/**
 * One mailbox of a draft: `name@example.com`, `Name <name@example.com>` or the two apart.
 * @throws {MailerError} `invalid-draft` or `invalid-address`, naming `where`
 */
export function parseMailbox(mailbox: Mailbox, where: string): NamedAddress {
  if (typeof mailbox === 'string') return parseMailboxText(requireHeaderText(mailbox, where), where)
  if (typeof mailbox !== 'object' || mailbox === null || typeof mailbox.address !== 'string') {
    throw invalidDraft(where, shown(mailbox), 'an address, `Name <address>` or { name, address }')
  }
  const address = requireHeaderText(mailbox.address, `${where}.address`)
  return {
    name: requireHeaderText(mailbox.name ?? '', `${where}.name`),
    address: requireAddress(address, `${where}.address`),
  }
}

function parseMailboxText(text: string, where: string): NamedAddress {
  if (!text.endsWith('>')) return { name: '', address: requireAddress(text, where) }
  const open = text.lastIndexOf('<')
  const name = text.slice(0, Math.max(open, 0)).trim()
  const quoted = name.length >= 2 && endOfQuoted(name, 0) === name.length - 1 && name.startsWith('"')
  if (!quoted && (/[<>]/.test(name) || (/[,;]/.test(name) && name.includes('@')))) {
    throw invalidDraft(where, shown(text), 'one mailbox; give several as an array')
  }
  return {
    name: quoted ? name.slice(1, -1).replace(/\\(.)/gu, '$1') : name,
    address: requireAddress(text.slice(open + 1, -1).trim(), where),
  }
}
