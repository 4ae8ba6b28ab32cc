/**
 * Router: findRoute, kept: what DNS and policies said is asked again when the shortest TTL of it ends.
 *
 * Policy. A route is kept for an hour at most, a NoRoute for half a minute, and one that failed not at all. Those who ask at
 * once share one look-up. Hosts of equal preference are shuffled for each use, not for each look-up (RFC 5321 §5.1), so that
 * load is spread. A changed MTA-STS policy ends the routes of its domain at once.
 *
 * Not here: how a route is found (find-route.ts).
 */
import type { Clock } from '../ambient/clock.ts'
import { orAborted } from '../ambient/deadline.ts'
import { type Random, shuffled } from '../ambient/random.ts'
import { TtlCache } from '../ambient/ttl-cache.ts'
import type { Resolver } from '../dns/index.ts'
import type { Domain } from '../model/address.ts'
import type { Egress } from '../model/egress.ts'
import type { Fact } from '../model/fact.ts'
import type { Hop, NoRoute, Route, TlsLevel } from '../model/route.ts'
import type { ProviderOverride } from '../provider/index.ts'
import type { FamilyPolicy } from './addresses.ts'
import { smarthostRoute } from './direct.ts'
import { findRoute } from './find-route.ts'
import { PolicyCache, type PolicyStorage } from './mta-sts/cache.ts'
import { PolicyDiscovery } from './mta-sts/discover.ts'
import { type FetchPolicy, policyFetch } from './mta-sts/fetch.ts'
import type { RouteRule } from './overrides.ts'
import type { RoutePorts } from './ports.ts'
import type { TlsNeeds } from './requirement.ts'

export interface RouterOptions {
  readonly resolver: Resolver
  readonly clock: Clock
  readonly random: Random
  /** As it is now; `forget` when it has changed. */
  readonly egress: () => Egress
  /** The first that fits is taken. @default none */
  readonly routes?: readonly RouteRule[]
  /** What takes the mail that would wait too long, as it is now. @default nobody */
  readonly overflow?: () => RouteRule | undefined
  /** What the operator knows better of a provider. @default none */
  readonly providers?: readonly ProviderOverride[]
  readonly delivery?: {
    /** Of MX hosts. @default 25 */
    readonly port?: number
    /** @default false */
    readonly allowPrivateAddresses?: boolean
    /** @default 'auto' */
    readonly ipFamily?: FamilyPolicy
  }
  readonly tls?: {
    /** @default 'opportunistic' */
    readonly minimum?: TlsLevel
    /** Further authorities for policy hosts, PEM. */
    readonly ca?: string
  }
  readonly mtaSts?: {
    /** Where policies survive a restart. @default nowhere */
    readonly storage?: PolicyStorage
    /** @default HTTPS to mta-sts.DOMAIN */
    readonly fetchPolicy?: FetchPolicy
    /** Of policy hosts, for tests. @default 443 */
    readonly port?: number
  }
  readonly record?: (fact: Fact) => void
}

export interface Router {
  /** Where mail for the domain goes now. Rejects only when the signal aborts, or after close(). */
  findRoute(domain: Domain, needs: TlsNeeds, signal: AbortSignal): Promise<Route | NoRoute>
  /** The way of what would wait too long; undefined: there is none. */
  findOverflow(domain: Domain, needs: TlsNeeds, signal: AbortSignal): Promise<Route | NoRoute> | undefined
  /** Forgets what it found, not the MTA-STS policies. */
  forget(): void
  /** Ends background work and stores the policies. */
  close(): Promise<void>
}

const LONGEST_ROUTE_S = 3_600
const LONGEST_NO_ROUTE_S = 30
const MAX_ROUTES = 20_000

/** A result, and its hops by preference and host where chance has a say in their order. */
interface Plan {
  readonly result: Route | NoRoute
  readonly groups?: readonly (readonly (readonly Hop[])[])[]
}

