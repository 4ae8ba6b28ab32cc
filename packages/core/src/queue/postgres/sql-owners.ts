/** SqlOwners: the statements of owners and of the fast path, but for its ticks (sql.ts). */
import { SEGMENTS } from './fast-path/tables.ts'

export const OWNERS = {
  // owners
  appear: 'SELECT * FROM appear($1, $2)',
  beat: 'SELECT * FROM beat($1, $2, $3, $4, $5, $6)',
  time: 'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint',
  renewMarks: 'UPDATE owner SET marks = $2 WHERE id = $1',
  fence: 'SELECT fence($1)',
  waitForOwner: 'SELECT pg_advisory_xact_lock(1886614373, $1::integer)',
  disappear: 'DELETE FROM owner WHERE id = $1',
  bury: 'SELECT bury($1)',
  living: 'SELECT id, beats FROM owner WHERE NOT dead',
  everyOwner: 'SELECT id FROM owner',
  declareDead: `WITH others AS (SELECT FROM owner o WHERE NOT dead AND NOT EXISTS (
        SELECT FROM unnest($1::bigint[], $2::bigint[]) AS was (id, beats) WHERE was.id = o.id AND was.beats = o.beats)),
      buried AS (UPDATE owner SET dead = true WHERE NOT EXISTS (SELECT FROM others))
    SELECT count(*) FROM others`,
  // What was told at the dump is older than this transaction, the rest is of it, whatever their numbers were on that server.
  ownTransactions: `DO $$
    DECLARE
      here xid8 := pg_current_xact_id();
      before pg_snapshot;
      which text;
    BEGIN
      SELECT seen INTO before FROM numbering FOR UPDATE;
      FOR which IN SELECT 'outcome' UNION ALL SELECT 'segment_' || at FROM generate_series(0, ${SEGMENTS - 1}) AS at LOOP
        EXECUTE format('UPDATE %I SET tx = CASE WHEN pg_visible_in_snapshot(tx, $1) THEN ''3''::xid8 ELSE $2 END
          WHERE tx >= least(pg_snapshot_xmin($1), $2)', which) USING before, here;
      END LOOP;
      UPDATE numbering SET seen = format('%s:%s:', here, here)::pg_snapshot;
    END $$` as string,
  skipNumbers: `WITH facts AS (UPDATE numbering SET last = last + $1)
    SELECT setval('message_n_seq', nextval('message_n_seq') + $1)`,
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

  // waking others
  tell: 'SELECT pg_notify($1, $2)',
} as const
