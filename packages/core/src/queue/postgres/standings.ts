/**
 * Standings: how we stand with mail sites, shared by all relays of the database.
 *
 * Policy. One statement writes all rows and one reads those that stood in the way, so that the cost does not depend on how many
 * there are. The time of a change is the server's: relays whose clocks differ miss nothing of each other.
 *
 * Not here: what a standing says (model/standing.ts), the promise (pace-store.ts).
 */
import type { StandingKey, StandingRow } from '../../model/standing.ts'
import { STANDING_KEPT_MS, type StandingsWanted } from '../pace-store.ts'
import type { Connections } from './connection.ts'
import { push } from './enqueue.ts'
import type { Statement } from './sql.ts'

const NOW = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint'
const COLUMNS = 'site, key, version, until, body'

const READ: Statement = {
  name: 'standings',
  text: `SELECT ${COLUMNS} FROM standing WHERE changed >= $1 AND until > $2 ORDER BY until DESC, site, key`,
}
const PUT: Statement = {
  name: 'putStandings',
  text: `INSERT INTO standing (site, key, version, until, body, changed)
    SELECT s.site, s.key, s.version, s.until, s.body, ${NOW}
    FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::text[]) AS s (site, key, version, until, body)
    ORDER BY s.site COLLATE "C", s.key COLLATE "C"
    ON CONFLICT (site, key) DO UPDATE SET version = excluded.version, until = excluded.until, body = excluded.body,
      changed = excluded.changed WHERE standing.version = excluded.version - 1
    RETURNING site, key`,
}
const OF_KEYS: Statement = {
  name: 'standingsOf',
  text: `SELECT ${COLUMNS} FROM standing JOIN unnest($1::text[], $2::text[]) AS k (of_site, of_key)
    ON site = of_site AND key = of_key`,
}
const DROP: Statement = { name: 'dropStandings', text: `DELETE FROM standing WHERE changed < ${NOW} - $1::bigint` }

type Kept = [site: string, key: StandingKey, version: number, until: number, body: string]

const rowOf = ([site, key, version, until, body]: Kept): StandingRow => ({ site, key, version, until, body })

export async function standings(connections: Connections, wanted: StandingsWanted): Promise<readonly StandingRow[]> {
  const { changedSince = -1, restingAt = -1 } = wanted
  return (await connections.ask<Kept>('passing', READ, changedSince, restingAt)).map(rowOf)
}

export async function putStandings(
  connections: Connections,
  rows: readonly StandingRow[],
): Promise<readonly StandingRow[]> {
  if (rows.length === 0) return []
  const columns: unknown[][] = [[], [], [], [], []]
  for (const { site, key, version, until, body } of rows) push(columns, site, key, version, until, body)
  await connections.ask('passing', DROP, STANDING_KEPT_MS)
  const written = await connections.ask<[site: string, key: string]>('passing', PUT, ...columns)
  if (written.length === rows.length) return []
  const done = new Set(written.map(([site, key]) => `${site}\n${key}`))
  const others = rows.filter(({ site, key }) => !done.has(`${site}\n${key}`))
  const found = await connections.ask<Kept>(
    'passing',
    OF_KEYS,
    others.map(({ site }) => site),
    others.map(({ key }) => key),
  )
  return found.map(rowOf)
}
