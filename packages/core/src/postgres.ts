/**
 * Package entry "./postgres": a queue that any number of processes on any number of machines share. It needs the package pg.
 *
 *   const store = await openPostgresQueue({ connectionString: 'postgres://…' })
 *   const mailer = await createMailer(options, { store })
 */

export type { QueueStore } from './queue/index.ts'
export { type HostOptions, PostgresHosts } from './queue/postgres/hosts.ts'
export { openPostgresQueue, type PostgresQueueOptions } from './queue/postgres/open.ts'
