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
      { demand: 'Spam rate under 0.3 %, see Postmaster Tools', families: [] },
      UNSUBSCRIBE,
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
      { demand: 'Spam rate under 0.3 %', families: [] },
      UNSUBSCRIBE,
    ],
  },
  {
    name: 'Outlook',
    source: 'Microsoft: requirements for high-volume senders, 2025 (techcommunity.microsoft.com)',
    demands: [BOTH, DMARC, REVERSE, LISTED, { demand: 'Complaints, see SNDS', families: [] }],
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
    demands.map(({ demand, families, either }) => {
      const each = families.map(family => standingOf(checks.filter(({ id }) => id.startsWith(family))))
      const because = checks.filter(({ id, level }) => families.some(family => id.startsWith(family)) && level !== 'ok')
      const ids = [...new Set(because.map(({ id }) => id))]
      return { provider: name, demand, source, standing: join(each, either ?? false), because: ids }
    }),
  )
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
