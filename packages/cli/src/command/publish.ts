/**
 * Publish: what `dns` does: finds out what stands and what is wanted, and prints the plan.
 *
 * Policy. What to publish, and under which name, comes from the functions that the doctor and a first start ask, so that they
 * never differ. Nothing is written anywhere: whoever may change the zone pastes it.
 */

import type { OpenResolver, ResolvedOptions, SpecialRange } from '@postrider/core'
import type { RelayConfig } from '@postrider/relay'
import { say } from '../language/commands.ts'
import {
  type Advise,
  type AnnouncedPolicy,
  type AskPublished,
  deletionsFor,
  FORMATS,
  type Format,
  type Plan,
  type PlanRequest,
  placePlan,
  planRecords,
  printPlan,
} from '../records/index.ts'
import { EXIT, type ExitCode, writeJson } from '../terminal/index.ts'
import { type Context, type Input, listFlag, textFlag, UsageError } from './command.ts'
import { hostFlag, ipFlags, mailboxFlag, requireSenderDomain } from './flag-values.ts'
import { inMemory, openMailerWith, readOptionsAbout } from './mailer.ts'
import { sendingDomains } from './senders.ts'
import { tlsaAdvice } from './tlsa-advice.ts'

export interface PlanOptions {
  readonly mx: string | undefined
  readonly dmarc: Plan['dmarcStages'][number]['policy'] | undefined
  readonly reports: string | undefined
  readonly addresses: readonly string[]
  /** Addresses that no receiver sees. @default all of IANA's */
  readonly specialRanges?: readonly SpecialRange[] | undefined
}

export async function run(input: Input, context: Context, signal: AbortSignal): Promise<ExitCode> {
  const format = formatOf(textFlag(input, 'format') ?? 'zone')
  const dmarc = textFlag(input, 'dmarc')
  if (dmarc !== undefined && dmarc !== 'none' && dmarc !== 'quarantine' && dmarc !== 'reject') {
    throw new UsageError(say('usage.dmarc', { dmarc }))
  }
  const options: PlanOptions = {
    mx: await hostFlag(input, 'mx'),
    dmarc,
    reports: await mailboxFlag(input, 'reports'),
    addresses: await ipFlags(input, 'address'),
    specialRanges: context.seams?.specialRanges,
  }
  const domains = await Promise.all(input.args.map(text => requireSenderDomain(text, 'domain')))
  const config = await readOptionsAbout(domains[0], input, context)
  for (const domain of domains.length > 0 ? domains : sendingDomains(config)) {
    const planned = await planFor(config, { domain, wanted: options }, signal)
    const whole = { ...planned, advice: [...planned.advice, ...(await tlsaOf(planned, { input, config }, context))] }
    const plan = input.flags.missing === true ? missingOf(whole) : whole
    if (context.json) writeJson(context.out, plan)
    else context.out.write(printPlan(plan, format))
    for (const old of deletionsFor(plan, format)) context.err.write(`delete first: ${old}\n`)
  }
  return EXIT.ok
}

async function tlsaOf(
  { hostname, records }: Plan,
  { input, config }: { readonly input: Input; readonly config: RelayConfig },
  { cwd }: Context,
): Promise<readonly string[]> {
  const takesMail = records.some(({ type, value }) => type === 'MX' && value.endsWith(` ${hostname}`))
  const shown = config.relay.inbound.listen.length > 0 ? await shownCertificate(config) : undefined
  return tlsaAdvice({ hostname, takesMail, files: listFlag(input, 'tlsa'), cwd, shown })
}

/** The certificate of this relay for its own name, as its listeners choose it: also by a wildcard (RFC 9525 §6.3). */
async function shownCertificate(config: RelayConfig): Promise<string | undefined> {
  const { findCertificates } = await import('@postrider/relay')
  const { pairs } = await findCertificates(config)
  const name = config.options.hostname.toLowerCase()
  const wildcard = `*${name.slice(name.indexOf('.'))}`
  return pairs.find(({ names }) => names.includes(name) || names.includes(wildcard))?.certificate
}

function formatOf(text: string): Format {
  const format = FORMATS.find(known => known === text)
  if (format === undefined) throw new UsageError(`--format: found "${text}", wanted ${FORMATS.join(', ')}`)
  return format
}

