/**
 * MtaSts: do others learn that the sender's domain is to be reached over verified TLS, and can they obey?
 *
 * Policy. None is a note, because nothing is needed of it to send. A policy that is wrong is worse than none: senders that obey
 * it will not deliver replies and bounces, and one that cannot be read protects nothing.
 *
 * Not here: what to publish (mta-sts-advice.ts), what we do with the policies of others (route/). RFC 8461.
 */
import { say } from '../../language/findings-host.ts'
import type { Domain } from '../../model/address.ts'
import type { Check } from '../../model/clearance.ts'
import { type Asking, askTxt, printNothing } from '../ask.ts'
import { adviseMtaSts } from '../mta-sts-advice.ts'
import { txtLine } from '../record-text.ts'
import { check } from '../report.ts'
import { parseTags } from '../tags.ts'
import type { TryTls } from './tlsa.ts'

/** Fetches `https://mta-sts.<domain>/.well-known/mta-sts.txt`. */
export type FetchPolicy = (
  domain: string,
  signal: AbortSignal,
) => Promise<{ readonly text: string } | { readonly problem: string }>

/** Google and others take no less; RFC 8461 §3.2 advises weeks. */
const LEAST_AGE_S = 86_400
/** RFC 8461 §3.2 */
const MOST_AGE_S = 31_557_600

interface StsSubject {
  readonly domain: Domain
  readonly hosts: readonly string[]
  readonly fetchPolicy?: FetchPolicy | undefined
  readonly tryTls?: TryTls | undefined
}

export async function checkMtaSts(
  asking: Asking,
  { domain, hosts, fetchPolicy, tryTls }: StsSubject,
): Promise<readonly Check[]> {
  const name = `_mta-sts.${domain}`
  const asked = await askTxt(asking, name)
  const wanted = say('mta-sts.record.wanted')
  const advice = adviseMtaSts(domain, hosts)
  const fix = txtLine(advice.record.name, advice.record.value)
  if (asked.kind !== 'found') {
    const found = `${name} TXT: ${printNothing(asked, 'TXT')}`
    if (asked.kind === 'unknown') return [check('mta-sts.record', { level: 'unknown', found, wanted })]
    return [check('mta-sts.record', { level: 'note', found, wanted, fix: hosts.length === 0 ? undefined : fix })]
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
  const mode = 'text' in fetched ? /^[ \t]*mode[ \t]*:[ \t]*(\w+)/m.exec(fetched.text)?.[1] : undefined
  if (tryTls === undefined || policy.level !== 'ok' || mode === 'none') return [record, policy]
  const certificates = hosts.map(host => checkCertificate(asking, { host, tryTls, enforced: mode === 'enforce' }))
  return [record, policy, ...(await Promise.all(certificates))]
}

/** RFC 8461 §4.2: for its MX name, and by an authority that everybody trusts. */
async function checkCertificate(
  asking: Asking,
  { host, tryTls, enforced }: { readonly host: string; readonly tryTls: TryTls; readonly enforced: boolean },
): Promise<Check> {
  const wanted = say('mta-sts.certificate.wanted', { host })
  const verify = { by: 'pkix', names: [host as Domain] } as const
  const { problem, reached } = await tryTls({ host, verify }, asking.signal)
  if (problem === undefined)
    return check('mta-sts.certificate', { level: 'ok', found: say('mta-sts.certificate.found.fits', { host }), wanted })
  const level = !reached ? 'unknown' : enforced ? 'warn' : 'note'
  const fix = say('mta-sts.certificate.fix', { host })
  return check('mta-sts.certificate', { level, found: `${host}: ${problem}`, wanted, fix })
}

function judgePolicy(
  domain: Domain,
  hosts: readonly string[],
  fetched: { readonly text: string } | { readonly problem: string },
): Check {
  const { url, text, record } = adviseMtaSts(domain, hosts)
  const wanted = say('mta-sts.policy.wanted', { hosts: hosts.join(', ') || say('mta-sts.policy.the-hosts') })
  // RFC 8461 §3.1: the id tells that there is another policy, once it is there.
  const fix = say('mta-sts.policy.fix', { url, policy: text, record: txtLine(record.name, record.value) })
  const flaw = 'problem' in fetched ? { text: fetched.problem } : policyFlaw(fetched.text, hosts)
  if (flaw === undefined)
    return check('mta-sts.policy', { level: 'ok', found: say('mta-sts.policy.found', { url }), wanted })
  return check('mta-sts.policy', { level: flaw.level ?? 'warn', found: `${url}: ${flaw.text}`, wanted, fix })
}

interface Flaw {
  readonly text: string
  /** @default warn */
  readonly level?: 'note'
}

const flawed = (text: string): Flaw => ({ text })

/** RFC 8461 §3.2 */
function policyFlaw(text: string, hosts: readonly string[]): Flaw | undefined {
  if (text.startsWith('\uFEFF')) return flawed(say('mta-sts.flaw.byte-order-mark'))
  const lines = text.split(/\r?\n/).filter(line => line.trim() !== '')
  const fields = lines.map(line => /^[ \t]*([a-zA-Z0-9][a-zA-Z0-9_.-]*)[ \t]*:(.*)$/.exec(line))
  if (fields.includes(null))
    return flawed(say('mta-sts.flaw.no-field', { line: JSON.stringify(lines[fields.indexOf(null)]!.slice(0, 60)) }))
  const all = (key: string): string[] =>
    fields.filter(field => field?.[1] === key).map(field => field![2]!.replace(/^[ \t]+|(?<![ \t])[ \t]+$/g, ''))
  const twice = ['version', 'mode', 'max_age'].find(key => all(key).length > 1)
  if (twice !== undefined) return flawed(say('mta-sts.flaw.twice', { field: twice }))
  const [mode] = all('mode')
  if (all('version')[0] !== 'STSv1') return flawed(say('mta-sts.flaw.no-version'))
  if (mode !== 'enforce' && mode !== 'testing' && mode !== 'none')
    return flawed(mode === undefined ? say('mta-sts.flaw.no-mode') : `mode: ${mode}`)
  const age = ageFlaw(all('max_age')[0] ?? '')
  if (age !== undefined) return flawed(age)
  if (mode === 'none') return { text: say('mta-sts.flaw.mode-none'), level: 'note' }
  const patterns = all('mx').map(pattern => pattern.toLowerCase())
  const missing = hosts.find(host => !patterns.some(pattern => fits(host, pattern)))
  return missing === undefined ? undefined : flawed(say('mta-sts.flaw.host-missing', { host: missing, mode }))
}

function ageFlaw(text: string): string | undefined {
  if (!/^\d{1,10}$/.test(text)) return say('mta-sts.flaw.no-age')
  const seconds = Number(text)
  if (seconds < LEAST_AGE_S) return say('mta-sts.flaw.short-age', { seconds: text })
  return seconds > MOST_AGE_S ? say('mta-sts.flaw.long-age', { seconds: text, most: MOST_AGE_S }) : undefined
}

/** RFC 8461 §4.1: `*.` stands for exactly one label. */
function fits(host: string, pattern: string): boolean {
  return pattern.startsWith('*.') ? host.slice(host.indexOf('.')) === pattern.slice(1) : host === pattern
}
