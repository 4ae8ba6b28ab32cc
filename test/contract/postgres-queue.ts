/**
 * PostgresQueue: new queues in databases of their own on a server that is started for them, for the contract and the model.
 */
import type { Job } from '../../packages/core/src/model/job.ts'
import { openPostgresQueue, type PostgresQueueOptions } from '../../packages/core/src/postgres.ts'
import { type PostgresServer, startPostgres } from '../support/postgres.ts'
import { MOST_KEPT, type QueueUnderTest } from './queue-store/harness.ts'

/** More than the 15 seconds after which one that says nothing is dead. */
const SILENT_MS = 17_000
/** Numbers of messages are the ids of jobs without their last bits. */
const JOBS = 16_384

export interface PostgresWays {
  /** 0: nothing that a process enqueued is kept in its memory, and what is read is what the database has. */
  readonly cacheBytes?: number
  /** How a database is reached, other than directly. */
  readonly through?: (direct: string) => Pick<PostgresQueueOptions, 'connectionString' | 'directConnectionString'>
}

export async function makePostgres(
  server: PostgresServer,
  template: string,
  { cacheBytes, through = direct => ({ connectionString: direct }) }: PostgresWays = {},
): Promise<QueueUnderTest> {
  const connectionString = await server.database(template)
  const cache = cacheBytes === undefined ? {} : { cacheBytes }
  return {
    open: clock =>
      openPostgresQueue({
        ...through(connectionString),
        clock,
        time: 'clock',
        gatherMs: 0,
        mostKept: MOST_KEPT,
        ...cache,
      }),
    remove: () => server.drop(connectionString),
    silentMs: SILENT_MS,
    marked: async jobs => {
      const marks = jobs.map(({ id, lease }: Job) => `(${id}, ${lease.token})`)
      if (marks.length === 0) return true
      const [[missing] = []] = await server.query(
        `SELECT count(*)::integer FROM (VALUES ${marks.join()}) AS m (job, token)
         WHERE NOT EXISTS (SELECT FROM postrider.final_dot d WHERE d.job = m.job AND d.token = m.token)
           AND NOT EXISTS (${ANY_MARK})`,
        connectionString,
      )
      return missing === 0
    },
  }
}

const ANY_MARK = Array.from(
  { length: 16 },
  (_, at) => `SELECT FROM postrider.mark_${at} WHERE n = m.job / ${JOBS}`,
).join(' UNION ALL ')

export async function withPostgresQueues<T>(
  bin: string,
  use: (make: () => Promise<QueueUnderTest>) => Promise<T>,
): Promise<T> {
  const server = await startPostgres(bin)
  try {
    const template = await server.database()
    await (await openPostgresQueue({ connectionString: template })).close()
    return await use(() => makePostgres(server, template, { cacheBytes: 0 }))
  } finally {
    await server.remove()
  }
}
