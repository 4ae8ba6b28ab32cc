/**
 * Route: where mail for a domain goes, in what order, and how safely; or NoRoute: why nowhere.
 *
 * Policy. A TlsRequirement is one point of a lattice: the levels are ordered, and the strictest source wins
 * (route/requirement.ts joins them). `verified` always says how: by names under the web PKI, or by TLSA records.
 * A NoRoute says what was seen, not whether that will pass: outcome/classify.ts judges.
 */
import type { Domain } from './address.ts'
import type { Departure } from './egress.ts'

export const TLS_LEVELS = ['none', 'opportunistic', 'encrypted', 'verified'] as const
/** `none` only where configured for a smarthost on a trusted wire. */
export type TlsLevel = (typeof TLS_LEVELS)[number]

/** RFC 6698 §2.1 */
export interface TlsaRecord {
  readonly usage: number
  readonly selector: number
  readonly matching: number
  /** Lower-case hexadecimal. */
  readonly data: string
}

/** Who asked for it; the first is the one that decided. */
export type TlsSource = 'default' | 'configured' | 'mta-sts' | 'dane' | 'requiretls' | 'provider'

export interface TlsRequirement {
  readonly level: TlsLevel
  readonly sources: readonly TlsSource[]
  /** How `verified` is checked; absent below it. */
  readonly verify?:
    | { readonly by: 'dane'; readonly records: readonly TlsaRecord[]; readonly names: readonly Domain[] }
    | { readonly by: 'pkix'; readonly names: readonly Domain[] }
  /** The name to send as SNI. RFC 7672 §8.1, RFC 8461 §7.1 */
  readonly sni: Domain
  /** The next hop must itself offer REQUIRETLS (RFC 8689 §4.1). */
  readonly requireTls?: boolean
}

/** Login towards a smarthost. */
export interface Login {
  readonly user: string
  readonly password: string
  /** @default 'auto': the strongest that both sides know */
  readonly method?: 'auto' | 'plain' | 'login' | 'xoauth2'
}

/** How much one mail site bears. */
export interface SiteLimits {
  readonly connections: number
  readonly messagesPerConnection: number
  readonly recipientsPerTransaction: number
}

/** One address of one mail host. */
export interface Hop {
  /** The MX or smarthost name. */
  readonly host: Domain
  /** The IPv4 or IPv6 address that is connected to. */
  readonly address: string
  /** The IP version of `address`. */
  readonly family: 4 | 6
  /** The TCP port: `delivery.port` for mail hosts, that of the route for a smarthost. */
  readonly port: number
  /** Of the MX record: lower is tried first. 0 for a smarthost. */
  readonly preference: number
  /** The weakest TLS that mail may go by, and who demands it. */
  readonly tls: TlsRequirement
  /** TLS from the first octet (RFC 8314 §3.3), smarthosts only. */
  readonly implicitTls: boolean
  /** The login of a smarthost; absent where mail is handed over without one. */
  readonly login?: Login
  /** Which of our addresses it leaves from, and with which EHLO name. */
  readonly departure: Departure
  /** Where it may leave from instead, the next best first. @default nowhere */
  readonly otherDepartures?: readonly Departure[]
  /** How many connections, messages and recipients at once it is given. */
  readonly limits: SiteLimits
}

/** A host or address that was found and will not be tried, and why. */
export interface Skipped {
  readonly host: string
  readonly address?: string
  readonly because:
    | 'is-ourselves'
    | 'behind-ourselves'
    | 'not-an-mta-sts-host'
    | 'dane-lookup-failed'
    | 'no-address'
    | 'lookup-failed'
    | 'is-an-ip-address'
    | 'private-address'
    | 'no-egress-of-this-family'
    | 'over-the-cap'
    | 'requiretls-name-unproved'
    | 'requiretls-name-unknown'
    | 'invalid-name'
  readonly detail: string
}

