/**
 * Result: from a route and what was seen on one of its hops to what TLSRPT counts. Pure.
 *
 * Policy.
 * - Sessions count, not messages: what went over a session that was open already says nothing new. A connection that did
 *   not come as far as STARTTLS says nothing about TLS.
 * - A session counts for the policy that was applied: TLSA records before an MTA-STS policy (RFC 8461 §2), and
 *   `no-policy-found` where there is neither. MTA-STS in testing mode is judged as if it were enforced; that is its purpose.
 * - A policy that was announced and could not be had is the failure of a policy of its type (RFC 8460 §4.3.2). One that was
 *   cached is applied all the same, and the trouble is told beside the result of the session.
 * - Mail that was asked to go whatever the policies say (TLS-Required: No) followed none and is not counted; so reports
 *   themselves never are.
 *
 * Not here: sums (counts.ts), reports (report.ts), verdicts on messages (outcome/).
 */
import type { Domain } from '../model/address.ts'
import { type Evidence, type LossCode, STAGES } from '../model/evidence.ts'
import type { Hop, NoRoute, PolicyFound, Route, Skipped } from '../model/route.ts'
import type { TlsFailure, TlsPolicy, TlsResult, TlsResultType } from '../model/tls-result.ts'

type StsInForce = NonNullable<PolicyFound['mtaSts']>

/** Longer ones tell nothing more. */
const MAX_REASON = 200
const AT_TLS = STAGES.indexOf('starttls')
const AFTER_TLS = STAGES.indexOf('auth')

const BY_LOSS: Partial<Readonly<Record<LossCode, TlsResultType>>> = {
  'starttls-missing': 'starttls-not-supported',
  'tls-name-mismatch': 'certificate-host-mismatch',
  'tls-expired': 'certificate-expired',
  'tls-untrusted': 'certificate-not-trusted',
  'tls-dane-mismatch': 'certificate-not-trusted',
}

const BY_PROBLEM = ['sts-policy-fetch-error', 'sts-policy-invalid', 'sts-webpki-invalid'] as const

/** `undefined`: nothing to count. */
export function sessionResult(route: Route, seen: Evidence, sendingAddress?: string): TlsResult | undefined {
  const { hop } = seen
  if (seen.sessionReused || route.via === 'address-literal' || hop.tls.level === 'none' || hop.implicitTls)
    return undefined
  const policy = policyOf(route, hop)
  const shown = shownBy(seen, isSts(policy) ? route.policy.mtaSts : undefined)
  if (shown === undefined) return undefined
  const host = { mxHost: hop.host, mxAddress: hop.address, ...(sendingAddress && { sendingAddress }) }
  const failures = [
    ...(shown === 'good' ? [] : [{ ...shown, ...host }]),
    ...unusableRecords(hop, host),
    ...policyProblem(route.policy, policy),
  ]
  // What could not be fetched could not be followed: no session can be as safe as that policy asks.
  const blind = isSts(policy) && policy.text.length === 0
  return { reportTo: readersOf(route, policy), policy, good: shown === 'good' && !blind, failures }
}

/** Of an attempt that came to no host, because what the policy demands cannot be had or cannot be known. */
export function noRouteResult(found: NoRoute): TlsResult | undefined {
  const failures = found.skipped.flatMap(failureOfSkipped)
  if (failures.length === 0) return undefined
  const { mtaSts } = found.policy
  const policy = mtaSts?.mode === 'enforce' ? stsPolicy(found.domain, mtaSts) : unknownRecords(found, failures)
  return { reportTo: [found.domain], policy, good: false, failures }
}

/** The TLSA base domain is not known before its records are: the host stands for it. */
function unknownRecords({ domain }: NoRoute, [first]: readonly TlsFailure[]): TlsPolicy {
  return { type: 'tlsa', text: [], domain: (first?.mxHost ?? domain) as Domain, mxHosts: [] }
}

function failureOfSkipped({ host, because, detail }: Skipped): readonly TlsFailure[] {
  switch (because) {
    case 'dane-lookup-failed':
      return [{ type: 'dnssec-invalid', mxHost: host, reason: short(detail) }]
    case 'not-an-mta-sts-host':
      return [{ type: 'validation-failure', mxHost: host, reason: 'the MTA-STS policy does not list this MX host' }]
    default:
      return []
  }
}

/** RFC 8460 §1.1: mail by a smarthost is judged by the smarthost's name. */
function nextHopDomain(route: Route, hop: Hop): Domain {
  return route.via === 'smarthost' ? hop.host : route.domain
}

