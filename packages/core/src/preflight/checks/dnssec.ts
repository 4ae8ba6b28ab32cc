/**
 * Dnssec: does a resolver that validates get any answer from our zones?
 *
 * Policy. A zone whose proof is broken is as good as gone for every receiver that validates, and nothing else can be found out
 * about it: what one check could not find out for that reason is not told again by it. What stands in the zone is not known,
 * so nothing is proposed for it but to mend the proof. A broken zone of somebody else is left to the check that met it.
 *
 * Not here: how it is known that a proof fails (dns/upstream.ts). RFC 4035 §5.5.
 */

import { organisationalDomain } from '../../ambient/public-suffix.ts'
import { DnsError } from '../../dns/index.ts'
import { say } from '../../language/findings-host.ts'
import type { Domain } from '../../model/address.ts'
import type { Check } from '../../model/clearance.ts'
import type { Asking } from '../ask.ts'
import { check } from '../report.ts'

export interface Watched {
  readonly asking: Asking
  /** The names whose proof failed. */
  readonly bogus: ReadonlySet<string>
}

/** The same, noting whose proof fails. */
export function watchProofs({ resolver, signal }: Asking): Watched {
  const bogus = new Set<string>()
  const query: Asking['resolver']['query'] = async (question, within) => {
    try {
      return await resolver.query(question, within)
    } catch (error) {
      if (error instanceof DnsError && error.code === 'bogus') bogus.add(error.question.name)
      throw error
    }
  }
  return { asking: { resolver: { trustworthy: resolver.trustworthy, query }, signal }, bogus }
}

/** Those of the names that lie in the domains of one of ours. */
export function ownNames(names: Iterable<string>, ours: readonly Domain[]): readonly string[] {
  const own = new Set(ours.map(organisationOf))
  return [...names].filter(name => own.has(organisationOf(name)))
}

/** One for each of our domains that is broken. */
export function checkProofs(names: readonly string[]): readonly Check[] {
  const zones = Map.groupBy([...new Set(names)].sort(byDepth), organisationOf)
  return [...zones].map(([organisation, broken]) => {
    const zone = broken[0] ?? organisation
    return check('domain.dnssec', {
      level: 'fail',
      found: say('domain.dnssec.found', { names: broken }),
      wanted: say('domain.dnssec.wanted'),
      fix: [
        say('domain.dnssec.fix.sign', { zone }),
        say('domain.dnssec.fix.look', { zone }),
        say('domain.dnssec.fix.then'),
      ].join('\n'),
    })
  })
}

function organisationOf(name: string): string {
  return organisationalDomain(name) ?? name
}

/** The highest first: it is the nearest to the zone. */
function byDepth(a: string, b: string): number {
  return a.split('.').length - b.split('.').length || (a < b ? -1 : 1)
}
