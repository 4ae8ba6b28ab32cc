/**
 * PostgresQueue: new queues in databases of their own on a server that is started for them, for the model.
 */
import { openPostgresQueue } from '../../packages/core/src/postgres.ts'
import { startPostgres } from '../support/postgres.ts'
import type { QueueUnderTest } from './queue-store/harness.ts'

/** Nothing that a process enqueued is kept in its memory: what is read is what the database has. */
const CACHE_BYTES = 0

export async function withPostgresQueues<T>(
  bin: string,
  use: (make: () => Promise<QueueUnderTest>) => Promise<T>,
): Promise<T> {
  const server = await startPostgres(bin)
  try {
    const template = await server.database()
    await (await openPostgresQueue({ connectionString: template })).close()
    return await use(async () => {
      const connectionString = await server.database(template)
      return {
        open: clock =>
          openPostgresQueue({ connectionString, clock, time: 'clock', gatherMs: 0, cacheBytes: CACHE_BYTES }),
        remove: () => server.drop(connectionString),
      }
    })
  } finally {
    await server.remove()
  }
}
