/** Open: a queue in PostgreSQL, its tables made or brought up to date. */
import type { QueueStore } from '../store.ts'
import { Connections } from './connection.ts'
import { troubleOf } from './errors.ts'
import { PostgresHosts } from './hosts.ts'
import type { PostgresQueueOptions } from './options.ts'
import { prepareSchema } from './schema.ts'
import { PostgresStore } from './store.ts'

export type { PostgresQueueOptions }

const SCHEMA = 'postrider'
const CONNECTIONS = 10
const ANSWER_MS = 60_000

/**
 * Opens the queue, and makes its tables when they are missing.
 * @throws MailerError `queue-unavailable`, `queue-newer`, `invalid-option`
 */
export function openPostgresQueue(options: PostgresQueueOptions): Promise<QueueStore> {
  return open(options)
}

/**
 * Makes a queue ready whose database was restored: all that waits in it is held, also what its relays had under way.
 * @returns how many messages
 * @throws MailerError `queue-unavailable`, `queue-newer`, `invalid-option`, `not-possible` while a relay runs on it
 */
export async function holdDatabase(options: PostgresQueueOptions, because: string): Promise<number> {
  const store = await open(options)
  try {
    return await store.holdRestored(because)
  } finally {
    await store.close()
  }
}

async function open(options: PostgresQueueOptions): Promise<PostgresStore> {
  const { connectionString, schema = SCHEMA, connections = CONNECTIONS } = options
  let opened: Connections | undefined
  try {
    const { answerWithinMs = ANSWER_MS } = options
    const hosts = new PostgresHosts(connectionString)
    const direct = options.directConnectionString
    const place = {
      hosts,
      ...(direct !== undefined && { direct: new PostgresHosts(direct) }),
      schema,
      connections: Math.max(1, Math.ceil(connections / 2)),
      answerWithinMs,
    }
    opened = await Connections.open(place, query => prepareSchema(query, schema))
    const store = new PostgresStore(opened, options)
    await store.begin()
    return store
  } catch (error) {
    opened?.destroy()
    throw troubleOf(error)
  }
}
