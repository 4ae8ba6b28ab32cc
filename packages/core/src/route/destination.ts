/**
 * Destination: the MX answer of a domain to the mail hosts that may be tried, best first. RFC 5321 §5.1, RFC 7505.
 *
 * Policy. No MX makes the domain its own mail host. A sole `.` says that it takes no mail; beside other hosts it says nothing
 * (RFC 7505 §3). An MX must be a host name: an IP address in its place is a mistake that is not guessed at. Our own name in
 * the list drops itself and every host that is not better, or mail would loop. Twenty hosts are enough for anybody.
 *
 * Not here: addresses (addresses.ts), the order within one preference (find-route.ts), what a NoRoute leads to (outcome/).
 */
import { isIPv4 } from 'node:net'
import type { Found, MxHost } from '../dns/index.ts'
import { type Domain, parseDomain } from '../model/address.ts'
import type { NoRouteReason, Skipped } from '../model/route.ts'

export const MAX_HOSTS = 20

export interface MailHost {
  readonly host: Domain
  readonly preference: number
}

export type Destination =
  | {
      readonly kind: 'hosts'
      readonly via: 'mx' | 'implicit-mx'
      /** Best first; hosts of one preference in the order given. */
      readonly hosts: readonly MailHost[]
      readonly skipped: readonly Skipped[]
    }
  | {
      readonly kind: 'none'
      readonly reason: NoRouteReason
      readonly detail: string
      readonly skipped: readonly Skipped[]
    }

/** `ourselves` are names under which other hosts know us. */
export function destinationOf(domain: Domain, found: Found<MxHost>, ourselves: readonly Domain[]): Destination {
  const none = (reason: NoRouteReason, detail: string, skipped: readonly Skipped[] = []): Destination => ({
    kind: 'none',
    reason,
    detail,
    skipped,
  })
  if (found.missing === 'nxdomain') return none('no-such-domain', `${domain} does not exist`)
  if (found.missing === 'nodata') {
    return {
      kind: 'hosts',
      via: 'implicit-mx',
      hosts: [{ host: implicitHost(domain, found), preference: 0 }],
      skipped: [],
    }
  }
  if (found.values.every(mx => mx.host === '.'))
    return none('null-mx', `${domain} publishes that it takes no mail (RFC 7505)`)

  const { hosts, skipped } = readHosts(found.values)
  if (hosts.length === 0) return none('mx-unusable', `no MX of ${domain} is a host name`, skipped)
  const better = hosts.filter(candidate => isBetterThanOurselves(candidate, hosts, ourselves))
  const behind = hosts.filter(candidate => !better.includes(candidate)).map(candidate => asBehind(candidate, ourselves))
  if (better.length === 0) {
    return none(
      'loops-back',
      `this host, ${ourselves.join(', ')}, is itself the best MX of ${domain}; a route for the domain says where it goes instead`,
      [...skipped, ...behind],
    )
  }
  const over = better.slice(MAX_HOSTS).map(({ host }): Skipped => {
    return { host, because: 'over-the-cap', detail: `only the best ${MAX_HOSTS} hosts are tried` }
  })
  return { kind: 'hosts', via: 'mx', hosts: better.slice(0, MAX_HOSTS), skipped: [...skipped, ...behind, ...over] }
}

/** Where CNAMEs led, if they did: that name's addresses are the ones. */
function implicitHost(domain: Domain, found: Found<MxHost>): Domain {
  const last = parseDomain(found.names.at(-1) ?? domain)
  return typeof last === 'string' ? last : domain
}

function readHosts(values: readonly MxHost[]): { hosts: MailHost[]; skipped: Skipped[] } {
  const best = new Map<Domain, MailHost>()
  const skipped: Skipped[] = []
  for (const { host: text, preference } of values) {
    const host = parseDomain(text)
    if (typeof host === 'string' && !host.startsWith('[')) {
      const known = best.get(host)
      if (known === undefined || known.preference > preference) best.set(host, { host, preference })
    } else if (text === '.') {
      skipped.push({
        host: text,
        because: 'invalid-name',
        detail: 'a null MX beside other MX records says nothing (RFC 7505 §3)',
      })
    } else if (isIPv4(text) || text.includes(':')) {
      skipped.push({ host: text, because: 'is-an-ip-address', detail: 'an MX must be a host name (RFC 5321 §5.1)' })
    } else {
      const problem = typeof host === 'string' ? 'it is an address literal' : host.problem
      skipped.push({ host: text, because: 'invalid-name', detail: problem })
    }
  }
  return { hosts: [...best.values()].sort((a, b) => a.preference - b.preference), skipped }
}

function isBetterThanOurselves(candidate: MailHost, hosts: readonly MailHost[], ourselves: readonly Domain[]): boolean {
  return hosts.every(other => !ourselves.includes(other.host) || candidate.preference < other.preference)
}

function asBehind({ host }: MailHost, ourselves: readonly Domain[]): Skipped {
  return ourselves.includes(host)
    ? { host, because: 'is-ourselves', detail: 'it is this host (RFC 5321 §5.1)' }
    : { host, because: 'behind-ourselves', detail: 'it is not better than this host (RFC 5321 §5.1)' }
}
