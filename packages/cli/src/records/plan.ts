/**
 * Plan: which records a domain should have to send from this host, and which of them stand already.
 *
 * Policy. What is there and right is kept as its owner wrote it. SPF is never a second record: the text to publish says what
 * the present one says, and covers our addresses besides. DMARC begins with p=none and goes on in stages, because a policy
 * that comes too early loses mail. What mail can do without (MTA-STS, TLSRPT) is marked optional.
 *
 * Not here: what SPF, DMARC and MTA-STS should say (core, for the doctor too: handed in), how records are written.
 */

import type { DmarcAdvice, SpfAdvice } from '@postrider/core'
import { say } from '../language/records.ts'
import { type AnnouncedPolicy, stsRecords } from './mta-sts.ts'
import { type AskPublished, besidePublished } from './published.ts'
import type { Plan, PolicyFile, PublishRecord, Stage } from './record.ts'
import { type ReturnPathRequest, returnPathRecords } from './return-path.ts'

export interface PlanRequest {
  readonly domain: string
  readonly hostname: string
  /** The addresses that the world sees. */
  readonly addresses: readonly string[]
  /** Names of the PTR records of these addresses, in the same order. */
  readonly reverseNames: readonly string[]
  /** Of each key that signs for the domain. */
  readonly keys: readonly { readonly name: string; readonly value: string }[]
  /** What SPF should say, given what stands. */
  readonly spf: SpfAdvice
  readonly advise: Advise
  /** The host that takes the domain's mail, when there is no MX yet. */
  readonly mx?: string | undefined
  /** @default that of the present record, else `none` */
  readonly dmarc?: Stage['policy'] | undefined
  /** Where DMARC and TLS reports go. @default postmaster@ the domain */
  readonly reports?: string | undefined
  /** Where DMARC reports are counted: they go there when nobody says where. */
  readonly counted?: string | undefined
  /** Where its bounces come to, when that is a domain of its own. */
  readonly returnPath?: ReturnPathRequest | undefined
}

/** What core says that a domain should publish, given the texts that are published. */
export interface Advise {
  readonly dmarc: (
    published: readonly string[],
    request: { readonly domain: string; readonly reports: string },
  ) => DmarcAdvice
  readonly mtaSts: (domain: string, hosts: readonly string[]) => AnnouncedPolicy
}

const STAGES = [
  { policy: 'none', when: 'dmarc.when.first' },
  { policy: 'quarantine', when: 'dmarc.when.quarantine' },
  { policy: 'reject', when: 'dmarc.when.reject' },
] as const satisfies readonly { policy: Stage['policy']; when: `dmarc.when.${string}` }[]

export async function planRecords(request: PlanRequest, ask: AskPublished): Promise<Plan> {
  const { domain, hostname } = request
  const hosts = await mailHosts(request, ask)
  const policy = hosts.length === 0 ? undefined : request.advise.mtaSts(domain, hosts)
  const toServe = policy?.givenAt === undefined ? policy : undefined
  const policyFile: PolicyFile | undefined = toServe && { url: toServe.url, text: toServe.text }
  const [host, spf, keys, dmarc, mx, returns, reports, sts] = await Promise.all([
    Promise.all(hostRecords(request, ask)),
    spfRecords(request, ask),
    Promise.all(request.keys.map(key => keyRecord(key, ask))),
    dmarcRecord(request, ask),
    mxRecord(request, ask),
    request.returnPath === undefined ? [] : returnPathRecords(request.returnPath, ask),
    tlsReports(request, ask),
    policy === undefined ? [] : stsRecords(policy, ask),
  ])
  return {
    domain,
    hostname,
    records: [...host.flat(), ...spf, ...keys, ...dmarc.records, ...mx, ...returns, ...reports, ...sts],
    ...(policyFile === undefined ? {} : { policyFile }),
    dmarcStages: dmarc.stages,
    advice: advice(request, { hasMx: hosts.length > 0, stages: dmarc.stages }),
  }
}

/** Who can set what stands at the name of the host. */
function hostSetBy({ domain, hostname }: PlanRequest): PublishRecord['setBy'] {
  return hostname === domain || hostname.endsWith(`.${domain}`) ? 'domain' : 'other-domain'
}

function hostRecords(request: PlanRequest, ask: AskPublished) {
  const { hostname, addresses, reverseNames } = request
  return addresses.map(async (address, index) => {
    const type = address.includes(':') ? 'AAAA' : 'A'
    const forward = await besidePublished(
      {
        purpose: 'host',
        name: hostname,
        type,
        value: address,
        setBy: hostSetBy(request),
        why: say('record.host'),
      },
      ask,
    )
    const name = reverseNames[index]
    if (name === undefined) return [forward]
    const reverse = await besidePublished(
      {
        purpose: 'ptr',
        name,
        type: 'PTR',
        value: hostname,
        setBy: 'address-provider',
        rival: text => text !== hostname,
        why: say('record.ptr', { address }),
      },
      ask,
    )
    return [forward, reverse]
  })
}

async function spfRecords(request: PlanRequest, ask: AskPublished): Promise<PublishRecord[]> {
  const { domain, hostname, spf } = request
  const why = say('record.spf')
  const rival = (text: string): boolean => spf.replaces.includes(text)
  const own = await besidePublished({ purpose: 'spf', name: domain, type: 'TXT', value: spf.record, why, rival }, ask)
  if (hostname === domain) return [own]
  const helo = await besidePublished(
    {
      purpose: 'helo-spf',
      name: hostname,
      type: 'TXT',
      value: 'v=spf1 a -all',
      same: isSpf,
      setBy: hostSetBy(request),
      why: say('record.helo-spf'),
    },
    ask,
  )
  return [own, helo]
}

