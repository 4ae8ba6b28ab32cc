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
  readonly #lanes: readonly Lane[]

  /** @throws MailerError `invalid-option` when a secret cannot be read */
  constructor(options: DispatcherOptions) {
    this.#lanes = options.endpoints.map(
      (endpoint, at) => new Lane(endpoint, signer(endpoint.secret, `relay.webhooks.${at}.secret`), options),
    )
  }

  start(): void {
    for (const lane of this.#lanes) lane.start()
  }

  /** Lets events under way be answered, then stops. What was not answered comes again after the next start. */
  async close(): Promise<void> {
    await Promise.all(this.#lanes.map(lane => lane.close()))
  }
}

class Lane {
  readonly #endpoint: Endpoint
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
    this.#endpoint = endpoint
    this.#sign = sign
    this.#it = options
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
    const { facts, newest, cursors } = this.#it
    const { signal } = this.#stop
    this.#poster = await openPoster(this.#endpoint.url)
    const after = cursors.of(this.#endpoint.url) ?? (await newest())
    cursors.advance(this.#endpoint.url, after)
    for await (const numbered of facts({ after, signal })) {
      if (signal.aborted || this.#gone) return
      this.#take(numbered)
      while (this.#underWay.size >= AT_ONCE && !signal.aborted) await Promise.race(this.#underWay)
    }
  }

  #take(numbered: NumberedFact): void {
    const place = { number: numbered.number, done: !this.#endpoint.events.includes(numbered.fact.kind) }
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
    if (passed !== undefined) this.#it.cursors.advance(this.#endpoint.url, passed)
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
    const { origin, pathname } = new URL(this.#endpoint.url)
    this.#it.logger.warn({ event, url: `${origin}${pathname}`, ...fields }, 'webhook')
  }
}
