/**
 * Mx: can the sender's domain receive? Bounces and replies come back there, and receivers look before they accept.
 *
 * Policy. An MX names a host that has an address, not an address and not an alias (RFC 5321 §5.1, RFC 2181 §10.3). A domain
 * that says it takes no mail (null MX) may be refused as a sender (RFC 7505 §4.2). Yahoo wants an SOA for it.
 *
 * Not here: how safely others may deliver to it (transport.ts).
 */

import { isIPv4 } from 'node:net'
import { organisationalDomain } from '../../ambient/public-suffix.ts'
import { isPublicAddress, SPECIAL_RANGES, type SpecialRange } from '../../ambient/special-ranges.ts'
import { say } from '../../language/findings-host.ts'
import type { Domain } from '../../model/address.ts'
import type { Check } from '../../model/clearance.ts'
import { type Asked, type Asking, ask, askAddresses, askMx, askNames, printNothing } from '../ask.ts'
import { check } from '../report.ts'

export interface MailHost {
  readonly host: string
  /** As the zone has it: an alias leads elsewhere. */
  readonly alias: string | undefined
  readonly addresses: readonly string[]
  readonly unknown: boolean
}

export async function checkDomain(asking: Asking, domain: Domain): Promise<readonly Check[]> {
  const organisation = organisationalDomain(domain) ?? domain
  const wanted = say('domain.soa.wanted', { domain })
  for (let name: string = domain; name.endsWith(organisation); name = name.slice(name.indexOf('.') + 1)) {
    const asked = await ask(asking, { name, type: 'SOA' })
    if (asked.kind === 'found')
      return [check('domain.soa', { level: 'ok', found: say('domain.soa.found', { name }), wanted })]
    const found = `${name} SOA: ${printNothing(asked, 'SOA')}`
    if (asked.kind === 'unknown') return [check('domain.soa', { level: 'unknown', found, wanted })]
    if (asked.code === 'nxdomain' && name === domain) {
      const fix = say('domain.exists.fix', { organisation })
      return [check('domain.exists', { level: 'fail', found, wanted: say('domain.exists.wanted'), fix })]
    }
    if (name === organisation)
      return [
        check('domain.soa', {
          level: 'warn',
          found,
          wanted,
          fix: say('domain.soa.fix'),
        }),
      ]
  }
  return []
}

export async function checkMx(
  asking: Asking,
  domain: Domain,
  ranges: readonly SpecialRange[] = SPECIAL_RANGES,
): Promise<readonly Check[]> {
  const asked = await askMx(asking, domain)
  const wanted = say('mx.exists.wanted')
  if (asked.kind === 'unknown')
    return [check('mx.exists', { level: 'unknown', found: `${domain} MX: ${printNothing(asked, 'MX')}`, wanted })]
  if (asked.kind === 'absent') return [await implicitMx(asking, { domain, wanted, asked })]
  const listed = asked.values.map(({ preference, host }) => `${preference} ${host}`).join(', ')
  if (asked.values.some(({ host }) => host === '.')) {
    const found = `${domain} MX: ${listed}`
    const fix = say('mx.exists.fix', { domain })
    return [check('mx.not-null', { level: 'warn', found, wanted: say('mx.not-null.wanted'), fix })]
  }
  const first = asked.values.filter(({ host }, at) => asked.values.findIndex(other => other.host === host) === at)
  const hosts = await Promise.all(first.map(async each => ({ ...each, ...(await lookAt(asking, each.host)) })))
  const flaws = hosts.flatMap(host => flawsOf(domain, host, ranges))
  return flaws.length > 0 ? flaws : [check('mx.exists', { level: 'ok', found: `${domain} MX: ${listed}`, wanted })]
}

/** RFC 5321 §5.1: without an MX the address of the domain itself is the mail host. */
async function implicitMx(
  asking: Asking,
  { domain, wanted, asked }: { domain: Domain; wanted: string; asked: Extract<Asked<unknown>, { kind: 'absent' }> },
): Promise<Check> {
  const { addresses, unknown } = await lookAt(asking, domain)
  const found = `${domain} MX: ${printNothing(asked, 'MX')}${addresses.length > 0 ? say('mx.exists.found.address', { address: addresses[0]! }) : say('mx.exists.found.no-address')}`
  const level = addresses.length > 0 ? 'note' : unknown ? 'unknown' : 'fail'
  return check('mx.exists', { level, found, wanted, fix: say('mx.exists.fix', { domain }) })
}

async function lookAt(asking: Asking, host: string): Promise<MailHost> {
  const [cname, v4, v6] = await Promise.all([
    askNames(asking, host, 'CNAME'),
    askAddresses(asking, host, 4),
    askAddresses(asking, host, 6),
  ])
  return {
    host,
    alias: cname.kind === 'found' ? cname.values[0] : undefined,
    addresses: [v4, v6].flatMap(asked => (asked.kind === 'found' ? asked.values : [])),
    unknown: v4.kind === 'unknown' || v6.kind === 'unknown',
  }
}

function flawsOf(
  domain: Domain,
  { host, alias, addresses, unknown, preference }: MailHost & { readonly preference: number },
  ranges: readonly SpecialRange[],
): readonly Check[] {
  const where = `${domain} MX: ${host}`
  if (isIPv4(host)) {
    const address = isPublicAddress(host, ranges) ? host : say('mx.not-address.fix.public')
    const fix = `mx.${domain}. IN A ${address}\n${domain}. IN MX ${preference} mx.${domain}.`
    return [
      check('mx.not-address', {
        level: 'fail',
        found: say('mx.not-address.found', { where }),
        wanted: say('mx.not-address.wanted'),
        fix,
      }),
    ]
  }
  if (alias !== undefined) {
    const fix = `${domain}. IN MX ${preference} ${alias}.`
    return [
      check('mx.not-alias', {
        level: 'warn',
        found: say('mx.not-alias.found', { where, alias }),
        wanted: say('mx.not-alias.wanted'),
        fix,
      }),
    ]
  }
  if (addresses.some(address => isPublicAddress(address, ranges))) return []
  if (addresses.length === 0 && unknown)
    return [
      check('mx.resolves', {
        level: 'unknown',
        found: say('mx.resolves.found.unknown', { where }),
        wanted: say('mx.resolves.wanted.any'),
      }),
    ]
  const found =
    addresses.length === 0
      ? say('mx.resolves.found.none', { where })
      : say('mx.resolves.found.private', { where, addresses })
  return [
    check('mx.resolves', {
      level: 'fail',
      found,
      wanted: say('mx.resolves.wanted'),
      fix: say('mx.resolves.fix', { host }),
    }),
  ]
}
