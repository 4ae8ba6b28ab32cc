/** How a queue in PostgreSQL is opened, and what is refused. */
import assert from 'node:assert/strict'
import { after, before, suite, type TestContext, test } from 'node:test'
import { openPostgresQueue, type PostgresQueueOptions, type QueueStore } from '@postrider/core/postgres'
import { MailerError, type MailerErrorCode } from '../../packages/core/src/model/error.ts'
import type { Job } from '../../packages/core/src/model/job.ts'
import { FakeClock } from '../../packages/core/src/testing/fake-clock.ts'
import { deliveredFacts, LEASE_MS, makeSubmission, START, settle } from '../contract/queue-samples.ts'
import { findPostgres, NO_POSTGRES, type PostgresServer, startPostgres } from '../support/postgres.ts'

const bin = findPostgres()
const REQUEST = { now: START, limit: 20, perDomain: 5, leaseMs: LEASE_MS, exclude: [] } as const

/** No timer of ours passes by itself in these tests. */
const INSTANT = { time: 'clock', gatherMs: 0 } as const

const refuses = (asking: Promise<unknown>, code: MailerErrorCode): Promise<void> =>
  assert.rejects(asking, error => MailerError.is(error) && error.code === code)

if (bin === undefined) test('the queue in PostgreSQL', { skip: NO_POSTGRES })
else
  suite('the queue in PostgreSQL', () => {
    let server: PostgresServer
    before(async () => {
      server = await startPostgres(bin)
    })
    after(() => server.remove())

    let stores: QueueStore[] = []

    async function database(t: TestContext): Promise<string> {
      const url = await server.database()
      t.after(async () => {
        await Promise.all(stores.map(store => store.close()))
        stores = []
        await server.drop(url)
      })
      return url
    }

    async function open(connectionString: string, options: Partial<PostgresQueueOptions> = {}): Promise<QueueStore> {
      const store = await openPostgresQueue({ connectionString, clock: new FakeClock(START), ...INSTANT, ...options })
      stores.push(store)
      return store
    }

    test('several processes open an empty database at once, and all of them work', async t => {
      const url = await database(t)
      const stores = await Promise.all(Array.from({ length: 5 }, () => open(url)))
      await Promise.all(stores.map(store => store.enqueue(makeSubmission())))
      assert.equal((await (stores[0] as QueueStore).counts(START)).messages, 5)
    })

    test('two schemas of one database are two queues', async t => {
      const url = await database(t)
      const [one, other] = [await open(url), await open(url, { schema: 'Other "queue"' })]
      await one.enqueue(makeSubmission())
      assert.equal((await other.counts(START)).messages, 0)
      await other.enqueue(makeSubmission())
      assert.equal((await other.claim(REQUEST)).length, 1)
    })

    test('a queue that a newer version wrote is refused', async t => {
      const url = await database(t)
      await (await openPostgresQueue({ connectionString: url })).close()
      await server.query('UPDATE postrider.schema_version SET version = 99', url)
      await refuses(openPostgresQueue({ connectionString: url }), 'queue-newer')
    })

    test('a connection string that sets options is refused, for they would undo ours', async t => {
      const url = await database(t)
      await refuses(openPostgresQueue({ connectionString: `${url}?options=-c%20jit%3Don` }), 'invalid-option')
    })

    test('a user without the right to make tables works on tables that are there', async t => {
      const url = await database(t)
      await (await openPostgresQueue({ connectionString: url })).close()
      await server.query('CREATE ROLE worker LOGIN', url)
      await server.query('GRANT USAGE ON SCHEMA postrider TO worker', url)
      await server.query('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA postrider TO worker', url)
      await server.query('GRANT USAGE ON ALL SEQUENCES IN SCHEMA postrider TO worker', url)
      const store = await openPostgresQueue({ connectionString: url.replace('postrider@', 'worker@') })
      await store.enqueue(makeSubmission())
      const [job] = await store.claim(REQUEST)
      assert.equal(await store.commit(settle(job as Job, 'delivered'), [], deliveredFacts(job as Job)), true)
      await store.close()
      await server.query('DROP OWNED BY worker; DROP ROLE worker', url)
    })

    test('a server that was never there is refused with what to do, and without the password', async () => {
      const connectionString = 'postgres://me:hush@127.0.0.1:1/mail'
      await assert.rejects(openPostgresQueue({ connectionString }), error => {
        assert.ok(MailerError.is(error) && error.code === 'queue-unavailable')
        assert.match(error.fix ?? '', /start the server/)
        assert.doesNotMatch(`${error.message} ${error.fix} ${error.where}`, /hush/)
        return true
      })
    })
  })
