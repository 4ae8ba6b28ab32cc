/**
 * TextId: the UUID of what is known by a text, such as an address: the same for the same text, wherever it is asked for.
 *
 * Policy. A digest of the text with the name of its kind before it, so that an id of one kind is none of another, and no address can be
 * read in it. RFC 9562 §5.8 (version 8).
 */
import { createHash } from 'node:crypto'

const OCTETS = 16

export function uuidOfText(kind: 'attempt' | 'domain' | 'event' | 'key' | 'suppression', text: string): string {
  const octets = createHash('sha256').update(`${kind}\0${text}`).digest().subarray(0, OCTETS)
  octets.writeUInt8((octets.readUInt8(6) & 0x0f) | 0x80, 6)
  octets.writeUInt8((octets.readUInt8(8) & 0x3f) | 0x80, 8)
  return octets.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
}
