/**
 * Transport: how safely others deliver to the sender's domain: MTA-STS, TLSRPT, and TLSA (tlsa.ts).
 *
 * Policy. None of them is needed to send, so one that is missing is a note. One that is wrong is worse than none: senders
 * that obey it will not deliver replies and bounces.
 *
 * Not here: what we do with the policies of others (route/). RFC 8461, RFC 8460, RFC 7672.
 */
import { isIPv4 } from 'node:net'
import type { Domain } from '../../model/address.ts'
import type { Check } from '../../model/clearance.ts'
import { type Asking, askMx, askTxt, printNothing } from '../ask.ts'
import { txtLine } from '../record-text.ts'
import { check } from '../report.ts'
import { parseTags } from '../tags.ts'
import { checkTlsa, type TryTls } from './tlsa.ts'

/** Fetches `https://mta-sts.<domain>/.well-known/mta-sts.txt`. */
export type FetchPolicy = (
  domain: string,
  signal: AbortSignal,
) => Promise<{ readonly text: string } | { readonly problem: string }>

/** RFC 8461 §3.2: at most 31557600 seconds; weeks are what it advises. */
const WEEK_S = 604_800

export async function checkTransport(
  asking: Asking,
  {
    domain,
    fetchPolicy,
    tryTls,
  }: {
    readonly domain: Domain
    readonly fetchPolicy?: FetchPolicy | undefined
    readonly tryTls?: TryTls | undefined
  },
): Promise<readonly Check[]> {
  const mx = await askMx(asking, domain)
  const named = mx.kind === 'found' ? mx.values.map(({ host }) => host) : []
  const hosts = named.filter(host => host !== '.' && !isIPv4(host))
  const checks = await Promise.all([
    checkMtaSts(asking, { domain, hosts, fetchPolicy, tryTls }),
    checkTlsRpt(asking, domain),
    ...hosts.map(host => checkTlsa(asking, { host, domain, tryTls })),
  ])
  return checks.flat()
}

interface StsSubject {
  readonly domain: Domain
  readonly hosts: readonly string[]
  readonly fetchPolicy?: FetchPolicy | undefined
  readonly tryTls?: TryTls | undefined
}

async function checkMtaSts(
  asking: Asking,
  { domain, hosts, fetchPolicy, tryTls }: StsSubject,
): Promise<readonly Check[]> {
  const name = `_mta-sts.${domain}`
  const asked = await askTxt(asking, name)
  const wanted = 'one record, v=STSv1; id=…'
  const fix = txtLine(name, 'v=STSv1; id=1')
  if (asked.kind !== 'found') {
    const level = asked.kind === 'unknown' ? 'unknown' : 'note'
    return [check('mta-sts.record', { level, found: `${name} TXT: ${printNothing(asked, 'TXT')}`, wanted, fix })]
  }
  // RFC 8461 §3.1: records that do not begin with v=STSv1; are not looked at, and exactly one must remain.
  const records = asked.values.filter(text => /^v=STSv1\s*;/.test(text))
  const found = `${name} TXT: ${asked.values.map(text => JSON.stringify(text)).join(' and ')}`
  const tags = records.length === 1 ? parseTags(records[0]!) : undefined
  const valid = tags !== undefined && 'values' in tags && /^[A-Za-z0-9]{1,32}$/.test(tags.values.get('id') ?? '')
  if (!valid) return [check('mta-sts.record', { level: 'warn', found, wanted, fix })]
  const record = check('mta-sts.record', { level: 'ok', found, wanted })
  if (fetchPolicy === undefined) return [record]
  const fetched = await fetchPolicy(domain, asking.signal)
  const policy = judgePolicy(domain, hosts, fetched)
  const mode = 'text' in fetched ? /^\s*mode\s*:\s*(\w+)/m.exec(fetched.text)?.[1] : undefined
  if (tryTls === undefined || policy.level !== 'ok' || mode === 'none') return [record, policy]
  const certificates = hosts.map(host => checkCertificate(asking, { host, tryTls, enforced: mode === 'enforce' }))
  return [record, policy, ...(await Promise.all(certificates))]
}

