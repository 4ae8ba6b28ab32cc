/**
 * Tenure: tells one endpoint its events, for as long as it is ours to tell.
 *
 * Policy. Every event is tried in the order of the log, at most a window of them at once. One that is not taken is parked: it is
 * tried again after waits that grow to hours (waits.ts), for three days, while the others go on; then it is dropped and told so. While the
 * endpoint takes nothing, new events are parked untried but one. 2xx is taken; 410 stops the
 * endpoint (Standard Webhooks), and whoever starts it again finds what it answered so among what is parked. Nothing is
 * told when the lease may be over, by our own clock that never goes backwards.
 *
 * Not here: what is written when (progress.ts), who holds an endpoint (endpoint-worker.ts), HTTP (poster.ts).
 */
import type { Clock, DurableFact, Mailer, NumberedFact } from '@postrider/core'
import type { Delivery } from './delivery-log.ts'
import type { WebhookEvent } from './event.ts'
import { numberOf, type Place, placeOf } from './place.ts'
import { postTo } from './post-event.ts'
import type { Poster } from './poster.ts'
import { type Entry, Progress } from './progress.ts'
import type { Changes, Parked, Records, Standing } from './records.ts'
import type { Sign } from './signature.ts'
import { LONGEST_WAIT_MS, readRetryAfter, waitAfter } from './waits.ts'
import { Window } from './window.ts'

export interface TenureOptions {
  readonly id: string
  readonly holder: string
  readonly leaseMs: number
  /** When the lease was asked for, by the monotonic clock. */
  readonly heldAt: number
  readonly standing: Standing
  /** Whether it asks for facts like this one. */
  readonly wants: (fact: DurableFact) => boolean
  /** A fact in the form of the endpoint; undefined when that has no event for it. */
  readonly eventOf: (numbered: NumberedFact) => Promise<WebhookEvent | undefined>
  readonly mostParked: number
  readonly poster: Poster
  readonly sign: Sign
  readonly facts: Mailer['facts']
  readonly readFacts: Mailer['readFacts']
  readonly records: Records
  readonly clock: Clock
  /** Makes waits unequal. */
  readonly random: () => number
  readonly warn: (event: string, fields: Readonly<Record<string, unknown>>) => void
  readonly onPosted: (delivery: Delivery) => void
  readonly onDropped: (dropped: Changes['dropped']) => void
  /** Aborts when it is to end: what is under way is answered first. */
  readonly signal: AbortSignal
}

export type TenureEnd = 'stopped' | 'lost' | 'gone'

const SECOND = 1000
const HOUR = 3600 * SECOND
const GIVE_UP_AFTER_MS = 72 * HOUR
/** What was put aside untried. */
const UNTRIED_WAIT_MS = 30 * SECOND
const MOST_LOOKED_AT = 64
/** What is not written yet, mostly because an answer before it is missing; the log is read on when it is. */
const MOST_PENDING = 2000
/** Told, and only the write is missing: after a crash so many are told again, with those under way. */
const MOST_UNWRITTEN = 32
/** How often parked events are looked for that nobody here has parked: those of a replay. */
const LOOK_EVERY_MS = 5 * SECOND

export class Tenure {
  readonly #it: TenureOptions
  readonly #progress: Progress
  readonly #window = new Window()
  /** Parked events that are being tried. */
  readonly #trying = new Set<Place>()
  readonly #underWay = new Set<Promise<void>>()
  /** Aborts when nothing more is to be begun. */
  readonly #over = new AbortController()
  /** Aborts when the endpoint is not ours any more. */
  readonly #lost = new AbortController()
  #validUntil: number
  #end: TenureEnd = 'stopped'
  #wake: (() => void) | undefined
  #hasNews = false

