/**
 * Lanes: one line for each mail site, shared by all domains that the site hosts. The only p-queue import.
 *
 * Policy. A lane lets as many in at once as its pace allows. Its waiting room is bounded, and is emptied when the lane
 * pauses: who waited is told at once that nothing was run, so that the job goes back to the queue and its place in the
 * window is free for others. A lane that was idle for a while, and has nothing to remember, is forgotten.
 *
 * Not here: how wide (pace.ts), which jobs come (scheduler.ts).
 */
import PQueue from 'p-queue'
import type { Clock } from '../ambient/clock.ts'
import type { Random } from '../ambient/random.ts'
import type { Domain } from '../model/address.ts'
import type { LaneFact } from '../model/fact.ts'
import type { Failure } from '../model/failure.ts'
import type { SiteLimits } from '../model/route.ts'
import type { Priority } from '../model/submission.ts'
import { Pace, type PaceChange, type PaceOptions } from './pace.ts'

export interface LaneEntry {
  readonly site: string
  readonly domain: Domain
  readonly limits: SiteLimits
  /** @default 'normal' */
  readonly priority?: Priority
}

export interface LanesRooms {
  readonly clock: Clock
  readonly random: Random
  readonly record: (fact: LaneFact) => void
  /** A lane takes more than it did: what was kept back for it may be claimed. */
  readonly opened: () => void
}

interface Lane {
  readonly site: string
  readonly pace: Pace
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
/** A lane remembers so many of its domains, so that a host of a million is not a million names. */
const DOMAINS_KEPT = 2_000

export class Lanes {
  readonly #rooms: LanesRooms
  readonly #options: PaceOptions
  readonly #lanes = new Map<string, Lane>()
  readonly #byDomain = new Map<Domain, Lane>()
  #sweptAt: number
  #waiting = 0
  #closed = false

  constructor(rooms: LanesRooms, options: PaceOptions) {
    this.#rooms = rooms
    this.#options = options
    this.#sweptAt = rooms.clock.now()
  }

  /** How many wait in all lanes together. */
  get waiting(): number {
    return this.#waiting
  }

  /**
   * Runs `run` when the lane of the site has room.
   * @returns what it gave, or `undefined`: the lane is paused, full or closed, and nothing was run.
   */
  async enter<T>(entry: LaneEntry, run: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
    if (this.#closed || signal.aborted) return undefined
    const lane = this.#laneOf(entry)
    if (this.#isShut(lane)) return undefined
    let started = false
    const start = (): Promise<T> => {
      started = true
      this.#waiting--
      return run()
    }
    // Only waiting may be cut short by p-queue: what runs sees the signal itself, and ends in its own way.
    const patience = lane.queue.pending < lane.queue.concurrency ? undefined : new AbortController()
    const leave = (): void => {
      if (!started) patience?.abort()
    }
    if (patience !== undefined) signal.addEventListener('abort', leave, { once: true })
    this.#waiting++
    try {
      const priority = RANK[entry.priority ?? 'normal']
      return await lane.queue.add(start, patience === undefined ? { priority } : { priority, signal: patience.signal })
    } catch (error) {
      if (started) throw error
      this.#waiting--
      return undefined
    } finally {
      if (patience !== undefined) signal.removeEventListener('abort', leave)
      if (lane.wasFull && !this.#isShut(lane)) {
        lane.wasFull = false
        this.#rooms.opened()
      }
    }
  }

  /** What one delivery through a site showed: a failure, or a success. */
  observe(site: string, failure: Failure | undefined): void {
    const lane = this.#lanes.get(site)
    if (lane === undefined) return
    const now = this.#rooms.clock.now()
    const before = lane.pace.window
    const change = failure === undefined ? lane.pace.succeeded(now) : lane.pace.failed(failure, now)
    const { window } = lane.pace
    if (window !== before) lane.queue.concurrency = window
    if (change !== undefined) this.#tell(lane, change, now)
    if (change?.kind === 'lane-paused') this.#pause(lane, now)
    else if (window > before) this.#rooms.opened()
  }

  /** Domains that can take nothing now. */
  shut(): readonly Domain[] {
    const domains: Domain[] = []
    for (const lane of this.#lanes.values()) if (this.#isShut(lane)) domains.push(...lane.domains)
    return domains
  }

  /** How many deliveries at once the site of a domain bears, if it is known. */
  windowOf(domain: Domain): number | undefined {
    return this.#byDomain.get(domain)?.pace.window
  }

  /** When the lane of a domain opens again, if it is paused. */
  opensAt(domain: Domain): number | undefined {
    const until = this.#byDomain.get(domain)?.pace.pausedUntil ?? 0
    return until > this.#rooms.clock.now() ? until : undefined
  }

  /** Lets nobody in any more, and tells those who wait. */
  close(): void {
    this.#closed = true
    for (const lane of this.#lanes.values()) {
      lane.stopTimer?.()
      lane.queue.clear()
    }
  }

  #laneOf({ site, domain, limits }: LaneEntry): Lane {
    const now = this.#rooms.clock.now()
    if (now - this.#sweptAt > IDLE_MS) this.#sweep(now)
    let lane = this.#lanes.get(site)
    if (lane === undefined) {
      const pace = new Pace(limits.connections, this.#options, this.#rooms.random)
      const queue = new PQueue({ concurrency: pace.window })
      lane = { site, pace, queue, domains: new Set(), wasFull: false, usedAt: now, stopTimer: undefined }
      this.#lanes.set(site, lane)
    }
    lane.usedAt = now
    lane.pace.limit(limits.connections)
    if (lane.queue.concurrency !== lane.pace.window) lane.queue.concurrency = lane.pace.window
    if (this.#byDomain.get(domain) !== lane) this.#remember(lane, domain)
    return lane
  }

  #remember(lane: Lane, domain: Domain): void {
    this.#byDomain.get(domain)?.domains.delete(domain)
    this.#byDomain.set(domain, lane)
    lane.domains.add(domain)
    if (lane.domains.size <= DOMAINS_KEPT) return
    const [oldest] = lane.domains
    lane.domains.delete(oldest as Domain)
    this.#byDomain.delete(oldest as Domain)
  }

  #isShut(lane: Lane): boolean {
    const full = lane.queue.size >= waitingRoom(lane)
    lane.wasFull ||= full
    return full || lane.pace.pausedUntil > this.#rooms.clock.now()
  }

  #pause(lane: Lane, now: number): void {
    lane.queue.clear()
    lane.stopTimer?.()
    const open = (): void => {
      lane.stopTimer = undefined
      this.#rooms.opened()
    }
    lane.stopTimer = this.#rooms.clock.after(lane.pace.pausedUntil - now, open, { idle: true })
  }

  #tell(lane: Lane, { kind, until, because }: PaceChange, at: number): void {
    this.#rooms.record({
      kind,
      at,
      site: lane.site,
      window: lane.pace.window,
      ...(until !== undefined && { until }),
      ...(because !== undefined && { because }),
    })
  }

  #sweep(now: number): void {
    this.#sweptAt = now
    for (const lane of this.#lanes.values()) {
      const busy = lane.queue.size > 0 || lane.queue.pending > 0
      if (busy || now - lane.usedAt < IDLE_MS || lane.pace.pausedUntil > now || !lane.pace.calm) continue
      this.#lanes.delete(lane.site)
      for (const domain of lane.domains) this.#byDomain.delete(domain)
    }
  }
}

/** Enough that the lane never runs dry while more is fetched. */
function waitingRoom(lane: Lane): number {
  return 4 * lane.pace.window + 12
}
