/**
 * SQL: every statement of the PostgreSQL store, named; the name is that of the prepared statement. Numbers of messages are
 * `job / 16384`, as in SQLite. Sets travel as arrays, so that a batch is one statement whatever its size.
 */

import { SEGMENTS } from './fast-path/tables.ts'
import { BESIDE } from './sql-beside.ts'
import { LOOK } from './sql-look.ts'
import { OWNERS } from './sql-owners.ts'

export interface Statement {
  readonly name: string
  readonly text: string
}

/** The end of a lease that only its owner, or his death, ends. */
export const NEVER = 9_000_000_000_000_000
/** By the clock of the server: one of us that is ahead ends no lease of a relay of an older version, which goes by its own. */
const SERVER_TIME = '(extract(epoch FROM statement_timestamp()) * 1000)::bigint'
/** Tokens below are those of versions whose leases end by the clock. */
export const LEAST_TOKEN: number = 2 ** 48

/** A number that is not given is the next one. */
const ADD_MESSAGES = `INSERT INTO message
    (n, id, sender, accepted_at, expires_at, size, priority, account, held, key, digest, meta, jobs) OVERRIDING SYSTEM VALUE
    SELECT coalesce(m.n, nextval('message_n_seq')), m.id, m.sender, m.accepted_at, m.expires_at, m.size, m.priority, m.account,
      m.held, m.key, m.digest, m.meta, m.jobs
    FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::smallint[], $7::text[],
      $8::text[], $9::text[], $10::text[], $11::text[], $12::integer[], $13::bigint[])
      AS m (id, sender, accepted_at, expires_at, size, priority, account, held, key, digest, meta, jobs, n)`

