/**
 * Spf: would receivers see this sender's SPF pass for the addresses that we send from?
 *
 * Policy. Evaluated as a receiver does it, for each public address, for the domain of the reverse-path, or for the HELO name
 * when that is null (RFC 7208 §2.4). A `fail` is certain; softfail, neutral and none are warnings, because DKIM alone may
 * carry the message; what could not be looked up is unknown. One flaw turns one check: a domain without a record is told as
 * that, not as an address that is not covered.
 *
 * Not here: whether anything passes at all (gate.ts), the record as a whole (spf-tree.ts).
 */

import { printSpecial, type SpecialRange, specialRange } from '../ambient/special-ranges.ts'
import type { CheckId } from '../language/checks.ts'
import { say } from '../language/findings-domain.ts'
import type { Domain } from '../model/address.ts'
import type { Check, PublicAddress } from '../model/clearance.ts'
import { type Asking, askTxt } from './ask.ts'
import { deadTarget } from './find-spf-advice.ts'
import { evaluateSpf, type SpfEvaluation } from './mailauth.ts'
import { givePublic } from './public-address.ts'
import { txtChange, txtLine } from './record-text.ts'
import { check } from './report.ts'
import { MAX_LOOKUPS, MAX_VOIDS } from './spf-lookups.ts'
import { adviseSpf, type SpfAdvice } from './spf-record.ts'

export interface SpfSubject {
  /** As `local@domain`; undefined for the null reverse-path. */
  readonly sender: string | undefined
  /** Whose record counts: the domain of the sender, or the HELO name. */
  readonly domain: Domain
  readonly helo: Domain
  readonly addresses: readonly PublicAddress[]
  /** Mail leaves through another host, whose addresses we do not know. */
  readonly viaSmarthost: boolean
  /** Addresses that no receiver sees. @default all of IANA's */
  readonly ranges?: readonly SpecialRange[] | undefined
}

export interface SpfFindings {
  readonly checks: readonly Check[]
  /** For every address; `unknown` when it could not be told for one and failed for none. */
  readonly passes: 'yes' | 'no' | 'unknown'
  /** The record that would make it pass, as a line to publish. */
  readonly fix?: string
  /** Seconds. */
  readonly ttl: number
}

export async function checkSpf(asking: Asking, subject: SpfSubject): Promise<SpfFindings> {
  const { domain, addresses, viaSmarthost } = subject
  if (viaSmarthost || addresses.length === 0) return { checks: [notKnown(subject)], passes: 'unknown', ttl: 0 }
  const evaluations = await Promise.all(addresses.map(({ address }) => evaluateSpf(asking, { ...subject, address })))
  const missed = addresses.filter((_, index) => evaluations[index]!.result !== 'pass')
  const [first] = evaluations
  const record = evaluations.find(each => each.record !== undefined)?.record
  const published = missed.length === 0 ? [] : await textsOf(asking, domain, record)
  const dead = deadTarget(evaluations)
  const missing = missed.map(({ address }) => address).filter(address => !specialRange(address, subject.ranges))
  const advice = adviseSpf(published, { addresses: missing, hostname: subject.helo, dead })
  const fix = txtChange(domain, advice)
  const whole = wholeDomain(first!, { fix, advice, subject })
  const checks = whole
    ? [whole]
    : evaluations.map((evaluation, index) => covered(evaluation, { subject, address: addresses[index]!, fix }))
  const known = evaluations.every(each => each.result === 'pass')
  // What SPF says of an address that no receiver sees decides nothing.
  const unsure = evaluations.every(
    ({ result }, index) =>
      /^(?:pass|temperror)$/.test(result) || specialRange(addresses[index]!.address, subject.ranges),
  )
  const ttl = Math.min(...evaluations.map(each => each.ttl))
  return { checks, passes: known ? 'yes' : unsure ? 'unknown' : 'no', ...(missed.length > 0 ? { fix } : {}), ttl }
}

function notKnown({ viaSmarthost }: SpfSubject): Check {
  if (viaSmarthost) {
    const found = say('spf.covers-egress.found.other-host')
    return check('spf.covers-egress', { level: 'note', found, wanted: say('spf.covers-egress.wanted.other-host') })
  }
  return check('spf.covers-egress', {
    level: 'unknown',
    found: say('spf.covers-egress.found.not-known'),
    wanted: say('spf.covers-egress.wanted.address'),
    fix: say('spf.covers-egress.fix.set'),
  })
}

