/**
 * Allotment: how much of each domain may be out at once.
 *
 * Policy. A domain that is new gets a little more than its site will start with; one whose site queue is wide gets several times
 * the siteQueue, so that it never runs dry. More is fetched when half of it is used up: claims stay few and large.
 *
 * Not here: the claim itself (queue/).
 */
import type { Domain } from '../model/address.ts'
import type { SiteQueues } from './site-queues.ts'

/** What a domain gets of which nothing is known. */
const FIRST = 10
const WINDOWS_AHEAD = 4

export interface Plan {
  readonly exclude: readonly Domain[]
  readonly quotas: readonly (readonly [Domain, number])[]
  readonly perDomain: number
}

export class Allotment {
  readonly #siteQueues: Pick<SiteQueues, 'shut' | 'windowOf'>
  readonly #out = new Map<Domain, number>()

  constructor(siteQueues: Pick<SiteQueues, 'shut' | 'windowOf'>) {
    this.#siteQueues = siteQueues
  }

  /** One more of this domain is out. */
  out(domain: Domain): void {
    this.#out.set(domain, (this.#out.get(domain) ?? 0) + 1)
  }

  /** One less. Answers whether the domain may have more just now, and might not have had before. */
  back(domain: Domain): boolean {
    const left = (this.#out.get(domain) ?? 1) - 1
    if (left === 0) this.#out.delete(domain)
    else this.#out.set(domain, left)
    return left === Math.floor(this.#most(domain) / 2)
  }

  plan(): Plan {
    const exclude = new Set(this.#siteQueues.shut())
    const quotas: (readonly [Domain, number])[] = []
    for (const [domain, out] of this.#out) {
      if (exclude.has(domain)) continue
      const most = this.#most(domain)
      if (out > most / 2) exclude.add(domain)
      else quotas.push([domain, most - out])
    }
    return { exclude: [...exclude], quotas, perDomain: FIRST }
  }

  #most(domain: Domain): number {
    return Math.max(FIRST, WINDOWS_AHEAD * (this.#siteQueues.windowOf(domain) ?? 1))
  }
}
