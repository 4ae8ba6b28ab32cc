/**
 * Dmarc: what receivers report of mail in the name of our domains, and what follows: do our addresses pass at each of them, who else
 * sends, and may the policy be raised.
 *
 * Policy. A source is ours when it is an address of ours or its SPF is aligned: whoever holds the domain lets it send. One with an aligned
 * signature alone passed our mail on; one with neither is somebody that nobody named yet. The policy may be raised when reports of
 * fourteen days show at least 98 % aligned; until then the sources that keep it from that are named, the largest first. Anyone can write
 * reports, and so it is advice for people, who see by whom they are; nothing is changed by itself.
 *
 * Not here: reports (report/), how they are kept (queue/dmarc-rows.ts). RFC 9989 §7, RFC 9990.
 */
import { networkInterfaces } from 'node:os'
import type { Clock } from '../ambient/clock.ts'
import type { ResolvedOptions } from '../config/index.ts'
import { requireDomain } from '../model/address.ts'
import type { DmarcCount, DmarcReports } from '../model/dmarc-count.ts'
import { dayOf } from '../model/tls-result.ts'
import type { QueueStore } from '../queue/index.ts'
import type { DmarcRequest } from './requests.ts'

/** Of messages. */
export interface DmarcShare {
  /** How many messages were reported. */
  readonly messages: number
  /** How many of them passed DMARC: by an aligned signature, or an aligned SPF. */
  readonly aligned: number
}

export interface DmarcReporter extends DmarcShare {
  /** Empty for what was summed for want of room. */
  readonly reporter: string
  /** Of what came from addresses of ours. */
  readonly ours: DmarcShare
}

export interface DmarcSource extends DmarcShare {
  /** Empty for what was summed for want of room. */
  readonly source: string
  /** `ours`: our address, or SPF is aligned. `forwarder`: only the signature is. `stranger`: neither. */
  readonly kind: 'ours' | 'forwarder' | 'stranger'
  /** Messages with an aligned DKIM signature. */
  readonly dkim: number
  /** Messages with an aligned SPF. */
  readonly spf: number
  /** Refused or put aside. */
  readonly refused: number
  /** How many receivers saw it. */
  readonly reporters: number
}

/** `wait`: too few days. `mend`: mail of ours fails. `name`: somebody unknown sends much of it. `raise` to `next`. `stay`: it is at the top. */
export type PolicyAdvice = 'wait' | 'mend' | 'name' | 'raise' | 'stay'

export interface DmarcOverview extends DmarcShare {
  /** The From domain that reports are about. */
  readonly domain: string
  /** As the newest report saw it. */
  readonly policy: string
  /** How many reports were counted. */
  readonly reports: number
  /** Of how many days there are reports. */
  readonly days: number
  /** Of what came from our own sources. */
  readonly ours: DmarcShare
  /** Who reported, the largest first. */
  readonly reporters: readonly DmarcReporter[]
  /** The largest first. */
  readonly sources: readonly DmarcSource[]
  /** Whether the policy may be raised, or what stands in the way. */
  readonly advice: PolicyAdvice
  /** The policy to publish next; with the advice `raise` only. */
  readonly next?: 'quarantine' | 'reject'
}

const ENOUGH_DAYS = 14
const ENOUGH = 0.98

/** Domains that mail is signed for, and those that it comes back to. */
export function ownDomains({ dkim, returnPath, hostname }: ResolvedOptions): readonly string[] {
  const domains = [...dkim.map(({ domain }) => domain as string), ...(returnPath.domain ? [returnPath.domain] : [])]
  return domains.length > 0 ? domains : [hostname]
}

export interface DmarcPorts {
  readonly store: Pick<QueueStore, 'dmarc'>
  readonly clock: Clock
  readonly options: ResolvedOptions
  readonly interfaces: (() => readonly string[]) | undefined
}

export async function readDmarc(
  { days = 30, domain }: DmarcRequest,
  { store, clock, options, interfaces = systemAddresses }: DmarcPorts,
): Promise<readonly DmarcOverview[]> {
  const today = dayOf(clock.now())
  const { counts, reports } = await store.dmarc({
    since: today - days + 1,
    before: today + 2,
    ...(domain === undefined ? {} : { domain: requireDomain(domain, 'domain') }),
  })
  const { addresses, publicAddresses } = options.egress
  const own = new Set([...addresses, ...publicAddresses, ...interfaces()])
  const byDomain = Map.groupBy(counts, one => one.domain)
  return reports.map(one => overviewOf(one, byDomain.get(one.domain) ?? [], own))
}

function systemAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap(all => all?.map(({ address }) => address) ?? [])
}

function overviewOf(
  { domain, policy, reports, days }: DmarcReports,
  counts: readonly DmarcCount[],
  own: ReadonlySet<string>,
): DmarcOverview {
  const sources = [...Map.groupBy(counts, ({ source }) => source)]
    .map(([source, its]) => sourceOf(source, its, own))
    .sort((a, b) => b.messages - a.messages)
  const ours = new Set(sources.filter(({ kind }) => kind === 'ours').map(({ source }) => source))
  const ofOurs = (its: readonly DmarcCount[]): DmarcShare => share(its.filter(({ source }) => ours.has(source)))
  const reporters = [...Map.groupBy(counts, ({ reporter }) => reporter)]
    .map(([reporter, its]) => ({ reporter, ...share(its), ours: ofOurs(its) }))
    .sort((a, b) => b.messages - a.messages)
  const whole = { ...share(counts), ours: ofOurs(counts) }
  return { domain, policy, reports, days, ...whole, reporters, sources, ...adviceOf(policy, days, whole) }
}

function sourceOf(source: string, its: readonly DmarcCount[], own: ReadonlySet<string>): DmarcSource {
  const messages = (which: (one: DmarcCount) => boolean): number => share(its.filter(which)).messages
  const [dkim, spf] = [messages(one => one.dkim), messages(one => one.spf)]
  return {
    source,
    kind: own.has(source) || spf > 0 ? 'ours' : dkim > 0 ? 'forwarder' : 'stranger',
    ...share(its),
    dkim,
    spf,
    refused: messages(({ disposition }) => disposition !== 'none'),
    reporters: new Set(its.map(({ reporter }) => reporter)).size,
  }
}

function share(counts: readonly DmarcCount[]): DmarcShare {
  let [messages, aligned] = [0, 0]
  for (const { count, dkim, spf } of counts) {
    messages += count
    if (dkim || spf) aligned += count
  }
  return { messages, aligned }
}

function adviceOf(
  policy: string,
  days: number,
  { messages, aligned, ours }: DmarcShare & { readonly ours: DmarcShare },
): Pick<DmarcOverview, 'advice' | 'next'> {
  if (ours.messages > 0 && ours.aligned < ours.messages * ENOUGH) return { advice: 'mend' }
  if (policy === 'reject') return { advice: 'stay' }
  if (days < ENOUGH_DAYS || messages === 0) return { advice: 'wait' }
  if (aligned < messages * ENOUGH) return { advice: 'name' }
  return { advice: 'raise', next: policy === 'quarantine' ? 'reject' : 'quarantine' }
}
