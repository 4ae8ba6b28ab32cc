/**
 * Shares: what each relay may use of the lanes that several of them send through.
 *
 * Policy. Who wants less than an even part gets what he wants, and the others divide what is left evenly; what nobody wants is for
 * whoever asks. Nobody gets what another still has: all shares of a lane together are never more than it bears. A share of which
 * nothing was heard for six seconds is over. One relay at a time is answered (`share_out`), each some times a minute.
 *
 * Not here: who asks when (schedule/shares.ts).
 */
import type { Shares, ShareWish } from '../../model/share.ts'
import type { Connections } from './connection.ts'
import type { Statement } from './sql.ts'

const SHARE_OUT: Statement = {
  name: 'shareOut',
  text: 'SELECT * FROM share_out($1, $2::text[], $3::integer[], $4::integer[])',
}

export const SHARE_TABLES = `
  CREATE UNLOGGED TABLE share (
    lane text COLLATE "C" NOT NULL,
    owner bigint NOT NULL,
    want integer NOT NULL,
    got integer NOT NULL,
    until bigint NOT NULL,
    PRIMARY KEY (lane, owner)
  ) WITH (fillfactor = 50);

  CREATE FUNCTION share_out(
    me bigint, lanes text[], mosts integer[], wants integer[], OUT relays integer, OUT gots integer[]
  ) LANGUAGE plpgsql AS $$
  DECLARE
    now bigint;
    each record;
    part integer;
    mine integer;
    left_over integer;
    divisors integer;
    taken integer;
  BEGIN
    PERFORM pg_advisory_xact_lock(1886614376, 1);
    now := (extract(epoch FROM clock_timestamp()) * 1000)::bigint;
    SELECT count(*) INTO relays FROM owner WHERE NOT dead;
    gots := '{}';
    FOR i IN 1 .. coalesce(cardinality(lanes), 0) LOOP
      DELETE FROM share s WHERE s.lane = lanes[i] AND s.owner <> me AND s.until <= now;
      IF wants[i] = 0 THEN
        DELETE FROM share s WHERE s.lane = lanes[i] AND s.owner = me;
        gots := gots || 0;
        CONTINUE;
      END IF;
      SELECT coalesce(sum(s.got), 0), count(*) + 1 INTO taken, divisors FROM share s
        WHERE s.lane = lanes[i] AND s.owner <> me;
      left_over := mosts[i];
      FOR each IN
        SELECT s.owner, s.want FROM share s WHERE s.lane = lanes[i] AND s.owner <> me
        UNION ALL SELECT me, wants[i] ORDER BY 2, 1
      LOOP
        part := least(each.want, left_over / divisors);
        IF each.owner = me THEN
          mine := part;
        END IF;
        left_over := left_over - part;
        divisors := divisors - 1;
      END LOOP;
      mine := greatest(0, least(mine + left_over, mosts[i] - taken));
      INSERT INTO share VALUES (lanes[i], me, wants[i], mine, now + 6000)
        ON CONFLICT (lane, owner) DO UPDATE SET want = excluded.want, got = excluded.got, until = excluded.until;
      gots := gots || mine;
    END LOOP;
  END $$;
`

export async function share(connections: Connections, me: number, wishes: readonly ShareWish[]): Promise<Shares> {
  const [row] = await connections.ask<[relays: number, got: number[]]>(
    'passing',
    SHARE_OUT,
    me,
    wishes.map(({ lane }) => lane),
    wishes.map(({ most }) => most),
    wishes.map(({ want }) => want),
  )
  const [relays, got] = row ?? [1, []]
  return { relays, got }
}
