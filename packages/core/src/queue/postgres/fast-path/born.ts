/**
 * BornMessages: what this process accepted and has not settled, as it knows it: who waits in which order, and who is leased.
 *
 * Not here: the rows (tick.ts), how one of them comes to the tables of what waits (spill.ts).
 */

import type { ClaimRequest } from '../../../model/claim-request.ts'
import { decodeEntry } from '../../decode-entry.ts'
import {
  jobBase,
  type LeasedJob,
  makeEntry,
  messageOf,
  type NewJob,
  type NewMessage,
  PRIORITIES,
  wholeMeta,
} from '../../rows.ts'
import type { QueueEntry } from '../../store.ts'

export interface Born {
  readonly n: number
  readonly message: NewMessage
  readonly bytes: Uint8Array
  readonly segment: number
  /** Of its recipients, by their address: JSON of the suppressions. */
  suppressed: ReadonlyMap<string, string>
  /** By the monotonic clock: when that was looked at. */
  readonly bornAt: number
  lease: { readonly token: number; until: number } | undefined
  /** Its final dot is about to be sent, or was. */
  marked: boolean
  /** Of its mark in the database: it may be written with others, or was sent there. */
  mark: 'none' | 'near' | 'sent'
  /** Set while it is on its way into the tables of what waits, or to its outcome. */
  leaving: Promise<unknown> | undefined
}

/** What an owner says of itself with each beat. */
export interface BornCounts {
  readonly messages: number
  readonly recipients: number
  readonly running: number
  readonly oldest: number | null
}

export const jobOf = ({ n }: Born): number => jobBase(n)
const soleJob = ({ message }: Born): NewJob => message.jobs[0] as NewJob
const domainOf = (born: Born): string => soleJob(born).domain
const dueOf = ({ message }: Born): number => message.due
const expiryOf = ({ message }: Born): number => message.expiresAt

export class BornMessages {
  readonly #all = new Map<number, Born>()
  readonly #ids = new Map<string, Born>()
  /** What waits, by priority and domain, in the order of their turns. */
  readonly #waiting: readonly Map<string, Set<Born>>[] = PRIORITIES.map(() => new Map())
  #octets = 0
  /** Nothing expires, and no lease ends, before these. */
  #leastExpiry = Number.POSITIVE_INFINITY
  #leastUntil = Number.POSITIVE_INFINITY

  get size(): number {
    return this.#all.size
  }

  get octets(): number {
    return this.#octets
  }

  put(born: Born): void {
    this.#all.set(born.n, born)
    this.#ids.set(born.message.id, born)
    this.#octets += born.bytes.length
    this.#leastExpiry = Math.min(this.#leastExpiry, expiryOf(born))
    this.queue(born)
  }

