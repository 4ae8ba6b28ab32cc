/**
 * FastPath: what this process accepts and delivers at once, from its acceptance to its outcome.
 *
 * Policy. A message for one domain that is due, not held and has no key is born leased: nobody else sees it, and its first
 * attempt asks the database for nothing. What does not end with that attempt (deferred, given back, bounced with a notice), what
 * waits for too long, and everything as soon as anybody wants to see or change it, moves to the tables of what waits and
 * is a message as any other from then on.
 *
 * Not here: the tables of what waits (../store.ts and its verbs), the life of the owner (../owner.ts).
 */
import type { Buffer } from 'node:buffer'
import type { ClaimRequest } from '../../../model/claim-request.ts'
import { MailerError } from '../../../model/error.ts'
import type { CancelledFact } from '../../../model/fact.ts'
import type { Job } from '../../../model/job.ts'
import { decodeJob } from '../../encode.ts'
import { RECIPIENT_STATES, type Settled } from '../../rows.ts'
import type { QueueEntry } from '../../store.ts'
import type { Giving } from '../batches.ts'
import type { Encoded } from '../enqueue.ts'
import { SQL } from '../sql.ts'
import { type Born, type BornCounts, BornMessages, bornEntry, jobOf, leasedJob } from './born.ts'
import { Marks, type MarksParts } from './marks.ts'
import { Numbers } from './numbers.ts'
import { endingOf } from './outcome.ts'
import { addressesOf, type Newborn, suppressedOf, Tick } from './tick.ts'
import { WayOut, type WayOutParts } from './way-out.ts'

export interface FastPathParts extends WayOutParts, MarksParts {
  readonly gatherMs: number
}

/** What is kept in memory at most; what comes beyond goes into the tables, for whoever has room. */
const MOST_BYTES = 64 * 2 ** 20
const MOST = 10_000
/** What was not begun by then others may have. */
const OLD_MS = 10_000
/** After that it is asked again who is suppressed, before it goes out. */
const SUPPRESSED_MS = 1_000
const CANCELLED = RECIPIENT_STATES.indexOf('cancelled')

export class FastPath {
  readonly #parts: FastPathParts
  readonly #born = new BornMessages()
  readonly #tick: Tick
  readonly #wayOut: WayOut
  readonly #numbers: Numbers
  readonly marks: Marks
  /** Ids of what is being written. */
  readonly #arriving = new Set<string>()
  #swept = 0

