/**
 * Resolver: do the answers that this host gets prove anything?
 *
 * Policy. Mail is delivered with any resolver, so one that proves nothing is a note. What is lost is DANE, which counts only
 * when a validator says so that nobody can speak for on the way (RFC 7672 §2.2), and the blocklists, which refuse public
 * resolvers.
 */
import { say } from '../../language/findings-host.ts'
import type { Check } from '../../model/clearance.ts'
import type { Asking } from '../ask.ts'
import { check } from '../report.ts'

export function checkResolver({ resolver }: Asking): Check {
  return check('dns.resolver', {
    level: resolver.trustworthy ? 'ok' : 'note',
    found: resolver.trustworthy ? say('dns.resolver.found.counts') : say('dns.resolver.found.elsewhere'),
    wanted: say('dns.resolver.wanted'),
    fix: say('dns.resolver.fix'),
  })
}