/** A host that many domains use may want to hear of its TLSA records itself: it is the policy domain. */
function readersOf(route: Route, policy: TlsPolicy): readonly Domain[] {
  const domain = policy.type === 'tlsa' ? route.domain : policy.domain
  return domain === policy.domain ? [domain] : [domain, policy.domain]
}

function policyOf(route: Route, hop: Hop): TlsPolicy {
  const { verify, sources, sni } = hop.tls
  if (verify?.by === 'dane') {
    const text = verify.records.map(({ usage, selector, matching, data }) => `${usage} ${selector} ${matching} ${data}`)
    return { type: 'tlsa', text, domain: sni, mxHosts: [] }
  }
  // Records that cannot be used are a policy, too: encryption. RFC 7672 §2.2
  if (sources.includes('dane')) return { type: 'tlsa', text: [], domain: sni, mxHosts: [] }
  const domain = nextHopDomain(route, hop)
  const { mtaSts, mtaStsProblem } = route.policy
  if (mtaSts !== undefined && mtaSts.mode !== 'none') return stsPolicy(domain, mtaSts)
  if (mtaSts === undefined && troubleOf(mtaStsProblem) !== undefined)
    return { type: 'sts', text: [], domain, mxHosts: [] }
  return { type: 'no-policy-found', text: [], domain, mxHosts: [] }
}

function stsPolicy(domain: Domain, { lines, mx }: StsInForce): TlsPolicy {
  return { type: 'sts', text: lines.filter(line => line !== ''), domain, mxHosts: mx }
}

function isSts(policy: TlsPolicy): boolean {
  return policy.type === 'sts'
}

type Shown = 'good' | Pick<TlsFailure, 'type' | 'reason'> | undefined

/** What the session itself showed; `sts` is the policy that it is judged by. */
function shownBy(seen: Evidence, sts: StsInForce | undefined): Shown {
  const { tls, loss, refusal, hop } = seen
  const stage = (loss ?? refusal)?.stage
  const at = stage === undefined ? STAGES.length : STAGES.indexOf(stage)
  if (loss?.code === 'aborted' && tls === undefined) return undefined
  if (at < AT_TLS) return undefined
  if (tls === undefined && at < AFTER_TLS) return failureOf(seen)
  if (tls === undefined) {
    return seen.fellBackToPlain === undefined
      ? { type: 'starttls-not-supported' }
      : { type: 'validation-failure', reason: short(seen.fellBackToPlain) }
  }
  if (sts === undefined) return 'good'
  if (!sts.mx.some(pattern => fits(pattern, hop.host)))
    return { type: 'validation-failure', reason: 'the MTA-STS policy does not list this MX host' }
  if (tls.verified === 'pkix') return 'good'
  return failureBy(tls.problemCode, tls.problem)
}

/** RFC 8461 §4.1 */
function fits(pattern: string, host: string): boolean {
  return pattern.startsWith('*.') ? host.slice(host.indexOf('.')) === pattern.slice(1) : pattern === host
}

function failureOf({ loss, refusal }: Evidence): Shown {
  if (refusal !== undefined)
    return { type: 'validation-failure', reason: `STARTTLS was refused with ${refusal.reply.code}` }
  return loss === undefined ? undefined : failureBy(loss.code, loss.detail)
}

function failureBy(code: LossCode | undefined, detail: string | undefined): Shown {
  const type = (code === undefined ? undefined : BY_LOSS[code]) ?? 'validation-failure'
  return type === 'starttls-not-supported' ? { type } : { type, ...(detail && { reason: short(detail) }) }
}

function unusableRecords({ tls }: Hop, host: Pick<TlsFailure, 'mxHost'>): readonly TlsFailure[] {
  const unusable = tls.sources.includes('dane') && tls.verify?.by !== 'dane'
  return unusable ? [{ type: 'tlsa-invalid', ...host, reason: 'no TLSA record that SMTP can use' }] : []
}

/** Trouble with the policy itself concerns no host. */
function policyProblem({ mtaStsProblem }: PolicyFound, policy: TlsPolicy): readonly TlsFailure[] {
  const type = isSts(policy) ? troubleOf(mtaStsProblem) : undefined
  return type === undefined ? [] : [{ type, reason: short((mtaStsProblem ?? '').replace(`${type}: `, '')) }]
}

/** A record that could not be looked up announces nothing. */
function troubleOf(problem: string | undefined): (typeof BY_PROBLEM)[number] | undefined {
  if (problem?.startsWith('the record is invalid')) return 'sts-policy-invalid'
  return BY_PROBLEM.find(type => problem?.startsWith(`${type}:`))
}

function short(text: string): string {
  return text.length > MAX_REASON ? `${text.slice(0, MAX_REASON - 1)}…` : text
}
