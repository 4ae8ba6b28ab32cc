/**
 * The queue contract on PostgreSQL, on a real server. Skipped where none is installed.
 */
import { after, before, suite, test } from 'node:test'
import { openPostgresQueue } from '../../packages/core/src/postgres.ts'
import { findPostgres, NO_POSTGRES, type PostgresServer, startPostgres } from '../support/postgres.ts'
import type { QueueUnderTest } from './queue-store/harness.ts'
import { describeQueueStore } from './queue-store.ts'
import { describeTlsCounts } from './tls-counts.ts'

const SKIP = [
  {
    reason:
      'any number of processes deliver from one queue in PostgreSQL, and leases keep them apart, as test/scenario/postgres.test.ts shows',
    tests: ['while one living process delivers, another gets nothing'],
  },
  {
    reason:
      'nobody can tell that a process on another machine died: its leases run out, and what is uncertain is told then, as test/scenario/postgres.test.ts shows',
    tests: ['when the one that delivers is gone, another takes over at once, and knows what is uncertain'],
  },
]

const bin = findPostgres()
if (bin === undefined) test('the queue contract, PostgreSQL', { skip: NO_POSTGRES })
else
  suite('on a PostgreSQL server', () => {
    let server: PostgresServer
    let template: string
    before(async () => {
      server = await startPostgres(bin)
      template = await server.database()
      await (await openPostgresQueue({ connectionString: template })).close()
    })
    after(() => server.remove())

    async function make(): Promise<QueueUnderTest> {
      const connectionString = await server.database(template)
      return {
        open: clock => openPostgresQueue({ connectionString, clock }),
        remove: () => server.drop(connectionString),
      }
    }

    describeQueueStore('PostgreSQL', make, { skip: SKIP })
    describeTlsCounts('PostgreSQL', make)
  })
