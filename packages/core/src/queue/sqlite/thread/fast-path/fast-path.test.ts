/**
 * The fast path, as it is seen from outside: what other processes and the time do to messages that were accepted a moment ago.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { type Domain, requireAddress } from '../../../../model/address.ts'
import type { Job } from '../../../../model/job.ts'
import { makeQueueId, type QueueId } from '../../../../model/queue-id.ts'
import type { Settlement } from '../../../../model/settlement.ts'
import type { Submission } from '../../../../model/submission.ts'
import { FakeClock } from '../../../../testing/fake-clock.ts'
import type { QueueStore } from '../../../store.ts'
import { openSqliteQueue } from '../../main/open.ts'

const clock = new FakeClock()
const START = clock.now()
const LEASE_MS = 60_000

function tempPath(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'postrider-fast-path-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'queue.db')
}

/** A process of its own, as far as the queue can tell. */
async function open(t: TestContext, path: string): Promise<QueueStore> {
  const store = await openSqliteQueue({ path, clock })
  t.after(() => store.close())
  return store
}

async function openLeader(t: TestContext, path: string): Promise<QueueStore> {
  const store = await open(t, path)
  assert.equal(await store.takeLeadership(START, LEASE_MS), true)
  return store
}

async function add(store: QueueStore, to: string, over: Partial<Submission> = {}): Promise<QueueId> {
  const domain = 'a.example' as Domain
  const id = makeQueueId(START)
  await store.enqueue({
    id,
    envelope: { reversePath: null, recipients: [{ address: requireAddress(to, 'to') }] },
    message: {
      bytes: Buffer.from(to),
      fields: [],
      bodyStart: 0,
      from: [],
      sizeBytes: to.length,
      eightBit: false,
      smtpUtf8: false,
      longestLine: 1,
      messageId: '',
      tlsRequiredNo: false,
    },
    clearance: { result: 'skipped', envelopeDomain: domain, fromDomain: domain, publicAddresses: [], checks: [] },
    acceptedAt: START,
    notBefore: START,
    expiresAt: START + 1e9,
    priority: 'normal',
    tags: {},
    ...over,
  })
  return id
}

const claim = (store: QueueStore, now = START, limit = 100): Promise<readonly Job[]> =>
  store.claim({ now, limit, perDomain: 100, leaseMs: LEASE_MS, exclude: [] })

function deliver(store: QueueStore, job: Job): Promise<boolean> {
  const settlement: Settlement = {
    job,
    at: START,
    recipients: job.recipients.map(recipient => ({
      recipient,
      state: 'delivered',
      verdict: {
        kind: 'accepted',
        recipient: recipient.index,
        reply: { code: 250, lines: ['ok'] },
        host: 'mx.b.example',
        address: '192.0.2.1',
      },
      delayDue: false,
    })),
    suppressions: [],
    notices: [],
  }
  return store.commit(settlement, [], [])
}

const rowsOf = (path: string, table: string): number => {
  const db = new DatabaseSync(path, { readOnly: true })
  try {
    return Number(Object.values(db.prepare(`SELECT count(*) FROM ${table}`).get() ?? {})[0])
  } finally {
    db.close()
  }
}

const stateOf = async (store: QueueStore, id: QueueId): Promise<string | undefined> =>
  (await store.show(id))?.recipients[0]?.state

test('what the leader accepts and delivers at once is one row of the fast path, until its outcome is written', async t => {
  const path = tempPath(t)
  const store = await openLeader(t, path)
  const id = await add(store, 'you@b.example')
  const [job] = await claim(store)
  assert.ok(job !== undefined)
  assert.deepEqual([rowsOf(path, 'stage'), rowsOf(path, 'job')], [1, 0])
  assert.equal(await deliver(store, job), true)
  assert.deepEqual([rowsOf(path, 'stage'), rowsOf(path, 'job'), rowsOf(path, 'content')], [0, 1, 0])
  assert.equal(await stateOf(store, id), 'delivered')
  assert.equal(await deliver(store, job), false, 'twice counts once')
})

test('a process that does not deliver, and what waits for its time, do without the fast path', async t => {
  const path = tempPath(t)
  const store = await openLeader(t, path)
  await add(await open(t, path), '1@b.example')
  await add(store, '2@b.example', { notBefore: START + 1 })
  await add(store, '3@b.example', { held: true })
  await add(store, '4@b.example', { idempotencyKey: 'k' })
  assert.deepEqual([rowsOf(path, 'stage'), rowsOf(path, 'job')], [0, 4])
})

