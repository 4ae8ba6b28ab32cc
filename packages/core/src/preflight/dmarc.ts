/**
 * Dmarc: is there a policy, and can a message of this From ever satisfy it?
 *
 * Policy. Alignment is judged as if SPF and DKIM passed: whether they do has checks of its own, and one flaw turns one
 * check. No alignment under quarantine or reject is certain refusal; under none it is a warning. The organisational domain is
 * that of RFC 9989 (tree walk), evaluated by mailauth.
 *
 * Not here: SPF (spf.ts), DKIM (dkim.ts), who may receive the reports (checks/dmarc-reports.ts).
 */
import { say } from '../language/findings-domain.ts'
import type { Domain } from '../model/address.ts'
import type { Check } from '../model/clearance.ts'
import { type Asking, askTxt, printNothing } from './ask.ts'
import { adviseDmarc, POLICIES } from './dmarc-advice.ts'
import { type DmarcEvaluation, evaluateDmarc } from './mailauth.ts'
import { txtChange } from './record-text.ts'
import { check } from './report.ts'
import { parseTags } from './tags.ts'

export interface DmarcSubject {
  readonly from: Domain
  /** The identity that SPF is evaluated for. */
  readonly envelope: Domain
  /** d= of the keys that sign. */
  readonly dkim: readonly Domain[]
}

export interface DmarcFindings {
  readonly checks: readonly Check[]
  readonly evaluation: DmarcEvaluation
  /** Seconds. */
  readonly ttl: number
}

const POLICY = new RegExp(`^(?:${POLICIES.join('|')})$`, 'i')
const VERSION = /^v\s*=\s*DMARC1\s*(?:;|$)/

export async function checkDmarc(asking: Asking, subject: DmarcSubject): Promise<DmarcFindings> {
  const { from, envelope, dkim } = subject
  const evaluation = await evaluateDmarc(asking, { from, spf: envelope, dkim })
  const { result, ttl } = evaluation
  if (result === 'none') return { checks: [await missing(asking, from)], evaluation, ttl }
  if (result === 'temperror') {
    const found = say('dmarc.exists.found.no-answer', { from, why: evaluation.problem ?? say('dns.temporary-error') })
    return {
      checks: [check('dmarc.exists', { level: 'unknown', found, wanted: say('dmarc.exists.wanted.any') })],
      evaluation,
      ttl: 0,
    }
  }
  return { checks: [aligned(evaluation, subject)], evaluation, ttl }
}

/** No record that counts: none at all, several, or one that cannot be read. */
async function missing(asking: Asking, from: Domain): Promise<Check> {
  const name = `_dmarc.${from}`
  const asked = await askTxt(asking, name)
  const records = asked.kind === 'found' ? asked.values : []
  // Whoever could not ask does not know that there is none.
  if (asked.kind === 'unknown') {
    const found = `${name} TXT: ${printNothing(asked, 'TXT')}`
    return check('dmarc.exists', { level: 'unknown', found, wanted: say('dmarc.exists.wanted.any') })
  }
  const advice = adviseDmarc(records, { domain: from })
  const fix = txtChange(name, advice)
  const versions = records.filter(text => VERSION.test(text))
  const found = `${name} TXT: ${records.length === 0 ? say('dmarc.exists.found.no-record') : records.map(text => JSON.stringify(text)).join(' and ')}`
  if (versions.length > 1)
    return check('dmarc.one-record', {
      level: 'warn',
      found,
      wanted: say('dmarc.one-record.wanted'),
      fix: say('record.publish-only', { fix }),
    })
  if (advice.replaces.length > 0)
    return check('dmarc.syntax', {
      level: 'warn',
      found: `${found}: ${flawOf(advice.replaces) ?? say('dmarc.flaw.not-valid')}`,
      wanted: say('dmarc.syntax.wanted'),
      fix,
    })
  return check('dmarc.exists', { level: 'warn', found, wanted: say('dmarc.exists.wanted'), fix })
}

function flawOf(records: readonly string[]): string | undefined {
  for (const text of records) {
    const tags = parseTags(text)
    if ('problem' in tags) return tags.problem
    const policy = tags.values.get('p')
    if (!VERSION.test(text)) return say('dmarc.flaw.version-first')
    if (policy === undefined) return say('dmarc.flaw.no-policy')
    if (!POLICY.test(policy)) return say('dmarc.flaw.policy', { policy })
  }
  return undefined
}

function aligned(
  { result, policy, policyDomain, record, alignedSpf, alignedDkim }: DmarcEvaluation,
  subject: DmarcSubject,
): Check {
  const { from, envelope, dkim } = subject
  const where = `_dmarc.${policyDomain ?? from} TXT: ${record ?? ''}`
  const wanted = say('dmarc.alignment.wanted')
  if (result === 'pass') {
    const by = [alignedDkim && `DKIM d=${alignedDkim}`, alignedSpf && `SPF ${alignedSpf}`].filter(Boolean).join(' and ')
    return check('dmarc.alignment', { level: 'ok', found: say('dmarc.alignment.found', { from, by, where }), wanted })
  }
  const signers =
    dkim.length === 0 ? say('dmarc.alignment.no-key') : say('dmarc.alignment.signed-by', { domains: dkim })
  return check('dmarc.alignment', {
    level: policy === 'none' ? 'warn' : 'fail',
    found: say('dmarc.alignment.found.nothing', { from, envelope, signers, where }),
    wanted,
    fix: say('dmarc.alignment.fix', { from }),
  })
}
