/**
 * Providers: what the large receivers demand, and how we stand.
 *
 * Policy. Each demand is read off the checks that were made; none is asked twice. A demand that nothing here can see (spam
 * rate, volume) is told as such, so that a list without a cross is not taken for a promise.
 *
 * Not here: what providers answer (outcome/).
 */
import type { Check } from '../../model/clearance.ts'

export type Standing = 'met' | 'not-met' | 'unknown' | 'not-checkable'

export interface ProviderDemand {
  readonly provider: string
  readonly demand: string
  readonly source: string
  readonly standing: Standing
  /** The ids of the checks that decided. */
  readonly because: readonly string[]
}

interface Demand {
  readonly demand: string
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

const REVERSE = { demand: 'PTR of every address, forward-confirmed, IPv6 too', families: ['host.ptr'] }
const BOTH = { demand: 'SPF and DKIM pass', families: ['spf.', 'dkim.'] }
const DMARC = { demand: 'DMARC record, From aligned', families: ['dmarc.'] }
/** STARTTLS is used wherever it is offered (smtp/session.ts). */
const TLS = { demand: 'TLS for every delivery', families: [], kept: true } as const
const FORMAT = { demand: 'RFC 5322 form, one author: each message is looked at when it is sent', families: [] }
const UNSUBSCRIBE = { demand: 'One-click unsubscribe in marketing mail (RFC 8058)', families: [] }
const LISTED = { demand: 'Not on blocklists', families: ['reputation.'] }

const PROVIDERS: readonly Provider[] = [
  {
    name: 'Gmail',
    source: 'Google: email sender guidelines (support.google.com/a/answer/81126)',
    demands: [
      { demand: 'SPF or DKIM passes (everyone)', families: ['spf.', 'dkim.'], either: true },
      { demand: 'SPF and DKIM pass (5,000 a day)', families: ['spf.', 'dkim.'] },
      { ...DMARC, demand: 'DMARC record, From aligned (5,000 a day)' },
      REVERSE,
      { demand: 'DKIM key of 1024 bits, better 2048', families: ['dkim.length'] },
      TLS,
      FORMAT,
      { demand: 'Spam rate under 0.3 %, better 0.1 %: see Postmaster Tools', families: [] },
      { ...UNSUBSCRIBE, demand: `${UNSUBSCRIBE.demand} (5,000 a day)` },
    ],
  },
  {
    name: 'Yahoo',
    source: 'Yahoo: sender best practices (senders.yahooinc.com)',
    demands: [
      BOTH,
      DMARC,
      { ...REVERSE, demand: 'PTR that is not generic, forward-confirmed' },
      { demand: 'SOA and mail host of the sender domain', families: ['domain.', 'mx.'] },
      { demand: 'Spam rate under 0.3 %: see the Complaint Feedback Loop', families: [] },
      { ...UNSUBSCRIBE, demand: `${UNSUBSCRIBE.demand}, honoured in 2 days` },
    ],
  },
  {
    name: 'Outlook',
    source: 'Microsoft: requirements for high-volume senders, 2025 (techcommunity.microsoft.com)',
    demands: [
      { ...BOTH, demand: 'SPF and DKIM pass (5,000 a day)' },
      { ...DMARC, demand: 'DMARC record, From aligned (5,000 a day)' },
      REVERSE,
      LISTED,
      { demand: 'Few complaints: see SNDS and JMRP', families: [] },
      { ...UNSUBSCRIBE, demand: 'A way to unsubscribe (recommended)' },
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
    demands: [BOTH, DMARC, REVERSE, { demand: 'Few messages per address and day at first', families: [] }],
  },
  {
    name: 'NetEase',
    source: 'NetEase: mail refusal codes (help.163.com)',
    demands: [BOTH, REVERSE, LISTED, { demand: 'Few messages per connection', families: [] }],
  },
]

export function standings(checks: readonly Check[]): readonly ProviderDemand[] {
  return PROVIDERS.flatMap(({ name, source, demands }) =>
    demands.map(demand => ({ provider: name, source, demand: demand.demand, ...judge(checks, demand) })),
  )
}

function judge(
  checks: readonly Check[],
  { families, either, kept }: Demand,
): Pick<ProviderDemand, 'standing' | 'because'> {
  if (kept) return { standing: 'met', because: [] }
  // What the EHLO name may send is nobody's demand of a sender domain.
  const seen = families.map(family => checks.filter(({ id }) => id.startsWith(family) && id !== 'spf.helo'))
  const standing = join(seen.map(standingOf), either ?? false)
  // A note says what could be better, and is no reason.
  const reasons = standing === 'met' ? [] : seen.flat().filter(({ level }) => level !== 'ok' && level !== 'note')
  return { standing, because: [...new Set(reasons.map(({ id }) => id))] }
}

function standingOf(checks: readonly Check[]): Standing {
  if (checks.length === 0) return 'not-checkable'
  if (checks.some(({ level }) => level === 'fail' || level === 'warn')) return 'not-met'
  return checks.some(({ level }) => level === 'unknown') ? 'unknown' : 'met'
}

function join(each: readonly Standing[], either: boolean): Standing {
  const order: readonly Standing[] = either
    ? ['met', 'unknown', 'not-met', 'not-checkable']
    : ['not-met', 'unknown', 'not-checkable', 'met']
  return order.find(standing => each.includes(standing)) ?? 'not-checkable'
}
