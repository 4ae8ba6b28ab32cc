/**
 * What is particular to the SQLite store; what every store does is in test/contract.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { allocateMessage, LARGE_BYTES } from '../../../model/message-buffer.ts'
import { openSqliteQueue } from './open.ts'
import { clock, open, refuses, submission, tempPath } from './store.fixture.ts'

test('every file of the queue can be read by its owner only', async t => {
  const path = tempPath(t)
  const store = await open(t, path)
  await store.enqueue(submission())
  await store.takeLeadership(clock.now(), 1_000)
  const folder = join(path, '..')
  const files = readdirSync(folder)
  assert.deepEqual(files.sort(), ['queue.db', 'queue.db-dots', 'queue.db-holder', 'queue.db-shm', 'queue.db-wal'])
  for (const file of files) assert.equal(statSync(join(folder, file)).mode & 0o777, 0o600, file)
})

test('a queue of a newer version is refused and left alone', async t => {
  const path = tempPath(t)
  await (await open(t, path)).close()
  const db = new DatabaseSync(path)
  db.exec('PRAGMA user_version = 1000')
  db.close()
  await assert.rejects(openSqliteQueue({ path, clock }), refuses('queue-newer', /newer version/))
  const again = new DatabaseSync(path)
  assert.equal(again.prepare('PRAGMA user_version').get()?.user_version, 1000)
  again.close()
})

test('a file that is another database, or none, is refused and left alone', async t => {
  const path = tempPath(t)
  const db = new DatabaseSync(path)
  db.exec('CREATE TABLE customer (name TEXT)')
  db.close()
  await assert.rejects(openSqliteQueue({ path, clock }), refuses('queue-unavailable', /not a queue/))
  const text = `${path}-text`
  writeFileSync(text, 'dear diary, '.repeat(1_000))
  await assert.rejects(openSqliteQueue({ path: text, clock }), refuses('queue-unavailable'))
})

test('a folder that does not exist is said to be the matter', async t => {
  const path = join(tempPath(t), 'missing', 'queue.db')
  await assert.rejects(openSqliteQueue({ path, clock }), refuses('queue-unavailable', /ENOENT/))
})

test('several processes may make the file in the same moment', async t => {
  const path = tempPath(t)
  const stores = await Promise.all(Array.from({ length: 4 }, () => open(t, path)))
  await Promise.all(stores.map(store => store.enqueue(submission())))
  assert.equal((await stores[0]?.counts(clock.now()))?.messages, 4)
})

test('a file that is not yet WAL and locked by another is waited for, as long as busyMs', async t => {
  const path = tempPath(t)
  await (await open(t, path)).close()
  const db = new DatabaseSync(path)
  t.after(() => db.close())
  db.exec('PRAGMA journal_mode = DELETE; BEGIN IMMEDIATE')
  await assert.rejects(openSqliteQueue({ path, clock, busyMs: 50 }), refuses('queue-unavailable', /locked/))
  const opened = open(t, path)
  await setTimeout(1_000)
  db.exec('ROLLBACK')
  await (await opened).enqueue(submission())
})

/** What another process sees that asks for delivery, counts, and closes. */
function elsewhere(path: string): unknown {
  const store = JSON.stringify(pathToFileURL(`${import.meta.dirname}/open.ts`).href)
  const code = `import { openSqliteQueue } from ${store}
    const store = await openSqliteQueue({ path: ${JSON.stringify(path)}, clock: { now: () => ${clock.now()}, monotonic: () => 0 } })
    const delivers = await store.takeLeadership(${clock.now()}, 1000)
    const { messages } = await store.counts(${clock.now()})
    await store.close()
    console.log(JSON.stringify({ delivers, messages }))`
  const args = ['--conditions=@postrider/source', '--input-type=module', '--eval', code]
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 })
  assert.notEqual(stdout, '', stderr)
  return JSON.parse(stdout)
}

test('a second store of one process on the same file leaves the locks of the first in force', async t => {
  const path = tempPath(t)
  const first = await open(t, path)
  assert.equal(await first.takeLeadership(clock.now(), 1e6), true)
  const second = await open(t, path)
  assert.equal(await second.takeLeadership(clock.now(), 1e6), false)
  await first.enqueue(submission())
  assert.deepEqual(elsewhere(path), { delivers: false, messages: 1 })
  // A process that closes as if it were the last one takes the journal away from those that still write into it.
  await first.enqueue(submission())
  assert.deepEqual(elsewhere(path), { delivers: false, messages: 2 })
})

test('a full queue takes nothing more, says so, and recovers when there is room', async t => {
  const store = await open(t, tempPath(t), { maxBytes: 2 * 2 ** 20 })
  await store.takeLeadership(clock.now(), 1e6)
  const answers = await Promise.allSettled(Array.from({ length: 60 }, () => store.enqueue(submission(60_000))))
  const refused = answers.filter(answer => answer.status === 'rejected')
  const accepted = answers.length - refused.length
  assert.ok(accepted > 20 && refused.length > 10, `${accepted} accepted`)
  for (const { reason } of refused) refuses('queue-full')(reason)
  assert.equal((await store.counts(clock.now())).messages, accepted)
  await store.cancel({}, clock.now())
  await store.enqueue(submission(60_000))
})

