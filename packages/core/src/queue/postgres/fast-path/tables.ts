/**
 * Tables: the schema of what a relay accepts and delivers at once, and of who owns what (docs/decisions/0017).
 *
 * The shape, and why.
 * - `segment_K` holds messages that are born leased to the owner that accepted them. Rows are only added; a segment whose rows
 *   all have an outcome, or stand in the tables of what waits, is truncated and used again. `mark_K` holds the final dots
 *   that were marked for them; it is unlogged, and `mark_state`, which is too, tells when a crash of the server emptied it.
 * - `outcome` is what became of them, one row each, which is their history too: never changed, and dropped by the day.
 * - `owner` is a process that delivers. Its number is its epoch: one that was silent for too long is dead for good, and
 *   `fence` makes whatever it still writes fail. Time is counted in `queue_time`, which moves only while someone can write.
 * - A lease token of an owner is 2^48 + its number * 2^20 + a counter: its leases are a range, and never those of a process of
 *   an older version, which go by the clock. To those, `lease_until` of ours is beyond all time.
 * - What needs a right that a user of the queue need not have (truncate, make and drop partitions) is done by functions with the
 *   rights of whoever made the tables.
 */
export const SEGMENTS = 16

const SEGMENT_TABLES = Array.from(
  { length: SEGMENTS },
  (_, at) => `
  CREATE TABLE segment_${at} (
    n bigint NOT NULL,
    owner bigint NOT NULL,
    tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
    entry text NOT NULL,
    body bytea NOT NULL
  ) WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off);
  ALTER TABLE segment_${at} ALTER COLUMN entry SET STORAGE MAIN, ALTER COLUMN body SET STORAGE MAIN;
  SELECT compress_well('segment_${at}', 'entry'), compress_well('segment_${at}', 'body');
  CREATE INDEX ON segment_${at} (tx);
  CREATE UNLOGGED TABLE mark_${at} (n bigint NOT NULL) WITH (autovacuum_enabled = off);`,
).join('\n')

const ALL_SEGMENTS = Array.from(
  { length: SEGMENTS },
  (_, at) => `SELECT ${at} AS segment, n, owner, tx, entry FROM segment_${at}`,
).join(' UNION ALL ')

