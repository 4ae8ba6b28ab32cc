/**
 * SharedCounts: what accounts used, counted in the database that relays share.
 *
 * Policy. One statement for all that is asked at once, which locks its rows in one order. A window begins with the first use after the
 * last one ended, by the clock of the database. What is lost with the server is forgiven, so that nobody waits for its disk.
 *
 * Not here: when to ask (shared-rate.ts). A relay alone counts in memory (rate.ts).
 */
import type { RelayStore, Row } from '../store/index.ts'
import type { CountAnswer, CountTogether } from './shared-rate.ts'

const COUNT = 'postrider_relay.rate_count'
const ASKED = `json_to_recordset($2::json)
  AS a (place bigint, name text, span bigint, most bigint, owed bigint, back bigint, want bigint)`
const SQL = {
  add: `INSERT INTO ${COUNT} (what, name, span, ends, used)
    SELECT $1, name, span, now_ms(), 0 FROM ${ASKED} ORDER BY name, span ON CONFLICT DO NOTHING`,
  count: `WITH locked AS MATERIALIZED (
      SELECT a.*, set_config('synchronous_commit', 'off', true),
        CASE WHEN c.ends <= now_ms() THEN now_ms() + a.span ELSE c.ends END AS until,
        a.owed + CASE WHEN c.ends <= now_ms() THEN 0 ELSE greatest(0, c.used - a.back) END AS total
      FROM ${ASKED} JOIN ${COUNT} c ON c.what = $1 AND c.name = a.name COLLATE "C" AND c.span = a.span
      ORDER BY c.name, c.span FOR UPDATE OF c),
    granted AS (SELECT *, greatest(0, least(want, (most - total) / 2)) AS given FROM locked)
    UPDATE ${COUNT} c SET ends = g.until, used = g.total + g.given FROM granted g
    WHERE c.what = $1 AND c.name = g.name COLLATE "C" AND c.span = g.span
    RETURNING g.place, g.total AS used, g.given, g.until - now_ms() AS "endsInMs"`,
  forget: `DELETE FROM ${COUNT} WHERE ends < now_ms() - 86400000`,
} as const

/** @param what is counted: `messages`, `recipients` */
export function sharedCounts(store: RelayStore, what: string): CountTogether {
  const ask = (rows: readonly object[]) =>
    store.ask<Row & CountAnswer & { readonly place: number }>(SQL.count, what, JSON.stringify(rows))
  return async asks => {
    const rows = asks.map(({ windowMs: span, ...each }, place) => ({ place, span, ...each }))
    const answers = new Map((await ask(rows)).map(answer => [answer.place, answer]))
    const missing = rows.filter(({ place }) => !answers.has(place))
    if (missing.length > 0) {
      await store.ask(SQL.forget)
      await store.ask(SQL.add, what, JSON.stringify(missing))
      for (const answer of await ask(missing)) answers.set(answer.place, answer)
    }
    return asks.map((_, place) => answers.get(place) as CountAnswer)
  }
}
