/**
 * Overrides: domains whose mail takes another way than their MX.
 *
 * Policy. The first rule that fits is taken. `.example.com` is for everything below example.com, not for itself.
 *
 * Not here: how rules are written and checked (config/).
 */
import type { Domain } from '../model/address.ts'
import type { Login, TlsLevel } from '../model/route.ts'

export interface RouteRule {
  /** `*`, a domain, or a suffix that begins with a dot. */
  readonly domain: '*' | Domain | `.${string}`
  /** The server that takes the mail; its MX records do not matter. */
  readonly host: Domain
  readonly port: number
  /** The least TLS. */
  readonly tls: TlsLevel
  /** TLS from the first octet. RFC 8314 §3.3 */
  readonly implicitTls: boolean
  readonly login?: Login
  /** Connections open at once. */
  readonly concurrency: number
  /** The most recipients of one transaction. @default as for any host */
  readonly recipients?: number
}

export function findRule<Rule extends { readonly domain: string }>(
  rules: readonly Rule[],
  domain: Domain,
): Rule | undefined {
  return rules.find(rule => rule.domain === '*' || rule.domain === domain || isBelow(rule.domain, domain))
}

function isBelow(suffix: string, domain: Domain): boolean {
  return suffix.startsWith('.') && domain.endsWith(suffix) && domain.length > suffix.length
}
