/**
 * Dispatcher: durable facts to webhook endpoints, at least once each.
 *
 * Policy. Every endpoint has a lane of its own: its own cursor, its own connections, its own troubles. In a lane at most
 * `AT_ONCE` events are under way, and the cursor passes an event only when it and all before it are done. 2xx is done; 410
 * ends the lane (Standard Webhooks); anything else is tried again after waits that grow to hours, for three days, and then left
 * out and logged.
 *
 * Not here: what an event looks like (event.ts), its signature (signature.ts), how far a lane is (cursor.ts), HTTP (poster.ts).
 */
import { isDeepStrictEqual } from 'node:util'
import type { Clock, Logger, Mailer, NumberedFact } from '@postrider/core'
import type { Cursors } from './cursor.ts'
import { eventOf, type WebhookEvent } from './event.ts'
import { openPoster, type Poster } from './poster.ts'
import { type Sign, signer } from './signature.ts'

export interface Endpoint {
  readonly url: string
  readonly secret: string
  /** Kinds of facts, such as `delivered`. */
  readonly events: readonly string[]
}

export interface DispatcherOptions {
  readonly endpoints: readonly Endpoint[]
  readonly facts: Mailer['facts']
  /** The number of the newest fact there is, for endpoints that are new. */
  readonly newest: () => Promise<number>
  readonly cursors: Cursors
  readonly clock: Clock
  readonly logger: Logger
}

const AT_ONCE = 16
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const WAITS_MS = [
  SECOND,
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
] as const
const GIVE_UP_AFTER_MS = 72 * HOUR

export class Dispatcher {
  readonly #it: DispatcherOptions
  #lanes: readonly Lane[] = []
  /** Lanes that were taken away, while their last events are answered. */
  readonly #ending = new Map<Lane, Promise<void>>()
  #closed = false

  /** @throws MailerError `invalid-option` when a secret cannot be read */
  constructor(options: DispatcherOptions) {
    this.#it = options
    this.#lanes = options.endpoints.map((endpoint, at) => this.#laneOf(endpoint, at))
  }

