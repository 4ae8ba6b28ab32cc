/**
 * Discover: the MTA-STS policy in force for a domain, or none. RFC 8461 §3, §5.
 *
 * Policy. The record says whether there is a policy and, by its id, whether it changed; the policy comes from its host. When
 * either cannot be had, or says nothing, a cached policy stays in force until its max_age ends (§5.1), and the trouble is
 * told. A failed fetch is not repeated for five minutes (§3.3). A policy is fetched anew in the background once a day, or
 * half way to its end, so that one that is in use does not run out (§3.3).
 *
 * Not here: what the policy demands (requirement.ts, find-route.ts).
 */
import type { Clock } from '../../ambient/clock.ts'
import { orAborted } from '../../ambient/deadline.ts'
import { TtlCache } from '../../ambient/ttl-cache.ts'
import { DnsError, lookupTxt, type Resolver } from '../../dns/index.ts'
import type { Domain } from '../../model/address.ts'
import type { CachedPolicy, PolicyCache } from './cache.ts'
import type { FetchPolicy } from './fetch.ts'
import { readStsPolicy, type StsPolicy } from './policy.ts'
import { readStsRecord } from './record.ts'

export interface StsFound {
  readonly policy?: StsPolicy
  readonly id?: string
  readonly until?: number
  readonly from?: 'fetched' | 'cache'
  /** Why an announced policy could not be had; begins with a result type of RFC 8460 §4.3.1 where one fits. */
  readonly problem?: string
  /** Seconds that this may be relied on without asking again. */
  readonly ttl: number
}

export interface DiscoveryOptions {
  readonly resolver: Resolver
  readonly clock: Clock
  readonly cache: PolicyCache
  readonly fetchPolicy: FetchPolicy
  /** A policy appeared or another took its place. */
  readonly onChange?: (domain: Domain, policy: StsPolicy, id: string) => void
}

const FAILURE_MS = 5 * 60_000
const REFRESH_MS = 86_400_000
/** How long trouble is relied on, in seconds. */
const TROUBLE_TTL_S = 60
const MAX_FAILURES = 10_000

export class PolicyDiscovery {
  readonly #options: DiscoveryOptions
  /** Why the fetch of a domain's policy failed a while ago, by domain and id. */
  readonly #failures: TtlCache<string, string>
  readonly #fetching = new Map<Domain, Promise<CachedPolicy | string>>()
  readonly #closing = new AbortController()

  constructor(options: DiscoveryOptions) {
    this.#options = options
    this.#failures = new TtlCache({ clock: options.clock, max: MAX_FAILURES })
  }

  /** Rejects only when the signal aborts. */
  async discover(domain: Domain, signal: AbortSignal): Promise<StsFound> {
    const cached = await this.#options.cache.get(domain)
    const announced = await this.#announced(domain, signal)
    const { id, ttl } = announced
    if (id === undefined) return { ...inForce(cached, 'cache'), ttl, ...problemOf(announced.problem) }
    if (cached?.stored.id === id) {
      // Never rejects: it catches all, and the cached policy stays.
      if (this.#isDue(cached)) void this.#refresh(domain, id)
      return { ...inForce(cached, 'cache'), ttl }
    }
    const fetched = await orAborted(this.#fetch(domain, id), signal)
    if (typeof fetched !== 'string') return { ...inForce(fetched, 'fetched'), ttl }
    return { ...inForce(cached, 'cache'), ttl: Math.min(ttl, TROUBLE_TTL_S), problem: fetched }
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('the router was closed'))
    await Promise.allSettled(this.#fetching.values())
    await this.#options.cache.close()
  }

  async #announced(domain: Domain, signal: AbortSignal): Promise<{ id?: string; problem?: string; ttl: number }> {
    try {
      const found = await lookupTxt(this.#options.resolver, `_mta-sts.${domain}`, signal)
      const result = readStsRecord(found.values)
      if (result.kind === 'record') return { id: result.record.id, ttl: found.ttl }
      return result.kind === 'none'
        ? { ttl: found.ttl }
        : { problem: `the record is invalid: ${result.problem}`, ttl: found.ttl }
    } catch (error) {
      if (!(error instanceof DnsError)) throw error
      // Too long for a name, so nothing can be published there.
      if (error.code === 'bad-name') return { ttl: REFRESH_MS / 1000 }
      return { problem: `the record cannot be looked up: ${error.message}`, ttl: TROUBLE_TTL_S }
    }
  }

  #isDue({ stored, policy }: CachedPolicy): boolean {
    return this.#options.clock.now() - stored.fetchedAt >= Math.min(REFRESH_MS, policy.maxAgeMs / 2)
  }

  async #refresh(domain: Domain, id: string): Promise<void> {
    try {
      await this.#fetch(domain, id)
    } catch {
      // Closed meanwhile; the policy that is cached stays.
    }
  }

  /** The policy, or why not. One fetch for all who ask for a domain at once; it ends with close(), not with one of them. */
  #fetch(domain: Domain, id: string): Promise<CachedPolicy | string> {
    const underway = this.#fetching.get(domain)
    if (underway !== undefined) return underway
    const fetching = this.#fetchNow(domain, id).finally(() => this.#fetching.delete(domain))
    this.#fetching.set(domain, fetching)
    return fetching
  }

  async #fetchNow(domain: Domain, id: string): Promise<CachedPolicy | string> {
    const { cache, clock, fetchPolicy, onChange } = this.#options
    const key = `${domain} ${id}`
    const known = this.#failures.get(key)
    if (known !== undefined) return known
    const fail = (why: string): string => {
      this.#failures.set(key, why, FAILURE_MS)
      return why
    }
    const fetched = await fetchPolicy(domain, this.#closing.signal)
    if (fetched.kind === 'failed') return fail(`${fetched.code}: ${fetched.detail}`)
    const policy = readStsPolicy(fetched.text)
    if ('problem' in policy) return fail(`sts-policy-invalid: ${policy.problem}`)
    const before = await cache.get(domain)
    const cached = cache.put({ domain, id, text: fetched.text, fetchedAt: clock.now() }, policy)
    if (before?.stored.text !== fetched.text) onChange?.(domain, policy, id)
    // Known means stored: what a message is sent under must bind the next process, however this one ends.
    await cache.stored()
    return cached
  }
}

function inForce(cached: CachedPolicy | undefined, from: 'fetched' | 'cache'): Omit<StsFound, 'ttl' | 'problem'> {
  if (cached === undefined) return {}
  return { policy: cached.policy, id: cached.stored.id, until: cached.until, from }
}

function problemOf(problem: string | undefined): Pick<StsFound, 'problem'> {
  return problem === undefined ? {} : { problem }
}
