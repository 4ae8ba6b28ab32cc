/**
 * The death of processes that use one queue in PostgreSQL; see queue.test.ts.
 */
import { after, before, suite, type TestContext, test } from 'node:test'
import { openPostgresQueue } from '../../packages/core/src/postgres.ts'
import { FakeClock } from '../../packages/core/src/testing/fake-clock.ts'
import { outlive } from '../contract/queue-store/harness.ts'
import { findPostgres, NO_POSTGRES, type PostgresServer, startPostgres } from '../support/postgres.ts'
import { assertSoundPostgres } from '../support/sound.ts'
import { describeQueueCrash, type QueuePlace } from './queue-crash.ts'
import { assertNothingTwice } from './stopped-crash.ts'
import { describeUnanswered } from './unanswered-crash.ts'

/** More than the 15 seconds after which one that says nothing is dead; the time of the queue is what its heir says. */
const SILENT_MS = 20_000

const bin = findPostgres()
if (bin === undefined) test('the death of processes, PostgreSQL', { skip: NO_POSTGRES })
else
  suite('on a PostgreSQL server', () => {
    let server: PostgresServer
    before(async () => {
      server = await startPostgres(bin)
    })
    after(() => server.remove())

    const make = async (t: TestContext): Promise<QueuePlace> => {
      const connectionString = await server.database()
      const connected = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND backend_type = 'client backend'`
      return {
        queue: { connectionString },
        open: async () => {
          const store = await openPostgresQueue({ connectionString })
          t.after(() => store.close())
          return store
        },
        succeed: async () => {
          // What the dead still sent is done first.
          while ((await server.query(connected, connectionString)).length > 0);
          const clock = new FakeClock(Date.now())
          const heir = await openPostgresQueue({ connectionString, clock, time: 'clock' })
          await outlive(heir, clock, SILENT_MS)
          await heir.close()
        },
        assertSound: store => assertSoundPostgres(server, connectionString, store),
      }
    }

    describeQueueCrash('PostgreSQL', make)
    describeUnanswered('PostgreSQL', make)

    test('in PostgreSQL: a process that was stopped for longer than its lease sends nothing that another has sent', async t => {
      const { open, queue } = await make(t)
      await assertNothingTwice(t, await open(), queue)
    })
  })