function isSpf(text: string): boolean {
  return /^v=spf1(?: |$)/i.test(text)
}

function keyRecord({ name, value }: { readonly name: string; readonly value: string }, ask: AskPublished) {
  const keyIn = (text: string): string => (/(?:^|;)\s*p=([^;]*)/.exec(text)?.[1] ?? '').replace(/[\s=]/g, '')
  const same = (text: string): boolean => keyIn(text) === keyIn(value)
  const why = say('record.dkim')
  return besidePublished({ purpose: 'dkim', name, type: 'TXT', value, why, same, rival: () => true }, ask)
}

async function dmarcRecord(
  { domain, dmarc, counted = `postmaster@${domain}`, reports = counted, advise }: PlanRequest,
  ask: AskPublished,
): Promise<{ records: PublishRecord[]; stages: Stage[] }> {
  const name = `_dmarc.${domain}`
  const there = await ask(name, 'TXT')
  const texts = there === 'unknown' ? [] : there
  const isRight = (text: string): boolean =>
    /^v\s*=\s*DMARC1\s*;\s*p\s*=\s*(?:none|quarantine|reject)\s*(?:;|$)/.test(text)
  const advice = advise.dmarc(texts, { domain, reports })
  // What can be read is kept letter by letter.
  const [only] = advice.replaces
  const base = advice.replaces.length === 1 && only !== undefined && isRight(only) ? only : advice.record
  const policyNow = /;\s*p\s*=\s*(none|quarantine|reject)\b/i.exec(base)?.[1]?.toLowerCase()
  const withPolicy = (policy: Stage['policy']): string => base.replace(/(;\s*p\s*=\s*)\w+/i, `$1${policy}`)
  const policy = dmarc ?? (policyNow as Stage['policy'] | undefined) ?? 'none'
  const why = say('record.dmarc')
  const record = await besidePublished(
    {
      purpose: 'dmarc',
      name,
      type: 'TXT',
      value: withPolicy(policy),
      why,
      rival: text => advice.replaces.includes(text),
    },
    ask,
  )
  const later = STAGES.slice(STAGES.findIndex(stage => stage.policy === policy) + 1)
  const stages = later.map(stage => ({
    policy: stage.policy,
    when: say(stage.when),
    record: { name, type: 'TXT' as const, value: withPolicy(stage.policy) },
  }))
  const target = reports.slice(reports.indexOf('@') + 1).toLowerCase()
  if (target === domain || target.endsWith(`.${domain}`) || domain.endsWith(`.${target}`))
    return { records: [record], stages }
  // RFC 9990 §4 (formerly RFC 7489 §7.1): the other organisation has to agree.
  const consent = await besidePublished(
    {
      purpose: 'dmarc-reports',
      name: `${domain}._report._dmarc.${target}`,
      type: 'TXT',
      value: 'v=DMARC1',
      setBy: 'other-domain',
      why: say('record.consent', { target }),
    },
    ask,
  )
  return { records: [record, consent], stages }
}

async function mxRecord({ domain, mx }: PlanRequest, ask: AskPublished): Promise<PublishRecord[]> {
  const there = await ask(domain, 'MX')
  const why = say('record.mx')
  const present = there === 'unknown' ? undefined : there[0]
  const value = mx === undefined ? present : `10 ${mx}`
  if (value === undefined) return []
  const rival = mx === undefined ? undefined : (text: string) => text.endsWith(' .') || text === '0 '
  return [
    await besidePublished({ purpose: 'mx', name: domain, type: 'MX', value, why, ...(rival ? { rival } : {}) }, ask),
  ]
}

async function mailHosts({ domain, mx }: PlanRequest, ask: AskPublished): Promise<readonly string[]> {
  if (mx !== undefined) return [mx]
  const there = await ask(domain, 'MX')
  return there === 'unknown'
    ? []
    : there.map(text => text.split(' ')[1] ?? '').filter(host => host !== '' && host !== '.')
}

async function tlsReports(
  { domain, reports = `postmaster@${domain}` }: PlanRequest,
  ask: AskPublished,
): Promise<PublishRecord[]> {
  return [
    await besidePublished(
      {
        purpose: 'tlsrpt',
        name: `_smtp._tls.${domain}`,
        type: 'TXT',
        value: `v=TLSRPTv1; rua=mailto:${reports}`,
        same: text => /^v=TLSRPTv1\s*;/.test(text),
        optional: true,
        why: say('record.tlsrpt'),
      },
      ask,
    ),
  ]
}

function advice(
  { domain, hostname, addresses }: PlanRequest,
  { hasMx, stages }: { readonly hasMx: boolean; readonly stages: readonly Stage[] },
): string[] {
  return [
    ...(addresses.length === 0 ? [say('advice.no-address')] : []),
    ...(hasMx ? [] : [say('advice.no-mx', { domain })]),
    ...(addresses.length === 0 ? [] : [say('advice.ptr', { hostname })]),
    stages.some(stage => stage.policy === 'quarantine') ? say('advice.bimi-later') : say('advice.bimi', { domain }),
  ]
}
