/**
 * Statistics: counts of what became of recipients, added by any number of processes.
 *
 * Policy. Counts do not wait for the disk. Rows are read, added to and written again, so that their rules are the same in every store:
 * whoever does it holds a lock for as long as the transaction lasts, which is some milliseconds, twice a minute for each relay.
 *
 * Not here: what rows mean (../statistics.ts).
 */
import { OTHER, type StatisticsTally } from '../../model/statistics.ts'
import {
  additionsOf,
  DAYS_KEPT,
  daysOf,
  daysWanted,
  HOURLY_DAYS,
  LARGE_SITES,
  type StatisticsAddition,
  type StatisticsPlace,
  type StatisticsQuery,
  type StatisticsRow,
  StatisticsSummer,
  type StatisticsSums,
  withinBounds,
} from '../statistics.ts'
import type { Connections, Session } from './connection.ts'
import { push } from './enqueue.ts'
import { named } from './sql.ts'

/** How many rows of hours one transaction sums. */
const STRETCH = 1_000
/** How many rows are read at once; between two such pages others have their turn. */
const PAGE = 2_000

type Row = [day: number, hour: number, site: string, accounts: string]

const SQL = named({
  lockStatistics: 'SELECT pg_advisory_xact_lock(1886614376, 0)',
  statisticsThere: `SELECT s.day, s.hour, s.site, s.accounts FROM statistics s
    JOIN unnest($1::integer[], $2::smallint[], $3::text[]) AS k (day, hour, site)
      ON s.day = k.day AND s.hour = k.hour AND s.site = k.site COLLATE "C"`,
  countSites: `SELECT s.day, s.hour, count(*) FROM statistics s
    WHERE (s.day, s.hour) IN (SELECT * FROM unnest($1::integer[], $2::smallint[])) GROUP BY 1, 2`,
  putStatistics: `INSERT INTO statistics (day, hour, site, total, accounts)
    SELECT * FROM unnest($1::integer[], $2::smallint[], $3::text[], $4::bigint[], $5::text[])
    ON CONFLICT (day, hour, site) DO UPDATE SET total = excluded.total, accounts = excluded.accounts`,
  dropStatistics: 'DELETE FROM statistics WHERE day < $1',
  hoursToSum: `SELECT day, hour, site, accounts FROM statistics
    WHERE day = (SELECT min(day) FROM statistics WHERE day < $1 AND hour < 24) AND hour < 24
    ORDER BY hour, site LIMIT $2`,
  largestSites: `SELECT site FROM statistics WHERE day = $1 AND site <> $2
    GROUP BY site ORDER BY sum(total) DESC, site LIMIT $3`,
  dropStatisticsOf: `DELETE FROM statistics s USING unnest($1::integer[], $2::smallint[], $3::text[]) AS k (day, hour, site)
    WHERE s.day = k.day AND s.hour = k.hour AND s.site = k.site COLLATE "C"`,
  statistics: `SELECT day, hour, site, accounts FROM statistics
    WHERE day >= $1 AND day < $2 AND ($3::text IS NULL OR site = $3) AND (day, hour, site) > ($4, $5::smallint, $6)
    ORDER BY day, hour, site LIMIT $7`,
})

export async function addStatistics(connections: Connections, tallies: readonly StatisticsTally[]): Promise<void> {
  if (tallies.length === 0) return
  await connections.transact('passing', async session => {
    await session.run(SQL.lockStatistics)
    const additions = additionsOf(tallies)
    const there = await rowsThere(session, additions)
    const hours = [...new Map(additions.map(({ day, hour }) => [day * 24 + hour, [day, hour]])).values()]
    const counted = await session.run<[day: number, hour: number, sites: number]>(
      SQL.countSites,
      ...columnsOf(hours, 2),
    )
    const sites = new Map(counted.map(([day, hour, count]) => [day * 24 + hour, count]))
    const isThere = (addition: StatisticsAddition): boolean => there.has(keyOf(addition))
    const sitesOf = ({ day, hour }: StatisticsAddition): number => sites.get(day * 24 + hour) ?? 0
    await write(session, withinBounds(additions, { isThere, sitesOf }))
  })
}

export async function sumStatistics(connections: Connections, today: number): Promise<void> {
  await connections.ask('passing', SQL.dropStatistics, today - DAYS_KEPT)
  while (await sumStretch(connections, today - HOURLY_DAYS));
}

function sumStretch(connections: Connections, before: number): Promise<boolean> {
  return connections.transact('passing', async session => {
    await session.run(SQL.lockStatistics)
    const found = await session.run<Row>(SQL.hoursToSum, before, STRETCH)
    const day = found[0]?.[0]
    if (day === undefined) return false
    const largest = await session.run<[string]>(SQL.largestSites, day, OTHER, LARGE_SITES)
    const rows = found.map(rowOf)
    await write(session, daysOf(rows, new Set(largest.map(([site]) => site))))
    session.send(SQL.dropStatisticsOf, ...columnsOf(rows.map(placeOf), 3))
    return true
  })
}

/** Adds to the rows that are there. */
async function write(session: Session, additions: readonly StatisticsAddition[]): Promise<void> {
  const there = await rowsThere(session, additions)
  const rows = additions.map(addition => addition.rowWith(there.get(keyOf(addition))))
  const values = rows.map(({ day, hour, site, total, accounts }) => [day, hour, site, total, accounts])
  session.send(SQL.putStatistics, ...columnsOf(values, 5))
}

async function rowsThere(
  session: Session,
  places: readonly StatisticsPlace[],
): Promise<ReadonlyMap<string, Omit<StatisticsRow, 'total'>>> {
  const rows = await session.run<Row>(SQL.statisticsThere, ...columnsOf(places.map(placeOf), 3))
  return new Map(rows.map(rowOf).map(row => [keyOf(row), row]))
}

const placeOf = ({ day, hour, site }: StatisticsPlace): readonly unknown[] => [day, hour, site]
const keyOf = ({ day, hour, site }: StatisticsPlace): string => `${day} ${hour} ${site}`
const rowOf = ([day, hour, site, accounts]: Row): Omit<StatisticsRow, 'total'> => ({ day, hour, site, accounts })

function columnsOf(rows: readonly (readonly unknown[])[], width: number): readonly unknown[][] {
  const columns = Array.from({ length: width }, (): unknown[] => [])
  for (const row of rows) push(columns, ...row)
  return columns
}

export async function statistics(connections: Connections, query: StatisticsQuery): Promise<StatisticsSums> {
  const summer = new StatisticsSummer(query)
  const wanted = [...daysWanted(query), query.site ?? null]
  for (let last: readonly unknown[] = [0, -1, '']; ; ) {
    const rows = await connections.ask<Row>('passing', SQL.statistics, ...wanted, ...last, PAGE)
    for (const row of rows) summer.add(rowOf(row))
    if (rows.length < PAGE) return summer.end()
    last = rows.at(-1)!.slice(0, 3)
  }
}