  drop(born: Born): void {
    if (!this.#all.delete(born.n)) return
    this.#ids.delete(born.message.id)
    this.#octets -= born.bytes.length
    this.#unqueue(born)
  }

  clear(): void {
    for (const born of this.all()) this.drop(born)
  }

  all(): readonly Born[] {
    return [...this.#all.values()]
  }

  find(job: number): Born | undefined {
    return this.#all.get(messageOf(job))
  }

  numbered(n: number): Born | undefined {
    return this.#all.get(n)
  }

  named(id: string): Born | undefined {
    return this.#ids.get(id)
  }

  /** Stands in line, if it is still here. */
  queue(born: Born): void {
    if (!this.#all.has(born.n) || born.lease !== undefined || born.leaving !== undefined) return
    const lanes = this.#lanesOf(born)
    const domain = domainOf(born)
    const lane = lanes.get(domain)
    if (lane === undefined) lanes.set(domain, new Set([born]))
    else lane.add(born)
  }

  /** It was not given out after all. */
  unlease(born: Born): void {
    born.lease = undefined
    this.queue(born)
  }

  /** Sets it aside: it is nobody's to claim until it is queued again. */
  leave(born: Born, leaving: Promise<unknown>): void {
    this.#unqueue(born)
    born.leaving = leaving
  }

  /** Leases what is due: what expired whatever its domain, then by priority, domains in turn. */
  claim(request: ClaimRequest, token: () => number): readonly Born[] {
    const { now, limit, perDomain, exclude, quotas = [], leaseMs } = request
    const taken: Born[] = []
    const take = (born: Born): void => {
      this.#unqueue(born)
      born.lease = { token: token(), until: now + leaseMs }
      taken.push(born)
    }
    this.#leastUntil = Math.min(this.#leastUntil, now + leaseMs)
    if (this.#leastExpiry <= now) for (const born of this.#expired(now)) if (taken.length < limit) take(born)
    const room = new Map<string, number>(quotas)
    for (const domain of exclude) room.set(domain, 0)
    for (const lanes of this.#waiting) {
      for (const [domain, lane] of [...lanes]) {
        if (taken.length >= limit) return taken
        let left = Math.min(room.get(domain) ?? perDomain, limit - taken.length)
        const before = left
        for (const born of lane) {
          if (left <= 0) break
          if (dueOf(born) > now) continue
          take(born)
          left--
        }
        room.set(domain, (room.get(domain) ?? perDomain) - (before - left))
        if (before === left || lane.size === 0) continue
        lanes.delete(domain)
        lanes.set(domain, lane)
      }
    }
    return taken
  }

  /** The first moment at which something could be claimed. */
  nextDue(exclude: ReadonlySet<string>): number | undefined {
    let next: number | undefined
    for (const lanes of this.#waiting) {
      for (const [domain, lane] of lanes) {
        // In one lane they stand in the order in which they came.
        for (const born of lane) {
          const at = exclude.has(domain) ? expiryOf(born) : Math.min(dueOf(born), expiryOf(born))
          if (next === undefined || at < next) next = at
          if (!exclude.has(domain)) break
        }
      }
    }
    return next
  }

  /** Whose lease ran out by its own time. */
  lapsed(now: number): readonly Born[] {
    if (now < this.#leastUntil) return []
    const leased = this.all().filter(({ lease }) => lease !== undefined)
    const untils = leased.map(({ lease }) => lease?.until ?? 0)
    this.#leastUntil = untils.reduce((least, until) => (until > now && until < least ? until : least), Infinity)
    return leased.filter(({ lease, leaving }) => leaving === undefined && (lease?.until ?? 0) <= now)
  }

  counts(): BornCounts {
    let [recipients, running] = [0, 0]
    let oldest: number | null = null
    for (const { message, lease } of this.#all.values()) {
      recipients += message.recipients
      if (lease !== undefined) running++
      if (oldest === null || message.acceptedAt < oldest) oldest = message.acceptedAt
    }
    return { messages: this.#all.size, recipients, running, oldest }
  }

  #expired(now: number): readonly Born[] {
    const expired: Born[] = []
    this.#leastExpiry = Number.POSITIVE_INFINITY
    for (const lanes of this.#waiting) {
      for (const lane of lanes.values()) {
        for (const born of lane) {
          if (expiryOf(born) <= now) expired.push(born)
          else this.#leastExpiry = Math.min(this.#leastExpiry, expiryOf(born))
        }
      }
    }
    return expired
  }

  #lanesOf({ message }: Born): Map<string, Set<Born>> {
    return this.#waiting[message.priority] as Map<string, Set<Born>>
  }

  #unqueue(born: Born): void {
    const lanes = this.#lanesOf(born)
    const lane = lanes.get(domainOf(born))
    if (lane?.delete(born) && lane.size === 0) lanes.delete(domainOf(born))
  }
}

/** As people see it. */
export function bornEntry(born: Born): QueueEntry {
  const { domain, recipients } = soleJob(born)
  const job = { domain, state: born.lease === undefined ? 0 : 1, due: dueOf(born) }
  const rows = recipients.map(({ place, local }) => ({ job, place, local, state: 0, attempts: 0, reply: null }))
  return decodeEntry(makeEntry({ ...born.message, meta: wholeMeta(born.message) }, [job], rows))
}

/** As a job is read from the tables: see decodeJob. */
export function leasedJob(born: Born): LeasedJob {
  const { id, acceptedAt, expiresAt, priority, meta } = born.message
  const { domain, recipients: its } = soleJob(born)
  const recipients = its.map(({ place, local, extra }) => {
    const suppressed = born.suppressed.get(`${local}@${domain}`.toLowerCase()) ?? null
    return { place, local, delayTold: 0, extra, suppressed }
  })
  return { job: jobOf(born), domain, priority, attempts: 0, expiresAt, id, acceptedAt, meta, recipients }
}
