/**
 * SQL: every statement of the PostgreSQL store, named; the name is that of the prepared statement. Numbers of messages are
 * `job / 16384`, as in SQLite. Sets travel as arrays, so that a batch is one statement whatever its size.
 */

import { SEGMENTS } from './fast-path/tables.ts'

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

  // looking
  shareNumbering: 'SELECT 1 FROM numbering FOR SHARE',
  unpackFacts: 'SELECT unpack_facts()',
  numberFacts: 'SELECT number_facts($1::integer)',
  facts: 'SELECT number, json FROM fact WHERE number > $1 ORDER BY number LIMIT $2',
  history: `SELECT number, json FROM fact WHERE message = $1 AND number > 0 ORDER BY number`,
  messageNumber: `SELECT n FROM message WHERE id = $1 UNION ALL
    SELECT n FROM outcome WHERE id = $1 AND at >= (SELECT pruned FROM numbering) LIMIT 1`,
  find: `SELECT c.n FROM content c JOIN message m ON m.n = c.n
    WHERE c.n > $1 AND ($3::text IS NULL OR m.account = $3)
      AND ($4::text IS NULL OR strpos(lower(m.sender), lower($4)) > 0)
      AND ($5::boolean IS NOT TRUE OR m.held IS NOT NULL)
      AND ($6::smallint IS NULL OR EXISTS (
        SELECT FROM job j JOIN recipient r ON r.job = j.id AND r.state < 2
        WHERE j.id BETWEEN c.n * 16384 AND c.n * 16384 + 16383 AND j.state = $6
          AND ($7::smallint IS NULL OR r.state = $7)))
      AND ($8::text IS NULL OR EXISTS (
        SELECT FROM job j JOIN recipient r ON r.job = j.id AND r.state < 2
        WHERE j.id BETWEEN c.n * 16384 AND c.n * 16384 + 16383 AND j.state < 3 AND j.domain = $8
          AND ($6::smallint IS NULL OR j.state = $6) AND ($7::smallint IS NULL OR r.state = $7)))
    ORDER BY c.n LIMIT $2`,
  countOfDomain: 'SELECT count(*) FROM (SELECT FROM job WHERE state = 0 AND domain = $1 LIMIT $2) AS some_of_it',
  findOfDomain: `SELECT m.n FROM message m WHERE m.n IN (
        SELECT id / 16384 FROM job WHERE state = 0 AND domain = $8
        UNION ALL SELECT id / 16384 FROM job WHERE state = 1 AND lease_until IS NOT NULL AND domain = $8
        UNION ALL SELECT id / 16384 FROM job WHERE state = 2 AND domain = $8)
      AND m.n > $1 AND ($3::text IS NULL OR m.account = $3)
      AND ($4::text IS NULL OR strpos(lower(m.sender), lower($4)) > 0)
      AND ($5::boolean IS NOT TRUE OR m.held IS NOT NULL)
      AND ($6::smallint IS NULL OR EXISTS (
        SELECT FROM job j JOIN recipient r ON r.job = j.id AND r.state < 2
        WHERE j.id BETWEEN m.n * 16384 AND m.n * 16384 + 16383 AND j.state = $6 AND j.domain = $8
          AND ($7::smallint IS NULL OR r.state = $7)))
    ORDER BY m.n LIMIT $2`,
  openMessage: 'SELECT n FROM content WHERE n = (SELECT n FROM message WHERE id = $1)',
  entries: `SELECT n, id, sender, accepted_at, expires_at, size, priority, account, held, meta FROM message
    WHERE n = ANY ($1::bigint[]) ORDER BY n`,
  entryRecipients: `SELECT j.id, j.domain, j.state, j.due, r.place, r.local, r.state, r.attempts, r.reply
    FROM unnest($1::bigint[]) AS m (n) JOIN job j ON j.id BETWEEN m.n * 16384 AND m.n * 16384 + 16383
    JOIN recipient r ON r.job = j.id ORDER BY j.id, r.place`,
  // Each row is read once, through the index of its state where there are few.
  counts: `SELECT (SELECT count(*) FROM content), (w.open + r.open + h.open)::bigint, w.due, r.jobs, h.messages,
    (SELECT accepted_at FROM message WHERE n = (SELECT min(n) FROM content))
    FROM (SELECT coalesce(sum(open), 0) AS open, count(*) FILTER (WHERE due <= $1) AS due FROM job WHERE state = 0) w,
      (SELECT coalesce(sum(open), 0) AS open, count(*) AS jobs FROM job WHERE state = 1) r,
      (SELECT coalesce(sum(open), 0) AS open, count(DISTINCT id / 16384) AS messages FROM job WHERE state = 2) h`,

  // operating
  lockAll: 'SELECT n FROM message WHERE n = ANY ($1::bigint[]) ORDER BY n FOR NO KEY UPDATE',
  setHeld: 'UPDATE message SET held = $2 WHERE n = ANY ($1::bigint[]) AND held IS NULL RETURNING n, id, meta',
  unsetHeld: 'UPDATE message SET held = NULL WHERE n = ANY ($1::bigint[]) AND held IS NOT NULL RETURNING n, id, meta',
  holdJobs: `UPDATE job SET state = 2 FROM unnest($1::bigint[]) AS m (n)
    WHERE job.id BETWEEN m.n * 16384 AND m.n * 16384 + 16383 AND job.state = 0`,
  unholdJobs: `UPDATE job SET state = 0 FROM unnest($1::bigint[]) AS m (n)
    WHERE job.id BETWEEN m.n * 16384 AND m.n * 16384 + 16383 AND job.state = 2
    RETURNING job.domain, job.priority, job.due`,
  retryJobs: `UPDATE job SET due = $2 FROM unnest($1::bigint[]) AS m (n)
    WHERE job.id BETWEEN m.n * 16384 AND m.n * 16384 + 16383 AND job.state = 0 AND job.due > $2
    RETURNING m.n, job.domain, job.priority, job.due`,
  waitingJobs: `SELECT min(job.due) FILTER (WHERE job.state IN (0, 2)), coalesce(bool_or(job.state = 1), false) FROM job
    JOIN unnest($1::bigint[]) AS m (n) ON job.id BETWEEN m.n * 16384 AND m.n * 16384 + 16383`,
  setExpiry: 'UPDATE message SET expires_at = expires_at + $2 WHERE n = $1 RETURNING n, id, meta, expires_at',
  rescheduleJobs: `UPDATE job SET due = $2, expires_at = $3 WHERE id BETWEEN $1 * 16384 AND $1 * 16384 + 16383
    AND state IN (0, 2) RETURNING domain, priority, due, state`,
  cancelJobs: `UPDATE job SET state = 3, open = 0 FROM unnest($1::bigint[]) AS m (n)
    WHERE job.id BETWEEN m.n * 16384 AND m.n * 16384 + 16383 AND job.state IN (0, 2) RETURNING job.id, job.domain`,
  lockJobs: `SELECT job.state FROM job JOIN unnest($1::bigint[]) AS m (n)
    ON job.id BETWEEN m.n * 16384 AND m.n * 16384 + 16383 FOR UPDATE OF job`,
  freeKeys: 'UPDATE message SET key = NULL, digest = NULL WHERE n = ANY ($1::bigint[])',
  cancelRecipients: `UPDATE recipient SET state = 5 WHERE job = ANY ($1::bigint[]) AND state < 2
    RETURNING job, place, local`,

  // telling
  lastNumber: 'SELECT last FROM numbering',
  findByMessageId: `SELECT id FROM message WHERE id > $1 AND id < $2 AND meta::json -> 'facts' ->> 'messageId' = $3
    UNION ALL SELECT id FROM outcome WHERE id > $1 AND id < $2 AND entry::json -> 1 -> 0 ->> 'header' = $3
      AND at >= (SELECT pruned FROM numbering)
    ORDER BY id LIMIT 10`,
  told: `SELECT 1 FROM fact WHERE message = $1 AND json::json ->> 'kind' = $2 AND json::json ->> 'recipient' = $3 LIMIT 1`,

  toldExactly: 'SELECT message, json FROM fact WHERE message = ANY ($1::bigint[]) AND json = ANY ($2::text[])',

  // suppression
  suppression: 'SELECT json FROM suppression WHERE address = $1 AND until > $2',
  listSuppressions: 'SELECT json FROM suppression WHERE address > $1 AND until > $2 ORDER BY address LIMIT $3',
  listSuppressionsOf: `SELECT json FROM suppression WHERE origin = $4 AND address > $1 AND until > $2
    ORDER BY address LIMIT $3`,
  putSuppressions: `INSERT INTO suppression (address, until, json)
    SELECT DISTINCT ON (s.address) s.address, s.until, s.json
    FROM unnest($1::text[], $2::bigint[], $3::text[]) WITH ORDINALITY AS s (address, until, json, place)
    ORDER BY s.address, s.place DESC
    ON CONFLICT (address) DO UPDATE SET until = excluded.until, json = excluded.json`,
  unsuppress: 'DELETE FROM suppression WHERE address = $1 RETURNING 1',

  // TLS counts
  countTls: `INSERT INTO tls_count (day, domain, digest, policy, failure, good, bad)
    SELECT t.day, t.domain, t.digest, min(t.policy), min(t.failure), sum(t.good)::bigint, sum(t.bad)::bigint
    FROM unnest($1::integer[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[])
      AS t (day, domain, digest, policy, failure, good, bad)
    GROUP BY t.day, t.domain, t.digest ORDER BY t.day, t.domain COLLATE "C", t.digest COLLATE "C"
    ON CONFLICT (day, domain, digest) DO UPDATE
      SET good = tls_count.good + excluded.good, bad = tls_count.bad + excluded.bad`,
  tlsDays: `SELECT DISTINCT c.day, c.domain, r.json FROM tls_count c
    LEFT JOIN tls_report r ON r.day = c.day AND r.domain = c.domain
    WHERE c.day >= $1 AND c.day < $2 AND (c.day, c.domain) > ($3::integer, $4::text COLLATE "C")
      AND ($5::text IS NULL OR c.domain = $5) AND ($6::bigint IS NULL OR r.day IS NULL OR r.due <= $6)
    ORDER BY c.day, c.domain LIMIT $7`,
  tlsCounts: `SELECT c.day, c.domain, c.policy, c.failure, c.good, c.bad FROM tls_count c
    JOIN unnest($1::integer[], $2::text[]) AS d (day, domain) ON c.day = d.day AND c.domain = d.domain COLLATE "C"
    ORDER BY c.day, c.domain, c.policy, c.failure`,
  noteTlsReport: `INSERT INTO tls_report (day, domain, due, json) VALUES ($1, $2, $3, $4)
    ON CONFLICT (day, domain) DO UPDATE SET due = excluded.due, json = excluded.json`,

  // rests
  noteRest: `INSERT INTO rest (site, teller, since, until, because) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (site, teller) DO UPDATE SET since = excluded.since, until = excluded.until, because = excluded.because`,
  endRest: 'DELETE FROM rest WHERE site = $1 AND teller = $2',
  endRests: 'DELETE FROM rest WHERE teller = $1',
  endRestsUntil: 'DELETE FROM rest WHERE until <= $1',
  rests: `SELECT site, since, until, because FROM (
      SELECT DISTINCT ON (site) site, since, until, because FROM rest WHERE until > $1 ORDER BY site, until DESC
    ) AS r ORDER BY until DESC, site`,

  // retention
  dropTlsCounts: 'DELETE FROM tls_count WHERE day < $1',
  dropTlsReports: 'DELETE FROM tls_report WHERE day < $1',
  dropSuppressions: 'DELETE FROM suppression WHERE until <= $1',
  oldMessages: `SELECT m.n, m.accepted_at, m.accepted_at < $3 AND NOT EXISTS (SELECT FROM content c WHERE c.n = m.n)
      AND NOT EXISTS (SELECT FROM fact f WHERE f.message = m.n AND f.at >= $3)
    FROM message m WHERE m.n > $1 ORDER BY m.n LIMIT $2`,
  dropMessages: 'DELETE FROM message WHERE n = ANY ($1::bigint[]) RETURNING n',
  dropFacts: 'DELETE FROM fact WHERE message = ANY ($1::bigint[])',
  dropRecipients: `DELETE FROM recipient USING unnest($1::bigint[]) AS m (n)
    WHERE recipient.job BETWEEN m.n * 16384 AND m.n * 16384 + 16383`,
  dropJobs: `DELETE FROM job USING unnest($1::bigint[]) AS m (n)
    WHERE job.id BETWEEN m.n * 16384 AND m.n * 16384 + 16383`,

  pruneOutcomes: `WITH before AS (SELECT pruned FROM numbering FOR UPDATE), gone AS (
      SELECT n FROM outcome, before WHERE at >= before.pruned AND at < $1
    ), forgotten AS (
      DELETE FROM fact USING gone WHERE fact.message = gone.n
    ), counted AS (
      UPDATE numbering SET pruned = greatest(pruned, $1)
    ) SELECT count(*) FROM gone`,
  dropDays: 'SELECT drop_days($1)',

  // owners
  appear: 'SELECT * FROM appear($1, $2)',
  beat: 'SELECT * FROM beat($1, $2, $3, $4, $5, $6)',
  renewMarks: 'UPDATE owner SET marks = $2 WHERE id = $1',
  fence: 'SELECT fence($1)',
  waitForOwner: 'SELECT pg_advisory_xact_lock(1886614373, $1::integer)',
  disappear: 'DELETE FROM owner WHERE id = $1',
  bury: 'SELECT bury($1)',
  marksOf: 'SELECT marks = marks_now() FROM owner WHERE id = $1',
  tryOwner: 'SELECT pg_try_advisory_xact_lock(1886614374, $1::integer)',
  orphans: `SELECT b.segment, b.n, b.entry FROM born b WHERE b.owner = $1
      AND NOT EXISTS (SELECT FROM outcome o WHERE o.n = b.n) AND NOT EXISTS (SELECT FROM message m WHERE m.n = b.n)
    LIMIT $2`,
  askRecall: `UPDATE owner SET recall = $2 WHERE id <> $1 AND NOT dead
      AND alive_at > (SELECT at FROM queue_time) - 5000 RETURNING id`,
  recallNumber: `SELECT nextval('recall_number')`,
  notRecalled: `SELECT count(*) FROM owner WHERE id <> $1 AND recalled < $2 AND recall >= $2 AND NOT dead
      AND alive_at > (SELECT at FROM queue_time) - 5000`,
  noteRecalled: 'UPDATE owner SET recalled = greatest(recalled, $2) WHERE id = $1',
  busyOwners: `SELECT id, beats FROM owner WHERE id <> $1 AND messages > 0 AND NOT dead
      AND alive_at > (SELECT at FROM queue_time) - 5000`,
  notBeaten: `SELECT count(*) FROM owner JOIN unnest($1::bigint[], $2::bigint[]) AS was (id, beats) USING (id)
    WHERE owner.beats <= was.beats AND NOT owner.dead AND owner.alive_at > (SELECT at FROM queue_time) - 5000`,
  ownersCounts: `SELECT coalesce(sum(messages), 0), coalesce(sum(recipients), 0), coalesce(sum(running), 0), min(oldest)
    FROM owner WHERE id <> $1`,
  openDay: 'SELECT open_day($1)',
  turnRing: 'SELECT turn_ring()',
  reclaim: 'SELECT reclaim($1)',
  takeUpkeep: 'UPDATE queue_time SET upkept_at = at WHERE at - upkept_at >= 9000 RETURNING 1',
  outcome: 'SELECT entry FROM outcome WHERE id = $1 AND at >= (SELECT pruned FROM numbering) LIMIT 1',
  outcomesThere: 'SELECT n FROM outcome WHERE n = ANY ($1::bigint[])',
  bornThere: 'SELECT n FROM born WHERE n = ANY ($1::bigint[])',

  // What cannot fit is sorted out here; what does is decided in history.ts.
  historyStretch: `WITH stretch AS (
      (SELECT id, n, NULL::text AS entry FROM message WHERE id >= $1 AND id < $2 ORDER BY id DESC LIMIT $3)
      UNION ALL (SELECT id, n, entry FROM outcome WHERE id >= $1 AND id < $2 AND at >= (SELECT pruned FROM numbering)
        ORDER BY id DESC LIMIT $3)
      ORDER BY id DESC LIMIT $3)
    SELECT s.id, s.n, CASE WHEN its.fit THEN s.entry END, its.fit FROM stretch s
      LEFT JOIN message m ON s.entry IS NULL AND m.n = s.n,
      LATERAL (SELECT CASE WHEN s.entry IS NOT NULL
        THEN $11::boolean IS NOT TRUE
          AND NOT EXISTS (SELECT FROM unnest($4::text[]) AS x (needle) WHERE strpos(lower(s.entry), x.needle) = 0)
        ELSE ($5::text IS NULL OR m.account = $5) AND ($6::text IS NULL OR strpos(lower(m.sender), $6) > 0)
          AND NOT EXISTS (SELECT FROM unnest($7::text[]) AS x (needle) WHERE strpos(lower(m.meta), x.needle) = 0)
          AND ($11::boolean IS NOT TRUE OR EXISTS (SELECT FROM content c WHERE c.n = m.n))
          AND (($8::text IS NULL AND $10::smallint IS NULL) OR EXISTS (SELECT FROM job j JOIN recipient r ON r.job = j.id
            WHERE j.id BETWEEN m.n * 16384 AND m.n * 16384 + 16383 AND ($8::text IS NULL OR j.domain = $8)
              AND ($9::text IS NULL OR lower(r.local) = $9) AND ($10::smallint IS NULL OR r.state = $10)))
        END AS fit) AS its
    ORDER BY s.id DESC`,
  messageInTables: 'SELECT n FROM message WHERE id = $1',
  lockNumber: 'SELECT pg_advisory_xact_lock(1886614375, ($1::bigint % 2147483647)::integer)',

  // of the server: a user sees the state of standbys only with the right to
  server: `SELECT current_setting('server_version'), current_setting('fsync') = 'on', current_setting('full_page_writes') = 'on',
      current_setting('synchronous_standby_names'), r.standbys, r.synchronous,
      coalesce(host(inet_server_addr()) IN ('127.0.0.1', '::1'), true), coalesce(s.ssl, false), current_user::text,
      u.rolsuper, u.rolcreatedb, u.rolcreaterole, u.rolreplication, u.rolbypassrls
    FROM pg_roles u LEFT JOIN pg_stat_ssl s ON s.pid = pg_backend_pid(),
      (SELECT count(*) AS standbys, CASE WHEN count(*) = count(sync_state) THEN count(*) FILTER (WHERE sync_state IN ('sync', 'quorum')) END
        AS synchronous FROM pg_stat_replication) AS r
    WHERE u.rolname = current_user`,

  // waking others
  tell: 'SELECT pg_notify($1, $2)',
} as const

/** One tick of an owner, into one of the segments: what is new, and what has an outcome; nothing when he is dead. */
function tick(segment: number): Statement {
  const text = `WITH gate AS MATERIALIZED (SELECT fence($1)),
    born AS (INSERT INTO segment_${segment} (n, owner, entry, body)
      SELECT b.n, $1, b.entry, b.body FROM unnest($2::bigint[], $3::text[], $4::bytea[]) AS b (n, entry, body), gate),
    ended AS (INSERT INTO outcome (n, id, at, entry)
      SELECT e.n, e.id, e.at, e.entry FROM unnest($5::bigint[], $6::text[], $7::bigint[], $8::text[]) AS e (n, id, at, entry), gate)
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

export const SQL: Readonly<Record<keyof typeof TEXTS, Statement>> = Object.fromEntries(
  Object.entries(TEXTS).map(([name, text]) => [
    name,
    {
      name,
      text: text
        .replace('$ADD_MESSAGES', ADD_MESSAGES)
        .replace('$NEVER', String(NEVER))
        .replace('$SERVER_TIME', SERVER_TIME),
    },
  ]),
) as Record<keyof typeof TEXTS, Statement>