export const FAST_PATH_TABLES: string = `
  -- A server that was built without it compresses in its own way.
  CREATE FUNCTION compress_well(of_table text, of_column text) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    EXECUTE format('ALTER TABLE %I ALTER COLUMN %I SET COMPRESSION lz4', of_table, of_column);
  EXCEPTION WHEN OTHERS THEN
    NULL;
  END $$;
  ${SEGMENT_TABLES}
  CREATE VIEW born AS ${ALL_SEGMENTS};

  CREATE TABLE outcome (
    n bigint NOT NULL,
    id text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
    entry text NOT NULL
  ) PARTITION BY RANGE (at);
  CREATE INDEX ON outcome (n);
  CREATE INDEX ON outcome (id);
  CREATE INDEX ON outcome (tx);

  CREATE SEQUENCE owner_number;
  CREATE TABLE owner (
    id bigint PRIMARY KEY,
    name text NOT NULL,
    alive_at bigint NOT NULL,
    dead boolean NOT NULL DEFAULT false,
    marks bigint NOT NULL,
    recall bigint NOT NULL DEFAULT 0,
    recalled bigint NOT NULL DEFAULT 0,
    beats bigint NOT NULL DEFAULT 0,
    messages integer NOT NULL DEFAULT 0,
    recipients integer NOT NULL DEFAULT 0,
    running integer NOT NULL DEFAULT 0,
    oldest bigint
  ) WITH (fillfactor = 10);
  CREATE SEQUENCE recall_number;
  CREATE TABLE queue_time (
    one boolean PRIMARY KEY CHECK (one),
    at bigint NOT NULL,
    read_at bigint NOT NULL,
    segment smallint NOT NULL,
    since bigint NOT NULL,
    upkept_at bigint NOT NULL
  ) WITH (fillfactor = 10);
  INSERT INTO queue_time VALUES (true, 0, 0, 0, 0, 0);

  CREATE SEQUENCE mark_state_number;
  CREATE UNLOGGED TABLE mark_state (one boolean PRIMARY KEY CHECK (one), number bigint NOT NULL);

  ALTER TABLE numbering ADD COLUMN seen pg_snapshot NOT NULL DEFAULT '1:1:', ADD COLUMN pruned bigint NOT NULL DEFAULT 0;

  -- Raises when the owner is dead. Its lock is held until the end of the transaction, so that nobody takes over meanwhile.
  CREATE FUNCTION fence(me bigint) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM pg_advisory_xact_lock_shared(1886614373, me::integer);
    PERFORM 1 FROM owner WHERE id = me AND NOT dead;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'another has taken over from owner %', me USING ERRCODE = 'PR001';
    END IF;
  END $$;

  -- The number of the marks that the server has now; another one when it lost what it had.
  CREATE FUNCTION marks_now() RETURNS bigint LANGUAGE plpgsql AS $$
  DECLARE
    known bigint;
  BEGIN
    SELECT number INTO known FROM mark_state;
    IF NOT FOUND THEN
      INSERT INTO mark_state VALUES (true, nextval('mark_state_number')) ON CONFLICT DO NOTHING;
      SELECT number INTO known FROM mark_state;
    END IF;
    RETURN known;
  END $$;

  -- Moves the time of the queue, by two seconds at most: nobody ages while nobody could say that he lives.
  CREATE FUNCTION pass_time(given bigint) RETURNS bigint LANGUAGE plpgsql AS $$
  DECLARE
    clock bigint := coalesce(given, (extract(epoch FROM clock_timestamp()) * 1000)::bigint);
    now bigint;
  BEGIN
    UPDATE queue_time SET at = at + greatest(0, least(2000, clock - read_at)), read_at = clock RETURNING at INTO now;
    RETURN now;
  END $$;

  CREATE FUNCTION appear(its_name text, given bigint, OUT me bigint, OUT in_segment smallint, OUT its_marks bigint)
  LANGUAGE plpgsql AS $$
  DECLARE
    now bigint := pass_time(given);
  BEGIN
    its_marks := marks_now();
    me := nextval('owner_number');
    INSERT INTO owner (id, name, alive_at, marks) VALUES (me, its_name, now, its_marks);
    SELECT segment INTO in_segment FROM queue_time;
  END $$;

  CREATE FUNCTION beat(
    me bigint, given bigint, its_messages integer, its_recipients integer, its_running integer, its_oldest bigint,
    OUT in_segment smallint, OUT marks_then bigint, OUT marks_here bigint, OUT asked bigint, OUT silent bigint[],
    OUT server_clock bigint
  ) LANGUAGE plpgsql AS $$
  DECLARE
    now bigint;
  BEGIN
    UPDATE owner SET beats = beats + 1, messages = its_messages, recipients = its_recipients, running = its_running, oldest = its_oldest
      WHERE id = me AND NOT dead RETURNING marks, recall INTO marks_then, asked;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'another has taken over from owner %', me USING ERRCODE = 'PR001';
    END IF;
    now := pass_time(given);
    UPDATE owner SET alive_at = now WHERE id = me;
    SELECT array_agg(id) INTO silent FROM owner WHERE (dead OR alive_at < now - 15000) AND id <> me;
    SELECT segment INTO in_segment FROM queue_time;
    marks_here := marks_now();
    server_clock := (extract(epoch FROM clock_timestamp()) * 1000)::bigint;
  END $$;

  -- From now on nothing that it writes gets in. Answers whether it is dead; what was on its way has ended by then.
  CREATE FUNCTION bury(whom bigint) RETURNS boolean LANGUAGE plpgsql AS $$
  DECLARE
    gone boolean;
  BEGIN
    PERFORM pg_advisory_xact_lock(1886614373, whom::integer);
    UPDATE owner SET dead = true
      WHERE id = whom AND (dead OR alive_at < (SELECT at FROM queue_time) - 15000);
    SELECT dead INTO gone FROM owner WHERE id = whom;
    RETURN coalesce(gone, false);
  END $$;

  CREATE FUNCTION open_day(of_time bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
  SET search_path FROM CURRENT AS $$
  DECLARE
    day bigint := floor(of_time / 86400000.0);
    here text := current_schema();
  BEGIN
    IF to_regclass(format('%I.%I', here, 'outcome_' || day)) IS NULL THEN
      PERFORM pg_advisory_xact_lock(1886614373, -1);
      EXECUTE format('CREATE TABLE IF NOT EXISTS %I.%I PARTITION OF %I.outcome FOR VALUES FROM (%s) TO (%s)',
        here, 'outcome_' || day, here, day * 86400000, (day + 1) * 86400000);
    END IF;
  END $$;

  CREATE FUNCTION drop_days(before_time bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
  SET search_path FROM CURRENT AS $$
  DECLARE
    part record;
  BEGIN
    -- While a segment still holds a message whose outcome would go, it would look as if it had none.
    PERFORM 1 FROM born b JOIN outcome o ON o.n = b.n WHERE o.at < before_time LIMIT 1;
    IF FOUND THEN
      RETURN;
    END IF;
    FOR part IN
      SELECT c.oid::regclass AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent = format('%I.outcome', current_schema())::regclass
        AND substring(c.relname FROM 9)::bigint < floor(before_time / 86400000.0)
    LOOP
      EXECUTE format('DROP TABLE %s', part.name);
    END LOOP;
  END $$;

  -- Goes on to the next segment of the ring when it is empty, once a minute or when this one is full.
  CREATE FUNCTION turn_ring() RETURNS void LANGUAGE plpgsql AS $$
  DECLARE
    place record;
    full_up boolean;
    next_empty boolean;
  BEGIN
    SELECT * INTO place FROM queue_time;
    full_up := pg_relation_size(format('%I.%I', current_schema(), 'segment_' || place.segment)::regclass) > 64 * 1048576;
    IF place.at - place.since < 60000 AND NOT full_up THEN
      RETURN;
    END IF;
    EXECUTE format('SELECT NOT EXISTS (SELECT FROM segment_%s)', (place.segment + 1) % ${SEGMENTS}) INTO next_empty;
    IF next_empty THEN
      UPDATE queue_time SET segment = (place.segment + 1) % ${SEGMENTS}, since = at WHERE segment = place.segment;
    END IF;
  END $$;

  -- Empties a segment in which nothing is under way any more. What was looked at without the lock is not looked at again.
  CREATE FUNCTION reclaim(which integer) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
  SET search_path FROM CURRENT SET lock_timeout = '50ms' AS $$
  DECLARE
    last_seen tid;
    under_way boolean;
    test text := 'NOT EXISTS (SELECT FROM outcome o WHERE o.n = s.n) AND NOT EXISTS (SELECT FROM message m WHERE m.n = s.n)';
  BEGIN
    EXECUTE format('SELECT max(ctid) FROM segment_%s', which) INTO last_seen;
    IF last_seen IS NULL THEN
      RETURN false;
    END IF;
    EXECUTE format('SELECT EXISTS (SELECT FROM segment_%s s WHERE s.ctid <= $1 AND %s)', which, test)
      INTO under_way USING last_seen;
    IF under_way THEN
      RETURN false;
    END IF;
    EXECUTE format('LOCK TABLE segment_%s, mark_%s IN ACCESS EXCLUSIVE MODE', which, which);
    EXECUTE format('SELECT EXISTS (SELECT FROM segment_%s s WHERE s.ctid > $1 AND %s)', which, test)
      INTO under_way USING last_seen;
    IF under_way THEN
      RETURN false;
    END IF;
    EXECUTE format('TRUNCATE segment_%s, mark_%s', which, which);
    RETURN true;
  END $$;

  -- Makes facts of what became true on the fast path since the last time, one row each, in the order in which it did.
  CREATE FUNCTION unpack_facts() RETURNS void LANGUAGE plpgsql AS $$
  DECLARE
    before pg_snapshot;
  BEGIN
    SELECT seen INTO before FROM numbering;
    IF NOT EXISTS (SELECT FROM outcome WHERE tx >= pg_snapshot_xmin(before) AND NOT pg_visible_in_snapshot(tx, before))
      AND NOT EXISTS (SELECT FROM born WHERE tx >= pg_snapshot_xmin(before) AND NOT pg_visible_in_snapshot(tx, before))
    THEN
      RETURN;
    END IF;
    SELECT seen INTO before FROM numbering FOR UPDATE;
    WITH fresh AS (
      SELECT o.tx, o.n, o.entry, false AS just_queued FROM outcome o
        WHERE o.tx >= pg_snapshot_xmin(before) AND NOT pg_visible_in_snapshot(o.tx, before)
          AND o.tx < pg_snapshot_xmax(pg_current_snapshot()) AND o.at >= (SELECT pruned FROM numbering)
      UNION ALL
      SELECT b.tx, b.n, b.entry, true FROM born b
        WHERE b.tx >= pg_snapshot_xmin(before) AND NOT pg_visible_in_snapshot(b.tx, before)
          AND b.tx < pg_snapshot_xmax(pg_current_snapshot())
          AND NOT EXISTS (SELECT FROM outcome o WHERE o.n = b.n) AND NOT EXISTS (SELECT FROM message m WHERE m.n = b.n)
    ), told AS (
      SELECT f.tx, f.n, e.place, e.json FROM fresh f,
        LATERAL json_array_elements(f.entry::json -> 1) WITH ORDINALITY AS e (json, place)
    ), added AS (
      INSERT INTO fact (message, at, json)
        SELECT t.n, (t.json ->> 'at')::bigint, t.json::text FROM told t
        WHERE t.place > 1
          OR NOT EXISTS (SELECT FROM fact f WHERE f.message = t.n AND f.json LIKE '{"kind":"queued"%')
        ORDER BY t.tx, t.n, t.place
    )
    UPDATE numbering SET seen = pg_current_snapshot();
  END $$;
`