/** mailauth tells of one record only, and only of one that begins as it must: the advice has to know them all. */
async function textsOf(asking: Asking, domain: Domain, record: string | undefined): Promise<readonly string[]> {
  const asked = await askTxt(asking, domain)
  return asked.kind === 'found' ? asked.values : record === undefined ? [] : [record]
}

interface Whole {
  readonly fix: string
  readonly advice: SpfAdvice
  readonly subject: SpfSubject
}

/** What is wrong with the domain's record whatever the address is. */
function wholeDomain(
  { result, problem, record }: SpfEvaluation,
  { fix, advice, subject: { domain } }: Whole,
): Check | undefined {
  const wanted = say('spf.exists.wanted')
  if (result === 'none') {
    if (problem?.startsWith('Invalid domain'))
      return check('spf.exists', { level: 'warn', found: say('spf.exists.found.no-name', { domain }), wanted })
    const [meant] = advice.replaces
    if (meant === undefined)
      return check('spf.exists', { level: 'warn', found: say('spf.exists.found', { domain }), wanted, fix })
    const found = say('spf.syntax.found.begin', { domain, record: meant })
    return check('spf.syntax', { level: 'warn', found, wanted, fix })
  }
  if (result !== 'permerror') return undefined
  const found = `${domain} TXT: ${record ?? say('spf.syntax.found.unusable')}: ${problem ?? 'permerror'}`
  const [id, mended] = permanentFlaw(problem ?? '')
  return check(id, { level: 'warn', found, wanted: mended, fix })
}

function permanentFlaw(problem: string): readonly [CheckId, string] {
  if (/multiple SPF records/i.test(problem)) return ['spf.one-record', say('spf.one-record.wanted')]
  if (/too many/i.test(problem))
    return ['spf.lookups', say('spf.lookups.wanted', { most: MAX_LOOKUPS, voids: MAX_VOIDS })]
  return ['spf.syntax', say('spf.syntax.wanted')]
}

function covered(
  { result, record, problem }: SpfEvaluation,
  { subject, address, fix }: { readonly subject: SpfSubject; readonly address: PublicAddress; readonly fix: string },
): Check {
  const found = say('spf.covers-egress.found', {
    domain: subject.domain,
    address: address.address,
    foundBy: address.foundBy,
    result,
    record: record ? `; ${record}` : '',
  })
  const wanted = 'pass'
  const special = specialRange(address.address, subject.ranges)
  if (special !== undefined && result !== 'pass' && result !== 'temperror') {
    const unseen = say('spf.covers-egress.found.unseen', { found, special: printSpecial(address.address, special) })
    return check('spf.covers-egress', { level: 'warn', found: unseen, wanted, fix: givePublic() })
  }
  switch (result) {
    case 'pass':
      return check('spf.covers-egress', { level: 'ok', found, wanted })
    case 'fail':
      return check('spf.covers-egress', { level: 'fail', found, wanted, fix })
    case 'temperror':
      return check('spf.covers-egress', {
        level: 'unknown',
        found: `${found}: ${problem ?? say('dns.no-answer')}`,
        wanted,
      })
    default:
      return check('spf.covers-egress', { level: 'warn', found, wanted, fix })
  }
}

/** For the doctor: the identity of mail without a reverse-path, and of the host itself. RFC 7208 §2.3 */
export async function checkHeloSpf(
  asking: Asking,
  { helo, addresses }: { readonly helo: Domain; readonly addresses: readonly PublicAddress[] },
): Promise<readonly Check[]> {
  const wanted = 'pass'
  const seen = await Promise.all(
    addresses.map(({ address }) => evaluateSpf(asking, { sender: undefined, helo, address })),
  )
  return seen.flatMap(({ result, record }, index) => {
    if (result === 'temperror') return []
    const found = say('spf.helo.found', {
      domain: helo,
      address: addresses[index]!.address,
      result,
      record: record ? `; ${record}` : '',
    })
    const level = result === 'pass' ? 'ok' : result === 'fail' || result === 'permerror' ? 'warn' : 'note'
    return [check('spf.helo', { level, found, wanted, fix: txtLine(helo, 'v=spf1 a -all') })]
  })
}
