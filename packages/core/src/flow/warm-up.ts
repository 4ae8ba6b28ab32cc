/**
 * WarmUp: first attempts go out as fast as an address and a sender that are new to a provider may grow.
 *
 * Policy. Both our address and the domain of the sender are counted, each for itself, and both need room. What has none waits for
 * the next hour that has, each hour's places given away once; it is no attempt and never fails. Who waited goes before who just
 * came. What would expire first is sent a while before it does, whatever the cap. Mail of providers that count nobody, of sites
 * that are no provider's and of smarthosts never waits. Who sent before anything was counted begins as somebody who is known.
 *
 * Not here: what a day allows (reputation/), where each provider begins (provider/).
 */
import type { Clock } from '../ambient/clock.ts'
import type { Random } from '../ambient/random.ts'
import { say } from '../language/pace.ts'
import { isOfMessage } from '../model/effect.ts'
import type { Failure, FailureCode } from '../model/failure.ts'
import type { Job } from '../model/job.ts'
import type { Lane } from '../model/parcel.ts'
import { EVERYWHERE, type StandingKey, splitKey, type Tally } from '../model/standing.ts'
import type { Verdict } from '../model/verdict.ts'
import { firstDayAt } from '../provider/index.ts'
import { KNOWN, roomFor, sliceOf, slotFor } from '../reputation/index.ts'
import type { Standings } from '../schedule/index.ts'
import type { Wait } from './pace.ts'

export interface WarmUpPort {
  /** Whether a first attempt from there need not wait for that address; nothing is counted. */
  hasRoom(job: Job, lane: Lane): boolean
  /** When a first attempt would be made, if not now; nothing is promised. */
  nextAt(job: Job, lane: Lane): number | undefined
  /** Why a first attempt has to wait; when it need not, it counts as made. */
  admit(job: Job, lane: Lane): Wait | undefined
  /** What became of what was admitted. Of whom nothing is known, nothing was sent. */
  settled(job: Job, lane: Lane, verdicts: readonly Verdict[]): void
}

export interface WarmUpPorts {
  readonly standings: Standings
  readonly clock: Pick<Clock, 'now'>
  readonly random: Random
}

const HOUR_MS = 3_600_000
/** So long before the end of its time it is sent at the latest, or after three quarters of that. */
const LATEST_MS = 4 * HOUR_MS
const NOTHING: Tally = { first: 0, deferred: 0, refused: 0, complaints: 0 }

/** Of so many that wait the places are known; of more they are given away anew. */
const MOST_NAMES = 20_000

/** They say that we send too much, or are not trusted. */
const OF_VOLUME: ReadonlySet<FailureCode> = new Set(['rate-limited', 'bad-reputation', 'blocklisted'])

export const noWarmUp: WarmUpPort = {
  hasRoom: () => true,
  nextAt: () => undefined,
  admit: () => undefined,
  settled: () => {},
}

export function openWarmUp({ standings, clock, random }: WarmUpPorts): WarmUpPort {
  const places = new Places()
  return {
    hasRoom: (job, { site, source }) => {
      const cap = capAt(site, standings)
      if (cap === undefined || job.attempts > 0 || source === undefined) return true
      return look(job, { places, standings, site, key: `source ${source}`, cap }).fits
    },
    nextAt: (job, { site, source }) => {
      const cap = capAt(site, standings)
      if (cap === undefined || job.attempts > 0 || clock.now() >= latestOf(job)) return undefined
      const slots = fullOf(job, { site, source }, cap).map(({ slot }) => slot)
      return slots.length === 0 ? undefined : Math.max(...slots)
    },
    admit: (job, { site, source }) => {
      const cap = capAt(site, standings)
      if (cap === undefined || job.attempts > 0) return undefined
      const now = clock.now()
      const count = job.recipients.length
      const mayWait = now < latestOf(job)
      let wait: Wait | undefined
      for (const { key, known, name, slot } of mayWait ? fullOf(job, { site, source }, cap) : []) {
        places.take(name, Math.floor(slot / HOUR_MS), count)
        if (wait !== undefined && wait.until >= slot) continue
        const because = say(key.startsWith('sender ') ? 'warm-up.sender' : 'warm-up.source', {
          site,
          cap: known.cap,
          name: splitKey(key)[1],
          used: known.first,
        })
        wait = { site, until: Math.ceil(slot + random() * 0.9 * HOUR_MS), because }
      }
      if (wait !== undefined) return { ...wait, until: beforeItsEnd(wait.until, job, now) }
      const hour = Math.floor(now / HOUR_MS)
      for (const key of keysOf(job, source)) {
        // Who just came has none to leave.
        if (job.acceptedAt < hour * HOUR_MS) places.leave(`${site}\n${key}`, hour, count)
        standings.count(site, key, { ...NOTHING, first: count }, cap)
      }
      return undefined
    },
    settled: (job, { site, source }, verdicts) => {
      const cap = capAt(site, standings)
      if (cap === undefined || job.attempts > 0) return
      for (const key of keysOf(job, source)) {
        const tally = tallyOf(verdicts, key, job.recipients.length)
        if (tally !== undefined) standings.count(site, key, tally, cap)
      }
    },
  }

  /** The keys of a job that have no room now, and when each has. */
  function fullOf(job: Job, { site, source }: Lane, cap: number) {
    return keysOf(job, source).flatMap(key => {
      const { known, name, fits } = look(job, { places, standings, site, key, cap })
      return fits ? [] : [{ key, known, name, slot: slotFor(known, places.after(name, known.hour)) }]
    })
  }

  /** Spread over a while, so that what nothing could be done for does not come all at once. */
  function beforeItsEnd(until: number, job: Job, now: number): number {
    const latest = latestOf(job)
    return until < latest ? until : Math.ceil(latest - random() * Math.min(2 * LATEST_MS, (latest - now) / 2))
  }
}

