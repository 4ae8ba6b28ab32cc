/**
 * A queue in PostgreSQL as an older version left it, with mail in it: taken over by this one, while relays of the old one still work on it,
 * and after a death in the middle.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, type TestContext, test } from 'node:test'
import { openPostgresQueue, type QueueStore } from '@postrider/core/postgres'
import type { QueueId } from '../../packages/core/src/model/queue-id.ts'
import { MIGRATIONS } from '../../packages/core/src/queue/postgres/migrations.ts'
import { FakeClock } from '../../packages/core/src/testing/fake-clock.ts'
import { deliveredFacts, LEASE_MS, makeSubmission, START, settle } from '../contract/queue-samples.ts'
import { settled } from '../contract/queue-store/harness.ts'
import { runScript, startProgram } from '../support/child.ts'
import { findPostgres, NO_POSTGRES, type PostgresServer, startPostgres } from '../support/postgres.ts'

const bin = findPostgres()
const GOLDEN = readFileSync(join(import.meta.dirname, '../golden/schema/postgres-2.sql'), 'utf8')
const REQUEST = { limit: 20, perDomain: 20, leaseMs: LEASE_MS, exclude: [] } as const
const SOURCE = join(import.meta.dirname, '../../packages/core/src/postgres.ts')

if (bin === undefined) test('an older queue in PostgreSQL', { skip: NO_POSTGRES })
else
  suite('an older queue in PostgreSQL', () => {
    let server: PostgresServer
    before(async () => {
      server = await startPostgres(bin)
    })
    after(() => server.remove())

    async function golden(t: TestContext): Promise<string> {
      const url = await server.database()
      t.after(() => server.drop(url))
      await server.query(GOLDEN, url)
      return url
    }

    const versionOf = async (url: string): Promise<unknown> =>
      (await server.query('SELECT version FROM postrider.schema_version', url))[0]?.[0]

    async function open(t: TestContext, connectionString: string, clock: FakeClock): Promise<QueueStore> {
      const store = await openPostgresQueue({ connectionString, clock, time: 'clock', gatherMs: 0 })
      t.after(() => store.close())
      await store.takeLeadership(clock.now(), LEASE_MS)
      return store
    }

    test('what waits is delivered, what is held stays so, what an old relay has is its own until its lease ends', async t => {
      const url = await golden(t)
      const clock = new FakeClock(START)
      const store = await open(t, url, clock)
      assert.equal(await versionOf(url), MIGRATIONS.length)
      const all = await store.list({})
      const named = (name: string): QueueId => all.find(({ tags }) => tags.n === name)?.id as QueueId
      assert.deepEqual(
        all.map(({ tags, held, recipients }) => [tags.n, held, ...recipients.map(({ state }) => state)]),
        [
          ['late', undefined, 'deferred'],
          ['half', undefined, 'delivered', 'waiting'],
          ['runs', undefined, 'running'],
          ['waits', undefined, 'waiting'],
          ['held', 'to be looked at', 'waiting'],
        ],
      )
      assert.deepEqual(
        (await store.standings({ restingAt: START })).map(({ site }) => site),
        ['mx.waits.example'],
      )
      const first = await store.claim({ ...REQUEST, now: START })
      assert.deepEqual(first.map(({ domain }) => domain).toSorted(), ['other.example', 'waits.example'])
      for (const job of first) assert.equal(await store.commit(settle(job, 'delivered'), [], deliveredFacts(job)), true)
      const again = makeSubmission({ idempotencyKey: 'key', idempotencyDigest: 'digest' })
      assert.deepEqual(await store.enqueue(again), { id: named('waits'), duplicate: true })
      const later = await store.claim({ ...REQUEST, now: START + LEASE_MS })
      assert.deepEqual(later.map(({ domain, attempts }) => [domain, attempts]).toSorted(), [
        ['late.example', 1],
        ['runs.example', 0],
      ])
      const told = async (name: string): Promise<string[]> =>
        (await store.history(named(name))).map(({ fact }) => fact.kind)
      // Its old relay had sent the final dot.
      assert.deepEqual(await told('runs'), ['queued', 'uncertain'])
      assert.deepEqual(await told('half'), ['queued', 'delivered', 'delivered'])
      assert.equal(await store.unhold(named('held'), START), 1)
    })

    test('a relay of the older version works on beside it: it finds what waits, and its lease is respected', async t => {
      const url = await golden(t)
      const store = await open(t, url, new FakeClock(START))
      const old = `${url}?options=${encodeURIComponent('-c search_path=postrider')}`
      // Word for word what it asks: a lease by the clock, a token below ours.
      const claimed = await server.query(
        `SELECT unnest(claim_jobs(${START}, 20, 20, '{}', '{}', 7, ${START + LEASE_MS}))`,
        old,
      )
      assert.equal(claimed.length, 2)
      assert.deepEqual(await store.claim({ ...REQUEST, now: START }), [])
      assert.equal((await store.list({ state: 'running' })).length, 3)
      // What the new relay puts among what waits, the old one finds.
      await store.enqueue(makeSubmission({ to: ['1@new.example', '2@newer.example'] }))
      const more = await server.query(
        `SELECT unnest(claim_jobs(${START}, 20, 20, '{}', '{}', 8, ${START + LEASE_MS}))`,
        old,
      )
      assert.equal(more.length, 2)
      assert.equal((await store.claim({ ...REQUEST, now: START + LEASE_MS })).length, 6)
    })

    test('a relay whose clock is three minutes ahead ends no lease of an older one before its time', async t => {
      const url = await golden(t)
      const ahead = new FakeClock(Date.now() + 180_000)
      const store = await open(t, url, ahead)
      const old = `${url}?options=${encodeURIComponent('-c search_path=postrider')}`
      const now = Date.now()
      const claimed = await server.query(
        `SELECT unnest(claim_jobs(${START}, 20, 20, '{}', '{}', 7, ${now + LEASE_MS}))`,
        old,
      )
      const jobs = await store.claim({ ...REQUEST, now: ahead.now() })
      const ids = new Set(claimed.flat().map(Number))
      assert.equal(ids.size, 2)
      assert.deepEqual(
        jobs.filter(({ id }) => ids.has(id)),
        [],
      )
    })

    test('killed in the middle of the change, it leaves the old tables, and the next start makes the new ones', async t => {
      const url = await golden(t)
      // A reader of the old version keeps the change from its end.
      const reader = await server.hold(url, ['SELECT FROM postrider.numbering'])
      const code = `import { openPostgresQueue } from ${JSON.stringify(SOURCE)}\nawait openPostgresQueue({ connectionString: ${JSON.stringify(url)} })`
      const child = startProgram(process.execPath, {
        args: ['--conditions=@postrider/source', '--input-type=module', '--eval', code],
      })
      const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
      await settled(async () => (await server.query(waiting, url)).length > 0)
      child.kill('SIGKILL')
      await child.ended()
      await reader.commit()
      const busy = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`
      await settled(async () => (await server.query(busy, url)).length === 0)
      const version = await versionOf(url)
      assert.ok(version === 2 || version === MIGRATIONS.length, String(version))
      const ended = await runScript(`${code}.then(store => store.close())`)
      assert.equal(ended.code, 0, ended.stderr)
      assert.equal(await versionOf(url), MIGRATIONS.length)
      assert.equal((await (await open(t, url, new FakeClock(START))).list({})).length, 5)
    })
  })
