/**
 * SpecialRanges: which addresses are no hosts of the public internet. The one table that preflight, the doctor, what is given
 * as `egress.publicAddresses`, and the guards of outgoing connections read.
 *
 * Policy. All of IANA's special-purpose registries, with multicast, what was withdrawn, and IPv6 that nobody was given: no
 * receiver sees mail come from there, and none is delivered there. An address of NAT64 is what its last 32 bits are (RFC 6052).
 * Tests hand in a table of their own, since the internet of a test is made of documentation addresses.
 *
 * Not here: what follows from it. RFC 6890; iana-ipv4-special-registry, iana-ipv6-special-registry.
 */
import { BlockList, isIP } from 'node:net'

/** Addresses that are no hosts of the internet (RFC 6890). */
export interface SpecialRange {
  /** The first address of the range, such as `10.0.0.0`. */
  readonly network: string
  /** Its length in bits. */
  readonly prefix: number
  /** What IANA's registry calls it, such as `Private-Use`. */
  readonly name: string
  /** The document that reserves it, such as `RFC 1918`. */
  readonly rfc: string
  /** Leads nowhere, and so is no way into any network. */
  readonly documentation?: true
}

const row = (cidr: string, name: string, rfc: string): SpecialRange => {
  const [network = '', prefix = ''] = cidr.split('/')
  return { network, prefix: Number(prefix), name, rfc }
}
const example = (cidr: string, name: string, rfc: string): SpecialRange => ({
  ...row(cidr, name, rfc),
  documentation: true,
})

export const SPECIAL_RANGES: readonly SpecialRange[] = [
  row('0.0.0.0/8', 'this network', 'RFC 791 §3.2'),
  row('10.0.0.0/8', 'private use', 'RFC 1918'),
  row('100.64.0.0/10', 'shared address space', 'RFC 6598'),
  row('127.0.0.0/8', 'loopback', 'RFC 1122 §3.2.1.3'),
  row('169.254.0.0/16', 'link local', 'RFC 3927'),
  row('172.16.0.0/12', 'private use', 'RFC 1918'),
  row('192.0.0.0/24', 'IETF protocol assignments', 'RFC 6890 §2.1'),
  example('192.0.2.0/24', 'documentation (TEST-NET-1)', 'RFC 5737'),
  row('192.31.196.0/24', 'AS112', 'RFC 7535'),
  row('192.52.193.0/24', 'AMT', 'RFC 7450'),
  row('192.88.99.0/24', '6to4 relays, withdrawn', 'RFC 7526'),
  row('192.168.0.0/16', 'private use', 'RFC 1918'),
  row('192.175.48.0/24', 'AS112', 'RFC 7534'),
  row('198.18.0.0/15', 'benchmarking', 'RFC 2544'),
  example('198.51.100.0/24', 'documentation (TEST-NET-2)', 'RFC 5737'),
  example('203.0.113.0/24', 'documentation (TEST-NET-3)', 'RFC 5737'),
  row('224.0.0.0/4', 'multicast', 'RFC 5771'),
  row('240.0.0.0/4', 'reserved', 'RFC 1112 §4'),
  row('::1/128', 'loopback', 'RFC 4291'),
  row('::/128', 'unspecified', 'RFC 4291'),
  row('::ffff:0:0/96', 'IPv4-mapped', 'RFC 4291'),
  row('::/96', 'IPv4-compatible, withdrawn', 'RFC 4291 §2.5.5.1'),
  row('64:ff9b:1::/48', 'local translation', 'RFC 8215'),
  row('100::/64', 'discard only', 'RFC 6666'),
  row('100:0:0:1::/64', 'dummy prefix', 'RFC 9780'),
  row('2001::/32', 'Teredo', 'RFC 4380'),
  row('2001:2::/48', 'benchmarking', 'RFC 5180'),
  row('2001:10::/28', 'ORCHID, withdrawn', 'RFC 4843'),
  row('2001:20::/28', 'ORCHIDv2', 'RFC 7343'),
  row('2001:30::/28', 'DRIP', 'RFC 9374'),
  row('2001::/23', 'IETF protocol assignments', 'RFC 2928'),
  example('2001:db8::/32', 'documentation', 'RFC 3849'),
  row('2002::/16', '6to4', 'RFC 3056'),
  row('2620:4f:8000::/48', 'AS112', 'RFC 7534'),
  example('3fff::/20', 'documentation', 'RFC 9637'),
  row('5f00::/16', 'segment routing', 'RFC 9602'),
  row('fc00::/7', 'unique local', 'RFC 4193'),
  row('fe80::/10', 'link local', 'RFC 4291'),
  row('fec0::/10', 'site local, withdrawn', 'RFC 3879'),
  row('ff00::/8', 'multicast', 'RFC 4291'),
  // What is left outside of 2000::/3 and NAT64.
  row('4000::/2', 'not assigned', 'RFC 4291'),
  row('8000::/1', 'not assigned', 'RFC 4291'),
  row('::/8', 'reserved', 'RFC 4291'),
  row('100::/8', 'not assigned', 'RFC 4291'),
  row('200::/7', 'not assigned', 'RFC 4048'),
  row('400::/6', 'not assigned', 'RFC 4291'),
  row('800::/5', 'not assigned', 'RFC 4291'),
  row('1000::/4', 'not assigned', 'RFC 4291'),
]