/** Where a stranger begins. */
function capAt(site: string, standings: Standings): number | undefined {
  const first = firstDayAt(site)
  return first !== undefined && standings.learntOf(EVERYWHERE, 'site') !== undefined ? KNOWN : first
}

interface Looking {
  readonly places: Places
  readonly standings: Standings
  readonly site: string
  readonly key: StandingKey
  readonly cap: number
}

function look(job: Job, { places, standings, site, key, cap }: Looking) {
  const known = standings.warmUp(site, key, cap)
  const name = `${site}\n${key}`
  // Who was here before this hour has a place in it.
  const promised = job.acceptedAt < known.hour * HOUR_MS ? 0 : places.given(name, known.hour)
  const room = roomFor(known, { urgent: job.priority === 'high', promised })
  return { known, name, fits: room >= Math.min(job.recipients.length, sliceOf(known)) }
}

function keysOf({ reversePath }: Job, source: string | undefined): readonly StandingKey[] {
  const keys: StandingKey[] = source === undefined ? [] : [`source ${source}`]
  if (reversePath !== null) keys.push(`sender ${reversePath.domain}`)
  return keys
}

function latestOf({ acceptedAt, expiresAt }: Job): number {
  return expiresAt - Math.min(LATEST_MS, (expiresAt - acceptedAt) / 4)
}

/** What is said of a sender is not counted against our address, nor the other way round. */
function tallyOf(verdicts: readonly Verdict[], key: StandingKey, admitted: number): Tally | undefined {
  let deferred = 0
  let refused = 0
  for (const verdict of verdicts) {
    if (verdict.kind === 'accepted' || !isAbout(verdict.failure, key)) continue
    if (verdict.failure.permanence === 'transient') deferred++
    else refused++
  }
  const first = verdicts.length - admitted
  return first === 0 && deferred === 0 && refused === 0 ? undefined : { first, deferred, refused, complaints: 0 }
}

function isAbout({ code, stage, effects = [] }: Failure, key: StandingKey): boolean {
  const ofSender = splitKey(key)[0] === 'sender'
  // Before anybody is named a policy can only be about our address.
  if (code === 'policy-refused' && (stage === 'greeting' || stage === 'ehlo')) return !ofSender
  if (!OF_VOLUME.has(code)) return false
  if (effects.length === 0) return true
  return effects.some(effect => isOfMessage(effect) === ofSender)
}

/** How many places of each coming hour are given away. */
class Places {
  readonly #hours = new Map<string, Map<number, number>>()

  given(name: string, hour: number): number {
    return this.#hours.get(name)?.get(hour) ?? 0
  }

  /** Of all hours after this one; those before are forgotten. */
  after(name: string, hour: number): number {
    let given = 0
    for (const [other, count] of this.#hours.get(name) ?? []) {
      if (other > hour) given += count
      else if (other < hour) this.#hours.get(name)?.delete(other)
    }
    return given
  }

  take(name: string, hour: number, count: number): void {
    const hours = this.#hours.get(name)
    if (this.#hours.size > MOST_NAMES) this.#hours.clear()
    if (hours === undefined) this.#hours.set(name, new Map([[hour, count]]))
    else hours.set(hour, (hours.get(hour) ?? 0) + count)
  }

  leave(name: string, hour: number, count: number): void {
    const hours = this.#hours.get(name)
    const given = hours?.get(hour)
    if (hours === undefined || given === undefined) return
    if (given > count) hours.set(hour, given - count)
    else hours.delete(hour)
    if (hours.size === 0) this.#hours.delete(name)
  }
}
