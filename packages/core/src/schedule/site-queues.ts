/**
 * SiteQueues: one line for each lane, a mail site as one of our addresses sees it, shared by all domains that the site hosts.
 * The only p-queue import.
 *
 * Policy. A site queue lets as many in at once as its pace allows. Its waiting room is bounded, and is emptied when the site queue
 * pauses: who waited is told at once that nothing was run, so that the job goes back to the queue and its place in the
 * window is free for others. A domain can take nothing when all its lanes are shut. How long a lane rests, and how much it proved
 * to bear, is kept where it outlives us. A site queue that was idle for a while, and has nothing to remember, is forgotten.
 *
 * Not here: how wide (site-window.ts), which jobs come (scheduler.ts).
 */
import PQueue from 'p-queue'
import type { Domain } from '../model/address.ts'
import type { Failure } from '../model/failure.ts'
import type { Lane, SiteQueueEntry } from '../model/parcel.ts'
import type { Rest, StandingKey } from '../model/standing.ts'
import type { Priority } from '../model/submission.ts'
import {
  busyOf,
  DomainLanes,
  emptyLane,
  factOf,
  keyOf,
  type LaneNow,
  nameOf,
  note,
  type SiteQueue,
  seen,
  waitingRoom,
} from './lane.ts'
import type { SiteQueuesPorts } from './ports.ts'
import { SharesOfLanes } from './shares.ts'
import { SiteWindow, type SiteWindowChange, type SiteWindowOptions } from './site-window.ts'

const RANK: Readonly<Record<Priority, number>> = { high: 2, normal: 1, low: 0 }
const IDLE_MS = 10 * 60_000

export class SiteQueues {
  readonly #ports: SiteQueuesPorts
  readonly #options: SiteWindowOptions
  readonly #siteQueues = new Map<string, SiteQueue>()
  readonly #lanes = new DomainLanes()
  readonly #shares: SharesOfLanes | undefined
  #sweptAt: number
  #waiting = 0
  #closed = false

