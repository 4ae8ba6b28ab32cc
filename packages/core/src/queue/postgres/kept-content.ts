/**
 * KeptContent: the bytes of messages that are done. Such messages take the way of the tables, not the fast path.
 *
 * Policy. What goes beyond the room that there is goes with the transaction that keeps more, the oldest first.
 *
 * Not here: why it is kept (../kept-content.ts).
 */
import type { Buffer } from 'node:buffer'
import type { QueueId } from '../../model/queue-id.ts'
import type { Connections, Session } from './connection.ts'
import { named } from './sql.ts'

const SQL = named({
  // As `dropContents`: of what nothing is open any more.
  keepContents: `INSERT INTO kept (n, until, size, bytes) SELECT c.n, k.until, octet_length(c.bytes), c.bytes
    FROM content c JOIN unnest($1::bigint[], $2::bigint[]) AS k (n, until) ON k.n = c.n
    WHERE octet_length(c.bytes) <= $3 AND NOT EXISTS (
      SELECT FROM job WHERE job.id BETWEEN c.n * 16384 AND c.n * 16384 + 16383 AND job.state < 3)
    ON CONFLICT DO NOTHING`,
  keptSize: 'SELECT coalesce(sum(size), 0)::bigint FROM kept',
  trimKept: `DELETE FROM kept USING (
      SELECT n, sum(size) OVER (ORDER BY until DESC, n DESC) AS together FROM kept
    ) AS each WHERE kept.n = each.n AND each.together > $1`,
  kept: `SELECT k.bytes FROM message m JOIN kept k ON k.n = m.n WHERE m.id = $1 AND k.until > $2`,
  forgetContent: 'DELETE FROM kept WHERE until <= $1',
  dropKept: 'DELETE FROM kept WHERE n = ANY ($1::bigint[])',
})

export interface Keeping {
  readonly n: number
  readonly until: number
}

/** Before their content is dropped. */
export async function keepContents(session: Session, keeping: readonly Keeping[], most: number): Promise<void> {
  if (keeping.length === 0) return
  const numbers = keeping.map(({ n }) => n)
  session.send(
    SQL.keepContents,
    numbers,
    keeping.map(({ until }) => until),
    most,
  )
  const [row] = await session.run<[number]>(SQL.keptSize)
  if ((row?.[0] ?? 0) > most) session.send(SQL.trimKept, most)
}

export async function keptContent(connections: Connections, id: QueueId, now: number): Promise<Buffer | undefined> {
  return (await connections.ask<[Buffer]>('passing', SQL.kept, id, now))[0]?.[0]
}

export async function forgetContent(connections: Connections, now: number): Promise<void> {
  await connections.ask('lasting', SQL.forgetContent, now)
}

export function dropKept(session: Session, numbers: readonly number[]): void {
  session.send(SQL.dropKept, numbers)
}
