/**
 * RoutePorts: what finding a route needs, and what it gives.
 */
import type { Resolver } from '../dns/index.ts'
import type { Domain } from '../model/address.ts'
import type { NoRoute, Route, TlsLevel } from '../model/route.ts'
import type { ProviderOverride } from '../provider/index.ts'
import type { AddressPolicy } from './addresses.ts'
import type { PolicyDiscovery } from './mta-sts/discover.ts'
import type { RouteRule } from './overrides.ts'
import type { TlsNeeds } from './requirement.ts'

export interface RoutePorts {
  readonly resolver: Resolver
  readonly discovery: PolicyDiscovery
  readonly rules: readonly RouteRule[]
  readonly providers: readonly ProviderOverride[]
  /** Of MX hosts. */
  readonly port: number
  readonly addresses: AddressPolicy
  readonly minimumTls: TlsLevel
}

/** A result and how many seconds it stays good. */
export interface Routed {
  readonly result: Route | NoRoute
  readonly ttl: number
}

export interface Asked {
  readonly domain: Domain
  readonly needs: TlsNeeds
}