/** The policies that were found for the domain, for people and reports. */
export interface PolicyFound {
  readonly mtaSts?: {
    readonly mode: 'enforce' | 'testing' | 'none'
    readonly id: string
    readonly mx: readonly string[]
    readonly from: 'fetched' | 'cache'
    readonly until: number
    /** The policy file, line by line, as TLSRPT reports quote it (RFC 8460 §4.3). */
    readonly lines: readonly string[]
  }
  /** Why a policy that was announced could not be had. */
  readonly mtaStsProblem?: string
  /** Whether DANE can be used at all here, and if not, why. */
  readonly dane: 'usable' | 'off-untrusted-resolver' | 'mx-not-authentic'
}

/** The mail hosts of a domain, in the order that they are tried. */
export interface Route {
  /** Tells a route from a `NoRoute`. */
  readonly kind: 'route'
  /** The recipient domain that was asked for. */
  readonly domain: Domain
  /** Which set of mail hosts: the key of site queues, session pools and windows. */
  readonly site: string
  /** How it was found: by MX, by the address of the domain itself (RFC 5321 §5.1), by `routes[]`, by `[192.0.2.1]` in the address, or a test domain. */
  readonly via: 'mx' | 'implicit-mx' | 'smarthost' | 'address-literal' | 'test-address'
  /** The addresses to try, best first; at least one. */
  readonly hops: readonly Hop[]
  /** What was found and will not be tried, with the reason. */
  readonly skipped: readonly Skipped[]
  /** What MTA-STS and DANE say of the domain. */
  readonly policy: PolicyFound
}

export const NO_ROUTE_REASONS = {
  'no-such-domain': 'The name does not exist (NXDOMAIN). RFC 5321 §5.1',
  'no-mail-host': 'The name exists, with neither MX nor address. RFC 5321 §5.1',
  'null-mx': 'The domain says that it takes no mail. RFC 7505',
  'mx-unusable': 'Every MX names an IP address, a forbidden name or a host that does not exist.',
  'loops-back': 'The best MX is this host itself. RFC 5321 §5.1',
  'private-only': 'Every address of its mail hosts is private or loopback.',
  'no-common-family': 'Its mail hosts have only addresses of a family that we cannot send from.',
  'dns-failed': 'The name servers did not give an answer (SERVFAIL, timeout, refused).',
  'policy-lookup-failed': 'What the TLS policy demands could not be found out, so nothing is guessed.',
  'policy-refuses-all': 'No mail host fits what MTA-STS demands.',
  'requiretls-impossible': 'Nothing proves the names of its mail hosts, as REQUIRETLS demands. RFC 8689 §4.2.1',
} as const
export type NoRouteReason = keyof typeof NO_ROUTE_REASONS

/** Why mail to a domain has no way to go. */
export interface NoRoute {
  /** Tells it from a `Route`. */
  readonly kind: 'no-route'
  /** The recipient domain that was asked for. */
  readonly domain: Domain
  /** Why, as one of the list above. */
  readonly reason: NoRouteReason
  /** What was seen, in a sentence: the names and answers of this case. */
  readonly detail: string
  /** The hosts and addresses that were found and cannot be used, with the reason of each. */
  readonly skipped: readonly Skipped[]
  /** What MTA-STS and DANE say of the domain. */
  readonly policy: PolicyFound
}

/** Domains whose mail goes nowhere: what becomes of it is played, as far as `delivery.testAddresses` says so. */
const TEST_DOMAINS: ReadonlySet<string> = new Set(['resend.dev', 'postrider.test'])

/** Whether a domain is one whose mail goes nowhere, such as `postrider.test`: with `delivery.testAddresses` it is played. */
export function isTestDomain(domain: string): boolean {
  return TEST_DOMAINS.has(domain)
}

/** As it may be shown. Of services that log in by one token, the user name is the password. */
export function withoutPassword(hop: Hop): Hop {
  if (hop.login === undefined) return hop
  const { user, password } = hop.login
  return { ...hop, login: { ...hop.login, user: user === password ? '****' : user, password: '****' } }
}