/** RFC 8461 §4.2: for its MX name, and by an authority that everybody trusts. */
async function checkCertificate(
  asking: Asking,
  { host, tryTls, enforced }: { readonly host: string; readonly tryTls: TryTls; readonly enforced: boolean },
): Promise<Check> {
  const wanted = `STARTTLS, and a certificate for ${host} that is trusted`
  const verify = { by: 'pkix', names: [host as Domain] } as const
  const { problem, reached } = await tryTls({ host, verify }, asking.signal)
  if (problem === undefined) return check('mta-sts.certificate', { level: 'ok', found: `${host}: it fits`, wanted })
  const level = !reached ? 'unknown' : enforced ? 'warn' : 'note'
  const fix = `give ${host} a certificate for its name, before the policy says mode: enforce`
  return check('mta-sts.certificate', { level, found: `${host}: ${problem}`, wanted, fix })
}

function judgePolicy(
  domain: Domain,
  hosts: readonly string[],
  fetched: { readonly text: string } | { readonly problem: string },
): Check {
  const url = `https://mta-sts.${domain}/.well-known/mta-sts.txt`
  const wanted = `a policy that lists ${hosts.join(', ') || 'the mail hosts'}`
  const fix = [
    `serve at ${url}:`,
    'version: STSv1',
    'mode: testing',
    ...hosts.map(host => `mx: ${host}`),
    `max_age: ${WEEK_S}`,
  ].join('\n')
  const flaw = 'problem' in fetched ? fetched.problem : policyFlaw(fetched.text, hosts)
  if (flaw === undefined) return check('mta-sts.policy', { level: 'ok', found: `${url}: valid`, wanted })
  return check('mta-sts.policy', { level: 'warn', found: `${url}: ${flaw}`, wanted, fix })
}

function policyFlaw(text: string, hosts: readonly string[]): string | undefined {
  const lines = text.split(/\r?\n/).filter(line => line.trim() !== '')
  const fields = lines.map(line => /^\s*([a-z_]+)\s*:\s*(.*?)\s*$/.exec(line))
  if (fields.includes(null))
    return `a line that is no field: ${JSON.stringify(lines[fields.indexOf(null)]!.slice(0, 60))}`
  const all = (key: string): string[] => fields.filter(field => field?.[1] === key).map(field => field![2]!)
  const [mode] = all('mode')
  if (all('version')[0] !== 'STSv1') return 'no version: STSv1'
  if (mode !== 'enforce' && mode !== 'testing' && mode !== 'none') return `mode: ${mode ?? 'missing'}`
  if (!/^\d{1,10}$/.test(all('max_age')[0] ?? '')) return 'no max_age'
  if (mode === 'none') return undefined
  const patterns = all('mx').map(pattern => pattern.toLowerCase())
  const missing = hosts.find(host => !patterns.some(pattern => fits(host, pattern)))
  return missing === undefined ? undefined : `it does not list ${missing}, which is an MX (mode ${mode})`
}

/** RFC 8461 §4.1: `*.` stands for exactly one label. */
function fits(host: string, pattern: string): boolean {
  return pattern.startsWith('*.') ? host.slice(host.indexOf('.')) === pattern.slice(1) : host === pattern
}

async function checkTlsRpt(asking: Asking, domain: Domain): Promise<readonly Check[]> {
  const name = `_smtp._tls.${domain}`
  const asked = await askTxt(asking, name)
  const wanted = 'one record, v=TLSRPTv1; rua=…'
  const fix = txtLine(name, `v=TLSRPTv1; rua=mailto:postmaster@${domain}`)
  if (asked.kind !== 'found') {
    const level = asked.kind === 'unknown' ? 'unknown' : 'note'
    return [check('tlsrpt.record', { level, found: `${name} TXT: ${printNothing(asked, 'TXT')}`, wanted, fix })]
  }
  // RFC 8460 §3: exactly one that begins with v=TLSRPTv1;
  const records = asked.values.filter(text => /^v=TLSRPTv1\s*;/.test(text))
  const tags = records.length === 1 ? parseTags(records[0]!) : undefined
  const targets = tags !== undefined && 'values' in tags ? (tags.values.get('rua') ?? '').split(',') : ['']
  const valid = targets.every(uri => /^\s*(?:mailto:[^@\s]+@[^@\s]+|https:\/\/\S+)\s*$/i.test(uri))
  const found = `${name} TXT: ${asked.values.map(text => JSON.stringify(text)).join(' and ')}`
  return [check('tlsrpt.record', { level: valid ? 'ok' : 'warn', found, wanted, fix })]
}
