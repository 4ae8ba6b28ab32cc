/**
 * Resolver: do the answers that this host gets prove anything?
 *
 * Policy. Mail is delivered with any resolver, so one that proves nothing is a note. What is lost is DANE, which counts only
 * when a validator says so that nobody can speak for on the way (RFC 7672 §2.2), and the blocklists, which refuse public
 * resolvers.
 */
import type { Check } from '../../model/clearance.ts'
import type { Asking } from '../ask.ts'
import { check } from '../report.ts'

export function checkResolver({ resolver }: Asking): Check {
  return check('dns.resolver', {
    level: resolver.trustworthy ? 'ok' : 'note',
    found: resolver.trustworthy
      ? 'its verdict on DNSSEC counts'
      : 'the resolver is not on this host, so that its verdict on DNSSEC counts for nothing',
    wanted: 'a validating resolver on this host',
    fix: 'install unbound, and set dns.servers: [127.0.0.1]; or dns.trustAd: true, where the way to the resolver is your own',
  })
}