const TEXTS = {
  // opening
  version: 'SELECT version FROM schema_version',

  // intake
  addMessages: `$ADD_MESSAGES ON CONFLICT (key) WHERE key IS NOT NULL DO NOTHING RETURNING id, n`,
  addMissing: `$ADD_MESSAGES ON CONFLICT DO NOTHING RETURNING id, n`,
  findIds: 'SELECT id FROM message WHERE id = ANY ($1::text[])',
  confirm: `SELECT pg_logical_emit_message(true, 'postrider', '')`,
  findKeys: 'SELECT key, id, digest FROM message WHERE key = ANY ($1::text[])',
  addContents: `INSERT INTO content (n, bytes) SELECT p.n, substring($1::bytea FROM p.start + 1 FOR p.size)
    FROM unnest($2::bigint[], $3::integer[], $4::integer[]) AS p (n, start, size)`,
  addJobs: `INSERT INTO job (id, domain, priority, state, due, expires_at, attempts, open, token, lease_until)
    SELECT j.id, j.domain, j.priority, j.state, j.due, j.expires_at, 0, j.open, j.token,
      CASE WHEN j.token IS NOT NULL THEN $NEVER END
    FROM unnest($1::bigint[], $2::text[], $3::smallint[], $4::smallint[], $5::bigint[], $6::bigint[], $7::integer[], $8::bigint[])
      AS j (id, domain, priority, state, due, expires_at, open, token)`,
  addRecipients: `INSERT INTO recipient (job, place, local, state, attempts, delay_told, extra)
    SELECT r.job, r.place, r.local, 0, 0, 0, r.extra
    FROM unnest($1::bigint[], $2::integer[], $3::text[], $4::text[]) AS r (job, place, local, extra)`,
  addFirstFacts: `INSERT INTO fact (message, at, json) SELECT f.n, f.at, f.json
    FROM unnest($1::bigint[], $2::bigint[], $3::text[]) WITH ORDINALITY AS f (n, at, json, place)
    WHERE NOT EXISTS (SELECT FROM fact known WHERE known.message = f.n AND known.json LIKE '{"kind":"queued"%')
    ORDER BY f.place`,
  numbersAhead: `SELECT nextval('message_n_seq') FROM generate_series(1, $1::integer)`,
  addFacts: `INSERT INTO fact (message, at, json)
    SELECT coalesce(f.n, (SELECT m.n FROM message m WHERE m.id = f.id), 0), f.at, f.json
    FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[]) WITH ORDINALITY AS f (n, id, at, json, place)
    ORDER BY f.place`,
  queueLanes: 'SELECT queue_lanes($1::text[], $2::smallint[], $3::bigint[])',

  // delivery
  anyLapsed: `SELECT id FROM job WHERE state = 1 AND lease_until <= least($1, $SERVER_TIME) ORDER BY lease_until LIMIT 500`,
  leasesOf: 'SELECT id, token FROM job WHERE state = 1 AND token BETWEEN $1 AND $2 LIMIT 500',
  lapse: `UPDATE job SET state = CASE WHEN (SELECT held FROM message WHERE n = job.id / 16384) IS NULL THEN 0 ELSE 2 END,
      token = NULL, lease_until = NULL
    FROM (SELECT id, token FROM job WHERE id = ANY ($1::bigint[]) AND state = 1 AND (lease_until <= least($2, $SERVER_TIME) OR token = ANY ($3::bigint[]))
      ORDER BY id FOR UPDATE) AS gone
    WHERE job.id = gone.id RETURNING job.id, job.domain, job.priority, job.due, job.state, gone.token`,
  marks: `SELECT d.job FROM final_dot d JOIN unnest($1::bigint[], $2::bigint[]) AS gone (job, token) USING (job, token)`,
  uncertain: `SELECT j.id, m.id, m.meta, j.domain, r.local FROM job j JOIN message m ON m.n = j.id / 16384
    JOIN recipient r ON r.job = j.id AND r.state < 2 WHERE j.id = ANY ($1::bigint[]) ORDER BY j.id, r.place`,
  untoldDots: `SELECT j.id, m.id, m.meta, j.domain, r.local FROM job j JOIN message m ON m.n = j.id / 16384
    JOIN recipient r ON r.job = j.id WHERE j.id = ANY ($1::bigint[])
      AND NOT EXISTS (SELECT FROM fact f WHERE f.message = m.n AND f.json::json ->> 'kind' = 'uncertain')
    ORDER BY j.id, r.place`,
  mark: 'INSERT INTO final_dot (job, token) SELECT * FROM unnest($1::bigint[], $2::bigint[]) ON CONFLICT DO NOTHING',
  dropMarks: 'DELETE FROM final_dot WHERE job = ANY ($1::bigint[])',
  dropOldMarks: `DELETE FROM final_dot d
    WHERE NOT EXISTS (SELECT FROM job j WHERE j.id = d.job AND j.state = 1 AND j.token = d.token)`,
  claim: 'SELECT claim_jobs($1::bigint, $2::integer, $3::integer, $4::text[], $5::jsonb, $6::bigint, $7::bigint)',
  claimed: `SELECT j.id, j.domain, j.priority, j.attempts, j.expires_at, m.id, m.accepted_at, m.meta
    FROM unnest($1::bigint[]) WITH ORDINALITY AS c (id, place) JOIN job j ON j.id = c.id
    JOIN message m ON m.n = j.id / 16384 ORDER BY c.place`,
  claimedRecipients: `SELECT job, place, local, delay_told, extra FROM recipient
    WHERE job = ANY ($1::bigint[]) AND state < 2 ORDER BY job, place`,
  suppressions: 'SELECT address, json FROM suppression WHERE address = ANY ($1::text[]) AND until > $2',
  content: 'SELECT bytes FROM content WHERE n = (SELECT n FROM message WHERE id = $1)',
  contentBlock: `SELECT substring(bytes FROM $2::int FOR $3::int) FROM content
    WHERE n = (SELECT n FROM message WHERE id = $1)`,
  renew: `UPDATE job SET lease_until = $3 FROM unnest($1::bigint[], $2::bigint[]) AS k (id, token)
    WHERE job.id = k.id AND job.token = k.token AND job.state = 1 RETURNING job.id`,
  nextExpiry: 'SELECT expires_at FROM job WHERE state = 0 ORDER BY expires_at LIMIT 1',
  nextLanes: `SELECT min(next.due) FROM unnest(ARRAY[0, 1, 2]::smallint[]) AS p (priority), LATERAL (
      SELECT lane.due FROM lane WHERE lane.priority = p.priority AND lane.domain <> ALL ($1::text[])
      ORDER BY lane.due, lane.turn LIMIT 1) AS next`,

  // settling
  lockMessages: `SELECT n FROM message WHERE n = ANY ($1::bigint[]) AND (jobs > 1 OR n = ANY ($2::bigint[]))
    ORDER BY n FOR NO KEY UPDATE`,
  settleJobs: `UPDATE job SET state = CASE WHEN s.next IS NULL THEN 3
        WHEN (SELECT held FROM message WHERE n = job.id / 16384) IS NULL THEN 0 ELSE 2 END,
      due = coalesce(s.next, job.due), attempts = job.attempts + s.counts, open = job.open - s.finals,
      token = NULL, lease_until = NULL
    FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::integer[], $5::integer[]) AS s (id, token, next, finals, counts)
    WHERE job.id = s.id AND job.token = s.token AND job.state = 1
    RETURNING job.id, job.domain, job.priority, job.due, job.state`,
  settleRecipients: `UPDATE recipient SET state = s.state, attempts = s.attempts,
      delay_told = greatest(recipient.delay_told, s.delay_told), reply = s.reply
    FROM unnest($1::bigint[], $2::integer[], $3::smallint[], $4::integer[], $5::smallint[], $6::text[])
      AS s (job, place, state, attempts, delay_told, reply)
    WHERE recipient.job = s.job AND recipient.place = s.place`,
  dropContents: `DELETE FROM content WHERE n = ANY ($1::bigint[]) AND NOT EXISTS (
      SELECT FROM job WHERE job.id BETWEEN content.n * 16384 AND content.n * 16384 + 16383 AND job.state < 3)
    RETURNING n`,
  suppress: `INSERT INTO suppression (address, until, json)
    SELECT DISTINCT ON (s.address) s.address, s.until, s.json
    FROM unnest($1::text[], $2::bigint[], $3::text[]) WITH ORDINALITY AS s (address, until, json, place)
    ORDER BY s.address, s.place DESC
    ON CONFLICT (address) DO UPDATE SET until = excluded.until, json = excluded.json
    WHERE excluded.until >= suppression.until`,
} as const

