/**
 * RewriteFrom: what is sent instead of a message whose author the account may not use.
 *
 * Policy. The address of the account takes the place of the author and, where that is foreign too, of the reverse-path:
 * receivers ask SPF about the one and DMARC about both. The author keeps its name and, in Reply-To, gets the answers. Our
 * Received line on top is left out: it is written anew. The octets of a name are kept as they are, whatever their charset; a
 * name that cannot be told from its address is left out. One pass, whatever the text.
 *
 * Not here: whether it must be rewritten (message.ts). RFC 5321 §4.1.1.2, RFC 5322 §3.4, §3.6.2.
 */
import { Buffer } from 'node:buffer'
import { type HeaderField, printAddress, type RawMessage } from '@postrider/core'

/** Half a line (RFC 5322 §2.1.1): nobody is called that. */
const LONGEST_NAME = 500

/** The message with `address` as its author. */
export function rewriteFrom(message: RawMessage, address: string): Buffer {
  const { bytes, fields } = message
  const isGiven = (field: HeaderField): boolean => fieldText(bytes, field).trim() !== ''
  const replaced = fields.filter(
    (field, place) =>
      field.name === 'from' ||
      isSenderField(field) ||
      (field.name === 'reply-to' && !isGiven(field)) ||
      (place === 0 && field.name === 'received'),
  )
  const from = fields.find(({ name }) => name === 'from')
  const name = from === undefined ? '' : displayName(fieldText(bytes, from))
  const added = [Buffer.from(`From: ${name === '' ? '' : `${name} `}<${address}>\r\n`, 'latin1')]
  if (!fields.some(field => field.name === 'reply-to' && isGiven(field))) {
    added.push(Buffer.from(`Reply-To: ${message.from.map(printAddress).join(',\r\n ')}\r\n`))
  }
  return Buffer.concat([...added, ...without(bytes, replaced)])
}

/** Who sent it, or sent it again, where that is not the author (RFC 5322 §3.6.2, §3.6.6). */
export function isSenderField({ name }: HeaderField): boolean {
  return name === 'sender' || name === 'resent-from' || name === 'resent-sender'
}

/** The message without those fields, and without our Received line on top. */
export function withoutSenders({ bytes, fields }: RawMessage): Buffer {
  return Buffer.concat(
    without(
      bytes,
      fields.filter((field, place) => isSenderField(field) || (place === 0 && field.name === 'received')),
    ),
  )
}

/** Unfolded, an octet for each character. */
function fieldText(bytes: Buffer, { valueStart, end }: HeaderField): string {
  return bytes.toString('latin1', valueStart, end).replaceAll('\r\n', '')
}

/** What stands before the angle bracket of the first mailbox: words, or one quoted string; empty for anything else. */
function displayName(value: string): string {
  const text = value.trimStart()
  const end = text.startsWith('"') ? endOfQuoted(text) : text.search(/["(),:;<@\\]/)
  if (end <= 0 || end > LONGEST_NAME || !text.slice(end).trimStart().startsWith('<')) return ''
  return text.slice(0, end).trimEnd()
}

/** The index after the closing quote; -1 without one. */
function endOfQuoted(text: string): number {
  for (let at = 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at + 1
  }
  return -1
}

function without(bytes: Buffer, fields: readonly HeaderField[]): Buffer[] {
  const kept: Buffer[] = []
  let at = 0
  for (const field of fields) {
    kept.push(bytes.subarray(at, field.start))
    at = field.end
  }
  kept.push(bytes.subarray(at))
  return kept
}
