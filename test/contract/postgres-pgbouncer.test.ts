/**
 * The contract of the queue on PostgreSQL behind a real PgBouncer that hands out its connections by the transaction, with a direct way to
 * listen; and what is different where there is none.
 */
import assert from 'node:assert/strict'
import { after, before, suite, type TestContext, test } from 'node:test'
import type { Job } from '../../packages/core/src/model/job.ts'
import { openPostgresQueue, type QueueStore } from '../../packages/core/src/postgres.ts'
import { openPostgresStore } from '../../packages/relay/src/store/index.ts'
import { findPgbouncer, NO_PGBOUNCER, type Pgbouncer, startPgbouncer } from '../support/pgbouncer.ts'
import { findPostgres, NO_POSTGRES, type PostgresServer, startPostgres } from '../support/postgres.ts'
import { makePostgres, type PostgresWays } from './postgres-queue.ts'
import { makeSubmission } from './queue-samples.ts'
import { settled } from './queue-store/harness.ts'
import { describeQueueStore } from './queue-store.ts'

const [bin, program] = [findPostgres(), findPgbouncer()]
if (bin === undefined || program === undefined)
  test('the queue contract behind PgBouncer', { skip: bin === undefined ? NO_POSTGRES : NO_PGBOUNCER })
else
  suite('behind PgBouncer', () => {
    let server: PostgresServer
    let pooler: Pgbouncer
    let template: string
    before(async () => {
      server = await startPostgres(bin)
      pooler = await startPgbouncer(program, server)
      template = await server.database()
      await (await openPostgresQueue({ connectionString: template })).close()
    })
    after(async () => {
      await pooler.remove()
      await server.remove()
    })

    const through: PostgresWays['through'] = direct => ({
      connectionString: pooler.urlOf(direct),
      directConnectionString: direct,
    })
    describeQueueStore('PostgreSQL behind PgBouncer', () => makePostgres(server, template, { through }))

    test('tables are made through it, and what the relay keeps stands there too', async () => {
      const url = pooler.urlOf(await server.database())
      const store = await openPostgresQueue({ connectionString: url })
      await store.enqueue(makeSubmission())
      assert.equal((await store.list({})).length, 1)
      await store.close()
      await using kept = await openPostgresStore(url)
      assert.deepEqual(await kept.ask('SELECT name FROM postrider_relay.account'), [])
    })

    test('without a direct way what others add is found by looking, and what they have under way is told when it is asked for', async t => {
      const connectionString = pooler.urlOf(await server.database())
      const [one, other] = [await open(t, { connectionString }), await open(t, { connectionString })]
      const now = Date.now()
      const wish = { acceptedAt: now, notBefore: now, expiresAt: now + 1e9 }
      const request = { limit: 9, perDomain: 9, leaseMs: 60_000, exclude: [] }
      // It finds nothing, and has no reason to look again by itself.
      assert.deepEqual(await one.claim({ ...request, now }), [])
      const submission = makeSubmission({ ...wish, to: ['1@b.example', '2@c.example'] })
      await other.enqueue(submission)
      const jobs: Job[] = []
      await settled(async () => {
        jobs.push(...(await one.claim({ ...request, now: Date.now() })))
        return jobs.length === 2
      })
      const own = makeSubmission({ ...wish, to: ['3@d.example'] })
      await one.enqueue(own)
      assert.equal(await other.cancel(own.id, Date.now()), 1)
    })

    async function open(t: TestContext, options: Parameters<typeof openPostgresQueue>[0]): Promise<QueueStore> {
      const store = await openPostgresQueue(options)
      t.after(() => store.close())
      return store
    }
  })
