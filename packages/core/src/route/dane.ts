/**
 * DANE: the TLSA records of a mail host, when they may be believed. RFC 7672 §2.2.
 *
 * Policy. Nothing is asked unless the MX and the address answers are authentic: an insecure zone can have no TLSA records that
 * mean anything, and its name servers may choke on the question (§2.1.1). A host that is a CNAME has them at the end of the
 * chain or else under its own name (§2.2.2); when only the alias itself is secure, under its own name. Records that SMTP
 * cannot use leave TLS required without authentication. A look-up that fails is never taken for "no records" (§2.1.2).
 *
 * Not here: matching certificates (smtp/dane.ts), what is required in the end (requirement.ts).
 */
import { DnsError, type Found, type FoundAddress, lookupCname, lookupTlsa, type Resolver } from '../dns/index.ts'
import { type Domain, parseDomain } from '../model/address.ts'
import type { TlsaRecord } from '../model/route.ts'

export type DaneFound =
  | { readonly kind: 'none'; readonly ttl: number }
  | {
      readonly kind: 'usable'
      readonly records: readonly TlsaRecord[]
      /** The TLSA base domain: the name to send as SNI. RFC 7672 §8.1 */
      readonly base: Domain
      /** Reference identifiers for DANE-TA, the base first. RFC 7672 §3.2.2 */
      readonly names: readonly Domain[]
      readonly ttl: number
    }
  | { readonly kind: 'unusable'; readonly base: Domain; readonly ttl: number }
  | { readonly kind: 'failed'; readonly detail: string }

export interface DaneQuestion {
  /** As the MX record or the configuration names it. */
  readonly host: Domain
  readonly port: number
  /** The next-hop domain, for certificates that name it. */
  readonly domain: Domain
  readonly mxAuthentic: boolean
  readonly addresses: Pick<Found<FoundAddress>, 'names' | 'authentic'>
}

/** Digest lengths of matching types 1 and 2; 0 is the whole. RFC 6698 §2.1.3 */
const HEX_LENGTHS = [undefined, 64, 128] as const

export async function findDane(resolver: Resolver, question: DaneQuestion, signal: AbortSignal): Promise<DaneFound> {
  if (!question.mxAuthentic) return { kind: 'none', ttl: Number.POSITIVE_INFINITY }
  try {
    let ttl = Number.POSITIVE_INFINITY
    for (const base of await baseDomains(resolver, question, signal)) {
      const found = await lookupTlsa(resolver, `_${question.port}._tcp.${base}`, signal)
      ttl = Math.min(ttl, found.ttl)
      // An insecure answer, even "there are none", ends it for this name only. RFC 7672 §2.2.3
      if (!found.authentic || found.values.length === 0) continue
      const records = found.values.filter(isUsable)
      if (records.length === 0) return { kind: 'unusable', base, ttl }
      return { kind: 'usable', records, base, names: [...new Set([base, question.host, question.domain])], ttl }
    }
    return { kind: 'none', ttl }
  } catch (error) {
    if (!(error instanceof DnsError)) throw error
    return { kind: 'failed', detail: error.message }
  }
}

async function baseDomains(
  resolver: Resolver,
  { host, addresses }: DaneQuestion,
  signal: AbortSignal,
): Promise<readonly Domain[]> {
  const end = parseDomain(addresses.names.at(-1) ?? host)
  const isAlias = end !== host
  if (addresses.authentic) return isAlias && typeof end === 'string' ? [end, host] : [host]
  if (!isAlias) return []
  const alias = await lookupCname(resolver, host, signal)
  return alias.authentic && alias.values.length > 0 ? [host] : []
}

/** RFC 7672 §3.1: usages 2 and 3 alone; unknown parameters and impossible lengths cannot match anything. */
function isUsable({ usage, selector, matching, data }: TlsaRecord): boolean {
  if ((usage !== 2 && usage !== 3) || (selector !== 0 && selector !== 1) || matching > 2 || data === '') return false
  const length = HEX_LENGTHS[matching]
  return length === undefined || data.length === length
}
