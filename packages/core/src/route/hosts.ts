/**
 * Hosts: one mail host to its hops, or why it is not tried: addresses, DANE, MTA-STS, and what all of them demand.
 *
 * Policy. A host that enforced MTA-STS does not list is not tried (RFC 8461 §5). Under REQUIRETLS the name of the host must
 * itself be proved, by DNSSEC or by an MTA-STS policy that lists it, or a certificate for it proves nothing (RFC 8689 §4.2.1).
 * A TLSA look-up that fails takes the host out, for it cannot be known what it demands (RFC 7672 §2.1.2).
 *
 * Not here: which hosts there are (destination.ts), the order of hosts (find-route.ts).
 */
import { DnsError, type FoundAddress, type FoundAddresses, lookupAddresses, type Resolver } from '../dns/index.ts'
import type { Domain } from '../model/address.ts'
import { type Departure, type Egress, sourceOf, systemSource } from '../model/egress.ts'
import type { Hop, Login, SiteLimits, Skipped, TlsLevel, TlsRequirement } from '../model/route.ts'
import { type AddressPolicy, chooseAddresses, familiesOf, sourcesOf } from './addresses.ts'
import { type DaneFound, findDane } from './dane.ts'
import type { StsFound } from './mta-sts/discover.ts'
import { allowsHost } from './mta-sts/policy.ts'
import { heedsPolicies, requirementOf, type TlsNeeds } from './requirement.ts'

/** A mail host and everything that is already known about it. */
export interface Candidate {
  readonly host: Domain
  readonly preference: number
  readonly port: number
  /** The next-hop domain. */
  readonly domain: Domain
  /** The name of the host is proved by DNSSEC, or was given by the operator. */
  readonly nameProved: boolean
  readonly sts: StsFound
  readonly floor: TlsLevel
  readonly provider?: TlsLevel
  readonly needs: TlsNeeds
  readonly limits: SiteLimits
  readonly implicitTls: boolean
  readonly login?: Login
}

export interface Examined {
  readonly host: Domain
  readonly preference: number
  readonly hops: readonly Hop[]
  readonly skipped: readonly Skipped[]
  /** Seconds. */
  readonly ttl: number
}

/** What is left out because nothing is known lasts this long, in seconds. */
const TROUBLE_TTL_S = 30
const BOTH = [4, 6] as const

/** Rejects only when the signal aborts. */
export async function examineHost(
  candidate: Candidate,
  { resolver, policy }: { readonly resolver: Resolver; readonly policy: AddressPolicy },
  signal: AbortSignal,
): Promise<Examined> {
  const { host, preference } = candidate
  const out = (because: Skipped['because'], detail: string, ttl: number): Examined => ({
    host,
    preference,
    hops: [],
    skipped: [{ host, because, detail }],
    ttl,
  })
  const forbidden = forbiddenBecause(candidate)
  if (forbidden !== undefined) return out(forbidden.because, forbidden.detail, candidate.sts.ttl)

  const found = await addressesOf(resolver, { host, policy }, signal)
  if (found instanceof DnsError) return out('lookup-failed', found.message, TROUBLE_TTL_S)
  if (found.values.length === 0) {
    const why = found.missing === 'nxdomain' ? 'the name does not exist' : 'the name has no address'
    return out('no-address', why, found.ttl)
  }
  const { addresses, skipped } = chooseAddresses(host, found.values, policy)
  const ttl = found.trouble === undefined ? found.ttl : TROUBLE_TTL_S
  if (addresses.length === 0) return { host, preference, hops: [], skipped, ttl }

  const dane = await daneOf(candidate, { resolver, found }, signal)
  if (dane.kind === 'failed') return out('dane-lookup-failed', dane.detail, TROUBLE_TTL_S)
  const tls = requirementOf(demandsOf(candidate, dane))
  const hops = hopsOf(candidate, addresses, { tls, egress: policy.egress })
  return { host, preference, hops, skipped, ttl: Math.min(ttl, dane.ttl) }
}

function forbiddenBecause({
  host,
  needs,
  sts,
  nameProved,
}: Candidate): Pick<Skipped, 'because' | 'detail'> | undefined {
  const { policy } = sts
  const listed = policy !== undefined && policy.mode !== 'none' && allowsHost(policy, host)
  if (heedsPolicies(needs) && policy?.mode === 'enforce' && !listed) {
    return { because: 'not-an-mta-sts-host', detail: `the MTA-STS policy allows ${policy.mx.join(', ')}` }
  }
  if (needs.requireTls && !nameProved && !listed) {
    const detail = 'REQUIRETLS, and neither DNSSEC nor MTA-STS proves the name of the host (RFC 8689 §4.2.1)'
    // A policy that was announced, or a record that could not be looked up, may prove it later.
    return sts.problem === undefined
      ? { because: 'requiretls-name-unproved', detail }
      : { because: 'requiretls-name-unknown', detail: `${detail}: ${sts.problem}` }
  }
  return undefined
}