const NAT64_BITS = 96

interface Compiled {
  readonly list: BlockList
  readonly range: SpecialRange
}

/** Made once for each table that is asked. */
const compiled = new WeakMap<readonly SpecialRange[], Readonly<Record<4 | 6, readonly Compiled[]>>>()

function compile(ranges: readonly SpecialRange[]): Readonly<Record<4 | 6, readonly Compiled[]>> {
  const known = compiled.get(ranges)
  if (known !== undefined) return known
  const made = { 4: [] as Compiled[], 6: [] as Compiled[] }
  for (const range of ranges) {
    const list = new BlockList()
    const family = range.network.includes(':') ? 6 : 4
    list.addSubnet(range.network, range.prefix, family === 6 ? 'ipv6' : 'ipv4')
    made[family].push({ list, range })
  }
  compiled.set(ranges, made)
  return made
}

const nat64 = new BlockList()
nat64.addSubnet('64:ff9b::', NAT64_BITS, 'ipv6')

/** The range that makes an address other than one of the public internet; undefined for one of it, and for no address. */
export function specialRange(
  address: string,
  ranges: readonly SpecialRange[] = SPECIAL_RANGES,
): SpecialRange | undefined {
  if (typeof address !== 'string') return undefined
  const bare = address.replace(/%.*$/, '')
  const family = isIP(bare)
  if (family === 0) return undefined
  if (family === 6 && nat64.check(bare, 'ipv6')) return specialRange(embeddedIPv4(bare), ranges)
  const type = family === 6 ? 'ipv6' : 'ipv4'
  return compile(ranges)[family as 4 | 6].find(({ list }) => list.check(bare, type))?.range
}

/** Whether an address can be a host of the internet. */
export function isPublicAddress(address: string, ranges: readonly SpecialRange[] = SPECIAL_RANGES): boolean {
  return typeof address === 'string' && isIP(address) !== 0 && specialRange(address, ranges) === undefined
}

/** `192.0.2.2 is of 192.0.2.0/24, documentation (TEST-NET-1) (RFC 5737)` */
export function printSpecial(address: string, { network, prefix, name, rfc }: SpecialRange): string {
  return `${address} is of ${network}/${prefix}, ${name} (${rfc})`
}

function embeddedIPv4(address: string): string {
  // The URL parser writes it in one way only, with any IPv4 part in hexadecimal.
  const [high = '0', low = '0'] = new URL(`http://[${address}]/`).hostname
    .slice(1, -1)
    .replace('64:ff9b::', '0:')
    .split(':')
    .slice(-2)
  const [a, b] = [Number.parseInt(high || '0', 16), Number.parseInt(low || '0', 16)]
  return [a >> 8, a & 255, b >> 8, b & 255].join('.')
}
