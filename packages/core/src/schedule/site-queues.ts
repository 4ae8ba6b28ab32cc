/**
 * SiteQueues: one line for each mail site, shared by all domains that the site hosts. The only p-queue import.
 *
 * Policy. A site queue lets as many in at once as its pace allows. Its waiting room is bounded, and is emptied when the site queue
 * pauses: who waited is told at once that nothing was run, so that the job goes back to the queue and its place in the
 * window is free for others. A site queue that was idle for a while, and has nothing to remember, is forgotten.
 *
 * Not here: how wide (site-window.ts), which jobs come (scheduler.ts).
 */
import PQueue from 'p-queue'
import type { Clock } from '../ambient/clock.ts'
import type { Random } from '../ambient/random.ts'
import type { Domain } from '../model/address.ts'
import type { SiteWindowFact } from '../model/fact.ts'
import type { Failure } from '../model/failure.ts'
import type { SiteQueueEntry } from '../model/parcel.ts'
import type { Priority } from '../model/submission.ts'
import { SiteWindow, type SiteWindowChange, type SiteWindowOptions } from './site-window.ts'

export interface SiteQueuesPorts {
  readonly clock: Clock
  readonly random: Random
  readonly record: (fact: SiteWindowFact) => void
  /** A site queue takes more than it did: what was kept back for it may be claimed. */
  readonly opened: () => void
}

interface SiteQueue {
  readonly site: string
  readonly pace: SiteWindow
  readonly queue: PQueue
  /** Domains that were seen to lead here. */
  readonly domains: Set<Domain>
  /** Someone found no room, and nobody was told yet that there is some again. */
  wasFull: boolean
  usedAt: number
  stopTimer: (() => void) | undefined
}

const RANK: Readonly<Record<Priority, number>> = { high: 2, normal: 1, low: 0 }
const IDLE_MS = 10 * 60_000
/** A site queue remembers so many of its domains, so that a host of a million is not a million names. */
const DOMAINS_KEPT = 2_000

export class SiteQueues {
  readonly #ports: SiteQueuesPorts
  readonly #options: SiteWindowOptions
  readonly #siteQueues = new Map<string, SiteQueue>()
  readonly #byDomain = new Map<Domain, SiteQueue>()
  #sweptAt: number
  #waiting = 0
  #closed = false

  constructor(ports: SiteQueuesPorts, options: SiteWindowOptions) {
    this.#ports = ports
    this.#options = options
    this.#sweptAt = ports.clock.monotonic()
  }

  /** How many wait in all site queues together. */
  get waiting(): number {
    return this.#waiting
  }

