/**
 * QueueModel: the model of the queue (test/contract/queue-model) for minutes instead of seconds: SQLite with and without its
 * fast path, and PostgreSQL where a server is installed.
 */

import { withPostgresQueues } from '../contract/postgres-queue.ts'
import { checkQueueModel } from '../contract/queue-model/check.ts'
import { makeSqlite } from '../contract/sqlite-queue.ts'
import { findPostgres } from '../support/postgres.ts'
import type { Figures, ProofOptions } from './proof.ts'

export async function prove({ minutes, seed }: ProofOptions): Promise<Figures> {
  const bin = findPostgres()
  const withinMs = (minutes * 60_000) / (bin === undefined ? 2 : 3)
  const sqlite = { make: () => makeSqlite(0), everybodyDelivers: false, withinMs, seed }
  const fastPath = await checkQueueModel({ ...sqlite, keyed: false })
  const tablesOnly = await checkQueueModel({ ...sqlite, keyed: true })
  const postgres =
    bin === undefined
      ? 'no server'
      : await withPostgresQueues(bin, make =>
          checkQueueModel({ make, everybodyDelivers: true, keyed: false, withinMs, seed }),
        )
  return { fastPath, tablesOnly, postgres }
}
