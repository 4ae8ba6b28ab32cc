/**
 * Migrations: the schema of the PostgreSQL queue, an append-only list.
 *
 * The shape, and why. It is that of SQLite (sqlite/migrations.ts), but for what many writers at once make different:
 * - `fact.number` is given late, one reader at a time, and only to what is committed (`number_facts`): a number that was
 *   drawn by a writer could become visible after a higher one, and a reader with a cursor would never see it.
 * - There are no running totals: everyone would wait for their row.
 * - Whoever makes a job wait holds its `lane` row with a shared lock until its commit (`queue_lanes`). A claim may move a lane
 *   to the end of the line under that lock, but takes it out of the line only when nobody holds it (`claim_jobs`): a lane
 *   can never be missing while one of its jobs waits.
 * - `final_dot` is unlogged: it has to survive the process that wrote it, not the server.
 *
 * Locks are taken in one order: messages, jobs, recipients, suppressions, lanes; rows of one table in the order of their keys.
 * Texts compare by octet (`COLLATE "C"`). States are those of SQLite.
 */
import { FAST_PATH_TABLES } from './fast-path/tables.ts'
import { SHARE_TABLES } from './shares.ts'
import { DMARC_TABLES, KEPT_TABLE, STATISTICS_TABLE } from './tables-beside.ts'

