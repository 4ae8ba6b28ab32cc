/**
 * Lane: one mail site as one of our addresses sees it: how many at once, who waits, and which domains lead there.
 *
 * Not here: who is let in (site-queues.ts), how wide it is (site-window.ts).
 */
import type { Domain } from '../model/address.ts'
import type { SiteWindowFact } from '../model/fact.ts'
import type { Lane } from '../model/parcel.ts'
import type { Learnt, Rest, StandingKey } from '../model/standing.ts'
import type { SiteWindow, SiteWindowChange } from './site-window.ts'

export interface SiteQueue {
  readonly site: string
  readonly source: string | undefined
  readonly pace: SiteWindow
  /** Who is in, and who waits. */
  readonly queue: Waiters
  /** Domains that were seen to lead here. */
  readonly domains: Set<Domain>
  /** How many at once it bears, of all that send there. */
  bears: number
  /** How many of these are ours. */
  share: number
  /** It is our address that they refuse. */
  moves: boolean
  /** Another address could take its mail over. */
  spare: boolean
  /** Someone found no room, and nobody was told yet that there is some again. */
  wasFull: boolean
  usedAt: number
  stopTimer: (() => void) | undefined
}

/** As much of a p-queue as others than site-queues.ts need of it. */
interface Waiters {
  concurrency: number
  readonly size: number
  readonly pending: number
  add<T>(run: () => Promise<T>, options: { readonly priority: number; readonly signal?: AbortSignal }): Promise<T>
  clear(): void
}

/** What is known of lanes beyond this process. */
export interface LaneMemory {
  restOf(site: string, key: StandingKey): Rest | undefined
  rest(site: string, key: StandingKey, rest: Rest): void
  endRest(site: string, key: StandingKey): void
  learn(site: string, key: StandingKey, learnt: Learnt): void
}

/** A limit that a site proved to have is tried again after a day. */
const LEARNT_MS = 86_400_000

export function nameOf({ site, source }: Lane): string {
  return source === undefined ? site : `${site}\n${source}`
}

export function keyOf({ source }: Lane): StandingKey {
  return source === undefined ? 'site' : `source ${source}`
}

/** Enough that the site queue never runs dry while more is fetched. */
export function waitingRoom({ pace }: SiteQueue): number {
  return 4 * pace.window + 12
}

export function emptyLane({ site, source }: Lane, pace: SiteWindow, queue: Waiters): SiteQueue {
  const known = { moves: false, spare: false, bears: 1, share: 1, wasFull: false, usedAt: 0, stopTimer: undefined }
  return { site, source, pace, queue, domains: new Set(), ...known }
}

/** How many are in, or wait. */
export function busyOf(siteQueue: SiteQueue | undefined): number {
  return siteQueue === undefined ? 0 : siteQueue.queue.pending + siteQueue.queue.size
}

/** One mail site as one of our addresses sees it, in this process, at this moment. */
export interface LaneNow {
  /** The mail site: the set of MX hosts that domains share, or the name of a large provider. */
  readonly site: string
  /** Which of our addresses, where there are several. */
  readonly source?: string
  /** Domains that were seen to lead there. */
  readonly domains: number
  /** How many deliveries at once it bears just now. */
  readonly window: number
  /** As wide as the window may become. */
  readonly limit: number
  /** Deliveries under way. */
  readonly running: number
  /** Deliveries that wait for room. */
  readonly waiting: number
  /** It rests until then, in milliseconds since 1970. */
  readonly pausedUntil?: number
}

export function seen(lane: SiteQueue, onTheWall: (monotonic: number) => number, isPaused: boolean): LaneNow {
  const { site, source, pace, queue, domains, share } = lane
  return {
    site,
    ...(source !== undefined && { source }),
    domains: domains.size,
    window: pace.window,
    limit: share,
    running: queue.pending,
    waiting: queue.size,
    ...(isPaused && { pausedUntil: onTheWall(pace.pausedUntil) }),
  }
}

/** A change of a lane, as it is told. */
export function factOf(
  { site, source, pace }: SiteQueue,
  { kind, because }: SiteWindowChange,
  { at, until }: { readonly at: number; readonly until: number | undefined },
): SiteWindowFact {
  return {
    kind,
    at,
    site,
    ...(source !== undefined && { source }),
    window: pace.window,
    ...(until !== undefined && { until }),
    ...(because !== undefined && { because }),
  }
}

/** Keeps what a change means for later. */
export function note(
  memory: LaneMemory,
  lane: SiteQueue,
  { kind, until, because = '', moves, learnt, now }: SiteWindowChange & { readonly now: number },
): void {
  const key = keyOf(lane)
  if (until !== undefined) memory.rest(lane.site, key, { since: now, until, because, ...(moves && { moves }) })
  else if (kind === 'site-widened') memory.endRest(lane.site, key)
  if (learnt !== undefined) memory.learn(lane.site, key, { until: now + LEARNT_MS, connections: learnt })
}

/** A site queue remembers so many of its domains, so that a host of a million is not a million names. */
const DOMAINS_KEPT = 2_000

/** Which lanes lead to a domain, the one that is tried first first. */
export class DomainLanes {
  readonly #lanes = new Map<Domain, readonly SiteQueue[]>()

  of(domain: Domain): readonly SiteQueue[] {
    return this.#lanes.get(domain) ?? []
  }

  /** @param first it is the one that is tried first */
  remember(lane: SiteQueue, domain: Domain, first: boolean): void {
    const known = this.#lanes.get(domain)
    if (known !== undefined && (first ? known[0] === lane : known.includes(lane))) return
    // A domain has one site; it may have moved.
    const others = known?.filter(other => other !== lane && other.site === lane.site) ?? []
    for (const other of known ?? []) if (other.site !== lane.site) other.domains.delete(domain)
    this.#lanes.set(domain, first ? [lane, ...others] : [...others, lane])
    lane.domains.add(domain)
    if (lane.domains.size <= DOMAINS_KEPT) return
    const [oldest] = lane.domains
    this.#unlink(lane, oldest as Domain)
  }

  forget(lane: SiteQueue): void {
    for (const domain of lane.domains) this.#unlink(lane, domain)
  }

  #unlink(lane: SiteQueue, domain: Domain): void {
    lane.domains.delete(domain)
    const left = this.of(domain).filter(other => other !== lane)
    if (left.length === 0) this.#lanes.delete(domain)
    else this.#lanes.set(domain, left)
  }
}