  constructor(parts: FastPathParts) {
    const { connections, clock, owner, gatherMs } = parts
    this.#parts = parts
    this.marks = new Marks(parts, this.#born)
    this.#tick = new Tick({ connections, clock, owner: () => owner, gatherMs, marks: this.marks })
    this.#wayOut = new WayOut(parts, this.#born)
    this.#numbers = new Numbers(connections, clock)
  }

  /** The next number for a message of this process. */
  nextNumber(): Promise<number> {
    return this.#numbers.next()
  }

  takes({ message, isKept = false }: Encoded): boolean {
    // What is kept is moved from table to table, and not across the wire again.
    if (isKept) return false
    const { acceptedAt, due, held, key, jobs } = message
    if (!this.#parts.owner.alive || held !== null || key !== null || due > acceptedAt || jobs.length !== 1) return false
    return this.#born.size < MOST && this.#born.octets < MOST_BYTES
  }

  /**
   * `fenced`: this process is no owner any more, and the message is to be added as if nobody knew whether it is there. `given-up`:
   * its caller gave up, and it is not there, or was taken back.
   */
  async accept(
    { n, message, bytes }: Newborn,
    giving: Giving,
    cancelled: () => readonly CancelledFact[],
  ): Promise<'accepted' | 'fenced' | 'given-up'> {
    const { id } = this.#parts.owner
    if (this.#born.named(message.id) !== undefined || this.#arriving.has(message.id)) throw alreadyThere(message.id)
    this.#arriving.add(message.id)
    const accepted = await this.#tick.accept({ n, message, bytes }, giving).finally(() => {
      this.#arriving.delete(message.id)
    })
    if (accepted === undefined) return 'given-up'
    if (accepted.kind === 'fenced') {
      this.#parts.owner.die()
      return 'fenced'
    }
    // It is withheld until here: nobody can have it.
    if (giving.signal?.aborted && (await this.#withdraw({ n, message, bytes }, cancelled()))) return 'given-up'
    const { segment, suppressed } = accepted
    const bornAt = this.#parts.clock.monotonic()
    // Another life: whoever took over has it, or will.
    if (!this.#parts.owner.alive || this.#parts.owner.id !== id) return 'accepted'
    this.#born.put({
      n,
      message,
      bytes,
      segment,
      suppressed,
      lease: undefined,
      marked: false,
      mark: 'none',
      leaving: undefined,
      bornAt,
    })
    return 'accepted'
  }

  /** Whether it is over; what cannot be taken back is kept. */
  async #withdraw({ n, message }: Newborn, facts: readonly CancelledFact[]): Promise<boolean> {
    const settled: Pick<Settled, 'attempt' | 'recipients' | 'facts'> = {
      attempt: 0,
      recipients: message.jobs.flatMap(({ recipients }) =>
        recipients.map(({ place }) => ({ place, state: CANCELLED, delayTold: 0, reply: '' })),
      ),
      facts: facts.map(fact => ({ id: fact.messageId, at: fact.at, json: JSON.stringify(fact) })),
    }
    return this.#tick.settle(endingOf(message, n, settled, message.acceptedAt)).catch(() => false)
  }

  async claim(request: ClaimRequest): Promise<readonly Job[]> {
    const { owner, clock } = this.#parts
    if (!owner.alive || this.#born.size === 0) return []
    this.#sweep(clock.monotonic(), request.now)
    const taken = this.#born.claim(request, () => owner.makeToken())
    try {
      await this.#askSuppressions(taken, request.now)
    } catch (error) {
      for (const born of taken) this.#born.unlease(born)
      throw error
    }
    return taken.map(born => decodeJob(leasedJob(born), born.lease?.token ?? 0, born.lease?.until ?? 0))
  }

  /** What was looked at when it came holds for a moment only: others suppress too. */
  async #askSuppressions(taken: readonly Born[], now: number): Promise<void> {
    const since = this.#parts.clock.monotonic() - SUPPRESSED_MS
    const old = taken.filter(({ bornAt }) => bornAt <= since)
    if (old.length === 0) return
    const addresses = old.flatMap(({ message }) => addressesOf(message))
    const found = new Map(
      await this.#parts.connections.ask<[string, string]>('passing', SQL.suppressions, addresses, now),
    )
    for (const born of old) born.suppressed = suppressedOf(born.message, found)
  }

  /** Leases that ran out by the time that they were given: they move to the tables, to be voided there. */
  async lapse(now: number): Promise<void> {
    await Promise.all(this.#born.lapsed(now).map(born => this.#wayOut.take(born)))
  }

  nextDue(exclude: ReadonlySet<string>): number | undefined {
    return this.#born.nextDue(exclude)
  }

  bytesOf(id: string): Buffer | undefined {
    return this.#born.named(id)?.bytes as Buffer | undefined
  }

  numberOf(id: string): number | undefined {
    return this.#born.named(id)?.n
  }

  counts(): BornCounts {
    return this.#born.counts()
  }

  /** As people see them. */
  entries(): readonly QueueEntry[] {
    return this.#born.all().map(bornEntry)
  }

  /** The lease of a job that is here; it is renewed until then. */
  renew({ id, lease }: Job, until: number): boolean {
    const born = this.#born.find(id)
    if (born?.lease?.token !== lease.token) return false
    born.lease.until = until
    return true
  }

  holds({ id, lease }: Job): boolean {
    return this.#born.find(id)?.lease?.token === lease.token
  }

  /** Jobs whose final dot is about to be sent, or was, and whose outcome is not written. */
  dotted(): readonly number[] {
    return this.#born.all().flatMap(born => (born.marked && born.lease !== undefined ? [jobOf(born)] : []))
  }

  /** Whether its outcome was written; `undefined` when it stands in the tables, to be settled there. */
  async settle(job: Job, settled: Settled, at: number): Promise<boolean | undefined> {
    const born = this.#born.find(job.id)
    if (born?.lease?.token !== job.lease.token) return undefined
    if (born.leaving !== undefined) {
      await born.leaving.catch(() => {})
      return undefined
    }
    const { next, suppressions, notices } = settled
    if (next !== null || suppressions.length > 0 || notices.length > 0) {
      await this.#wayOut.take(born)
      return undefined
    }
    const written = this.#tick.settle(endingOf(born.message, born.n, settled, at))
    this.#born.leave(born, written)
    try {
      if (await written) {
        this.#born.drop(born)
        return true
      }
    } catch (error) {
      born.leaving = undefined
      throw error
    }
    this.#parts.owner.die()
    return false
  }

  /** Into the tables, under its lease, to be settled there. */
  async moveOut(job: Job): Promise<void> {
    const born = this.#born.find(job.id)
    if (born?.lease?.token !== job.lease.token) return
    if (born.leaving === undefined) await this.#wayOut.take(born)
    else await born.leaving.catch(() => {})
  }

  /** Gives a job back to everyone; `undefined` when it stands in the tables. */
  async release(job: Job, dueAt: number): Promise<boolean | undefined> {
    const born = this.#born.find(job.id)
    if (born?.lease?.token !== job.lease.token) return undefined
    if (born.leaving !== undefined) {
      await born.leaving.catch(() => {})
      return undefined
    }
    return await this.#wayOut.take(born, { due: dueAt })
  }

  /** Everything into the tables, as it stands; without leases when `free` is said. */
  async empty(how: 'as-it-stands' | 'free' = 'as-it-stands'): Promise<void> {
    await this.#tick.quiet()
    const all = this.#born.all()
    const ends = await Promise.allSettled(
      all.map(async born => {
        if (born.leaving !== undefined) await born.leaving
        else await this.#wayOut.take(born, how === 'free' ? { due: born.message.due } : undefined)
      }),
    )
    const failed = ends.find(end => end.status === 'rejected')
    if (failed !== undefined) throw failed.reason
  }

  forget(): void {
    this.#born.clear()
  }

  /** What waits here for long, because its site is slow, others may be able to send. */
  #sweep(monotonic: number, now: number): void {
    if (monotonic - this.#swept < OLD_MS / 4) return
    this.#swept = monotonic
    for (const born of this.#born.all()) {
      if (born.lease !== undefined || born.leaving !== undefined || born.message.acceptedAt > now - OLD_MS) continue
      this.#wayOut.take(born).catch(() => {})
    }
  }
}

function alreadyThere(id: string): MailerError {
  return new MailerError('not-possible', `The message ${id} is in the queue already.`, {
    found: id,
    wanted: 'a message with an id of its own',
  })
}
