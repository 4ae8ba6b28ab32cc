/**
 * Create: the resolver of a mailer, from its options: servers, one deadline, cache.
 *
 * Not here: the fake of the tests (testing/fake-dns.ts).
 */
import type { Clock } from '../ambient/clock.ts'
import { type Kind, requireKeys, requireKind } from '../model/wrong-value.ts'
import { cachingResolver } from './cache.ts'
import type { DohOptions } from './doh.ts'
import { dohExchange } from './doh.ts'
import type { Exchange } from './exchange.ts'
import { readResolvConf } from './resolv-conf.ts'
import type { OpenResolver } from './resolver.ts'
import { isLocalValidator, parseServer } from './server.ts'
import { udpExchange } from './udp.ts'
import { upstreamResolver } from './upstream.ts'

/** Which servers are asked, and for how long. */
export interface ResolverOptions {
  /** `ip`, `ip:port`, `[ipv6]:port` or `https://host/dns-query`, in the order to ask. @default those of /etc/resolv.conf */
  readonly servers?: readonly string[]
  /** For one question, over all servers. @default 10000 */
  readonly timeoutMs?: number
  /** Whether AD bits are believed; `auto`: of servers on loopback, or when resolv.conf says so. @default 'auto' */
  readonly trustAd?: boolean | 'auto'
  /** Kept answers; 0 keeps none. @default 10000 */
  readonly cacheEntries?: number
  /** For DNS over HTTPS. */
  readonly https?: DohOptions
  /** What times out questions and ages kept answers. */
  readonly clock: Clock
}

const OPTIONS = {
  servers: 'array',
  timeoutMs: 'count',
  trustAd: 'any',
  cacheEntries: 'count',
  https: 'object',
  clock: 'object',
} as const satisfies Record<keyof ResolverOptions, Kind>

/**
 * Opens a resolver that asks the servers given, over UDP, TCP or HTTPS, and keeps answers as long as they say.
 * @throws MailerError `invalid-option` for a server that is none.
 */
export function createResolver(options: ResolverOptions): OpenResolver {
  requireKeys(options, { code: 'invalid-option', where: 'options', kinds: OPTIONS })
  requireKind(options.clock, 'object', { code: 'invalid-option', where: 'options.clock' })
  const { clock, timeoutMs, cacheEntries } = options
  const system = options.servers === undefined || options.servers.length === 0 ? readResolvConf() : undefined
  const trustAd = options.trustAd ?? 'auto'
  const exchanges = (system?.servers ?? options.servers ?? []).map((text): Exchange => {
    const server = parseServer(text)
    const trusted = trustAd === 'auto' ? (system?.trustAd ?? false) || isLocalValidator(server) : trustAd
    return server.kind === 'udp' ? udpExchange(server, trusted) : dohExchange(server, trusted, options.https)
  })
  const upstream = upstreamResolver({ exchanges, clock, ...(timeoutMs === undefined ? {} : { timeoutMs }) })
  if (cacheEntries === 0) return upstream
  return cachingResolver(upstream, { clock, ...(cacheEntries === undefined ? {} : { maxEntries: cacheEntries }) })
}
