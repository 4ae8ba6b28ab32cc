/**
 * Providers: what the large receivers demand, and whether it is met.
 *
 * Policy. Each demand is read off the checks that were made; none is asked twice. A demand that nothing here can see (spam
 * rate, volume) is told as such, so that a list without a cross is not taken for a promise.
 *
 * Not here: what providers answer (outcome/).
 */
import { DEMANDS } from '../../language/checks.ts'
import { inLanguage } from '../../language/speaker.ts'
import type { Check } from '../../model/clearance.ts'

/** Whether a demand is met. */
export type DemandStatus = 'met' | 'not-met' | 'unknown' | 'not-checkable'

/** What a large provider demands of senders, and whether it is met. */
export interface ProviderDemand {
  /** The provider, as people know it: `Gmail`, `QQ`. */
  readonly provider: string
  /** What it demands, in a few words, in the language that is spoken. */
  readonly demand: string
  /** The document of the provider that says so. */
  readonly source: string
  /** Whether the checks show it met. `not-checkable`: it cannot be seen from here. */
  readonly status: DemandStatus
  /** The ids of the checks that decided. */
  readonly because: readonly string[]
}

interface Demand {
  readonly demand: keyof typeof DEMANDS
  /** Families of check ids, all of which must be right; none: it cannot be seen from here. */
  readonly families: readonly string[]
  /** This program sees to it, whatever the host and its records are like. */
  readonly kept?: true
  /** One family that is right is enough. */
  readonly either?: true
}

interface Provider {
  readonly name: string
  readonly source: string
  readonly demands: readonly Demand[]
}

const REVERSE: Demand = { demand: 'ptr', families: ['host.ptr'] }
const BOTH: Demand = { demand: 'spf-and-dkim', families: ['spf.', 'dkim.'] }
const DMARC: Demand = { demand: 'dmarc', families: ['dmarc.'] }
/** STARTTLS is used wherever it is offered (smtp/session.ts). */
const TLS: Demand = { demand: 'tls', families: [], kept: true }
const FORMAT: Demand = { demand: 'form', families: [] }
const UNSUBSCRIBE: Demand = { demand: 'unsubscribe', families: [] }
const LISTED: Demand = { demand: 'not-listed', families: ['reputation.'] }

const PROVIDERS: readonly Provider[] = [
  {
    name: 'Gmail',
    source: 'Google: email sender guidelines (support.google.com/a/answer/81126)',
    demands: [
      { demand: 'spf-or-dkim', families: ['spf.', 'dkim.'], either: true },
      { demand: 'spf-and-dkim-bulk', families: ['spf.', 'dkim.'] },
      { ...DMARC, demand: 'dmarc-bulk' },
      REVERSE,
      { demand: 'key-length', families: ['dkim.length'] },
      TLS,
      FORMAT,
      { demand: 'spam-rate-postmaster-tools', families: [] },
      { ...UNSUBSCRIBE, demand: 'unsubscribe-bulk' },
    ],
  },
  {
    name: 'Yahoo',
    source: 'Yahoo: sender best practices (senders.yahooinc.com)',
    demands: [
      BOTH,
      DMARC,
      { ...REVERSE, demand: 'ptr-not-generic' },
      { demand: 'soa-and-mx', families: ['domain.', 'mx.'] },
      { demand: 'spam-rate-feedback-loop', families: [] },
      { ...UNSUBSCRIBE, demand: 'unsubscribe-in-2-days' },
    ],
  },
  {
    name: 'Outlook',
    source: 'Microsoft: requirements for high-volume senders, 2025 (techcommunity.microsoft.com)',
    demands: [
      { ...BOTH, demand: 'spf-and-dkim-bulk' },
      { ...DMARC, demand: 'dmarc-bulk' },
      REVERSE,
      LISTED,
      { demand: 'few-complaints', families: [] },
      { ...UNSUBSCRIBE, demand: 'unsubscribe-advised' },
    ],
  },
  {
    name: 'iCloud',
    source: 'Apple: postmaster information for iCloud Mail (support.apple.com/102322)',
    demands: [BOTH, DMARC, REVERSE, UNSUBSCRIBE],
  },
  {
    name: 'QQ',
    source: 'Tencent: QQ Mail postmaster, reasons of refusal (service.mail.qq.com)',
    demands: [BOTH, DMARC, REVERSE, { demand: 'few-a-day', families: [] }],
  },
  {
    name: 'NetEase',
    source: 'NetEase: mail refusal codes (help.163.com)',
    demands: [BOTH, REVERSE, LISTED, { demand: 'few-a-connection', families: [] }],
  },
]

export function statusOfDemands(checks: readonly Check[]): readonly ProviderDemand[] {
  return PROVIDERS.flatMap(({ name, source, demands }) =>
    demands.map(demand => ({
      provider: name,
      source,
      demand: inLanguage(DEMANDS, demand.demand, DEMANDS[demand.demand]),
      ...judge(checks, demand),
    })),
  )
}

function judge(
  checks: readonly Check[],
  { families, either, kept }: Demand,
): Pick<ProviderDemand, 'status' | 'because'> {
  if (kept) return { status: 'met', because: [] }
  // What the EHLO name may send is nobody's demand of a sender domain.
  const seen = families.map(family => checks.filter(({ id }) => id.startsWith(family) && id !== 'spf.helo'))
  const status = join(seen.map(statusOf), either ?? false)
  // A note says what could be better, and is no reason.
  const reasons = status === 'met' ? [] : seen.flat().filter(({ level }) => level !== 'ok' && level !== 'note')
  return { status, because: [...new Set(reasons.map(({ id }) => id))] }
}

function statusOf(checks: readonly Check[]): DemandStatus {
  if (checks.length === 0) return 'not-checkable'
  if (checks.some(({ level }) => level === 'fail' || level === 'warn')) return 'not-met'
  return checks.some(({ level }) => level === 'unknown') ? 'unknown' : 'met'
}

function join(each: readonly DemandStatus[], either: boolean): DemandStatus {
  const order: readonly DemandStatus[] = either
    ? ['met', 'unknown', 'not-met', 'not-checkable']
    : ['not-met', 'unknown', 'not-checkable', 'met']
  return order.find(status => each.includes(status)) ?? 'not-checkable'
}
