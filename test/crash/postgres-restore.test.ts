/** A queue in PostgreSQL that comes back from a dump: nothing of it goes out, and no number is given twice. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { after, before, suite, type TestContext, test } from 'node:test'
import { createMailer, type DurableFact, type Mailer } from '@postrider/core'
import { holdRestored, resolveRelayOptions } from '@postrider/relay'
import { openPostgresQueue, type QueueStore } from '../../packages/core/src/postgres.ts'
import { FakeClock } from '../../packages/core/src/testing/fake-clock.ts'
import { makeSubmission } from '../contract/queue-samples.ts'
import { outlive } from '../contract/queue-store/harness.ts'
import { tempFolder } from '../support/folder.ts'
import { findPostgres, NO_POSTGRES, type PostgresServer, startPostgres } from '../support/postgres.ts'

const OPTIONS = { hostname: 'mail.sender.test', preflight: 'off' } as const
const DRAFT = { from: 'me@sender.test', to: 'you@dest.test', subject: 'x', text: 'x' } as const
const MADE_AT = Date.UTC(2026, 0, 1)
/** After it one that says nothing is dead. */
const SILENT_MS = 20_000
const SKIPPED = 100_000_000

const bin = findPostgres()
if (bin === undefined) test('a restored queue, PostgreSQL', { skip: NO_POSTGRES })
else
  suite('a restored queue, PostgreSQL', () => {
    let server: PostgresServer
    before(async () => {
      server = await startPostgres(bin)
    })
    after(() => server.remove())

    /** By the server's own programs, into an empty database. */
    const restoreDump = async (from: string, into = server): Promise<string> => {
      const dump = execFileSync(join(bin, 'pg_dump'), ['--format=custom', from])
      const to = await into.database()
      execFileSync(join(bin, 'pg_restore'), ['--dbname', to], { input: dump })
      return to
    }
    const holdAll = async (t: TestContext, url: string): Promise<number> =>
      holdRestored(await resolveRelayOptions({ ...OPTIONS, queue: { url } }, tempFolder(t)), MADE_AT)
    const openMailer = async (t: TestContext, url: string): Promise<Mailer> => {
      const mailer = await createMailer({ ...OPTIONS, queue: { url } }, { deliver: false })
      t.after(() => mailer.close())
      return mailer
    }
    const claim = (store: QueueStore, now: number, limit: number) =>
      store.claim({ now, leaseMs: 60_000, limit, perDomain: 5, exclude: [] })
    /** A relay with four messages on its fast path, of which two are being delivered. */
    const running = async (t: TestContext): Promise<{ readonly url: string; readonly relay: QueueStore }> => {
      const url = await server.database()
      const relay = await openPostgresQueue({ connectionString: url })
      t.after(() => relay.close())
      const now = Date.now()
      await relay.takeLeadership(now, 60_000)
      await claim(relay, now, 1)
      for (let at = 0; at < 4; at++)
        await relay.enqueue(
          makeSubmission({ to: [`you@b${at}.example`], acceptedAt: now, expiresAt: now + 86_400_000 }),
        )
      assert.equal((await claim(relay, Date.now(), 2)).length, 2)
      return { url, relay }
    }

    test('what a relay had under way at the dump is held, and no relay that starts sends it', async t => {
      const { url } = await running(t)
      const restored = await restoreDump(url)
      const [rows] = await server.query('SELECT count(*)::int FROM postrider.message', restored)
      assert.deepEqual(rows, [0], 'all of it was on the fast path')
      assert.equal(await holdAll(t, restored), 4)

      const clock = new FakeClock(Date.now())
      const heir = await openPostgresQueue({ connectionString: restored, clock, time: 'clock' })
      t.after(() => heir.close())
      await outlive(heir, clock, SILENT_MS)
      assert.deepEqual(await claim(heir, clock.now(), 10), [])
      assert.equal((await heir.counts(clock.now())).held, 4)
    })

    test('while a relay runs on the database nothing is done', async t => {
      const { url, relay } = await running(t)
      await assert.rejects(holdAll(t, url), { code: 'not-possible' })
      assert.equal((await claim(relay, Date.now(), 10)).length, 2)
      assert.equal((await relay.counts(Date.now())).held, 0)
    })

    test('on a server that has counted fewer transactions all is told, once', async t => {
      for (let at = 0; at < 500; at++) await server.query('SELECT pg_current_xact_id()')
      const { url, relay } = await running(t)
      // Four are told at the dump, the fifth is not.
      assert.equal((await relay.facts(0, 10)).length, 4)
      await relay.enqueue(makeSubmission({ acceptedAt: Date.now(), expiresAt: Date.now() + 86_400_000 }))
      const other = await startPostgres(bin)
      t.after(() => other.remove())
      const restored = await restoreDump(url, other)
      assert.equal(await holdAll(t, restored), 5)
      const heir = await openPostgresQueue({ connectionString: restored })
      t.after(() => heir.close())
      await heir.takeLeadership(Date.now(), 60_000)
      await claim(heir, Date.now(), 1)
      await heir.enqueue(makeSubmission({ acceptedAt: Date.now(), expiresAt: Date.now() + 86_400_000 }))
      const kinds = (await heir.facts(0, 20)).map(({ fact }) => fact.kind)
      const count = (wanted: string): number => kinds.filter(kind => kind === wanted).length
      assert.deepEqual([count('queued'), count('held'), kinds.length], [6, 5, 11])
    })

    test('no number of a fact or a message is that of another of the time that is lost', async t => {
      const url = await server.database()
      const lost = await openMailer(t, url)
      await lost.send(DRAFT)
      const last = await lost.newestFact()
      const restored = await restoreDump(url)
      assert.equal(await holdAll(t, restored), 1)
      const mailer = await openMailer(t, restored)
      await mailer.send(DRAFT)
      const told = await mailer.readFacts({ after: last, limit: 10 })
      const kinds: readonly DurableFact['kind'][] = told.map(({ fact }) => fact.kind)
      assert.deepEqual(kinds, ['held', 'queued'])
      for (const { number } of told) assert.ok(number > last + SKIPPED, String(number))
      const [numbers] = await server.query('SELECT min(n)::int, max(n)::int FROM postrider.message', restored)
      const [least, most] = numbers as readonly number[]
      assert.ok((most as number) > (least as number) + SKIPPED, String(numbers))
    })
  })
