/**
 * Addresses: which addresses of a mail host are tried, in which order, and from which of ours.
 *
 * Policy. IPv4 first: a wrong reverse name costs more under IPv6, and most senders have one there. Only families that we have
 * a local address of, when local addresses are given. Private, loopback, link-local, shared (RFC 6598), multicast and
 * reserved addresses are refused unless allowed: mail must not be a way into the network it is sent from. Documentation
 * ranges are not routed anywhere, so they are not worth a rule.
 */
import { BlockList } from 'node:net'
import type { FoundAddress } from '../dns/index.ts'
import type { Egress } from '../model/egress.ts'
import type { Skipped } from '../model/route.ts'

export type FamilyPolicy = 'auto' | 4 | 6

export interface AddressPolicy {
  readonly ipFamily: FamilyPolicy
  readonly allowPrivateAddresses: boolean
  readonly egress: Egress
}

/** More than a host has; the rest is not tried. */
const MAX_PER_HOST = 10

/** IANA special-purpose address registries (RFC 6890), what cannot be reached from the internet or must not be. */
const PRIVATE_4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const
const PRIVATE_6 = [
  // Unspecified, loopback and IPv4-compatible.
  ['::', 96],
  // IPv4-mapped: an AAAA record of that kind is always a trick.
  ['::ffff:0:0', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['fc00::', 7],
  ['fe80::', 9],
  ['ff00::', 8],
] as const
/** RFC 6052: the last 32 bits are an IPv4 address, and as private as that one. */
const NAT64_PREFIX = '64:ff9b::'

// Two lists: in one list the IPv4-mapped network would stand for every IPv4 address.
const blocked4 = new BlockList()
const blocked6 = new BlockList()
for (const [network, prefix] of PRIVATE_4) {
  blocked4.addSubnet(network, prefix, 'ipv4')
  const [a, b, c, d] = network.split('.').map(Number) as [number, number, number, number]
  blocked6.addSubnet(`${NAT64_PREFIX}${hex(a, b)}:${hex(c, d)}`, 96 + prefix, 'ipv6')
}
for (const [network, prefix] of PRIVATE_6) blocked6.addSubnet(network, prefix, 'ipv6')

function hex(high: number, low: number): string {
  return ((high << 8) | low).toString(16)
}

export function isPrivateAddress({ address, family }: FoundAddress): boolean {
  return family === 4 ? blocked4.check(address, 'ipv4') : blocked6.check(address, 'ipv6')
}

/** The families that can be of use, in the order in which they are tried. */
export function familiesOf({ ipFamily, egress }: Pick<AddressPolicy, 'ipFamily' | 'egress'>): readonly (4 | 6)[] {
  const wanted: readonly (4 | 6)[] = ipFamily === 'auto' ? [4, 6] : [ipFamily]
  return wanted.filter(family => egress.addresses.length === 0 || localAddresses(egress, family).length > 0)
}

export function localAddresses(egress: Egress, family: 4 | 6): readonly string[] {
  return egress.addresses.filter(address => address.includes(':') === (family === 6))
}

export interface Chosen {
  readonly addresses: readonly FoundAddress[]
  readonly skipped: readonly Skipped[]
}

export function chooseAddresses(host: string, found: readonly FoundAddress[], policy: AddressPolicy): Chosen {
  const families = familiesOf(policy)
  const skipped: Skipped[] = []
  const usable = found.filter(({ address, family }) => {
    if (!families.includes(family)) {
      skipped.push({
        host,
        address,
        because: 'no-egress-of-this-family',
        detail: `mail does not leave here over IPv${family}`,
      })
      return false
    }
    if (policy.allowPrivateAddresses || !isPrivateAddress({ address, family })) return true
    skipped.push({ host, address, because: 'private-address', detail: 'it is not an address of the internet' })
    return false
  })
  const ordered = families.flatMap(family => usable.filter(address => address.family === family))
  for (const { address } of ordered.slice(MAX_PER_HOST)) {
    skipped.push({
      host,
      address,
      because: 'over-the-cap',
      detail: `only ${MAX_PER_HOST} addresses of a host are tried`,
    })
  }
  return { addresses: ordered.slice(0, MAX_PER_HOST), skipped }
}
