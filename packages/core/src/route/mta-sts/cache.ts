/**
 * PolicyCache: the last good policy of each domain until its max_age ends, in memory and through a storage. RFC 8461 §5.1
 *
 * Policy. What was once in force stays in force until it ends, whatever happens to its record or host: that is the whole
 * protection. So it survives a restart. Losing the storage costs that protection, not delivery: it is told, and mail goes on.
 *
 * Not here: when to look anew (discover.ts), the file (file-storage.ts).
 */
import type { Clock } from '../../ambient/clock.ts'
import type { Domain } from '../../model/address.ts'
import { readStsPolicy, type StsPolicy } from './policy.ts'

/** Plain JSON. */
export interface StoredPolicy {
  readonly domain: Domain
  /** Of the record under which it was fetched. */
  readonly id: string
  readonly text: string
  /** Milliseconds since 1970. */
  readonly fetchedAt: number
}

export interface PolicyStorage {
  load(): Promise<readonly StoredPolicy[]>
  /** Replaces what is stored. */
  save(policies: readonly StoredPolicy[]): Promise<void>
}

export interface CachedPolicy {
  readonly stored: StoredPolicy
  readonly policy: StsPolicy
  readonly until: number
}

export interface PolicyCacheOptions {
  readonly clock: Clock
  /** @default none: memory alone */
  readonly storage?: PolicyStorage
  readonly onTrouble?: (doing: string, error: unknown) => void
}

const MAX_POLICIES = 50_000

export class PolicyCache {
  readonly #policies = new Map<Domain, CachedPolicy>()
  readonly #options: PolicyCacheOptions
  #loading: Promise<void> | undefined
  #saving: Promise<void> | undefined
  #dirty = false

  constructor(options: PolicyCacheOptions) {
    this.#options = options
  }

  /** The policy, while it is in force. */
  async get(domain: Domain): Promise<CachedPolicy | undefined> {
    this.#loading ??= this.#load()
    await this.#loading
    const cached = this.#policies.get(domain)
    if (cached === undefined || cached.until > this.#options.clock.now()) return cached
    this.#policies.delete(domain)
    return undefined
  }

  /** Keeps a policy that was just read from `stored.text`. */
  put(stored: StoredPolicy, policy: StsPolicy): CachedPolicy {
    const cached = { stored, policy, until: stored.fetchedAt + policy.maxAgeMs }
    this.#policies.delete(stored.domain)
    this.#policies.set(stored.domain, cached)
    if (this.#policies.size > MAX_POLICIES) {
      const [oldest] = this.#policies.keys()
      if (oldest !== undefined) this.#policies.delete(oldest)
    }
    this.#dirty = true
    this.#saving ??= this.#save()
    return cached
  }

  /** Resolves when everything that was put is stored, or could not be. */
  async stored(): Promise<void> {
    await this.#saving
  }

  async close(): Promise<void> {
    await this.#loading
    await this.stored()
  }

  async #load(): Promise<void> {
    const { storage, clock, onTrouble } = this.#options
    if (storage === undefined) return
    try {
      for (const stored of await storage.load()) {
        const policy = readStsPolicy(stored.text)
        if ('problem' in policy || this.#policies.has(stored.domain)) continue
        const until = stored.fetchedAt + policy.maxAgeMs
        if (until > clock.now()) this.#policies.set(stored.domain, { stored, policy, until })
      }
    } catch (error) {
      onTrouble?.('reading the stored MTA-STS policies', error)
    }
  }

  /** Runs until nothing is unsaved; changes made meanwhile share the next write. */
  async #save(): Promise<void> {
    const { storage, clock, onTrouble } = this.#options
    try {
      while (this.#dirty) {
        this.#dirty = false
        const now = clock.now()
        const alive = [...this.#policies.values()].filter(cached => cached.until > now)
        await storage?.save(alive.map(cached => cached.stored))
      }
    } catch (error) {
      onTrouble?.('storing the MTA-STS policies', error)
    } finally {
      this.#saving = undefined
    }
  }
}
