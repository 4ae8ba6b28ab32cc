/**
 * The ledger of final dots where there are no descriptors or no room: who cannot begin one does not deliver, and who has one can
 * mark whatever comes.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../../packages/core/src/ambient/clock.ts'
import { MailerError } from '../../packages/core/src/model/error.ts'
import { openSqliteQueue, type QueueStore } from '../../packages/core/src/queue/index.ts'
import { readMarks } from '../../packages/core/src/queue/sqlite/both/final-dot-ledger.ts'
import { makeSubmission } from '../contract/queue-samples.ts'
import { startProgram } from '../support/child.ts'
import { tempFolder } from '../support/folder.ts'

const LEASE_MS = 60_000
const CHILD = join(import.meta.dirname, 'few-files-child.ts')

test('a process without descriptors does not deliver, and does when there are some again', async t => {
  const path = join(tempFolder(t), 'queue.db')
  const node = `exec ${process.execPath} --conditions=@postrider/source ${CHILD} ${path}`
  const child = startProgram('sh', { args: ['-c', `ulimit -n 100; ${node}`] })
  t.after(() => child.stop())
  const { code, stdout, stderr } = await child.ended()
  assert.equal(code, 0, stderr)
  const lines = stdout.trim().split('\n')
  assert.equal(lines.at(-1), 'leads 1')
  assert.ok(lines.length > 1, 'there was no want of descriptors')
  for (const line of lines.slice(0, -1)) assert.equal(line, 'refused queue-unavailable false')
})

const claim = (store: QueueStore) =>
  store.claim({ now: systemClock.now(), limit: 1, perDomain: 1, leaseMs: LEASE_MS, exclude: [] })

/** A folder with so much room, and a file in it that takes what else there is. */
function smallDisk(t: TestContext, mib: number): { readonly path: string; leave(bytes: number): void } | undefined {
  const disk = mkdtempSync(join(tmpdir(), 'postrider-disk-'))
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'tmpfs', disk]).status === 0
  t.after(() => {
    if (mounted) spawnSync('umount', ['-l', disk])
    rmSync(disk, { recursive: true, force: true })
  })
  if (!mounted) return undefined
  const ballast = join(disk, 'ballast')
  return {
    path: join(disk, 'queue.db'),
    leave(bytes) {
      rmSync(ballast, { force: true })
      try {
        for (;;) writeFileSync(ballast, Buffer.alloc(4096), { flag: 'a' })
      } catch {
        // ENOSPC: it is full.
      }
      const { size } = statSync(ballast)
      spawnSync('truncate', ['-s', String(size - bytes), ballast])
    },
  }
}

async function queueWithMail(path: string): Promise<QueueStore> {
  const store = await openSqliteQueue({ path, clock: systemClock })
  const now = systemClock.now()
  await store.enqueue(makeSubmission({ acceptedAt: now, notBefore: now, expiresAt: now + 1e9 }))
  return store
}

test('a full disk keeps nobody from marking a final dot in the ledger that stands', async t => {
  const disk = smallDisk(t, 4)
  if (disk === undefined) return t.skip('mounting a small disk needs root')
  const store = await queueWithMail(disk.path)
  t.after(() => store.destroy('over'))
  assert.ok(await store.takeLeadership(systemClock.now(), LEASE_MS))
  const [job] = await claim(store)
  disk.leave(0)
  assert.ok(job !== undefined && store.enterFinalDot(job) !== undefined)
  assert.deepEqual(readMarks(disk.path), [{ job: job.id, token: job.lease.token }])
})

test('who finds no room for a ledger leaves delivery, and takes it when there is room', async t => {
  const disk = smallDisk(t, 4)
  if (disk === undefined) return t.skip('mounting a small disk needs root')
  const store = await queueWithMail(disk.path)
  t.after(() => store.destroy('over'))
  const refused: string[] = []
  for (let room = 0; ; room += 8192) {
    disk.leave(room)
    const answer = await store.takeLeadership(systemClock.now(), LEASE_MS).catch((error: unknown) => error)
    if (answer === true) break
    assert.ok(MailerError.is(answer) && answer.code === 'queue-full', String(answer))
    refused.push(answer.message)
    const jobs = await claim(store).catch(() => [])
    assert.deepEqual(
      jobs.filter(job => store.enterFinalDot(job) !== undefined),
      [],
    )
    assert.equal(existsSync(`${disk.path}-dots-new`), false)
  }
  assert.ok(
    refused.some(message => message.includes('ENOSPC')),
    `the ledger was never what had no room: ${refused.join('; ')}`,
  )
  disk.leave(1024 * 1024)
  const [job] = await claim(store)
  assert.ok(job !== undefined && store.enterFinalDot(job) !== undefined)
  assert.equal(readMarks(disk.path).length, 1)
})

test('whose disk is full gives delivery up to who has room, although it cannot write that', async t => {
  const disk = smallDisk(t, 4)
  if (disk === undefined) return t.skip('mounting a small disk needs root')
  const store = await queueWithMail(disk.path)
  t.after(() => store.destroy('over'))
  disk.leave(48 * 1024)
  await assert.rejects(store.takeLeadership(systemClock.now(), LEASE_MS), /ENOSPC/)
  disk.leave(0)
  await assert.rejects(store.takeLeadership(systemClock.now(), LEASE_MS))
  disk.leave(1024 * 1024)
  const heir = await openSqliteQueue({ path: disk.path, clock: systemClock })
  t.after(() => heir.close())
  assert.equal(await heir.takeLeadership(systemClock.now(), LEASE_MS), true)
})
