/**
 * Name: what may stand in a question, and the names of reverse look-ups.
 *
 * Policy. Checked before encoding, because dns-packet writes a label of any length with a wrong length octet. RFC 1035 §2.3.4
 *
 * Not here: which names may be mail hosts (route/destination.ts), internationalised names (model/address.ts).
 */
import { isIPv4, isIPv6 } from 'node:net'

const MAX_NAME_OCTETS = 253
const MAX_LABEL_OCTETS = 63
// No escapes, no spaces, no bytes outside ASCII: nothing we ask needs them.
const ASKABLE = /^[\x21-\x7e]+$/

/** The name as we compare it, or undefined when it cannot be asked. */
export function normalName(text: string): string | undefined {
  if (text === '' || text === '.') return '.'
  const name = text.endsWith('.') ? text.slice(0, -1) : text
  if (name.length > MAX_NAME_OCTETS || !ASKABLE.test(name) || name.includes('\\')) return undefined
  for (const label of name.split('.')) {
    if (label.length === 0 || label.length > MAX_LABEL_OCTETS) return undefined
  }
  return name.toLowerCase()
}

/** `1.2.0.192.in-addr.arpa`, `….ip6.arpa`; undefined when the text is no IP address. RFC 1035 §3.5, RFC 3596 §2.5 */
export function reverseName(address: string): string | undefined {
  if (typeof address !== 'string') return undefined
  if (isIPv4(address)) return `${address.split('.').reverse().join('.')}.in-addr.arpa`
  if (!isIPv6(address)) return undefined
  const nibbles = ipv6Groups(address)
    .map(group => group.toString(16).padStart(4, '0'))
    .join('')
  return `${[...nibbles].reverse().join('.')}.ip6.arpa`
}

/** The eight 16-bit groups of an IPv6 address. */
function ipv6Groups(address: string): number[] {
  // The URL parser writes it in one way only, with any IPv4 part in hexadecimal.
  const host = new URL(`http://[${address.replace(/%.*$/, '')}]/`).hostname.slice(1, -1)
  const [left = '', right] = host.split('::')
  const head = left === '' ? [] : left.split(':')
  const tail = right === undefined || right === '' ? [] : right.split(':')
  const zeros = right === undefined ? [] : Array<string>(8 - head.length - tail.length).fill('0')
  return [...head, ...zeros, ...tail].map(group => Number.parseInt(group, 16))
}
