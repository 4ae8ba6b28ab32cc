/**
 * Addresses: which addresses of a mail host are tried, in which order, and from which of ours.
 *
 * Policy. IPv4 first: a wrong reverse name costs more under IPv6, and most senders have one there. Only families that we have
 * a local address of, when local addresses are given. Private, loopback, link-local, shared (RFC 6598), multicast and
 * reserved addresses are refused unless allowed: mail must not be a way into the network it is sent from. Documentation
 * ranges are not routed anywhere, so they are not worth a rule.
 */
import { SPECIAL_RANGES, specialRange } from '../ambient/special-ranges.ts'
import type { FoundAddress } from '../dns/index.ts'
import type { Egress, Source } from '../model/egress.ts'
import type { Skipped } from '../model/route.ts'

export type FamilyPolicy = 'auto' | 4 | 6

export interface AddressPolicy {
  readonly ipFamily: FamilyPolicy
  readonly allowPrivateAddresses: boolean
  readonly egress: Egress
}

/** More than a host has; the rest is not tried. */
const MAX_PER_HOST = 10

/** Documentation ranges are routed nowhere: they are no way in. */
const WAYS_IN = SPECIAL_RANGES.filter(({ documentation }) => !documentation)

export function isPrivateAddress({ address }: FoundAddress): boolean {
  return specialRange(address, WAYS_IN) !== undefined
}

/** The families that can be of use, in the order in which they are tried. */
export function familiesOf({ ipFamily, egress }: Pick<AddressPolicy, 'ipFamily' | 'egress'>): readonly (4 | 6)[] {
  const wanted: readonly (4 | 6)[] = ipFamily === 'auto' ? [4, 6] : [ipFamily]
  return wanted.filter(family => egress.sources.length === 0 || sourcesOf(egress, family).length > 0)
}

export function sourcesOf(egress: Egress, family: 4 | 6): readonly Source[] {
  return egress.sources.filter(({ address }) => address.includes(':') === (family === 6))
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
