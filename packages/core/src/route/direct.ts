/**
 * Direct: routes that no MX decides: a smarthost that the operator names, and a domain that is an address literal.
 *
 * Policy. Who names a host means it: its name needs no proof, MTA-STS (which is about MX hosts) has no say, and a smarthost
 * may stand in a private network. DANE still counts where the host publishes it. RFC 7672 §2.2
 */
import { type Domain, literalAddress } from '../model/address.ts'
import type { PolicyFound, Route } from '../model/route.ts'
import { DEFAULT_LIMITS } from '../provider/index.ts'
import { type Candidate, type Examined, examineHost, examineKnown } from './hosts.ts'
import type { RouteRule } from './overrides.ts'
import type { Asked, Routed, RoutePorts } from './ports.ts'
import { reasonFor } from './reason.ts'
import { siteOf, smarthostSite } from './site.ts'

/** Rejects only when the signal aborts. */
export async function smarthostRoute(
  asked: Asked,
  { rule, ports }: { readonly rule: RouteRule; readonly ports: RoutePorts },
  signal: AbortSignal,
): Promise<Routed> {
  const { host, port, implicitTls, tls, login, concurrency, recipients } = rule
  const candidate: Candidate = {
    ...asked,
    host,
    port,
    preference: 0,
    nameProved: true,
    sts: { ttl: Number.POSITIVE_INFINITY },
    floor: tls,
    limits: {
      ...DEFAULT_LIMITS,
      connections: concurrency,
      ...(recipients === undefined ? {} : { recipientsPerTransaction: recipients }),
    },
    implicitTls,
    ...(login === undefined ? {} : { login }),
  }
  const policy = { ...ports.addresses, allowPrivateAddresses: true }
  const known = knownAddresses(host)
  const examined =
    known === undefined
      ? await examineHost(candidate, { resolver: ports.resolver, policy }, signal)
      : examineKnown(candidate, known, policy)
  return routed(asked, examined, {
    via: 'smarthost',
    site: smarthostSite(host, port),
    policy: { dane: ports.resolver.trustworthy ? 'usable' : 'off-untrusted-resolver' },
  })
}

/** RFC 5321 §4.1.3, §5: an address literal is its own mail host. */
export function literalRoute(asked: Asked, address: string, ports: RoutePorts): Routed {
  const { domain } = asked
  const candidate: Candidate = {
    ...asked,
    host: domain,
    port: ports.port,
    preference: 0,
    nameProved: true,
    sts: { ttl: Number.POSITIVE_INFINITY },
    floor: ports.minimumTls,
    limits: DEFAULT_LIMITS,
    implicitTls: false,
  }
  return routed(asked, examineKnown(candidate, [address], ports.addresses), {
    via: 'address-literal',
    site: siteOf([domain]),
    policy: { dane: ports.resolver.trustworthy ? 'mx-not-authentic' : 'off-untrusted-resolver' },
  })
}

/** Those of a host that is an address, or this machine, of which no name server is asked (RFC 6761 §6.3). */
function knownAddresses(host: Domain): readonly string[] | undefined {
  if (host === 'localhost' || host.endsWith('.localhost')) return ['127.0.0.1', '::1']
  const literal = literalAddress(host)
  return literal === undefined ? undefined : [literal]
}

interface Direct {
  readonly via: Route['via']
  readonly site: string
  readonly policy: PolicyFound
}

function routed({ domain }: Asked, { hops, skipped, ttl }: Examined, { via, site, policy }: Direct): Routed {
  if (hops.length > 0) return { result: { kind: 'route', domain, site, via, hops, skipped, policy }, ttl }
  return { result: { kind: 'no-route', domain, ...reasonFor(skipped, via), skipped, policy }, ttl }
}
