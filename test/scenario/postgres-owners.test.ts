/**
 * Relays that own what they accepted, on one queue in PostgreSQL: what others can do to it, and what becomes of it when its
 * owner or the server goes away (docs/decisions/0017).
 */
import assert from 'node:assert/strict'
import { after, before, suite, type TestContext, test } from 'node:test'
import { openPostgresQueue, type QueueStore } from '@postrider/core/postgres'
import type { Domain } from '../../packages/core/src/model/address.ts'
import type { Job } from '../../packages/core/src/model/job.ts'
import { MIGRATIONS } from '../../packages/core/src/queue/postgres/migrations.ts'
import { FakeClock } from '../../packages/core/src/testing/fake-clock.ts'
import { deliveredFacts, LEASE_MS, makeSubmission, START, settle } from '../contract/queue-samples.ts'
import { settled } from '../contract/queue-store/harness.ts'
import { findPostgres, NO_POSTGRES, type PostgresServer, startPostgres } from '../support/postgres.ts'
import { startPostgresProxy } from '../support/postgres-proxy.ts'

const bin = findPostgres()
const REQUEST = { now: START, limit: 20, perDomain: 20, leaseMs: LEASE_MS, exclude: [] } as const
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

if (bin === undefined) test('owners of a queue in PostgreSQL', { skip: NO_POSTGRES })
else
  suite('owners of a queue in PostgreSQL', () => {
    let server: PostgresServer
    before(async () => {
      server = await startPostgres(bin)
    })
    after(() => server.remove())

    async function database(t: TestContext): Promise<string> {
      const url = await server.database()
      t.after(() => server.drop(url))
      return url
    }

    /** One that delivers; no timer of it passes but by its clock. */
    async function owner(t: TestContext, connectionString: string, clock = new FakeClock(START)): Promise<QueueStore> {
      const store = await openPostgresQueue({ connectionString, clock, time: 'clock', gatherMs: 0 })
      t.after(() => store.destroy(new Error('the test is over')))
      await store.takeLeadership(START, LEASE_MS)
      return store
    }

    const rowsOf = async (url: string, table: string): Promise<number> =>
      Number((await server.query(`SELECT count(*) FROM postrider.${table}`, url))[0]?.[0])
    const kinds = async (store: QueueStore, id: Parameters<QueueStore['history']>[0]): Promise<string[]> =>
      (await store.history(id)).map(({ fact }) => fact.kind)

    /** Lets time pass, a second at a time, until the store has claimed so many. */
    async function claimLater(store: QueueStore, clock: FakeClock, count: number): Promise<readonly Job[]> {
      const jobs: Job[] = []
      for (let second = 0; jobs.length < count; second++) {
        assert.ok(second < 600, `claimed ${jobs.length} of ${count}`)
        await clock.advance(1_000)
        // The beat that this armed is a round trip.
        for (let n = 0; n < 50; n++) await turn()
        await store.counts(clock.now())
        jobs.push(...(await store.claim({ ...REQUEST, now: clock.now() })))
      }
      return jobs
    }

    test('what is delivered at once is a row of a segment and an outcome, and never one of what waits', async t => {
      const url = await database(t)
      const store = await owner(t, url)
      const { id } = await store.enqueue(makeSubmission())
      const [job] = (await store.claim(REQUEST)) as [Job]
      assert.equal(await store.commit(settle(job, 'delivered'), [], deliveredFacts(job)), true)
      const tables = ['born', 'outcome', 'message', 'job', 'content']
      assert.deepEqual(await Promise.all(tables.map(table => rowsOf(url, table))), [1, 1, 0, 0, 0])
      const other = await owner(t, url)
      assert.equal((await other.show(id))?.recipients[0]?.state, 'delivered')
      assert.deepEqual(await kinds(other, id), ['queued', 'delivered'])
      assert.deepEqual(
        (await other.facts(0, 10)).map(({ fact }) => fact.kind),
        ['queued', 'delivered'],
      )
      assert.equal(await rowsOf(url, 'message'), 0)
    })

    test('one that is cut off begins no further dot once a mark was lost, and goes on when it is back', async t => {
      const proxy = await startPostgresProxy(await database(t))
      t.after(() => proxy.close())
      const clock = new FakeClock(START)
      const store = await owner(t, proxy.url, clock)
      for (let n = 0; n < 4; n++) await store.enqueue(makeSubmission())
      const [first, second, third, fourth] = (await store.claim(REQUEST)) as [Job, Job, Job, Job]
      assert.ok(store.enterFinalDot(first))
      proxy.sever()
      // Of one dot the mark may be on its way when the line breaks.
      store.enterFinalDot(second)
      await settled(() => store.enterFinalDot(third) === undefined)
      assert.equal(store.enterFinalDot(fourth), undefined)
      proxy.away = false
      await settled(async () => {
        await clock.advance(1_000)
        await store.takeLeadership(clock.now(), LEASE_MS).catch(() => {})
        return store.enterFinalDot(fourth) !== undefined
      })
      assert.equal(await store.commit(settle(fourth, 'delivered'), [], deliveredFacts(fourth)), true)
    })

    test('dots whose marks were lost with the line are told when their owner is back, once, and what it settled is not', async t => {
      const url = await database(t)
      const proxy = await startPostgresProxy(url)
      t.after(() => proxy.close())
      const [clock, later] = [new FakeClock(START), new FakeClock(START)]
      const cut = await owner(t, proxy.url, clock)
      for (let n = 0; n < 3; n++) await cut.enqueue(makeSubmission())
      const jobs = await cut.claim(REQUEST)
      const [settledOne, ...open] = jobs as [Job, Job, Job]
      assert.ok(cut.enterFinalDot(settledOne))
      assert.equal(await cut.commit(settle(settledOne, 'delivered'), [], deliveredFacts(settledOne)), true)
      proxy.sever()
      // Nothing says yet that the line is broken.
      for (const job of open) assert.ok(cut.enterFinalDot(job))
      const other = await owner(t, url, later)
      const again = await claimLater(other, later, open.length)
      for (const job of again) await other.commit(settle(job, 'delivered'), [], deliveredFacts(job))
      assert.deepEqual(await kinds(other, open[0]?.messageId as never), ['queued', 'delivered'])
      proxy.away = false
      await settled(async () => {
        await clock.advance(1_000)
        await cut.takeLeadership(clock.now(), LEASE_MS).catch(() => {})
        const told = await Promise.all(open.map(({ messageId }) => kinds(other, messageId)))
        return told.every(each => each.includes('uncertain'))
      })
      for (let n = 0; n < 3; n++) {
        await clock.advance(1_000)
        await cut.takeLeadership(clock.now(), LEASE_MS)
      }
      const counts = await Promise.all(
        jobs.map(async ({ messageId }) => (await kinds(other, messageId)).filter(kind => kind === 'uncertain').length),
      )
      assert.deepEqual(counts, [0, 1, 1])
    })

    test('every verb works on what another has under way: what was not begun is taken back, what runs is left to its owner', async t => {
      const url = await database(t)
      const [store, other] = [await owner(t, url), await owner(t, url)]
      const runs = await store.enqueue(makeSubmission({ to: ['runs@b.example'] }))
      const [job] = (await store.claim(REQUEST)) as [Job]
      const waits = await store.enqueue(makeSubmission({ to: ['waits@c.example'] }))
      const held = await store.enqueue(makeSubmission({ to: ['held@d.example'] }))
      assert.deepEqual(
        (await other.list({})).map(({ id }) => id),
        [runs.id, waits.id, held.id],
      )
      assert.equal(await other.cancel({}, START), 2)
      assert.equal((await other.show(runs.id))?.recipients[0]?.state, 'running')
      assert.deepEqual(await kinds(store, waits.id), ['queued', 'cancelled'])
      assert.equal((await store.claim(REQUEST)).length, 0)
      assert.equal(await other.hold(runs.id, 'to be looked at', START), 1)
      assert.equal(await store.commit(settle(job, 'deferred', { nextAttemptAt: START }), [], []), true)
      assert.equal((await store.claim(REQUEST)).length, 0)
      assert.equal(await other.unhold(runs.id, START), 1)
      assert.equal((await other.claim(REQUEST)).length, 1)
    })

    test('one that was silent and wakes is refused whole, and what it accepts then is not lost', async t => {
      const url = await database(t)
      const [asleep, awake] = [new FakeClock(START), new FakeClock(START)]
      const [zombie, heir] = [await owner(t, url, asleep), await owner(t, url, awake)]
      const { id } = await zombie.enqueue(makeSubmission())
      const [old] = (await zombie.claim(REQUEST)) as [Job]
      const [fresh] = (await claimLater(heir, awake, 1)) as [Job]
      assert.equal(fresh.messageId, id)
      assert.ok(awake.now() - START >= 15_000)
      const late = zombie.enqueue(makeSubmission({ to: ['late@c.example'] }))
      assert.equal(await zombie.commit(settle(old, 'delivered'), [], deliveredFacts(old)), false)
      assert.equal(await heir.commit(settle(fresh, 'delivered'), [], deliveredFacts(fresh)), true)
      assert.deepEqual(await kinds(heir, id), ['queued', 'delivered'])
      const { id: lateId } = await late
      assert.equal((await heir.show(lateId))?.recipients[0]?.state, 'waiting')
    })

    test('a final dot that may soon come is marked by what is accepted before it, and told as uncertain when its owner dies', async t => {
      const url = await database(t)
      const [dying, awake] = [new FakeClock(START), new FakeClock(START)]
      const store = await owner(t, url, dying)
      const heir = await owner(t, url, awake)
      const ids = [(await store.enqueue(makeSubmission())).id, (await store.enqueue(makeSubmission())).id]
      const jobs = await store.claim(REQUEST)
      store.nearFinalDot?.(jobs[0] as Job)
      await store.enqueue(makeSubmission({ to: ['later@c.example'] }))
      assert.equal(await rowsOf(url, 'mark_0'), 1)
      assert.ok(store.enterFinalDot(jobs[0] as Job) !== undefined)
      assert.equal((await claimLater(heir, awake, 3)).length, 3)
      const told = await Promise.all(ids.map(id => kinds(heir, id)))
      assert.deepEqual(told, [['queued', 'uncertain'], ['queued']])
    })

    test('a final dot is marked also while the connection that listens is gone', async t => {
      const url = await database(t)
      const store = await owner(t, url)
      await store.enqueue(makeSubmission())
      await store.enqueue(makeSubmission({ to: ['1@c.example', '2@d.example'] }))
      const jobs = await store.claim(REQUEST)
      assert.equal(jobs.length, 3)
      const all = 'FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()'
      await server.query(`SELECT pg_terminate_backend(pid) ${all} AND backend_type = 'client backend'`, url)
      // The pool makes a new one when it is asked; the one that listens is made again after a while, which does not pass here.
      await settled(() =>
        store.list({}).then(
          () => true,
          () => false,
        ),
      )
      for (const job of jobs) assert.ok(store.enterFinalDot(job) !== undefined)
      while ((await rowsOf(url, 'mark_0')) + (await rowsOf(url, 'final_dot')) < 3) await turn()
    })

    test('an outage of the database makes nobody old', async t => {
      const url = await database(t)
      const clock = new FakeClock(START)
      const [store, other] = [await owner(t, url, clock), await owner(t, url, clock)]
      await store.enqueue(makeSubmission())
      const [job] = (await store.claim({ ...REQUEST, leaseMs: 3_600_000 })) as [Job]
      await server.stop('immediate')
      await clock.advance(180_000)
      await server.start()
      for (let second = 0; second < 5; second++) {
        await clock.advance(1_000)
        await store.renew([job], clock.now() + LEASE_MS).catch(() => {})
        await other.counts(clock.now()).catch(() => {})
      }
      assert.equal((await other.claim({ ...REQUEST, now: clock.now() })).length, 0)
      assert.equal(await store.commit(settle(job, 'delivered'), [], deliveredFacts(job)), true)
    })

    test('when the server lost its marks, everything that a dead owner had under way is uncertain', async t => {
      const url = await database(t)
      const clock = new FakeClock(START)
      const dead = await owner(t, url, clock)
      const other = await owner(t, url, clock)
      const born = await dead.enqueue(makeSubmission())
      const deferred = await dead.enqueue(makeSubmission({ to: ['1@c.example', '2@d.example'] }))
      assert.equal((await dead.claim(REQUEST)).length, 3)
      await server.stop('immediate')
      dead.destroy(new Error('gone with it'))
      await server.start()
      await claimLater(other, clock, 3)
      const told = (await other.facts(0, 100)).map(({ fact }) => fact).filter(({ kind }) => kind === 'uncertain')
      assert.deepEqual(
        told.map(({ messageId }) => messageId).toSorted(),
        [born.id, deferred.id, deferred.id].toSorted(),
      )
    })

    test('a segment is emptied when nothing of it is under way, and the history stays', async t => {
      const url = await database(t)
      const store = await owner(t, url)
      const done = await store.enqueue(makeSubmission())
      const [job] = (await store.claim(REQUEST)) as [Job]
      const moved = await store.enqueue(makeSubmission({ to: ['u@c.example'] }))
      const reclaim = async (): Promise<unknown> => {
        const at = 'SET search_path = postrider'
        const held = await server.hold(url, [at])
        const empty = await rowsOf(url, 'segment_0')
        await held.query('SELECT reclaim(0)')
        await held.commit()
        return empty - (await rowsOf(url, 'segment_0'))
      }
      assert.equal(await reclaim(), 0)
      await store.commit(settle(job, 'delivered'), [], deliveredFacts(job))
      assert.equal(await reclaim(), 0, 'one of it still waits')
      await store.list({})
      assert.equal(await reclaim(), 2)
      assert.deepEqual(await kinds(store, done.id), ['queued', 'delivered'])
      assert.deepEqual(await kinds(store, moved.id), ['queued'])
      assert.equal((await store.claim({ ...REQUEST, exclude: ['x.example' as Domain] })).length, 1)
    })

    test('mail in the tables of an older version is delivered by this one', async t => {
      const url = await database(t)
      const older = MIGRATIONS.slice(0, -1)
      const held = await server.hold(url, ['CREATE SCHEMA postrider', 'SET LOCAL search_path = postrider'])
      await held.query('CREATE TABLE schema_version (version integer NOT NULL)')
      for (const sql of older) await held.query(sql)
      await held.query(`INSERT INTO schema_version VALUES (${older.length})`)
      const { id } = makeSubmission()
      const meta = JSON.stringify({ reversePath: null, facts: {} })
      await held.query(
        `INSERT INTO message (id, sender, accepted_at, expires_at, size, priority, jobs, meta)
         VALUES ('${id}', '', ${START}, ${START + 1e9}, 5, 1, 1, '${meta}')`,
      )
      await held.query(`INSERT INTO content VALUES (1, 'bytes')`)
      await held.query(`INSERT INTO job VALUES (16384, 'b.example', 1, 0, ${START}, ${START + 1e9}, 0, 1, NULL, NULL)`)
      await held.query(`INSERT INTO recipient VALUES (16384, 0, 'you', 0, 0, 0, NULL, NULL)`)
      await held.query(`INSERT INTO lane VALUES ('b.example', 1, ${START}, 0)`)
      await held.commit()
      const store = await owner(t, url)
      const [job] = (await store.claim(REQUEST)) as [Job]
      assert.equal(job.messageId, id)
      assert.equal((await store.read(id))?.toString(), 'bytes')
      assert.equal(await store.commit(settle(job, 'delivered'), [], deliveredFacts(job)), true)
      await store.enqueue(makeSubmission())
      assert.equal((await store.claim(REQUEST)).length, 1)
    })
  })
