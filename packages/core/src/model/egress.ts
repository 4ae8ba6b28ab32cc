/**
 * Egress: under which name and from which of our addresses we speak.
 */
import type { Domain } from './address.ts'

export interface Egress {
  /** The name said in EHLO, from addresses that have none of their own. RFC 5321 §4.1.1.1 */
  readonly hostname: Domain
  /** Those that outgoing connections are bound to; none lets the system choose. */
  readonly sources: readonly Source[]
}

/** One of our addresses that mail may leave from. */
export interface Source {
  /** Of this machine. */
  readonly address: string
  /** The name said in EHLO from there. */
  readonly hostname?: Domain
  /** As the world sees it, where that is another. */
  readonly publicAddress?: string
  /** Its part of the domains, beside those of the others. */
  readonly weight: number
  /** Mail that names this pool leaves from there, and no other. */
  readonly pool?: string
}

/** What one connection uses of it. */
export interface Departure {
  readonly hostname: Domain
  /** Local address to bind, of the family of the target. */
  readonly localAddress?: string
  /** What others know us by: the IPv4 address or the IPv6 /64 that it leaves from, or our name, where the system chooses. */
  readonly source?: string
  /** The pool that it belongs to. */
  readonly pool?: string
  /** Why it was taken, where others could have been. */
  readonly because?: SourceReason
}

export const SOURCE_REASONS = ['own', 'refused', 'lost', 'reverse-name', 'warm-up', 'overflow'] as const
/**
 * Why mail leaves from one of several addresses: it is the domain's `own`, or that one is `refused` there, is `lost` to this
 * machine, has no `reverse-name` that leads back to it, or has no room left of its `warm-up`. `overflow`: all would have had to wait
 * for too long, and another server took it.
 */
export type SourceReason = (typeof SOURCE_REASONS)[number]

/** Which of several addresses of ours a message left from, and why. */
export interface LeftFrom {
  /** Or the server that took it over. */
  readonly address: string
  readonly because: SourceReason
}

/** Nothing where there was no choice. */
export function leftFrom({ host, departure: { localAddress, because } }: Way): LeftFrom | undefined {
  if (because === undefined) return undefined
  if (because === 'overflow') return { address: host, because }
  return localAddress === undefined ? undefined : { address: localAddress, because }
}

interface Way {
  readonly host: string
  readonly departure: Departure
}

/** What others know us by where the system chooses the address. */
export function systemSource(hostname: Domain, family: 4 | 6): string {
  return `${hostname}/${family}`
}

/** The name that is said from where the world sees this address. */
export function helloFrom({ hostname, sources }: Egress, address: string): Domain {
  return sources.find(source => (source.publicAddress ?? source.address) === address)?.hostname ?? hostname
}

/** The names of all pools, each once. */
export function poolsOf({ sources }: Pick<Egress, 'sources'>): readonly string[] {
  return [...new Set(sources.flatMap(({ pool }) => pool ?? []))]
}

/** Every name that we say in EHLO. */
export function ownHostnames({ hostname, sources }: Egress): readonly Domain[] {
  return [hostname, ...sources.flatMap(source => source.hostname ?? [])]
}

/** An IPv6 address is one of a /64, which block lists and providers count as one (Spamhaus CSS); an IPv4 address is itself. */
export function sourceOf(address: string): string {
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('%', 1)[0]?.toLowerCase().split('::', 2) ?? []
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  // The last group may be written as an IPv4 address, which is two.
  const missing = 8 - before.length - after.length - (address.includes('.') ? 1 : 0)
  const groups = tail === undefined ? before : [...before, ...Array.from({ length: missing }, () => '0'), ...after]
  return `${groups
    .slice(0, 4)
    .map(group => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}