export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE message (
    n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text COLLATE "C" NOT NULL UNIQUE,
    sender text NOT NULL,
    accepted_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    size bigint NOT NULL,
    priority smallint NOT NULL,
    jobs integer NOT NULL,
    account text,
    held text,
    key text COLLATE "C",
    digest text,
    meta text NOT NULL
  );
  CREATE UNIQUE INDEX message_key ON message (key) WHERE key IS NOT NULL;

  CREATE TABLE content (n bigint PRIMARY KEY, bytes bytea NOT NULL);
  ALTER TABLE content ALTER COLUMN bytes SET STORAGE EXTERNAL;

  CREATE TABLE job (
    id bigint PRIMARY KEY,
    domain text COLLATE "C" NOT NULL,
    priority smallint NOT NULL,
    state smallint NOT NULL,
    due bigint NOT NULL,
    expires_at bigint NOT NULL,
    attempts integer NOT NULL,
    open integer NOT NULL,
    token bigint,
    lease_until bigint
  );
  CREATE INDEX job_waiting ON job (domain, priority, due) WHERE state = 0;
  CREATE INDEX job_running ON job (lease_until) WHERE state = 1;
  CREATE INDEX job_held ON job (id) WHERE state = 2;
  CREATE INDEX job_expiry ON job (expires_at) WHERE state = 0;

  CREATE TABLE recipient (
    job bigint NOT NULL,
    place integer NOT NULL,
    local text NOT NULL,
    state smallint NOT NULL,
    attempts integer NOT NULL,
    delay_told smallint NOT NULL,
    reply text,
    extra text,
    PRIMARY KEY (job, place)
  );

  CREATE SEQUENCE lane_turn;
  CREATE TABLE lane (
    domain text COLLATE "C" NOT NULL,
    priority smallint NOT NULL,
    due bigint NOT NULL,
    turn bigint NOT NULL,
    PRIMARY KEY (domain, priority)
  );
  CREATE INDEX lane_due ON lane (priority, due, turn);

  CREATE TABLE fact (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number bigint,
    message bigint NOT NULL,
    at bigint NOT NULL,
    json text NOT NULL
  );
  CREATE UNIQUE INDEX fact_number ON fact (number) WHERE number IS NOT NULL;
  CREATE INDEX fact_fresh ON fact (seq) WHERE number IS NULL;
  CREATE INDEX fact_message ON fact (message, seq);
  CREATE TABLE numbering (one boolean PRIMARY KEY CHECK (one), last bigint NOT NULL);
  INSERT INTO numbering VALUES (true, 0);

  CREATE TABLE suppression (
    address text COLLATE "C" PRIMARY KEY,
    until bigint NOT NULL,
    json text NOT NULL
  );

  CREATE UNLOGGED TABLE final_dot (job bigint NOT NULL, token bigint NOT NULL, PRIMARY KEY (job, token));

  CREATE TABLE tls_count (
    day integer NOT NULL,
    domain text COLLATE "C" NOT NULL,
    digest text COLLATE "C" NOT NULL,
    policy text COLLATE "C" NOT NULL,
    failure text COLLATE "C" NOT NULL,
    good bigint NOT NULL,
    bad bigint NOT NULL,
    PRIMARY KEY (day, domain, digest)
  );
  CREATE TABLE tls_report (
    day integer NOT NULL,
    domain text COLLATE "C" NOT NULL,
    due bigint,
    json text NOT NULL,
    PRIMARY KEY (day, domain)
  );

  -- Rows of a queue live for seconds: what they leave is taken away early.
  ALTER TABLE content SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
  ALTER TABLE job SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000, fillfactor = 70);
  ALTER TABLE lane SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500, fillfactor = 50);
  ALTER TABLE final_dot SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

  -- Jobs of these lanes will wait: each lane stands in line no later than it is due, and stays until our commit.
  CREATE FUNCTION queue_lanes(domains text[], priorities smallint[], dues bigint[]) RETURNS void LANGUAGE plpgsql AS $$
  DECLARE
    wish record;
    known bigint;
  BEGIN
    FOR wish IN
      SELECT d.domain, d.priority, min(d.due) AS due FROM unnest(domains, priorities, dues) AS d (domain, priority, due)
      GROUP BY 1, 2 ORDER BY d.domain COLLATE "C", d.priority
    LOOP
      LOOP
        SELECT lane.due INTO known FROM lane
          WHERE lane.domain = wish.domain AND lane.priority = wish.priority FOR KEY SHARE;
        EXIT WHEN FOUND;
        INSERT INTO lane (domain, priority, due, turn) VALUES (wish.domain, wish.priority, wish.due, 0)
          ON CONFLICT (domain, priority) DO NOTHING;
      END LOOP;
      IF known > wish.due THEN
        UPDATE lane SET due = wish.due
          WHERE lane.domain = wish.domain AND lane.priority = wish.priority AND lane.due > wish.due;
      END IF;
    END LOOP;
  END $$;

  -- After a claim: the lane goes to the end of the line of those that are due, or leaves it.
  CREATE FUNCTION requeue_lane(of_domain text, of_priority smallint, at_now bigint) RETURNS void LANGUAGE plpgsql AS $$
  DECLARE
    head bigint;
  BEGIN
    SELECT job.due INTO head FROM job
      WHERE job.state = 0 AND job.domain = of_domain AND job.priority = of_priority ORDER BY job.due LIMIT 1;
    IF head <= at_now THEN
      UPDATE lane SET due = at_now, turn = nextval('lane_turn') WHERE domain = of_domain AND priority = of_priority;
      RETURN;
    END IF;
    PERFORM 1 FROM lane WHERE domain = of_domain AND priority = of_priority FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
      -- Someone is adding to it at this moment: looked at again soon.
      UPDATE lane SET due = at_now + 50, turn = nextval('lane_turn') WHERE domain = of_domain AND priority = of_priority;
      RETURN;
    END IF;
    -- Whoever added to it before we had it alone is visible now.
    SELECT job.due INTO head FROM job
      WHERE job.state = 0 AND job.domain = of_domain AND job.priority = of_priority ORDER BY job.due LIMIT 1;
    IF head IS NULL THEN
      DELETE FROM lane WHERE domain = of_domain AND priority = of_priority;
    ELSE
      UPDATE lane SET due = greatest(head, at_now), turn = nextval('lane_turn')
        WHERE domain = of_domain AND priority = of_priority;
    END IF;
  END $$;

  -- Expired jobs first; then by priority, and in it lane after lane as they stand in line.
  CREATE FUNCTION claim_jobs(
    at_now bigint, most integer, per_domain integer, excluded text[], rooms jsonb, lease bigint, lease_end bigint
  ) RETURNS bigint[] LANGUAGE plpgsql AS $$
  DECLARE
    taken bigint[] := '{}';
    batch bigint[];
    of_domain text;
    room integer;
  BEGIN
    SELECT array_agg(x.id ORDER BY x.expires_at, x.id) INTO batch FROM (
      SELECT job.id, job.expires_at FROM job WHERE job.state = 0 AND job.expires_at <= at_now
      ORDER BY job.expires_at LIMIT most FOR UPDATE SKIP LOCKED) AS x;
    IF batch IS NOT NULL THEN
      UPDATE job SET state = 1, token = lease, lease_until = lease_end WHERE id = ANY (batch);
      taken := batch;
    END IF;
    FOR of_priority IN 0..2 LOOP
      EXIT WHEN cardinality(taken) >= most;
      FOR of_domain IN
        SELECT lane.domain FROM lane WHERE lane.priority = of_priority AND lane.due <= at_now
          AND lane.domain <> ALL (excluded)
        ORDER BY lane.due, lane.turn LIMIT most - cardinality(taken) FOR NO KEY UPDATE SKIP LOCKED
      LOOP
        room := least(coalesce((rooms ->> of_domain)::integer, per_domain), most - cardinality(taken));
        CONTINUE WHEN room <= 0;
        SELECT array_agg(x.id ORDER BY x.due, x.id) INTO batch FROM (
          SELECT job.id, job.due FROM job
          WHERE job.state = 0 AND job.domain = of_domain AND job.priority = of_priority AND job.due <= at_now
          ORDER BY job.due LIMIT room FOR UPDATE SKIP LOCKED) AS x;
        IF batch IS NOT NULL THEN
          UPDATE job SET state = 1, token = lease, lease_until = lease_end WHERE id = ANY (batch);
          taken := taken || batch;
          rooms := rooms || jsonb_build_object(
            of_domain, coalesce((rooms ->> of_domain)::integer, per_domain) - cardinality(batch));
        END IF;
        PERFORM requeue_lane(of_domain, of_priority::smallint, at_now);
        EXIT WHEN cardinality(taken) >= most;
      END LOOP;
    END LOOP;
    RETURN taken;
  END $$;

  -- Numbers what is committed and has no number, in its order. Answers how many had none.
  CREATE FUNCTION number_facts(most integer) RETURNS bigint LANGUAGE plpgsql AS $$
  DECLARE
    before bigint;
    numbered bigint;
  BEGIN
    PERFORM 1 FROM fact WHERE number IS NULL LIMIT 1;
    IF NOT FOUND THEN
      RETURN 0;
    END IF;
    SELECT last INTO before FROM numbering FOR UPDATE;
    UPDATE fact SET number = before + fresh.place
      FROM (
        SELECT f.seq, row_number() OVER (ORDER BY f.seq) AS place
        FROM (SELECT fact.seq FROM fact WHERE fact.number IS NULL ORDER BY fact.seq LIMIT most) AS f
      ) AS fresh
      WHERE fact.seq = fresh.seq;
    GET DIAGNOSTICS numbered = ROW_COUNT;
    UPDATE numbering SET last = before + most WHERE numbered = most;
    UPDATE numbering SET last = before + numbered WHERE numbered < most;
    RETURN numbered;
  END $$;
  `,
  // Which mail sites rest, told by each process of its own deliveries.
  `
  CREATE TABLE rest (
    site text COLLATE "C" NOT NULL,
    teller text COLLATE "C" NOT NULL,
    since bigint NOT NULL,
    until bigint NOT NULL,
    because text NOT NULL,
    PRIMARY KEY (site, teller)
  );
  `,
  // Suppressions say whence they are and since when; those of before are dated by how long each kind lasts.
  `
  UPDATE suppression SET json = (json::jsonb || jsonb_build_object(
    'origin', CASE WHEN json::jsonb #>> '{failure,code}' = 'complained' THEN 'complaint' ELSE 'bounce' END,
    'since', until - CASE json::jsonb #>> '{failure,code}'
      WHEN 'complained' THEN 31536000000
      WHEN 'user-disabled' THEN 604800000
      WHEN 'no-such-domain' THEN 3600000
      WHEN 'no-mail-host' THEN 3600000
      WHEN 'null-mx' THEN 3600000
      ELSE 2592000000 END))::text;
  ALTER TABLE suppression ADD COLUMN origin text COLLATE "C" GENERATED ALWAYS AS (json::jsonb ->> 'origin') STORED;
  CREATE INDEX suppression_origin ON suppression (origin, address);
  `,
  FAST_PATH_TABLES,
  // How we stand with mail sites, in the place of which of them rest; older relays beside us still write the latter.
  `
  CREATE TABLE standing (
    site text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    until bigint NOT NULL,
    changed bigint NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (site, key)
  );
  CREATE INDEX standing_changed ON standing (changed);
  INSERT INTO standing SELECT DISTINCT ON (site) site, 'site', 1, until,
    (extract(epoch FROM clock_timestamp()) * 1000)::bigint,
    jsonb_build_object('rest', jsonb_build_object('since', since, 'until', until, 'because', because))::text
    FROM rest ORDER BY site, until DESC;
  `,
  STATISTICS_TABLE,
  KEPT_TABLE,
  SHARE_TABLES,
  DMARC_TABLES,
]
