/**
 * Requirement: how safe one host must be: the join of everyone who asks. Pure.
 *
 * Policy. Levels are ordered and the strictest wins. DANE, when present, says how `verified` is checked, in place of the web
 * PKI that MTA-STS asks for (RFC 8461 §2). TLSA records that cannot be used ask for encryption alone (RFC 7672 §2.2).
 * Testing mode asks for nothing. "TLS-Required: No" silences the policies of the receiving side, never a configured floor,
 * and yields to REQUIRETLS (RFC 8689 §4.2.2).
 *
 * Not here: hosts that a policy forbids (find-route.ts), the check of a certificate (smtp/tls.ts).
 */
import type { Domain } from '../model/address.ts'
import { TLS_LEVELS, type TlsLevel, type TlsRequirement, type TlsSource } from '../model/route.ts'
import type { DaneFound } from './dane.ts'

/** What one message asks. */
export interface TlsNeeds {
  /** REQUIRETLS. */
  readonly requireTls: boolean
  /** The header "TLS-Required: No". */
  readonly tlsRequiredNo: boolean
}

export interface Demands {
  readonly host: Domain
  /** `tls.minimum`, or that of the route. */
  readonly floor: TlsLevel
  /** Of the table of providers. */
  readonly provider?: TlsLevel
  /** The mode of the policy in force; the host is known to fit it. */
  readonly mtaSts?: 'enforce' | 'testing' | 'none'
  readonly dane: Exclude<DaneFound, { kind: 'failed' }>
  readonly needs: TlsNeeds
}

/** Whether what the receiving side publishes counts for this message. */
export function heedsPolicies(needs: TlsNeeds): boolean {
  return needs.requireTls || !needs.tlsRequiredNo
}

interface Voice {
  readonly source: TlsSource
  readonly level: TlsLevel
}

export function requirementOf(demands: Demands): TlsRequirement {
  const { host, dane, needs } = demands
  const voices = voicesOf(demands)
  const level = voices.reduce<TlsLevel>((strictest, voice) => join(strictest, voice.level), 'none')
  const deciding = voices.filter(voice => voice.level === level)
  const sources = [...deciding, ...voices.filter(voice => !deciding.includes(voice))].map(voice => voice.source)
  const heeded = heedsPolicies(needs)
  const base = heeded && dane.kind !== 'none' ? dane.base : host
  return {
    level,
    sources: [...new Set(sources)],
    sni: base,
    ...(level === 'verified' ? { verify: verification(demands, heeded) } : {}),
    ...(needs.requireTls ? { requireTls: true } : {}),
  }
}

/** In the order in which they are named as deciding. */
function voicesOf({ floor, provider, mtaSts, dane, needs }: Demands): readonly Voice[] {
  const voices: Voice[] = []
  if (heedsPolicies(needs)) {
    if (dane.kind === 'usable') voices.push({ source: 'dane', level: 'verified' })
    if (mtaSts === 'enforce') voices.push({ source: 'mta-sts', level: 'verified' })
    if (needs.requireTls) voices.push({ source: 'requiretls', level: 'verified' })
    if (dane.kind === 'unusable') voices.push({ source: 'dane', level: 'encrypted' })
    if (provider !== undefined) voices.push({ source: 'provider', level: provider })
  }
  if (floor !== 'opportunistic') voices.push({ source: 'configured', level: floor })
  if (voices.length === 0) voices.push({ source: 'default', level: 'opportunistic' })
  return voices
}

function verification({ host, dane }: Demands, heeded: boolean): NonNullable<TlsRequirement['verify']> {
  if (heeded && dane.kind === 'usable') return { by: 'dane', records: dane.records, names: dane.names }
  return { by: 'pkix', names: [host] }
}

export function join(a: TlsLevel, b: TlsLevel): TlsLevel {
  return TLS_LEVELS.indexOf(a) >= TLS_LEVELS.indexOf(b) ? a : b
}
