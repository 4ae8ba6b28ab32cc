/**
 * Spill: messages of the fast path into the tables of what waits, as they stand: waiting, or under their lease.
 *
 * Policy. From then on all other verbs know them as any other message. A reader of facts is kept out meanwhile (`numbering`), so
 * that what was told of them is told once.
 */
import type { Session } from '../connection.ts'
import { addStanding, type Standby, type Standing } from '../enqueue.ts'
import type { LaneList } from '../lanes.ts'
import { SQL } from '../sql.ts'
import { type Born, jobOf } from './born.ts'

export interface Leaving {
  readonly born: Born
  readonly standing: Standing
}

/** Answers the numbers of those that came into the tables. */
export async function spill(
  session: Session,
  owner: number,
  all: readonly Leaving[],
  lanes: LaneList,
): Promise<ReadonlySet<number>> {
  session.send(SQL.fence, owner)
  session.send(SQL.shareNumbering)
  const added = await addStanding(session, all.map(standby), lanes)
  const marked = all.filter(({ born, standing }) => 'token' in standing && born.marked && added.has(born.n))
  if (marked.length > 0) {
    session.send(
      SQL.mark,
      marked.map(({ born }) => jobOf(born)),
      marked.map(({ standing }) => ('token' in standing ? standing.token : 0)),
    )
  }
  return added
}

function standby({ born: { n, message, bytes }, standing }: Leaving): Standby {
  return { n, message, bytes, standing }
}