test('a message too large for the room that is left does not keep smaller ones out', async t => {
  const store = await open(t, tempPath(t), { maxBytes: 2 * 2 ** 20 })
  const [large, small] = await Promise.allSettled([
    store.enqueue(submission(4 * 2 ** 20)),
    store.enqueue(submission(100)),
  ])
  assert.deepEqual([large.status, small.status], ['rejected', 'fulfilled'])
})

test('a file that someone else keeps locked is told as unavailable, and works again after', async t => {
  const path = tempPath(t)
  const store = await open(t, path, { busyMs: 50 })
  const db = new DatabaseSync(path)
  t.after(() => db.close())
  db.exec('BEGIN IMMEDIATE')
  const answers = await Promise.allSettled([store.enqueue(submission()), store.enqueue(submission())])
  for (const answer of answers) {
    assert.ok(answer.status === 'rejected')
    refuses('queue-unavailable', /locked/)(answer.reason)
  }
  db.exec('ROLLBACK')
  await store.enqueue(submission())
  assert.equal((await store.counts(clock.now())).messages, 1)
})

test('a message that cannot be written fails alone; the others of its transaction are kept', async t => {
  const store = await open(t, tempPath(t))
  const twice = submission()
  const answers = await Promise.allSettled([store.enqueue(twice), store.enqueue(submission()), store.enqueue(twice)])
  assert.deepEqual(
    answers.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected'],
  )
  const counts = await store.counts(clock.now())
  assert.deepEqual([counts.messages, counts.recipients], [2, 2])
})

test('a queue in memory needs no file and forgets', async t => {
  const store = await open(t, ':memory:')
  assert.equal(await store.takeLeadership(clock.now(), 1_000), true)
  await store.enqueue(submission())
  const request = { now: clock.now(), limit: 1, perDomain: 1, leaseMs: 1_000, exclude: [] }
  const [job] = await store.claim(request)
  assert.ok(job !== undefined)
  const replied = store.enterFinalDot(job)
  assert.ok(replied !== undefined)
  replied()
  assert.equal((await (await open(t, ':memory:')).counts(clock.now())).messages, 0)
})

test('bytes that do not fit the cache are read from the file', async t => {
  const store = await open(t, tempPath(t), { cacheBytes: 250 })
  const all = [submission(100), submission(100), submission(100)]
  for (const each of all) await store.enqueue(each)
  for (const { id, message } of all) assert.deepEqual(await store.read(id), message.bytes)
})

test('an outcome that could not be written is written later with the whole of its large notice', async t => {
  const path = tempPath(t)
  const store = await open(t, path, { busyMs: 1 })
  await store.enqueue(submission())
  await store.takeLeadership(clock.now(), 60_000)
  const [job] = await store.claim({ now: clock.now(), limit: 1, perDomain: 1, leaseMs: 60_000, exclude: [] })
  assert.ok(job !== undefined)
  const bytes = allocateMessage(LARGE_BYTES).fill('x')
  const about = submission()
  const notice = { ...about, message: { ...about.message, bytes, sizeBytes: bytes.length } }
  const verdict = { kind: 'accepted', recipient: 0, reply: { code: 250, lines: [] }, host: 'h', address: 'a' } as const
  const recipients = job.recipients.map(
    recipient => ({ recipient, state: 'delivered', verdict, delayDue: false }) as const,
  )
  const settlement = { job, at: clock.now(), recipients, suppressions: [], notices: [] }
  const other = new DatabaseSync(path)
  other.exec('BEGIN IMMEDIATE')
  await assert.rejects(store.commit(settlement, [notice], []), refuses('queue-unavailable'))
  other.exec('ROLLBACK')
  other.close()
  assert.ok(await store.commit(settlement, [notice], []))
  assert.deepEqual(await store.read(notice.id), bytes)
})

test('pages that pruning made free are given back to the file system', async t => {
  const path = tempPath(t)
  const store = await open(t, path)
  for (let n = 0; n < 100; n++) await store.enqueue(submission(50_000))
  await store.cancel({}, clock.now())
  await store.close()
  const before = statSync(path).size
  const again = await open(t, path)
  assert.equal(await again.prune(clock.now() + 1), 100)
  await again.close()
  assert.ok(statSync(path).size < before / 10, `${before} to ${statSync(path).size}`)
})

test('counting a long queue keeps no acceptance waiting, and counts each once', async t => {
  const path = tempPath(t)
  await (await open(t, path)).close()
  const database = new DatabaseSync(path)
  // 60,000 wait, a third of them not due yet, in few domains; 15,000 messages with two jobs each are held.
  database.exec(`
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
    INSERT INTO job (id, domain, priority, state, due, expires_at, attempts)
      SELECT (1000 + i) * 16384, 'd' || (i % 7) || '.example', i % 3, 0, ${clock.now()} + (i % 3 - 1) * 1000, 9e12, 0 FROM n;
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 29999)
    INSERT INTO job (id, domain, priority, state, due, expires_at, attempts)
      SELECT (100000 + i / 2) * 16384 + i % 2, 'held.example', 0, 2, 0, 9e12, 0 FROM n`)
  database.close()
  const store = await open(t, path)
  const order: string[] = []
  const counting = store.counts(clock.now()).then(counts => {
    order.push('counted')
    return counts
  })
  await store.enqueue(submission())
  order.push('accepted')
  const { due, held } = await counting
  assert.deepEqual(order, ['accepted', 'counted'])
  // Of the message that came meanwhile it may have seen the job.
  assert.ok(due === 40_000 || due === 40_001, `${due} due`)
  assert.equal(held, 15_000)
})