/** One tick of an owner, into one of the segments: what is new, what has an outcome, and final dots that may soon come; nothing when he is dead. */
function tick(segment: number): Statement {
  const text = `WITH gate AS MATERIALIZED (SELECT fence($1)),
    born AS (INSERT INTO segment_${segment} (n, owner, entry, body)
      SELECT b.n, $1, b.entry, b.body FROM unnest($2::bigint[], $3::text[], $4::bytea[]) AS b (n, entry, body), gate),
    ended AS (INSERT INTO outcome (n, id, at, entry)
      SELECT e.n, e.id, e.at, e.entry FROM unnest($5::bigint[], $6::text[], $7::bigint[], $8::text[]) AS e (n, id, at, entry), gate),
    marked AS (INSERT INTO mark_${segment} (n) SELECT m.n FROM unnest($11::bigint[]) AS m (n), gate)
    SELECT address, json FROM suppression WHERE address = ANY ($9::text[]) AND until > $10`
  return { name: `tick${segment}`, text }
}

export const TICKS: readonly Statement[] = Array.from({ length: SEGMENTS }, (_, at) => tick(at))

/** Marks of final dots of what is in a segment. */
export const MARKS: readonly Statement[] = TICKS.map((_, at) => ({
  name: `mark${at}`,
  text: `INSERT INTO mark_${at} (n) SELECT unnest($1::bigint[])`,
}))

/** Bodies, and whether a final dot was marked. */
export const BODIES: readonly Statement[] = TICKS.map((_, at) => ({
  name: `bodies${at}`,
  text: `SELECT s.n, s.body, EXISTS (SELECT FROM mark_${at} m WHERE m.n = s.n) FROM segment_${at} s WHERE s.n = ANY ($1::bigint[])`,
}))

/** Statements of one subject, in the file that asks them. */
export function named<N extends string>(texts: Readonly<Record<N, string>>): Readonly<Record<N, Statement>> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, { name, text }])) as Record<N, Statement>
}

const ALL = { ...TEXTS, ...LOOK, ...BESIDE, ...OWNERS }

export const SQL: Readonly<
  Record<keyof typeof TEXTS | keyof typeof LOOK | keyof typeof BESIDE | keyof typeof OWNERS, Statement>
> = Object.fromEntries(
  Object.entries(ALL).map(([name, text]) => [
    name,
    {
      name,
      text: text
        .replace('$ADD_MESSAGES', ADD_MESSAGES)
        .replace('$NEVER', String(NEVER))
        .replace('$SERVER_TIME', SERVER_TIME),
    },
  ]),
) as Record<keyof typeof ALL, Statement>
