/**
 * Standing: what we know of how one of our addresses, senders, signatures or links stands with one mail site: until when it
 * rests and why, what the site proved to bear, and how much of its day is used.
 *
 * Policy. It is a row of the queue's store, so that it outlives the process and is shared by all that deliver from the queue. The
 * store knows it as text and knows nothing of what it says, but when its rest ends.
 *
 * Not here: what changes it (reputation/), who asks it (schedule/, flow/).
 */
import type { EffectKey } from './effect.ts'

/** `source 192.0.2.1`, `sender example.com`; `site` alone is whatever we do there. */
export type StandingKey = 'site' | `${Exclude<EffectKey, 'site'>} ${string}`

/** In the place of a mail site: all of them. */
export const EVERYWHERE = '*'

export interface Rest {
  readonly since: number
  readonly until: number
  readonly because: string
  /** It is our address that they refuse, so that another one may take its mail over. */
  readonly moves?: true
}

/** What it proved to bear, for so long. */
export interface Learnt {
  readonly until: number
  readonly connections?: number
  readonly messagesPerConnection?: number
}

export const TRENDS = ['begun', 'raised', 'held', 'lowered', 'ended'] as const
export type Trend = (typeof TRENDS)[number]

/** What became of first attempts. */
export interface Tally {
  /** Recipients tried for the first time. */
  readonly first: number
  /** Of those, told to come back because of our volume or reputation. */
  readonly deferred: number
  /** Of those, refused because of our reputation. */
  readonly refused: number
  /** Complaints that came in. */
  readonly complaints: number
}

/** The day that runs, and what earlier days left of themselves. */
export interface WarmUp extends Tally {
  /** Days since 1970, UTC. */
  readonly day: number
  /** Recipients that the day may have for the first time. */
  readonly cap: number
  readonly trend: Trend
  /** First attempts of the day before; rows of older versions do not say. */
  readonly yesterday?: number
  /** Days on which at least half of the cap was used. */
  readonly sendingDays: number
  /** The last day on which anything was sent. */
  readonly sentOn: number
  /** The most of one day, lately. */
  readonly busiest: number
  /** Hours since 1970, and what was tried in that one and the one before it. */
  readonly hour: number
  readonly inHour: number
  readonly before: number
  /** Complaints and first attempts of the last days, fading. */
  readonly recentFirst: number
  readonly recentComplaints: number
}

export interface Standing {
  readonly rest?: Rest
  readonly learnt?: Learnt
  readonly warmUp?: WarmUp
}

/** As it is kept. */
export interface StandingRow {
  readonly site: string
  readonly key: StandingKey
  /** Counts how often it was written. */
  readonly version: number
  /** When its rest ends; 0 without one. */
  readonly until: number
  /** JSON of a Standing. */
  readonly body: string
}

/** What lanes have, in the words of those who look at the queue. */
export interface RestingLane extends Omit<Rest, 'moves'> {
  readonly site: string
  /** Which of our addresses; absent: whichever. */
  readonly source?: string
}

/** The rest of a lane, if this is one's. */
export function restingLane(row: StandingRow): RestingLane | undefined {
  const [on, name] = splitKey(row.key)
  const { rest } = standingOf(row)
  if (rest === undefined || (on !== 'site' && on !== 'source')) return undefined
  const { since, until, because } = rest
  return { site: row.site, ...(name !== '' && { source: name }), since, until, because }
}

export function splitKey(key: StandingKey): readonly [on: EffectKey, name: string] {
  const space = key.indexOf(' ')
  return space < 0 ? [key as 'site', ''] : [key.slice(0, space) as EffectKey, key.slice(space + 1)]
}

export function standingOf({ body }: Pick<StandingRow, 'body'>): Standing {
  return JSON.parse(body) as Standing
}
