/**
 * Publish: what `dns` does: finds out what stands and what is wanted, and prints the plan.
 *
 * Policy. The SPF text comes from the very check that the gate of send() makes, so that the two never differ. Nothing is
 * written anywhere: whoever may change the zone pastes it.
 */
import type { OpenResolver, ResolvedOptions, SpecialRange } from '@postrider/core'
import type { RelayConfig } from '@postrider/relay'
import {
  type AskPublished,
  deletionsFor,
  FORMATS,
  type Format,
  type Plan,
  planRecords,
  printPlan,
  recordsIn,
} from '../records/index.ts'
import { EXIT, type ExitCode, writeJson } from '../terminal/index.ts'
import { type Context, type Input, listFlag, textFlag, UsageError } from './command.ts'
import { hostFlag, ipFlags, mailboxFlag, requireDomainName } from './flag-values.ts'
import { openMailerWith, readOptionsAbout } from './mailer.ts'
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
    throw new UsageError(`--dmarc: found "${dmarc}", wanted none, quarantine or reject`)
  }
  const options: PlanOptions = {
    mx: await hostFlag(input, 'mx'),
    dmarc,
    reports: await mailboxFlag(input, 'reports'),
    addresses: await ipFlags(input, 'address'),
    specialRanges: context.seams?.specialRanges,
  }
  const domains = await Promise.all(input.args.map(text => requireDomainName(text, 'domain')))
  const config = await readOptionsAbout(domains[0], input, context)
  for (const domain of domains.length > 0 ? domains : sendingDomains(config)) {
    const planned = await planFor(config, { domain, wanted: options }, signal)
    const whole = { ...planned, advice: [...planned.advice, ...(await tlsaOf(planned, input, context))] }
    const plan = input.flags.missing === true ? missingOf(whole) : whole
    if (context.json) writeJson(context.out, plan)
    else context.out.write(printPlan(plan, format))
    for (const old of deletionsFor(plan, format)) context.err.write(`delete first: ${old}\n`)
  }
  return EXIT.ok
}

function tlsaOf({ hostname, records }: Plan, input: Input, { cwd }: Context): Promise<readonly string[]> {
  const takesMail = records.some(({ type, value }) => type === 'MX' && value.endsWith(` ${hostname}`))
  return tlsaAdvice({ hostname, takesMail, files: listFlag(input, 'tlsa'), cwd })
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
  const { specialRanges: ranges } = wanted
  const { spf, addresses: all } = await findSpf(config, { domain, addresses: wanted.addresses, ranges }, signal)
  const addresses = all.filter(address => core.isPublicAddress(address, ranges))
  const keys = options.dkim
    .filter(key => domain === key.domain || domain.endsWith(`.${key.domain}`))
    .map(key => dkimRecord(loadDkimKey({ domain: key.domain, selector: key.selector, pem: key.privateKey })))
  const resolver = await openResolver(options)
  try {
    const { mx, dmarc, reports } = wanted
    const reverseNames = addresses.flatMap(address => reverseName(address) ?? [])
    const { adviseSpf, adviseDmarc, adviseMtaSts } = await core.recordAdvice()
    const advise = { spf: adviseSpf, dmarc: adviseDmarc, mtaSts: adviseMtaSts }
    const { hostname } = options
    const request = { domain, hostname, addresses, reverseNames, keys, spf, advise, mx, dmarc, reports }
    const plan = await planRecords(request, await askWith(resolver, signal))
    const unseen = all.flatMap(address => {
      const special = core.specialRange(address, ranges)
      return special === undefined
        ? []
        : [`${core.printSpecial(address, special)}: no receiver sees it, so nothing is published for it`]
    })
    return { ...plan, advice: [...unseen, ...plan.advice] }
  } finally {
    await resolver.close()
  }
}

/** Our public addresses, and the SPF record that would cover them where the present one does not. */
async function findSpf(
  config: RelayConfig,
  {
    domain,
    addresses,
    ranges,
  }: {
    readonly domain: string
    readonly addresses: readonly string[]
    readonly ranges: readonly SpecialRange[] | undefined
  },
  signal: AbortSignal,
): Promise<{ readonly spf: string | undefined; readonly addresses: readonly string[] }> {
  const { options } = config
  const publicAddresses = addresses.length > 0 ? addresses : options.egress.publicAddresses
  const looking: ResolvedOptions = {
    ...options,
    // Everything is told, nothing refused; and nothing is queued.
    preflight: 'warn',
    egress: { ...options.egress, publicAddresses },
    queue: { ...options.queue, path: ':memory:' },
    mtaSts: {},
  }
  const mailer = await openMailerWith(
    { ...config, options: looking },
    'look',
    ranges === undefined ? {} : { specialRanges: ranges },
  )
  try {
    const sender = `postmaster@${domain}`
    const cleared = await mailer.clearance({ envelopeFrom: sender, from: [sender] }, { signal })
    const fixes = cleared.checks.filter(({ id }) => id.startsWith('spf.') || id === 'auth.spf-or-dkim')
    const lines = fixes.flatMap(({ fix }) => recordsIn(fix ?? ''))
    const spf = lines.find(({ name, value }) => name === domain && /^v=spf1/i.test(value))?.value
    return { spf, addresses: cleared.publicAddresses.map(({ address }) => address) }
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