  constructor(ports: SiteQueuesPorts, options: SiteWindowOptions) {
    this.#ports = ports
    this.#options = options
    this.#sweptAt = ports.clock.monotonic()
    const { clock, share: ask } = ports
    if (ask === undefined) return
    const busy = (lane: string): number => busyOf(this.#siteQueues.get(lane))
    this.#shares = new SharesOfLanes({ clock, ask, busy, changed: () => this.#shared() })
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
      const signalled = patience === undefined ? {} : { signal: patience.signal }
      return await siteQueue.queue.add(start, { priority: RANK[entry.priority ?? 'normal'], ...signalled })
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
  observe(lane: Lane, failure: Failure | undefined): void {
    const siteQueue = this.#siteQueues.get(nameOf(lane))
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
    for (const siteQueue of this.#siteQueues.values()) {
      if (!this.#isShut(siteQueue)) continue
      for (const domain of siteQueue.domains) {
        const lanes = this.#lanes.of(domain)
        const isFirst = lanes[0] === siteQueue
        const isAlone = !siteQueue.spare && lanes.every(lane => this.#isShut(lane))
        if (isFirst && (!this.#mayLeave(siteQueue) || isAlone)) domains.push(domain)
      }
    }
    return domains
  }

  /** As they are now. */
  lanes(): readonly LaneNow[] {
    return [...this.#siteQueues.values()].map(lane => seen(lane, until => this.#onTheWall(until), this.#isPaused(lane)))
  }

  /** How many deliveries at once the site of a domain bears, if it is known. */
  windowOf(domain: Domain): number | undefined {
    return this.#lanes.of(domain)[0]?.pace.window
  }

  /** When the site queue of a domain opens again, if it is paused, by the wall clock. */
  opensAt(domain: Domain): number | undefined {
    const lanes = this.#lanes.of(domain)
    const [first] = lanes
    if (first === undefined || !this.#isPaused(first)) return undefined
    const until = this.#mayLeave(first)
      ? Math.min(...lanes.map(({ pace }) => pace.pausedUntil))
      : first.pace.pausedUntil
    return until > this.#ports.clock.monotonic() ? this.#onTheWall(until) : undefined
  }

  /** Whether what waits for this lane may take another: it is paused, for what is about our address alone. */
  mayLeave(lane: Lane): boolean {
    const siteQueue = this.#siteQueues.get(nameOf(lane))
    return siteQueue !== undefined && this.#mayLeave(siteQueue)
  }

  #mayLeave(siteQueue: SiteQueue): boolean {
    return siteQueue.moves && this.#isPaused(siteQueue)
  }

  #isPaused({ pace }: SiteQueue): boolean {
    return pace.pausedUntil > this.#ports.clock.monotonic()
  }

  /** Another relay that sends from there, or who ran before us, lets the lane rest. */
  heard(site: string, key: StandingKey, { until }: Rest): void {
    for (const siteQueue of this.#siteQueues.values()) {
      if (siteQueue.site !== site || (key !== 'site' && key !== keyOf(siteQueue))) continue
      const { clock } = this.#ports
      const before = siteQueue.pace.pausedUntil
      // What we told ourselves comes back a part of a second off.
      if (until - clock.now() <= before - clock.monotonic() + 1_000) continue
      siteQueue.pace.rest(clock.monotonic() + until - clock.now())
      this.#pause(siteQueue)
    }
  }

  /** When that will be by the wall clock, as it is set now. */
  #onTheWall(monotonic: number): number {
    const { clock } = this.#ports
    return clock.now() + Math.ceil(monotonic - clock.monotonic())
  }

  /** Lets nobody in any more, and tells those who wait. */
  close(): void {
    this.#closed = true
    this.#shares?.close()
    for (const siteQueue of this.#siteQueues.values()) {
      siteQueue.stopTimer?.()
      siteQueue.queue.clear()
    }
  }

  #siteQueueOf({ site, source, domain, limits, next, spare }: SiteQueueEntry): SiteQueue {
    const now = this.#ports.clock.monotonic()
    if (now - this.#sweptAt > IDLE_MS) this.#sweep(now)
    const name = nameOf({ site, source })
    let siteQueue = this.#siteQueues.get(name)
    if (siteQueue === undefined) {
      const pace = new SiteWindow(limits.connections, this.#options, this.#ports.random)
      siteQueue = emptyLane({ site, source }, pace, new PQueue({ concurrency: pace.window }))
      this.#siteQueues.set(name, siteQueue)
      this.#recall(siteQueue)
    }
    siteQueue.usedAt = now
    siteQueue.spare = spare === true
    siteQueue.bears = limits.connections
    this.#limit(siteQueue)
    this.#lanes.remember(siteQueue, domain, next !== true)
    return siteQueue
  }

  /** What the lane bears, or our share of it. */
  #limit(siteQueue: SiteQueue): void {
    const { pace, queue, bears } = siteQueue
    siteQueue.share = this.#shares?.of(nameOf(siteQueue), bears) ?? bears
    pace.limit(siteQueue.share)
    if (queue.concurrency !== pace.window) queue.concurrency = pace.window
  }

  /** Shares were heard of. */
  #shared(): void {
    let opened = false
    for (const siteQueue of this.#siteQueues.values()) {
      if (busyOf(siteQueue) === 0 && siteQueue.share > 0) continue
      const before = siteQueue.share
      this.#limit(siteQueue)
      opened ||= siteQueue.share > before
      // Who waits for what another has is told so, as in a pause.
      if (siteQueue.share === 0) siteQueue.queue.clear()
    }
    if (opened) this.#ports.opened()
  }

  /** A lane that rested when it was last used rests on. */
  #recall(siteQueue: SiteQueue): void {
    const { memory, clock } = this.#ports
    const rest = memory?.restOf(siteQueue.site, keyOf(siteQueue)) ?? memory?.restOf(siteQueue.site, 'site')
    if (rest === undefined) return
    siteQueue.pace.rest(clock.monotonic() + rest.until - clock.now())
    siteQueue.moves = rest.moves === true
    this.#openLater(siteQueue)
  }

  #isShut(siteQueue: SiteQueue): boolean {
    const full = siteQueue.queue.size >= waitingRoom(siteQueue)
    siteQueue.wasFull ||= full
    return full || siteQueue.share === 0 || this.#isPaused(siteQueue)
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

  #tell(siteQueue: SiteQueue, change: SiteWindowChange): void {
    const ends = change.until === undefined ? undefined : this.#onTheWall(change.until)
    const { memory, clock } = this.#ports
    this.#ports.record(factOf(siteQueue, change, { at: clock.now(), until: ends }))
    siteQueue.moves = change.moves === true
    if (memory !== undefined)
      note(memory, siteQueue, { ...change, ...(ends !== undefined && { until: ends }), now: clock.now() })
  }

  #sweep(now: number): void {
    this.#sweptAt = now
    for (const siteQueue of this.#siteQueues.values()) {
      if (
        busyOf(siteQueue) > 0 ||
        now - siteQueue.usedAt < IDLE_MS ||
        siteQueue.pace.pausedUntil > now ||
        !siteQueue.pace.calm
      )
        continue
      this.#siteQueues.delete(nameOf(siteQueue))
      this.#lanes.forget(siteQueue)
    }
  }
}