async function addressesOf(
  resolver: Resolver,
  { host, policy }: { readonly host: Domain; readonly policy: AddressPolicy },
  signal: AbortSignal,
): Promise<FoundAddresses | DnsError> {
  const families = familiesOf(policy)
  try {
    const found = await lookupAddresses(
      resolver,
      { name: host, families: families.length === 0 ? BOTH : families },
      signal,
    )
    if (found.values.length > 0 || families.length !== 1 || found.missing === 'nxdomain') return found
    // "No address" and "no address for us" are different answers to the sender.
    return await lookupAddresses(resolver, { name: host, families: BOTH }, signal)
  } catch (error) {
    if (error instanceof DnsError) return error
    throw error
  }
}

async function daneOf(
  { host, port, domain, nameProved, needs, floor }: Candidate,
  { resolver, found }: { readonly resolver: Resolver; readonly found: FoundAddresses },
  signal: AbortSignal,
): Promise<DaneFound> {
  // A floor of `none` is a wire that the operator trusts.
  const isOff = !heedsPolicies(needs) || (floor === 'none' && !needs.requireTls)
  if (isOff) return { kind: 'none', ttl: Number.POSITIVE_INFINITY }
  return findDane(resolver, { host, port, domain, mxAuthentic: nameProved, addresses: found }, signal)
}

function demandsOf(
  candidate: Candidate,
  dane: Exclude<DaneFound, { kind: 'failed' }>,
): Parameters<typeof requirementOf>[0] {
  const { host, floor, provider, needs, sts } = candidate
  const mode = sts.policy?.mode
  return {
    host,
    floor,
    dane,
    needs,
    ...(provider === undefined ? {} : { provider }),
    ...(mode === undefined ? {} : { mtaSts: mode }),
  }
}

function hopsOf(
  candidate: Candidate,
  addresses: readonly FoundAddress[],
  hop: { tls: TlsRequirement; egress: Egress },
): readonly Hop[] {
  const { host, port, preference, implicitTls, login, limits, domain } = candidate
  return addresses.map(({ address, family }) => ({
    host,
    address,
    family,
    port,
    preference,
    tls: hop.tls,
    implicitTls,
    ...(login === undefined ? {} : { login }),
    ...departures(domain, hop.egress, family),
    limits,
  }))
}

/** A host whose addresses are known: nothing to look up, and no name that DANE or MTA-STS could speak of. */
export function examineKnown(candidate: Candidate, known: readonly string[], policy: AddressPolicy): Examined {
  const { host, preference } = candidate
  const found = known.map((address): FoundAddress => ({ address, family: address.includes(':') ? 6 : 4 }))
  const { addresses, skipped } = chooseAddresses(host, found, policy)
  const tls = requirementOf(demandsOf(candidate, { kind: 'none', ttl: Number.POSITIVE_INFINITY }))
  const hops = hopsOf(candidate, addresses, { tls, egress: policy.egress })
  return { host, preference, hops, skipped, ttl: Number.POSITIVE_INFINITY }
}

function departures(domain: Domain, egress: Egress, family: 4 | 6): Pick<Hop, 'departure' | 'otherDepartures'> {
  const [departure, ...otherDepartures] = departuresOf(domain, egress, family)
  return { departure, ...(otherDepartures.length > 0 && { otherDepartures }) }
}

/**
 * The same local address for the same domain: greylisting knows us by it. Of several each domain has an order of its own (rendezvous
 * hashing, by weight), so that one that is added or gone moves no more domains than it has to.
 */
function departuresOf(domain: Domain, egress: Egress, family: 4 | 6): readonly [Departure, ...Departure[]] {
  const { hostname } = egress
  const ranked = sourcesOf(egress, family)
    .map(source => ({ source, rank: -source.weight / Math.log(part(`${source.address} ${domain}`)) }))
    .sort((one, other) => other.rank - one.rank)
    .map(
      ({ source: { address, pool, ...own } }): Departure => ({
        hostname: own.hostname ?? hostname,
        source: sourceOf(address),
        localAddress: address,
        ...(pool !== undefined && { pool }),
      }),
    )
  const [first, ...others] = ranked
  return first === undefined ? [{ hostname, source: systemSource(hostname, family) }] : [first, ...others]
}

/** More than nothing and less than one. */
function part(text: string): number {
  return (hash(text) + 0.5) / 2 ** 32
}

/** FNV-1a, and a last stir, for names that differ in few letters. */
function hash(text: string): number {
  let sum = 0x811c9dc5
  for (let index = 0; index < text.length; index++) sum = Math.imul(sum ^ text.charCodeAt(index), 0x01000193)
  sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b)
  return (sum ^ (sum >>> 13)) >>> 0
}
