-- A queue in PostgreSQL of schema 2, with mail in it, as pg_dump wrote it: see test/scenario/postgres-upgrade.test.ts.


SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE SCHEMA postrider;

CREATE FUNCTION postrider.claim_jobs(at_now bigint, most integer, per_domain integer, excluded text[], rooms jsonb, lease bigint, lease_end bigint) RETURNS bigint[]
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION postrider.number_facts(most integer) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION postrider.queue_lanes(domains text[], priorities smallint[], dues bigint[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION postrider.requeue_lane(of_domain text, of_priority smallint, at_now bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
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

SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE postrider.content (
    n bigint NOT NULL,
    bytes bytea NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0.02', autovacuum_vacuum_threshold='1000');
ALTER TABLE ONLY postrider.content ALTER COLUMN bytes SET STORAGE EXTERNAL;

CREATE TABLE postrider.fact (
    seq bigint NOT NULL,
    number bigint,
    message bigint NOT NULL,
    at bigint NOT NULL,
    json text NOT NULL
);

ALTER TABLE postrider.fact ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME postrider.fact_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE UNLOGGED TABLE postrider.final_dot (
    job bigint NOT NULL,
    token bigint NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0.02', autovacuum_vacuum_threshold='1000');

CREATE TABLE postrider.job (
    id bigint NOT NULL,
    domain text NOT NULL COLLATE pg_catalog."C",
    priority smallint NOT NULL,
    state smallint NOT NULL,
    due bigint NOT NULL,
    expires_at bigint NOT NULL,
    attempts integer NOT NULL,
    open integer NOT NULL,
    token bigint,
    lease_until bigint
)
WITH (autovacuum_vacuum_scale_factor='0.02', autovacuum_vacuum_threshold='1000', fillfactor='70');

CREATE TABLE postrider.lane (
    domain text NOT NULL COLLATE pg_catalog."C",
    priority smallint NOT NULL,
    due bigint NOT NULL,
    turn bigint NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0.02', autovacuum_vacuum_threshold='500', fillfactor='50');

CREATE SEQUENCE postrider.lane_turn
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE postrider.message (
    n bigint NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    sender text NOT NULL,
    accepted_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    size bigint NOT NULL,
    priority smallint NOT NULL,
    jobs integer NOT NULL,
    account text,
    held text,
    key text COLLATE pg_catalog."C",
    digest text,
    meta text NOT NULL
);

ALTER TABLE postrider.message ALTER COLUMN n ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME postrider.message_n_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE postrider.numbering (
    one boolean NOT NULL,
    last bigint NOT NULL,
    CONSTRAINT numbering_one_check CHECK (one)
);

CREATE TABLE postrider.recipient (
    job bigint NOT NULL,
    place integer NOT NULL,
    local text NOT NULL,
    state smallint NOT NULL,
    attempts integer NOT NULL,
    delay_told smallint NOT NULL,
    reply text,
    extra text
);

CREATE TABLE postrider.rest (
    site text NOT NULL COLLATE pg_catalog."C",
    teller text NOT NULL COLLATE pg_catalog."C",
    since bigint NOT NULL,
    until bigint NOT NULL,
    because text NOT NULL
);

CREATE TABLE postrider.schema_version (
    version integer NOT NULL
);

CREATE TABLE postrider.suppression (
    address text NOT NULL COLLATE pg_catalog."C",
    until bigint NOT NULL,
    json text NOT NULL
);

CREATE TABLE postrider.tls_count (
    day integer NOT NULL,
    domain text NOT NULL COLLATE pg_catalog."C",
    digest text NOT NULL COLLATE pg_catalog."C",
    policy text NOT NULL COLLATE pg_catalog."C",
    failure text NOT NULL COLLATE pg_catalog."C",
    good bigint NOT NULL,
    bad bigint NOT NULL
);

CREATE TABLE postrider.tls_report (
    day integer NOT NULL,
    domain text NOT NULL COLLATE pg_catalog."C",
    due bigint,
    json text NOT NULL
);

INSERT INTO postrider.content VALUES (1, '\x5375626a6563743a2068656c6c6f0d0a0d0a68656c6c6f0d0a');
INSERT INTO postrider.content VALUES (3, '\x5375626a6563743a2068656c6c6f0d0a0d0a68656c6c6f0d0a');
INSERT INTO postrider.content VALUES (4, '\x5375626a6563743a2068656c6c6f0d0a0d0a68656c6c6f0d0a');
INSERT INTO postrider.content VALUES (5, '\x5375626a6563743a2068656c6c6f0d0a0d0a68656c6c6f0d0a');
INSERT INTO postrider.content VALUES (6, '\x5375626a6563743a2068656c6c6f0d0a0d0a68656c6c6f0d0a');

INSERT INTO postrider.fact OVERRIDING SYSTEM VALUE VALUES (1, 1, 1, 1767225600000, '{"kind":"queued","messageId":"06DQDPN800N5HTA39NSW","at":1767225600000,"tags":{"n":"late"},"from":"me@a.example","recipients":["u@late.example"],"header":"<late@a.example>","sizeBytes":25,"clearance":{"result":"cleared","envelopeDomain":"a.example","fromDomain":"a.example","publicAddresses":[],"checks":[]}}');
INSERT INTO postrider.fact OVERRIDING SYSTEM VALUE VALUES (2, 2, 2, 1767225600000, '{"kind":"queued","messageId":"06DQDPN802CG0H7WCACA","at":1767225600000,"tags":{"n":"done"},"from":"me@a.example","recipients":["u@done.example"],"header":"<done@a.example>","sizeBytes":25,"clearance":{"result":"cleared","envelopeDomain":"a.example","fromDomain":"a.example","publicAddresses":[],"checks":[]}}');
INSERT INTO postrider.fact OVERRIDING SYSTEM VALUE VALUES (3, 3, 2, 1767225600000, '{"kind":"delivered","messageId":"06DQDPN802CG0H7WCACA","at":1767225600000,"recipient":"u@done.example","attempt":1,"reply":"250 ok","tookMs":0}');
INSERT INTO postrider.fact OVERRIDING SYSTEM VALUE VALUES (4, 4, 3, 1767225600000, '{"kind":"queued","messageId":"06DQDPN800N0RSFY3XY6","at":1767225600000,"tags":{"n":"half"},"from":"me@a.example","recipients":["u@half.example","u@other.example"],"header":"<half@a.example>","sizeBytes":25,"clearance":{"result":"cleared","envelopeDomain":"a.example","fromDomain":"a.example","publicAddresses":[],"checks":[]}}');
INSERT INTO postrider.fact OVERRIDING SYSTEM VALUE VALUES (5, 5, 3, 1767225600000, '{"kind":"delivered","messageId":"06DQDPN800N0RSFY3XY6","at":1767225600000,"recipient":"u@half.example","attempt":1,"reply":"250 ok","tookMs":0}');
INSERT INTO postrider.fact OVERRIDING SYSTEM VALUE VALUES (6, 6, 4, 1767225600000, '{"kind":"queued","messageId":"06DQDPN8014XF4N39929","at":1767225600000,"tags":{"n":"runs"},"from":"me@a.example","recipients":["u@runs.example"],"header":"<runs@a.example>","sizeBytes":25,"clearance":{"result":"cleared","envelopeDomain":"a.example","fromDomain":"a.example","publicAddresses":[],"checks":[]}}');
INSERT INTO postrider.fact OVERRIDING SYSTEM VALUE VALUES (7, 7, 5, 1767225600000, '{"kind":"queued","messageId":"06DQDPN8001CXB2DF39Y","at":1767225600000,"tags":{"n":"waits"},"from":"me@a.example","recipients":["u@waits.example"],"header":"<waits@a.example>","sizeBytes":25,"clearance":{"result":"cleared","envelopeDomain":"a.example","fromDomain":"a.example","publicAddresses":[],"checks":[]}}');
INSERT INTO postrider.fact OVERRIDING SYSTEM VALUE VALUES (8, 8, 6, 1767225600000, '{"kind":"queued","messageId":"06DQDPN803TQ2ZMNVP3P","at":1767225600000,"tags":{"n":"held"},"from":"me@a.example","recipients":["u@held.example"],"header":"<held@a.example>","sizeBytes":25,"clearance":{"result":"cleared","envelopeDomain":"a.example","fromDomain":"a.example","publicAddresses":[],"checks":[]}}');
INSERT INTO postrider.fact OVERRIDING SYSTEM VALUE VALUES (9, 9, 6, 1767225600000, '{"kind":"held","because":"to be looked at","messageId":"06DQDPN803TQ2ZMNVP3P","at":1767225600000,"tags":{"n":"held"}}');

INSERT INTO postrider.final_dot VALUES (65536, 129635623102775);

INSERT INTO postrider.job VALUES (16384, 'late.example', 1, 0, 1767225630000, 1767657600000, 1, 1, NULL, NULL);
INSERT INTO postrider.job VALUES (32768, 'done.example', 1, 3, 1767225600000, 1767657600000, 1, 0, NULL, NULL);
INSERT INTO postrider.job VALUES (49153, 'other.example', 1, 0, 1767225600000, 1767657600000, 0, 1, NULL, NULL);
INSERT INTO postrider.job VALUES (49152, 'half.example', 1, 3, 1767225600000, 1767657600000, 1, 0, NULL, NULL);
INSERT INTO postrider.job VALUES (65536, 'runs.example', 1, 1, 1767225600000, 1767657600000, 0, 1, 129635623102775, 1767225660000);
INSERT INTO postrider.job VALUES (81920, 'waits.example', 1, 0, 1767225600000, 1767657600000, 0, 1, NULL, NULL);
INSERT INTO postrider.job VALUES (98304, 'held.example', 1, 2, 1767225600000, 1767657600000, 0, 1, NULL, NULL);

INSERT INTO postrider.lane VALUES ('late.example', 1, 1767225630000, 0);
INSERT INTO postrider.lane VALUES ('other.example', 1, 1767225600000, 0);
INSERT INTO postrider.lane VALUES ('waits.example', 1, 1767225600000, 0);

INSERT INTO postrider.message OVERRIDING SYSTEM VALUE VALUES (1, '06DQDPN800N5HTA39NSW', 'me@a.example', 1767225600000, 1767657600000, 25, 1, 1, NULL, NULL, NULL, NULL, '{"reversePath":{"local":"me","domain":"a.example"},"facts":{"sizeBytes":25,"eightBit":false,"smtpUtf8":false,"longestLine":14,"messageId":"<late@a.example>","tlsRequiredNo":false},"tags":{"n":"late"}}');
INSERT INTO postrider.message OVERRIDING SYSTEM VALUE VALUES (2, '06DQDPN802CG0H7WCACA', 'me@a.example', 1767225600000, 1767657600000, 25, 1, 1, NULL, NULL, NULL, NULL, '{"reversePath":{"local":"me","domain":"a.example"},"facts":{"sizeBytes":25,"eightBit":false,"smtpUtf8":false,"longestLine":14,"messageId":"<done@a.example>","tlsRequiredNo":false},"tags":{"n":"done"}}');
INSERT INTO postrider.message OVERRIDING SYSTEM VALUE VALUES (3, '06DQDPN800N0RSFY3XY6', 'me@a.example', 1767225600000, 1767657600000, 25, 1, 2, NULL, NULL, NULL, NULL, '{"reversePath":{"local":"me","domain":"a.example"},"facts":{"sizeBytes":25,"eightBit":false,"smtpUtf8":false,"longestLine":14,"messageId":"<half@a.example>","tlsRequiredNo":false},"tags":{"n":"half"}}');
INSERT INTO postrider.message OVERRIDING SYSTEM VALUE VALUES (4, '06DQDPN8014XF4N39929', 'me@a.example', 1767225600000, 1767657600000, 25, 1, 1, NULL, NULL, NULL, NULL, '{"reversePath":{"local":"me","domain":"a.example"},"facts":{"sizeBytes":25,"eightBit":false,"smtpUtf8":false,"longestLine":14,"messageId":"<runs@a.example>","tlsRequiredNo":false},"tags":{"n":"runs"}}');
INSERT INTO postrider.message OVERRIDING SYSTEM VALUE VALUES (5, '06DQDPN8001CXB2DF39Y', 'me@a.example', 1767225600000, 1767657600000, 25, 1, 1, NULL, NULL, '
key', 'digest', '{"reversePath":{"local":"me","domain":"a.example"},"facts":{"sizeBytes":25,"eightBit":false,"smtpUtf8":false,"longestLine":14,"messageId":"<waits@a.example>","tlsRequiredNo":false},"tags":{"n":"waits"}}');
INSERT INTO postrider.message OVERRIDING SYSTEM VALUE VALUES (6, '06DQDPN803TQ2ZMNVP3P', 'me@a.example', 1767225600000, 1767657600000, 25, 1, 1, NULL, 'to be looked at', NULL, NULL, '{"reversePath":{"local":"me","domain":"a.example"},"facts":{"sizeBytes":25,"eightBit":false,"smtpUtf8":false,"longestLine":14,"messageId":"<held@a.example>","tlsRequiredNo":false},"tags":{"n":"held"}}');

INSERT INTO postrider.numbering VALUES (true, 9);

INSERT INTO postrider.recipient VALUES (16384, 0, 'u', 1, 1, 0, '550 5.1.1 User unknown', NULL);
INSERT INTO postrider.recipient VALUES (32768, 0, 'u', 2, 1, 0, '250 ok', NULL);
INSERT INTO postrider.recipient VALUES (49153, 1, 'u', 0, 0, 0, NULL, NULL);
INSERT INTO postrider.recipient VALUES (49152, 0, 'u', 2, 1, 0, '250 ok', NULL);
INSERT INTO postrider.recipient VALUES (65536, 0, 'u', 0, 0, 0, NULL, NULL);
INSERT INTO postrider.recipient VALUES (81920, 0, 'u', 0, 0, 0, NULL, NULL);
INSERT INTO postrider.recipient VALUES (98304, 0, 'u', 0, 0, 0, NULL, NULL);

INSERT INTO postrider.rest VALUES ('mx.waits.example', 'jmlEGinkj_rB', 1767225600000, 1767229200000, 'it said so');

INSERT INTO postrider.schema_version VALUES (2);

SELECT pg_catalog.setval('postrider.fact_seq_seq', 9, true);

SELECT pg_catalog.setval('postrider.lane_turn', 1, false);

SELECT pg_catalog.setval('postrider.message_n_seq', 6, true);

ALTER TABLE ONLY postrider.content
    ADD CONSTRAINT content_pkey PRIMARY KEY (n);

ALTER TABLE ONLY postrider.fact
    ADD CONSTRAINT fact_pkey PRIMARY KEY (seq);

ALTER TABLE ONLY postrider.final_dot
    ADD CONSTRAINT final_dot_pkey PRIMARY KEY (job, token);

ALTER TABLE ONLY postrider.job
    ADD CONSTRAINT job_pkey PRIMARY KEY (id);

ALTER TABLE ONLY postrider.lane
    ADD CONSTRAINT lane_pkey PRIMARY KEY (domain, priority);

ALTER TABLE ONLY postrider.message
    ADD CONSTRAINT message_id_key UNIQUE (id);

ALTER TABLE ONLY postrider.message
    ADD CONSTRAINT message_pkey PRIMARY KEY (n);

ALTER TABLE ONLY postrider.numbering
    ADD CONSTRAINT numbering_pkey PRIMARY KEY (one);

ALTER TABLE ONLY postrider.recipient
    ADD CONSTRAINT recipient_pkey PRIMARY KEY (job, place);

ALTER TABLE ONLY postrider.rest
    ADD CONSTRAINT rest_pkey PRIMARY KEY (site, teller);

ALTER TABLE ONLY postrider.suppression
    ADD CONSTRAINT suppression_pkey PRIMARY KEY (address);

ALTER TABLE ONLY postrider.tls_count
    ADD CONSTRAINT tls_count_pkey PRIMARY KEY (day, domain, digest);

ALTER TABLE ONLY postrider.tls_report
    ADD CONSTRAINT tls_report_pkey PRIMARY KEY (day, domain);

CREATE INDEX fact_fresh ON postrider.fact USING btree (seq) WHERE (number IS NULL);

CREATE INDEX fact_message ON postrider.fact USING btree (message, seq);

CREATE UNIQUE INDEX fact_number ON postrider.fact USING btree (number) WHERE (number IS NOT NULL);

CREATE INDEX job_expiry ON postrider.job USING btree (expires_at) WHERE (state = 0);

CREATE INDEX job_held ON postrider.job USING btree (id) WHERE (state = 2);

CREATE INDEX job_running ON postrider.job USING btree (lease_until) WHERE (state = 1);

CREATE INDEX job_waiting ON postrider.job USING btree (domain, priority, due) WHERE (state = 0);

CREATE INDEX lane_due ON postrider.lane USING btree (priority, due, turn);

CREATE UNIQUE INDEX message_key ON postrider.message USING btree (key) WHERE (key IS NOT NULL);