  constructor(options: TenureOptions) {
    this.#it = options
    this.#validUntil = options.heldAt + options.leaseMs
    const { records, id, holder, standing, mostParked, clock, warn, onDropped } = options
    this.#progress = new Progress({
      records,
      id,
      holder,
      place: standing.place,
      parked: standing.parked,
      mostParked,
      clock,
      ours: this.#lost.signal,
      onWritten: changes => {
        if (changes.dropped.length > 0) onDropped(changes.dropped)
        if (changes.parked.length > 0 || changes.again.length > 0) this.#news()
      },
      onLost: () => this.#finish('lost'),
      onTrouble: error => warn('webhook-store-trouble', { error: (error as Error).message }),
    })
  }

  /** Resolves when everything under way is answered and written. @throws what reading the log or the store did */
  async run(): Promise<TenureEnd> {
    const { signal } = this.#it
    const stop = (): void => this.#finish('stopped')
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    const kept = new AbortController()
    const keeping = this.#keep(AbortSignal.any([kept.signal, this.#lost.signal]))
    try {
      await Promise.all([this.#tellNew(), this.#tellParked()])
    } finally {
      this.#over.abort()
      while (this.#underWay.size > 0) await Promise.all(this.#underWay)
      await this.#progress.flushed()
      kept.abort()
      await keeping
      signal.removeEventListener('abort', stop)
    }
    return this.#end
  }

  #finish(end: TenureEnd): void {
    if (this.#end === 'stopped') this.#end = end
    this.#over.abort()
    if (end === 'lost') this.#lost.abort()
    this.#news()
  }

  /** Renews the lease, until it is told to stop or it is lost. */
  async #keep(signal: AbortSignal): Promise<void> {
    const { records, id, holder, leaseMs, clock, warn } = this.#it
    while (!signal.aborted) {
      await clock.sleep(leaseMs / 3, signal).catch(() => undefined)
      if (signal.aborted) return
      const askedAt = clock.monotonic()
      try {
        if (!(await records.renew(id, holder, leaseMs))) return this.#finish('lost')
        this.#validUntil = askedAt + leaseMs
      } catch (error) {
        warn('webhook-store-trouble', { error: (error as Error).message })
        this.#isOurs()
      }
    }
  }

  #isOurs(): boolean {
    if (this.#it.clock.monotonic() < this.#validUntil) return true
    this.#finish('lost')
    return false
  }

  async #tellNew(): Promise<void> {
    const { facts, standing, wants, clock } = this.#it
    const { signal } = this.#over
    let after = standing.place
    for await (const numbered of facts({ after: numberOf(after), signal })) {
      if (signal.aborted) return
      const place = placeOf(numbered.number)
      const parked = { place, after, since: clock.now(), attempts: 0, due: clock.now() + UNTRIED_WAIT_MS }
      after = place
      const isWanted = wants(numbered.fact)
      if (isWanted && this.#window.isNarrow && !this.#window.hasRoom)
        this.#progress.park(this.#progress.begin(place), parked)
      else if (!isWanted) this.#progress.settle(this.#progress.begin(place))
      else if (await this.#window.enter(signal)) this.#begin(this.#first(numbered, this.#progress.begin(place), parked))
      else return
      const { pending, unwritten } = this.#progress
      if (pending > MOST_PENDING || unwritten > MOST_UNWRITTEN) await this.#progress.flushed()
    }
  }

  async #tellParked(): Promise<void> {
    const { records, id, clock } = this.#it
    const { signal } = this.#over
    while (!signal.aborted) {
      this.#hasNews = false
      const rows = await records.soonest(id, MOST_LOOKED_AT + this.#trying.size + this.#progress.pending)
      const now = clock.now()
      const idle = rows.filter(({ place }) => !this.#trying.has(place) && !this.#progress.isPending(place))
      // A clock that was set back must not make it wait for that long.
      const due = idle.filter(row => row.due <= now || row.due > now + 2 * LONGEST_WAIT_MS)
      if (due.length === 0)
        await this.#nextNews(Math.min((idle[0]?.due ?? Number.POSITIVE_INFINITY) - now, LOOK_EVERY_MS))
      for (const row of due) {
        if (!(await this.#window.enter(signal))) return
        this.#trying.add(row.place)
        this.#begin(this.#again(row).finally(() => this.#trying.delete(row.place)))
      }
    }
  }

  #begin(work: Promise<void>): void {
    const underWay = work
      .catch((error: Error) => {
        this.#it.warn('webhook-store-trouble', { error: error.message })
        this.#finish('lost')
      })
      .finally(() => this.#underWay.delete(underWay))
    this.#underWay.add(underWay)
  }

  async #first(numbered: NumberedFact, entry: Entry, parked: Parked): Promise<void> {
    const event = await this.#eventOf(numbered)
    if (event === undefined) return this.#progress.settle(entry)
    const { answer, retryAfterMs } = await this.#post(event, 1)
    if (answer === 'not-ours') return
    if (answer === 'taken') return this.#progress.settle(entry)
    if (!this.#window.isNarrow) this.#it.warn('webhook-deferred', { id: event.id, answer })
    const now = this.#it.clock.now()
    const due = now + waitAfter(1, this.#it.random, retryAfterMs)
    this.#progress.park(entry, { ...parked, since: now, attempts: 1, due })
  }

  async #again(row: Parked): Promise<void> {
    const { readFacts, wants, clock, random, warn } = this.#it
    const [numbered] = await readFacts({ after: numberOf(row.after), limit: 1 })
    const isThere = numbered !== undefined && placeOf(numbered.number) === row.place
    if (!isThere || !wants(numbered.fact)) {
      this.#window.leave('neither')
      return isThere ? this.#progress.unpark(row.place) : this.#progress.drop(row, 'gone')
    }
    const event = await this.#eventOf(numbered)
    if (event === undefined) return this.#progress.unpark(row.place)
    const { answer, retryAfterMs } = await this.#post(event, row.attempts + 1)
    if (answer === 'not-ours') return
    if (answer === 'taken') return this.#progress.unpark(row.place)
    if (clock.now() - row.since > GIVE_UP_AFTER_MS) {
      warn('webhook-given-up', { id: event.id, type: event.type, answer })
      return this.#progress.drop(row, 'age')
    }
    const attempts = row.attempts + 1
    this.#progress.again({ ...row, attempts, due: clock.now() + waitAfter(attempts, random, retryAfterMs) })
  }

  /** Leaves the window when there is no event. */
  async #eventOf(numbered: NumberedFact): Promise<WebhookEvent | undefined> {
    const event = await this.#it.eventOf(numbered)
    if (event === undefined) this.#window.leave('neither')
    return event
  }

  /** Leaves the window. Anything but `taken`, `gone` and `not-ours` says what was wrong. */
  async #post(
    { id, type, body }: WebhookEvent,
    attempt: number,
  ): Promise<{ readonly answer: string; readonly retryAfterMs?: number }> {
    const { poster, sign, clock, warn, onPosted } = this.#it
    if (!this.#isOurs()) {
      this.#window.leave('neither')
      return { answer: 'not-ours' }
    }
    const at = clock.now()
    const { answer, retryAfter, tookMs } = await postTo(poster, { id, body, sign }, clock)
    const taken = answer === 'taken'
    onPosted({ at, event: id, type, attempt, taken, answer, tookMs })
    if (answer === 'gone') {
      warn('webhook-gone', { id })
      this.#finish('gone')
    }
    this.#window.leave(taken ? 'taken' : 'failed')
    const retryAfterMs = readRetryAfter(retryAfter, clock.now())
    return { answer, ...(retryAfterMs !== undefined && { retryAfterMs }) }
  }

  #news(): void {
    this.#hasNews = true
    this.#wake?.()
  }

  async #nextNews(withinMs: number): Promise<void> {
    if (this.#hasNews || this.#over.signal.aborted) return
    await new Promise<void>(resolve => {
      const cancel = this.#it.clock.after(withinMs, resolve, { idle: true })
      this.#wake = () => {
        cancel()
        resolve()
      }
    })
    this.#wake = undefined
  }
}
