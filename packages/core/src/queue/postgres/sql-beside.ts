/** SqlBeside: the statements of what stands beside the messages: suppressions, TLS counts, sites that rest, retention, the server itself. */
export const BESIDE = {
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
  claimTlsReport: `INSERT INTO tls_report (day, domain, due, json) VALUES ($1, $2, $3, $4)
    ON CONFLICT (day, domain) DO UPDATE SET due = excluded.due, json = excluded.json WHERE tls_report.due <= $5 RETURNING 1`,

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

  // of the server: a user sees the state of standbys only with the right to
  server: `SELECT current_setting('server_version'), current_setting('fsync') = 'on', current_setting('full_page_writes') = 'on',
      current_setting('synchronous_standby_names'), r.standbys, r.synchronous,
      coalesce(host(inet_server_addr()) IN ('127.0.0.1', '::1'), true), coalesce(s.ssl, false), current_user::text,
      u.rolsuper, u.rolcreatedb, u.rolcreaterole, u.rolreplication, u.rolbypassrls
    FROM pg_roles u LEFT JOIN pg_stat_ssl s ON s.pid = pg_backend_pid(),
      (SELECT count(*) AS standbys, CASE WHEN count(*) = count(sync_state) THEN count(*) FILTER (WHERE sync_state IN ('sync', 'quorum')) END
        AS synchronous FROM pg_stat_replication) AS r
    WHERE u.rolname = current_user`,
} as const
