/**
 * LostRecipients: who stands in the address fields of a message that somebody else composed, and not in its envelope.
 *
 * Policy. A composer may drop silently what it cannot read as an address: a name alone, empty brackets, the second of two addresses
 * without a comma. Whoever sends has to hear of it. An address that is only written otherwise there is not lost.
 *
 * Not here: addresses that are in the envelope and are none (whoever takes the envelope).
 */
import { parseAddress, printAddress } from '../model/address.ts'
import { type AddressEntry, addressEntries } from './mailboxes.ts'

/** @param field what a composer takes: a text, { name, address }, or an array of them */
export function lostRecipients(field: unknown, envelope: readonly string[]): readonly string[] {
  const known = new Set(envelope.flatMap(spellings))
  const isLost = (text: string): boolean => !spellings(text).some(spelling => known.has(spelling))
  return entriesOf(field).flatMap(entry => candidates(entry).filter(isLost))
}

function entriesOf(field: unknown): readonly AddressEntry[] {
  const entries: AddressEntry[] = []
  const seen = new Set<unknown>()
  const waiting: unknown[] = [field]
  for (let one = waiting.pop(); waiting.length > 0 || one !== undefined; one = waiting.pop()) {
    if (typeof one === 'string') for (const entry of addressEntries(one)) entries.push(entry)
    else if (typeof one === 'object' && one !== null && !seen.has(one)) {
      seen.add(one)
      if (Array.isArray(one)) for (const each of one.toReversed()) waiting.push(each)
      else entries.push(...entryOf(one))
    }
  }
  return entries
}

function entryOf({ name, address }: { readonly name?: unknown; readonly address?: unknown }): readonly AddressEntry[] {
  if (typeof address === 'string' && address !== '')
    return [{ written: address, addresses: [address], bracketed: true }]
  return typeof name === 'string' && name !== '' ? [{ written: name, addresses: [], bracketed: true }] : []
}

/** The addresses that somebody meant; where there is none, all that was written. */
function candidates({ written, addresses, bracketed }: AddressEntry): readonly string[] {
  const meant = bracketed ? addresses : written.split(/\s+/).filter(word => word.includes('@'))
  if (meant.length === 0) return [written]
  // White space inside quotes or round the @.
  return bracketed || meant.every(word => !('problem' in parseAddress(word))) ? meant : addresses
}

function spellings(text: string): readonly string[] {
  const at = text.lastIndexOf('@')
  const quoted = `"${text.slice(0, Math.max(at, 0))}"${text.slice(at)}`
  return [text, quoted].map(spelling => {
    const address = parseAddress(spelling)
    return 'problem' in address ? spelling : printAddress(address).toLowerCase()
  })
}
