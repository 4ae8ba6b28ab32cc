/**
 * Statistics: counts of what became of recipients. Added to inside the writer's transaction; looked at on either thread.
 *
 * Policy. Counts are written without fsync: what a power failure takes from a statistic nobody misses. A day is summed a stretch of rows
 * at a time; what is looked at in between has all of it once.
 *
 * Not here: what rows mean (../../statistics.ts).
 */
import { OTHER } from '../../../model/statistics.ts'
import {
  additionsOf,
  DAYS_KEPT,
  daysOf,
  daysWanted,
  HOURLY_DAYS,
  LARGE_SITES,
  type StatisticsAddition,
  type StatisticsQuery,
  StatisticsSummer,
  type StatisticsSums,
  withinBounds,
} from '../../statistics.ts'
import type { Verbs } from '../both/protocol.ts'
import type { Statements, StatisticsStatements } from './sql.ts'
import type { WriterTransaction } from './transaction.ts'

/** How many rows of hours one transaction sums: some milliseconds. */
const STRETCH = 300

export function addStatistics({ sql }: WriterTransaction, tallies: Verbs['addStatistics']['ask']): null {
  const isThere = ({ day, hour, site }: StatisticsAddition): boolean =>
    sql.statisticsOf.get(day, hour, site) !== undefined
  const sitesOf = ({ day, hour }: StatisticsAddition): number => sql.countSites.one(day, hour).sites
  for (const addition of withinBounds(additionsOf(tallies), { isThere, sitesOf })) put(sql, addition)
  return null
}

function put(sql: Statements, addition: StatisticsAddition): void {
  sql.putStatistics.run(addition.rowWith(sql.statisticsOf.get(addition.day, addition.hour, addition.site)))
}

/** @returns whether there is more to sum */
export function sumStatistics({ sql }: WriterTransaction, { today }: Verbs['sumStatistics']['ask']): boolean {
  sql.dropStatistics.run(today - DAYS_KEPT)
  const [first, ...more] = sql.hoursToSum.all(today - HOURLY_DAYS, STRETCH)
  if (first === undefined) return false
  const rows = [first, ...more.filter(({ day }) => day === first.day)]
  const largest = new Set(sql.largestSites.all(first.day, OTHER, LARGE_SITES).map(({ site }) => site))
  for (const addition of daysOf(rows, largest)) put(sql, addition)
  for (const { day, hour, site } of rows) sql.dropStatisticsOf.run(day, hour, site)
  return true
}

export function statistics({ sql }: { readonly sql: StatisticsStatements }, query: StatisticsQuery): StatisticsSums {
  const summer = new StatisticsSummer(query)
  const [from, before] = daysWanted(query)
  for (const row of sql.statistics.iterate(from, before, query.site ?? null)) summer.add(row)
  return summer.end()
}
