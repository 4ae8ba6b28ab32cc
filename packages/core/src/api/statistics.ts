/**
 * Statistics: how many, where and how fast, as whoever runs the mailer asks for it.
 *
 * Not here: what counts (statistics/), what a sum is of (queue/statistics.ts).
 */
import type { MailerParts } from '../assembly/mailer-parts.ts'
import type { MailerError } from '../model/error.ts'
import {
  COUNTED_OUTCOMES,
  type CountedOutcome,
  type Counts,
  STATISTICS_KEYS,
  type StatisticsKey,
  startOfHour,
} from '../model/statistics.ts'
import { type Kind, shown, wrongValue } from '../model/wrong-value.ts'
import type { StatisticsQuery, StatisticsSums } from '../queue/index.ts'
import { type LatencySummary, latencyOf } from '../statistics/index.ts'
import { checkKeys } from './arguments.ts'

/** Which days, and by what they are told apart. */
export interface StatisticsRequest {
  /** Counted in this hour or later. @default 24 hours before `to` */
  readonly from?: Date | number
  /** Counted before this moment; its hour counts whole. @default now */
  readonly to?: Date | number
  /** What has a row of its own. @default 'hour' */
  readonly by?: StatisticsKey
  /** Only what went to this mail site. */
  readonly site?: string
  /** Only mail of this account; `''` is mail of none. */
  readonly account?: string
  /** At most so many sites or accounts, 1 to 1000, the largest; the others are one row, `other`. @default 200 */
  readonly limit?: number
}

/** Recipients by outcome; an attempt that is deferred counts each time. */
export type OutcomeCounts = Readonly<Record<CountedOutcome, number>>

/** One hour or day of it. */
export interface StatisticsPart {
  /** Recipients by how they ended. */
  readonly counts: OutcomeCounts
  /** From acceptance to the 250 of the receiver; absent when nothing was delivered. */
  readonly latency?: LatencySummary
}

/** Counts of one site, account or outcome. */
export interface StatisticsRow extends StatisticsPart {
  /** By hour or day: where it begins. */
  readonly at?: number
  /** By hour: a day, where its hours are not kept any more. */
  readonly step?: 'hour' | 'day'
  /** By site. `none`: what was accepted or suppressed, or whose domain has no mail host. `other`: the small ones. */
  readonly site?: string
  /** By account; empty for mail of none. */
  readonly account?: string
  /** By outcome. */
  readonly outcome?: CountedOutcome
}

/** Counts of a span of time. */
export interface Statistics {
  /** The first hour that counts. */
  readonly from: number
  /** The end of the last. */
  readonly to: number
  /** What a row of `rows` is: an hour, a day, a mail site or an account, as it was asked for. */
  readonly by: StatisticsKey
  /** All rows together. */
  readonly total: StatisticsPart
  /** By hour and day in their order, by site and account the largest first. What would be 0 has no row. */
  readonly rows: readonly StatisticsRow[]
}

const REQUEST = {
  from: 'any',
  to: 'any',
  by: 'string',
  site: 'string',
  account: 'string',
  limit: 'count',
} as const satisfies Record<keyof StatisticsRequest, Kind>

const HOUR_MS = 3_600_000
const USUAL_HOURS = 24
const USUAL_LIMIT = 200
const MOST_ROWS = 1_000
const LAST_MOMENT = 2 ** 48

export async function readStatistics(
  request: StatisticsRequest,
  { clock, statistics, store }: Pick<MailerParts, 'clock' | 'statistics' | 'store'>,
): Promise<Statistics> {
  const query = statisticsQuery(request, clock.now())
  await statistics.flush()
  return statisticsOf(query, await store.statistics(query))
}

function statisticsQuery(request: StatisticsRequest, now: number): StatisticsQuery {
  checkKeys(request, REQUEST, 'request')
  const { by = 'hour', site, account, limit = USUAL_LIMIT } = request
  const to = momentOf(request.to ?? now, 'to')
  const before = Math.max(1, Math.ceil(to / HOUR_MS))
  const from = request.from === undefined ? before - USUAL_HOURS : Math.floor(momentOf(request.from, 'from') / HOUR_MS)
  if (from >= before) throw wrong('from', request.from, 'a moment before `to`')
  if (!STATISTICS_KEYS.includes(by)) throw wrong('by', by, `one of ${STATISTICS_KEYS.join(', ')}`)
  if (limit < 1 || limit > MOST_ROWS) throw wrong('limit', limit, `a whole number from 1 to ${MOST_ROWS}`)
  return { from, before, by, limit, ...(site !== undefined && { site }), ...(account !== undefined && { account }) }
}

function statisticsOf({ from, before, by }: StatisticsQuery, { total, rows }: StatisticsSums): Statistics {
  const named = by === 'hour' || by === 'day' ? 'at' : by
  return {
    from: startOfHour(from),
    to: startOfHour(before),
    by,
    total: partOf(total),
    rows: rows.map(({ key, step, counts }) => ({
      [named]: key,
      ...(step !== undefined && { step }),
      ...partOf(counts),
    })),
  }
}

function partOf(counts: Counts): StatisticsPart {
  const latency = latencyOf(counts)
  return {
    counts: Object.fromEntries(COUNTED_OUTCOMES.map((outcome, at) => [outcome, counts[at] ?? 0])) as OutcomeCounts,
    ...(latency !== undefined && { latency }),
  }
}

function momentOf(value: unknown, name: string): number {
  const at = typeof value === 'number' ? value : value instanceof Date ? value.getTime() : Number.NaN
  if (at >= 0 && at <= LAST_MOMENT) return at
  throw wrong(name, value, 'a Date or milliseconds since 1970')
}

function wrong(name: string, found: unknown, wanted: string): MailerError {
  return wrongValue('invalid-option', { where: `request.${name}`, found: shown(found), wanted })
}