/** The plan of one domain, against what DNS says now. */
export async function planFor(
  config: RelayConfig,
  { domain, wanted }: { readonly domain: string; readonly wanted: PlanOptions },
  signal: AbortSignal,
): Promise<Plan> {
  const core = await import('@postrider/core')
  const { dkimRecord, loadDkimKey, reverseName } = core
  const { options } = config
  const { hostname } = options
  const { mx, dmarc, reports, specialRanges: ranges } = wanted
  const all = await findAddresses(config, { domain, wanted }, signal)
  const addresses = all.filter(address => core.isPublicAddress(address, ranges))
  const keys = options.dkim
    .filter(({ standing }) => standing !== 'revoked')
    .filter(key => domain === key.domain || domain.endsWith(`.${key.domain}`))
    .map(key => dkimRecord(loadDkimKey({ domain: key.domain, selector: key.selector, pem: key.privateKey })))
  const resolver = await openResolver(options)
  try {
    const asking = { resolver, signal }
    const { adviseSpf, adviseDmarc, adviseMtaSts, findRecordPlace, findSpfAdvice } = await core.recordAdvice()
    const given = await policyGiven(config, { domain, addresses })
    // Through another host mail leaves from addresses that are not known here: what stands is left as it is meant.
    const sending = leavesThroughAnother(options) ? [] : addresses
    const spf =
      (await findSpfAdvice(asking, { domain, hostname, addresses: sending, ranges })) ??
      adviseSpf([], { addresses: sending, hostname })
    const reverseNames = addresses.flatMap(address => reverseName(address) ?? [])
    const mtaSts: Advise['mtaSts'] = (name, hosts) => given ?? adviseMtaSts(name, hosts)
    const advise = { dmarc: adviseDmarc, mtaSts }
    const returnPath = await returnPathOf(config, { domain, addresses, sending, asking, ranges })
    // The relay counts the DMARC reports that come there, and takes no others: see inbound-policy.ts.
    const counts = returnPath?.host !== undefined && config.relay.inbound.listen.length > 0
    const counted = counts ? `reports@${returnPath.domain}` : undefined
    // Whoever asks about the domain of the return addresses itself gets its MX as that of any other.
    const host = options.returnPath.domain === domain && options.returnPath.receivedBy === 'relay' ? hostname : mx
    const request = {
      domain,
      hostname,
      addresses,
      reverseNames,
      keys,
      spf,
      advise,
      mx: mx ?? host,
      dmarc,
      reports,
      counted,
      returnPath,
    }
    const plan = await planRecords(request, await askWith(resolver, signal))
    const unseen = all.flatMap(address => {
      const special = core.specialRange(address, ranges)
      return special === undefined ? [] : [say('dns.unseen', { address: core.printSpecial(address, special) })]
    })
    return await placePlan({ ...plan, advice: [...unseen, ...plan.advice] }, name => findRecordPlace(asking, name))
  } finally {
    await resolver.close()
  }
}

interface ReturnPathAbout {
  /** The sender's. */
  readonly domain: string
  /** Of this host. */
  readonly addresses: readonly string[]
  readonly sending: readonly string[]
  readonly asking: { readonly resolver: OpenResolver; readonly signal: AbortSignal }
  readonly ranges: readonly SpecialRange[] | undefined
}

/** What the domain of return addresses wants, where it belongs to the same organisation. */
async function returnPathOf(
  config: RelayConfig,
  { domain: sender, addresses, sending, asking, ranges }: ReturnPathAbout,
): Promise<PlanRequest['returnPath']> {
  const { hostname, returnPath } = config.options
  const { domain, receivedBy } = returnPath
  if (domain === undefined || domain === sender) return undefined
  const core = await import('@postrider/core')
  const { adviseSpf, findSpfAdvice, organisationalDomain } = await core.recordAdvice()
  if (organisationalDomain(domain) !== organisationalDomain(sender)) return undefined
  const spf =
    (await findSpfAdvice(asking, { domain, hostname, addresses: sending, ranges })) ??
    adviseSpf([], { addresses: sending, hostname })
  if (receivedBy !== 'relay') return { domain, spf }
  return { domain, spf, host: hostname, policy: await policyGiven(config, { domain, addresses }) }
}

/** The policy that this relay gives for a domain, as it is. */
async function policyGiven(
  config: RelayConfig,
  { domain, addresses }: { readonly domain: string; readonly addresses: readonly string[] },
): Promise<AnnouncedPolicy | undefined> {
  const { givenPolicy } = await import('@postrider/relay')
  const text = await givenPolicy(config, domain)
  if (text === undefined) return undefined
  const { announceMtaSts } = await (await import('@postrider/core')).recordAdvice()
  return { ...announceMtaSts(domain, text), givenAt: addresses }
}

function leavesThroughAnother({ routes }: ResolvedOptions): boolean {
  return routes.some(({ domain }) => domain === '*')
}

/** The addresses that mail leaves from, as they were given or are found out. */
async function findAddresses(
  config: RelayConfig,
  { domain, wanted }: { readonly domain: string; readonly wanted: PlanOptions },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const given = wanted.addresses.length > 0 ? wanted.addresses : config.options.egress.publicAddresses
  if (given.length > 0) return given
  const { specialRanges } = wanted
  const looking = inMemory({ ...config, options: { ...config.options, preflight: 'warn' } })
  const mailer = await openMailerWith(looking, 'look', specialRanges === undefined ? {} : { specialRanges })
  try {
    const sender = `postmaster@${domain}`
    const { publicAddresses } = await mailer.clearance({ envelopeFrom: sender, from: [sender] }, { signal })
    return publicAddresses.map(({ address }) => address)
  } finally {
    await mailer.close()
  }
}

async function openResolver({ dns }: ResolvedOptions): Promise<OpenResolver> {
  const { createResolver, systemClock } = await import('@postrider/core')
  const { servers, timeoutMs, trustAd } = dns
  return createResolver({ servers, timeoutMs, trustAd, clock: systemClock })
}

async function askWith(resolver: OpenResolver, signal: AbortSignal): Promise<AskPublished> {
  const { isAbsence } = await import('@postrider/core')
  return async (name, type) => {
    try {
      const { records } = await resolver.query({ name, type }, signal)
      return records.flatMap(record => {
        switch (record.type) {
          case 'A':
          case 'AAAA':
            return [record.address]
          case 'TXT':
            return [record.strings.join('')]
          case 'MX':
            return [`${record.preference} ${record.exchange}`]
          case 'PTR':
            return [record.target]
          default:
            return []
        }
      })
    } catch (error) {
      signal.throwIfAborted()
      return isAbsence(error) ? [] : 'unknown'
    }
  }
}

function missingOf(plan: Plan): Plan {
  const records = plan.records.filter(({ state }) => state !== 'published')
  const { policyFile, ...rest } = plan
  const sts = records.some(({ purpose }) => purpose === 'mta-sts')
  return { ...rest, records, dmarcStages: [], advice: [], ...(sts && policyFile !== undefined ? { policyFile } : {}) }
}
