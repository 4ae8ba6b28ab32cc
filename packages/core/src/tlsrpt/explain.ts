/**
 * Explain: what a report that somebody sent us means, in words, and what to do about it.
 *
 * Not here: how it is read (read-report.ts), colours and columns (the command line).
 */
import { TLS_RESULT_TYPES, type TlsResultType } from '../model/tls-result.ts'
import type { ReadFailure, ReadPolicy, ReadReport } from './read-report.ts'

/** A TLS report in words. */
export interface ReportSummary {
  /** `ok`: nobody failed. `note`: failures that cost no mail. `warn`: mail may have been held back. */
  readonly level: 'ok' | 'note' | 'warn'
  /** Sessions that succeeded, of all policies. */
  readonly good: number
  /** Sessions that failed, of all policies. */
  readonly bad: number
  /** One sentence or finding a line. */
  readonly lines: readonly string[]
}

const POLICY_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    tlsa: 'DANE (TLSA records)',
    sts: 'MTA-STS',
    'no-policy-found': 'no policy',
  }),
)

/** What the owner of the policy can do. */
const ADVICE: Readonly<Record<TlsResultType, string>> = {
  'starttls-not-supported':
    'offer STARTTLS at this host; if you do, something on the way removes it: an attack, or a firewall',
  'certificate-host-mismatch': 'give the host a certificate for its MX name',
  'certificate-expired': 'renew the certificate of the host, and the job that renews it',
  'certificate-not-trusted':
    'serve the whole chain; with DANE, publish the TLSA record of a new certificate before it is used',
  'validation-failure': 'see the reason code; TLS itself failed, or the host is not in the policy',
  'tlsa-invalid': 'publish TLSA records of usage 3 or 2, such as 3 1 1',
  'dnssec-invalid': 'mend the DNSSEC of the zone of the mail host',
  'dane-required': 'the sender demands DANE: publish TLSA records in a signed zone',
  'sts-policy-fetch-error': 'serve https://mta-sts.DOMAIN/.well-known/mta-sts.txt with status 200 and text/plain',
  'sts-policy-invalid': 'mend the policy file or the _mta-sts record',
  'sts-webpki-invalid': 'give mta-sts.DOMAIN a certificate that browsers trust',
}

/** Says in words what a TLS report tells, the worst first. */
export function summariseReport(report: ReadReport): ReportSummary {
  const good = sum(report.policies.map(policy => policy.good))
  const bad = sum(report.policies.map(policy => policy.bad))
  const failed = report.policies.filter(policy => policy.bad > 0 || policy.failures.length > 0)
  const held = failed.some(policy => policy.bad > 0 && blocks(policy))
  const period = [report.start, report.end].filter(Boolean).join(' to ')
  return {
    level: held ? 'warn' : failed.length > 0 ? 'note' : 'ok',
    good,
    bad,
    lines: [
      `${report.organisation} reports ${period}${report.id === '' ? '' : ` (${report.id})`}: ${sessions(good)} went well, ${sessions(bad)} failed.`,
      ...report.policies.flatMap(policyLines),
      ...(report.contact === undefined ? [] : [`Questions go to ${report.contact}.`]),
    ],
  }
}

/** Whether the sender kept mail back. RFC 8461 §5, RFC 7672 §2.2 */
function blocks({ type, text }: ReadPolicy): boolean {
  return type === 'tlsa' || (type === 'sts' && text.some(line => /^mode:\s*enforce$/i.test(line.trim())))
}

function policyLines(policy: ReadPolicy): readonly string[] {
  const name = POLICY_NAMES.get(policy.type) ?? `a policy that is called ${policy.type}`
  const mode = policy.text.map(line => /^mode:\s*(\w+)/i.exec(line.trim())?.[1]).find(Boolean)
  const head = `${policy.domain ?? 'the domain'}, ${name}${mode === undefined ? '' : `, mode ${mode}`}: ${policy.good} good, ${policy.bad} failed`
  return [`${head}${policy.bad > 0 ? `; ${consequence(policy)}` : ''}.`, ...policy.failures.map(failureLine)]
}

function consequence(policy: ReadPolicy): string {
  if (blocks(policy)) return 'the sender delivers nothing over a session that fails, and tries again'
  return 'the mail was delivered all the same, as nothing enforces TLS'
}

function failureLine({ type, count, mxHost, mxAddress, sendingAddress, reason, information }: ReadFailure): string {
  const known = type in TLS_RESULT_TYPES ? (type as TlsResultType) : undefined
  const at =
    mxHost === undefined && mxAddress === undefined ? '' : ` at ${[mxHost, mxAddress].filter(Boolean).join(' ')}`
  const from = sendingAddress === undefined ? '' : ` from ${sendingAddress}`
  const said = [reason, information].filter(Boolean).join('; ')
  const meaning = known === undefined ? '' : ` ${TLS_RESULT_TYPES[known]} To do: ${ADVICE[known]}.`
  return `  ${count} × ${type}${at}${from}${said === '' ? '' : ` (${said})`}.${meaning}`
}

function sessions(count: number): string {
  return `${count} session${count === 1 ? '' : 's'}`
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, next) => total + next, 0)
}
