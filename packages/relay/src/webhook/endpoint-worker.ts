/**
 * EndpointWorker: waits for its endpoint to be free, then tells it its events until it is stopped or another has taken over.
 *
 * Policy. Of the relays on one queue one tells an endpoint at a time; who ends gives it up at once, and when one dies its lease runs out.
 * Each endpoint has connections of its own, so that one in trouble costs no other anything. What cannot be read or written now is
 * tried again. The path of an endpoint is often its secret, and never logged.
 *
 * Not here: telling (tenure.ts).
 */
import type { Clock, Logger, Mailer, Metrics, WebhookDroppedFact } from '@postrider/core'
import { type Place, placeOf } from './place.ts'
import { openPoster, type Poster } from './poster.ts'
import { type Dropped, endpointId, type Records } from './records.ts'
import type { Sign } from './signature.ts'
import { Tenure } from './tenure.ts'

export interface Endpoint {
  readonly url: string
  readonly secret: string
  /** Kinds of facts, such as `delivered`. */
  readonly events: readonly string[]
}

export interface WorkerPorts {
  readonly facts: Mailer['facts']
  readonly readFacts: Mailer['readFacts']
  /** The number of the newest fact there is, for endpoints that are new. */
  readonly newest: () => Promise<number>
  readonly records: Records
  readonly clock: Clock
  readonly logger: Logger
  readonly record: (fact: WebhookDroppedFact) => void
  readonly metrics: Metrics
  /** What the lease is in the name of. */
  readonly holder: string
  readonly leaseMs: number
  readonly mostParked: number
}

const DROPPED = {
  name: 'postrider_relay_webhook_dropped_total',
  help: 'Events that an endpoint did not take in time.',
  labels: ['because'],
}
/** What is dropped in that time is told together. */
const TELL_DROPPED_EVERY_MS = 60_000

export class EndpointWorker {
  readonly endpoint: Endpoint
  readonly #id: string
  readonly #sign: Sign
  readonly #ports: WorkerPorts
  readonly #stop = new AbortController()
  readonly #dropped = new Map<Dropped['because'], Dropped>()
  #stopTelling: (() => void) | undefined
  #poster: Poster | undefined
  #running: Promise<void> = Promise.resolve()

  constructor(endpoint: Endpoint, sign: Sign, ports: WorkerPorts) {
    this.endpoint = endpoint
    this.#id = endpointId(endpoint.url)
    this.#sign = sign
    this.#ports = ports
  }

  /** An endpoint that is new begins with what comes from now on. */
  async findPlace(): Promise<void> {
    const { records, newest } = this.#ports
    await records.add(this.#id, placeOf(await newest()))
  }

  start(): void {
    this.#running = this.#run()
  }

  async close(): Promise<void> {
    this.#stop.abort(new Error('closed'))
    await this.#running
    this.#tellDropped()
    await this.#poster?.close()
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    const { clock, leaseMs } = this.#ports
    const { signal } = this.#stop
    while (!signal.aborted) {
      try {
        if ((await this.#hold()) === 'gone') return
      } catch (error) {
        if (!signal.aborted) this.#warn('webhook-stopped', { error: (error as Error).message })
      }
      await clock.sleep(leaseMs / 3, signal).catch(() => undefined)
    }
  }

  async #hold(): Promise<'gone' | undefined> {
    const { records, newest, holder, leaseMs, clock } = this.#ports
    const heldAt = clock.monotonic()
    const standing = await records.hold(this.#id, holder, leaseMs)
    if (standing === undefined) return undefined
    const newestPlace: Place = placeOf(await newest())
    const isReplaced = standing.place > newestPlace
    if (isReplaced) {
      this.#warn('webhook-queue-replaced', { place: standing.place, newest: newestPlace })
      await records.restart(this.#id, holder, newestPlace)
    }
    this.#poster ??= await openPoster(this.endpoint.url)
    const tenure = new Tenure({
      ...this.#ports,
      id: this.#id,
      heldAt,
      standing: isReplaced ? { place: newestPlace, former: '', parked: 0 } : standing,
      events: this.endpoint.events,
      poster: this.#poster,
      sign: this.#sign,
      warn: (event, fields) => this.#warn(event, fields),
      onDropped: dropped => this.#noteDropped(dropped),
      signal: this.#stop.signal,
    })
    const end = await tenure.run()
    if (end !== 'lost') await records.giveUp(this.#id, holder)
    return end === 'gone' ? 'gone' : undefined
  }

  #noteDropped(dropped: readonly Dropped[]): void {
    const counter = this.#ports.metrics.counter(DROPPED)
    for (const one of dropped) {
      counter.add(one.count, { because: one.because })
      const known = this.#dropped.get(one.because) ?? { ...one, count: 0 }
      this.#dropped.set(one.because, {
        because: one.because,
        after: known.after < one.after ? known.after : one.after,
        through: known.through > one.through ? known.through : one.through,
        count: known.count + one.count,
      })
    }
    if (this.#stopTelling !== undefined) return
    this.#tellDropped()
    const again = (): void => {
      this.#stopTelling = undefined
      this.#tellDropped()
    }
    this.#stopTelling = this.#ports.clock.after(TELL_DROPPED_EVERY_MS, again, { idle: true })
  }

  /** The range can be replayed for as long as the queue keeps its facts. */
  #tellDropped(): void {
    this.#stopTelling?.()
    this.#stopTelling = undefined
    const { origin } = new URL(this.endpoint.url)
    const of = { at: this.#ports.clock.now(), endpoint: origin, endpointId: this.#id }
    for (const one of this.#dropped.values()) this.#ports.record({ kind: 'webhook-dropped', ...of, ...one })
    this.#dropped.clear()
  }

  #warn(event: string, fields: Readonly<Record<string, unknown>>): void {
    const { origin } = new URL(this.endpoint.url)
    this.#ports.logger.warn({ event, endpoint: origin, endpointId: this.#id, ...fields }, 'webhook')
  }
}
