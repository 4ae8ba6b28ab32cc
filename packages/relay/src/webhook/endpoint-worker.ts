/**
 * EndpointWorker: waits for its endpoint to be free and not stopped, then tells it its events until it is closed or another has taken over.
 *
 * Policy. Of the relays on one queue one tells an endpoint at a time; who ends gives it up at once, and when one dies its lease runs out.
 * Each endpoint has connections of its own, so that one in trouble costs no other anything. What cannot be read or written now is
 * tried again. The path of an endpoint is often its secret, and never logged.
 *
 * Not here: telling (tenure.ts).
 */
import type { Clock, Logger, Mailer, Metrics, WebhookDroppedFact } from '@postrider/core'
import type { MayReach } from './address-guard.ts'
import type { Delivery, DeliveryLog } from './delivery-log.ts'
import { type Endpoint, eventFor, originOf, wants } from './endpoint.ts'
import { MessageLooks } from './message-look.ts'
import { type Place, placeOf } from './place.ts'
import { posterOf } from './post-event.ts'
import { openPoster, type Poster } from './poster.ts'
import type { Dropped, Records } from './records.ts'
import type { Sign } from './signature.ts'
import { Tenure } from './tenure.ts'

export interface WorkerPorts {
  readonly facts: Mailer['facts']
  readonly readFacts: Mailer['readFacts']
  /** The number of the newest fact there is, for endpoints that are new. */
  readonly newest: () => Promise<number>
  readonly queue: Pick<Mailer['queue'], 'show'>
  readonly records: Records
  readonly log: Pick<DeliveryLog, 'note'>
  /** Where endpoints may be that are not of the configuration. */
  readonly mayReach: MayReach
  readonly clock: Clock
  readonly logger: Logger
  readonly record: (fact: WebhookDroppedFact) => void
  readonly metrics: Metrics
  /** What the lease is in the name of. */
  readonly holder: string
  readonly leaseMs: number
  readonly mostParked: number
  readonly random: () => number
}

const DROPPED = {
  name: 'postrider_relay_webhook_dropped_total',
  help: 'Events that an endpoint did not take in time.',
  labels: ['because'],
}
const POSTED = {
  name: 'postrider_relay_webhook_posted_total',
  help: 'Events that were posted to endpoints, by what was answered: taken, gone (410), refused, or none.',
  labels: ['answer'],
}
/** What is dropped in that time is told together. */
const TELL_DROPPED_EVERY_MS = 60_000

export class EndpointWorker {
  readonly endpoint: Endpoint
  readonly #id: string
  readonly #sign: Sign
  readonly #ports: WorkerPorts
  readonly #looks: MessageLooks
  readonly #stop = new AbortController()
  readonly #dropped = new Map<Dropped['because'], Dropped>()
  #stopTelling: (() => void) | undefined
  #poster: Poster | undefined
  #running: Promise<void> = Promise.resolve()

  constructor(endpoint: Endpoint, sign: Sign, ports: WorkerPorts) {
    this.endpoint = endpoint
    this.#id = endpoint.id
    this.#sign = sign
    this.#ports = ports
    this.#looks = new MessageLooks(ports.queue, ports.clock)
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

  /** Closing waits for no answer any more. */
  hangUp(): void {
    this.#poster?.destroy()
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    const { clock, leaseMs } = this.#ports
    const { signal } = this.#stop
    while (!signal.aborted) {
      try {
        await this.#hold()
      } catch (error) {
        if (!signal.aborted) this.#warn('webhook-stopped', { error: (error as Error).message })
      }
      await clock.sleep(leaseMs / 3, signal).catch(() => undefined)
    }
  }

  async #hold(): Promise<void> {
    const { records, newest, holder, leaseMs, clock } = this.#ports
    const heldAt = clock.monotonic()
    const standing = await records.hold(this.#id, holder, leaseMs)
    // Another tells it, or it is stopped.
    if (standing === undefined) return
    const newestPlace: Place = placeOf(await newest())
    const isReplaced = standing.place > newestPlace
    if (isReplaced) {
      this.#warn('webhook-queue-replaced', { place: standing.place, newest: newestPlace })
      await records.restart(this.#id, holder, newestPlace)
    }
    const former = isReplaced ? '' : standing.former
    this.#poster ??= await openPoster(clock, ...posterOf(this.endpoint, this.#ports.mayReach))
    const tenure = new Tenure({
      ...this.#ports,
      id: this.#id,
      heldAt,
      standing: isReplaced ? { place: newestPlace, former, parked: 0 } : standing,
      wants: fact => wants(this.endpoint, fact),
      eventOf: numbered => eventFor(this.endpoint, numbered, { former, looks: this.#looks }),
      poster: this.#poster,
      sign: this.#sign,
      warn: (event, fields) => this.#warn(event, fields),
      onPosted: delivery => this.#notePosted(delivery),
      onDropped: dropped => this.#noteDropped(dropped),
      signal: this.#stop.signal,
    })
    const end = await tenure.run()
    if (end === 'gone') await records.stop(this.#id, 'gone')
    if (end !== 'lost') await records.giveUp(this.#id, holder)
  }

  #notePosted(delivery: Delivery): void {
    const { log, metrics } = this.#ports
    log.note(this.#id, delivery)
    const { answer } = delivery
    const kind = answer === 'taken' || answer === 'gone' ? answer : answer.startsWith('status ') ? 'refused' : 'none'
    metrics.counter(POSTED).add(1, { answer: kind })
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
    const origin = originOf(this.endpoint)
    const of = { at: this.#ports.clock.now(), endpoint: origin, endpointId: this.#id }
    for (const one of this.#dropped.values()) this.#ports.record({ kind: 'webhook-dropped', ...of, ...one })
    this.#dropped.clear()
  }

  #warn(event: string, fields: Readonly<Record<string, unknown>>): void {
    const origin = originOf(this.endpoint)
    this.#ports.logger.warn({ event, endpoint: origin, endpointId: this.#id, ...fields }, 'webhook')
  }
}