export function createRouter(options: RouterOptions): Router {
  const { resolver, clock, random, egress, delivery = {}, tls = {}, mtaSts = {}, record } = options
  const allowPrivateAddresses = delivery.allowPrivateAddresses ?? false
  const plans = new TtlCache<string, Plan>({ clock, max: MAX_ROUTES })
  const closing = new AbortController()
  const discovery = new PolicyDiscovery({
    resolver,
    clock,
    cache: new PolicyCache({
      clock,
      ...(mtaSts.storage === undefined ? {} : { storage: mtaSts.storage }),
      onTrouble: (doing, error) => record?.({ kind: 'queue-error', at: clock.now(), doing, detail: String(error) }),
    }),
    fetchPolicy:
      mtaSts.fetchPolicy ??
      policyFetch({ resolver, clock, allowPrivateAddresses, ...certificates(tls.ca), ...portOf(mtaSts.port) }),
    onChange: (domain, policy, id) => {
      for (const needs of ALL_NEEDS) plans.delete(keyOf(domain, needs))
      record?.({ kind: 'sts-policy-changed', at: clock.now(), domain, mode: policy.mode, id })
    },
  })
  const ports: RoutePorts = {
    resolver,
    discovery,
    rules: options.routes ?? [],
    providers: options.providers ?? [],
    port: delivery.port ?? 25,
    get addresses() {
      return { ipFamily: delivery.ipFamily ?? 'auto', allowPrivateAddresses, egress: egress() }
    },
    minimumTls: tls.minimum ?? 'opportunistic',
  }
  const load = async (domain: Domain, needs: TlsNeeds): Promise<{ value: Plan; ttlMs: number }> => {
    const { result, ttl } = await findRoute({ domain, needs }, ports, closing.signal)
    const longest = result.kind === 'route' ? LONGEST_ROUTE_S : LONGEST_NO_ROUTE_S
    return { value: planOf(result), ttlMs: mayPass(result) ? 0 : Math.min(ttl, longest) * 1000 }
  }
  return {
    findRoute: async (domain, needs, signal) => {
      const key = keyOf(domain, needs)
      const plan =
        plans.get(key) ??
        (await orAborted(
          plans.getOrLoad(key, () => load(domain, needs)),
          signal,
        ))
      return use(plan, random)
    },
    findOverflow: (domain, needs, signal) => {
      const rule = options.overflow?.()
      return rule && smarthostRoute({ domain, needs }, { rule, ports }, signal).then(({ result }) => result)
    },
    forget: () => plans.clear(),
    close: async () => {
      closing.abort(new Error('the router was closed'))
      await discovery.close()
    },
  }
}

function certificates(ca: string | undefined): { ca?: string } {
  return ca === undefined ? {} : { ca }
}

function portOf(port: number | undefined): { port?: number } {
  return port === undefined ? {} : { port }
}

const ALL_NEEDS: readonly TlsNeeds[] = [false, true].flatMap(requireTls =>
  [false, true].map(tlsRequiredNo => ({ requireTls, tlsRequiredNo })),
)

function keyOf(domain: Domain, { requireTls, tlsRequiredNo }: TlsNeeds): string {
  return `${requireTls ? 'r' : ''}${tlsRequiredNo ? 'n' : ''} ${domain}`
}

/** Worth asking again at once, next time. */
function mayPass(result: Route | NoRoute): boolean {
  return result.kind === 'no-route' && (result.reason === 'dns-failed' || result.reason === 'policy-lookup-failed')
}

function planOf(result: Route | NoRoute): Plan {
  if (result.kind === 'no-route') return { result }
  const groups = grouped(result.hops, hop => hop.preference).map(group => grouped(group, hop => hop.host))
  return groups.every(hosts => hosts.length === 1) ? { result } : { result, groups }
}

/** Neighbours with the same key, together. */
function grouped<T>(items: readonly T[], keyOf: (item: T) => unknown): T[][] {
  const groups: T[][] = []
  for (const item of items) {
    const last = groups.at(-1)
    if (last?.[0] !== undefined && keyOf(last[0]) === keyOf(item)) last.push(item)
    else groups.push([item])
  }
  return groups
}

function use({ result, groups }: Plan, random: Random): Route | NoRoute {
  if (groups === undefined || result.kind === 'no-route') return result
  const hops = groups.flatMap(hosts => (hosts.length === 1 ? (hosts[0] ?? []) : shuffled(hosts, random).flat()))
  return { ...result, hops }
}
