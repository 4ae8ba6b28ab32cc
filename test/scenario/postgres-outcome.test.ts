/**
 * What a queue in PostgreSQL makes of a COMMIT that was not answered, or not as it should be: an unknown outcome is neither
 * yes nor no until the server was asked again.
 */
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { after, before, suite, type TestContext, test } from 'node:test'
import { openPostgresQueue, type PostgresQueueOptions, type QueueStore } from '@postrider/core/postgres'
import { MailerError } from '../../packages/core/src/model/error.ts'
import type { Job } from '../../packages/core/src/model/job.ts'
import { FakeClock } from '../../packages/core/src/testing/fake-clock.ts'
import { deliveredFacts, LEASE_MS, makeSubmission, START, settle } from '../contract/queue-samples.ts'
import { findPostgres, NO_POSTGRES, type PostgresServer, startPostgres } from '../support/postgres.ts'
import { type Fault, type PostgresProxy, startPostgresProxy } from '../support/postgres-proxy.ts'

const bin = findPostgres()
const REQUEST = { now: START, limit: 20, perDomain: 5, leaseMs: LEASE_MS, exclude: [] } as const

if (bin === undefined) test('an unknown outcome', { skip: NO_POSTGRES })
else
  suite('an unknown outcome', () => {
    let server: PostgresServer
    before(async () => {
      server = await startPostgres(bin)
    })
    after(() => server.remove())

    interface Place {
      readonly url: string
      readonly proxy: PostgresProxy
      readonly store: QueueStore
    }

    async function open(t: TestContext, options: Partial<PostgresQueueOptions> = {}): Promise<Place> {
      const url = await server.database()
      const proxy = await startPostgresProxy(url)
      const store = await openPostgresQueue({ connectionString: proxy.url, ...options })
      t.after(async () => {
        await store.close()
        await proxy.close()
        await server.drop(url)
      })
      return { url, proxy, store }
    }

    const faults: readonly Fault[] = ['cut-answer', 'cut-commit', 'mute']
    for (const fault of faults) {
      test(`an enqueue whose COMMIT met "${fault}" is asked for again by its id, and is in the queue once`, async t => {
        const { proxy, store } = await open(t, { answerWithinMs: 1_000 })
        proxy.next = fault
        const all = [makeSubmission(), makeSubmission({ idempotencyKey: 'k' })]
        const answers = await Promise.all(all.map(each => store.enqueue(each)))
        assert.deepEqual(
          answers,
          all.map(({ id }) => ({ id, duplicate: false })),
        )
        assert.equal(proxy.faults(), 1)
        assert.deepEqual((await store.list({})).map(({ id }) => id).toSorted(), all.map(({ id }) => id).toSorted())
      })

      test(`a settlement whose COMMIT met "${fault}" is written once, and told as written`, async t => {
        const { proxy, store } = await open(t, { answerWithinMs: 1_000 })
        const { id } = await store.enqueue(makeSubmission())
        const [job] = (await store.claim(REQUEST)) as [Job]
        proxy.next = fault
        assert.equal(await store.commit(settle(job, 'delivered'), [], deliveredFacts(job)), true)
        assert.equal(proxy.faults(), 1)
        assert.deepEqual(
          (await store.history(id)).map(({ fact }) => fact.kind),
          ['queued', 'delivered'],
        )
      })
    }

    test('what a claim leased of which nobody knew is claimed again, and not as uncertain', async t => {
      const { proxy, store } = await open(t, { answerWithinMs: 1_000 })
      await store.takeLeadership(Date.now(), LEASE_MS)
      const { id } = await store.enqueue(makeSubmission({ to: ['1@b.example', '2@c.example'] }))
      proxy.next = 'cut-answer'
      await assert.rejects(store.claim(REQUEST))
      assert.equal(proxy.faults(), 1)
      assert.equal((await store.claim(REQUEST)).length, 2)
      assert.deepEqual(
        (await store.history(id)).map(({ fact }) => fact.kind),
        ['queued'],
      )
    })

    test('when nobody can be asked in time the caller is told so by a code of its own, and what got in is taken back', async t => {
      const clock = new FakeClock(START)
      const { url, proxy, store } = await open(t, { clock })
      proxy.next = 'cut-answer'
      const submission = makeSubmission()
      const asked = store.enqueue(submission)
      let ended: unknown
      asked.catch(error => {
        ended = error
      })
      while (proxy.faults() === 0) await turn()
      proxy.away = true
      while (ended === undefined) {
        await clock.advance(1_000)
        await turn()
      }
      assert.ok(MailerError.is(ended))
      assert.equal(ended.code, 'queue-outcome-unknown')
      proxy.away = false
      const states = 'SELECT state FROM postrider.recipient'
      while ((await server.query(states, url))[0]?.[0] !== 5) {
        await clock.advance(1_000)
        await turn()
      }
      assert.equal((await store.show(submission.id))?.recipients[0]?.state, 'cancelled')
    })

    test('an enqueue that may take a while waits for a database that is away', async t => {
      const { store } = await open(t)
      await server.stop('immediate')
      const submission = makeSubmission()
      const asked = store.enqueue(submission, { withinMs: 120_000 })
      await server.start()
      assert.deepEqual(await asked, { id: submission.id, duplicate: false })
      assert.deepEqual(
        (await store.list({})).map(({ id }) => id),
        [submission.id],
      )
    })

    test('when its time is up and no server was there, its caller is told so, and nothing comes later', async t => {
      const clock = new FakeClock(START)
      const { store } = await open(t, { clock })
      await server.stop('immediate')
      const ended = await endOf(store.enqueue(makeSubmission(), { withinMs: 4_000 }), clock, 4_000)
      await server.start()
      assert.equal(ended.code, 'queue-unavailable')
      await clock.advance(10_000)
      await store.enqueue(makeSubmission())
      assert.equal((await store.list({})).length, 1)
    })

    test('when its time is up and nobody knows whether it was written, its caller is told so, and it is taken back', async t => {
      const clock = new FakeClock(START)
      const { url, proxy, store } = await open(t, { clock, answerWithinMs: 1_000 })
      proxy.next = 'mute'
      const submission = makeSubmission()
      const asked = store.enqueue(submission, { withinMs: 4_000 })
      while (proxy.faults() === 0) await turn()
      assert.equal((await endOf(asked, clock, 4_000)).code, 'queue-outcome-unknown')
      const states = 'SELECT state FROM postrider.recipient'
      while ((await server.query(states, url))[0]?.[0] !== 5) await clock.advance(1_000)
      assert.equal((await store.show(submission.id))?.recipients[0]?.state, 'cancelled')
    })

    /** How it failed, and not before so much time has passed. */
    async function endOf(asked: Promise<unknown>, clock: FakeClock, afterMs: number): Promise<MailerError> {
      let ended: unknown
      asked.catch(error => {
        ended = error
      })
      const begun = clock.monotonic()
      while (ended === undefined) {
        await clock.advance(100)
        await turn()
      }
      assert.ok(clock.monotonic() - begun >= afterMs)
      assert.ok(MailerError.is(ended))
      return ended
    }

    for (const way of ['in the tables', 'on the fast path'])
      test(`a commit ${way} that stopped waiting for its standby is not taken for one that is there`, async t => {
        await server.query('ALTER ROLE postrider SET synchronous_commit = local')
        t.after(() => server.query('ALTER ROLE postrider RESET synchronous_commit'))
        const { url, store } = await open(t)
        if (way === 'on the fast path') await store.takeLeadership(Date.now(), LEASE_MS)
        // Its numbers are drawn with the first one.
        await store.enqueue(makeSubmission())
        await setStandbys(`'nobody'`)
        let enqueued = false
        const asked = store.enqueue(makeSubmission()).then(() => {
          enqueued = true
        })
        const waiting = async (): Promise<readonly unknown[]> => {
          const sql = `SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND datname = current_database()`
          return (await server.query(sql, url)).flat()
        }
        for (let time = 0; time < 2; time++) {
          let pids = await waiting()
          while (pids.length === 0) pids = await waiting()
          assert.equal(enqueued, false)
          await server.query(`SELECT pg_cancel_backend(${pids[0]})`)
          while ((await waiting()).includes(pids[0])) await turn()
        }
        while ((await waiting()).length === 0) await turn()
        assert.equal(enqueued, false)
        await setStandbys(`''`)
        await asked
        assert.equal((await store.counts(START)).messages, 2)
      })

    async function setStandbys(names: string): Promise<void> {
      await server.query(`ALTER SYSTEM SET synchronous_standby_names = ${names}`)
      await server.query('SELECT pg_reload_conf()')
      const wanted = names.slice(1, -1)
      while ((await server.query('SHOW synchronous_standby_names'))[0]?.[0] !== wanted) await turn()
    }

    test('a server that only reads now is left, connection by connection', async t => {
      const { url, store } = await open(t, { connections: 2 })
      await store.enqueue(makeSubmission())
      const [pid] = (
        await server.query(
          `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query = 'COMMIT'`,
          url,
        )
      ).flat()
      assert.ok(typeof pid === 'number')
      await setReadOnly('on')
      t.after(() => setReadOnly('off'))
      await assert.rejects(store.enqueue(makeSubmission()), { code: 'queue-unavailable' })
      const alive = `SELECT FROM pg_stat_activity WHERE pid = ${pid}`
      while ((await server.query(alive)).length > 0) await turn()
      await setReadOnly('off')
      await store.enqueue(makeSubmission())
    })

    async function setReadOnly(mode: 'on' | 'off'): Promise<void> {
      await server.query(`ALTER SYSTEM SET default_transaction_read_only = ${mode}`)
      await server.query('SELECT pg_reload_conf()')
      while ((await server.query('SHOW default_transaction_read_only'))[0]?.[0] !== mode) await turn()
    }

    test('what is asked in one moment goes in batches of some 16 MiB', async t => {
      const { url, store } = await open(t)
      const bytes = Buffer.alloc(6 * 2 ** 20, 'x')
      await Promise.all(Array.from({ length: 9 }, () => store.enqueue(makeSubmission({ bytes }))))
      const [[batches]] = (await server.query(
        'SELECT count(DISTINCT xmin::text)::integer FROM postrider.message',
        url,
      )) as [[number]]
      assert.ok(batches >= 4, `${batches} transactions`)
    })
  })

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
