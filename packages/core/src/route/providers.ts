/**
 * Providers: what the large ones bear and demand, by the suffix of their mail hosts.
 *
 * Policy. Data; a row is matched on the MX host, never on the recipient domain, because their customers' domains are theirs
 * too. `shared` rows are one site whichever of their hosts a domain names. The figures are where a lane begins: pace lowers
 * them when a provider complains. Rows with `tls` refuse or penalise plain text.
 *
 * Not here: what their replies mean (outcome/reply-rules.ts).
 */
import type { Domain } from '../model/address.ts'
import type { SiteLimits, TlsLevel } from '../model/route.ts'

export interface Provider {
  readonly id: string
  /** Each begins with a dot. */
  readonly suffixes: readonly `.${string}`[]
  readonly shared: boolean
  readonly limits?: Partial<SiteLimits>
  readonly tls?: Extract<TlsLevel, 'encrypted'>
  readonly source: string
}

/** Everyone else: Postfix starts at 5 and stops at 20; RFC 5321 §4.5.3.1.8 has every server take 100 recipients. */
export const DEFAULT_LIMITS: SiteLimits = { connections: 10, messagesPerConnection: 100, recipientsPerTransaction: 100 }

export const PROVIDERS: readonly Provider[] = [
  {
    id: 'google',
    suffixes: ['.google.com', '.googlemail.com'],
    shared: true,
    limits: { connections: 5, messagesPerConnection: 50 },
    tls: 'encrypted',
    source: 'Google: Email sender guidelines (TLS); limits of public MTA traffic-shaping data, 2026-11',
  },
  {
    id: 'yahoo',
    suffixes: ['.yahoodns.net'],
    shared: true,
    limits: { messagesPerConnection: 20 },
    source: 'Yahoo: Sender best practices (limited messages per connection); public MTA traffic-shaping data, 2026-11',
  },
  {
    id: 'outlook',
    suffixes: ['.olc.protection.outlook.com'],
    shared: true,
    limits: { connections: 5, messagesPerConnection: 50 },
    source: 'public MTA traffic-shaping data, 2026-11; Microsoft allows 500 connections',
  },
  {
    id: 'icloud',
    suffixes: ['.icloud.com'],
    shared: true,
    limits: { connections: 10, messagesPerConnection: 5 },
    source: 'public MTA traffic-shaping data, 2026-11',
  },
  {
    id: 'comcast',
    suffixes: ['.comcast.net'],
    shared: true,
    limits: { connections: 25, messagesPerConnection: 1000 },
    tls: 'encrypted',
    source: 'Comcast postmaster page (25 connections, 1000 messages); public MTA traffic-shaping data, 2026-11',
  },
  {
    id: 'mimecast',
    suffixes: ['.mimecast.com'],
    shared: false,
    limits: { connections: 10, messagesPerConnection: 100 },
    source: 'public MTA traffic-shaping data, 2026-11',
  },
  {
    id: 'orange',
    suffixes: ['.orange.fr'],
    shared: true,
    limits: { connections: 2, messagesPerConnection: 100 },
    source: 'Orange postmaster page (2 connections); public MTA traffic-shaping data, 2026-11',
  },
  {
    id: 'gmx',
    suffixes: ['.gmx.net', '.web.de'],
    shared: true,
    limits: { connections: 4, messagesPerConnection: 20 },
    tls: 'encrypted',
    source: 'public MTA traffic-shaping data, 2026-11',
  },
  {
    id: 'qq',
    suffixes: ['.qq.com'],
    shared: true,
    limits: { connections: 4, messagesPerConnection: 8 },
    tls: 'encrypted',
    source: 'public MTA traffic-shaping data, 2026-11',
  },
  {
    id: 'netease',
    suffixes: ['.netease.com'],
    shared: true,
    limits: { connections: 4, messagesPerConnection: 7 },
    source: 'public MTA traffic-shaping data, 2026-11',
  },
  {
    id: 'barracuda',
    suffixes: ['.barracudanetworks.com'],
    shared: false,
    limits: { connections: 10, messagesPerConnection: 15 },
    source: 'public MTA traffic-shaping data, 2026-11',
  },
]

export function providerOf(host: Domain): Provider | undefined {
  return PROVIDERS.find(provider => provider.suffixes.some(suffix => host.endsWith(suffix)))
}

export function limitsOf(host: Domain): SiteLimits {
  return { ...DEFAULT_LIMITS, ...providerOf(host)?.limits }
}
