/**
 * Examine: all checks of the gate for one sender, side by side.
 *
 * Policy. SPF, DKIM and DMARC do not wait for one another. Then what only shows when they are seen together: that neither
 * SPF nor DKIM passes, and that a broken key does no harm beside one that verifies.
 *
 * Not here: when this is run (gate.ts), the doctor's further checks (doctor.ts).
 */

import type { SpecialRange } from '../ambient/special-ranges.ts'
import { say } from '../language/findings-domain.ts'
import type { Domain } from '../model/address.ts'
import type { Check, PublicAddress } from '../model/clearance.ts'
import type { DkimKey } from '../model/dkim-key.ts'
import type { Asking } from './ask.ts'
import { checkDkimKey, type DkimFindings } from './dkim.ts'
import { checkDmarc } from './dmarc.ts'
import type { Findings, SenderIdentity } from './gate.ts'
import { check } from './report.ts'
import { checkSpf, type SpfFindings } from './spf.ts'

export interface ExamineContext {
  readonly hostname: Domain
  /** The keys that will sign. */
  readonly keys: readonly DkimKey[]
  readonly viaSmarthost: boolean
  /** Addresses that no receiver sees. @default all of IANA's */
  readonly ranges?: readonly SpecialRange[] | undefined
  readonly findAddresses: (asking: Asking) => Promise<readonly PublicAddress[]>
}

export async function examine(
  asking: Asking,
  about: SenderIdentity,
  { hostname, keys, viaSmarthost, ranges, findAddresses }: ExamineContext,
): Promise<Findings> {
  const { sender, envelope, from } = about
  const spfWithAddresses = async (): Promise<readonly [readonly PublicAddress[], SpfFindings]> => {
    const addresses = await findAddresses(asking)
    return [
      addresses,
      await checkSpf(asking, { sender, domain: envelope, helo: hostname, addresses, viaSmarthost, ranges }),
    ]
  }
  const [[publicAddresses, spf], dkim, dmarc] = await Promise.all([
    spfWithAddresses(),
    Promise.all(keys.map(key => checkDkimKey(asking, key))),
    checkDmarc(asking, { from, envelope, dkim: keys.map(key => key.domain) }),
  ])
  const checks = [...together(about, { spf, dkim }), ...spf.checks, ...softened(dkim), ...dmarc.checks]
  return { checks, publicAddresses, ttl: Math.min(spf.ttl, dmarc.ttl, ...dkim.map(key => key.ttl)) }
}

/** Gmail demands one of the two of everyone, and refuses without: 550 5.7.26. */
function together(
  { envelope, from }: SenderIdentity,
  { spf, dkim }: { readonly spf: SpfFindings; readonly dkim: readonly DkimFindings[] },
): Check[] {
  if (spf.passes !== 'no' || dkim.some(key => key.verifies !== 'no')) return []
  // Each of them is told by a check of its own already.
  if (spf.checks.some(({ level }) => level === 'fail') || dkim.length > 0) return []
  return [
    check('auth.spf-or-dkim', {
      level: 'fail',
      found: say('auth.spf-or-dkim.found', { envelope, from }),
      wanted: say('auth.spf-or-dkim.wanted'),
      fix: spf.fix,
    }),
  ]
}

/** A missing key does no harm while another signature verifies, or may. */
function softened(dkim: readonly DkimFindings[]): Check[] {
  const carried = dkim.some(key => key.verifies === 'yes')
  return dkim.flatMap(({ checks }) =>
    checks.map(each => (carried && each.level === 'fail' ? { ...each, level: 'warn' as const } : each)),
  )
}
