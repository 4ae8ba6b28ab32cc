/**
 * FindSpfAdvice: the SPF record that a domain should publish to send from some addresses: what stands, evaluated as receivers
 * do, and mended.
 *
 * Not here: the text (spf-record.ts), what the gate and the doctor make of it (spf.ts). The engine is loaded when it is asked.
 */
import { isPublicAddress, type SpecialRange } from '../ambient/special-ranges.ts'
import { type Asking, askTxt } from './ask.ts'
import { adviseSpf, type SpfAdvice } from './spf-record.ts'

/** Whose SPF record is looked at. */
export interface SpfAdviceSubject {
  /** The domain whose SPF record is read. */
  readonly domain: string
  /** The EHLO name, which the advice may name as `a:` instead of addresses. */
  readonly hostname: string
  /** Those that mail leaves from; empty: not known, and a record that stands is left as it is meant. */
  readonly addresses: readonly string[]
  /** Addresses that no receiver sees. @default all of IANA's */
  readonly ranges?: readonly SpecialRange[] | undefined
}

/** @returns undefined when it could not be found out what stands. */
export async function findSpfAdvice(
  asking: Asking,
  { domain, hostname, addresses: given, ranges }: SpfAdviceSubject,
): Promise<SpfAdvice | undefined> {
  const addresses = given.filter(address => isPublicAddress(address, ranges))
  const asked = await askTxt(asking, domain)
  if (asked.kind === 'unknown') return undefined
  const published = asked.kind === 'found' ? asked.values : []
  const { evaluateSpf } = await import('./mailauth.ts')
  const sender = `postmaster@${domain}`
  const seen = await Promise.all(addresses.map(address => evaluateSpf(asking, { sender, helo: hostname, address })))
  const missed = addresses.filter((_, index) => seen[index]?.result !== 'pass' && seen[index]?.result !== 'temperror')
  return adviseSpf(published, { addresses: missed, hostname, dead: deadTarget(seen) })
}

/** The name that a record leads to, and where no receiver finds one. */
export function deadTarget(seen: readonly { readonly problem?: string }[]): string | undefined {
  return /no SPF records? found for (\S+)/i.exec(seen.find(each => each.problem)?.problem ?? '')?.[1]
}
