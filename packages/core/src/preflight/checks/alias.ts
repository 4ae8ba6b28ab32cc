/**
 * Alias: a domain that stands behind a CNAME.
 *
 * Policy. A domain that somebody registered has the SOA and NS records of its zone, so a CNAME there is a fault itself
 * (RFC 1034 §3.6.2), and hides all that stands beside it.
 *
 * Not here: records that are proposed for an alias (place-records.ts), an MX that names one (mx.ts).
 */

import { organisationalDomain } from '../../ambient/public-suffix.ts'
import { say } from '../../language/findings-host.ts'
import type { Domain } from '../../model/address.ts'
import type { Check } from '../../model/clearance.ts'
import { type Asking, askNames } from '../ask.ts'
import { check } from '../report.ts'

export async function checkApex(asking: Asking, domain: Domain): Promise<readonly Check[]> {
  if (organisationalDomain(domain) !== domain) return []
  const asked = await askNames(asking, domain, 'CNAME')
  if (asked.kind !== 'found') return []
  const target = asked.values[0] ?? ''
  return [
    check('domain.not-alias', {
      level: 'fail',
      found: `${domain} CNAME: ${target}`,
      wanted: say('domain.not-alias.wanted'),
      fix: [say('domain.not-alias.fix.remove', { domain, target }), say('domain.not-alias.fix.then')].join('\n'),
    }),
  ]
}