  /** Resolves when it is settled where new endpoints begin. */
  async start(): Promise<void> {
    await Promise.all(this.#lanes.map(lane => this.#begin(lane)))
  }

  /**
   * Reads other endpoints; the function that is returned takes them. One that stays the same is not disturbed, and one whose
   * secret or events changed goes on where it was.
   * @throws MailerError `invalid-option` when a secret cannot be read
   */
  prepare(endpoints: readonly Endpoint[]): () => Promise<void> {
    const lanes = endpoints.map(
      (endpoint, at) =>
        this.#lanes.find(lane => isDeepStrictEqual(lane.endpoint, endpoint)) ?? this.#laneOf(endpoint, at),
    )
    return async () => {
      if (this.#closed) return
      const before = this.#lanes
      this.#lanes = lanes
      for (const lane of before) if (!lanes.includes(lane)) this.#end(lane)
      await Promise.all(lanes.filter(lane => !before.includes(lane)).map(lane => this.#begin(lane)))
    }
  }

  /** Lets events under way be answered, then stops. What was not answered comes again after the next start. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#lanes.map(lane => lane.close()), ...this.#ending.values()])
  }

  #laneOf(endpoint: Endpoint, at: number): Lane {
    return new Lane(endpoint, signer(endpoint.secret, `relay.webhooks.${at}.secret`), this.#it)
  }

  #end(lane: Lane): void {
    const ending = lane.close().finally(() => this.#ending.delete(lane))
    this.#ending.set(lane, ending)
  }

  async #begin(lane: Lane): Promise<void> {
    await lane.findPlace()
    // What the lane before it has not told when it ends, this one tells again.
    const before = [...this.#ending].filter(([other]) => other.endpoint.url === lane.endpoint.url)
    // Never rejects: all are settled, and a lane's start catches its own failure.
    void Promise.allSettled(before.map(([, ending]) => ending)).then(() => {
      if (!this.#closed && this.#lanes.includes(lane)) lane.start()
    })
  }
}

class Lane {
  readonly endpoint: Endpoint
  readonly #sign: Sign
  readonly #it: DispatcherOptions
  readonly #stop = new AbortController()
  /** Numbers under way or done beyond the first that is not, in order. */
  readonly #open: { readonly number: number; done: boolean }[] = []
  readonly #underWay = new Set<Promise<void>>()
  #poster: Poster | undefined
  #running: Promise<void> = Promise.resolve()
  #gone = false

  constructor(endpoint: Endpoint, sign: Sign, options: DispatcherOptions) {
    this.endpoint = endpoint
    this.#sign = sign
    this.#it = options
  }

  /** An endpoint that is new begins with what comes from now on. */
  async findPlace(): Promise<void> {
    const { cursors, newest } = this.#it
    if (cursors.of(this.endpoint.url) === undefined) cursors.advance(this.endpoint.url, await newest())
  }

  start(): void {
    this.#running = this.#run().catch(error => {
      if (!this.#stop.signal.aborted) this.#warn('webhook-stopped', { error: (error as Error).message })
    })
  }

  async close(): Promise<void> {
    this.#stop.abort(new Error('closed'))
    await this.#running
    await Promise.allSettled(this.#underWay)
    await this.#it.cursors.flushed()
    await this.#poster?.close()
  }

  async #run(): Promise<void> {
    const { facts, cursors } = this.#it
    const { signal } = this.#stop
    this.#poster = await openPoster(this.endpoint.url)
    const after = cursors.of(this.endpoint.url) ?? 0
    for await (const numbered of facts({ after, signal })) {
      if (signal.aborted || this.#gone) return
      this.#take(numbered)
      while (this.#underWay.size >= AT_ONCE && !signal.aborted) await Promise.race(this.#underWay)
    }
  }

  #take(numbered: NumberedFact): void {
    const place = { number: numbered.number, done: !this.endpoint.events.includes(numbered.fact.kind) }
    this.#open.push(place)
    if (place.done) {
      this.#advance()
      return
    }
    const posting = this.#post(eventOf(numbered)).then(done => {
      place.done = done
      this.#underWay.delete(posting)
      this.#advance()
    })
    this.#underWay.add(posting)
  }

  /** The cursor stands on the last event before the first that is not done. */
  #advance(): void {
    let passed: number | undefined
    while (this.#open[0]?.done) passed = this.#open.shift()?.number
    if (passed !== undefined) this.#it.cursors.advance(this.endpoint.url, passed)
  }

  /** `false`: we were told to stop, and it comes again. */
  async #post(event: WebhookEvent): Promise<boolean> {
    const { clock } = this.#it
    const since = clock.now()
    for (let attempt = 0; ; attempt++) {
      const answer = await this.#try(event)
      if (answer === 'taken') return true
      if (answer === 'gone') {
        this.#gone = true
        this.#warn('webhook-gone', { id: event.id })
        this.#stop.abort(new Error('the endpoint is gone'))
        return true
      }
      if (clock.now() - since > GIVE_UP_AFTER_MS) {
        this.#warn('webhook-given-up', { id: event.id, type: event.type, answer })
        return true
      }
      if (attempt === 0) this.#warn('webhook-deferred', { id: event.id, answer })
      try {
        await clock.sleep(WAITS_MS[Math.min(attempt, WAITS_MS.length - 1)]!, this.#stop.signal)
      } catch {
        return false
      }
    }
  }

  /** Anything but `taken` and `gone` says what was wrong. */
  async #try({ id, body }: WebhookEvent): Promise<string> {
    const at = new Date(this.#it.clock.now())
    try {
      const status = await this.#poster!.post(body, this.#sign(id, at, body))
      if (status >= 200 && status < 300) return 'taken'
      return status === 410 ? 'gone' : `status ${status}`
    } catch (error) {
      return (error as Error).message || 'no answer'
    }
  }

  #warn(event: string, fields: Readonly<Record<string, unknown>>): void {
    const { origin, pathname } = new URL(this.endpoint.url)
    this.#it.logger.warn({ event, url: `${origin}${pathname}`, ...fields }, 'webhook')
  }
}
