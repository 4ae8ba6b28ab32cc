/** SqlLook: the statements of what people ask and do, and of facts. */
export const LOOK = {
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

  // telling
  lastNumber: 'SELECT last FROM numbering',
  findByMessageId: `SELECT id FROM message WHERE id > $1 AND id < $2 AND meta::json -> 'facts' ->> 'messageId' = $3
    UNION ALL SELECT id FROM outcome WHERE id > $1 AND id < $2 AND entry::json -> 1 -> 0 ->> 'header' = $3
      AND at >= (SELECT pruned FROM numbering)
    ORDER BY id LIMIT 10`,
  told: `SELECT 1 FROM fact WHERE message = $1 AND json::json ->> 'kind' = $2 AND json::json ->> 'recipient' = $3 LIMIT 1`,

  toldExactly: 'SELECT message, json FROM fact WHERE message = ANY ($1::bigint[]) AND json = ANY ($2::text[])',

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
          AND (($12::text IS NULL AND $13::text IS NULL) OR EXISTS (SELECT FROM json_array_elements(s.entry::json -> 1) AS f (told)
            WHERE ($12 IS NULL OR f.told ->> 'code' = $12) AND ($13 IS NULL OR lower(f.told ->> 'host') = $13)))
        ELSE ($5::text IS NULL OR m.account = $5) AND ($6::text IS NULL OR strpos(lower(m.sender), $6) > 0)
          AND NOT EXISTS (SELECT FROM unnest($7::text[]) AS x (needle) WHERE strpos(lower(m.meta), x.needle) = 0)
          AND ($11::boolean IS NOT TRUE OR EXISTS (SELECT FROM content c WHERE c.n = m.n))
          AND (($8::text IS NULL AND $10::smallint IS NULL) OR EXISTS (SELECT FROM job j JOIN recipient r ON r.job = j.id
            WHERE j.id BETWEEN m.n * 16384 AND m.n * 16384 + 16383 AND ($8::text IS NULL OR j.domain = $8)
              AND ($9::text IS NULL OR lower(r.local) = $9) AND ($10::smallint IS NULL OR r.state = $10)))
          AND (($12::text IS NULL AND $13::text IS NULL) OR EXISTS (SELECT FROM fact f WHERE f.message = m.n
            AND ($12 IS NULL OR f.json::json ->> 'code' = $12) AND ($13 IS NULL OR lower(f.json::json ->> 'host') = $13)))
        END AS fit) AS its
    ORDER BY s.id DESC`,
  messageInTables: 'SELECT n FROM message WHERE id = $1',
  lockNumber: 'SELECT pg_advisory_xact_lock(1886614375, ($1::bigint % 2147483647)::integer)',

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
} as const