  /**
   * Runs `run` when the site queue of the site has room.
   * @returns what it gave, or `undefined`: the site queue is paused, full or closed, and nothing was run.
   */
  async enter<T>(entry: SiteQueueEntry, run: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
    if (this.#closed || signal.aborted) return undefined
    const siteQueue = this.#siteQueueOf(entry)
    if (this.#isShut(siteQueue)) return undefined
    let started = false
    const start = (): Promise<T> => {
      started = true
      this.#waiting--
      return run()
    }
    // Only waiting may be cut short by p-queue: what runs sees the signal itself, and ends in its own way.
    const patience = siteQueue.queue.pending < siteQueue.queue.concurrency ? undefined : new AbortController()
    const leave = (): void => {
      if (!started) patience?.abort()
    }
    if (patience !== undefined) signal.addEventListener('abort', leave, { once: true })
    this.#waiting++
    try {
      const priority = RANK[entry.priority ?? 'normal']
      return await siteQueue.queue.add(
        start,
        patience === undefined ? { priority } : { priority, signal: patience.signal },
      )
    } catch (error) {
      if (started) throw error
      this.#waiting--
      return undefined
    } finally {
      if (patience !== undefined) signal.removeEventListener('abort', leave)
      if (siteQueue.wasFull && !this.#isShut(siteQueue)) {
        siteQueue.wasFull = false
        this.#ports.opened()
      }
    }
  }

  /** What one delivery through a site showed: a failure, or a success. */
  observe(site: string, failure: Failure | undefined): void {
    const siteQueue = this.#siteQueues.get(site)
    if (siteQueue === undefined) return
    const now = this.#ports.clock.monotonic()
    const before = siteQueue.pace.window
    const change = failure === undefined ? siteQueue.pace.succeeded(now) : siteQueue.pace.failed(failure, now)
    const { window } = siteQueue.pace
    if (window !== before) siteQueue.queue.concurrency = window
    if (change !== undefined) this.#tell(siteQueue, change)
    if (change?.kind === 'site-paused') this.#pause(siteQueue)
    else if (window > before) this.#ports.opened()
  }

  /** Domains that can take nothing now. */
  shut(): readonly Domain[] {
    const domains: Domain[] = []
    for (const siteQueue of this.#siteQueues.values()) if (this.#isShut(siteQueue)) domains.push(...siteQueue.domains)
    return domains
  }

  /** How many deliveries at once the site of a domain bears, if it is known. */
  windowOf(domain: Domain): number | undefined {
    return this.#byDomain.get(domain)?.pace.window
  }

  /** When the site queue of a domain opens again, if it is paused, by the wall clock. */
  opensAt(domain: Domain): number | undefined {
    const until = this.#byDomain.get(domain)?.pace.pausedUntil ?? 0
    return until > this.#ports.clock.monotonic() ? this.#onTheWall(until) : undefined
  }

  /** When that will be by the wall clock, as it is set now. */
  #onTheWall(monotonic: number): number {
    const { clock } = this.#ports
    return clock.now() + Math.ceil(monotonic - clock.monotonic())
  }

  /** Lets nobody in any more, and tells those who wait. */
  close(): void {
    this.#closed = true
    for (const siteQueue of this.#siteQueues.values()) {
      siteQueue.stopTimer?.()
      siteQueue.queue.clear()
    }
  }

  #siteQueueOf({ site, domain, limits }: SiteQueueEntry): SiteQueue {
    const now = this.#ports.clock.monotonic()
    if (now - this.#sweptAt > IDLE_MS) this.#sweep(now)
    let siteQueue = this.#siteQueues.get(site)
    if (siteQueue === undefined) {
      const pace = new SiteWindow(limits.connections, this.#options, this.#ports.random)
      const queue = new PQueue({ concurrency: pace.window })
      siteQueue = { site, pace, queue, domains: new Set(), wasFull: false, usedAt: now, stopTimer: undefined }
      this.#siteQueues.set(site, siteQueue)
    }
    siteQueue.usedAt = now
    siteQueue.pace.limit(limits.connections)
    if (siteQueue.queue.concurrency !== siteQueue.pace.window) siteQueue.queue.concurrency = siteQueue.pace.window
    if (this.#byDomain.get(domain) !== siteQueue) this.#remember(siteQueue, domain)
    return siteQueue
  }

  #remember(siteQueue: SiteQueue, domain: Domain): void {
    this.#byDomain.get(domain)?.domains.delete(domain)
    this.#byDomain.set(domain, siteQueue)
    siteQueue.domains.add(domain)
    if (siteQueue.domains.size <= DOMAINS_KEPT) return
    const [oldest] = siteQueue.domains
    siteQueue.domains.delete(oldest as Domain)
    this.#byDomain.delete(oldest as Domain)
  }

  #isShut(siteQueue: SiteQueue): boolean {
    const full = siteQueue.queue.size >= waitingRoom(siteQueue)
    siteQueue.wasFull ||= full
    return full || siteQueue.pace.pausedUntil > this.#ports.clock.monotonic()
  }

  #pause(siteQueue: SiteQueue): void {
    siteQueue.queue.clear()
    siteQueue.stopTimer?.()
    this.#openLater(siteQueue)
  }

  #openLater(siteQueue: SiteQueue): void {
    const { clock, opened } = this.#ports
    const left = siteQueue.pace.pausedUntil - clock.monotonic()
    const open = (): void => {
      siteQueue.stopTimer = undefined
      // A timer may fire a part of a millisecond early.
      if (siteQueue.pace.pausedUntil > clock.monotonic()) this.#openLater(siteQueue)
      else opened()
    }
    siteQueue.stopTimer = clock.after(Math.ceil(left), open, { idle: true })
  }

  #tell(siteQueue: SiteQueue, { kind, until, because }: SiteWindowChange): void {
    this.#ports.record({
      kind,
      at: this.#ports.clock.now(),
      site: siteQueue.site,
      window: siteQueue.pace.window,
      ...(until !== undefined && { until: this.#onTheWall(until) }),
      ...(because !== undefined && { because }),
    })
  }

  #sweep(now: number): void {
    this.#sweptAt = now
    for (const siteQueue of this.#siteQueues.values()) {
      const busy = siteQueue.queue.size > 0 || siteQueue.queue.pending > 0
      if (busy || now - siteQueue.usedAt < IDLE_MS || siteQueue.pace.pausedUntil > now || !siteQueue.pace.calm) continue
      this.#siteQueues.delete(siteQueue.site)
      for (const domain of siteQueue.domains) this.#byDomain.delete(domain)
    }
  }
}

/** Enough that the site queue never runs dry while more is fetched. */
function waitingRoom(siteQueue: SiteQueue): number {
  return 4 * siteQueue.pace.window + 12
}
