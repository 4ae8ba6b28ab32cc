/**
 * Find: the provider that a mail host belongs to, and what a site may be given there.
 *
 * Policy. The longest name that fits decides, by whole labels, so that `mxbiz1.qq.com` may be another one's than `qq.com`. What
 * the operator sets for a provider takes the place of the figure in the table, key by key.
 */
import type { SiteLimits } from '../model/route.ts'
import type { Provider, ProviderId } from './provider.ts'
import { PROVIDERS } from './table.ts'

/** Everyone else: Postfix starts at 5 and stops at 20; RFC 5321 §4.5.3.1.8 has every server take 100 recipients. */
export const DEFAULT_LIMITS: SiteLimits = { connections: 10, messagesPerConnection: 100, recipientsPerTransaction: 100 }

/** What the operator knows better, of one provider. */
export interface ProviderOverride {
  readonly id: ProviderId
  /** Connections open at once, over all hosts of the site. @default that of the table */
  readonly connections?: number | undefined
  /** @default that of the table */
  readonly messagesPerConnection?: number | undefined
}

const BY_HOST: ReadonlyMap<string, Provider> = new Map(
  PROVIDERS.flatMap(provider => provider.hosts.map((host): [string, Provider] => [host, provider])),
)

/** `gmail-smtp-in.l.google.com` is Google's; undefined for whom the table does not know. */
export function providerOf(host: string): Provider | undefined {
  const name = host.toLowerCase()
  for (let at = 0; at >= 0; at = name.indexOf('.', at) + 1 || -1) {
    const provider = BY_HOST.get(name.slice(at))
    if (provider !== undefined) return provider
  }
  return undefined
}

const FIRST_DAYS: ReadonlyMap<string, number> = new Map(
  PROVIDERS.flatMap(({ id, firstDay }) => (firstDay === undefined ? [] : [[id, firstDay] as const])),
)

/** What a day may have at first, where a mail site is that of a provider who counts. */
export function firstDayAt(site: string): number | undefined {
  return FIRST_DAYS.get(site)
}

const WITH_NAMES: ReadonlySet<string> = new Set(PROVIDERS.flatMap(({ id, reverseName }) => (reverseName ? [id] : [])))

/** Whether a mail site is that of a provider who refuses addresses without a confirmed reverse name. */
export function wantsReverseName(site: string): boolean {
  return WITH_NAMES.has(site)
}

export function limitsOf(host: string, overrides: readonly ProviderOverride[] = []): SiteLimits {
  const provider = providerOf(host)
  if (provider === undefined) return DEFAULT_LIMITS
  const { connections, messagesPerConnection } = overrides.find(({ id }) => id === provider.id) ?? {}
  return {
    ...DEFAULT_LIMITS,
    ...provider.limits,
    ...(connections !== undefined && { connections }),
    ...(messagesPerConnection !== undefined && { messagesPerConnection }),
  }
}