test('another process that looks sees all, as running; the leader delivers what runs, and claims what does not', async t => {
  const path = tempPath(t)
  const store = await openLeader(t, path)
  const runs = await add(store, 'runs@b.example')
  const [job] = await claim(store)
  const waits = await add(store, 'waits@b.example')
  const other = await open(t, path)
  assert.deepEqual(await Promise.all([stateOf(other, runs), stateOf(other, waits)]), ['running', 'running'])
  assert.equal(await other.cancel({}, START), 0)
  assert.deepEqual(
    (await claim(store)).map(({ messageId }) => messageId),
    [waits],
  )
  assert.ok(job !== undefined)
  assert.equal(await deliver(store, job), true)
  assert.equal(await stateOf(other, runs), 'delivered')
})

test('what another process held meanwhile waits until it is released', async t => {
  const path = tempPath(t)
  const store = await openLeader(t, path)
  const id = await add(store, 'you@b.example')
  const other = await open(t, path)
  assert.equal(await other.hold(id, 'to be looked at', START), 1)
  assert.deepEqual(await claim(store), [])
  assert.equal(await other.unhold(id, START), 1)
  assert.equal((await claim(store)).length, 1)
})

test('when the leader dies after another one looked, what stood at its final dot is uncertain, and only that', async t => {
  const path = tempPath(t)
  const store = await openLeader(t, path)
  const ids = [await add(store, 'dot@b.example'), await add(store, 'claimed@b.example')]
  const jobs = await claim(store)
  const [dot] = jobs.filter(job => job.messageId === ids[0])
  assert.ok(dot !== undefined)
  store.enterFinalDot(dot)
  const other = await open(t, path)
  assert.equal((await other.list({})).length, 2)
  store.destroy(new Error('killed'))
  for (let taken = false; !taken; ) {
    taken = await other.takeLeadership(START, LEASE_MS)
    await new Promise(resolve => setImmediate(resolve))
  }
  const facts = (await other.facts(0, 100)).map(({ fact }) => fact)
  assert.deepEqual(
    facts.filter(({ kind }) => kind === 'uncertain').map(({ messageId }) => messageId),
    [ids[0]],
  )
  assert.equal((await claim(other)).length, 2)
})

test('what is not claimed soon stands in line with all that waits, and keeps its place', async t => {
  const path = tempPath(t)
  const store = await openLeader(t, path)
  for (const n of [1, 2, 3]) await add(store, `${n}@b.example`)
  assert.equal((await claim(store, START, 1))[0]?.recipients[0]?.address.local, '1')
  const later = await claim(store, START + 5_000, 1)
  assert.equal(later[0]?.recipients[0]?.address.local, '2')
  assert.deepEqual([rowsOf(path, 'stage'), rowsOf(path, 'job')], [1, 2])
  assert.equal((await claim(store, START + 5_000)).length, 1)
})

test('a lease on the fast path runs out as every other does, and what stood at its final dot is told', async t => {
  const path = tempPath(t)
  const store = await openLeader(t, path)
  const id = await add(store, 'you@b.example')
  const [stale] = await claim(store)
  assert.ok(stale !== undefined)
  store.enterFinalDot(stale)
  assert.deepEqual(await store.renew([stale], START + 2 * LEASE_MS), [])
  assert.deepEqual(await claim(store, START + LEASE_MS), [])
  const [again] = await claim(store, START + 2 * LEASE_MS)
  assert.equal(again?.messageId, id)
  assert.equal(await deliver(store, stale), false)
  assert.deepEqual(
    (await store.history(id)).map(({ fact }) => fact.kind),
    ['queued', 'uncertain'],
  )
})

test('facts have the numbers of the order in which messages were accepted, whenever they are written', async t => {
  const store = await openLeader(t, tempPath(t))
  const first = await add(store, '1@b.example')
  const direct = await add(store, '2@b.example', { idempotencyKey: 'k' })
  const jobs = await claim(store)
  for (const job of jobs.toReversed()) await deliver(store, job)
  const facts = await store.facts(0, 100)
  assert.deepEqual(
    facts.map(({ fact }) => fact.messageId),
    [first, direct],
  )
})

test('a transaction that fails takes back what it put on the fast path and leased', async t => {
  const path = tempPath(t)
  const store = await openLeader(t, path)
  const twice = makeQueueId(START)
  const answers = await Promise.allSettled([
    add(store, '1@b.example', { id: twice }),
    add(store, '2@b.example', { id: twice }),
    claim(store),
    add(store, '3@b.example'),
  ])
  assert.deepEqual(
    answers.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
  )
  const claimed = answers[2]?.status === 'fulfilled' ? (answers[2].value as readonly Job[]) : []
  const all = [...claimed, ...(await claim(store))].map(job => job.recipients[0]?.address.local)
  assert.deepEqual(all, ['1', '3'])
  assert.equal((await store.counts(START)).messages, 2)
})
