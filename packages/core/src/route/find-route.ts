/**
 * FindRoute: overrides > destination > policy > addresses > hops. A Route, or a NoRoute that says why.
 *
 * Policy. Nothing the internet does is thrown. "Could not be found out" wins over "cannot be used" when no host is left, so
 * that mail waits rather than bounces. What DNS said of the MX and what MTA-STS says are asked at once, and all hosts at once.
 *
 * Not here: keeping routes and shuffling equal hosts (router.ts), what a NoRoute leads to (outcome/).
 */
import { DnsError, type Found, lookupMx, type MxHost, type Resolver } from '../dns/index.ts'
import { type Domain, literalAddress } from '../model/address.ts'
import { ownHostnames } from '../model/egress.ts'
import type { Hop, PolicyFound, Skipped } from '../model/route.ts'
import { limitsOf, providerOf } from '../provider/index.ts'
import { destinationOf, type MailHost } from './destination.ts'
import { literalRoute, smarthostRoute } from './direct.ts'
import { type Candidate, examineHost } from './hosts.ts'
import type { StsFound } from './mta-sts/discover.ts'
import { findRule } from './overrides.ts'
import type { Asked, Routed, RoutePorts } from './ports.ts'
import { reasonFor } from './reason.ts'
import { heedsPolicies } from './requirement.ts'
import { siteOf } from './site.ts'

const MAX_HOPS = 50

/** Rejects only when the signal aborts. */
export async function findRoute(asked: Asked, ports: RoutePorts, signal: AbortSignal): Promise<Routed> {
  const rule = findRule(ports.rules, asked.domain)
  if (rule !== undefined) return smarthostRoute(asked, { rule, ports }, signal)
  const literal = literalAddress(asked.domain)
  return literal === undefined ? mxRoute(asked, ports, signal) : literalRoute(asked, literal, ports)
}

async function mxRoute(asked: Asked, ports: RoutePorts, signal: AbortSignal): Promise<Routed> {
  const { domain, needs } = asked
  const [mx, sts] = await Promise.all([
    mxOf(ports.resolver, domain, signal),
    heedsPolicies(needs) ? ports.discovery.discover(domain, signal) : { ttl: Number.POSITIVE_INFINITY },
  ])
  const authentic = !(mx instanceof DnsError) && mx.authentic
  const policy = policyFound(sts, ports.resolver, authentic)
  if (mx instanceof DnsError) {
    return {
      result: { kind: 'no-route', domain, reason: 'dns-failed', detail: mx.message, skipped: [], policy },
      ttl: 0,
    }
  }
  const destination = destinationOf(domain, mx, ownHostnames(ports.addresses.egress))
  if (destination.kind === 'none') {
    return { result: { ...destination, kind: 'no-route', domain, policy }, ttl: Math.min(mx.ttl, sts.ttl) }
  }

  const candidates = destination.hosts.map(host => mxCandidate(host, { asked, sts, authentic, ports }))
  const examined = await Promise.all(
    candidates.map(each => examineHost(each, { resolver: ports.resolver, policy: ports.addresses }, signal)),
  )
  const ttl = Math.min(mx.ttl, sts.ttl, ...examined.map(each => each.ttl))
  const all = examined.flatMap(each => each.hops)
  const skipped = [...destination.skipped, ...examined.flatMap(each => each.skipped), ...overTheCap(all)]
  if (all.length === 0)
    return { result: { kind: 'no-route', domain, ...reasonFor(skipped, destination.via), skipped, policy }, ttl }
  const site = siteOf(destination.hosts.map(each => each.host))
  return {
    result: { kind: 'route', domain, site, via: destination.via, hops: all.slice(0, MAX_HOPS), skipped, policy },
    ttl,
  }
}

function mxCandidate(
  { host, preference }: MailHost,
  { asked, sts, authentic, ports }: { asked: Asked; sts: StsFound; authentic: boolean; ports: RoutePorts },
): Candidate {
  const provider = providerOf(host)?.tls
  return {
    ...asked,
    host,
    preference,
    sts,
    port: ports.port,
    nameProved: authentic,
    floor: ports.minimumTls,
    limits: limitsOf(host, ports.providers),
    implicitTls: false,
    ...(provider === undefined ? {} : { provider }),
  }
}

async function mxOf(resolver: Resolver, domain: Domain, signal: AbortSignal): Promise<Found<MxHost> | DnsError> {
  try {
    return await lookupMx(resolver, domain, signal)
  } catch (error) {
    if (error instanceof DnsError) return error
    throw error
  }
}

function policyFound(sts: StsFound, resolver: Resolver, mxAuthentic: boolean): PolicyFound {
  const { policy, id, until, from, problem } = sts
  const inForce = policy !== undefined && id !== undefined && until !== undefined && from !== undefined
  return {
    ...(inForce ? { mtaSts: { mode: policy.mode, id, mx: policy.mx, from, until, lines: policy.lines } } : {}),
    ...(problem === undefined ? {} : { mtaStsProblem: problem }),
    dane: !resolver.trustworthy ? 'off-untrusted-resolver' : mxAuthentic ? 'usable' : 'mx-not-authentic',
  }
}

function overTheCap(hops: readonly Hop[]): readonly Skipped[] {
  return hops.slice(MAX_HOPS).map(({ host, address }) => {
    return { host, address, because: 'over-the-cap', detail: `only ${MAX_HOPS} addresses are tried` }
  })
}
