/**
 * Counting what waits costs no more than to read it, and holds nobody up: in both stores, with much waiting.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { systemClock } from '../../packages/core/src/ambient/clock.ts'
import { openPostgresQueue } from '../../packages/core/src/postgres.ts'
import { openSqliteQueue } from '../../packages/core/src/queue/index.ts'
import { SQL } from '../../packages/core/src/queue/postgres/sql.ts'
import { tempFolder } from '../support/folder.ts'
import { findPostgres, NO_POSTGRES, startPostgres } from '../support/postgres.ts'
import { makeSubmission } from './queue-samples.ts'

const WAITING = 60_000
const LATER = 9_000_000_000_000

test('SQLite: who enqueues while much is counted does not wait for the end of it', async t => {
  const path = join(tempFolder(t), 'queue.db')
  await (await openSqliteQueue({ path, clock: systemClock })).close()
  const db = new DatabaseSync(path)
  const each = `WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ${WAITING})`
  db.exec(`BEGIN;
    INSERT INTO message (n, id, sender, accepted_at, expires_at, size, priority, jobs, open, meta)
      ${each} SELECT n, 'm' || n, 'me@a.example', 1, ${LATER}, 100, 1, 1, 1, '{}' FROM n;
    INSERT INTO content ${each} SELECT n, x'78' FROM n;
    INSERT INTO job (id, domain, priority, state, due, expires_at, attempts)
      ${each} SELECT n * 16384, 'd' || (n % 500), 1, 0, iif(n % 2, ${LATER}, 1), ${LATER}, 0 FROM n;
    UPDATE tally SET messages = ${WAITING}, recipients = ${WAITING}, last_message = ${WAITING};
    COMMIT`)
  db.close()
  const store = await openSqliteQueue({ path, clock: systemClock })
  t.after(() => store.close())
  const order: string[] = []
  const counted = store.counts(systemClock.now()).then(counts => {
    order.push('counted')
    return counts
  })
  await store.enqueue(makeSubmission({ acceptedAt: systemClock.now(), notBefore: LATER }))
  order.push('enqueued')
  const { messages, due } = await counted
  assert.deepEqual(order, ['enqueued', 'counted'])
  assert.deepEqual([messages, due], [WAITING, WAITING / 2])
})

const bin = findPostgres()

test('PostgreSQL: each page is read at most once for each state, however much waits', {
  skip: bin === undefined ? NO_POSTGRES : false,
}, async t => {
  const server = await startPostgres(bin as string)
  t.after(() => server.remove())
  const url = await server.database()
  const store = await openPostgresQueue({ connectionString: url })
  t.after(() => store.close())
  const each = `generate_series(1, ${WAITING}) n`
  const name = new URL(url).pathname.slice(1)
  await server.query(`ALTER DATABASE "${name}" SET search_path TO postrider`, url)
  await server.query(
    `INSERT INTO message (n, id, sender, accepted_at, expires_at, size, priority, jobs, meta) OVERRIDING SYSTEM VALUE
      SELECT n, 'm' || n, 'me@a.example', 1, ${LATER}, 100, 1, 1, '{}' FROM ${each};
    INSERT INTO content SELECT n, 'x' FROM ${each};
    INSERT INTO job (id, domain, priority, state, due, expires_at, attempts, open)
      SELECT n::bigint * 16384, 'd' || (n % 500), 1, CASE n % 4 WHEN 3 THEN 2 ELSE 0 END,
        CASE n % 2 WHEN 0 THEN 1 ELSE ${LATER} END, ${LATER}, 0, 1 FROM ${each}`,
    url,
  )
  await server.query('VACUUM ANALYZE', url)
  assert.deepEqual(await store.counts(2), {
    messages: WAITING,
    recipients: WAITING,
    due: WAITING / 2,
    running: 0,
    held: WAITING / 4,
    oldestAcceptedAt: 1,
  })
  const plan = await server.query(
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${SQL.counts.text.replaceAll('$1', '2')}`,
    url,
  )
  const text = JSON.stringify(plan)
  const pages = Math.max(
    ...[...text.matchAll(/Shared (?:Hit|Read) Blocks[\\": ]+(\d+)/g)].map(([, count]) => Number(count)),
  )
  const [[there] = []] = await server.query(
    `SELECT sum(relpages) FROM pg_class WHERE relnamespace = 'postrider'::regnamespace
       AND (relname LIKE 'job%' OR relname LIKE 'content%')`,
    url,
  )
  assert.ok(pages > 0 && pages <= 3 * Number(there), `${pages} pages were read, of ${there}`)
})
